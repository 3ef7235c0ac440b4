"""One output channel, the way the textbook works it: patches, the map of each input channel, and their sum."""

import math

from convcli.document.elide import CHANNELS, MAP, WORK, Kept, Plane, hidden, kept
from convcli.document.element import alone, in_products, is_short, several
from convcli.document.maps import Steps, added, convolved, place, planes_of
from convcli.document.model import Block, Heading, Paragraph, Role, Span, Working, text
from convcli.document.patch import equations
from convcli.document.style import Writer
from convcli.errors import plural
from convcli.layout import Index
from convcli.trace import Step, Trace


def section(plane: Plane, trace: Trace, writer: Writer, *, last_word: bool) -> tuple[list[Block], list[Step]]:
    """The blocks of one output channel, and the steps that they show.

    `last_word` says that the output follows at once, so that a channel that is all of it need not be repeated.
    """
    steps = [trace.step(at) for at in plane.steps]
    spec = writer.problem.spec
    if spec.group_in == 1:
        blocks = alone(steps, writer)
        if not plane.left and spec.rank > 1 and not last_word:
            blocks.append(Working(convolved(_by_place(steps), 0, writer, whole=True)))
    elif plane.left or in_products(writer) or spec.group_in > CHANNELS and not writer.style.everything:
        blocks = [block for step in steps for block in several(step, writer)]
        if plane.left and not in_products(writer):
            blocks += _left(plane)
            return blocks + _partial_maps(plane, steps, trace, writer), steps
    else:
        blocks = _by_channel(steps, writer)
    return blocks + _left(plane), steps


def _left(plane: Plane) -> list[Block]:
    if not plane.left:
        return []
    return [Paragraph((text(f"… {plane.left:,} more {'step' if plane.left == 1 else 'steps'}", role=Role.NOTE),), indent=2)]


def _by_place(steps: list[Step]) -> dict[Index, Step]:
    return {step.at[2:]: step for step in steps}


def _by_channel(steps: list[Step], writer: Writer) -> list[Block]:
    """Step 1, 2, ...: one input channel's patches and map; and the sum of the maps."""
    made: list[Block] = []
    by_place = _by_place(steps)
    for number, term in enumerate(steps[0].terms):
        kernel = writer.kernel_name(steps[0].at[1], number)
        title = text(
            f"Step {number + 1}: ",
            Span(Role.INPUT, f"input channel {writer.count(term.channel)}"),
            " ∗ ",
            Span(Role.KERNEL, kernel),
        )
        working = [
            equation
            for step in steps
            for equation in equations(text(f"({writer.place(step.at[2:])})"), step.terms[number], writer)
        ]
        made += [
            Heading(3, title),
            Working(tuple(working), is_short(writer)),
            Working(convolved(by_place, number, writer)),
        ]
    what = "the sum over channels" + (" and the bias" if steps[0].bias is not None else "")
    return [
        *made,
        Heading(3, text(f"Step {len(steps[0].terms) + 1}: {what}")),
        Working(added(by_place, writer)),
    ]


def _partial_maps(plane: Plane, steps: list[Step], trace: Trace, writer: Writer) -> list[Block]:
    """The maps of all channels at their edges, where there are few channels and it costs little."""
    spec = writer.problem.spec
    height, width = (1, *spec.outputs)[-2:]
    rows, columns = kept(height, MAP), kept(width, MAP)
    cells = len(rows) * len(columns)
    if spec.group_in > CHANNELS or cells * spec.group_in * math.prod(spec.kernels) > WORK // 4:
        return []
    known: Steps = _by_place(steps)
    first = planes_of(spec.outputs)[0]
    places = [place(first, i, j, spec.rank) for i in _indices(rows) for j in _indices(columns)]
    maps = {at: known[at] if at in known else trace.step((plane.batch, plane.channel, *at)) for at in places}
    missing = hidden((height, width), rows, columns)
    note = Paragraph((text(f"… {missing} not shown", role=Role.NOTE),), indent=2)
    title = text("The map of each input channel, and their sum" + (" with the bias" if steps[0].bias is not None else ""))
    return [Heading(3, title), Working(added(maps, writer, rows, columns)), *([note] if missing else [])]


def _indices(shown: Kept) -> list[int]:
    return [i for i in shown if i is not None]


_ = plural
