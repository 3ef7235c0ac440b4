"""A 1x1 convolution, as the textbook has it: every output channel is a weighted sum of input channels A, B, ..."""

from string import ascii_uppercase

from convcli.document.elide import MAP, Plane, grid, hidden, kept
from convcli.document.maps import place, planes_of
from convcli.document.model import Block, Equation, Grid, Heading, Item, Line, Paragraph, Role, Span, Working, text
from convcli.document.patch import EQUALS, bias_of, policy, spaced
from convcli.document.style import Writer
from convcli.layout import Index
from convcli.problem import Problem
from convcli.trace import Step, Trace

_EXPRESSIONS = 4  # input channels up to which each cell is written out, as 1-10
_LISTED = 4  # input channels up to which each is shown


def applies(problem: Problem) -> bool:
    """Whether every tap reads one element, in place, and the alphabet names all channels."""
    spec = problem.spec
    return (
        set(spec.kernels) == {1}
        and all(axis.stride == 1 for axis in spec.axes)
        and not spec.is_padded
        and spec.channels_in <= len(ascii_uppercase)
    )


def inputs(batch: int, writer: Writer) -> list[Block]:
    """Which letter is which input channel, with their numbers where there are few."""
    problem = writer.problem
    count = problem.spec.channels_in
    if count > _LISTED:
        names = f"{ascii_uppercase[0]}..{ascii_uppercase[count - 1]} are input channels"
        return [Paragraph((text(f"{names} {writer.count(0)}..{writer.count(count - 1)}", role=Role.NOTE),), indent=2)]
    made = []
    for channel in range(count):
        name = (Span(Role.INPUT, ascii_uppercase[channel]), Span(Role.NOTE, f", channel {writer.count(channel)}"))
        sheets = [
            _sheet(Role.INPUT, plane, writer, lambda at, c=channel: _input(batch, c, at, writer))
            for plane in planes_of(problem.spec.outputs)
        ]
        made.append(Equation(name, (EQUALS, *sheets)))
    return [Heading(3, text("Input channels")), Working(tuple(made), short=True)]


def _input(batch: int, channel: int, at: Index, writer: Writer) -> Span:
    return writer.number(Role.INPUT, writer.problem.x.at((batch, channel, *at)))


def section(plane: Plane, trace: Trace, writer: Writer) -> tuple[list[Block], list[Step]]:
    """Y[2] = 1·A + (-1)·B = [1-10, 2-20; 3-30, 4-40] = [-9 -18; -27 -36], and the steps it took."""
    problem = writer.problem
    steps: dict[Index, Step] = {}

    def step(at: Index) -> Step:
        if at not in steps:
            steps[at] = trace.step((plane.batch, plane.channel, *at))
        return steps[at]

    made = []
    for sheet in planes_of(problem.spec.outputs):
        some = step(place(sheet, 0, 0, problem.spec.rank))
        items: list[Item] = [EQUALS, *_formula(some, writer), EQUALS]
        if 1 < len(some.terms) <= _EXPRESSIONS:
            expressions = _sheet(Role.PRODUCT, sheet, writer, lambda at: _expression(step(at), writer))
            items += [Grid(Role.PRODUCT, expressions.rows, "", expressions.columns, commas=True), EQUALS]
        values = _sheet(Role.OUTPUT, sheet, writer, lambda at: writer.number(Role.OUTPUT, step(at).value))
        if not problem.arithmetic.is_float and any(s.total != s.value for s in steps.values()):
            totals = _sheet(Role.SUM, sheet, writer, lambda at: writer.number(Role.SUM, step(at).total))
            items += [totals, policy(writer)]
        made.append(Equation(_name(plane, sheet, writer), (*items, values)))
    return [Working(tuple(made), short=True), *_left(writer)], list(steps.values())


def _name(plane: Plane, sheet: Index, writer: Writer) -> Line:
    view = writer.problem.view
    index = ((plane.batch,) if view.batch else ()) + ((plane.channel,) if view.channels else ())
    name = f"Y[{writer.place(index)}]" if index else "Y"
    return text(name, role=Role.OUTPUT) + (text(f" depth {writer.place(sheet)}", role=Role.NOTE) if sheet else ())


def _formula(step: Step, writer: Writer) -> tuple[Line, ...]:
    """1·A + (-1)·B + bias 5, in parts that may stand on lines of their own."""
    parts: list[Line] = []
    for term in step.terms:
        weight = term.kernel.ravel()[0]
        factor = writer.operand(Role.KERNEL, weight) if parts else writer.number(Role.KERNEL, weight)
        plus = text("+ ") if parts else ()
        parts.append((*plus, factor, Span(Role.TEXT, "·"), Span(Role.INPUT, ascii_uppercase[term.channel])))
    return (*parts, *bias_of(step, writer))


def _expression(step: Step, writer: Writer) -> Span:
    """The products of one element with their signs, as 1-10."""
    numbers = [term.products.ravel()[0] for term in step.terms] + ([] if step.bias is None else [step.bias])
    shown = [writer.number(Role.PRODUCT, number) for number in numbers]
    signed = [span.text if not i or span.text[0] == "-" else f"+{span.text}" for i, span in enumerate(shown)]
    return Span(Role.PRODUCT, "".join(signed), any(span.rounded for span in shown))


def _sheet(role: Role, plane: Index, writer: Writer, cell) -> Grid:  # type: ignore[no-untyped-def]
    outputs = writer.problem.spec.outputs
    rows, columns = _kept(writer)
    return grid(
        role, rows, columns, lambda i, j: cell(place(plane, i, j, len(outputs))), first=int(writer.style.from_one)
    )


def _kept(writer: Writer):  # type: ignore[no-untyped-def]
    height, width = (1, *writer.problem.spec.outputs)[-2:]
    limit = None if writer.style.everything else MAP
    return kept(height, limit), kept(width, limit)


def _left(writer: Writer) -> list[Block]:
    height, width = (1, *writer.problem.spec.outputs)[-2:]
    missing = hidden((height, width), *_kept(writer))
    return [Paragraph((text(f"… {missing} not shown", role=Role.NOTE),), indent=2)] if missing else []


_ = spaced
