"""An axis of a kernel's gradient: the same relation, summed over all places that a tap visits."""

from dataclasses import dataclass

from convcli.axis.meeting import Meeting
from convcli.axis.window import Axis


@dataclass(frozen=True, slots=True)
class KernelAxis:
    """The taps of the kernel that slides along `axis`, each an output element of its own.

    >>> KernelAxis(Axis(size=4, kernel=2, stride=2)).meets(1)
    [Meeting(source=1, other=0, padding=False, position=1), Meeting(source=3, other=1, padding=False, position=3)]
    """

    axis: Axis

    @property
    def name(self) -> str:
        """What people call the axis."""
        return self.axis.name

    @property
    def output(self) -> int:
        """The number of taps."""
        return self.axis.kernel

    @property
    def most(self) -> int:
        """The most meetings that one tap has."""
        return self.axis.output

    def meets(self, out: int) -> list[Meeting]:
        """What meets in tap `out`: each input that it reads, and the output for which it does."""
        return [self.axis.meeting(o, out)._replace(other=o) for o in range(self.axis.output)]
