"""Memory-efficient convolution: patches lowered along every axis but the first, which a product reads in place.

Rows of the lowered input lie one below the other, so that the rows which an output row reads are a matrix as they lie;
those of the next output row overlap with them. The input is copied K/k times, and not K times.
Source: Cho & Brand 2017, "MEC: memory-efficient convolution for deep neural network".
"""

import math
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from convcli.engine.blocks import Cut, cut, tiles
from convcli.engine.lower import BLOCK, as_matrices
from convcli.engine.region import Region
from convcli.engine.threads import Scratch
from convcli.spec import ConvSpec

TILE = 2**18
"""Numbers in the rows lowered at once or in the output, whichever has more."""


class RowLowered:
    """One product (O/G, k·C/G·K') by (k·C/G·K', S') for each output row of S' elements."""

    name: ClassVar[str] = "row-lowered"
    says: ClassVar[str] = "rows are lowered once and read in place by every output row (Cho & Brand 2017)"
    finite_only: ClassVar[bool] = False
    tells_edges: ClassVar[bool] = False

    def serves(self, spec: ConvSpec) -> bool:
        """More than one axis, the first undilated: its rows have to lie below each other."""
        return spec.rank > 1 and spec.axes[0].dilation == 1

    def cut(self, spec: ConvSpec) -> Cut:
        """Blocks of whole rows."""
        row = math.prod(spec.outputs[1:])
        found = cut(spec, max(row, BLOCK // spec.group_in))
        return replace(found, sides=(found.sides[0], *spec.outputs[1:]))

    def _rows(self, spec: ConvSpec, box: tuple[int, ...]) -> int:
        """Output rows that are computed at once."""
        per_row = max(spec.per_element // spec.kernels[0] * spec.axes[0].stride, spec.group_out)
        return max(4 * spec.kernels[0], TILE // (per_row * math.prod(box[1:])))

    def held(self, spec: ConvSpec, box: tuple[int, ...], groups: int, outs: int) -> int:
        """The lowered rows, and the output where it has to be copied to its place."""
        first, rows = spec.axes[0], min(box[0], self._rows(spec, box))
        return groups * outs * math.prod(box) + ((rows - 1) * first.stride + first.span) * (
            spec.per_element // first.kernel
        ) * math.prod(box[1:])

    def arranged(self, w: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> NDArray[Any]:
        """The weights of each output channel in a row, taps of the first axis outermost: (G, O/G, k·K'·C/G)."""
        channels_last = np.moveaxis(w, 2, -1)
        arranged = scratch.take("weights", channels_last.shape, w.dtype)
        np.copyto(arranged, channels_last)
        return arranged.reshape(*w.shape[:2], -1)

    def block(self, read: Region, w: NDArray[Any], y: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> None:
        """Some rows at a time, of one group after the other, in one call each."""
        x, (first, *others), box = read.values, spec.axes, y.shape[2:]
        taps = [step * axis.dilation for step, axis in zip(x.strides[3:], others, strict=True)]
        outs = [step * axis.stride for step, axis in zip(x.strides[3:], others, strict=True)]
        shape = (*spec.kernels[1:], x.shape[1], *box[1:])
        width, terms = math.prod(box[1:]), w.shape[2]
        step = width * x.itemsize
        target = y if as_matrices(y, 2) is not None else scratch.take("product", y.shape, y.dtype)
        products = target.reshape(*y.shape[:3], width, copy=False).swapaxes(1, 2)  # (g, rows, o, S')
        for groups, rows in tiles(len(y), box, self._rows(spec, box) * width):
            for group in range(groups.start, groups.stop):
                start, count = rows.start, rows.stop - rows.start
                part = x[group, :, start * first.stride : (start + count - 1) * first.stride + first.span]
                lowered = scratch.take("rows", (part.shape[1], *shape), x.dtype)
                np.copyto(lowered, as_strided(part, lowered.shape, (part.strides[1], *taps, part.strides[0], *outs)))
                strides = (lowered.strides[0] * first.stride, step, x.itemsize)
                overlapping = as_strided(lowered, (count, terms, width), strides)
                np.matmul(w[group], overlapping, out=products[group, start : start + count])
        if target is not y:
            np.copyto(y, target)
