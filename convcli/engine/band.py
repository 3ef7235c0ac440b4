"""Convolution of one channel: several outputs side by side are one patch times a band matrix.

F outputs next to each other read k + F - 1 inputs, each F of them shifted by one: as columns of a matrix, the kernel
shifted by 0 to F - 1 places gives all F with one product, and so a single channel has a matrix product, too.
Source: the matrix of a convolution is Toeplitz; Golub & Van Loan, "Matrix computations", section 4.7.
"""

import math
from typing import Any, ClassVar

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from convcli.engine.blocks import Cut, cut
from convcli.engine.lower import BLOCK, as_matrices
from convcli.engine.region import Region
from convcli.engine.threads import Scratch
from convcli.spec import ConvSpec

TILE = 2**17
"""Numbers in the patches that are multiplied at once."""


class Banded:
    """Patches (S/F, K·(k + F - 1)) times a band matrix (K·(k + F - 1), F) for each group of one channel."""

    name: ClassVar[str] = "banded"
    says: ClassVar[str] = "neighbouring outputs are one patch times a band of shifted kernels (a Toeplitz matrix)"
    finite_only: ClassVar[bool] = True
    tells_edges: ClassVar[bool] = False

    @staticmethod
    def frame(spec: ConvSpec) -> int:
        """Outputs side by side: more of them copy less and multiply more zeros."""
        return next((f for f in (16, 32, 64) if spec.kernels[-1] <= 2 * f), 64)

    @classmethod
    def reads(cls, spec: ConvSpec) -> int:
        """Inputs along the last axis that a frame reads."""
        return (cls.frame(spec) - 1) * spec.axes[-1].stride + spec.axes[-1].span

    def serves(self, spec: ConvSpec) -> bool:
        """One channel in each group, and one filter."""
        return spec.group_in == spec.group_out == 1

    def cut(self, spec: ConvSpec) -> Cut:
        """Blocks of many groups, or of many rows."""
        return cut(spec, BLOCK)

    def held(self, spec: ConvSpec, box: tuple[int, ...], groups: int, outs: int) -> int:
        """The patches that are multiplied at once, and their product with the band."""
        frame = self.frame(spec)
        per_frame = math.prod(spec.kernels[:-1]) * self.reads(spec) + frame
        whole = (*box[:-1], -(-box[-1] // frame))
        return (
            min(math.prod(whole) * per_frame, max(TILE, math.prod(whole[1:]) * per_frame)) + self.reads(spec) * box[0]
        )

    def arranged(self, w: NDArray[Any], spec: ConvSpec) -> NDArray[Any]:
        """The bands (G, 1, K·reads, F)."""
        last, frame = spec.axes[-1], self.frame(spec)
        band = np.zeros((*w.shape[:2], *spec.kernels[:-1], self.reads(spec), frame), w.dtype)
        for f in range(frame):
            start = f * last.stride
            band[..., start : start + last.span : last.dilation, f] = w[:, :, 0]
        return band.reshape(*w.shape[:2], -1, frame)

    def block(self, read: Region, w: NDArray[Any], y: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> None:
        """Whole frames, and then, where a row is no multiple of them, its last frame once more from the end."""
        x, frame, last = read.values, self.frame(spec), spec.axes[-1]
        width = y.shape[-1]
        if width < frame:
            x = scratch.take("wider", (*read.values.shape[:-1], self.reads(spec)), read.values.dtype)
            x[...] = 0
            x[..., : read.values.shape[-1]] = read.values
        for group in range(len(y)):
            whole = width - width % frame
            if whole:
                self._frames(x[group, 0], w[group, 0], y[group, 0, ..., :whole], spec, scratch)
            if whole < width:
                start = max(width - frame, 0)
                self._frames(
                    x[group, 0, ..., start * last.stride :], w[group, 0], y[group, 0, ..., start:], spec, scratch
                )

    def _frames(self, x: NDArray[Any], w: NDArray[Any], y: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> None:
        """Frames that lie side by side, from x (*region) into y (*box): some along the first axis at a time."""
        *leading, last = spec.axes
        frame, reads, steps = self.frame(spec), self.reads(spec), x.strides
        shape = (*y.shape[:-1], -(-y.shape[-1] // frame), *spec.kernels[:-1], reads)
        outs = [step * axis.stride for step, axis in zip(steps, leading, strict=False)]
        taps = [step * axis.dilation for step, axis in zip(steps, leading, strict=False)]
        patches = as_strided(x, shape, (*outs, steps[-1] * frame * last.stride, *taps, steps[-1]))
        framed = y.reshape(*shape[: spec.rank], -1, copy=False)
        at_once = max(1, TILE // math.prod(shape[1:]))
        for start in range(0, shape[0], at_once):
            patch, target = patches[start : start + at_once], framed[start : start + at_once]
            copied = scratch.take("patches", patch.shape, x.dtype)
            np.copyto(copied, patch)
            _multiply(copied.reshape(-1, len(w)), w, target, scratch)


def _multiply(patches: NDArray[Any], band: NDArray[Any], y: NDArray[Any], scratch: Scratch) -> None:
    """y (..., outputs) = patches (S, K) @ band (K, F), straight into y where its frames are whole and lie in a row."""
    product = as_matrices(y[None], y.ndim) if y.shape[-1] == band.shape[1] else None
    if product is not None:
        np.matmul(patches, band, out=product[0])
        return
    product = scratch.take("product", (len(patches), band.shape[1]), y.dtype)
    np.matmul(patches, band, out=product)
    np.copyto(y, product.reshape(*y.shape[:-1], -1)[..., : y.shape[-1]])
