"""Receptive fields: which part of the input one output of a stack of layers depends on, along one axis.

Source for stacks of windows: Araujo, Norris & Sim, "Computing Receptive Fields of Convolutional Neural Networks"
(Distill 2019); Dumoulin & Visin for transposed layers, whose outputs lie 1/s of a step apart.

    window      f += d(k-1)·j;  c += (d(k-1)/2 - before)·j;  j *= s
    transposed  c += (before - d(k-1)/2)·j/s;  j /= s

A field has no such rule through a transposed layer: output o reads the inputs from ceil((o + before - d(k-1))/s) to
floor((o + before)/s), and how many those are depends on o. So the first and the last input that each output reads
are followed, for as many neighbouring outputs as it takes until the pattern repeats, and the largest field is told.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from convcli.axis import Axis
from convcli.axis.reach import reads
from convcli.layers.layer import AnyAxis

MOST_PHASES = 1024
"""Outputs that are followed; a pattern that repeats later than that is told by a bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What an output depends on along one axis, edges of the input aside."""

    size: int
    """Input elements from the first to the last that one output depends on, in the largest of all fields."""
    jump: Fraction
    """Input elements from the centre of one field to that of the next."""
    centre: Fraction
    """Where the first output's field has its centre, as an input index; a field of 3 on inputs 0..2 has it at 1."""
    exact: bool = True
    """Whether some output has a field of that size; else none has a larger one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fold:
    """A field with what the next layer needs to know.

    Output o depends on inputs between lows[o mod phases] and highs[...], `step` further on for each round of phases;
    `extent` bounds the field where phases are too many. Whether these bounds are met is known for `one` output, for
    an `interval` of outputs without gaps, and for `any` set of outputs: a transposed layer with a stride has outputs
    that depend on nothing.
    """

    jump: Fraction = Fraction(1)
    centre: Fraction = Fraction(0)
    extent: Fraction = Fraction(0)
    lows: tuple[int, ...] | None = (0,)
    highs: tuple[int, ...] | None = (0,)
    one: bool = True
    interval: bool = True
    any: bool = True

    @property
    def field(self) -> Field:
        size = math.floor(self.extent) + 1
        if self.lows is not None and self.highs is not None:
            size = max(0, *(high - low + 1 for low, high in zip(self.lows, self.highs, strict=True)))
        return Field(size=size, jump=self.jump, centre=self.centre, exact=self.one and self.lows is not None)

    def after(self, axis: AnyAxis) -> "_Fold":
        """The fold with one more layer."""
        reach = Fraction(axis.span - 1)
        dense = axis.dilation == 1 or axis.kernel == 1
        if isinstance(axis, Axis):
            shift, extent = (reach / 2 - axis.pad_before) * self.jump, reach * self.jump
            jump = self.jump * axis.stride
            interval = (
                self.interval if dense and axis.stride == 1 else self.any
            )  # a stride may leave empty outputs only
            one, anything = interval, self.any
        else:
            jump = self.jump / axis.stride
            shift, extent = (axis.pad_before - reach / 2) * jump, reach * jump
            one = interval = self.interval if dense else self.any and axis.stride == 1
            anything = self.any and (axis.stride == 1 or (dense and axis.kernel >= axis.stride))
        lows, highs = self._followed(axis, jump)
        return _Fold(
            jump=jump, centre=self.centre + shift, extent=self.extent + extent, lows=lows, highs=highs,
            one=one, interval=interval, any=anything,
        )  # fmt: skip

    def _followed(self, axis: AnyAxis, jump: Fraction) -> tuple[tuple[int, ...] | None, tuple[int, ...] | None]:
        """The bounds of each phase of the next layer's outputs."""
        if self.lows is None or self.highs is None:
            return None, None
        phases, step = len(self.lows), int(self.jump * len(self.lows))
        count = phases // math.gcd(phases, axis.stride) if isinstance(axis, Axis) else phases * axis.stride
        if count > MOST_PHASES:
            return None, None
        pairs = [reads(axis, out) for out in range(count)]
        lows = tuple(self.lows[first % phases] + first // phases * step for first, _ in pairs)
        return lows, tuple(self.highs[last % phases] + last // phases * step for _, last in pairs)


def fields(axes: Sequence[AnyAxis]) -> Iterator[Field]:
    """The field after each layer of a stack, by the layers' axes in order.

    >>> conv, pool = Axis(size=9, kernel=3, stride=2, pad_before=1, pad_after=1), Axis(size=5, kernel=2, stride=2)
    >>> [(field.size, str(field.jump), str(field.centre)) for field in fields([conv, pool])]
    [(3, '2', '0'), (5, '4', '1')]
    """
    fold = _Fold()
    for axis in axes:
        fold = fold.after(axis)
        yield fold.field
