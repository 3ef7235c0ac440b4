"""Lp pooling: of integers in float64, each root rounded once; sums of magnitudes, of power 1, as integers."""

import math
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from convcli.api.operands import Array, Padding, PerAxis, whole
from convcli.api.pooling.posed import chosen, pooled
from convcli.errors import UsageError
from convcli.settings import PoolKind
from convcli.spec.pooling import MOST_POWER


def lp_pool1d(
    input: Array,
    norm_type: float,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    ceil_mode: bool = False,
    *,
    padding: Padding = 0,
    dilation: PerAxis = 1,
) -> NDArray[Any]:
    """The p-norm of each window of signals: input (N, C, L), (C, L) or (L).

    (sum |x|^p)^(1/p) of each window, where p is `norm_type`, a positive integer. Signs do not matter, and what hangs
    over the edge in ceil mode adds nothing (PyTorch takes odd powers with their signs, and scales such a window up).

    >>> lp_pool1d([3, 4, -5, 12], 2, 2), lp_pool1d([3, 4, -5, 12], 1, 2)
    (array([ 5., 13.]), array([ 7, 17]))

    Raises ConvError, a ValueError in four parts, if the settings do not fit the input, or a window reads nothing.
    """
    settings = chosen(PoolKind.LP, kernel_size, stride, padding, dilation, ceil_mode)
    return pooled(1, input, replace(settings, power=_power(norm_type)))


def lp_pool2d(
    input: Array,
    norm_type: float,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    ceil_mode: bool = False,
    *,
    padding: Padding = 0,
    dilation: PerAxis = 1,
) -> NDArray[Any]:
    """The p-norm of each window of images: input (N, C, H, W), (C, H, W) or (H, W).

    >>> lp_pool2d([[1, 2], [2, 4]], 2, 2)
    array([[5.]])

    Raises ConvError, a ValueError in four parts, if the settings do not fit the input, or a window reads nothing.
    """
    settings = chosen(PoolKind.LP, kernel_size, stride, padding, dilation, ceil_mode)
    return pooled(2, input, replace(settings, power=_power(norm_type)))


def lp_pool3d(
    input: Array,
    norm_type: float,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    ceil_mode: bool = False,
    *,
    padding: Padding = 0,
    dilation: PerAxis = 1,
) -> NDArray[Any]:
    """The p-norm of each window of volumes: input (N, C, D, H, W), (C, D, H, W) or (D, H, W).

    >>> import numpy as np
    >>> lp_pool3d(np.ones((2, 2, 2), int), 3, 2)
    array([[[2.]]])

    Raises ConvError, a ValueError in four parts, if the settings do not fit the input, or a window reads nothing.
    """
    settings = chosen(PoolKind.LP, kernel_size, stride, padding, dilation, ceil_mode)
    return pooled(3, input, replace(settings, power=_power(norm_type)))


def _power(norm_type: float) -> int:
    """The power as an integer, which torch lets be a float."""
    if isinstance(norm_type, float) and math.isinf(norm_type):
        raise UsageError(
            "the power of Lp pooling is infinite",
            given=f"norm_type = {norm_type}",
            expected=f"an integer from 1 to {MOST_POWER}",
            fix="pool with max: the largest magnitude is the limit of Lp pooling; take magnitudes first",
            setting="norm_type",
        )
    if isinstance(norm_type, float) and norm_type.is_integer():
        return int(norm_type)
    power: int = whole("norm_type", norm_type, 0)
    return power
