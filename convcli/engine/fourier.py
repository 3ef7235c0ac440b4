"""Convolution of one channel by the Fourier transform, where its error can be bounded by what direct sums promise.

A product of spectra is a circular convolution; of each block the outputs that no wrap-around reaches are kept. The
transform is taken in doubles. Its error is normwise: small beside the largest numbers, not beside each sum. So each
block is checked against the promise, n·u·sum |x||w| for every element, and computed directly where that fails, as it
may where numbers of very different sizes, or zeros, lie side by side.
Sources: Oppenheim & Schafer, "Discrete-time signal processing", section 8.7 (overlap-save); Higham, "Accuracy and
stability of numerical algorithms", theorem 24.2 (the error of the transform).
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from convcli.engine.band import Banded
from convcli.engine.blocks import Cut, in_space
from convcli.engine.method import Method, Prepared
from convcli.engine.region import Region
from convcli.engine.rows import RowLowered
from convcli.engine.threads import Scratch
from convcli.spec import ConvSpec

LENGTH = 2**13
"""How long a transform of a signal is at most, unless the kernel asks for a longer one."""

TOGETHER = 2**17
"""Outputs of a signal whose frames are transformed in one call, which finds its twiddle factors once."""

OF_KERNEL = 2 / 3
"""What the transform of a kernel, most of which is zeros, costs beside that of a tile there and back: a third, which
two threads wait for."""

OF_CALLS = 2**19
"""What all that NumPy is called for costs a tile: as much as a transform of 2^15 numbers."""

SAMPLES = 4
"""Inputs along each axis of a tile that are looked at first: they are nearly always enough to tell."""


@dataclass(frozen=True)
class Spectra(Prepared):
    """The transforms of kernels (G, 1, *T), and of each kernel its norm and its least magnitude."""

    norms: NDArray[np.float64]
    least: NDArray[np.float64]

    def __getitem__(self, index: tuple[slice, ...]) -> "Spectra":
        return Spectra(self.values[index], self.w[index], self.norms[index], self.least[index])


class Fourier:
    """Products of spectra, for each group of one channel."""

    name: ClassVar[str] = "fourier"
    says: ClassVar[str] = (
        "products of Fourier transforms in doubles, each block checked against the bound of direct sums"
    )
    tells_edges: ClassVar[bool] = True
    shrinks: ClassVar[bool] = False

    def serves(self, spec: ConvSpec) -> bool:
        """One channel in each group, and one filter, with windows neither strided nor dilated."""
        return spec.group_in == spec.group_out == 1 and spec.is_plain

    def cut(self, spec: ConvSpec) -> Cut:
        """Boxes of one transform; of many, side by side, for a signal."""
        return Cut((TOGETHER,) if spec.rank == 1 else _cheapest(spec).sides, groups=spec.groups)

    def held(self, spec: ConvSpec, box: tuple[int, ...], groups: int, outs: int) -> int:
        """A few transforms, in doubles, which are two floats each; those of all kernels, and of rows of them; and what
        direct sums of one group take."""
        lengths, first = self._lengths(spec), spec.axes[0]
        frames = -(-box[0] // (lengths[0] - first.span + 1)) if spec.rank == 1 else 1
        kernels = 2 * spec.groups * (lengths[0] + 2 * first.kernel) * math.prod(lengths[1:])
        one = replace(spec, groups=1, channels_in=1, channels_out=1)
        return 8 * frames * math.prod(lengths) + kernels + _direct(one).held(one, box, 1, 1)

    def _lengths(self, spec: ConvSpec) -> tuple[int, ...]:
        if spec.rank == 1:
            span = spec.axes[0].span
            return (fast_length(min(max(LENGTH, 8 * span), spec.outputs[0] + span - 1)),)
        return _cheapest(spec).lengths

    def arranged(self, w: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> Spectra:
        """The conjugate transforms of the kernels (G, 1, *T)."""
        lengths = self._lengths(spec)
        values: NDArray[Any] = w[:, :, 0].astype(np.float64)
        spectra = scratch.take("spectra of kernels", (*w.shape[:2], *_halved(lengths)), np.complex128)
        for axis in range(-1, -spec.rank - 1, -1):  # most rows of the others are zeros until their own turn
            transform = np.fft.rfft if axis == -1 else np.fft.fft
            values = transform(values, lengths[axis], axis, out=spectra if axis == -spec.rank else None)
        sizes = np.abs(w.reshape(*w.shape[:2], -1)).astype(np.float64)
        return Spectra(np.conj(spectra, out=spectra), w, np.linalg.norm(sizes, axis=2), sizes.min(2))

    def block(self, read: Region, w: Spectra, y: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> None:
        """One transform there and one back for each group of the block."""
        x, inside = read
        for group in range(len(x)):
            there, back = self._transformed(x[group, 0], w.values[group, 0], y[group, 0], spec, scratch)
            # of n·u·sum |x||w|, which is promised for each output, one u is the rounding to its type
            error = _error(math.prod(self._lengths(spec)), there, float(w.norms[group, 0]), back)
            per_sum = (spec.per_element - 1) * float(np.finfo(y.dtype).eps) / 2 * float(w.least[group, 0])
            sums = (_least_window(x[group, 0][inside], spec, samples) for samples in (SAMPLES, max(spec.kernels)))
            if not any(error <= per_sum * least for least in sums):
                direct, one = _direct(spec), slice(group, group + 1)
                direct.block(Region(x[one], inside), direct.arranged(w.w[one], spec, scratch), y[one], spec, scratch)

    def _transformed(
        self, x: NDArray[Any], spectrum: NDArray[Any], y: NDArray[Any], spec: ConvSpec, scratch: Scratch
    ) -> tuple[float, float]:
        """Circular convolutions of frames (frames, *T), of which y is what nothing wraps around to. The largest norm of
        a frame, and that of a whole result."""
        lengths, axes = self._lengths(spec), tuple(range(-spec.rank, 0))
        step = lengths[0] - spec.axes[0].span + 1  # outputs of a frame along the first axis
        count = -(-len(y) // step) if spec.rank == 1 else 1
        whole = scratch.take("frames", (count, *lengths), np.float64)  # what is transformed lies there first
        padded = whole.reshape(-1, *lengths[1:])[: (count - 1) * step + lengths[0]]
        padded[...] = 0
        in_space(padded, tuple(map(slice, x.shape)))[...] = x
        frames = as_strided(padded, whole.shape, (step * padded.strides[0], *padded.strides), writeable=False)
        there = _largest_norm(frames)
        spectra = scratch.take("spectra", (count, *_halved(lengths)), np.complex128)
        np.fft.rfftn(frames, lengths, axes, out=spectra)
        spectra *= spectrum
        for axis in axes[:-1]:
            np.fft.ifft(spectra, axis=axis, out=spectra)
        np.fft.irfft(spectra, lengths[-1], out=whole)
        if spec.rank == 1:
            y[...] = whole[:, :step].reshape(-1)[: len(y)]
        else:
            y[...] = in_space(whole[0], tuple(map(slice, y.shape)))
        return there, _largest_norm(whole)


class Tile(NamedTuple):
    """The box of outputs that one transform gives, and the lengths of the transform."""

    sides: tuple[int, ...]
    lengths: tuple[int, ...]

    @property
    def cost(self) -> float:
        """What a transform costs beside another."""
        numbers = math.prod(self.lengths)
        return numbers * math.log2(numbers)


@lru_cache(256)
def _cheapest(spec: ConvSpec) -> Tile:
    """The tile, of halves of the output along any axis, halves of these and so on, for which all transforms cost least;
    of two tiles at least, for as many threads."""

    def whole(halvings: tuple[int, ...]) -> Tile:
        sides = tuple(-(-size // 2**times) for size, times in zip(spec.outputs, halvings, strict=True))
        return Tile(sides, tuple(fast_length(n + axis.span - 1) for n, axis in zip(sides, spec.axes, strict=True)))

    def cost(tile: Tile) -> float:
        count = Cut(tile.sides).count(spec)
        return tile.cost * (count + OF_KERNEL) + count * OF_CALLS if count * spec.groups > 1 else math.inf

    most = (1 + max(1, (size // axis.span).bit_length()) for size, axis in zip(spec.outputs, spec.axes, strict=True))
    return min(map(whole, product(*map(range, most))), key=cost)


def _direct(spec: ConvSpec) -> Method:
    """The method for blocks whose error would be too large."""
    return Banded() if spec.rank == 1 else RowLowered()


def _halved(lengths: tuple[int, ...]) -> tuple[int, ...]:
    """How many numbers of the transform of real ones are kept along each axis: the others are their conjugates."""
    return (*lengths[:-1], lengths[-1] // 2 + 1)


def _error(size: int, there: float, kernel: float, back: float) -> float:
    """How far sums by transforms of so many numbers may be off, by the norms of frames, of the kernel and of the whole
    circular results."""
    return 2.0**-53 * 8 * math.log2(size) * (2 * there * kernel + back)


def _largest_norm(frames: NDArray[np.float64]) -> float:
    lines = frames.reshape(len(frames), 1, -1)
    return math.sqrt(float((lines @ lines.swapaxes(1, 2)).max()))


def _least_window(x: NDArray[Any], spec: ConvSpec, samples: int) -> float:
    """What the |x| in a window on the input x add up to, at least: every window has all of some tile in it, of which no
    more than so many elements along each axis are looked at. 0 where a window may have no tile."""
    sides, steps = [], []
    for axis, size in zip(spec.axes, x.shape, strict=True):
        tile = (axis.kernel - max(axis.pad_before, axis.pad_after) + 1) // 2
        if not 0 < tile <= size:
            return 0.0
        steps.append(-(-tile // samples))
        sides.append(tile // steps[-1])
    counts = [size // (side * step) for size, side, step in zip(x.shape, sides, steps, strict=True)]
    looked_at = zip(counts, sides, steps, strict=True)
    sums = np.abs(x[tuple(slice(0, count * side * step, step) for count, side, step in looked_at)])
    *others, (count, side) = zip(counts, sides, strict=True)
    for number, (many, long) in enumerate(others):
        sums = sums.reshape(*sums.shape[:number], many, long, -1).sum(number + 1, np.float64)
    return float((sums.reshape(-1, count, side) @ np.ones(side)).min())  # short rows are summed slowly


@lru_cache(256)
def fast_length(length: int) -> int:
    """The least product of 2, 3 and 5 from `length` up: what transforms are fast for.

    >>> fast_length(1025)
    1080
    """
    powers = [(1 << a) * b for b in (1, 3, 9, 27, 81) for a in range(40)]
    return min(p * f for p in powers for f in (1, 5, 25, 125) if length <= p * f < 2 * length)
