"""A plane of a tensor as a sheet of cells: what stands in each, and which are chosen or lit. Made on demand."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from convcli.document import Role, Span, Writer
from convcli.document.style import NOTHING, PAD
from convcli.layout import Index
from convcli.numbers.tensor import Tensor, magnitude
from convcli.problem import Bilinear, Problem
from convcli.render.glyphs import in_ascii
from convcli.settings import PoolKind
from convcli.workbench.edit import role_of
from convcli.workbench.links import Box, summands
from convcli.workbench.state import Pane, State

ROLES = {Pane.INPUT: Role.INPUT, Pane.KERNEL: Role.KERNEL, Pane.OUTPUT: Role.OUTPUT}

LETTERS = {
    "Transposed": {Pane.KERNEL: "co"},
    "InputGradient": {Pane.INPUT: "no"},
    "KernelGradient": {Pane.KERNEL: "no"},
    "BiasGradient": {Pane.KERNEL: "no"},
}
"""What the leading axes of an operand are, n items, c input and o output channels, where not `nc` and `oc`."""

MEASURED = 4096
"""Cells of a plane whose texts are all measured; of a larger one the width is told from the digits."""

HIDDEN, WAITING = "?", "…"
LIT, CHOSEN, CHOSEN_ASCII = ("[", "]"), ("▐", "▌"), (">", "<")


@dataclass(frozen=True)
class Sheet:
    """One pane, as it is in a state."""

    state: State
    pane: Pane
    measured: int | None = None
    """The width of the widest cell, where it is known from a sheet of the same numbers."""

    def after(self, before: "Sheet | None") -> "Sheet":
        """This sheet, drawn after another: what holds the same numbers is not measured anew."""
        return self if before is None or not self.holds_as(before) else replace(self, measured=before.width)

    def holds_as(self, other: "Sheet") -> bool:
        """Whether another sheet of the pane holds the same numbers in the same places."""
        mine, others = self.state, other.state
        same = mine.problem is others.problem and mine.output is others.output and mine.guessed == others.guessed
        return same and self.index[:2] + self.index[2:-2] == other.index[:2] + other.index[2:-2]

    @cached_property
    def index(self) -> Index:
        """The chosen cell, as a canonical index."""
        return self.state.cells[self.pane]

    @cached_property
    def frame(self) -> list[tuple[int, int]]:
        """Along each axis in space, the first place and one past the last: an input has its padding around it."""
        shape = self.state.shape(self.pane)[2:]
        if self.pane is not Pane.INPUT:
            return [(0, n) for n in shape]
        axes = self.state.problem.spec.windows
        if axes is None:
            return [(0, n) for n in shape]
        return [(axis.line.start, axis.line.stop) for axis in axes]

    @property
    def rows(self) -> int:
        """Rows of the sheet; a signal has one."""
        first, last = self.frame[-2] if len(self.frame) > 1 else (0, 1)
        return last - first

    @property
    def columns(self) -> int:
        """Columns of the sheet."""
        first, last = self.frame[-1]
        return last - first

    @property
    def chosen(self) -> tuple[int, int]:
        """Row and column of the chosen cell."""
        row = self.index[-2] - self.frame[-2][0] if len(self.frame) > 1 else 0
        return row, self.index[-1] - self.frame[-1][0]

    @property
    def shown(self) -> tuple[range, range]:
        """Rows and columns that are to be seen: what is lit by another pane's chosen cell, or else the chosen cell, and
        what is next to it."""
        box = None if self.state.focus is self.pane else self.lit
        if box is None or not all(box):
            box = tuple(frozenset((i,)) for i in self.index[2:])
        frame = self.frame[-2:]
        along = [range(min(line) - low, max(line) - low + 1) for line, (low, _) in zip(box[-2:], frame, strict=True)]
        if len(along) == 1:
            along.insert(0, range(1))
        rows, columns = (
            range(max(0, line.start - 1), min(line.stop + 1, count))
            for line, count in zip(along, (self.rows, self.columns), strict=True)
        )
        return rows, columns

    def place(self, row: int, column: int) -> Index:
        """The places in space of a cell of the sheet; those of padding lie beyond the tensor."""
        inner = (*self.index[2:-2], row + self.frame[-2][0]) if len(self.frame) > 1 else ()
        return (*inner, column + self.frame[-1][0])

    def canonical(self, row: int, column: int) -> Index | None:
        """The index of a cell of the sheet; None for padding."""
        place = self.place(row, column)
        inside = all(0 <= i < n for i, n in zip(place, self.state.shape(self.pane)[2:], strict=True))
        return (*self.index[:2], *place) if inside else None

    @cached_property
    def lit(self) -> Box | None:
        """What is lit on the plane that is shown, along each axis in space."""
        return lit(self.state, self.pane)

    def is_lit(self, row: int, column: int) -> bool:
        """Whether a cell is lit."""
        if self.lit is None:
            return False
        return all(i in line for i, line in zip(self.place(row, column), self.lit, strict=True))

    @property
    def marked(self) -> set[int]:
        """The rows that have a mark in them."""
        first = self.frame[-2][0] if len(self.frame) > 1 else 0
        lit = () if self.lit is None else self.lit[-2] if len(self.frame) > 1 else (0,)
        return {self.chosen[0], *(place - first for place in lit)}

    def differs_in(self, other: "Sheet") -> set[int] | None:
        """The rows in which this sheet differs from one drawn before, if that is by marks alone; None otherwise."""
        typing = self.state.draft is not None or other.state.draft is not None
        return self.marked | other.marked if self.holds_as(other) and not typing else None

    def span(self, row: int, column: int) -> Span:
        """What stands in a cell."""
        span = self._span(row, column)
        return in_ascii(span) if self.state.ascii else span

    def _span(self, row: int, column: int) -> Span:
        state, index = self.state, self.canonical(row, column)
        writer = Writer(state.problem, state.style)
        if index is None:
            return self._padding(writer, self.place(row, column))
        if self.pane is Pane.OUTPUT and state.guessed is not None and index not in state.guessed:
            return Span(Role.NOTE, HIDDEN)
        if self.pane is Pane.OUTPUT and state.output is None and index != state.at:
            return Span(Role.NOTE, WAITING)
        if self.pane is Pane.INPUT:
            return writer.number(Role.INPUT, state.problem.input_at(index))
        tensor = state.tensor(self.pane)
        return writer.number(ROLES[self.pane], state.value(index) if tensor is None else tensor.at(index))

    def _padding(self, writer: "Writer[Problem]", place: Index) -> Span:
        """A cell beyond the edge: what padding shows there."""
        problem, axes = self.state.problem, self.state.problem.spec.windows
        assert axes is not None
        if any(axis.is_beyond(at) for axis, at in zip(axes, place, strict=True)):
            return Span(Role.PADDING, NOTHING)  # where a window of ceil mode hangs over
        sources = [axis.mode.source(at, axis.size) for axis, at in zip(axes, place, strict=True)]
        known = [source for source in sources if source is not None]
        if len(known) == len(sources):
            return writer.cell(problem.input_at((*self.index[:2], *known)), padding=True)
        if isinstance(problem, Bilinear):
            return writer.cell(problem.pad_value.at(()), padding=True)
        kind = getattr(problem.spec, "kind", None)
        return Span(Role.PADDING, PAD + ("" if kind is PoolKind.MAX else "0"))

    @cached_property
    def width(self) -> int:
        """Characters that the widest cell takes."""
        if self.measured is not None:
            return self.measured
        tensor = self.state.tensor(self.pane)
        ring = 1 if self.pane is Pane.INPUT and self.state.problem.spec.windows is not None else 0
        if tensor is None:
            return max(len(self.state.style.precision * "0") + 2, 4)
        if self.rows * self.columns <= MEASURED:
            cells = (self.span(r, c).text for r in range(self.rows) for c in range(self.columns))
            return max(map(len, cells))
        return _widest(tensor, self.state.style.precision) + ring

    @property
    def signs(self) -> tuple[str, str]:
        """What stands to the left and to the right of the chosen cell."""
        return CHOSEN_ASCII if self.state.ascii else CHOSEN

    @property
    def title(self) -> str:
        """What the pane shows: its name, and which plane of how many."""
        state, first = self.state, int(self.state.style.from_one)
        shape = state.shape(self.pane)
        own = LETTERS.get(type(state.problem).__name__, {}) | {Pane.OUTPUT: state.problem.view.names}
        letters = own.get(self.pane, "nc" if self.pane is Pane.INPUT else "oc")[:2]
        role = role_of(state.problem, self.pane) or "ones" if self.pane is not Pane.OUTPUT else "output"
        name = role if self.pane is not Pane.OUTPUT else state.problem.symbol if state.problem.symbol != "y" else role
        where = [
            f"{letter}{i + first}/{n}" for letter, i, n in zip((*letters, "z"), self.index, shape, strict=False)
            if n > 1 and (letter != "z" or len(shape) == 5)
        ]  # fmt: skip
        return " ".join([name, *where])


@lru_cache(maxsize=6)
def _widest(tensor: Tensor, precision: int) -> int:
    """The most characters that a number of a tensor may take."""
    if tensor.is_exact and tensor.denominator == 1:
        return len(str(magnitude(tensor.values))) + int(tensor.values.min() < 0)
    return precision + 6  # sign, point and exponent


def lit(state: State, pane: Pane) -> Box | None:
    """What is lit in a pane by the cell under the mouse, or else by the chosen one of the focused pane."""
    origin, index = state.hover or (state.focus, state.cells[state.focus])
    if origin is pane:
        return None
    at = index if origin is Pane.OUTPUT else state.at
    leads = {shown: cell[:2] for shown, cell in state.cells.items() if shown in (origin, pane)} | {origin: index[:2]}
    parts = (
        part
        for part in summands(state.problem, at)
        if leads.get(Pane.INPUT, part.source) == part.source and leads.get(Pane.KERNEL, part.other) == part.other
    )
    if next(parts, None) is None:  # the planes that are shown have nothing to do with each other
        return None
    links, space = state.links, index[2:]
    if origin is Pane.OUTPUT:
        return links.patch(space) if pane is Pane.INPUT else links.taps(space)
    if origin is Pane.INPUT:
        return links.outputs(space) if pane is Pane.OUTPUT else links.partners(at[2:], space)
    return links.fed(space) if pane is Pane.OUTPUT else links.places(space)


def marks(sheet: Sheet, row: int, columns: range) -> Iterator[str]:
    """The signs between the cells of a row, one more than there are cells: brackets about what is lit, blocks about
    the chosen cell of the output and of the focused pane."""
    before = False
    shown = sheet.pane in (sheet.state.focus, Pane.OUTPUT)
    chosen = sheet.chosen[1] if shown and sheet.chosen[0] == row else None
    left, right = sheet.signs
    for column in range(columns.start, columns.stop + 1):
        now = column < columns.stop and sheet.is_lit(row, column)
        if column == chosen and column < columns.stop:
            yield left
        elif column - 1 == chosen and column > columns.start:
            yield right
        else:
            yield " " if now == before else LIT[0] if now else LIT[1]
        before = now
