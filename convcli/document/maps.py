"""Maps: what an input channel, or all of them, give over the whole output; and the input that they came from."""

import itertools
from collections.abc import Callable, Mapping

from convcli.document.elide import Kept, grid, kept
from convcli.document.model import Equation, Grid, Item, Role, Span, text
from convcli.document.patch import CONVOLVED, EQUALS, PLUS, bias_of, policy
from convcli.document.style import Writer
from convcli.layout import Index
from convcli.numbers.grammar import Number
from convcli.trace import Step

_INPUT_SIDE = 16  # rows and columns of a padded input that are shown beside its kernel

Steps = Mapping[Index, Step]
"""The steps of one output channel by their place."""


def planes_of(outputs: Index) -> list[Index]:
    """The places of the 2-D planes of an output: its slices by depth in 3-D, itself otherwise."""
    return list(itertools.product(*map(range, outputs[:-2])))


def place(plane: Index, i: int, j: int, rank: int) -> Index:
    """The spatial index of row i, column j in a plane; in 1-D there is one row."""
    return (*plane, i, j)[-rank:]


def convolved(steps: Steps, term: int, writer: Writer, *, whole: bool = False) -> tuple[Equation, ...]:
    """Input channel ∗ kernel = its map, in 2-D; in 3-D the map alone, slice by slice.

    Where the channel is the only one, the `whole` output channel: with its bias, as values.
    """
    some = next(iter(steps.values()))
    if whole:
        results = sheets(Role.OUTPUT, writer, lambda at: writer.number(Role.OUTPUT, steps[at].value))
    else:
        results = sheets(Role.SUM, writer, lambda at: writer.number(Role.SUM, steps[at].terms[term].sum))
    if writer.problem.spec.rank != 2:
        return (Equation((), tuple(results)),)
    kernel = writer.problem.w.with_values(writer.problem.w.values[some.at[1], term])
    items = (
        _padded_input(some.at[0], some.terms[term].channel, writer),
        CONVOLVED,
        _whole(Role.KERNEL, kernel.shape, lambda i, j: writer.number(Role.KERNEL, kernel.at((i, j))), writer),
        *(bias_of(some, writer) if whole else ()),
        EQUALS,
        *results,
    )
    return (Equation((), items),)


def added(steps: Steps, writer: Writer, rows: Kept | None = None, columns: Kept | None = None) -> tuple[Equation, ...]:
    """The maps of all input channels, added up, with the bias: the output channel. One equation for each slice."""
    spec = writer.problem.spec
    step = next(iter(steps.values()))
    made = []
    for plane in planes_of(spec.outputs):
        if (*plane, 0, 0)[-spec.rank :] not in steps:
            continue

        def sheet(role: Role, number: Callable[[Step], Number], caption: str = "", plane: Index = plane) -> Grid:
            def cell(i: int, j: int) -> Span:
                return writer.number(role, number(steps[place(plane, i, j, spec.rank)]))

            height, width = (1, *spec.outputs)[-2:]
            return grid(
                role, rows or kept(height, None), columns or kept(width, None), cell, caption, int(writer.style.from_one)
            )

        items: list[Item] = []
        for number, term in enumerate(step.terms):
            items += [PLUS] if items else []
            items.append(
                sheet(Role.SUM, lambda s, n=number: s.terms[n].sum, f"channel {writer.count(term.channel)}")
            )
        items += bias_of(step, writer)
        if not writer.problem.arithmetic.is_float and any(s.total != s.value for s in steps.values()):
            items += [EQUALS, sheet(Role.SUM, lambda s: s.total), policy(writer)]
        else:
            items.append(EQUALS)
        items.append(sheet(Role.OUTPUT, lambda s: s.value, f"output channel {writer.count(step.at[1])}"))
        made.append(Equation(text(f"depth {writer.place(plane)}", role=Role.NOTE) if plane else (), tuple(items)))
    return tuple(made)


def sheets(role: Role, writer: Writer, cell: Callable[[Index], Span]) -> list[Grid]:
    """The planes of one channel in full, with the number of each slice in 3-D."""
    outputs = writer.problem.spec.outputs
    height, width = (1, *outputs)[-2:]
    return [
        grid(
            role,
            kept(height, None),
            kept(width, None),
            lambda i, j, plane=plane: cell(place(plane, i, j, len(outputs))),
            f"depth {writer.place(plane)}" if plane else "",
            int(writer.style.from_one),
        )
        for plane in planes_of(outputs)
    ]


def _padded_input(batch: int, channel: int, writer: Writer) -> Grid:
    """An input channel with its padding, as the kernel slides over it."""
    x, axes = writer.problem.x, writer.problem.spec.axes
    filled = [axis.filled for axis in axes]

    def cell(i: int, j: int) -> Span:
        row, column = filled[0][i], filled[1][j]
        inside = all(0 <= at - axis.pad_before < axis.size for axis, at in zip(axes, (i, j), strict=True))
        blank = row is None or column is None
        number = writer.problem.pad_value.at(()) if blank else x.at((batch, channel, row, column))
        return writer.cell(number, padding=not inside)

    return _whole(Role.INPUT, tuple(axis.padded for axis in axes), cell, writer)


def _whole(role: Role, shape: Index, cell: Callable[[int, int], Span], writer: Writer) -> Grid:
    limit = None if writer.style.everything else _INPUT_SIDE
    rows, columns = (kept(length, limit) for length in shape)
    return grid(role, rows, columns, cell, first=int(writer.style.from_one))
