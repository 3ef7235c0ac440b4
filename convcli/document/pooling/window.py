"""The working of one window: what it reads, and the largest of it, its sum and divisor, or its powers and root."""

import itertools
from collections.abc import Callable, Sequence

from convcli.document.elide import grid, kept
from convcli.document.model import Equation, Grid, Item, Line, Role, Span, text
from convcli.document.patch import DOT_TAPS, EQUALS, GIVES, PATCH_SIDE, SHORT_TAPS, outcome, spaced
from convcli.document.pooling.header import WON, PoolWriter, zeros_count
from convcli.document.style import NOTHING, PAD
from convcli.errors import plural
from convcli.layout import Index
from convcli.trace import AverageStep, Cells, LpStep, MaxStep, PoolStep


def on_a_line(writer: PoolWriter) -> bool:
    """Whether windows are written out as terms: in 1-D, with few taps."""
    spec = writer.problem.spec
    return spec.rank == 1 and spec.kernels[0] <= DOT_TAPS


def is_short(writer: PoolWriter) -> bool:
    """Whether a window is small enough to stand on one line."""
    rows, columns = (1, *writer.problem.spec.kernels)[-2:]
    return rows * columns <= SHORT_TAPS


def line(step: PoolStep, writer: PoolWriter) -> Line:
    """y[0] = max(1, *3, 2) = 3 at x[1]; y[0] = (1 + 2 + 3)/3 = 2; y[0] = (|3|^2 + |4|^2)^(1/2) = 25^(1/2) = 5."""
    cells = [_cell(step, place, writer) for place in range(len(step.patch))]
    parts: list[Line]
    if isinstance(step, MaxStep):
        parts = [
            (*text("max("), *_joined(cells, ", "), *text(")")),
            EQUALS,
            *outcome(step, writer),
            _where(step, writer),
        ]
    elif isinstance(step, AverageStep):
        terms = [_in_parentheses(cell) for cell in cells]
        over = text(f")/{step.divisor}")
        parts = [(*text("("), *_joined(terms, " + "), *over), EQUALS, *outcome(step, writer), *_why(step, writer)]
    else:
        assert isinstance(step, LpStep)
        parts = [*_powers_added(cells, step, writer), EQUALS, *outcome(step, writer)]
    return spaced([_name(step, writer), EQUALS, *parts])


def equations(step: PoolStep, writer: PoolWriter) -> tuple[Equation, ...]:
    """The window as a grid and what comes of it; a 3-D window slice by slice."""
    slices = list(itertools.product(*map(range, step.patch.shape[:-2])))
    name = _name(step, writer)
    blank = text(" " * sum(len(span.text) for span in name))
    made = []
    for at in slices:
        depth = text(f" depth {writer.place(at)}", role=Role.NOTE) if len(slices) > 1 else ()
        items: list[Item] = [_grid(step, at, writer, Role.INPUT, lambda place: _cell(step, place, writer))]
        if isinstance(step, LpStep):
            items += [text(f"→ |x|^{step_power(writer)} =") if step_power(writer) > 1 else text("→ |x| =")]
            items += [_grid(step, at, writer, Role.PRODUCT, _power_at(step, writer))]
        if at == slices[-1]:
            items += _closing(step, writer)
        made.append(Equation((*(name if at == slices[0] else blank), *depth), tuple(items)))
    return tuple(made)


def step_power(writer: PoolWriter) -> int:
    """The p of Lp pooling."""
    return writer.problem.spec.power


def counting(step: AverageStep, writer: PoolWriter) -> Line:
    """How an average's divisor came about, in words."""
    spec = writer.problem.spec
    over = int(step.overhang.sum())
    pads, cells = int(step.padding.sum()) - over, step.patch.size
    parts = [f"{cells - pads - over} on the input"]
    if spec.is_padded:
        counts = "" if spec.count_include_pad or spec.divisor is not None else ", not counted"
        parts.append(f"{pads} on padding{counts}")
    if over:
        parts.append(f"{over} beyond the end, never counted")
    said = f"{step.divisor}, as given" if spec.divisor is not None else f"{step.divisor}"
    return text(f"divisor {said}; cells of the window: {'; '.join(parts)}", role=Role.NOTE)


