"""Convolution of single channels: several outputs side by side are one patch times a band matrix.

F outputs next to each other read k + F - 1 inputs, each F of them shifted by one: as columns of a matrix, the kernel
shifted by 0 to F - 1 places gives all F with one product, and so a channel by itself has a matrix product, too.
Source: the matrix of a convolution is Toeplitz; Golub & Van Loan, "Matrix computations", section 4.7.
"""

import math
from typing import Any, ClassVar

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from convcli.engine.blocks import Cut, cut, tiles
from convcli.engine.lower import BLOCK, as_matrices
from convcli.engine.region import Region
from convcli.engine.threads import Scratch
from convcli.spec import ConvSpec

WORTHWHILE = 2**21
"""Multiply-adds of a convolution that are worth a second thread: a band multiplies several times as many."""

TILE = 2**18
"""Numbers in the patches that are multiplied at once."""


class Banded:
    """Patches (S/F, K·(k + F - 1)) times a band matrix (K·(k + F - 1), F) for each group of one channel."""

    name: ClassVar[str] = "banded"
    says: ClassVar[str] = "neighbouring outputs are one patch times a band of shifted kernels (a Toeplitz matrix)"
    finite_only: ClassVar[bool] = True
    tells_edges: ClassVar[bool] = False

    @staticmethod
    def frame(spec: ConvSpec) -> int:
        """Outputs side by side: more of them copy less and multiply more zeros. Rows are whole frames, or nearly so."""
        most, width = next((f for f in (16, 32, 64) if spec.kernels[-1] <= 2 * f), 64), spec.outputs[-1]
        return -(-width // -(-width // most))

    @classmethod
    def reads(cls, spec: ConvSpec) -> int:
        """Inputs along the last axis that a frame reads."""
        return (cls.frame(spec) - 1) * spec.axes[-1].stride + spec.axes[-1].span

    @classmethod
    def _per_frame(cls, spec: ConvSpec) -> int:
        """Numbers in the patch of a frame."""
        return math.prod(spec.kernels[:-1]) * cls.reads(spec)

    def serves(self, spec: ConvSpec) -> bool:
        """One channel in each group, and one filter."""
        return spec.group_in == spec.group_out == 1

    def cut(self, spec: ConvSpec) -> Cut:
        """Blocks of many groups, or of many rows."""
        return cut(spec, BLOCK, worthwhile=WORTHWHILE)

    def held(self, spec: ConvSpec, box: tuple[int, ...], groups: int, outs: int) -> int:
        """The patches that are multiplied at once, and their product with the band; and all bands."""
        per_frame, frame = self._per_frame(spec), self.frame(spec)
        whole = (*box[:-1], -(-box[-1] // frame))
        frames = min(groups * math.prod(whole), max(TILE // per_frame, math.prod(whole[1:])))
        wider = groups * math.prod(box[:-1]) * self.reads(spec) if box[-1] < frame else 0
        return frames * (per_frame + frame) + wider + spec.groups * per_frame * frame

    def arranged(self, w: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> NDArray[Any]:
        """The bands (G, 1, K·reads, F)."""
        last, frame = spec.axes[-1], self.frame(spec)
        band = scratch.take("bands", (*w.shape[:2], *spec.kernels[:-1], self.reads(spec), frame), w.dtype)
        band[...] = 0
        *steps, down, right = band.strides
        shifted = as_strided(
            band, (*w.shape[:2], *spec.kernels, frame), (*steps, down * last.dilation, down * last.stride + right)
        )
        shifted[...] = w[:, :, 0, ..., None]
        return band.reshape(*w.shape[:2], -1, frame)

    def block(self, read: Region, w: NDArray[Any], y: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> None:
        """Whole frames, and then, where a row is no multiple of them, its last frame once more from the end."""
        x, y, frame, stride = read.values[:, 0], y[:, 0], self.frame(spec), spec.axes[-1].stride
        width = y.shape[-1]
        if width < frame:
            wider = scratch.take("wider", (*x.shape[:-1], self.reads(spec)), x.dtype)
            wider[...] = 0
            wider[..., : x.shape[-1]] = x
            x = wider
        whole = width - width % frame
        if whole:
            self._frames(x, w[:, 0], y[..., :whole], spec, scratch)
        if whole < width:
            start = max(width - frame, 0)
            self._frames(x[..., start * stride :], w[:, 0], y[..., start:], spec, scratch)

    def _frames(self, x: NDArray[Any], w: NDArray[Any], y: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> None:
        """Frames that lie side by side, from x (g, *region) into y (g, *box): some channels, or rows, at a time."""
        *leading, last = spec.axes
        frame, steps = self.frame(spec), x.strides[1:]
        box = (*y.shape[1:-1], -(-y.shape[-1] // frame))
        outs = [step * axis.stride for step, axis in zip(steps, leading, strict=False)]
        taps = [step * axis.dilation for step, axis in zip(steps, leading, strict=False)]
        patches = as_strided(
            x,
            (len(x), *box, *spec.kernels[:-1], self.reads(spec)),
            (x.strides[0], *outs, steps[-1] * frame * last.stride, *taps, steps[-1]),
        )
        framed = y.reshape(len(y), *box, -1, copy=False)
        for groups, rows in tiles(len(y), box, max(1, TILE // self._per_frame(spec))):
            patch, target = patches[groups, rows], framed[groups, rows]
            copied = scratch.take("patches", patch.shape, x.dtype)
            np.copyto(copied, patch)
            _multiply(copied.reshape(len(patch), -1, w.shape[1]), w[groups], target, scratch)


def _multiply(patches: NDArray[Any], band: NDArray[Any], y: NDArray[Any], scratch: Scratch) -> None:
    """y (g, ..., outputs) = patches (g, S, K) @ band (g, K, F), straight into y where frames are whole and in a row."""
    product = as_matrices(y, y.ndim - 1) if y.shape[-1] == band.shape[2] else None
    if product is not None:
        np.matmul(patches, band, out=product)
        return
    product = scratch.take("product", (*patches.shape[:2], band.shape[2]), y.dtype)
    np.matmul(patches, band, out=product)
    np.copyto(y, product.reshape(*y.shape[:-1], -1)[..., : y.shape[-1]])
