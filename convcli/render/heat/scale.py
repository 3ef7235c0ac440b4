"""From numbers to positions on a scale: about zero where both signs occur, from the least to the largest otherwise.

Positions are for colours and shades only, and so are doubles; the ends of a scale are the numbers themselves.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scale:
    """The least and the largest finite number of a tensor, as its `values` hold them; both 0 if it has none."""

    low: int | float
    high: int | float
    finite: bool = True
    """Whether it has any."""

    @classmethod
    def of(cls, planes: Iterable[NDArray[Any]]) -> "Scale":
        """The scale of some planes of a tensor together.

        >>> Scale.of([np.array([-2.0, np.inf]), np.array([5.0, np.nan])])
        Scale(low=-2.0, high=5.0, finite=True)
        """
        ends = []
        for plane in planes:
            finite = plane if plane.dtype.kind != "f" or np.isfinite(plane).all() else plane[np.isfinite(plane)]
            if finite.size:
                ends += [finite.min(), finite.max()]
        if not ends:
            return cls(0, 0, finite=False)
        kind = float if isinstance(ends[0], np.floating) else int
        return cls(kind(min(ends)), kind(max(ends)))

    @property
    def diverges(self) -> bool:
        """Whether there are numbers on both sides of zero."""
        return self.low < 0 < self.high

    @property
    def peak(self) -> int | float:
        """The largest magnitude."""
        return max(-self.low, self.high)

    @property
    def ends(self) -> tuple[int | float, int | float]:
        """What stands at either end of the scale."""
        return (-self.peak, self.peak) if self.diverges else (self.low, self.high)

    def positions(self, values: NDArray[Any]) -> Positions:
        """Where values lie: from -1 to 1 with 0 at 0 if the scale diverges, else from 0 to 1; inf and nan stay.

        >>> Scale(-2, 4).positions(np.array([-2, 0, 4])), Scale(2, 4).positions(np.array([2, 3]))
        (array([-0.5,  0. ,  1. ]), array([0. , 0.5]))
        """
        if self.diverges:
            return ratios(values, self.peak)
        if self.low == self.high:
            return ratios(values, self.high or 1)
        if values.dtype == object:
            return ratios(values - self.low, self.high - self.low)
        if values.dtype.kind != "f":  # modulo 2^64, so exactly: what they have in common may be longer than a double
            return ratios(values.astype(np.int64).view(np.uint64) - np.uint64(self.low % 2**64), self.high - self.low)
        return (values.astype(np.float64) - self.low) / (self.high - self.low)


def ratios(values: NDArray[Any], whole: int | float) -> Positions:
    """Values over another of the same tensor, whose denominator cancels out."""
    if values.dtype == object:  # Python divides integers of any size with one rounding
        return np.array([value / whole for value in values.ravel().tolist()], np.float64).reshape(values.shape)
    return np.asarray(values / np.float64(whole), np.float64)
