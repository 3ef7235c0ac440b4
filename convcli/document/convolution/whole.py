"""A convolution worked out: every output channel in turn, and the stacked output."""

import itertools

from convcli.document.convolution import pointwise
from convcli.document.convolution.maps import convolved
from convcli.document.convolution.section import section
from convcli.document.element import grids
from convcli.document.elements import known, not_shown
from convcli.document.elide import Plan, Plane, plan
from convcli.document.model import Block, Heading, Paragraph, Working, text
from convcli.document.results import output_heading, stacked
from convcli.document.style import ConvWriter
from convcli.numbers.tensor import Tensor
from convcli.problem import Convolution
from convcli.trace import Step, SumTrace


def whole(trace: SumTrace[Convolution], output: Tensor | None, writer: ConvWriter) -> tuple[list[Block], list[Step]]:
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
        left = chosen.planes_left and not_shown(chosen.planes_left, "output channel", "--show all")
    else:
        one = spec.batch * spec.channels_out == 1
        partial = False
        for plane in chosen.planes:
            made, some = section(plane, trace, writer, last_word=one, maps=plane.left > 0 and not partial)
            partial = partial or plane.left > 0
            blocks += [Heading(2, text(_heading(plane, writer, one=one))), *made]
            steps += some
        options = f"--show with a number or all, or --at {trace.problem.view.axes} for one"
        left = chosen.steps_left and not_shown(chosen.steps_left, "step", options)
    if left:
        blocks.append(Paragraph((left,)))
    return [*blocks, *_output(trace, output, chosen, steps, writer)], steps


def _heading(plane: Plane, writer: ConvWriter, *, one: bool) -> str:
    if one:
        return "Element by element" if writer.problem.spec.rank == 1 else "Patch by patch"
    channel = f"utput channel {writer.count(plane.channel)}"
    return f"Batch item {writer.count(plane.batch)}, o{channel}" if writer.problem.spec.batch > 1 else f"O{channel}"


def _output(
    trace: SumTrace[Convolution], output: Tensor | None, chosen: Plan, steps: list[Step], writer: ConvWriter
) -> list[Block]:
    """The stacked output with its shape; where one equation is all of it, that."""
    problem, spec = trace.problem, trace.problem.spec
    number = known(trace, output, steps)
    at_once = spec.rank == 2 and spec.batch * spec.channels_out * spec.group_in == 1 and not chosen.steps_left
    if at_once and not pointwise.applies(problem):
        by_place = {step.at[2:]: step for step in steps}
        return [output_heading(writer), Working(convolved(by_place, 0, writer, lambda place: number((0, 0, *place))))]
    return stacked(number, writer, partly=chosen.steps_left > 0)