def _closing(step: PoolStep, writer: PoolWriter) -> list[Line]:
    """What follows the window: → max 3 at x[0,1]; → sum 15 over 9 = 5/3; → sum 25 → root 5."""
    if isinstance(step, MaxStep):
        first, *rest = outcome(step, writer)
        return [GIVES, (*text("max "), *first), *rest, _where(step, writer)]
    if isinstance(step, AverageStep):
        given = writer.problem.spec.divisor is not None
        over = text(f"over {step.divisor}, as given" if given else f"over {plural(step.divisor, 'cell')}")
        total = text("sum ", writer.number(Role.SUM, step.sum))
        return [GIVES, total, over, *_why(step, writer), EQUALS, *outcome(step, writer)]
    assert isinstance(step, LpStep)
    if step_power(writer) == 1:
        return [GIVES, text("sum"), *outcome(step, writer)]
    return [GIVES, text("sum ", writer.number(Role.SUM, step.sum)), GIVES, text("root"), *outcome(step, writer)]


def _name(step: PoolStep, writer: PoolWriter) -> Line:
    return text(writer.output_name(step.at), role=Role.OUTPUT)


def _where(step: MaxStep, writer: PoolWriter) -> Line:
    """Where in the input the largest element is."""
    first = f", the first of {step.equals}" if step.equals > 1 else ""
    place = writer.place(writer.problem.input_view.shape(step.source))
    return text(f"at x[{place}]{first}", role=Role.NOTE)


def _why(step: AverageStep, writer: PoolWriter) -> tuple[Line, ...]:
    """Why the divisor is not the size of the window."""
    if writer.problem.spec.divisor is not None or step.divisor == step.patch.size:
        return ()
    left = step.patch.size - step.divisor
    return (text(f"({left} of {step.patch.size} not counted)", role=Role.NOTE),)


def _cell(step: PoolStep, place: Index | int, writer: PoolWriter) -> Span:
    """A cell of the window as it stands in a grid."""
    at = (place,) if isinstance(place, int) else place
    if step.overhang[at]:
        return Span(Role.PADDING, NOTHING)
    if step.padding[at]:
        return Span(Role.PADDING, f"{PAD}0" if zeros_count(writer.problem) else PAD)
    span = writer.number(Role.INPUT, step.patch.item(at))
    if isinstance(step, MaxStep) and at == step.winner:
        return Span(Role.OUTPUT, WON + span.text, span.rounded)
    return span


def _power_at(step: LpStep, writer: PoolWriter) -> Callable[[Index], Span]:
    def cell(place: Index) -> Span:
        if step.padding[place]:
            return Span(Role.PADDING, NOTHING if step.overhang[place] else f"{PAD}0")
        return writer.number(Role.PRODUCT, step.powers.item(place))

    return cell


def _grid(step: PoolStep, at: Index, writer: PoolWriter, role: Role, cell: Callable[[Index], Span]) -> Grid:
    """One slice of a window."""
    limit = None if writer.style.everything else PATCH_SIDE
    height, width = _two_axes(step.patch).shape[-2:]
    whole = step.patch.ndim
    return grid(
        role, kept(height, limit), kept(width, limit), lambda i, j: cell((*at, i, j)[-whole:]), first=writer.first
    )


def _two_axes(cells: Cells) -> Cells:
    return cells[None] if cells.ndim == 1 else cells


def _powers_added(cells: Sequence[Span], step: LpStep, writer: PoolWriter) -> list[Line]:
    """(|3|^2 + |4|^2)^(1/2) = 25^(1/2), or for power 1 the sum of magnitudes."""
    power = writer.problem.spec.power
    raised = f"|^{power}" if power > 1 else "|"
    terms = [cell if cell.text == NOTHING else Span(cell.role, f"|{cell.text}{raised}", cell.rounded) for cell in cells]
    if power == 1:
        return [_joined(terms, " + ")]
    total = writer.multiplier(Role.SUM, step.sum)
    root = text(f")^(1/{power})")
    return [(*text("("), *_joined(terms, " + "), *root), EQUALS, (total, *text(f"^(1/{power})"))]


def _in_parentheses(cell: Span) -> Span:
    return Span(cell.role, f"({cell.text})", cell.rounded) if cell.text[0] == "-" else cell


def _joined(cells: Sequence[Span], sign: str) -> Line:
    parts = [span for cell in cells for span in (Span(Role.TEXT, sign), cell)]
    return tuple(parts[1:])
