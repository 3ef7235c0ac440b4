"""Convolution as a matrix product: patches become columns, block by block, and BLAS does the sums.

Source: Chellapilla, Puri & Simard 2006, "High performance convolutional neural networks for document processing".
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from convcli.engine.algorithm import Tick, reversed_in_space
from convcli.engine.padding import padded
from convcli.engine.taps import convolve_by_taps
from convcli.spec import ConvSpec

BLOCK = 2**19
"""Elements of patches lowered at once: small enough to stay in cache, large enough to keep BLAS busy."""


@dataclass(frozen=True, slots=True)
class Lowered:
    """x (N, C, *n) with w (O, C/G, *k), giving (N, O, *o)."""

    spec: ConvSpec

    def prepared(self, x: NDArray[Any], constant: NDArray[Any]) -> NDArray[Any]:
        """The input with its padding."""
        return padded(x, self.spec, constant)

    def finite(self, x: NDArray[Any], w: NDArray[Any], tick: Tick | None = None) -> NDArray[Any]:
        """The sums of a prepared input and a kernel of its dtype."""
        spec = self.spec
        w = reversed_in_space(w) if spec.flipped else w
        y = np.empty(spec.output_shape, x.dtype)
        every = (slice(None),) * (1 + spec.rank)
        for n in range(spec.batch):
            for g in range(spec.groups):
                outs = slice(g * spec.group_out, (g + 1) * spec.group_out)
                rows = w[outs].reshape(spec.group_out, -1)  # (O/G, C/G·K)
                windows = windows_of(x[n, g * spec.group_in : (g + 1) * spec.group_in], spec)  # (C/G, *K, *S)
                result = y[n, outs]
                for block in blocks_of(spec):
                    part = windows[every + block]
                    columns = part.reshape(rows.shape[1], -1)  # (C/G·K, S): the one copy of each patch
                    result[every[:1] + block] = (rows @ columns).reshape(-1, *part.shape[-spec.rank :])
                    if tick:
                        tick(rows.size * columns.shape[1])
        return y

    def by_taps(self, x: NDArray[Any], w: NDArray[Any], constant: NDArray[Any]) -> NDArray[Any]:
        """The sums of any operands, padding zeros left out."""
        spec = self.spec
        return convolve_by_taps(x, reversed_in_space(w) if spec.flipped else w, spec, constant)

    def rows(self, w: NDArray[Any]) -> NDArray[Any]:
        """The weights of each output channel in a row: (O, C/G·K)."""
        return w.reshape(len(w), -1)

    @property
    def repeats(self) -> int:
        """Once."""
        return 1


def windows_of(x: NDArray[Any], spec: ConvSpec) -> NDArray[Any]:
    """A view (C, *K, *S) of x (C, *padded): what each tap reads for each output. Nothing is copied."""
    channel, *steps = x.strides
    taps = [step * axis.dilation if axis.kernel > 1 else 0 for step, axis in zip(steps, spec.axes, strict=True)]
    outs = [step * axis.stride if axis.output > 1 else 0 for step, axis in zip(steps, spec.axes, strict=True)]
    return as_strided(x, (x.shape[0], *spec.kernels, *spec.outputs), (channel, *taps, *outs), writeable=False)


def blocks_of(spec: ConvSpec) -> Iterator[tuple[slice, ...]]:
    """The output cut into blocks along its first axis, then the next, so that one block's patches fit `BLOCK`."""
    room = max(1, BLOCK // (spec.group_in * math.prod(spec.kernels)))
    yield from _cut(spec.outputs, room)


def _cut(shape: tuple[int, ...], room: int) -> Iterator[tuple[slice, ...]]:
    """Slices that cover `shape` in boxes of about `room` elements.

    >>> [[(s.start, s.stop) for s in box] for box in _cut((3, 4), 8)]
    [[(0, 2), (0, 4)], [(2, 3), (0, 4)]]
    """
    if not shape:
        yield ()
        return
    first, *rest = shape
    inner = math.prod(rest)
    thickness = max(1, room // inner)
    for start in range(0, first, thickness):
        for others in _cut(tuple(rest), room if thickness == 1 else inner):
            yield (slice(start, min(start + thickness, first)), *others)
