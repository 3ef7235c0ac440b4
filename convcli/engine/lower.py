"""Convolution as a matrix product: patches become columns, block by block, and BLAS does the sums.

Source: Chellapilla, Puri & Simard 2006, "High performance convolutional neural networks for document processing".
"""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from convcli.engine.padding import padded
from convcli.engine.taps import convolve_by_taps
from convcli.spec import ConvSpec, Orientation

Tick = Callable[[float], None]
"""Called with the number of multiply-adds just done, for a progress bar."""

BLOCK = 2**19
"""Elements of patches lowered at once: small enough to stay in cache, large enough to keep BLAS busy."""


def in_reading_order(w: NDArray[Any], spec: ConvSpec) -> NDArray[Any]:
    """The kernel as it meets the patches: reversed on every spatial axis for a true convolution."""
    return np.flip(w, tuple(range(2, w.ndim))) if spec.orientation is Orientation.CONVOLUTION else w


def convolve_floats(
    x: NDArray[Any], w: NDArray[Any], spec: ConvSpec, constant: NDArray[Any], tick: Tick | None = None
) -> NDArray[Any]:
    """Convolve float x (N, C, *n) with w (O, C/G, *k) of the same dtype, giving (N, O, *o) in it.

    Constant padding of 0 contributes nothing: where an operand is not finite, the taps on it are left out.
    """
    w = in_reading_order(w, spec)
    if not (np.isfinite(x).all() and np.isfinite(w).all() and np.isfinite(constant)):
        return convolve_by_taps(x, w, spec, constant, skip_zeros=constant == 0 and spec.mode.value == "zeros")
    return convolve_finite(padded(x, spec, constant), w, spec, tick)


def convolve_finite(x: NDArray[Any], w: NDArray[Any], spec: ConvSpec, tick: Tick | None = None) -> NDArray[Any]:
    """The same for a padded x (N, C, *padded), w in reading order, and finite numbers."""
    y = np.empty(spec.output_shape, x.dtype)
    every = (slice(None),) * (1 + spec.rank)
    for n in range(spec.batch):
        for g in range(spec.groups):
            outs = slice(g * spec.group_out, (g + 1) * spec.group_out)
            rows = w[outs].reshape(spec.group_out, -1)  # (O/G, C/G·K)
            windows = _windows(x[n, g * spec.group_in : (g + 1) * spec.group_in], spec)  # (C/G, *K, *S)
            result = y[n, outs]
            for block in _blocks(spec):
                part = windows[every + block]
                columns = part.reshape(rows.shape[1], -1)  # (C/G·K, S): the one copy of each patch
                result[every[:1] + block] = (rows @ columns).reshape(-1, *part.shape[-spec.rank :])
                if tick:
                    tick(rows.size * columns.shape[1])
    return y


def _windows(x: NDArray[Any], spec: ConvSpec) -> NDArray[Any]:
    """A view (C, *K, *S) of x (C, *padded): what each tap reads for each output. Nothing is copied."""
    channel, *steps = x.strides
    taps = [step * axis.dilation if axis.kernel > 1 else 0 for step, axis in zip(steps, spec.axes, strict=True)]
    outs = [step * axis.stride if axis.output > 1 else 0 for step, axis in zip(steps, spec.axes, strict=True)]
    return as_strided(x, (x.shape[0], *spec.kernels, *spec.outputs), (channel, *taps, *outs), writeable=False)


def _blocks(spec: ConvSpec) -> Iterator[tuple[slice, ...]]:
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
