"""Floor 2: a normalised convolution, whose every setting is per axis and whose geometry is possible."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from convcli.axis import Axis, PaddingMode, Pads, pads_by_rule
from convcli.settings import Settings, pads_per_axis, per_axis

AXIS_NAMES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}


class Orientation(Enum):
    """Which way the kernel is read. The two differ unless the kernel is symmetric.

    [1,2,3] against [10,1] is [12, 23] by correlation and [21, 32] by convolution.
    """

    CORRELATION = "cross-correlation"  # y[o] = sum_t x[o + t] w[t]      (deep learning)
    CONVOLUTION = "convolution"  # y[o] = sum_t x[o + t] w[-1 - t] (signal processing)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvSpec:
    """A convolution of any rank.

    Input  (batch, channels_in, *sizes)
    Weight (channels_out, channels_in // groups, *kernels)
    Output (batch, channels_out, *outputs)

    >>> str(conv_spec(sizes=(32, 32), kernels=(5, 5), channels_in=3, channels_out=8, settings=Settings()))
    '3@32x32 * 5x5 -> 8@28x28'
    """

    axes: tuple[Axis, ...]
    batch: int
    channels_in: int
    channels_out: int
    groups: int = 1
    orientation: Orientation = Orientation.CORRELATION
    rule: str | None = None
    """The name of the rule that the padding came from, if it was asked for by name."""

    def __str__(self) -> str:
        sizes, kernels, outputs = (_times(shape) for shape in (self.sizes, self.kernels, self.outputs))
        return f"{self.channels_in}@{sizes} * {kernels} -> {self.channels_out}@{outputs}"

    @property
    def rank(self) -> int:
        """The number of spatial axes."""
        return len(self.axes)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Input size along each axis."""
        return tuple(axis.size for axis in self.axes)

    @property
    def kernels(self) -> tuple[int, ...]:
        """Kernel size along each axis."""
        return tuple(axis.kernel for axis in self.axes)

    @property
    def outputs(self) -> tuple[int, ...]:
        """Output size along each axis."""
        return tuple(axis.output for axis in self.axes)

    @property
    def pads(self) -> tuple[Pads, ...]:
        """Padding (before, after) of each axis."""
        return tuple((axis.pad_before, axis.pad_after) for axis in self.axes)

    @property
    def mode(self) -> PaddingMode:
        """The padding mode, which is the same on every axis."""
        return self.axes[0].mode

    @property
    def is_padded(self) -> bool:
        """Whether any axis has padding at all."""
        return any(before or after for before, after in self.pads)

    @property
    def output_shape(self) -> tuple[int, ...]:
        """(batch, channels_out, *outputs)."""
        return (self.batch, self.channels_out, *self.outputs)

    @property
    def group_in(self) -> int:
        """Input channels of one group."""
        return self.channels_in // self.groups

    @property
    def group_out(self) -> int:
        """Output channels of one group."""
        return self.channels_out // self.groups

    def channels_of(self, channel_out: int) -> range:
        """The input channels that an output channel reads: those of its group."""
        first = channel_out // self.group_out * self.group_in
        return range(first, first + self.group_in)

    @property
    def padded_size(self) -> int:
        """Numbers in the input with its padding."""
        return self.batch * self.channels_in * math.prod(axis.padded for axis in self.axes)

    @property
    def work(self) -> int:
        """Multiply-adds, those with padding zeros included."""
        return math.prod(self.output_shape) * self.group_in * math.prod(self.kernels)


def conv_spec(
    *,
    sizes: Sequence[int],
    kernels: Sequence[int],
    channels_in: int,
    channels_out: int,
    settings: Settings,
    batch: int = 1,
) -> ConvSpec:
    """Settings and sizes brought together, one number spread over all axes and rules turned into numbers.

    Raises UsageError for a setting that no input could make valid, FitError where these sizes do not allow it.
    """
    rank = len(sizes)
    strides = per_axis("stride", settings.stride, rank)
    dilations = per_axis("dilation", settings.dilation, rank)
    if isinstance(settings.padding, str):
        rule = settings.padding
        pads = tuple(
            pads_by_rule(rule, size=n, kernel=k, stride=s, dilation=d)
            for n, k, s, d in zip(sizes, kernels, strides, dilations, strict=True)
        )
    else:
        rule = None
        pads = pads_per_axis(settings.padding, rank)
    axes = tuple(
        Axis(
            size=n, kernel=k, stride=s, dilation=d, pad_before=before, pad_after=after,
            mode=settings.padding_mode, name=axis_name(i, rank),
        )
        for i, (n, k, s, d, (before, after)) in enumerate(zip(sizes, kernels, strides, dilations, pads, strict=True))
    )  # fmt: skip
    return ConvSpec(
        axes=axes,
        batch=batch,
        channels_in=channels_in,
        channels_out=channels_out,
        groups=settings.groups,
        orientation=Orientation.CONVOLUTION if settings.flip else Orientation.CORRELATION,
        rule=rule,
    )


def axis_name(index: int, rank: int) -> str:
    """What people call an axis."""
    return AXIS_NAMES[rank][index] if rank in AXIS_NAMES else f"axis {index}"


def _times(shape: Sequence[int]) -> str:
    return "x".join(map(str, shape))
