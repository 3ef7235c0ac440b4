"""What the functions take and give: arrays of numbers and settings in, arrays out."""

import difflib
import operator
from collections.abc import Collection, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convcli.axis import RULES, PaddingMode
from convcli.conventions import ALIASES
from convcli.errors import InputError, UsageError, quoted
from convcli.numbers.tensor import Tensor
from convcli.settings import Settings

Array = ArrayLike | Sequence[Any]
"""An array, or nested sequences of numbers; Fractions and Decimals too."""

PerAxis = SupportsIndex | Sequence[SupportsIndex]
Padding = str | SupportsIndex | Sequence[SupportsIndex | Sequence[SupportsIndex]]

_MODES = [mode.value for mode in PaddingMode]
_RULES = tuple(RULES)


def array_of(output: Tensor, *operands: object) -> NDArray[Any]:
    """A result as an array: Fractions where it, or one of the operands that it came from, has any."""
    if output.is_exact and (output.denominator != 1 or any(map(is_rational, operands))):
        cells = np.empty(output.size, object)
        cells[:] = [Fraction(number) for number in output.numbers()]
        return cells.reshape(output.shape)
    return output.values


def tensor(name: str, array: object) -> Tensor:
    """An argument as a tensor. Raises InputError if it is none."""
    try:
        return Tensor.of(array)
    except (TypeError, ValueError, RuntimeError) as error:  # the last from a torch tensor that wants its gradient
        raise InputError(
            f"the {name} is not a tensor of numbers",
            given=str(error),
            expected="an array, or nested lists of equal lengths, of integers, floats, Fractions or Decimals",
            fix=f"look at numpy.asarray({name}).dtype and .shape",
        ) from None


def is_rational(operand: object) -> bool:
    """Whether an operand has Fractions or Decimals in it, which only an array of objects or a list can."""
    dtype = getattr(operand, "dtype", None)
    if operand is None or (dtype is not None and dtype != np.dtype(object)):
        return False
    kinds = set(map(type, np.asarray(operand, object).flat))  # few, where cells may be many
    return any(issubclass(kind, Fraction | Decimal) for kind in kinds)


def settings(
    stride: PerAxis,
    padding: Padding,
    dilation: PerAxis,
    groups: SupportsIndex,
    padding_mode: str,
    flip: bool,
    *,
    rules: Collection[str] = _RULES,
    output_padding: PerAxis | None = None,
    output_size: PerAxis | None = None,
) -> Settings:
    """The settings of a call. Raises UsageError for what is not an integer or not a choice."""
    asked: tuple[Any, ...] = stride, padding, dilation, groups, padding_mode, flip, output_padding, output_size
    work_out = _settings_once if {*map(type, asked)} <= _PLAIN else _settings
    return work_out(tuple(rules), *asked)


def _settings(
    rules: tuple[str, ...],
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: Any,
    padding_mode: Any,
    flip: Any,
    output_padding: Any,
    output_size: Any,
) -> Settings:
    if padding_mode not in _MODES:
        meant = ALIASES["padding-mode"].get(str(padding_mode))
        raise unknown("padding_mode", padding_mode, _MODES, meant)
    return Settings(
        stride=whole("stride", stride, 1),
        padding=padding_of(padding, rules),
        dilation=whole("dilation", dilation, 1),
        groups=whole("groups", groups, 0),
        padding_mode=PaddingMode(padding_mode),
        flip=bool(flip),
        output_padding=None if output_padding is None else whole("output_padding", output_padding, 1),
        output_size=None if output_size is None else whole("output_size", output_size, 1),
    )


_PLAIN = {int, str, bool, type(None)}
_settings_once = lru_cache(256, typed=True)(_settings)
"""Settings of plain numbers and names, worked out once."""


def padding_of(padding: Padding, rules: Collection[str]) -> Any:
    """Padding as numbers of Python's own, or as one of these rules by its name."""
    if not isinstance(padding, str):
        return whole("padding", padding, 2)
    name = ALIASES["padding"].get(padding, padding)
    if name not in rules:
        raise unknown("padding", padding, list(rules), None)
    return name


def rank_of(weight: Array, rank: int | None) -> int:
    """The number of spatial axes: `rank` if it is said, else that of a weight with both channel axes, or of a bare
    one. Raises UsageError if it is not 1, 2 or 3."""
    axes = len(tensor("weight", weight).shape)
    spatial = rank if rank is not None else axes - 2 if axes > 2 else axes
    if spatial not in (1, 2, 3):
        raise UsageError(
            "the rank of the convolution is not 1, 2 or 3",
            given=f"rank {spatial}; a weight of {axes} axes",
            expected="rank 1, 2 or 3",
            fix="give a weight (output channels, input channels, *kernel), or say rank=2",
            setting="rank",
        )
    return spatial


def whole(name: str, value: Any, depth: int) -> Any:
    """Integers of any integer type as Python's, in tuples for sequences to so many levels; all else is refused."""
    if isinstance(value, list | tuple | np.ndarray) and depth:
        return tuple(whole(name, entry, depth - 1) for entry in value)
    try:
        return int(operator.index(value))  # not a bool, as equal settings share one spec
    except TypeError:
        raise UsageError(
            f"{name} is not an integer",
            given=f"{name} = {quoted(repr(value))}",
            expected="an integer, or one for each axis" if depth else "an integer",
            fix=f"write {name}=1, or {name}=(1, 2)" if depth else f"write {name}=1",
            setting=name,
        ) from None


def unknown(name: str, value: object, choices: list[str], meant: str | None) -> UsageError:
    """The error of a name that is not among the choices; `meant` is what we call it, if somebody else calls it so."""
    near = difflib.get_close_matches(str(value), choices, n=1)
    fix = f"write {name}={meant or (near or choices)[0]!r}"
    return UsageError(
        f"{name} has no such choice",
        given=f"{name} = {quoted(repr(value))}",
        expected=", ".join(choices),
        fix=fix + (", which means the same" if meant else ""),
        setting=name,
    )
