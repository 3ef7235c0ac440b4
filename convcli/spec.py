"""Floor 2: a normalised convolution, whose every setting is per axis and whose geometry is possible.

Past this module a setting is never one number for all axes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from convcli.axis import Axis, PaddingMode, Pads, pads_by_rule
from convcli.errors import FitError, UsageError, plural

AXIS_NAMES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}

PerAxis = int | Sequence[int]
Padding = int | str | Sequence[int | Sequence[int]]


class Orientation(Enum):
    """Which way the kernel is read. The two differ unless the kernel is symmetric.

    [1,2,3] against [10,1] is [12, 23] by correlation and [21, 32] by convolution.
    """

    CORRELATION = "cross-correlation"  # y[o] = sum_t x[o + t] w[t]      (deep learning)
    CONVOLUTION = "convolution"  # y[o] = sum_t x[o + t] w[-1 - t] (signal processing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the user asked for, before a tensor's shape is known: one number for all axes, or one for each."""

    stride: PerAxis = 1
    padding: Padding = 0
    dilation: PerAxis = 1
    groups: int = 1
    padding_mode: PaddingMode = PaddingMode.ZEROS
    flip: bool = False


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


def per_axis(name: str, value: PerAxis, rank: int) -> tuple[int, ...]:
    """Spread one number over all axes, or check that there is one for each.

    >>> per_axis("stride", 2, rank=3)
    (2, 2, 2)
    """
    values = (value,) * rank if isinstance(value, int) else tuple(value)
    if len(values) != rank:
        raise _wrong_count(name, values, rank)
    return values


def pads_per_axis(value: int | Sequence[int | Sequence[int]], rank: int) -> tuple[Pads, ...]:
    """Padding as one number, one per axis, or (before, after) per axis.

    >>> pads_per_axis([1, (0, 2)], rank=2)
    ((1, 1), (0, 2))
    """
    values = (value,) * rank if isinstance(value, int) else tuple(value)
    if len(values) == 1 and rank > 1 and not isinstance(values[0], int):
        values *= rank
    if len(values) != rank:
        raise _wrong_count("padding", values, rank)
    return tuple((v, v) if isinstance(v, int) else _pair(v) for v in values)


def _pair(value: Sequence[int]) -> Pads:
    if len(value) != 2:
        raise UsageError(
            "padding of one axis has the wrong number of entries",
            given=f"{list(value)}",
            expected="one number, or (before, after)",
            fix="write before:after, for example 1:2",
            setting="padding",
        )
    return value[0], value[1]


def check_groups(groups: int, channels_in: int, channels_out: int) -> None:
    """Raise unless `groups` divides the channels on both sides."""
    if groups < 1:
        raise UsageError(
            "groups is too small",
            given=f"groups = {groups}",
            expected="groups of at least 1",
            fix="write groups 1 or more",
            setting="groups",
        )
    for side, channels in (("input", channels_in), ("output", channels_out)):
        if channels % groups:
            common = math.gcd(channels_in, channels_out)
            fitting = [str(d) for d in range(1, min(common, 10**4) + 1) if common % d == 0][:8]
            raise FitError(
                f"groups does not divide the {side} channels",
                given=f"groups = {groups}; {plural(channels, f'{side} channel')}: "
                f"{channels} = {channels // groups}·{groups} + {channels % groups}",
                expected=f"groups that divide both {channels_in} input and {channels_out} output channels",
                fix="write groups " + " or ".join(fitting),
            )


def _wrong_count(name: str, values: Sequence[object], rank: int) -> UsageError:
    texts = [":".join(map(str, v)) if isinstance(v, list | tuple) else str(v) for v in values]
    fix = f"write {name} {texts[0] if texts else 1}"
    return UsageError(
        f"{name} has the wrong number of entries",
        given=f"{name} {','.join(texts)} for a {rank}-D convolution: {len(texts)} of them",
        expected=f"one number, or {rank}" if rank > 1 else "one number",
        fix=f"{fix} to use the same on every axis" if rank > 1 else fix,
        setting=name,
    )


def _times(shape: Sequence[int]) -> str:
    return "x".join(map(str, shape))
