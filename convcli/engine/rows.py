"""Memory-efficient convolution: patches lowered along every axis but the first, which a product reads in place.

Rows of the lowered input lie one below the other, so that the rows which an output row reads are a matrix as they lie;
those of the next output row overlap with them. The input is copied K/k times, and not K times. One filter makes a
vector of weights; where BLAS multiplies a small matrix sooner, the weights of a few output rows are one, a band.
Source: Cho & Brand 2017, "MEC: memory-efficient convolution for deep neural network".
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from convcli.engine.blas import columns_at_once
from convcli.engine.blocks import Cut, cut, tiles
from convcli.engine.finite import is_finite
from convcli.engine.lower import BLOCK, as_matrices
from convcli.engine.method import Prepared
from convcli.engine.region import Region
from convcli.engine.threads import Scratch
from convcli.spec import ConvSpec

TILE = 2**19
"""Numbers in the rows lowered at once or in the output, whichever has more."""

TOGETHER = 4
"""Output rows of a band."""

LARGE = 25
"""Taps from which bands pay for looking whether all is finite, and for their zeros, if no more than half are zeros."""


class RowLowered:
    """One product (O/G, k·C/G·K') by (k·C/G·K', S') for each output row of S' elements of a group."""

    name: ClassVar[str] = "row-lowered"
    says: ClassVar[str] = "rows are lowered once and read in place by every output row (Cho & Brand 2017)"
    tells_edges: ClassVar[bool] = False
    shrinks: ClassVar[bool] = True

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
        bands = spec.groups * TOGETHER * _terms(spec)
        return groups * outs * math.prod(box) + lowered * spec.per_element // kernel * math.prod(box[1:]) + bands

    def arranged(self, w: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> NDArray[Any] | Prepared:
        """The weights of each output channel in a row, taps of the first axis outermost: (G, O/G, k·K'·C/G); and where
        they pay, bands of them: (G, 1, rows, terms)."""
        channels_last = np.moveaxis(w, 2, -1)
        arranged = scratch.take("weights", channels_last.shape, w.dtype)
        np.copyto(arranged, channels_last)
        weights = arranged.reshape(*w.shape[:2], -1)
        if not takes_bands(spec):
            return weights
        bands = scratch.take("bands", (*w.shape[:2], TOGETHER, _terms(spec)), w.dtype)
        bands[...] = 0
        for row in range(TOGETHER):
            start = row * _apart(spec)[1] * (spec.per_element // spec.kernels[0])
            bands[:, :, row, start : start + spec.per_element] = weights
        return Prepared(bands, weights)

    def block(
        self, read: Region, w: NDArray[Any] | Prepared, y: NDArray[Any], spec: ConvSpec, scratch: Scratch
    ) -> None:
        """By bands, if there are so many rows; their zeros spread an inf or nan, which vectors keep to its own sums, so
        that a block where there is any is computed twice."""
        if isinstance(w, Prepared):
            if y.shape[2] >= TOGETHER * _apart(spec)[0]:
                self._multiply(read, w.values[:, 0], y, spec, scratch, TOGETHER)
                if is_finite(y):
                    return
            w = w.w
        self._multiply(read, w, y, spec, scratch)

    def _multiply(
        self, read: Region, w: NDArray[Any], y: NDArray[Any], spec: ConvSpec, scratch: Scratch, together: int = 1
    ) -> None:
        """Some groups, or some rows of one, at a time, with w (g, o, terms); or so many output rows together by each
        product, with bands (g, rows, terms)."""
        first, box, (apart, stride) = spec.axes[0], y.shape[2:], _apart(spec)
        target = y if as_matrices(y, 2) is not None else scratch.take("product", y.shape, y.dtype)
        products = target.reshape(*y.shape[:3], -1, copy=False).swapaxes(1, 2)  # (g, rows, o, S')
        for number in range(min(apart, box[0])):
            x, some = read.values[:, :, number * first.stride :: first.dilation], products[:, number::apart]
            for groups, rows in tiles(len(y), (some.shape[1], *box[1:]), self._rows(spec, box) * math.prod(box[1:])):
                needed = slice(rows.start * stride, (rows.stop - 1) * stride + first.kernel)
                lowered = _lowered(x[groups, :, needed], spec, box[1:], scratch)
                _products(w[groups], lowered, some[groups, rows], stride, together)
        if target is not y:
            np.copyto(y, target)


def _products(w: NDArray[Any], lowered: NDArray[Any], y: NDArray[Any], stride: int, together: int) -> None:
    """y (g, rows, o, S') from lowered rows, so many rows together, a few columns at a time where they are in bands."""
    (group, row, *_, step), (outputs, terms), width = lowered.strides, w.shape[1:], y.shape[3]
    most = columns_at_once(together, terms) if together > 1 else width
    for start, count in _bands(y.shape[1], together):
        shape, strides = (len(w), count, terms, width), (group, row * stride * together, step * width, step)
        overlapping = as_strided(lowered[:, start * stride :], shape, strides)
        part = y[:, start : start + count * together].reshape(len(w), count, outputs, width, copy=False)
        for left in range(0, width, most):
            columns = slice(left, left + most)
            np.matmul(w[:, None], overlapping[..., columns], out=part[..., columns])


def takes_bands(spec: ConvSpec) -> bool:
    """Whether BLAS multiplies a band sooner than as many vectors."""
    terms = _terms(spec)
    return terms > 0 and columns_at_once(TOGETHER, terms) > 0


def _terms(spec: ConvSpec) -> int:
    """What a band of output rows reads for an element of a row; 0 where there are too few of them, or of taps, or where
    they read too little in common."""
    (apart, stride), kernel = _apart(spec), spec.kernels[0]
    further = (TOGETHER - 1) * stride  # rows that the last reads and the first does not
    is_large = spec.group_out == 1 and spec.per_element >= LARGE and further <= kernel
    return (further + kernel) * spec.per_element // kernel if is_large and TOGETHER * apart <= spec.outputs[0] else 0


def _bands(rows: int, together: int) -> Iterator[tuple[int, int]]:
    """Where bands begin in rows, and how many follow on one another: all, and perhaps one more, from the end."""
    yield 0, rows // together
    if rows % together:
        yield rows - together, 1


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
