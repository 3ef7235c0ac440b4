"""What lies beyond the edge of an axis, and how much of it there is."""

from collections.abc import Callable
from enum import Enum

from convcli.errors import UsageError

Pads = tuple[int, int]


class PaddingMode(Enum):
    """What lies beyond the edge: `1234` padded by 2 on both sides."""

    ZEROS = "zeros"  # 00 1234 00
    REFLECT = "reflect"  # 32 1234 32
    SYMMETRIC = "symmetric"  # 21 1234 43
    REPLICATE = "replicate"  # 11 1234 44
    CIRCULAR = "circular"  # 34 1234 12

    def reach(self, size: int) -> int | None:
        """The most padding that an input of `size` can fill in this mode; None if any."""
        return {PaddingMode.REFLECT: size - 1, PaddingMode.SYMMETRIC: size, PaddingMode.CIRCULAR: size}.get(self)

    def source(self, position: int, size: int) -> int | None:
        """The input index shown at `position`, which may lie outside 0..size-1; None for padding with a constant."""
        if 0 <= position < size:
            return position
        match self:
            case PaddingMode.ZEROS:
                return None
            case PaddingMode.REPLICATE:
                return 0 if position < 0 else size - 1
            case PaddingMode.CIRCULAR:
                return position % size
            case PaddingMode.REFLECT:
                return -position if position < 0 else 2 * (size - 1) - position
        return -1 - position if position < 0 else 2 * size - 1 - position  # symmetric

    def images(self, index: int, size: int, before: int, after: int) -> list[int]:
        """The positions beyond the edge that show the input `index`, where so much is padded: the inverse of `source`.

        >>> PaddingMode.REFLECT.images(1, 4, 2, 2), PaddingMode.REPLICATE.images(0, 4, 2, 2)
        ([-1, 5], [-2, -1])
        """
        match self:
            case PaddingMode.ZEROS:
                found = []
            case PaddingMode.REPLICATE:
                found = [*range(-before if index == 0 else 0, 0)]
                found += range(size, size + after if index == size - 1 else size)
            case PaddingMode.CIRCULAR:
                found = [index - size, index + size]
            case PaddingMode.REFLECT:
                found = [-index, 2 * (size - 1) - index]
            case _:  # symmetric
                found = [-1 - index, 2 * size - 1 - index]
        return [position for position in found if -before <= position < 0 or size <= position < size + after]


RULES: dict[str, Callable[[int, int, int], Pads]] = {
    "valid": lambda size, span, stride: (0, 0),
    "same": lambda size, span, stride: _split(size, span, stride),
    "same-lower": lambda size, span, stride: _split(size, span, stride)[::-1],
    "half": lambda size, span, stride: (span // 2, span // 2),
    "full": lambda size, span, stride: (span - 1, span - 1),
    "causal": lambda size, span, stride: (span - 1, 0),
}
"""Padding by a rule's name: (size, span, stride) to (before, after). `conventions` says whose rule it is."""


def pads_by_rule(rule: str, *, size: int, kernel: int, stride: int, dilation: int) -> Pads:
    """The padding of one axis by the name of a rule.

    >>> pads_by_rule("same", size=4, kernel=3, stride=2, dilation=1)
    (0, 1)
    """
    at_least("stride", stride, 1, "every axis")
    at_least("dilation", dilation, 1, "every axis")
    return RULES[rule](size, (kernel - 1) * dilation + 1, stride)


def _split(size: int, span: int, stride: int) -> Pads:
    """o = ceil(n/s); P = max(0, (o-1)s + span - n); the odd one goes after."""
    total = max(0, (-(-size // stride) - 1) * stride + span - size)
    return total // 2, total - total // 2


def at_least(setting: str, value: int, least: int, axis: str) -> None:
    """Raise UsageError if a setting is below the least that it can be."""
    if value < least:
        raise UsageError(
            f"{setting} is too small",
            given=f"{setting} = {value} along {axis}",
            expected=f"{setting} of at least {least}",
            fix=f"write {setting} {least} or more" if least else "to drop elements at the edge, slice the input",
            setting=setting,
        )
