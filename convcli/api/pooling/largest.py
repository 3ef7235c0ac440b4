"""Max pooling: the numbers stay as they are, whatever their type."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.api.operands import Array, Padding, PerAxis, array_of
from convcli.api.pooling.posed import chosen, posed
from convcli.engine import run
from convcli.engine.pooling import winners
from convcli.numbers.tensor import Tensor
from convcli.settings import PoolKind, PoolSettings

Largest = NDArray[Any] | tuple[NDArray[Any], NDArray[np.int64]]
"""The largest elements, or those and where they are."""


def max_pool1d(
    input: Array,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Largest:
    """The largest element of each window of signals: input (N, C, L), (C, L) or (L).

    The stride is the window's own size unless given. Padding never wins: it is a number, (before, after) pairs, or a
    rule's name: valid, same, same-lower, half, full, causal. With `return_indices` also where in its channel each
    winner is, counted in row-major order: of equals the first, of several nan the last, as in PyTorch.

    >>> max_pool1d([3, 1, 4, 1, 5], 2), max_pool1d([3, 1, 4, 1, 5], 2, ceil_mode=True)
    (array([3, 4]), array([3, 4, 5]))

    Raises ConvError, a ValueError in four parts, if the settings do not fit the input, or a window reads nothing.
    """
    settings = chosen(PoolKind.MAX, kernel_size, stride, padding, dilation, ceil_mode)
    return _largest(1, input, settings, return_indices)


def max_pool2d(
    input: Array,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Largest:
    """The largest element of each window of images: input (N, C, H, W), (C, H, W) or (H, W).

    >>> max_pool2d([[0, 1, 2], [3, 4, 5], [6, 7, 8]], 2, stride=1)
    array([[4, 5],
           [7, 8]])
    >>> max_pool2d([[3, 3], [0, 3]], 2, return_indices=True)
    (array([[3]]), array([[0]]))

    Raises ConvError, a ValueError in four parts, if the settings do not fit the input, or a window reads nothing.
    """
    settings = chosen(PoolKind.MAX, kernel_size, stride, padding, dilation, ceil_mode)
    return _largest(2, input, settings, return_indices)


def max_pool3d(
    input: Array,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Largest:
    """The largest element of each window of volumes: input (N, C, D, H, W), (C, D, H, W) or (D, H, W).

    >>> import numpy as np
    >>> max_pool3d(np.arange(8).reshape(2, 2, 2), (1, 2, 2))
    array([[[3]],
    <BLANKLINE>
           [[7]]])

    Raises ConvError, a ValueError in four parts, if the settings do not fit the input, or a window reads nothing.
    """
    settings = chosen(PoolKind.MAX, kernel_size, stride, padding, dilation, ceil_mode)
    return _largest(3, input, settings, return_indices)


def _largest(rank: int, input: Array, settings: PoolSettings, return_indices: bool) -> Largest:
    problem = posed(rank, input, settings)
    output = array_of(run(problem).presented, input)
    if not return_indices:
        return output
    places: NDArray[np.int64] = problem.view.present(Tensor(winners(problem))).values
    return output, places
