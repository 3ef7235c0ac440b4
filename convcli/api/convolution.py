"""Convolution, of any rank."""

from typing import Any, SupportsIndex

from numpy.typing import NDArray

from convcli.api.operands import Array, Padding, PerAxis, array_of, settings, tensor
from convcli.engine import run
from convcli.numbers.tensor import Tensor
from convcli.problem import Convolution, convolution
from convcli.settings import Settings


def conv1d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    groups: SupportsIndex = 1,
    *,
    padding_mode: str = "zeros",
    flip: bool = False,
) -> NDArray[Any]:
    """Convolve signals: input (N, C, L), (C, L) or (L); weight (O, C/groups, K) or (K); bias (O,) or one number.

    Padding is a number, [(before, after)], or a rule's name: valid, same, same-lower, half, full, causal.
    The kernel is not flipped (deep learning's convolution) unless `flip`.

    >>> conv1d([1, 2, 3, 4], [1, 0, -1])
    array([-2, -2])
    >>> conv1d([1, 2, 3], [10, 1]), conv1d([1, 2, 3], [10, 1], flip=True)
    (array([12, 23]), array([21, 32]))

    Raises ConvError, a ValueError in four parts, if the operands or settings do not fit together.
    """
    return _convolve(1, input, weight, bias, settings(stride, padding, dilation, groups, padding_mode, flip))


def conv2d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    groups: SupportsIndex = 1,
    *,
    padding_mode: str = "zeros",
    flip: bool = False,
) -> NDArray[Any]:
    """Convolve images: input (N, C, H, W), (C, H, W) or (H, W); weight (O, C/groups, kH, kW) or (kH, kW); bias (O,).

    Settings are one number for both axes or one for each; padding also (before, after) pairs, or a rule's name.

    >>> conv2d([[0, 1, 2], [3, 4, 5], [6, 7, 8]], [[0, 1], [2, 3]])
    array([[19, 25],
           [37, 43]])
    >>> import numpy as np
    >>> conv2d(np.full((1, 1, 1, 1), 2**62), np.full((1, 1, 1, 1), 4))[0, 0, 0, 0]
    18446744073709551616

    Raises ConvError, a ValueError in four parts, if the operands or settings do not fit together.
    """
    return _convolve(2, input, weight, bias, settings(stride, padding, dilation, groups, padding_mode, flip))


def conv3d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    groups: SupportsIndex = 1,
    *,
    padding_mode: str = "zeros",
    flip: bool = False,
) -> NDArray[Any]:
    """Convolve volumes: input (N, C, D, H, W), (C, D, H, W) or (D, H, W); weight (O, C/groups, kD, kH, kW); bias (O,).

    >>> import numpy as np
    >>> conv3d(np.arange(8).reshape(2, 2, 2), [[[1, 0], [0, 0]], [[0, 0], [0, -1]]])
    array([[[-7]]])

    Raises ConvError, a ValueError in four parts, if the operands or settings do not fit together.
    """
    return _convolve(3, input, weight, bias, settings(stride, padding, dilation, groups, padding_mode, flip))


def posed(
    rank: int,
    input: Array,
    weight: Array,
    bias: Array | None,
    settings: Settings,
    others: tuple[Tensor, ...] = (),
) -> Convolution:
    """The problem that a call poses; `others` are operands that have a say in the arithmetic."""
    biases = None if bias is None else tensor("bias", bias)
    operands = tensor("input", input), tensor("weight", weight), biases
    return convolution(*operands, rank=rank, settings=settings, others=others)


def _convolve(rank: int, input: Array, weight: Array, bias: Array | None, settings: Settings) -> NDArray[Any]:
    return array_of(run(posed(rank, input, weight, bias, settings)).presented, input, weight, bias)
