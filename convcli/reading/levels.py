"""Whether numbers form a rectangle: every row as long as the first, every plane as high, and so on.

Heights count levels from the numbers up: height 1 closes a row, 2 a plane. A level is regular if between any two of
its closings lie as many numbers as before its first; only counts are kept, whatever the size of the text.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import InputError
from convcli.limits import Limits
from convcli.reading.layout import Grid, Offsets
from convcli.reading.text import Text
from convcli.reading.wording import MAX_RANK, ragged


@dataclass(slots=True, eq=False)
class Levels:
    """The numbers found so far, and the levels that have closed over them.

    `bracketed` is up to which height levels close by brackets, which an error then shows.
    """

    text: Text
    what: str
    limits: Limits
    bracketed: int = 0
    count: int = 0
    starts: list[Offsets] = field(default_factory=list)
    ends: list[Offsets] = field(default_factory=list)
    sizes: NDArray[np.int64] = field(default_factory=lambda: np.zeros(MAX_RANK + 2, np.int64))  # 0: never closed
    closed: NDArray[np.int64] = field(default_factory=lambda: np.zeros(MAX_RANK + 2, np.int64))

    def __post_init__(self) -> None:
        self.sizes[0] = 1

    def add(self, starts: Offsets, ends: Offsets) -> None:
        """More numbers."""
        self.starts.append(starts)
        self.ends.append(ends)
        self.count += len(starts)
        if self.count > self.limits.cells:
            raise self.limits.exceeded("cells", f"over {self.limits.cells:,}", of=self.what)

    def close(self, heights: NDArray[Any], counts: NDArray[Any], rank: int) -> None:
        """Close a level at each height, in this order, after so many numbers each; `rank` is for wording only.

        Raises InputError for the first closing that is not as the first of its height.
        """
        if not heights.size:
            return
        order = np.argsort(heights, kind="stable")
        height, count = heights[order], counts[order]
        first = np.flatnonzero(np.diff(height, prepend=-1))
        before = np.empty_like(count)
        before[1:] = count[:-1]
        before[first] = self.closed[height[first]]
        size = count - before
        fresh = first[self.sizes[height[first]] == 0]
        self.sizes[height[fresh]] = size[fresh]
        irregular = np.flatnonzero(size != self.sizes[height])
        if irregular.size:
            at = irregular[order[irregular].argmin()]
            raise self._ragged(int(height[at]), int(before[at]), int(count[at]), rank)
        self.closed[height] = count  # of equal heights the last one stays

    def grid(self, rank: int) -> Grid:
        """All numbers in the shape in which they have closed."""
        sizes = self.sizes[: rank + 1].tolist()
        shape = tuple(sizes[height] // sizes[height - 1] for height in range(rank, 0, -1))
        starts = np.concatenate(self.starts)[: sizes[rank]]
        self.starts.clear()  # not both forms of ten million offsets at once
        return Grid(self.text, shape, starts, np.concatenate(self.ends)[: sizes[rank]])

    def _ragged(self, height: int, first: int, last: int, rank: int) -> InputError:
        """The error that the level of `height` over the numbers `first:last` is irregular."""
        start, end = int(np.concatenate(self.starts)[first]), int(np.concatenate(self.ends)[last - 1])
        for _ in range(min(height, self.bracketed)):
            start, end = self.text.data.rfind(b"[", 0, start), self.text.data.find(b"]", end) + 1
        part, size = int(self.sizes[height - 1]), int(self.sizes[height])
        index = self._index(height, first // size, rank)
        return ragged(self.text, start, end, self.what, height, index, (last - first) // part, size // part)

    def _index(self, height: int, ordinal: int, rank: int) -> tuple[int, ...]:
        """The index along the outer axes of the level that is the `ordinal`-th of its height."""
        index: list[int] = []
        for above in range(height + 1, rank):
            inner = int(self.sizes[above]) // max(1, int(self.sizes[above - 1]))  # 0 while none of `above` has closed
            ordinal, here = divmod(ordinal, inner) if inner else (0, ordinal)
            index.insert(0, here)
        return (ordinal, *index)
