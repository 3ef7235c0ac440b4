"""Sums of products of two operands: what convolution, transposed convolution and gradients have in common."""

from dataclasses import dataclass
from fractions import Fraction

from convcli.errors import FitError, plural
from convcli.layout import shape_text
from convcli.numbers.grammar import Number
from convcli.numbers.tensor import Tensor
from convcli.problem.base import Problem
from convcli.spec import BilinearSpec

ZERO = Tensor.exact(Tensor.exact([0]).values.reshape(()))


@dataclass(frozen=True, kw_only=True, eq=False)
class Bilinear(Problem):
    """A sum of products for each output element."""

    w: Tensor
    """The second operand: the kernel, or, for the kernel's gradient, that of the output."""
    bias: Tensor | None
    spec: BilinearSpec
    pad_value: Tensor = ZERO

    @property
    def parts(self) -> str:
        """What the parts are that an element is summed over, one of them."""
        return "channel"

    @property
    def padding_counts(self) -> bool:
        """Whether what lies beyond the edge contributes to sums."""
        return False

    @property
    def pads_with_value(self) -> bool:
        """Whether padding cells hold a constant that takes part, rather than contributing nothing."""
        return bool(self.pad_value.values[()] != 0)


def scalar(value: Number) -> Tensor:
    """A number as a tensor of no axes."""
    if isinstance(value, float):
        return Tensor.of(value)
    if value == 0:  # as nearly always
        return ZERO
    ratio = Fraction(value)
    return Tensor.exact(Tensor.exact([ratio.numerator]).values.reshape(()), ratio.denominator)


def full_bias(bias: Tensor, channels_out: int) -> Tensor:
    """The bias as (O,), from one number for each output channel or one for all."""
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
