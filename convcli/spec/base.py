"""What every operation has: axes, a batch, channels on both sides, and outputs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

AXIS_NAMES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}


class AnyAxis(Protocol):
    """An axis of any operation."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def output(self) -> int:
        """Elements of the output along it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """An operation of any rank, from (batch, channels_in, *sizes) to (batch, channels_out, *outputs)."""

    axes: Sequence[AnyAxis]
    batch: int
    channels_in: int
    channels_out: int

    @property
    def rank(self) -> int:
        """The number of spatial axes."""
        return len(self.axes)

    @property
    def outputs(self) -> tuple[int, ...]:
        """Output size along each axis."""
        return tuple(axis.output for axis in self.axes)

    @property
    def output_shape(self) -> tuple[int, ...]:
        """(batch, channels_out, *outputs)."""
        return (self.batch, self.channels_out, *self.outputs)

    @property
    def output_size(self) -> int:
        """Numbers in the output."""
        return math.prod(self.output_shape)


def axis_name(index: int, rank: int) -> str:
    """What people call an axis."""
    return AXIS_NAMES[rank][index] if rank in AXIS_NAMES else f"axis {index}"


def times(shape: Sequence[int]) -> str:
    """Lengths as people write them: 32x32."""
    return "x".join(map(str, shape))
