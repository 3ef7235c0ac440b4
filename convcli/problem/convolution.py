"""Convolution: x (N, C, *n), w (O, C/G, *k) and bias (O,)."""

from dataclasses import dataclass
from functools import lru_cache

from convcli.axis import PaddingMode
from convcli.errors import FitError, plural
from convcli.layout import batched_input, full_kernel, refuse_larger_than_one, shape_text, with_spatial_axes
from convcli.numbers.arithmetic import Arithmetic, Overflow, choose
from convcli.numbers.grammar import Number
from convcli.numbers.tensor import Tensor
from convcli.problem.base import altered, refuse_empty
from convcli.problem.bilinear import ZERO, Bilinear, full_bias, scalar
from convcli.settings import Settings, check_groups
from convcli.spec import ConvSpec, conv_spec


@dataclass(frozen=True, kw_only=True, eq=False)
class Convolution(Bilinear):
    """A convolution ready to be computed: tensors as operands of its arithmetic, and their spec."""

    spec: ConvSpec

    @property
    def op(self) -> str:
        """conv1d, conv2d or conv3d."""
        return f"conv{self.spec.rank}d"

    @property
    def padding_counts(self) -> bool:
        """Whether what lies beyond the edge contributes to sums: anything but a constant 0."""
        return self.spec.mode is not PaddingMode.ZEROS or self.pads_with_value


def convolution(
    x: Tensor,
    w: Tensor,
    bias: Tensor | None = None,
    *,
    rank: int,
    settings: Settings | None = None,
    layout: str = "nchw",
    kernel_layout: str = "oihw",
    dtype: str = "auto",
    overflow: Overflow = Overflow.ERROR,
    pad_value: Number = 0,
    pointwise: bool = False,
    others: tuple[Tensor, ...] = (),
) -> Convolution:
    """Bring tensors and settings together.

    x: (*n), (C, *n) or (N, C, *n), or with channels last; w: (*k), (O, C/G, *k), or of rank k+1 whichever of
    (C, *k) and (O, *k) fits; bias: (O,) or one number. A `pointwise` kernel is 1x1 and may be the matrix (O, C).
    `others` are operands that have a say in the arithmetic, as the gradient of the output has.
    Raises FitError where they do not agree.

    >>> p = convolution(Tensor.of([[1, 2], [3, 4]]), Tensor.of([[1, 1]]), rank=2)
    >>> str(p.spec), p.view.channels
    ('1@2x2 * 1x2 -> 1@2x1', False)
    """
    settings = settings or Settings()
    given = {"input": x.shape, "kernel": w.shape} | ({"bias": bias.shape} if bias is not None else {})
    refuse_empty(given)
    constant = scalar(pad_value)
    arithmetic = choose(dtype, overflow, [x, w, *([bias] if bias else []), constant, *others])
    altered_weights = altered(arithmetic, {"kernel": w} | ({"bias": bias} if bias else {}))
    w = arithmetic.take(w, "the kernel")
    inputs, view = batched_input(x, rank, layout)
    batch, channels_in, *sizes = inputs.shape
    kernel = with_spatial_axes(w, rank, channels_in, kernel_layout) if pointwise else w
    weights = full_kernel(kernel, channels_in, settings.groups, kernel_layout, view)
    channels_out, per_group, *kernels = weights.shape
    if pointwise:
        refuse_larger_than_one(tuple(kernels), w.shape)
    check_groups(settings.groups, channels_in, channels_out)
    if per_group * settings.groups != channels_in:
        raise _channels_differ(given, channels_in, per_group, settings.groups)
    spec = conv_spec(
        sizes=sizes, kernels=kernels, channels_in=channels_in, channels_out=channels_out, settings=settings, batch=batch
    )
    return Convolution(
        source=inputs,
        w=weights,
        bias=None if bias is None else full_bias(arithmetic.take(bias, "the bias"), channels_out),
        spec=spec,
        input_view=view,
        view=view.with_channels() if len(kernel.shape) > rank else view,
        arithmetic=arithmetic,
        pad_value=_zero(arithmetic) if constant is ZERO else arithmetic.take(constant, "the padding value"),
        given=given,
        altered_weights=altered_weights,
    )


@lru_cache
def _zero(arithmetic: Arithmetic) -> Tensor:
    """The padding of nearly every problem as an operand, rounded once for all of them."""
    return arithmetic.take(ZERO, "the padding value")


def _channels_differ(given: dict[str, tuple[int, ...]], channels_in: int, per_group: int, groups: int) -> FitError:
    reads = f"{per_group}·{groups} = {per_group * groups}" if groups > 1 else str(per_group)
    fix = f"give a kernel with {plural(max(1, channels_in // groups), 'input channel')}"
    if groups == 1 and len(given["kernel"]) > 2 and given["kernel"][-2] == channels_in:
        fix += ", or say --kernel-layout hwio if the kernel's channels are its last two axes (TensorFlow, JAX)"
    elif channels_in % per_group == 0:
        fix += f", or say --groups {channels_in // per_group}"
    elif len(given["input"]) > 2 and given["input"][-1] == per_group * groups:
        fix += ", or say --layout nhwc if the input's last axis is its channels"
    return FitError(
        "the channels of input and kernel do not match",
        given=f"input {shape_text(given['input'])} has {plural(channels_in, 'channel')}; "
        f"kernel {shape_text(given['kernel'])} at groups {groups} reads {reads}",
        expected="input channels = kernel's input channels · groups",
        fix=fix,
    )
