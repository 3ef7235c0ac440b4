"""The output itself, as captioned grids: one for each channel, or for each slice of one."""

import itertools
import math
from collections.abc import Callable

from convcli.document.elide import MAP, PAGE, Kept, grid, hidden, kept, left_out
from convcli.document.header import output_shape, shape
from convcli.document.model import Block, Equation, Heading, Paragraph, Role, Span, Working, text
from convcli.document.style import Style, Writer
from convcli.errors import plural
from convcli.layout import Index
from convcli.numbers.grammar import Number
from convcli.problem import Problem

_AXES = {"n": "batch", "o": "channel", "c": "channel", "z": "depth", "y": "height", "x": "width"}


def output_heading(writer: Writer[Problem]) -> Heading:
    """The output's shape, and what its axes are."""
    view = writer.problem.view
    names = _AXES | ({"x": "length"} if writer.problem.spec.rank == 1 else {})
    if view.names[:2] == ("o", "c"):  # a kernel's
        names |= {"o": "output channel", "c": "input channel"}
    axes = ", ".join(names[axis] for axis in view.axes.split(","))
    said = "Output " if writer.problem.symbol == "y" else f"Gradient {writer.problem.symbol} "
    return Heading(2, text(said, shape(Role.OUTPUT, output_shape(writer.problem)), f": {axes}"))


def stacked(number: Callable[[Index], Number], writer: Writer[Problem], *, partly: bool) -> list[Block]:
    """The whole output under its heading, below a working that shows only part of it, or all."""
    return [output_heading(writer), *output_blocks(number, writer, PAGE if partly else None)]


def output_blocks(number: Callable[[Index], Number], writer: Writer[Problem], most: int | None = None) -> list[Block]:
    """The output (n, o, *s) as grids, of about `most` numbers; `number` is asked for those shown and no others.

    In 1-D the channels of one batch item are the rows of one grid.
    """
    style = writer.style
    *outer, height, width = _drawn_shape(writer.problem)
    is_bias = writer.problem.view.order == (0,)
    sheets = list(itertools.product(*map(range, outer)))
    stack = kept(len(sheets), None if style.everything else style.planes)
    rows, columns = _sides(height, width, style, most and most // len(stack))
    grids, zeros = [], (0,) * len(writer.problem.spec.output_shape)
    for sheet in (sheets[i] for i in stack if i is not None):

        def cell(i: int, j: int, sheet: Index = sheet) -> Span:
            at = (j, i) if is_bias else (*sheet, i, j)
            return writer.number(Role.OUTPUT, number((*at, *zeros[len(at) :])))

        grids.append(grid(Role.OUTPUT, rows, columns, cell, _caption(sheet, writer), writer.first))
    notes = []
    if missing := hidden((height, width), rows, columns):
        notes.append(f"… {missing}{' of each' if len(sheets) > 1 else ''} not shown: --show all")
    if left := left_out(len(sheets), stack):
        notes.append(f"… {plural(left, 'more grid')} of {len(sheets):,} not shown: --show all")
    lines = tuple(text(note, role=Role.NOTE) for note in notes)
    return [Working((Equation((), tuple(grids)),)), *([Paragraph(lines, indent=2)] if lines else [])]


def _drawn_shape(problem: Problem) -> Index:
    """The output's shape; of what has no axes in space, as a bias or the matrix of a 1x1 kernel, its channels alone."""
    shape, order = problem.spec.output_shape, problem.view.order
    if order == (0,):
        return (1, shape[0])
    return shape if any(axis > 1 for axis in order) else shape[:2]


def _sides(height: int, width: int, style: Style, most: int | None) -> tuple[Kept, Kept]:
    """The rows and columns of each grid that are shown; of more than `most` numbers about as many of both."""
    if style.everything:
        return kept(height, None), kept(width, None)
    rows, columns = min(height, style.rows), min(width, style.columns)
    if most is not None and rows * columns > most:
        rows = min(rows, max(math.isqrt(most), MAP))
        columns = min(columns, max(most // rows, MAP))
    return kept(height, rows), kept(width, columns)


def _caption(sheet: Index, writer: Writer[Problem]) -> str:
    """Which batch item, channel and slice a grid is, so far as there are several; of a kernel, which channels."""
    words = (*writer.problem.axes_called, "depth")
    names = zip(words, sheet, writer.problem.spec.output_shape, strict=False)
    return ", ".join(f"{name} {writer.count(i)}" for name, i, length in names if length > 1)
