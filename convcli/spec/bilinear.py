"""What convolution, transposed convolution and the kernel's gradient have in common: every output element is a sum of
products of two operands, over all that meet in it along each axis, and over channels."""

import math
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from convcli.axis import Meeting
from convcli.spec.base import Spec

Index = tuple[int, ...]


class Orientation(Enum):
    """Which way the kernel is read. The two differ unless the kernel is symmetric.

    [1,2,3] against [10,1] is [12, 23] by correlation and [21, 32] by convolution.
    """

    CORRELATION = "cross-correlation"  # y[o] = sum_t x[o + t] w[t]      (deep learning)
    CONVOLUTION = "convolution"  # y[o] = sum_t x[o + t] w[-1 - t] (signal processing)


class Summand(NamedTuple):
    """One channel's part in an output element: where its operands are, up to their spatial axes."""

    channel: int
    """What the part is called: the input channel, or the batch item of a kernel's gradient."""
    source: Index
    """The leading index into the first operand."""
    other: Index
    """The leading index into the second operand."""


@dataclass(frozen=True, kw_only=True)
class BilinearSpec(Spec):
    """A sum of products, of any rank."""

    groups: int = 1
    orientation: Orientation = Orientation.CORRELATION

    @property
    def group_in(self) -> int:
        """Input channels of one group."""
        return self.channels_in // self.groups

    @property
    def group_out(self) -> int:
        """Output channels of one group."""
        return self.channels_out // self.groups

    @property
    def flipped(self) -> bool:
        """Whether the kernel is read backwards."""
        return self.orientation is Orientation.CONVOLUTION

    def channels_of(self, channel_out: int) -> range:
        """The input channels that an output channel reads: those of its group."""
        first = channel_out // self.group_out * self.group_in
        return range(first, first + self.group_in)

    @abstractmethod
    def summands(self, at: Index) -> Sequence[Summand]:
        """The parts of the output element at (n, o, *s)."""

    @cached_property
    def per_element(self) -> int:
        """The most products that one output element has, in all channels."""
        return self.group_in * math.prod(self.most)


def read_backwards(meetings: list[Meeting], kernel: int) -> list[Meeting]:
    """The same meetings with a kernel of so many taps read backwards."""
    return [meeting._replace(other=kernel - 1 - meeting.other) for meeting in meetings]
