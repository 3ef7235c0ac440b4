"""Floor 2: what the user asked for, and its spreading over the axes: one number for all, or one for each.

Normalised once, at this door: past it a setting is a tuple with an entry for every axis.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from convcli.axis import PaddingMode, Pads
from convcli.errors import FitError, UsageError, plural

PerAxis = int | Sequence[int]
Padding = int | str | Sequence[int | Sequence[int]]

_ONE = (int, str, type(None))
"""What is no sequence of settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the user asked for, before a tensor's shape is known: one number for all axes, or one for each.

    Sequences are kept as tuples, so that what was worked out for equal settings can be looked up.
    """

    stride: PerAxis = 1
    padding: Padding = 0
    dilation: PerAxis = 1
    groups: int = 1
    padding_mode: PaddingMode = PaddingMode.ZEROS
    flip: bool = False
    output_padding: PerAxis | None = None
    output_size: PerAxis | None = None
    """What a transposed convolution gives back of what it crops, or how long its output shall be; not both."""

    def __post_init__(self) -> None:
        for name in ("stride", "padding", "dilation", "output_padding", "output_size"):
            object.__setattr__(self, name, _in_tuples(getattr(self, name)))


def _in_tuples(value: Any) -> Any:
    """A setting with sequences, and sequences in them, as tuples."""
    return value if isinstance(value, _ONE) else tuple(map(_in_tuples, value))


class PoolKind(Enum):
    """What pooling makes of the elements in a window."""

    MAX = "max"  # the largest
    AVERAGE = "avg"  # their sum over a divisor
    LP = "lp"  # the p-th root of the sum of their p-th powers, signs left out


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolSettings:
    """What the user asked for of pooling, before a tensor's shape is known."""

    kind: PoolKind = PoolKind.MAX
    kernel_size: PerAxis | None = None
    """The window; None for the whole input, which is global pooling."""
    stride: PerAxis | None = None
    """None for the window's own size, so that windows neither overlap nor leave gaps."""
    padding: Padding = 0
    dilation: PerAxis = 1
    ceil: bool = False
    count_include_pad: bool = True
    divisor: int | None = None
    power: int = 2


def per_axis(name: str, value: PerAxis, rank: int, of: str = "convolution") -> tuple[int, ...]:
    """Spread one number over all axes, or check that there is one for each.

    >>> per_axis("stride", 2, rank=3)
    (2, 2, 2)
    """
    values = (value,) * rank if isinstance(value, int) else tuple(value)
    if len(values) != rank:
        raise _wrong_count(name, values, rank, of)
    return values


def pads_per_axis(value: int | Sequence[int | Sequence[int]], rank: int, of: str = "convolution") -> tuple[Pads, ...]:
    """Padding as one number, one per axis, or (before, after) per axis.

    >>> pads_per_axis([1, (0, 2)], rank=2)
    ((1, 1), (0, 2))
    """
    values = (value,) * rank if isinstance(value, int) else tuple(value)
    if len(values) == 1 and rank > 1 and not isinstance(values[0], int):
        values *= rank
    if len(values) == 2 * rank and all(isinstance(v, int) for v in values):
        raise _four_orders(values, rank)
    if len(values) != rank:
        raise _wrong_count("padding", values, rank, of)
    return tuple((v, v) if isinstance(v, int) else _pair(v) for v in values)


def _four_orders(values: Sequence[object], rank: int) -> UsageError:
    """Frameworks write the same pads in different orders, so that a bare list of them is never read."""
    pairs = [":".join(map(str, values[i : i + 2])) for i in range(0, 2 * rank, 2)]
    apart = [f"{values[i]}:{values[i + rank]}" for i in range(rank)]
    return UsageError(
        "padding with two numbers for each axis can be read in several orders",
        given=f"padding {','.join(map(str, values))}",
        expected="before:after for each axis",
        fix=f"write {','.join(pairs)} (the order of JAX, TensorFlow and WebNN), {','.join(apart)} (ONNX) "
        f"or {','.join(reversed(pairs))} (torch.nn.functional.pad)",
        setting="padding",
    )


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


def _wrong_count(name: str, values: Sequence[object], rank: int, of: str) -> UsageError:
    texts = [":".join(map(str, v)) if isinstance(v, list | tuple) else str(v) for v in values]
    fix = f"write {name} {texts[0] if texts else 1}"
    if name == "output-size" and len(values) > rank > 1:  # a whole shape, as frameworks take it
        return UsageError(
            f"{name} has the wrong number of entries",
            given=f"{name} {','.join(texts)}: {len(values)} of them, as of a whole shape",
            expected=f"the {rank} sizes in space",
            fix=f"write {name} {','.join(texts[-rank:])}",
            setting=name,
        )
    return UsageError(
        f"{name} has the wrong number of entries",
        given=f"{name} {','.join(texts)} for a {rank}-D {of}: {len(texts)} of them",
        expected=f"one number, or {rank}" if rank > 1 else "one number",
        fix=f"{fix} to use the same on every axis" if rank > 1 else fix,
        setting=name,
    )
