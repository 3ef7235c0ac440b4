"""Maps: what an input channel, or all of them, give over the whole output; and the input that they came from."""

import itertools
from collections.abc import Callable, Mapping

from convcli.document.elide import Kept, grid, kept
from convcli.document.model import Equation, Grid, Item, Role, Span, text
from convcli.document.patch import CONVOLVED, EQUALS, PATCH_SIDE, PLUS, bias_of, is_stored_otherwise, policy
from convcli.document.style import ConvWriter
from convcli.layout import Index
from convcli.numbers.grammar import Number
from convcli.trace import Step

Steps = Mapping[Index, Step]
"""The steps of one output channel by their place."""

Cell = Callable[[Index], Span]
"""What stands at a place of the output."""


def planes_of(outputs: Index) -> list[Index]:
    """The places of the 2-D planes of an output: its slices by depth in 3-D, itself otherwise."""
    return list(itertools.product(*map(range, outputs[:-2])))


def place(plane: Index, i: int, j: int, rank: int) -> Index:
    """The spatial index of row i, column j in a plane; in 1-D there is one row."""
    return (*plane, i, j)[-rank:]


def sheet(
    role: Role,
    plane: Index,
    writer: ConvWriter,
    cell: Cell,
    rows: Kept | None = None,
    columns: Kept | None = None,
) -> Grid:
    """One plane of an output channel, or the rows and columns of it that are kept."""
    rank = writer.problem.spec.rank
    height, width = writer.plane_shape
    rows, columns = rows or kept(height, None), columns or kept(width, None)
    return grid(role, rows, columns, lambda i, j: cell(place(plane, i, j, rank)), first=writer.first)


def convolved(
    steps: Steps, term: int, writer: ConvWriter, value: Callable[[Index], Number] | None = None
) -> tuple[Equation, ...]:
    """Input channel ∗ kernel = its map, in 2-D; in 3-D the map alone, slice by slice.

    Where the channel is the only one and `value` gives the output at a place: input ∗ kernel + bias = output, with the
    totals before it where the arithmetic stores other numbers.
    """
    some = next(iter(steps.values()))

    def cell(at: Index) -> Span:
        if value is None:
            return writer.number(Role.SUM, steps[at].terms[term].sum)
        return writer.number(Role.OUTPUT, value(at))

    role = Role.SUM if value is None else Role.OUTPUT
    if writer.problem.spec.rank != 2:
        return tuple(
            Equation(_depth(plane, writer), (sheet(role, plane, writer, cell),))
            for plane in planes_of(writer.problem.spec.outputs)
        )
    bias = () if value is None else bias_of(some, writer)
    shown: tuple[Item, ...] = (_padded_input(some, term, writer), CONVOLVED, _kernel(some, term, writer), *bias)
    if value is not None and is_stored_otherwise(steps.values(), writer):
        totals = sheet(Role.SUM, (), writer, lambda at: writer.number(Role.SUM, steps[at].total))
        shown = (*shown, EQUALS, totals, policy(writer))
    else:
        shown = (*shown, EQUALS)
    return (Equation((), (*shown, sheet(role, (), writer, cell))),)


def _depth(plane: Index, writer: ConvWriter) -> tuple[Span, ...]:
    return text(f"depth {writer.place(plane)}", role=Role.NOTE) if plane else ()


def added(
    steps: Steps, writer: ConvWriter, rows: Kept | None = None, columns: Kept | None = None
) -> tuple[Equation, ...]:
    """The maps of all input channels, added up, with the bias: the output channel. One equation for each slice
    that there are steps of."""
    spec = writer.problem.spec
    planes = [plane for plane in planes_of(spec.outputs) if place(plane, 0, 0, spec.rank) in steps]
    return tuple(Equation(_depth(plane, writer), _sum(plane, steps, writer, rows, columns)) for plane in planes)


def _sum(plane: Index, steps: Steps, writer: ConvWriter, rows: Kept | None, columns: Kept | None) -> tuple[Item, ...]:
    some = next(iter(steps.values()))

    def drawn(role: Role, number: Callable[[Step], Number], caption: str = "") -> Grid:
        made = sheet(role, plane, writer, lambda at: writer.number(role, number(steps[at])), rows, columns)
        return made.called(caption)

    def of_term(number: int) -> Callable[[Step], Number]:
        return lambda step: step.terms[number].sum

    items: list[Item] = []
    for number, term in enumerate(some.terms):
        items += [PLUS] if items else []
        items.append(drawn(Role.SUM, of_term(number), f"channel {writer.count(term.channel)}"))
    items += [*bias_of(some, writer), EQUALS]
    if is_stored_otherwise(steps.values(), writer):
        items += [drawn(Role.SUM, lambda step: step.total), policy(writer)]
    result = drawn(Role.OUTPUT, lambda step: step.value, f"output channel {writer.count(some.at[1])}")
    return (*items, result)


def _padded_input(step: Step, term: int, writer: ConvWriter) -> Grid:
    """An input channel with its padding, as the kernel slides over it."""
    axes = writer.problem.spec.axes
    filled = [axis.filled for axis in axes]

    def cell(i: int, j: int) -> Span:
        row, column = filled[0][i], filled[1][j]
        inside = all(0 <= at - axis.pad_before < axis.size for axis, at in zip(axes, (i, j), strict=True))
        if row is None or column is None:
            return writer.cell(writer.problem.pad_value.at(()), padding=True)
        return writer.cell(
            writer.problem.input_at((step.at[0], step.terms[term].channel, row, column)), padding=not inside
        )

    return _whole(Role.INPUT, (axes[0].padded, axes[1].padded), cell, writer)


def _kernel(step: Step, term: int, writer: ConvWriter) -> Grid:
    """A kernel slice as it was given, not flipped."""
    w = writer.problem.w
    height, width = writer.problem.spec.kernels
    return _whole(
        Role.KERNEL, (height, width), lambda i, j: writer.number(Role.KERNEL, w.at((step.at[1], term, i, j))), writer
    )


def _whole(role: Role, shape: tuple[int, int], cell: Callable[[int, int], Span], writer: ConvWriter) -> Grid:
    limit = None if writer.style.everything else PATCH_SIDE
    rows, columns = (kept(length, limit) for length in shape)
    return grid(role, rows, columns, cell, first=writer.first)
