"""One output channel, the way the textbook works it: patches, the map of each input channel, and their sum."""

import math

from convcli.document.convolution.maps import added, convolved, place, planes_of
from convcli.document.element import alone, in_products, is_short, several
from convcli.document.elements import more
from convcli.document.elide import CHANNELS, MAP, WORK, Kept, Plane, hidden, kept
from convcli.document.model import Block, Heading, Paragraph, Role, Span, Working, text
from convcli.document.patch import equations
from convcli.document.style import ConvWriter
from convcli.layout import Index
from convcli.problem import Convolution
from convcli.trace import Step, SumTrace


def section(
    plane: Plane, trace: SumTrace[Convolution], writer: ConvWriter, *, last_word: bool, maps: bool
) -> tuple[list[Block], list[Step]]:
    """The blocks of one output channel, and the steps that they show.

    `last_word` says that the output follows at once: a channel that is all of it need not be repeated, nor what is
    left out of it said twice. With `maps`, a channel of which only some steps are shown has the edges of its maps.
    """
    steps = [trace.step(at) for at in plane.steps]
    by_place = {step.at[2:]: step for step in steps}
    left = [] if last_word or not plane.left else _left(plane.left)
    spec = writer.problem.spec
    if spec.group_in == 1:
        blocks: list[Block] = [*alone(steps, writer), *left]
        if not (plane.left or last_word or spec.rank == 1):
            blocks.append(Working(convolved(by_place, 0, writer, lambda at: by_place[at].value)))
        return blocks, steps
    whole = not plane.left and (spec.group_in <= CHANNELS or writer.style.everything)
    if whole and not in_products(writer):
        return _by_channel(steps, by_place, writer), steps
    blocks = [block for step in steps for block in several(step, writer)] + left
    if maps and not in_products(writer):
        blocks += _partial_maps(plane, by_place, trace, writer)
    return blocks, steps


def _left(count: int) -> list[Block]:
    return [Paragraph((more(count),), indent=2)]


def _by_channel(steps: list[Step], by_place: dict[Index, Step], writer: ConvWriter) -> list[Block]:
    """Step 1, 2, ...: one input channel's patches and map; and the sum of the maps."""
    made: list[Block] = []
    for number, term in enumerate(steps[0].terms):
        channel = Span(Role.INPUT, f"input channel {writer.count(term.channel)}")
        kernel = Span(Role.KERNEL, writer.kernel_name(steps[0].at[1], number))
        working = [
            equation
            for step in steps
            for equation in equations(text(f"({writer.place(step.at[2:])})"), step.terms[number], writer)
        ]
        made += [
            Heading(3, text(f"Step {number + 1}: ", channel, " ∗ ", kernel)),
            Working(tuple(working), is_short(writer)),
            Working(convolved(by_place, number, writer)),
        ]
    last = f"Step {len(steps[0].terms) + 1}: the sum over channels"
    return [*made, Heading(3, text(last + _and_bias(steps[0]))), Working(added(by_place, writer))]


def _and_bias(step: Step) -> str:
    return "" if step.bias is None else " and the bias"


def _partial_maps(
    plane: Plane, known: dict[Index, Step], trace: SumTrace[Convolution], writer: ConvWriter
) -> list[Block]:
    """The maps of all channels at their edges, where there are few channels and it costs little."""
    spec = writer.problem.spec
    height, width = writer.plane_shape
    rows, columns = kept(height, MAP), kept(width, MAP)
    cost = len(rows) * len(columns) * spec.group_in * math.prod(spec.kernels)
    if spec.group_in > CHANNELS or cost > WORK // 8:
        return []
    first = planes_of(spec.outputs)[0]
    places = [place(first, i, j, spec.rank) for i in _indices(rows) for j in _indices(columns)]
    steps = {at: known[at] if at in known else trace.step((plane.batch, plane.channel, *at)) for at in places}
    title = f"The map of each input channel, and their sum{' with the bias' if trace.problem.bias is not None else ''}"
    made: list[Block] = [Heading(3, text(title)), Working(added(steps, writer, rows, columns))]
    if missing := hidden((height, width), rows, columns):
        made.append(Paragraph((text(f"… {missing} of each not shown", role=Role.NOTE),), indent=2))
    return made


def _indices(shown: Kept) -> list[int]:
    return [i for i in shown if i is not None]
