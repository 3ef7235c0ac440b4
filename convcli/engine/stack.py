"""Convolution by partial sums: the product comes first, for every tap at once, and what was shifted is added after.

A tap's weights times the whole input are what it gives to all outputs, each in its own place. Taps along some axes are
stacked as rows of one matrix, so that nothing is copied for them; k shifted sums follow. It pays where copying patches
would cost more than adding: few output channels, or one channel in each group (depthwise).
Source: Vasudevan, Anderson & Gregg 2017, "Parallel multi channel convolution using general matrix multiplication".
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any, ClassVar

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from convcli.axis import Axis
from convcli.engine.blocks import Cut, cut, tiles
from convcli.engine.lower import BLOCK, as_matrices
from convcli.engine.region import Region
from convcli.engine.threads import Scratch
from convcli.spec import ConvSpec

WORTHWHILE = 2**26
"""Multiply-adds that are worth a thread here: its many short calls would wait for those of others."""

TILE = 2**17
"""Numbers in a tile's partial sums: they are read soon after they are written, and more often than columns."""


@dataclass(frozen=True)
class Stacked:
    """One product (k·O/G, C/G·K') by (C/G·K', region) for each group, and k shifted sums: the taps along all axes are
    stacked, or along all but the last, which is lowered."""

    every: bool
    name: ClassVar[str] = "stacked"
    says: ClassVar[str] = "partial sums of every tap by one product, then added where they fall (Vasudevan et al. 2017)"
    finite_only: ClassVar[bool] = False
    tells_edges: ClassVar[bool] = False

    def serves(self, spec: ConvSpec) -> bool:
        """Any convolution."""
        return True

    def _stacked(self, spec: ConvSpec) -> tuple[int, ...]:
        return spec.kernels if self.every else spec.kernels[:-1]

    def cut(self, spec: ConvSpec) -> Cut:
        """Blocks of many groups, or of many rows."""
        return cut(spec, max(1, BLOCK // spec.group_in), worthwhile=WORTHWHILE)

    def _room(self, spec: ConvSpec, outs: int) -> int:
        stacked = math.prod(self._stacked(spec))
        return max(1, (TILE if spec.group_in == 1 else 4 * TILE) // max(outs * stacked, spec.per_element // stacked))

    def held(self, spec: ConvSpec, box: tuple[int, ...], groups: int, outs: int) -> int:
        """What is lowered, and the partial sums."""
        stacked, room = math.prod(self._stacked(spec)), self._room(spec, outs)
        space = math.prod((n - 1) * axis.stride + axis.span for n, axis in zip(box, spec.axes, strict=True))
        at_once = min(groups * space, max(room, space // box[0]) + 2 * spec.axes[0].span * space // box[0])
        return at_once * (outs * stacked + spec.per_element // stacked)

    def arranged(self, w: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> NDArray[Any]:
        """The weights of each stacked tap by themselves: (G, O/G, k, C/G·K')."""
        stacked = len(self._stacked(spec))
        taps_first = np.moveaxis(w, range(3, 3 + stacked), range(2, 2 + stacked))
        return taps_first.reshape(*w.shape[:2], math.prod(self._stacked(spec)), -1)

    def block(self, read: Region, w: NDArray[Any], y: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> None:
        """Tile by tile: one product for each group, and a sum over stacked taps."""
        first, box = spec.axes[0], y.shape[2:]
        stacked = w.swapaxes(1, 2).reshape(len(w), -1, w.shape[-1])  # (g, k·o, C/G·K')
        room = max(self._room(spec, y.shape[1]), 2 * first.span * math.prod(box[1:]))
        for groups, rows in tiles(len(y), box, room):
            start, stop = rows.start * first.stride, (rows.stop - 1) * first.stride + first.span
            self._tile(read.values[groups, :, start:stop], stacked[groups], y[groups, :, rows], spec, scratch)

    def _tile(self, x: NDArray[Any], w: NDArray[Any], y: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> None:
        kernels, box = self._stacked(spec), y.shape[2:]
        if self.every:
            columns, lines = as_matrices(x, 2), x.shape[2:]
            if columns is None:
                copied = scratch.take("lowered", x.shape, x.dtype)
                np.copyto(copied, x)
                columns = copied.reshape(*x.shape[:2], -1)
        else:
            columns, lines = _lowered_along_last(x, spec, box, scratch), (*x.shape[2:-1], box[-1])
        partial = scratch.take("partial", (len(x), *kernels, y.shape[1], *lines), x.dtype)
        np.matmul(w, columns, out=partial.reshape(len(x), w.shape[1], -1))
        parts = [_at(partial, tap, places) for tap, places in _taps_and_places(spec.axes[: len(kernels)], box)]
        if len(parts) == 1:
            np.copyto(y, parts[0])
            return
        np.add(parts[0], parts[1], out=y)
        for part in parts[2:]:
            np.add(y, part, out=y)


@lru_cache(64)
def _taps_and_places(axes: tuple[Axis, ...], box: tuple[int, ...]) -> list[tuple[tuple[int, ...], tuple[slice, ...]]]:
    """Each tap along these axes, and where in what they read it lies for all outputs of a box."""
    along = [
        [
            (t, slice(t * axis.dilation, t * axis.dilation + (n - 1) * axis.stride + 1, axis.stride))
            for t in range(axis.kernel)
        ]
        for n, axis in zip(box, axes, strict=False)
    ]
    return [(tuple(t for t, _ in taps), tuple(side for _, side in taps)) for taps in product(*along)]


def _lowered_along_last(x: NDArray[Any], spec: ConvSpec, box: tuple[int, ...], scratch: Scratch) -> NDArray[Any]:
    """x (g, C/G, *region) as columns (g, C/G·k, lines), with what each tap of the last axis reads."""
    last, step = spec.axes[-1], x.strides[-1]
    shape = (*x.shape[:2], last.kernel, *x.shape[2:-1], box[-1])
    lowered = scratch.take("lowered", shape, x.dtype)
    strides = (*x.strides[:2], step * last.dilation, *x.strides[2:-1], step * last.stride)
    np.copyto(lowered, as_strided(x, shape, strides))
    return lowered.reshape(len(x), x.shape[1] * last.kernel, -1)


def _at(partial: NDArray[Any], tap: tuple[int, ...], places: tuple[slice, ...]) -> NDArray[Any]:
    """The partial sums (g, *K, o, *lines) of one tap in some places."""
    part: NDArray[Any] = partial[(slice(None), *tap, slice(None), *places)]  # type: ignore[arg-type]  # as in blocks
    return part
