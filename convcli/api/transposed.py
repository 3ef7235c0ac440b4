"""Transposed convolution, of any rank."""

from typing import Any, SupportsIndex

from numpy.typing import NDArray

from convcli.api.operands import Array, Padding, PerAxis, array_of, settings, tensor
from convcli.axis import CROPS
from convcli.engine import run
from convcli.problem import Transposed, transposed
from convcli.settings import Settings


def conv_transpose1d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: PerAxis = 1,
    padding: Padding = 0,
    output_padding: PerAxis | None = None,
    groups: SupportsIndex = 1,
    dilation: PerAxis = 1,
    *,
    output_size: PerAxis | None = None,
    flip: bool = False,
) -> NDArray[Any]:
    """Stamp signals: input (N, C, L), (C, L) or (L); weight (C, O/groups, K) or (K); bias (O,) or one number.

    `padding` crops the result, `output_padding` gives back some of that at the end, `output_size` says how much.
    Padding is a number, (before, after) pairs, or a rule's name: valid, same, same-lower, half, full.

    >>> conv_transpose1d([1, 2], [1, 10, 100], stride=2)
    array([  1,  10, 102,  20, 200])

    Raises ConvError, a ValueError in four parts, if the operands or settings do not fit together.
    """
    chosen = _crops(stride, padding, output_padding, groups, dilation, output_size, flip)
    return _transpose(1, input, weight, bias, chosen)


def conv_transpose2d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: PerAxis = 1,
    padding: Padding = 0,
    output_padding: PerAxis | None = None,
    groups: SupportsIndex = 1,
    dilation: PerAxis = 1,
    *,
    output_size: PerAxis | None = None,
    flip: bool = False,
) -> NDArray[Any]:
    """Stamp images: input (N, C, H, W), (C, H, W) or (H, W); weight (C, O/groups, kH, kW) or (kH, kW).

    >>> conv_transpose2d([[0, 1], [2, 3]], [[0, 1], [2, 3]])
    array([[ 0,  0,  1],
           [ 0,  4,  6],
           [ 4, 12,  9]])
    >>> conv_transpose2d([[1]], [[1, 2, 3], [4, 5, 6], [7, 8, 9]], stride=2, padding=1, output_padding=1)
    array([[5, 6],
           [8, 9]])

    Raises ConvError, a ValueError in four parts, if the operands or settings do not fit together.
    """
    chosen = _crops(stride, padding, output_padding, groups, dilation, output_size, flip)
    return _transpose(2, input, weight, bias, chosen)


def conv_transpose3d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: PerAxis = 1,
    padding: Padding = 0,
    output_padding: PerAxis | None = None,
    groups: SupportsIndex = 1,
    dilation: PerAxis = 1,
    *,
    output_size: PerAxis | None = None,
    flip: bool = False,
) -> NDArray[Any]:
    """Stamp volumes: input (N, C, D, H, W), (C, D, H, W) or (D, H, W); weight (C, O/groups, kD, kH, kW).

    >>> conv_transpose3d([[[2]]], [[[1, 2], [3, 4]]], padding=(0, 1, 0), output_padding=0)
    Traceback (most recent call last):
        ...
    convcli.errors.FitError: the padding crops everything along height
      given     the stamps cover (1 - 1)·1 + 2 = 2; padding 1:1 crops 2, output padding gives back 0
      expected  at least one element left
      fix       lower the padding to 0 on each side or less

    Raises ConvError, a ValueError in four parts, if the operands or settings do not fit together.
    """
    chosen = _crops(stride, padding, output_padding, groups, dilation, output_size, flip)
    return _transpose(3, input, weight, bias, chosen)


def _crops(
    stride: PerAxis,
    padding: Padding,
    output_padding: PerAxis | None,
    groups: SupportsIndex,
    dilation: PerAxis,
    output_size: PerAxis | None,
    flip: bool,
) -> Settings:
    extra = {"output_padding": output_padding, "output_size": output_size}
    return settings(stride, padding, dilation, groups, "zeros", flip, rules=CROPS, **extra)


def posed(rank: int, input: Array, weight: Array, bias: Array | None, settings: Settings) -> Transposed:
    """The problem that a call poses."""
    biases = None if bias is None else tensor("bias", bias)
    return transposed(tensor("input", input), tensor("weight", weight), biases, rank=rank, settings=settings)


def _transpose(rank: int, input: Array, weight: Array, bias: Array | None, settings: Settings) -> NDArray[Any]:
    return array_of(run(posed(rank, input, weight, bias, settings)).presented, input, weight, bias)
