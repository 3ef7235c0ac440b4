"""A pooling worked out: every channel in turn, window by window, and the stacked output."""

import math

from convcli.document.elements import known, more, not_shown
from convcli.document.elide import Plan, Plane, grid, hidden, kept, plan
from convcli.document.model import Block, Equation, Grid, Heading, Line, Paragraph, Role, Span, Working, text
from convcli.document.patch import GIVES, PATCH_SIDE
from convcli.document.places import places
from convcli.document.pooling.header import PoolWriter, zeros_count
from convcli.document.pooling.window import counting, equations, is_short, line, on_a_line
from convcli.document.results import output_heading, stacked
from convcli.document.style import PAD
from convcli.numbers.tensor import Tensor
from convcli.settings import PoolKind
from convcli.trace import AverageStep, PoolStep, PoolTrace


def whole(trace: PoolTrace, output: Tensor | None, writer: PoolWriter) -> tuple[list[Block], list[PoolStep]]:
    """Every channel's windows in turn, then the output."""
    spec = trace.problem.spec
    chosen = plan(spec, writer.style, grids(writer))
    blocks: list[Block] = []
    steps: list[PoolStep] = []
    one = spec.batch * spec.channels_out == 1
    for plane in chosen.planes:
        some = [trace.step(at).beside(output) for at in plane.steps]
        blocks += [Heading(2, text(_heading(plane, writer, one=one))), *_windows(some, writer)]
        if plane.left and not one:
            blocks.append(Paragraph((more(plane.left),), indent=2))
        steps += some
    if chosen.steps_left:
        options = f"--show with a number or all, or --at {trace.problem.view.axes} for one"
        blocks.append(Paragraph((not_shown(chosen.steps_left, "step", options),)))
    return [*blocks, *_output(trace, output, chosen, steps, writer)], steps


def element(step: PoolStep, writer: PoolWriter) -> list[Block]:
    """An output element that was asked for, under its own heading."""
    name = Span(Role.OUTPUT, writer.output_name(step.at))
    blocks: list[Block] = [Heading(2, text("Output element ", name)), Paragraph((_reads(step, writer),), indent=2)]
    blocks += _windows([step], writer)
    if isinstance(step, AverageStep):
        blocks.append(Paragraph((counting(step, writer),), indent=2))
    return blocks


def left_out(writer: PoolWriter) -> list[Block]:
    """What windows leave out, if they are too large to be shown."""
    rows, columns = (1, *writer.problem.spec.kernels)[-2:]
    limit = None if writer.style.everything else PATCH_SIDE
    missing = "" if on_a_line(writer) else hidden((rows, columns), kept(rows, limit), kept(columns, limit))
    note = text(f"… {missing} of each window not shown: --show all", role=Role.NOTE)
    return [Paragraph((note,))] if missing else []


def grids(writer: PoolWriter) -> int:
    """How many grids are drawn for one element: none for windows that may stand on one line."""
    if on_a_line(writer) or is_short(writer):
        return 0
    spec = writer.problem.spec
    return math.prod(spec.kernels[:-2]) * (2 if spec.kind is PoolKind.LP else 1)


def _windows(steps: list[PoolStep], writer: PoolWriter) -> list[Block]:
    if on_a_line(writer):
        return [Paragraph(tuple(line(step, writer) for step in steps), indent=2)]
    return [Working(tuple(equation for step in steps for equation in equations(step, writer)), is_short(writer))]


def _heading(plane: Plane, writer: PoolWriter, *, one: bool) -> str:
    if one:
        return "Window by window"
    channel = f"hannel {writer.count(plane.channel)}"
    return f"Batch item {writer.count(plane.batch)}, c{channel}" if writer.problem.spec.batch > 1 else f"C{channel}"


def _reads(step: PoolStep, writer: PoolWriter) -> Line:
    """Which part of the input the window lies on; positions outside the input are padding."""
    problem = writer.problem
    pairs = zip(problem.spec.axes, step.at[2:], strict=True)
    taken = places([[axis.position(out, tap) for tap in range(axis.kernel)] for axis, out in pairs], writer)
    item = f"item {writer.count(step.at[0])}, " if problem.view.batch else ""
    channel = f"channel {writer.count(step.at[1])}, " if problem.view.channels else ""
    return text(f"reads {item}{channel}{taken} of the input", role=Role.NOTE)


def _output(
    trace: PoolTrace, output: Tensor | None, chosen: Plan, steps: list[PoolStep], writer: PoolWriter
) -> list[Block]:
    """The stacked output with its shape; of one plane beside its input."""
    spec = trace.problem.spec
    number = known(trace, output, steps)
    if spec.rank != 2 or spec.batch * spec.channels_out > 1 or chosen.steps_left:
        return stacked(number, writer, partly=chosen.steps_left > 0)
    height, width = spec.outputs
    result = grid(
        Role.OUTPUT,
        kept(height, None),
        kept(width, None),
        lambda i, j: writer.number(Role.OUTPUT, number((0, 0, i, j))),
        first=writer.first,
    )
    return [output_heading(writer), Working((Equation((), (_padded_input(writer), GIVES, result)),))]


def _padded_input(writer: PoolWriter) -> Grid:
    """The only channel with its padding."""
    rows, columns = writer.problem.spec.axes
    pad = Span(Role.PADDING, f"{PAD}0" if zeros_count(writer.problem) else PAD)

    def cell(i: int, j: int) -> Span:
        at = (i - rows.pad_before, j - columns.pad_before)
        if not (0 <= at[0] < rows.size and 0 <= at[1] < columns.size):
            return pad
        return writer.number(Role.INPUT, writer.problem.input_at((0, 0, *at)))

    limit = None if writer.style.everything else PATCH_SIDE
    return grid(Role.INPUT, kept(rows.padded, limit), kept(columns.padded, limit), cell, first=writer.first)
