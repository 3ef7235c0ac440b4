"""The padded input: what lies beyond the edge, written out."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from convcli.axis import PaddingMode
from convcli.spec import ConvSpec

NUMPY_MODES: dict[PaddingMode, Literal["reflect", "symmetric", "edge", "wrap"]] = {
    PaddingMode.REFLECT: "reflect",
    PaddingMode.SYMMETRIC: "symmetric",
    PaddingMode.REPLICATE: "edge",
    PaddingMode.CIRCULAR: "wrap",
}
"""The modes as NumPy calls them, which pads as `Axis` says as long as no mode reaches further than it can."""


def padded(x: NDArray[Any], spec: ConvSpec, constant: NDArray[Any]) -> NDArray[Any]:
    """x (N, C, *n) with its padding, (N, C, *padded); beyond the edge `constant`, or what the padding mode shows."""
    if not spec.is_padded:
        return x
    if spec.mode is PaddingMode.ZEROS:
        shape = (*x.shape[:2], *(axis.padded for axis in spec.axes))
        dtype = object if constant.dtype == object else x.dtype  # object: an integer that 64 bits do not hold
        whole = np.full(shape, constant, dtype)
        inside = tuple(slice(axis.pad_before, axis.pad_before + axis.size) for axis in spec.axes)
        whole[(slice(None), slice(None), *inside)] = x
        return whole
    return np.pad(x, ((0, 0), (0, 0), *spec.pads), NUMPY_MODES[spec.mode])
