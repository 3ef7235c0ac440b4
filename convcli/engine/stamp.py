"""Transposed convolution: for each kernel element a matrix product over channels, added where that element falls.

Works on any dtype, as no padding is ever multiplied. Source: Dumoulin & Visin, "A guide to convolution arithmetic for
deep learning", chapter 4: the transpose of the matrix of a convolution.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.axis import PaddingMode, TransposedAxis
from convcli.engine.algorithm import Tick, reversed_in_space
from convcli.spec import TransposedSpec


@dataclass(frozen=True, slots=True)
class Stamped:
    """x (N, C, *n) with w (C, O/G, *k), giving (N, O, *o)."""

    spec: TransposedSpec

    def prepared(self, x: NDArray[Any], constant: NDArray[Any]) -> NDArray[Any]:
        """The input as it is: nothing is padded."""
        return x

    def finite(self, x: NDArray[Any], w: NDArray[Any], tick: Tick | None = None) -> NDArray[Any]:
        """The sums: every stamp added to the uncropped output, which is then cropped."""
        spec = self.spec
        w = reversed_in_space(w) if spec.flipped else w
        full = np.zeros((spec.batch, spec.channels_out, *(axis.padded for axis in spec.axes)), x.dtype)
        for n in range(spec.batch):
            for g in range(spec.groups):
                ins = slice(g * spec.group_in, (g + 1) * spec.group_in)
                columns = x[n, ins].reshape(spec.group_in, -1)
                target = full[n, g * spec.group_out : (g + 1) * spec.group_out]
                for tap in np.ndindex(spec.kernels):
                    weights = w[ins][(slice(None), slice(None), *tap)]  # (C/G, O/G)
                    places = tuple(_places(axis, t) for axis, t in zip(spec.axes, tap, strict=True))
                    target[(slice(None), *places)] += (weights.T @ columns).reshape(-1, *spec.sizes)
                    if tick:
                        tick(weights.size * columns.shape[1])
        return self._kept(full)

    def by_taps(self, x: NDArray[Any], w: NDArray[Any], constant: NDArray[Any]) -> NDArray[Any]:
        """The same."""
        return self.finite(x, w)

    def rows(self, w: NDArray[Any]) -> NDArray[Any]:
        """All weights that can meet in an output channel, in a row: (O, C/G·K)."""
        spec = self.spec
        grouped = w.reshape(spec.groups, spec.group_in, spec.group_out, -1).swapaxes(1, 2)
        return grouped.reshape(spec.channels_out, -1)

    @property
    def repeats(self) -> int:
        """How often a weight may meet in one element: where cropped sums are folded back onto it."""
        return math.prod(axis.folds for axis in self.spec.axes)

    def _kept(self, full: NDArray[Any]) -> NDArray[Any]:
        """The output without what is cropped; in other modes than zeros that is added where the mode shows it."""
        for number, axis in enumerate(self.spec.axes, start=2):
            sums = np.moveaxis(full, number, 0)
            kept = sums[axis.pad_before : axis.pad_before + axis.output]
            if axis.mode is PaddingMode.REPLICATE:
                kept[0] += sums[: axis.pad_before].sum(axis=0)
                kept[-1] += sums[axis.pad_before + axis.output :].sum(axis=0)
            elif axis.mode is not PaddingMode.ZEROS:
                for position in _cropped(axis):
                    kept[axis.mode.source(position, axis.output)] += sums[position + axis.pad_before]
            full = np.moveaxis(kept, 0, number)
        return full


def _places(axis: TransposedAxis, tap: int) -> slice:
    """Where `tap` of every stamp falls in the uncropped output."""
    start = tap * axis.dilation
    return slice(start, start + (axis.size - 1) * axis.stride + 1, axis.stride)


def _cropped(axis: TransposedAxis) -> list[int]:
    """The positions that are cropped, counted from the first output element."""
    return [*range(-axis.pad_before, 0), *range(axis.output, axis.output + axis.pad_after)]
