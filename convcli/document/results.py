"""The output itself, as captioned grids: one for each channel, or each slice of one."""

import itertools
from collections.abc import Callable

from convcli.document.elide import grid, hidden, kept, left_out
from convcli.document.model import Block, Equation, Grid, Paragraph, Role, Working, text
from convcli.document.style import Writer
from convcli.errors import plural
from convcli.layout import Index
from convcli.numbers.grammar import Number

_INNER = {1: "row", 2: "channel", 3: "slice"}


def output_blocks(number: Callable[[Index], Number], writer: Writer) -> list[Block]:
    """The output (n, o, *s) as grids; `number` is asked for the elements shown and no others.

    In 1-D the channels of one batch item are the rows of one grid.
    """
    spec, style = writer.problem.spec, writer.style
    flat = spec.rank == 1
    shape = spec.output_shape if not flat else (spec.batch, spec.channels_out, *spec.outputs)
    outer, (height, width) = shape[:-2], shape[-2:]
    everything = style.everything
    rows, columns = (
        kept(height, None if everything else style.rows),
        kept(width, None if everything else style.columns),
    )
    sheets = list(itertools.product(*map(range, outer)))
    planes = kept(len(sheets), None if everything else style.planes)
    grids: list[Grid] = []
    for at in planes:
        if at is None:
            continue
        sheet = sheets[at]
        grids.append(
            grid(
                Role.OUTPUT,
                rows,
                columns,
                lambda i, j, sheet=sheet: writer.number(Role.OUTPUT, number((*sheet, i, j))),
                _caption(sheet, writer),
                int(style.from_one),
            )
        )
    made: list[Block] = [Working((Equation((), tuple(grids)),))]
    notes = []
    if missing := hidden((height, width), rows, columns):
        notes.append(f"… {missing} {'of each ' if len(sheets) > 1 else ''}not shown")
    if left := left_out(len(sheets), planes):
        notes.append(f"… {plural(left, _INNER[3] if spec.rank == 3 else _INNER[2])} not shown")
    return [*made, *([Paragraph(tuple(text(note, role=Role.NOTE) for note in notes), indent=2)] if notes else [])]


def _caption(sheet: Index, writer: Writer) -> str:
    """Which batch item, channel and slice a grid is, so far as there are several."""
    spec = writer.problem.spec
    lengths = (spec.batch, spec.channels_out, *spec.outputs)
    names = ("item", "channel", "depth")
    return ", ".join(
        f"{name} {writer.count(i)}" for name, i, length in zip(names, sheet, lengths, strict=False) if length > 1
    )
