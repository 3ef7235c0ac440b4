"""How much is shown, to how many digits, and how numbers and indices are worded."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from convcli.document.model import Role, Span
from convcli.layout import Index
from convcli.numbers.grammar import Number
from convcli.numbers.show import shown
from convcli.problem import Bilinear, Convolution, Problem

P_co = TypeVar("P_co", bound=Problem, covariant=True)

PAD = "░"  # stands before what a padding cell shows, so that colour is never the only sign
NOTHING = "·"  # the product of a padding cell that contributes nothing


SHOWN = 36  # output elements worked out unasked


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What the reader asked for."""

    precision: int = 6
    fractions: bool = False
    from_one: bool = False
    show: int | None = None
    """The most output elements whose working is shown; None for as many as suit: 36, or where patches are drawn as
    grids 36 of those, or 12 if not even one output channel has so few."""
    everything: bool = False
    """Whether nothing is to be left out, whatever the other limits."""
    rows: int = 32
    columns: int = 32
    planes: int = 12
    """The most rows, columns and planes of one grid of results."""

    def most_elements(self, grids: int, size: int) -> int | None:
        """How many elements are worked out, in channels of `size`, each element with so many patches as grids."""
        if self.everything:
            return None
        if self.show is not None:
            return self.show
        if not grids:
            return SHOWN
        return (SHOWN if size * grids <= SHOWN else SHOWN // 3) // grids


@dataclass(frozen=True)
class Writer(Generic[P_co]):
    """Numbers and indices of one problem as spans."""

    problem: P_co
    style: Style

    @property
    def dtype(self) -> str:
        """The type whose values the operands are: a float type's name, or `exact`."""
        return self.problem.arithmetic.name if self.problem.arithmetic.is_float else "exact"

    @property
    def first(self) -> int:
        """What the first index is called."""
        return int(self.style.from_one)

    @property
    def plane_shape(self) -> tuple[int, int]:
        """Rows and columns of a plane of the output; in 1-D there is one row."""
        height, width = (1, *self.problem.spec.outputs)[-2:]
        return height, width

    def number(self, role: Role, number: Number) -> Span:
        """A number as it stands in a grid."""
        text, rounded = shown(number, self.style.precision, self.dtype, fractions=self.style.fractions)
        return Span(role, text, rounded and self.dtype == "exact")

    def addend(self, role: Role, number: Number) -> Span:
        """A number after a plus sign: in parentheses if it is negative."""
        span = self.number(role, number)
        return Span(role, f"({span.text})", span.rounded) if span.text[0] == "-" else span

    def multiplier(self, role: Role, number: Number) -> Span:
        """A number in a product: in parentheses if it has a sign or a fraction bar of its own."""
        span = self.number(role, number)
        return Span(role, f"({span.text})", span.rounded) if span.text[0] == "-" or "/" in span.text else span

    def cell(self, number: Number, *, padding: bool) -> Span:
        """A cell of a patch, padding marked as such."""
        return self.marked(self.number(Role.INPUT, number), padding)

    def factor(self, number: Number, *, padding: bool) -> Span:
        """A cell of a patch as a factor of a product."""
        return self.marked(self.multiplier(Role.INPUT, number), padding)

    def marked(self, span: Span, padding: bool) -> Span:
        """An input span, as padding if it is."""
        return Span(Role.PADDING, PAD + span.text, span.rounded) if padding else span

    def count(self, index: int) -> str:
        """An index or a channel's number as the reader counts."""
        return str(index + self.first)

    def place(self, index: Sequence[int]) -> str:
        """A tuple of indices, as `0,1`."""
        return ",".join(map(self.count, index))

    def output_name(self, at: Index) -> str:
        """An output element by its index as printed: y[0,1,2]."""
        return f"{self.problem.symbol}[{self.place(self.problem.view.shape(at))}]"

    def kernel_name(self, channel_out: int, channel: int) -> str:
        """The kernel slice between an output channel and the input channel of that number in the group."""
        return f"kernel[{self.place((channel_out, channel))}]" if self.problem.view.channels else "kernel"


ConvWriter = Writer[Convolution]
SumWriter = Writer[Bilinear]
