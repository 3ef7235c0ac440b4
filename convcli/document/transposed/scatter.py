"""The scatter reading: each input element stamps the kernel, scaled; overlaps add; the padding crops the sum."""

import itertools
import math
from collections.abc import Callable, Sequence

from convcli.document.elide import CHANNELS, WORK, grid, kept
from convcli.document.model import Block, Equation, Grid, Heading, Item, Paragraph, Role, Span, Working, text
from convcli.document.patch import EQUALS, GIVES, PLUS
from convcli.document.places import places
from convcli.document.style import NOTHING, PAD, Writer
from convcli.errors import plural
from convcli.layout import Index
from convcli.numbers.grammar import Number
from convcli.problem import Transposed
from convcli.trace import Stamp, SumTrace, Term, exact_sum, stamp

STAMPS = 9
"""Stamps of one input channel up to which each is drawn, in the whole output; of more the first are listed."""

SIDE = 12
"""Rows and columns of an uncropped output that is drawn with each stamp."""

LISTED = 6
"""Stamps listed where they are not drawn."""

PLANES = 9
"""Output channels of all batch items up to which their uncropped sums are drawn."""

TransposedWriter = Writer[Transposed]

TITLE = "Scatter: each input element stamps the kernel, and overlaps add"

STAMPED = text("∗ᵀ")


def scatter(trace: SumTrace[Transposed], writer: TransposedWriter) -> list[Block]:
    """The stamps of the first input channel on the first output channel; how all input channels add up in each output
    channel; and what is cropped."""
    problem, spec = trace.problem, trace.problem.spec
    blocks: list[Block] = [Heading(2, text(TITLE)), *_stamps(problem, writer)]
    channels = list(itertools.product(range(spec.batch), range(spec.channels_out)))
    full = [axis.full for axis in spec.axes]
    if spec.rank == 3 or not (spec.is_cropped or spec.group_in > 1):
        return blocks
    affordable = math.prod(full) * spec.per_element * len(channels) <= WORK
    if not (writer.style.everything or (max(full) <= SIDE and len(channels) <= PLANES and affordable)):
        note = text("… the sums of all stamps, before what is cropped, not shown: --show all", role=Role.NOTE)
        return [*blocks, Paragraph((note,), indent=2)]
    sums = [Sums(SumTrace(problem.uncropped), batch, channel) for batch, channel in channels]
    if spec.group_in > 1:
        blocks += _over_channels(sums, writer)
    if spec.is_cropped:
        blocks += _cropped(sums, writer)
    return blocks


class Sums:
    """The uncropped sums of one output channel, each worked out when it is asked for."""

    def __init__(self, trace: SumTrace[Transposed], batch: int, channel: int) -> None:
        self.trace, self.batch, self.channel = trace, batch, channel
        self.known: dict[Index, tuple[Term, ...]] = {}

    def terms(self, place: Index) -> tuple[Term, ...]:
        """What each input channel adds at a place."""
        if place not in self.known:
            self.known[place] = self.trace.terms((self.batch, self.channel, *place))
        return self.known[place]

    def total(self, place: Index) -> Number:
        """The sum over channels."""
        return exact_sum([term.sum for term in self.terms(place)])


