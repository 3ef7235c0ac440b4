"""What a call poses, and the array that answers it."""

from typing import Any

from numpy.typing import NDArray

from convcli.api.operands import Array, Padding, PerAxis, array_of, is_rational, padding_of, tensor, whole
from convcli.axis import RULES
from convcli.engine import run
from convcli.numbers.arithmetic import to_doubles
from convcli.problem import Pooling, pooling
from convcli.settings import PoolKind, PoolSettings


def chosen(
    kind: PoolKind, kernel_size: PerAxis, stride: PerAxis | None, padding: Padding, dilation: PerAxis, ceil: bool
) -> PoolSettings:
    """The settings of a call. Raises UsageError for what is not an integer or not a choice."""
    return PoolSettings(
        kind=kind,
        kernel_size=whole("kernel_size", kernel_size, 1),
        stride=None if stride is None else whole("stride", stride, 1),
        padding=padding_of(padding, tuple(RULES)),
        dilation=whole("dilation", dilation, 1),
        ceil=bool(ceil),
    )


def posed(rank: int, input: Array, settings: PoolSettings) -> Pooling:
    """The problem that a call poses."""
    return pooling(tensor("input", input), rank=rank, settings=settings)


def pooled(rank: int, input: Array, settings: PoolSettings) -> NDArray[Any]:
    """The output as an array; what need not be an integer is a double for integers."""
    output = run(posed(rank, input, settings)).presented
    stays = settings.kind is PoolKind.MAX or (settings.kind is PoolKind.LP and settings.power == 1)
    if stays or not output.is_exact or is_rational(input):
        return array_of(output, input)
    return to_doubles(output)
