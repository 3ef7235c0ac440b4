"""Convolution of single channels along one axis: several outputs side by side are one patch times a band matrix.

F outputs next to each other read k + F - 1 inputs, each F of them shifted by one: as columns of a matrix, the kernel
shifted by 0 to F - 1 places gives all F with one product, and so a channel by itself has a matrix product, too.
Source: the matrix of a convolution is Toeplitz; Golub & Van Loan, "Matrix computations", section 4.7.
"""

from typing import Any, ClassVar

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from convcli.engine.blocks import Cut, cut, tiles
from convcli.engine.finite import is_finite
from convcli.engine.lower import BLOCK, Lowered
from convcli.engine.method import Prepared
from convcli.engine.region import Region
from convcli.engine.threads import Scratch
from convcli.spec import ConvSpec

TILE = 2**18
"""Numbers in the patches that are multiplied at once."""


class Banded:
    """Patches (S/F, k + F - 1) times a band matrix (k + F - 1, F) for each group of one channel."""

    name: ClassVar[str] = "banded"
    says: ClassVar[str] = "neighbouring outputs are one patch times a band of shifted kernels (a Toeplitz matrix)"
    tells_edges: ClassVar[bool] = False
    shrinks: ClassVar[bool] = True

    @staticmethod
    def _frame(spec: ConvSpec) -> int:
        """Outputs side by side: more of them copy less and multiply more zeros. A row is whole frames, or nearly so."""
        most, width = next((f for f in (16, 32, 64) if spec.kernels[0] <= 2 * f), 64), spec.outputs[0]
        return -(-width // -(-width // most))

    def _reads(self, spec: ConvSpec) -> int:
        """Inputs that a frame reads."""
        return (self._frame(spec) - 1) * spec.axes[0].stride + spec.axes[0].span

    def serves(self, spec: ConvSpec) -> bool:
        """One axis, one channel in each group, and one filter."""
        return spec.rank == spec.group_in == spec.group_out == 1

    def cut(self, spec: ConvSpec) -> Cut:
        """Blocks of many groups, or of many frames."""
        return cut(spec, BLOCK, copies=self._reads(spec) // self._frame(spec) + 1)

    def held(self, spec: ConvSpec, box: tuple[int, ...], groups: int, outs: int) -> int:
        """The patches that are multiplied at once, and their product with the band, or what lowering takes instead; and
        all bands."""
        reads, frame = self._reads(spec), self._frame(spec)
        frames = min(groups * -(-box[0] // frame), max(1, TILE // reads))
        wider = groups * reads if box[0] < frame else 0
        at_once = max(frames * (reads + frame), Lowered().held(spec, box, groups, outs))
        return at_once + wider + spec.groups * reads * frame

    def arranged(self, w: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> Prepared:
        """The bands (G, 1, reads, F)."""
        axis, frame = spec.axes[0], self._frame(spec)
        bands = scratch.take("bands", (*w.shape[:2], self._reads(spec), frame), w.dtype)
        bands[...] = 0
        *steps, down, right = bands.strides
        shifted = as_strided(
            bands, (*w.shape[:2], axis.kernel, frame), (*steps, down * axis.dilation, down * axis.stride + right)
        )
        shifted[...] = w[:, :, 0, :, None]
        return Prepared(bands, w)

    def block(self, read: Region, w: Prepared, y: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> None:
        """Whole frames, and then, where a row is no multiple of them, its last frame once more from the end. The zeros
        of bands spread an inf or nan, which lowering keeps to its own sums."""
        frame, width, bands = self._frame(spec), y.shape[2], w.values[:, 0]
        x, outputs = read.values[:, 0], y[:, 0]
        if width < frame:
            wider = scratch.take("wider", (len(x), self._reads(spec)), x.dtype)
            wider[...] = 0
            wider[:, : x.shape[1]] = x
            x = wider
        whole = width - width % frame
        if whole:
            _frames(x, bands, outputs[:, :whole], spec, scratch)
        if whole < width:
            start = max(width - frame, 0)
            _frames(x[:, start * spec.axes[0].stride :], bands, outputs[:, start:], spec, scratch)
        if not is_finite(y):
            lowered = Lowered()
            lowered.block(read, lowered.arranged(w.w, spec, scratch), y, spec, scratch)


def _frames(x: NDArray[Any], bands: NDArray[Any], y: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> None:
    """Frames side by side, from x (g, region) into y (g, outputs) by bands (g, reads, F): some at a time."""
    _, reads, frame = bands.shape
    count = -(-y.shape[1] // frame)
    steps = (x.strides[0], x.strides[1] * frame * spec.axes[0].stride, x.strides[1])
    patches = as_strided(x, (len(x), count, reads), steps)
    framed = y.reshape(len(y), count, -1, copy=False)
    for groups, some in tiles(len(y), (count,), max(1, TILE // reads)):
        patch = patches[groups, some]
        columns = scratch.take("columns", patch.shape, x.dtype)
        np.copyto(columns, patch)
        _multiply(columns, bands[groups], framed[groups, some], scratch)


def _multiply(patches: NDArray[Any], bands: NDArray[Any], y: NDArray[Any], scratch: Scratch) -> None:
    """y (g, frames, outputs) = patches (g, frames, reads) @ bands (g, reads, F), straight into y where frames are
    whole and in a row."""
    if y.shape[2] == bands.shape[2]:
        np.matmul(patches, bands, out=y)
        return
    product = scratch.take("product", (*patches.shape[:2], bands.shape[2]), y.dtype)
    np.matmul(patches, bands, out=product)
    np.copyto(y, product[..., : y.shape[2]])