def _stamps(problem: Transposed, writer: TransposedWriter) -> list[Block]:
    spec = problem.spec
    sources = itertools.product(*map(range, spec.sizes))
    count = math.prod(spec.sizes)
    full = [axis.full for axis in spec.axes]
    everything = writer.style.everything
    drawn = spec.rank < 3 and max(full) <= SIDE and count <= STAMPS
    most = count if drawn or everything else LISTED
    made = [stamp(problem, (0, 0, *place), 0) for place in itertools.islice(sources, most)]
    pairs = spec.channels_in * spec.group_out * spec.batch
    blocks: list[Block] = []
    if pairs > 1:
        said = f"Input channel {writer.count(0)} on output channel {writer.count(0)}"
        blocks.append(Paragraph((text(f"{said}, the first of {pairs} such pairs:", role=Role.NOTE),), indent=2))
    if not drawn:
        lines = tuple(_listed(one, writer) for one in made)
        left = count - len(made)
        return [*blocks, Paragraph(lines, indent=2, hang=1), *([_more(left)] if left else [])]
    cells = [one.cells() for one in made]
    if spec.rank == 1:
        return [*blocks, _in_rows(made, cells, full[0], writer)]
    items: list[Item] = []
    for one, some in zip(made, cells, strict=True):
        items += [PLUS] if items else []
        items.append(
            _sheet(Role.PRODUCT, full, writer, _cell_of(Role.PRODUCT, some.get, writer)).called(_name(one, writer))
        )
    if len(made) == 1:
        return [*blocks, Working((Equation((), tuple(items)),))]
    sums = {place: _added(cells, place) for place in itertools.product(*map(range, full))}
    total = _sheet(Role.SUM, full, writer, _cell_of(Role.SUM, sums.get, writer))
    return [*blocks, Working((Equation((), (*items, EQUALS, total.called("their sum"))),))]


def _more(count: int) -> Paragraph:
    return Paragraph((text(f"… {plural(count, 'more stamp')} not shown: --show all", role=Role.NOTE),), indent=2)


def _added(cells: Sequence[dict[Index, Number]], place: Index) -> Number | None:
    """The sum of all stamps at a place; None where there is none."""
    numbers = [some[place] for some in cells if place in some]
    return exact_sum(numbers) if numbers else None


def _in_rows(made: Sequence[Stamp], cells: Sequence[dict[Index, Number]], full: int, writer: TransposedWriter) -> Block:
    """The stamps of a signal under each other, and their sum: one column for each output element."""
    rows = [[_cell_of(Role.PRODUCT, some.get, writer)((i,)) for i in range(full)] for some in cells]
    rows.append([_cell_of(Role.SUM, lambda at: _added(cells, at), writer)((i,)) for i in range(full)])
    widths = [max(len(row[i].text) for row in rows) for i in range(full)]
    labels = [*(text(Span(Role.INPUT, _name(one, writer))) for one in made), text("sum", role=Role.NOTE)]
    equations = [
        Equation(label, (Grid(role, (tuple(_widened(s, w) for s, w in zip(row, widths, strict=True)),)),))
        for label, row, role in zip(labels, rows, [Role.PRODUCT] * len(made) + [Role.SUM], strict=True)
    ]
    return Working(tuple(equations), short=True)


def _widened(span: Span, width: int) -> Span:
    return Span(span.role, span.text.rjust(width, "\N{NO-BREAK SPACE}"), span.rounded)


def _name(one: Stamp, writer: TransposedWriter) -> str:
    """x[0,1] = 3."""
    view = writer.problem.input_view
    return f"x[{writer.place(view.shape(one.source))}] = {writer.number(Role.INPUT, one.value).text}"


def _listed(one: Stamp, writer: TransposedWriter) -> tuple[Span, ...]:
    value = writer.multiplier(Role.INPUT, one.value)
    where = places(one.places, writer)
    output = "the uncropped output" if writer.problem.spec.is_cropped else "the output"
    return (Span(Role.INPUT, _name(one, writer)), *text("adds ", value, f"·kernel at {where} of {output}"))


