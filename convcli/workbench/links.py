"""Which cells of the three tensors belong together: what an output was made of, what an input or a weight reaches.

Cells that meet are products of what meets along each axis, so that a box (a set of places along each axis) says it all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from convcli.axis import Meeting
from convcli.layout import Index
from convcli.problem import Bilinear, Problem
from convcli.spec import Spec, Summand

Box = tuple[frozenset[int], ...]
"""Places along each axis in space; a cell is in it if each of its indices is."""


@dataclass(frozen=True)
class Links:
    """What meets along each axis of an operation.

    >>> from convcli.settings import Settings
    >>> from convcli.spec import conv_spec
    >>> settings = Settings(padding=1, stride=2)
    >>> links = Links(conv_spec(sizes=[4], kernels=[3], channels_in=1, channels_out=1, settings=settings))
    >>> [sorted(box) for box in (*links.patch((0,)), *links.outputs((1,)), *links.places((0,)))]
    [[-1, 0, 1], [0, 1], [-1, 1]]
    """

    spec: Spec

    @cached_property
    def lines(self) -> list[list[list[Meeting]]]:
        """Along each axis, the meetings of each output."""
        outputs = self.spec.outputs
        found = [self.spec.meetings(tuple(min(out, n - 1) for n in outputs)) for out in range(max(outputs))]
        return [[found[out][axis] for out in range(n)] for axis, n in enumerate(outputs)]

    def patch(self, outs: Index) -> Box:
        """Where the first operand is read for an output; beyond its edge too."""
        return tuple(frozenset(m.position for m in meetings) for meetings in self.spec.meetings(outs))

    def taps(self, outs: Index) -> Box:
        """What of the second operand takes part in an output."""
        return tuple(frozenset(m.other for m in meetings) for meetings in self.spec.meetings(outs))

    def outputs(self, source: Index) -> Box:
        """The outputs that an element of the first operand reaches."""
        return self._outputs(lambda meeting, axis: meeting.source == source[axis])

    def fed(self, other: Index) -> Box:
        """The outputs that an element of the second operand feeds."""
        return self._outputs(lambda meeting, axis: meeting.other == other[axis])

    def _outputs(self, belongs: Callable[[Meeting, int], bool]) -> Box:
        return tuple(
            frozenset(out for out, meetings in enumerate(line) if any(belongs(m, axis) for m in meetings))
            for axis, line in enumerate(self.lines)
        )

    def places(self, other: Index) -> Box:
        """Every place of the first operand that an element of the second one multiplies."""
        return tuple(
            frozenset(m.position for meetings in line for m in meetings if m.other == other[axis])
            for axis, line in enumerate(self.lines)
        )

    def partners(self, outs: Index, source: Index) -> Box:
        """What of the second operand multiplies an element of the first one in an output."""
        found = zip(self.spec.meetings(outs), source, strict=True)
        return tuple(frozenset(m.other for m in meetings if m.source == i) for meetings, i in found)


def summands(problem: Problem, at: Index) -> list[Summand]:
    """The parts of an output element: pooling has one, its own channel, and no second operand."""
    if isinstance(problem, Bilinear):
        return list(problem.spec.summands(at))
    return [Summand(at[1], at[:2], ())]
