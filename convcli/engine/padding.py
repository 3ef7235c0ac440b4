"""The padded input, gathered axis by axis as `Axis` says."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.spec import ConvSpec


def padded(x: NDArray[Any], spec: ConvSpec, constant: NDArray[Any]) -> NDArray[Any]:
    """x (N, C, *n) with its padding, (N, C, *padded); beyond the edge `constant`, or what the padding mode shows."""
    if not spec.is_padded:
        return x
    if constant.dtype == object:  # an integer that 64 bits do not hold
        x = x.astype(object)
    for number, axis in enumerate(spec.axes, start=2):
        if axis.pad_before or axis.pad_after:
            filled = axis.filled
            x = np.take(x, [0 if source is None else source for source in filled], axis=number)
            blank = [slice(None)] * x.ndim
            for edge in (slice(0, axis.pad_before), slice(axis.pad_before + axis.size, None)):
                if filled[edge] and filled[edge][0] is None:
                    x[(*blank[:number], edge)] = constant
    return x