def _over_channels(sums: Sequence[Sums], writer: TransposedWriter) -> list[Block]:
    """The maps of all input channels and their sum, for each output channel."""
    full = [axis.full for axis in writer.problem.spec.axes]
    blocks: list[Block] = [Heading(3, text("The stamps of each input channel together, and their sum"))]
    equations = []
    for one in sums:
        items: list[Item] = []
        terms = one.terms((0,) * len(full))
        for number in kept(len(terms), None if writer.style.everything else CHANNELS):
            items += [PLUS] if items else []
            if number is None:
                items.append(text("…", role=Role.NOTE))
                continue

            def cell(place: Index, number: int = number, one: Sums = one) -> Span:
                return writer.number(Role.SUM, one.terms(place)[number].sum)

            caption = f"channel {writer.count(terms[number].channel)}"
            items.append(_sheet(Role.SUM, full, writer, cell).called(caption))

        def total(place: Index, one: Sums = one) -> Span:
            return writer.number(Role.SUM, one.total(place))

        caption = _which(one, writer)
        equations.append(Equation((), (*items, EQUALS, _sheet(Role.SUM, full, writer, total).called(caption))))
    return [*blocks, Working(tuple(equations))]


def _which(one: Sums, writer: TransposedWriter) -> str:
    """Which output channel, of which batch item."""
    item = f"item {writer.count(one.batch)}, " if writer.problem.spec.batch > 1 else ""
    return f"{item}output channel {writer.count(one.channel)}"


def _cropped(sums: Sequence[Sums], writer: TransposedWriter) -> list[Block]:
    """The uncropped sums with what is cropped marked, and what is left."""
    spec = writer.problem.spec
    extents = [max(axis.full, axis.pad_before + axis.output) for axis in spec.axes]
    several = len(sums) > 1
    equations = []
    for one in sums:

        def cell(place: Index, one: Sums = one) -> Span:
            inside = all(i < axis.full for i, axis in zip(place, spec.axes, strict=True))
            span = writer.number(Role.SUM, one.total(place)) if inside else Span(Role.PADDING, NOTHING)
            left = all(0 <= i - a.pad_before < a.output for i, a in zip(place, spec.axes, strict=True))
            return span if left else Span(Role.PADDING, PAD + span.text, span.rounded)

        def output(place: Index, one: Sums = one) -> Span:
            at = tuple(i + axis.pad_before for i, axis in zip(place, spec.axes, strict=True))
            inside = all(i < axis.full for i, axis in zip(at, spec.axes, strict=True))
            return writer.number(Role.SUM, one.total(at) if inside else 0)

        left = _sheet(Role.SUM, list(spec.outputs), writer, output)
        whole = _sheet(Role.SUM, extents, writer, cell)
        caption = _which(one, writer) if several else ""
        equations.append(Equation((), (whole.called(caption), GIVES, left)))
    padded = any(axis.pad_before or axis.pad_before + axis.output < axis.full for axis in spec.axes)
    beyond = any(axis.beyond for axis in spec.axes)
    title = "What is cropped" if padded else "What output padding adds"
    bias = ", before the bias" if writer.problem.bias is not None else ""
    said = text("padding crops what is marked ", Span(Role.PADDING, PAD), role=Role.NOTE) if padded else ()
    if beyond:
        lead, nothing = "; o" if padded else "o", Span(Role.PADDING, NOTHING)
        beyond_it = text(f"{lead}utput padding beyond every stamp is ", nothing, ": nothing adds up", role=Role.NOTE)
        said = (*said, *beyond_it)
    return [Heading(3, text(title + bias)), Paragraph((said,), indent=2), Working(tuple(equations))]


Cell = Callable[[Index], Span]


def _cell_of(role: Role, value: Callable[[Index], Number | None], writer: TransposedWriter) -> Cell:
    """The cells of a sheet by place; a dot where there is nothing."""

    def cell(place: Index) -> Span:
        number = value(place)
        return Span(Role.PADDING, NOTHING) if number is None else writer.number(role, number)

    return cell


def _sheet(role: Role, shape: Sequence[int], writer: TransposedWriter, cell: Cell) -> Grid:
    """One plane; in 1-D of one row."""
    height, width = (1, *shape)[-2:]
    rank = len(shape)
    return grid(role, kept(height, None), kept(width, None), lambda i, j: cell((i, j)[-rank:]), first=writer.first)
