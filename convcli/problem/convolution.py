"""Floor 3: tensors and the spec they agree with, in one layout: x (N, C, *n), w (O, C/G, *k), bias (O,)."""

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import FitError, InputError, plural
from convcli.layout import (
    Index,
    View,
    batched_input,
    full_kernel,
    refuse_larger_than_one,
    shape_text,
    with_spatial_axes,
)
from convcli.numbers.arithmetic import INTEGERS, Arithmetic, Overflow, choose, to_exact
from convcli.numbers.grammar import Number
from convcli.numbers.tensor import Tensor
from convcli.settings import Settings, check_groups
from convcli.spec import ConvSpec, conv_spec


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """A convolution ready to be computed: tensors as operands of its arithmetic, and their spec.

    `given` holds the shapes as the user gave them, by role. The input is kept as it was read: of one too large to
    be converted, single elements are explained all the same.
    """

    source: Tensor
    """The input (N, C, *n), not yet in the arithmetic."""
    w: Tensor
    bias: Tensor | None
    spec: ConvSpec
    view: View
    input_view: View
    arithmetic: Arithmetic
    pad_value: Tensor
    given: dict[str, tuple[int, ...]]
    altered_weights: dict[str, int]

    @cached_property
    def x(self) -> Tensor:
        """The whole input (N, C, *n) as an operand. Raises FitError for a value that its type does not hold."""
        return self.arithmetic.take(self.source, "the input", self.input_view.shape)

    def patch(self, values: NDArray[Any]) -> Tensor:
        """Some of `source.values` as operands."""
        return self.arithmetic.take(self.source.with_values(values), "the input")

    def input_at(self, index: Index) -> Number:
        """One element of the input, at (n, c, *s), as an operand."""
        values = self.source.values
        return self.patch(np.array([values[index]], values.dtype)).at((0,))

    @property
    def altered(self) -> dict[str, int]:
        """How many values of each operand its integer type wraps or saturates."""
        return _altered(self.arithmetic, {"input": self.source}) | self.altered_weights

    @property
    def op(self) -> str:
        """The operation by its name in frameworks: conv1d, conv2d, conv3d."""
        return f"conv{self.spec.rank}d"

    @property
    def pads_with_value(self) -> bool:
        """Whether padding cells hold a constant that takes part, rather than contributing nothing."""
        return bool(self.pad_value.values[()] != 0)


def problem(
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
) -> Problem:
    """Bring tensors and settings together.

    x: (*n), (C, *n) or (N, C, *n), or with channels last; w: (*k), (O, C/G, *k), or of rank k+1 whichever of
    (C, *k) and (O, *k) fits; bias: (O,) or one number. A `pointwise` kernel is 1x1 and may be the matrix (O, C).
    Raises FitError where they do not agree.

    >>> p = problem(Tensor.of([[1, 2], [3, 4]]), Tensor.of([[1, 1]]), rank=2)
    >>> str(p.spec), p.view.channels
    ('1@2x2 * 1x2 -> 1@2x1', False)
    """
    settings = settings or Settings()
    given = {"input": x.shape, "kernel": w.shape} | ({"bias": bias.shape} if bias is not None else {})
    for role, shape in given.items():
        _refuse_empty(role, shape)
    constant = _scalar(pad_value)
    arithmetic = choose(dtype, overflow, [x, w, *([bias] if bias else []), constant])
    altered_weights = _altered(arithmetic, {"kernel": w} | ({"bias": bias} if bias else {}))
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
    biases = None if bias is None else _bias(arithmetic.take(bias, "the bias"), channels_out)
    return Problem(
        source=inputs,
        w=weights,
        bias=biases,
        spec=spec,
        input_view=view,
        view=replace(view, channels=view.channels or len(kernel.shape) > rank),
        arithmetic=arithmetic,
        pad_value=arithmetic.take(constant, "the padding value"),
        given=given,
        altered_weights=altered_weights,
    )


def _altered(arithmetic: Arithmetic, operands: dict[str, Tensor]) -> dict[str, int]:
    if arithmetic.name not in INTEGERS:
        return {}
    counts = {role: int(arithmetic.outside(to_exact(tensor, f"the {role}")).sum()) for role, tensor in operands.items()}
    return {role: count for role, count in counts.items() if count}


def _scalar(value: Number) -> Tensor:
    if isinstance(value, float):
        return Tensor.of(value)
    ratio = Fraction(value)
    return Tensor.exact(Tensor.exact([ratio.numerator]).values.reshape(()), ratio.denominator)


def _refuse_empty(role: str, shape: tuple[int, ...]) -> None:
    if 0 in shape:
        raise InputError(
            f"the {role} is empty",
            given=f"shape {shape_text(shape)}",
            expected="at least one number along every axis",
            fix="leave out the empty axis, or check how the file was written",
        )


def _bias(bias: Tensor, channels_out: int) -> Tensor:
    values = bias.values
    if values.ndim == 0:
        return bias.with_values(values.reshape(1).repeat(channels_out))
    if values.shape != (channels_out,):
        raise FitError(
            "the bias does not match the output channels",
            given=f"bias of shape {shape_text(bias.shape)}; {plural(channels_out, 'output channel')}",
            expected=f"shape {shape_text((channels_out,))}, or one number for all",
            fix=f"give {plural(channels_out, 'number')}, one for each output channel",
        )
    return bias


def _channels_differ(given: dict[str, tuple[int, ...]], channels_in: int, per_group: int, groups: int) -> FitError:
    reads = f"{per_group}·{groups} = {per_group * groups}" if groups > 1 else str(per_group)
    fix = f"give a kernel with {plural(max(1, channels_in // groups), 'input channel')}"
    if channels_in % per_group == 0:
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
