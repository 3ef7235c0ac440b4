"""Tensors as planes of cells: inputs with their padding in its place, kernels, and outputs that fill up."""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from convcli.axis import Axis
from convcli.document import Role, Span, Writer
from convcli.document.elide import CHANNELS
from convcli.document.style import NOTHING, SumWriter
from convcli.layout import Index
from convcli.numbers.grammar import Number
from convcli.render.drawing.scene import Cell, During, Mark, Place, Plane, Turns, Written

OUTPUT = "output"
"""The path of what moves over the output."""

Rows = tuple[tuple[Cell, ...], ...]


def flat(place: Sequence[int]) -> Place:
    """Row and column of a place; a signal is the only row."""
    row, column = (0, *place)[-2:]
    return row, column


def extent(lengths: Sequence[int]) -> Place:
    """Rows and columns of a shape; a signal is one row."""
    rows, columns = (1, *lengths)[-2:]
    return rows, columns


def places(lengths: Sequence[int]) -> Iterator[Index]:
    """Every place, row by row."""
    return itertools.product(*map(range, lengths))


def sheet(lengths: Sequence[int], cell: Callable[[Index], Cell]) -> Rows:
    """Cells by their place in a plane of such lengths."""
    rows, columns = extent(lengths)
    rank = len(lengths)
    return tuple(tuple(cell((i, j)[-rank:]) for j in range(columns)) for i in range(rows))


def input_rows(channel: int, writer: Writer[Any]) -> Rows:
    """A channel of the input as it is."""

    def cell(place: Index) -> Cell:
        return Cell(writer.number(Role.INPUT, writer.problem.input_at((0, channel, *place))))

    return sheet(writer.problem.spec.sizes, cell)


def padded_rows(channel: int, axes: Sequence[Axis], writer: Writer[Any], constant: Span | None) -> Rows:
    """A channel of the input with its padding, and with what windows hang over; what is constant stands as given."""

    def cell(place: Index) -> Cell:
        pairs = [(axis, axis.line[at]) for axis, at in zip(axes, place, strict=True)]
        if any(axis.is_beyond(at) for axis, at in pairs):
            return Cell(Span(Role.PADDING, NOTHING), outside=True)
        outside = any(not 0 <= at < axis.size for axis, at in pairs)
        sources = [axis.mode.source(at, axis.size) for axis, at in pairs]
        if None in sources:
            return Cell(constant, outside=True)
        number = writer.problem.input_at((0, channel, *(source or 0 for source in sources)))
        return Cell(writer.number(Role.PADDING if outside else Role.INPUT, number), outside)

    return sheet([len(axis.line) for axis in axes], cell)


def kernel_rows(leading: Index, lengths: Sequence[int], writer: SumWriter) -> Rows:
    """A kernel slice as it was given, by its leading index."""
    w = writer.problem.w
    return sheet(lengths, lambda tap: Cell(writer.number(Role.KERNEL, w.at((*leading, *tap)))))


def output_plane(channel: int, coming: Sequence[tuple[int, Index, Number]], turns: Turns, writer: Writer[Any]) -> Plane:
    """An output channel: which number comes in which frame in which place, to stay; a mark leads along."""
    spec = writer.problem.spec
    end = turns.whole.stop
    written = tuple(
        Written(*flat(place), writer.number(Role.OUTPUT, number), During(frame, end)) for frame, place, number in coming
    )
    mark = Mark(Role.OUTPUT, 1, 1, ((0, 0, None),), OUTPUT, turns.of(channel))
    rows = sheet(spec.outputs, lambda _: Cell())
    name = caption("output", channel, spec.channels_out, writer)
    return Plane(name, rows, turns.whole, written, (), (mark,))


def read(spec: Any, number: int, turns: Turns) -> Iterator[tuple[int, range]]:
    """Which input channel is read as the one of that number in its group, and for which output channels."""
    for first in range(0, turns.channels, spec.group_out):
        yield spec.channels_of(first)[number], range(first, min(first + spec.group_out, turns.channels))


def cells(spec: Any, turns: Turns, lengths: Sequence[int], results: Sequence[int]) -> int:
    """How many cells are drawn, planes of the input being of such lengths and those of the output of those."""
    reads = min(getattr(spec, "group_in", 1), CHANNELS)
    groups = -(-turns.channels // getattr(spec, "group_out", 1))
    kernels: int = turns.channels * reads * math.prod(spec.kernels)
    return groups * reads * math.prod(lengths) + kernels + turns.channels * math.prod(results)


def caption(name: str, channel: int, channels: int, writer: Writer[Any]) -> str:
    """What a plane is called: its channel too where there are several."""
    return f"{name}, channel {writer.count(channel)}" if channels > 1 else name
