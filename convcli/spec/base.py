"""What every operation has: axes, a batch, channels on both sides, and outputs."""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from convcli.axis import Axis, Meeting

AXIS_NAMES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}


class AnyAxis(Protocol):
    """An axis of any operation."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def output(self) -> int:
        """Elements of the output along it."""

    @property
    def most(self) -> int:
        """The most elements of each operand that meet in one output element."""


@dataclass(frozen=True, kw_only=True)
class Spec(ABC):
    """An operation of any rank, from (batch, channels_in, *sizes) to (batch, channels_out, *outputs)."""

    axes: Sequence[AnyAxis]
    batch: int
    channels_in: int
    channels_out: int

    @property
    def noun(self) -> str:
        """What the operation is called in a sentence."""
        return "convolution"

    @property
    def rank(self) -> int:
        """The number of spatial axes."""
        return len(self.axes)

    @cached_property
    def outputs(self) -> tuple[int, ...]:
        """Output size along each axis."""
        return tuple(axis.output for axis in self.axes)

    @cached_property
    def output_shape(self) -> tuple[int, ...]:
        """(batch, channels_out, *outputs)."""
        return (self.batch, self.channels_out, *self.outputs)

    @cached_property
    def output_size(self) -> int:
        """Numbers in the output."""
        return math.prod(self.output_shape)

    @cached_property
    def most(self) -> tuple[int, ...]:
        """Along each axis, the most elements that meet in one output element: for a convolution the kernel's size."""
        return tuple(axis.most for axis in self.axes)

    @cached_property
    def per_element(self) -> int:
        """The most elements that meet in one output element, in all channels."""
        return math.prod(self.most)

    @cached_property
    def work(self) -> int:
        """Multiply-adds, or comparisons, that the engine does."""
        return self.output_size * self.per_element

    @property
    def windows(self) -> tuple[Axis, ...] | None:
        """The axes under whose windows the first operand lies, padding around it; None where stamps are summed."""
        return None

    @abstractmethod
    def meetings(self, outs: tuple[int, ...]) -> list[list[Meeting]]:
        """Along each axis, which pairs meet in the output element at `outs`."""

    @property
    @abstractmethod
    def scratch(self) -> tuple[str, int]:
        """The largest thing that the engine holds beside its operands and the output: what, and how many numbers."""


def axis_name(index: int, rank: int) -> str:
    """What people call an axis."""
    return AXIS_NAMES[rank][index] if rank in AXIS_NAMES else f"axis {index}"


def times(shape: Sequence[int]) -> str:
    """Lengths as people write them: 32x32."""
    return "x".join(map(str, shape))
