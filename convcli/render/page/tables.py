"""Which elements meet, worked out for the page: its script adds no stride to anything.

Along each axis there is one entry for each pair that meets in an output element, with the place where the source cell
is drawn: padding is drawn where it lies, so that its cells have places of their own.
"""

from dataclasses import dataclass

from convcli.axis import Axis, Meeting
from convcli.problem import Bilinear, Pooling, Problem

ON, PADDING, BEYOND = 0, 1, 2
"""How a source cell lies: on the input, on its padding, or even beyond that, where ceil mode hangs over the end."""

Entry = list[int | None]


@dataclass(frozen=True, slots=True)
class Table:
    """One axis: for each place of the drawn line the source element it shows (None for a constant) and how it lies;
    for each output element its meetings as (source, other, how it lies, place)."""

    name: str
    line: list[Entry]
    meetings: list[list[Entry]]


def tables(problem: Problem) -> list[Table]:
    """The table of each axis."""
    return [_table(problem, number) for number in range(problem.spec.rank)]


def drawn(problem: Problem) -> tuple[int, ...]:
    """How many cells the source is drawn with along each axis, its padding included."""
    windows = _windows(problem)
    if windows is None:
        return tuple(problem.source.shape[2:])
    return tuple(axis.padded + axis.overhang for axis in windows)


def summands(problem: Problem) -> list[list[list[int]]]:
    """For each output channel of each batch item, what joins: the channel's number, and the leading indices into
    source and other; of a pooling, whose channels stand by themselves, the other is 0,0."""
    spec = problem.spec
    leads = [(item, channel) for item in range(spec.batch) for channel in range(spec.channels_out)]
    if isinstance(problem, Bilinear):
        nowhere = (0,) * spec.rank
        return [
            [[part.channel, *part.source, *part.other] for part in problem.spec.summands((*lead, *nowhere))]
            for lead in leads
        ]
    return [[[channel, item, channel, 0, 0]] for item, channel in leads]


def _windows(problem: Problem) -> tuple[Axis, ...] | None:
    """The axes whose windows lie on the source: of a convolution, of one whose kernel is differentiated, or of a
    pooling. A transposed convolution has none, and so no padding."""
    from convcli.spec import ConvSpec, KernelGradientSpec, PoolSpec

    spec = problem.spec
    if isinstance(spec, KernelGradientSpec):
        return spec.forward.axes
    return spec.axes if isinstance(spec, ConvSpec | PoolSpec) else None


def _table(problem: Problem, number: int) -> Table:
    spec, windows = problem.spec, _windows(problem)
    lines = [_meetings(problem, number, out) for out in range(spec.outputs[number])]
    name = spec.axes[number].name
    if windows is None:
        line: list[Entry] = [[source, ON] for source in range(problem.source.shape[2 + number])]
        return Table(name, line, [[[m.source, m.other, ON, m.source] for m in meetings] for meetings in lines])
    axis = windows[number]
    positions = range(-axis.pad_before, axis.size + axis.pad_after + axis.overhang)
    places = {position: place for place, position in enumerate(positions)}
    at = _positions(problem, number, axis)
    return Table(
        name,
        [[axis.mode.source(position, axis.size), _lies(axis, position)] for position in positions],
        [
            [[m.source, m.other, _lies(axis, at[out, m.other]), places[at[out, m.other]]] for m in meetings]
            for out, meetings in enumerate(lines)
        ],
    )


def _meetings(problem: Problem, number: int, out: int) -> list[Meeting]:
    """What meets in output `out` along one axis."""
    if isinstance(problem, Bilinear):
        outs = tuple(out if axis == number else 0 for axis in range(problem.spec.rank))
        return problem.spec.meetings(outs)[number]
    assert isinstance(problem, Pooling)
    return problem.spec.axes[number].meets(out)


def _positions(problem: Problem, number: int, axis: Axis) -> dict[tuple[int, int], int]:
    """Where on the padded input the pair of an output element and an element of the other operand lies."""
    from convcli.spec import KernelGradientSpec

    spec = problem.spec
    if not isinstance(spec, KernelGradientSpec):
        return {
            (out, meeting.other): axis.position(out, tap)
            for out in range(axis.output)
            for tap, meeting in enumerate(_meetings(problem, number, out))
        }
    taps = range(axis.kernel)[::-1] if spec.forward.flipped else range(axis.kernel)
    return {(element, o): axis.position(o, tap) for element, tap in enumerate(taps) for o in range(axis.output)}


def _lies(axis: Axis, position: int) -> int:
    if 0 <= position < axis.size:
        return ON
    return PADDING if position < axis.size + axis.pad_after else BEYOND
