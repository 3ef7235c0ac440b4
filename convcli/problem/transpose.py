"""Transposed convolution: x (N, C, *n), w (C, O/G, *k) and bias (O,)."""

from dataclasses import dataclass, replace

from convcli.axis import PaddingMode
from convcli.errors import FitError, plural
from convcli.layout import batched_input, full_kernel, shape_text
from convcli.numbers.arithmetic import Overflow, choose
from convcli.numbers.tensor import Tensor
from convcli.problem.base import altered, refuse_empty
from convcli.problem.bilinear import Bilinear, full_bias
from convcli.settings import Settings, check_groups
from convcli.spec import TransposedSpec, transposed_spec


@dataclass(frozen=True, kw_only=True, eq=False)
class Transposed(Bilinear):
    """A transposed convolution ready to be computed."""

    spec: TransposedSpec

    @property
    def op(self) -> str:
        """conv_transpose1d, 2d or 3d."""
        return f"conv_transpose{self.spec.rank}d"

    @property
    def uncropped(self) -> "Transposed":
        """The same with everything that the stamps cover, and without the bias."""
        axes = tuple(
            replace(axis, pad_before=0, pad_after=0, output_padding=0, mode=PaddingMode.ZEROS)
            for axis in self.spec.axes
        )
        return replace(self, spec=replace(self.spec, axes=axes), bias=None)


def transposed(
    x: Tensor,
    w: Tensor,
    bias: Tensor | None = None,
    *,
    rank: int,
    settings: Settings | None = None,
    layout: str = "nchw",
    kernel_layout: str = "iohw",
    dtype: str = "auto",
    overflow: Overflow = Overflow.ERROR,
) -> Transposed:
    """Bring tensors and settings together.

    x: (*n), (C, *n) or (N, C, *n), or with channels last; w: (*k), (C, O/G, *k), or of rank k+1 whichever of
    (C, *k) and (O, *k) fits; bias: (O,) or one number. Raises FitError where they do not agree.

    >>> p = transposed(Tensor.of([[0, 1], [2, 3]]), Tensor.of([[0, 1], [2, 3]]), rank=2, settings=Settings(stride=2))
    >>> str(p.spec)
    '1@2x2 *T 2x2 -> 1@4x4'
    """
    settings = settings or Settings()
    given = {"input": x.shape, "kernel": w.shape} | ({"bias": bias.shape} if bias is not None else {})
    refuse_empty(given)
    arithmetic = choose(dtype, overflow, [x, w, *([bias] if bias else [])])
    altered_weights = altered(arithmetic, {"kernel": w} | ({"bias": bias} if bias else {}))
    inputs, view = batched_input(x, rank, layout)
    batch, channels_in, *sizes = inputs.shape
    kernel = arithmetic.take(w, "the kernel")
    weights = full_kernel(kernel, channels_in, settings.groups, kernel_layout, view, transposed=True)
    reads, per_group, *kernels = weights.shape
    if reads != channels_in:
        raise _channels_differ(given, channels_in, reads, per_group)
    channels_out = per_group * max(settings.groups, 1)
    check_groups(settings.groups, channels_in, channels_out)
    spec = transposed_spec(
        sizes=sizes, kernels=kernels, channels_in=channels_in, channels_out=channels_out, settings=settings, batch=batch
    )
    return Transposed(
        source=inputs,
        w=weights,
        bias=None if bias is None else full_bias(arithmetic.take(bias, "the bias"), channels_out),
        spec=spec,
        input_view=view,
        view=view.with_channels() if len(w.shape) > rank or channels_out > 1 else view,
        arithmetic=arithmetic,
        given=given,
        altered_weights=altered_weights,
    )


def _channels_differ(given: dict[str, tuple[int, ...]], channels_in: int, reads: int, second: int) -> FitError:
    fix = f"give a kernel of {plural(channels_in, 'input channel')}, (input channels, output channels / groups, ...)"
    if second == channels_in:
        fix += "; if its output channels come first, say --kernel-layout oihw"
    elif len(given["input"]) > 2 and given["input"][-1] == reads:
        fix += ", or say --layout nhwc if the input's last axis is its channels"
    return FitError(
        "the channels of input and kernel do not match",
        given=f"input {shape_text(given['input'])} has {plural(channels_in, 'channel')}; "
        f"kernel {shape_text(given['kernel'])} reads {reads}",
        expected="a transposed kernel's first axis is the input channels",
        fix=fix,
    )
