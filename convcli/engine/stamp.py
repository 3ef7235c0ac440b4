"""Transposed convolution tap by tap: for each kernel element a product over channels, added where that element falls.

Never multiplies what is not there, works on any dtype, and so serves where plain convolutions cannot: Python integers,
and weights that are not finite. Source: Dumoulin & Visin, "A guide to convolution arithmetic for deep learning",
chapter 4: the transpose of the matrix of a convolution.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.axis import PaddingMode, TransposedAxis
from convcli.engine.convolve import reversed_in_space
from convcli.spec import TransposedSpec


def stamped(x: NDArray[Any], w: NDArray[Any], spec: TransposedSpec) -> NDArray[Any]:
    """x (N, C, *n) with w (C, O/G, *k), giving the output (N, O, *padded) before it is cropped: every stamp added."""
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
    return full


def kept(full: NDArray[Any], spec: TransposedSpec) -> NDArray[Any]:
    """The output without what is cropped; in other modes than zeros that is added where the mode shows it."""
    for number, axis in enumerate(spec.axes, start=2):
        sums = np.moveaxis(full, number, 0)
        rest = sums[axis.pad_before : axis.pad_before + axis.output]
        if axis.mode is PaddingMode.REPLICATE:
            rest[0] += sums[: axis.pad_before].sum(axis=0)
            rest[-1] += sums[axis.pad_before + axis.output :].sum(axis=0)
        elif axis.mode is not PaddingMode.ZEROS:
            for position in _cropped(axis):
                rest[axis.mode.source(position, axis.output)] += sums[position + axis.pad_before]
        full = np.moveaxis(rest, 0, number)
    return full


def _places(axis: TransposedAxis, tap: int) -> slice:
    """Where `tap` of every stamp falls in the uncropped output."""
    start = tap * axis.dilation
    return slice(start, start + (axis.size - 1) * axis.stride + 1, axis.stride)


def _cropped(axis: TransposedAxis) -> list[int]:
    """The positions that are cropped, counted from the first output element."""
    return [*range(-axis.pad_before, 0), *range(axis.output, axis.output + axis.pad_after)]
