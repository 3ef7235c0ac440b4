"""Average pooling: of integers in float64, rounded once from the exact average; of Fractions and Decimals exactly."""

from dataclasses import replace
from typing import Any, SupportsIndex

from numpy.typing import NDArray

from convcli.api.operands import Array, Padding, PerAxis, whole
from convcli.api.pooling.posed import chosen, pooled
from convcli.settings import PoolKind, PoolSettings


def avg_pool1d(
    input: Array,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: SupportsIndex | None = None,
    *,
    dilation: PerAxis = 1,
) -> NDArray[Any]:
    """The average of each window of signals: input (N, C, L), (C, L) or (L).

    The divisor of each window is the number of its cells, padding included unless `count_include_pad` is False; what
    hangs over the padding in ceil mode never counts. `divisor_override` is used in its place.

    >>> avg_pool1d([1, 2, 3, 4], 3, 2, 1, True), avg_pool1d([1, 2, 3, 4], 3, 2, 1, True, False)
    (array([1., 3., 2.]), array([1.5, 3. , 4. ]))
    >>> from fractions import Fraction
    >>> avg_pool1d([Fraction(1), 2, 2], 3)
    array([Fraction(5, 3)], dtype=object)

    Raises ConvError, a ValueError in four parts, if the settings do not fit the input, or a window reads nothing.
    """
    settings = chosen(PoolKind.AVERAGE, kernel_size, stride, padding, dilation, ceil_mode)
    return pooled(1, input, _counting(settings, count_include_pad, divisor_override))


def avg_pool2d(
    input: Array,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: SupportsIndex | None = None,
    *,
    dilation: PerAxis = 1,
) -> NDArray[Any]:
    """The average of each window of images: input (N, C, H, W), (C, H, W) or (H, W).

    >>> avg_pool2d([[1, 2], [3, 5]], 2), avg_pool2d([[1, 2], [3, 5]], 2, divisor_override=1)
    (array([[2.75]]), array([[11.]]))

    Raises ConvError, a ValueError in four parts, if the settings do not fit the input, or a window reads nothing.
    """
    settings = chosen(PoolKind.AVERAGE, kernel_size, stride, padding, dilation, ceil_mode)
    return pooled(2, input, _counting(settings, count_include_pad, divisor_override))


def avg_pool3d(
    input: Array,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: SupportsIndex | None = None,
    *,
    dilation: PerAxis = 1,
) -> NDArray[Any]:
    """The average of each window of volumes: input (N, C, D, H, W), (C, D, H, W) or (D, H, W).

    >>> import numpy as np
    >>> avg_pool3d(np.arange(8).reshape(2, 2, 2), 2)
    array([[[3.5]]])

    Raises ConvError, a ValueError in four parts, if the settings do not fit the input, or a window reads nothing.
    """
    settings = chosen(PoolKind.AVERAGE, kernel_size, stride, padding, dilation, ceil_mode)
    return pooled(3, input, _counting(settings, count_include_pad, divisor_override))


def _counting(settings: PoolSettings, count_include_pad: bool, divisor_override: SupportsIndex | None) -> PoolSettings:
    divisor = None if divisor_override is None else whole("divisor", divisor_override, 0)
    return replace(settings, count_include_pad=bool(count_include_pad), divisor=divisor)
