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
    """One product (O/G, k·C/G·K') by (k·C/G·K', S') for each output row of S' elements of a group."""

    name: ClassVar[str] = "row-lowered"
    says: ClassVar[str] = "rows are lowered once and read in place by every output row (Cho & Brand 2017)"
    tells_edges: ClassVar[bool] = False

    def serves(self, spec: ConvSpec) -> bool:
        """More than one axis."""
        return spec.rank > 1

    def cut(self, spec: ConvSpec) -> Cut:
        """Blocks of whole rows."""
        row = math.prod(spec.outputs[1:])
        found = cut(spec, max(row, BLOCK // spec.group_in), copies=spec.per_element // spec.kernels[0])
        return replace(found, sides=(found.sides[0], *spec.outputs[1:]))

    def _rows(self, spec: ConvSpec, box: tuple[int, ...]) -> int:
        """Output rows that are computed at once, of one group or of several."""
        per_row = max(spec.per_element // spec.kernels[0] * _apart(spec)[1], spec.group_out)
        return max(4 * spec.kernels[0], TILE // (per_row * math.prod(box[1:])))

    def held(self, spec: ConvSpec, box: tuple[int, ...], groups: int, outs: int) -> int:
        """The lowered rows, and the output where it has to be copied to its place."""
        (apart, stride), room, kernel = _apart(spec), self._rows(spec, box), spec.kernels[0]
        lowered = max(
            min(groups, max(1, room // rows)) * ((min(room, rows) - 1) * stride + kernel)
            for rows in (max(1, box[0] // apart), -(-box[0] // apart))
        )
        return groups * outs * math.prod(box) + lowered * spec.per_element // kernel * math.prod(box[1:])

    def arranged(self, w: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> NDArray[Any]:
        """The weights of each output channel in a row, taps of the first axis outermost: (G, O/G, k·K'·C/G)."""
        channels_last = np.moveaxis(w, 2, -1)
        arranged = scratch.take("weights", channels_last.shape, w.dtype)
        np.copyto(arranged, channels_last)
        return arranged.reshape(*w.shape[:2], -1)

    def block(self, read: Region, w: NDArray[Any], y: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> None:
        """Some groups, or some rows of one, at a time."""
        first, box, (apart, stride) = spec.axes[0], y.shape[2:], _apart(spec)
        target = y if as_matrices(y, 2) is not None else scratch.take("product", y.shape, y.dtype)
        products = target.reshape(*y.shape[:3], -1, copy=False).swapaxes(1, 2)  # (g, rows, o, S')
        for number in range(min(apart, box[0])):
            x, some = read.values[:, :, number * first.stride :: first.dilation], products[:, number::apart]
            for groups, rows in tiles(len(y), (some.shape[1], *box[1:]), self._rows(spec, box) * math.prod(box[1:])):
                needed = slice(rows.start * stride, (rows.stop - 1) * stride + first.kernel)
                lowered = _lowered(x[groups, :, needed], spec, box[1:], scratch)
                group, row, *_, step = lowered.strides
                overlapping = as_strided(
                    lowered,
                    (len(lowered), rows.stop - rows.start, w.shape[2], some.shape[3]),
                    (group, row * stride, step * some.shape[3], step),
                )
                np.matmul(w[groups, None], overlapping, out=some[groups, rows])
        if target is not y:
            np.copyto(y, target)


def _apart(spec: ConvSpec) -> tuple[int, int]:
    """How far apart output rows are that read the same rows, which are one dilation apart; and the stride of the
    convolution, without dilation, that takes those rows to these."""
    first = spec.axes[0]
    common = math.gcd(first.stride, first.dilation)
    return first.dilation // common, first.stride // common


def _lowered(x: NDArray[Any], spec: ConvSpec, outputs: tuple[int, ...], scratch: Scratch) -> NDArray[Any]:
    """x (g, C/G, rows, ...) as (g, rows, *K', C/G, *S'), with what each tap of the other axes reads for S'."""
    groups, channels, rows, *steps = x.strides
    taps = [step * axis.dilation for step, axis in zip(steps, spec.axes[1:], strict=True)]
    outs = [step * axis.stride for step, axis in zip(steps, spec.axes[1:], strict=True)]
    lowered = scratch.take("rows", (len(x), x.shape[2], *spec.kernels[1:], x.shape[1], *outputs), x.dtype)
    np.copyto(lowered, as_strided(x, lowered.shape, (groups, rows, *taps, channels, *outs)))
    return lowered
