"""Convolution, as deep learning has it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from convcli.axis import Axis, Meeting, PaddingMode
from convcli.errors import UsageError
from convcli.settings import Settings
from convcli.spec.base import times
from convcli.spec.bilinear import BilinearSpec, Index, Orientation, Summand, read_backwards
from convcli.spec.windows import Windowed, sliding


@dataclass(frozen=True, kw_only=True)
class ConvSpec(Windowed, BilinearSpec):
    """A convolution of any rank.

    Input  (batch, channels_in, *sizes)
    Weight (channels_out, channels_in // groups, *kernels)
    Output (batch, channels_out, *outputs)

    >>> str(conv_spec(sizes=(32, 32), kernels=(5, 5), channels_in=3, channels_out=8, settings=Settings()))
    '3@32x32 * 5x5 -> 8@28x28'
    """

    axes: tuple[Axis, ...]
    rule: str | None = None
    """The name of the rule that the padding came from, if it was asked for by name."""

    def __str__(self) -> str:
        sizes, kernels, outputs = map(times, (self.sizes, self.kernels, self.outputs))
        return f"{self.channels_in}@{sizes} * {kernels} -> {self.channels_out}@{outputs}"

    @property
    def mode(self) -> PaddingMode:
        """The padding mode, which is the same on every axis."""
        return self.axes[0].mode

    @property
    def is_plain(self) -> bool:
        """Whether windows are neither strided nor dilated."""
        return all(axis.stride == axis.dilation == 1 for axis in self.axes)

    @property
    def windows(self) -> tuple[Axis, ...]:
        """Its axes."""
        return self.axes

    def meetings(self, outs: Index) -> list[list[Meeting]]:
        """Every tap of the kernel, and the input element that it reads."""
        found = [axis.meets(out) for axis, out in zip(self.axes, outs, strict=True)]
        return [read_backwards(m, k) for m, k in zip(found, self.kernels, strict=True)] if self.flipped else found

    def summands(self, at: Index) -> list[Summand]:
        """The input channels of the group, each with its kernel slice."""
        batch, out = at[:2]
        channels = self.channels_of(out)
        return [Summand(channel, (batch, channel), (out, channel - channels.start)) for channel in channels]

    @property
    def scratch(self) -> tuple[str, int]:
        """The input with its padding."""
        size = math.prod(axis.padded for axis in self.axes) if self.is_padded else 0
        return "the padded input", self.batch * self.channels_in * size


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
    return _conv_spec(tuple(sizes), tuple(kernels), channels_in, channels_out, settings, batch)


@lru_cache(1024)
def _conv_spec(
    sizes: tuple[int, ...],
    kernels: tuple[int, ...],
    channels_in: int,
    channels_out: int,
    settings: Settings,
    batch: int,
) -> ConvSpec:
    """The same, worked out once: whoever convolves one image convolves more of its shape."""
    for name in ("output_padding", "output_size"):
        if getattr(settings, name) is not None:
            raise _not_transposed(name.replace("_", "-"))
    axes, rule = sliding(
        sizes,
        kernels,
        stride=settings.stride,
        padding=settings.padding,
        dilation=settings.dilation,
        mode=settings.padding_mode,
    )
    return ConvSpec(
        axes=axes,
        batch=batch,
        channels_in=channels_in,
        channels_out=channels_out,
        groups=settings.groups,
        orientation=Orientation.CONVOLUTION if settings.flip else Orientation.CORRELATION,
        rule=rule,
    )


def _not_transposed(setting: str) -> UsageError:
    return UsageError(
        f"{setting} belongs to transposed convolution",
        given=f"{setting} without transposed",
        expected="a convolution that crops its output, to give some of it back",
        fix=f"say --transposed, or leave out --{setting}",
        setting=setting,
    )
