"""Global pooling: the whole input as one window, as ONNX has it."""

from typing import Any

from numpy.typing import NDArray

from convcli.api.operands import Array, tensor
from convcli.api.pooling.posed import pooled
from convcli.errors import UsageError
from convcli.layout.data import axes_text
from convcli.settings import PoolKind, PoolSettings


def global_max_pool(input: Array, *, rank: int | None = None) -> NDArray[Any]:
    """The largest element of each channel: input (N, C, *n); with `rank` also (C, *n) or *n of so many spatial axes.

    >>> global_max_pool([[[1, 5, 2]]]), global_max_pool([[1, 5, 2], [7, 3, 4]], rank=1)
    (array([[[5]]]), array([[5],
           [7]]))

    Raises ConvError, a ValueError in four parts, if the input has no such axes.
    """
    return pooled(_rank(input, rank), input, PoolSettings(kind=PoolKind.MAX))


def global_avg_pool(input: Array, *, rank: int | None = None) -> NDArray[Any]:
    """The average of each channel: input (N, C, *n); with `rank` also (C, *n) or *n of so many spatial axes.

    >>> global_avg_pool([[[1, 2, 5, 2]]]), global_avg_pool([[1, 2], [3, 4]], rank=2)
    (array([[[2.5]]]), array([[2.5]]))

    Raises ConvError, a ValueError in four parts, if the input has no such axes.
    """
    return pooled(_rank(input, rank), input, PoolSettings(kind=PoolKind.AVERAGE))


def _rank(input: Array, rank: int | None) -> int:
    """The number of spatial axes, if it is said; else all but the first two."""
    axes = len(tensor("input", input).shape)
    spatial = axes - 2 if rank is None else rank
    if spatial not in (1, 2, 3):
        raise UsageError(
            "the rank of global pooling is not 1, 2 or 3",
            given=f"rank {rank}" if rank is not None else f"an input of {axes_text(axes)}",
            expected="an input (N, C, *n) of 3 to 5 axes, or the rank",
            fix="say rank=2 if the last two axes are height and width",
            setting="rank",
        )
    return spatial
