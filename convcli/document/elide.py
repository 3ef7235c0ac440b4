"""What is shown where not everything can be: which elements, rows, columns and channels, and how many are left out."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from convcli.document.model import Grid, Role, Span
from convcli.document.style import Style
from convcli.errors import plural
from convcli.layout import Index
from convcli.spec import Spec

CHANNELS = 5
"""Input channels of one output element whose working is shown: the first of them, and the last."""

WORK = 200_000
"""Products worked out for one explanation unasked: a fraction of a second."""

PAGE = 512
"""Numbers of the output shown below an explanation that does not show all steps."""

MAP = 6
"""Rows and columns of a map of which only some elements are worked out."""

_PLANES = 9  # planes that get a section of their own where not all elements are shown
_DOTS = Span(Role.NOTE, "…")

Kept = list[int | None]
"""Indices in order; None where some are left out."""


def kept(length: int, limit: int | None) -> Kept:
    """All indices; or, past the limit, as many of the first as it allows, a gap and the last.

    The gap is one of the entries, so that it never stands for a single index.

    >>> kept(4, 4), kept(9, 5)
    ([0, 1, 2, 3], [0, 1, 2, None, 8])
    """
    if limit is None or length <= limit:
        return list(range(length))
    return [*range(max(limit - 2, 1)), None, length - 1]


def left_out(length: int, shown: Kept) -> int:
    """How many of `length` are not among `shown`."""
    return length - sum(i is not None for i in shown)


def grid(
    role: Role, rows: Kept, columns: Kept, cell: Callable[[int, int], Span], caption: str = "", first: int = 0
) -> Grid:
    """A grid of the rows and columns kept; `cell` is asked for nothing else. Columns are counted from `first`."""
    return Grid(
        role,
        tuple(tuple(_DOTS if i is None or j is None else cell(i, j) for j in columns) for i in rows),
        caption,
        tuple("…" if j is None else str(j + first) for j in columns),
    )


def hidden(shape: tuple[int, int], rows: Kept, columns: Kept) -> str:
    """What a grid leaves out, in words; empty if nothing."""
    parts = [
        plural(left, noun)
        for left, noun in ((left_out(shape[0], rows), "row"), (left_out(shape[1], columns), "column"))
        if left
    ]
    return " and ".join(parts)


@dataclass(frozen=True, slots=True)
class Plane:
    """One output channel of one batch item, and which of its elements are worked out."""

    batch: int
    channel: int
    steps: tuple[Index, ...]
    left: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The planes that get a section, and how many planes and elements there are beyond what is shown."""

    planes: tuple[Plane, ...]
    planes_left: int
    steps_left: int


def plan(spec: Spec, style: Style, grids: int = 0) -> Plan:
    """Whole planes first, in order, with at least the first element of each; past those that fit, some of each.

    `grids` is how many patches of one element are drawn as grids.
    """
    count, size = spec.batch * spec.channels_out, math.prod(spec.outputs)
    budget = count * size
    most = style.most_elements(grids, size)
    if most is not None:
        budget = min(budget, max(most, 1), max(WORK // spec.per_element, 1))
    shown = count if budget == count * size else min(count, budget, max(_PLANES, -(-budget // size)))
    planes = []
    for number in range(shown):
        after = shown - number - 1
        fair = -(-budget // (after + 1))
        steps = size if size <= budget - after else fair
        budget -= steps
        batch, channel = divmod(number, spec.channels_out)
        places = (_unravel(i, spec.outputs) for i in range(steps))
        planes.append(Plane(batch, channel, tuple((batch, channel, *place) for place in places), size - steps))
    return Plan(tuple(planes), count - shown, count * size - sum(len(plane.steps) for plane in planes))


def _unravel(number: int, shape: tuple[int, ...]) -> Index:
    place: list[int] = []
    for length in reversed(shape):
        number, index = divmod(number, length)
        place.append(index)
    return tuple(reversed(place))
