"""An explanation, from the operation in one line to the stacked output. Every number in it comes from the trace."""

import itertools
from collections.abc import Sequence

from convcli.document import pointwise
from convcli.document.element import grids, several
from convcli.document.elide import PAGE, Plan, Plane, hidden, kept, plan
from convcli.document.header import header, output_shape, shape, sizes, summary
from convcli.document.maps import convolved
from convcli.document.model import Block, Document, Heading, Line, Paragraph, Role, Span, Working, text
from convcli.document.notes import differences, rounding, rule
from convcli.document.patch import PATCH_SIDE
from convcli.document.results import output_blocks
from convcli.document.section import section
from convcli.document.style import Style, Writer
from convcli.engine import Result
from convcli.layout import Index
from convcli.numbers.grammar import Number
from convcli.numbers.tensor import Tensor
from convcli.trace import Step, Trace

_AXES = {"n": "batch", "o": "channel", "z": "depth", "y": "height", "x": "width"}


def explain(trace: Trace, output: Tensor | None, style: Style, at: Sequence[Index] = ()) -> Document:
    """How the output came to be.

    `output` is the engine's (N, O, *o), if it was computed. With `at`, indices (n, o, *s), only those elements, and
    only they are computed.
    """
    writer = Writer(trace.problem, style)
    if at:
        steps = [trace.step(index) for index in at]
        body = [block for step in steps for block in _element(step, writer)]
    else:
        body, steps = _whole(trace, output, writer)
    blocks = (*header(writer), *sizes(writer), *body, *_cut(writer), *differences(steps, output, writer))
    return (*blocks, *rule(writer), *rounding(blocks))


def table(result: Result, style: Style) -> Document:
    """The output as captioned grids, and one line that says what was computed."""
    writer = Writer(result.problem, style)
    blocks = (*output_blocks(result.output.at, writer), Paragraph((summary(writer),)))
    return (*blocks, *rounding(blocks))


def _element(step: Step, writer: Writer) -> list[Block]:
    return [Heading(2, text("Output element ", Span(Role.OUTPUT, writer.output_name(step.at)))), *several(step, writer)]


def _whole(trace: Trace, output: Tensor | None, writer: Writer) -> tuple[list[Block], list[Step]]:
    """Every output channel in turn, then the output."""
    spec = trace.problem.spec
    chosen = plan(spec, writer.style, grids(writer))
    blocks: list[Block] = []
    steps: list[Step] = []
    if pointwise.applies(trace.problem):
        for _, planes in itertools.groupby(chosen.planes, key=lambda plane: plane.batch):
            made, some = pointwise.item(list(planes), trace, writer)
            blocks += made
            steps += some
        left = chosen.planes_left and _not_shown(chosen.planes_left, "output channel", "--show all")
    else:
        one = spec.batch * spec.channels_out == 1
        partial = False
        for plane in chosen.planes:
            made, some = section(plane, trace, writer, last_word=one, maps=plane.left > 0 and not partial)
            partial = partial or plane.left > 0
            blocks += [Heading(2, text(_heading(plane, writer, one=one))), *made]
            steps += some
        options = f"--show with a number or all, or --at {trace.problem.view.axes} for one"
        left = chosen.steps_left and _not_shown(chosen.steps_left, "step", options)
    if left:
        blocks.append(Paragraph((left,)))
    return [*blocks, *_output(trace, output, chosen, steps, writer)], steps


def _heading(plane: Plane, writer: Writer, *, one: bool) -> str:
    if one:
        return "Element by element" if writer.problem.spec.rank == 1 else "Patch by patch"
    channel = f"utput channel {writer.count(plane.channel)}"
    return f"Batch item {writer.count(plane.batch)}, o{channel}" if writer.problem.spec.batch > 1 else f"O{channel}"


def _not_shown(count: int, noun: str, options: str) -> Line:
    return text(f"… {count:,} more {noun}{'' if count == 1 else 's'} not shown: {options}", role=Role.NOTE)


def _output(trace: Trace, output: Tensor | None, chosen: Plan, steps: list[Step], writer: Writer) -> list[Block]:
    """The stacked output with its shape; where one equation is all of it, that."""
    problem, spec = trace.problem, trace.problem.spec
    values = {step.at: step.value for step in steps}

    def number(at: Index) -> Number:
        if output is not None:
            return output.at(at)
        return values[at] if at in values else trace.step(at).value

    names = _AXES | ({"x": "length"} if spec.rank == 1 else {})
    axes = ", ".join(names[axis] for axis in problem.view.axes.split(","))
    heading = Heading(2, text("Output ", shape(Role.OUTPUT, output_shape(problem)), f": {axes}"))
    at_once = spec.rank == 2 and spec.batch * spec.channels_out * spec.group_in == 1 and not chosen.steps_left
    if at_once and not pointwise.applies(problem):
        by_place = {step.at[2:]: step for step in steps}
        return [heading, Working(convolved(by_place, 0, writer, lambda place: number((0, 0, *place))))]
    return [heading, *output_blocks(number, writer, PAGE if chosen.steps_left else None)]


def _cut(writer: Writer) -> list[Block]:
    """What patches leave out, if the kernel is too large to be shown."""
    rows, columns = (1, *writer.problem.spec.kernels)[-2:]
    limit = None if writer.style.everything else PATCH_SIDE
    missing = hidden((rows, columns), kept(rows, limit), kept(columns, limit))
    note = text(f"… {missing} of each patch and kernel not shown: --show all", role=Role.NOTE)
    return [Paragraph((note,))] if missing else []
