"""Convolution by partial sums: the product comes first, for every tap at once, and what was shifted is added after.

A tap's weights times the whole input are what it gives to all outputs, each in its own place. The taps are stacked as
rows of one matrix, so that nothing is copied for them; K shifted sums follow. It pays where copying patches would cost
more than adding: with few output channels.
Source: Vasudevan, Anderson & Gregg 2017, "Parallel multi channel convolution using general matrix multiplication".
"""

import math
from typing import Any, ClassVar

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from convcli.engine.blocks import Cut, cut, tiles
from convcli.engine.lower import BLOCK, as_matrices
from convcli.engine.region import Region, read_by
from convcli.engine.threads import Scratch
from convcli.spec import ConvSpec

TILE = 2**19
"""Numbers in a tile's partial sums, unless a few rows have more: they are read soon after they are written."""


class Stacked:
    """One product (K·O/G, C/G) by (C/G, region) for each group, and K shifted sums."""

    name: ClassVar[str] = "stacked"
    says: ClassVar[str] = "partial sums of every tap by one product, then added where they fall (Vasudevan et al. 2017)"
    tells_edges: ClassVar[bool] = False
    shrinks: ClassVar[bool] = True

    def serves(self, spec: ConvSpec) -> bool:
        """Any convolution."""
        return True

    def cut(self, spec: ConvSpec) -> Cut:
        """Blocks of many groups, or of many rows."""
        return cut(spec, max(1, BLOCK // spec.group_in), copies=spec.group_out * math.prod(spec.kernels))

    def _room(self, spec: ConvSpec, box: tuple[int, ...], outs: int) -> int:
        """Output elements in space that are computed at once: with their partial sums where the input lies, of which
        rows share those of a span."""
        whole, few = math.prod(box), 2 * spec.axes[0].span * math.prod(box[1:])
        numbers = math.prod(read_by(box, spec.axes)) * max(outs * math.prod(spec.kernels), spec.group_in)
        return max(TILE * whole // numbers, min(whole, few))

    def held(self, spec: ConvSpec, box: tuple[int, ...], groups: int, outs: int) -> int:
        """The input, where it does not lie in a row, and the partial sums."""
        room = self._room(spec, box, outs)
        rows = min(box[0], room // math.prod(box[1:]))
        at_once = min(groups, max(1, room // math.prod(box))) * math.prod(read_by((rows, *box[1:]), spec.axes))
        return at_once * (outs * math.prod(spec.kernels) + spec.group_in)

    def arranged(self, w: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> NDArray[Any]:
        """The weights of each tap by themselves: (G, O/G, K, C/G)."""
        return np.moveaxis(w, 2, -1).reshape(*w.shape[:2], -1, w.shape[2])

    def block(self, read: Region, w: NDArray[Any], y: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> None:
        """Tile by tile: one product for each group, and a sum over taps."""
        first, box = spec.axes[0], y.shape[2:]
        stacked = w.swapaxes(1, 2).reshape(len(w), -1, w.shape[-1])  # (g, K·o, C/G)
        for groups, rows in tiles(len(y), box, self._room(spec, box, y.shape[1])):
            start, stop = rows.start * first.stride, (rows.stop - 1) * first.stride + first.span
            self._tile(read.values[groups, :, start:stop], stacked[groups], y[groups, :, rows], spec, scratch)

    def _tile(self, x: NDArray[Any], w: NDArray[Any], y: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> None:
        columns = as_matrices(x, 2)
        if columns is None:
            copied = scratch.take("columns", x.shape, x.dtype)
            np.copyto(copied, x)
            columns = copied.reshape(*x.shape[:2], -1)
        partial = scratch.take("partial", (len(x), *spec.kernels, y.shape[1], *x.shape[2:]), x.dtype)
        np.matmul(w, columns, out=partial.reshape(len(x), w.shape[1], -1))
        groups, rank = partial.strides[0], spec.rank
        stack, outs, steps = partial.strides[1 : 1 + rank], partial.strides[1 + rank], partial.strides[2 + rank :]
        # the next tap's sums lie further down the stack, and where they fall lies one dilation further in space
        taps = [down + step * axis.dilation for down, step, axis in zip(stack, steps, spec.axes, strict=True)]
        places = [step * axis.stride for step, axis in zip(steps, spec.axes, strict=True)]
        shape = (len(x), *spec.kernels, *y.shape[1:])
        falling = as_strided(partial, shape, (groups, *taps, outs, *places), writeable=False)
        np.add.reduce(falling, tuple(range(1, 1 + rank)), out=y)
