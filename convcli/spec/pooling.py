"""Pooling: the largest, the average or the p-norm of every window, each channel by itself."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from convcli.axis import Axis, Meeting
from convcli.axis.barren import refuse_barren
from convcli.axis.padding import at_least
from convcli.errors import UsageError
from convcli.settings import PoolKind, PoolSettings, per_axis
from convcli.spec.base import Spec, axis_name, times
from convcli.spec.windows import Windowed, sliding

MOST_POWER = 1000
"""The largest power of Lp pooling: beyond, a window's largest element is all that is left of it."""


@dataclass(frozen=True, kw_only=True)
class PoolSpec(Windowed, Spec):
    """A pooling of any rank, from (batch, channels, *sizes) to (batch, channels, *outputs).

    >>> str(pool_spec(sizes=(32, 32), channels=3, settings=PoolSettings(kernel_size=2)))
    'max 2x2: 3@32x32 -> 3@16x16'
    """

    axes: tuple[Axis, ...]
    kind: PoolKind
    count_include_pad: bool
    """Whether padding counts in an average's divisor; what hangs over the padding in ceil mode never does."""
    divisor: int | None
    """What an average divides by in place of a count."""
    power: int
    """The p of Lp pooling."""
    rule: str | None = None
    """The name of the rule that the padding came from, if it was asked for by name."""
    whole: bool = False
    """Whether the window was asked for as the whole input: global pooling."""

    def __str__(self) -> str:
        kernels, sizes, outputs = map(times, (self.kernels, self.sizes, self.outputs))
        return f"{self.kind.value} {kernels}: {self.channels_in}@{sizes} -> {self.channels_out}@{outputs}"

    @property
    def noun(self) -> str:
        """What the operation is called in a sentence."""
        return "pooling"

    @property
    def windows(self) -> tuple[Axis, ...]:
        """Its axes."""
        return self.axes

    def meetings(self, outs: tuple[int, ...]) -> list[list[Meeting]]:
        """Each tap of the window, and the input element that it reads."""
        return [axis.meets(out) for axis, out in zip(self.axes, outs, strict=True)]

    @property
    def costs(self) -> list[int]:
        """What pooling along each axis reads, the last axis first, each on what those before it left."""
        shape, costs = [self.batch, self.channels_in, *self.sizes], []
        for number in reversed(range(self.rank)):
            axis = self.axes[number]
            shape[number + 2] = axis.output
            costs.append(math.prod(shape) * min(axis.kernel, axis.size))
        return costs

    @property
    def work(self) -> int:
        """Comparisons or additions that the engine does, axis by axis."""
        return sum(self.costs)

    @property
    def scratch(self) -> tuple[str, int]:
        """What pooling along the last axis leaves to the others."""
        return "the rows pooled", math.prod((self.batch, self.channels_in, *self.sizes[:-1], self.outputs[-1]))


def pool_spec(*, sizes: Sequence[int], channels: int, settings: PoolSettings, batch: int = 1) -> PoolSpec:
    """Settings and sizes brought together.

    Raises UsageError for a setting that no input could make valid, FitError where these sizes do not allow it, or
    where a window would lie wholly in padding.
    """
    rank, whole = len(sizes), settings.kernel_size is None
    kernels = tuple(sizes) if settings.kernel_size is None else per_axis(
        "kernel-size", settings.kernel_size, rank, "pooling"
    )  # fmt: skip
    for index, kernel in enumerate(kernels):
        at_least("kernel-size", kernel, 1, axis_name(index, rank))
    if settings.divisor is not None and settings.divisor < 1:
        raise _too_small("divisor", settings.divisor)
    if not 1 <= settings.power <= MOST_POWER:
        raise _too_small("power", settings.power) if settings.power < 1 else _power_too_large(settings.power)
    axes, rule = sliding(
        sizes,
        kernels,
        stride=kernels if settings.stride is None else settings.stride,
        padding=settings.padding,
        dilation=settings.dilation,
        ceil=settings.ceil,
        of="pooling",
    )
    for axis in axes:
        refuse_barren(axis)
    return PoolSpec(
        axes=axes,
        batch=batch,
        channels_in=channels,
        channels_out=channels,
        kind=settings.kind,
        count_include_pad=settings.count_include_pad,
        divisor=settings.divisor,
        power=settings.power,
        rule=rule,
        whole=whole,
    )


def _too_small(setting: str, value: int) -> UsageError:
    return UsageError(
        f"{setting} is too small",
        given=f"{setting} = {value}",
        expected=f"{setting} of at least 1",
        fix=f"write {setting} 1 or more",
        setting=setting,
    )


def _power_too_large(power: int) -> UsageError:
    return UsageError(
        "power is too large",
        given=f"power = {power}",
        expected=f"power of at most {MOST_POWER}",
        fix="pool with max, which is what Lp pooling comes to as the power grows",
        setting="power",
    )
