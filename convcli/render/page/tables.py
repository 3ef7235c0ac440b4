"""Which elements meet, worked out for the page: its script adds no stride to anything.

Along each axis there is one entry for each pair that meets in an output element, with the place where the source cell
is drawn: padding is drawn where it lies, so that its cells have places of their own.
"""

from dataclasses import dataclass

from convcli.axis import Axis
from convcli.problem import Bilinear, Problem

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
    windows = problem.spec.windows
    return tuple(problem.source.shape[2:]) if windows is None else tuple(len(axis.line) for axis in windows)


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


def _table(problem: Problem, number: int) -> Table:
    spec = problem.spec
    outs = [tuple(out if axis == number else 0 for axis in range(spec.rank)) for out in range(spec.outputs[number])]
    lines = [spec.meetings(each)[number] for each in outs]
    axis = None if spec.windows is None else spec.windows[number]
    line: list[Entry]
    if axis is None:
        first, line = 0, [[source, ON] for source in range(problem.source.shape[2 + number])]
    else:
        first, line = axis.line[0], [[axis.mode.source(at, axis.size), _lies(axis, at)] for at in axis.line]
    return Table(
        spec.axes[number].name,
        line,
        [[[m.source, m.other, line[m.position - first][1], m.position - first] for m in met] for met in lines],
    )


def _lies(axis: Axis, position: int) -> int:
    if 0 <= position < axis.size:
        return ON
    return BEYOND if axis.is_beyond(position) else PADDING
