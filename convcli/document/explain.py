"""An explanation, from the operation in one line to the stacked output. Every number in it comes from the trace."""

import math
from collections.abc import Sequence

from convcli.document import pointwise
from convcli.document.elide import plan
from convcli.document.element import several
from convcli.document.header import header, operation, output_shape, sizes, title
from convcli.document.maps import convolved
from convcli.document.model import Block, Document, Heading, Line, Paragraph, Role, Span, Working, spans, text
from convcli.document.results import output_blocks
from convcli.document.section import section
from convcli.document.style import Style, Writer
from convcli.engine import Result
from convcli.errors import plural
from convcli.layout import Index, shape_text
from convcli.numbers.grammar import Number
from convcli.numbers.show import exact_text
from convcli.numbers.tensor import Tensor
from convcli.trace import Step, Trace

_DIFFERENCES = 6  # elements whose two values are both shown


def explain(trace: Trace, output: Tensor | None, style: Style, at: Sequence[Index] = ()) -> Document:
    """How the output came to be.

    `output` is the engine's (N, O, *o), if it was computed. With `at`, indices (n, o, *s), only those elements, and
    only they are computed.
    """
    writer = Writer(trace.problem, style)
    top = [*header(writer), *sizes(writer)]
    if at:
        steps = [trace.step(index) for index in at]
        body = [block for step in steps for block in _element(step, writer)]
    else:
        body, steps = _whole(trace, output, writer)
    blocks = (*top, *body, *_differences(steps, output, writer))
    return (*blocks, *_notes(blocks, writer))


def table(result: Result, style: Style) -> Document:
    """The output as captioned grids, and one line that says what was computed."""
    writer = Writer(result.problem, style)
    summary = (
        *title(result.problem),
        Span(Role.NOTE, f", {operation(result.problem).split(':')[0]}, {result.problem.arithmetic.rule}"),
    )
    blocks = (*output_blocks(result.output.at, writer), Paragraph((summary,)))
    return (*blocks, *_rounding(blocks))


def _element(step: Step, writer: Writer) -> list[Block]:
    return [Heading(2, text("Output element ", Span(Role.OUTPUT, writer.output_name(step.at)))), *several(step, writer)]


def _whole(trace: Trace, output: Tensor | None, writer: Writer) -> tuple[list[Block], list[Step]]:
    """Every output channel in turn, then the output."""
    problem, spec = trace.problem, trace.problem.spec
    chosen = plan(spec, writer.style)
    one = spec.batch * spec.channels_out == 1
    by_letters = pointwise.applies(problem)
    blocks: list[Block] = []
    steps: list[Step] = []
    batch = -1
    for plane in chosen.planes:
        if by_letters and plane.batch != batch:
            blocks += pointwise.inputs(plane.batch, writer)
        if spec.batch > 1 and plane.batch != batch or not by_letters or not blocks:
            blocks.append(Heading(2, text(_heading(plane.batch, plane.channel, writer, one=one))))
        batch = plane.batch
        made, some = pointwise.section(plane, trace, writer) if by_letters else section(plane, trace, writer, last_word=one)
        blocks += made
        steps += some
    if chosen.steps_left and not by_letters:
        blocks.append(Paragraph((_more(chosen.steps_left, writer),)))
    elif chosen.planes_left and by_letters:
        blocks.append(Paragraph((_more(chosen.planes_left, writer),)))
    values = {step.at: step.value for step in steps}

    def number(at: Index) -> Number:
        if output is not None:
            return output.at(at)
        return values[at] if at in values else trace.step(at).value

    shape = shape_text(output_shape(problem))
    axes = f": {_axes(writer)}" if len(output_shape(problem)) > 1 else ""
    blocks.append(Heading(2, text("Output ", Span(Role.OUTPUT, shape), axes)))
    if one and spec.group_in == 1 and spec.rank == 2 and not chosen.steps_left and not by_letters and output is None:
        blocks.append(Working(convolved({step.at[2:]: step for step in steps}, 0, writer, whole=True)))
    else:
        blocks += output_blocks(number, writer)
    return blocks, steps


def _heading(batch: int, channel: int, writer: Writer, *, one: bool) -> str:
    if one:
        return "Element by element" if writer.problem.spec.rank == 1 else "Patch by patch"
    name = f"Output channel {writer.count(channel)}"
    return f"Batch item {writer.count(batch)}, o{name[1:]}" if writer.problem.spec.batch > 1 else name


def _axes(writer: Writer) -> str:
    """The output's axes by name, in the order in which it is printed."""
    names = {"n": "batch", "o": "channel", "z": "depth", "y": "height", "x": "width"}
    if writer.problem.spec.rank == 1:
        names["x"] = "length"
    return ", ".join(names[axis] for axis in writer.problem.view.axes.split(","))


def _more(count: int, writer: Writer) -> Line:
    noun = "step" if count == 1 else "steps"
    axes = writer.problem.view.axes
    return text(f"… {count:,} more {noun} not shown: --show all, or --at {axes} for one", role=Role.NOTE)


def _differences(steps: list[Step], output: Tensor | None, writer: Writer) -> list[Block]:
    """Elements whose value the engine's arithmetic puts elsewhere than one rounding of the exact sum does."""
    if output is None or not writer.problem.arithmetic.is_float:
        return []
    lines: list[Line] = []
    count = 0
    for step in steps:
        engine = output.at(step.at)
        if engine == step.value or (_is_nan(engine) and _is_nan(step.value)):
            continue
        count += 1
        if len(lines) < _DIFFERENCES:
            both = [Span(Role.OUTPUT, exact_text(n, dtype=writer.dtype)[0]) for n in (engine, step.value)]
            lines.append(text(Span(Role.OUTPUT, writer.output_name(step.at)), ": engine ", both[0], ", exact sum rounded once ", both[1]))
    if count > len(lines):
        lines.append(text(f"… and {plural(count - len(lines), 'more element')}", role=Role.NOTE))
    return [Heading(3, text("Where the arithmetic shows")), Paragraph(tuple(lines), indent=2)] if lines else []


def _is_nan(number: Number) -> bool:
    return isinstance(number, float) and math.isnan(number)


def _notes(blocks: tuple[Block, ...], writer: Writer) -> list[Block]:
    arithmetic = writer.problem.arithmetic
    if not arithmetic.is_float:
        return _rounding(blocks)
    rule = (
        f"Products and sums are shown as the {arithmetic.name} operands give them exactly, to {writer.style.precision} digits; "
        f"an element's value is the exact sum rounded once. The engine sums in {arithmetic.accumulator}."
    )
    return [Paragraph((text(rule, role=Role.NOTE),))]


def _rounding(blocks: tuple[Block, ...]) -> list[Block]:
    if not any(span.rounded for span in spans(blocks)):
        return []
    return [Paragraph((text("Some numbers are rounded here: --precision shows more digits, --fractions all.", role=Role.NOTE),))]
