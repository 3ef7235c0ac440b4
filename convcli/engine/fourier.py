"""Convolution of one channel by the Fourier transform, where its error can be bounded by what direct sums promise.

A product of spectra is a circular convolution; of each block the outputs that no wrap-around reaches are kept. The
transform is taken in doubles. Its error is normwise: small beside the largest numbers, not beside each sum. So each
block is checked against the promise, n·u·sum |x||w| for every element, and computed directly where that fails, as it
may where numbers of very different sizes, or zeros, lie side by side.
Sources: Oppenheim & Schafer, "Discrete-time signal processing", section 8.7 (overlap-save); Higham, "Accuracy and
stability of numerical algorithms", theorem 24.2 (the error of the transform).
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from convcli.engine.band import Banded
from convcli.engine.blocks import Cut
from convcli.engine.region import Region
from convcli.engine.threads import Scratch
from convcli.spec import ConvSpec

LONGEST = {1: 2**15, 2: 2**10, 3: 2**7}
"""How long a transform is at most along each axis, by rank, unless the kernel needs a longer one."""

Index = tuple[slice, slice]


@dataclass(frozen=True)
class Spectra:
    """The transforms of kernels (G, 1, *T), and what the check asks of the kernels (G, 1, *k)."""

    values: NDArray[Any]
    w: NDArray[Any]

    def __getitem__(self, index: Index) -> "Spectra":
        return Spectra(self.values[index], self.w[index])


class Fourier:
    """Products of spectra, for each group of one channel."""

    name: ClassVar[str] = "fourier"
    says: ClassVar[str] = (
        "products of Fourier transforms in doubles, each block checked against the bound of direct sums"
    )
    finite_only: ClassVar[bool] = True
    tells_edges: ClassVar[bool] = True

    def serves(self, spec: ConvSpec) -> bool:
        """The same, with windows neither strided nor dilated."""
        one_channel = spec.group_in == spec.group_out == 1
        return one_channel and all(axis.stride == axis.dilation == 1 for axis in spec.axes)

    def cut(self, spec: ConvSpec) -> Cut:
        """Boxes whose transforms are at most so long, or four times as long as the kernel."""
        longest = LONGEST[spec.rank]
        sides = [max(longest, 4 * axis.span) - axis.span + 1 for axis in spec.axes]
        if all(side >= size for side, size in zip(sides, spec.outputs, strict=True)):
            sides[0] = -(-spec.outputs[0] // 2)
        return Cut(tuple(sides), groups=spec.groups)

    def held(self, spec: ConvSpec, box: tuple[int, ...], groups: int, outs: int) -> int:
        """A few transforms, in doubles."""
        return 8 * math.prod(self._lengths(spec))

    def _lengths(self, spec: ConvSpec) -> tuple[int, ...]:
        longest = [-(-size // -(-size // side)) for size, side in zip(spec.outputs, self.cut(spec).sides, strict=True)]
        return tuple(fast_length(n - 1 + axis.span) for n, axis in zip(longest, spec.axes, strict=True))

    def arranged(self, w: NDArray[Any], spec: ConvSpec) -> Spectra:
        """The conjugate transforms of the kernels."""
        axes = tuple(range(-spec.rank, 0))
        spectra = np.fft.rfftn(w[:, :, 0].astype(np.float64), self._lengths(spec), axes)
        return Spectra(np.conj(spectra, out=spectra), w[:, :, 0])

    def block(self, read: Region, w: Spectra, y: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> None:
        """One transform there and one back for each group of the block."""
        x, inside = read
        lengths, axes = self._lengths(spec), tuple(range(-spec.rank, 0))
        kept = tuple(slice(n) for n in y.shape[2:])
        for group in range(len(x)):
            spectrum = np.fft.rfftn(x[group, 0].astype(np.float64, copy=False), lengths, axes)
            spectrum *= w.values[group, 0]
            whole = np.fft.irfftn(spectrum, lengths, axes)
            y[group, 0] = whole[kept]
            if not _keeps_promise(x[group, 0], inside, w.w[group, 0], whole, y.dtype, spec):
                direct, one = Banded(), slice(group, group + 1)
                bands = direct.arranged(w.w[one][:, :, None], spec)
                direct.block(Region(x[one], inside), bands, y[one], spec, scratch)


def _keeps_promise(
    x: NDArray[Any],
    inside: tuple[slice, ...],
    w: NDArray[Any],
    whole: NDArray[Any],
    dtype: "np.dtype[Any]",
    spec: ConvSpec,
) -> bool:
    """Whether the error of the transforms is below (n - 1)·u·sum |x||w| for every output of a block.

    Each sum has all of |x| within some tile of the input proper that lies in every window, times the least |w|.
    """
    terms, unit = w.size, float(np.finfo(dtype).eps) / 2
    least = float(np.abs(w).min())
    if least == 0 or terms == 1:
        return False
    sizes = np.abs(x[inside])
    for number, axis in enumerate(spec.axes):
        tile = (axis.kernel - max(axis.pad_before, axis.pad_after) + 1) // 2
        whole_tiles = sizes.shape[number] // tile if tile > 0 else 0
        if not whole_tiles:
            return False
        sizes = sizes[(slice(None),) * number + (slice(whole_tiles * tile),)]
        sizes = np.add.reduceat(sizes, range(0, whole_tiles * tile, tile), axis=number, dtype=np.float64)
    x_norm, w_norm, y_norm = (float(np.linalg.norm(values)) for values in (x, w, whole))
    error = 2.0**-53 * 8 * math.log2(whole.size) * (2 * x_norm * w_norm + y_norm)
    return error <= (terms - 1) * unit * float(sizes.min()) * least


@lru_cache(256)
def fast_length(length: int) -> int:
    """The least product of 2, 3 and 5 from `length` up: what transforms are fast for.

    >>> fast_length(1025)
    1080
    """
    powers = [(1 << a) * b for b in (1, 3, 9, 27, 81) for a in range(40)]
    return min(p * f for p in powers for f in (1, 5, 25, 125) if length <= p * f < 2 * length)
