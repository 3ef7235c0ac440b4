"""Which numbers a problem is computed in, and what happens to numbers that do not fit.

`exact` keeps integers, decimals and fractions as they are. A float type rounds each operand once, to nearest
even (IEEE 754); an integer type computes exactly and then applies its overflow policy, which for wrapping is
the same as wrapping at every step.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import FitError
from convcli.numbers.tensor import INT64, Tensor, integers, magnitude

Index = tuple[int, ...]

FLOATS = ("float64", "float32", "float16")
INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
DTYPES = ("auto", "exact", *FLOATS, *INTEGERS)

_WHOLE = {"float16": 2**11, "float32": 2**24, "float64": 2**53}
"""Up to where a float type has every integer."""


class Overflow(Enum):
    """What an integer type does with a value that its bits do not hold."""

    ERROR = "error"
    WRAP = "wrap"
    SATURATE = "saturate"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A number type by its NumPy name, or `exact`; and for integer types the overflow policy."""

    name: str = "exact"
    overflow: Overflow = Overflow.ERROR

    @property
    def is_float(self) -> bool:
        """Whether numbers are rounded to an IEEE 754 type."""
        return self.name in FLOATS

    @property
    def accumulator(self) -> str:
        """The type in which a float type's products are summed: float16 sums in float32."""
        return "float32" if self.name == "float16" else self.name

    @property
    def rule(self) -> str:
        """How a result comes about, in words.

        >>> Arithmetic("float16").rule
        'float16 values, summed in float32, rounded once'
        """
        if self.name == "float16":
            return "float16 values, summed in float32, rounded once"
        if self.is_float:
            return f"{self.name} arithmetic (IEEE 754)"
        return "exact" if self.name == "exact" else f"{self.name}, exact sums, overflow: {self.overflow.value}"

    def take(self, tensor: Tensor, name: str, at: Callable[[Index], Index] = tuple) -> Tensor:
        """`tensor` as an operand of this arithmetic; `name` is what an error calls it, at the index that `at` gives."""
        if self.is_float:
            return rounded(tensor, self.name)
        exact = to_exact(tensor, name)
        return exact if self.name == "exact" else self.fit(exact, name, at)

    def outside(self, tensor: Tensor) -> NDArray[np.bool_]:
        """Which numbers of an exact tensor an integer type does not hold."""
        info = np.iinfo(self.name)
        return np.asarray((tensor.values < int(info.min)) | (tensor.values > int(info.max)), np.bool_)

    def fit(self, tensor: Tensor, name: str, at: Callable[[Index], Index] = tuple) -> Tensor:
        """An exact tensor brought into the range of an integer type by the overflow policy.

        `at` turns an index of the tensor into the one that an error should name.
        """
        if self.name not in INTEGERS:
            return tensor
        if tensor.denominator != 1:
            raise _not_whole(tensor, name, self.name, at)
        values = tensor.values
        if np.can_cast(values.dtype, self.name):  # none can be outside
            return tensor
        info = np.iinfo(self.name)
        low, high = int(info.min), int(info.max)
        outside = self.outside(tensor)
        if not outside.any():
            return tensor
        if self.overflow is Overflow.ERROR:
            raise _overflowed(values, outside, name, self.name, at)
        flat = integers(values).ravel()  # of no axes NumPy would make a mere number
        if self.overflow is Overflow.SATURATE:
            fitting = flat.clip(low, high if flat.dtype == object else min(high, INT64.max))
        elif flat.dtype == object:
            fitting = (flat - low) % (high - low + 1) + low
        else:
            fitting = flat.astype(self.name)
        return Tensor.exact(fitting.reshape(values.shape))


def choose(dtype: str, overflow: Overflow, operands: Iterable[Tensor]) -> Arithmetic:
    """The arithmetic that `--dtype` means for these operands; `auto` is the widest float present, or exact.

    >>> choose("auto", Overflow.ERROR, [Tensor.exact([1]), Tensor.of(np.float32([1]))]).name
    'float32'
    """
    if dtype != "auto":
        return Arithmetic(dtype, overflow)
    present = {tensor.dtype for tensor in operands}
    return Arithmetic(next((name for name in FLOATS if name in present), "exact"), overflow)


def to_exact(tensor: Tensor, name: str = "the tensor") -> Tensor:
    """The same numbers, exactly: every finite float is an integer times a power of two."""
    if tensor.is_exact:
        return tensor
    values = tensor.values
    if not (finite := np.isfinite(values)).all():
        at = _first(~finite)
        raise FitError(
            f"{name} has a value that no exact number equals",
            given=f"{values[at]}{_where(at)}",
            expected="finite numbers",
            fix="compute in floats with --dtype float64",
        )
    bits = np.finfo(values.dtype).nmant + 1
    mantissa, exponent = np.frexp(values)
    whole = np.ldexp(mantissa, bits).astype(np.int64)
    power = exponent - bits
    low = int(power.min(initial=0, where=whole != 0))
    shift = np.where(whole == 0, 0, power - low)
    if int(shift.max(initial=0)) + bits <= 62:
        return Tensor.exact(whole << shift, 2**-low)
    above = [number << places for number, places in zip(whole.ravel().tolist(), shift.ravel().tolist(), strict=True)]
    return Tensor.exact(integers(above).reshape(values.shape), 2**-low)


def rounded(tensor: Tensor, dtype: str) -> Tensor:
    """Each number rounded once, to the nearest value of a float type, ties to even.

    >>> rounded(Tensor.exact([1], 3), "float32").values
    array([0.33333334], dtype=float32)
    """
    values = tensor.values
    if values.dtype == dtype:
        return tensor
    if not tensor.is_exact:
        with np.errstate(over="ignore"):
            return Tensor(values.astype(dtype))
    if tensor.denominator == 1 and values.dtype != object and magnitude(values) <= _WHOLE[dtype]:
        return Tensor(values.astype(dtype))
    doubles = to_doubles(tensor)
    if dtype == "float64":
        return Tensor(doubles)
    return Tensor(_narrowed(tensor, doubles, dtype))


def to_doubles(tensor: Tensor) -> NDArray[np.float64]:
    """An exact tensor as the nearest doubles."""
    values, below = tensor.values, tensor.denominator
    if values.dtype != object and magnitude(values) <= _WHOLE["float64"] and below <= 10**15:
        return np.asarray(values / below, np.float64)  # both sides are doubles, so the quotient is rounded once
    return np.array([nearest_double(int(v), below) for v in values.flat], np.float64).reshape(values.shape)


def nearest_double(above: int, below: int) -> float:
    """Python divides integers of any size with one rounding; past the largest double the quotient is infinite."""
    try:
        return above / below
    except OverflowError:
        return float("inf") if above > 0 else float("-inf")


def _narrowed(tensor: Tensor, doubles: NDArray[np.float64], dtype: str) -> NDArray[Any]:
    """Doubles rounded on to a narrower type as if the exact number had been: only a double next to a
    rounding boundary can go wrong, and there the exact number says which side it was on."""
    with np.errstate(over="ignore"):
        lower, upper = np.nextafter(doubles, -np.inf), np.nextafter(doubles, np.inf)
        doubles = doubles.copy()
        for at in map(tuple, np.argwhere(lower.astype(dtype) != upper.astype(dtype))):
            double = doubles[at]
            side = Fraction(int(tensor.values[at]), tensor.denominator) - Fraction(float(double))
            doubles[at] = double if side == 0 else lower[at] if side < 0 else upper[at]
        return doubles.astype(dtype)


def nearest(value: Fraction | int, dtype: str) -> float:
    """One exact number rounded once to a float type, as a Python float."""
    ratio = Fraction(value)
    return float(rounded(Tensor.exact([ratio.numerator], ratio.denominator), dtype).values[0])


def _where(index: Index) -> str:
    return f" at {','.join(map(str, index))}" if index else ""


def _first(mask: NDArray[Any]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argwhere(mask)[0])


def _not_whole(tensor: Tensor, name: str, dtype: str, at: Callable[[Index], Index]) -> FitError:
    first = _first(np.asarray(tensor.values.astype(object) % tensor.denominator != 0))
    number = str(tensor.at(first)) if tensor.denominator < 10**20 else "a number with many decimal places"
    return FitError(
        f"{name} has a number that is not an integer, and {dtype} holds integers only",
        given=f"{number}{_where(at(first))}",
        expected="integers",
        fix="scale the numbers to integers, or leave out --dtype to compute exactly",
    )


def _overflowed(
    values: NDArray[Any], outside: NDArray[Any], name: str, dtype: str, at: Callable[[Index], Index]
) -> FitError:
    first = _first(outside)
    value = int(values[first])
    info = np.iinfo(dtype)
    where = f"{_where(at(first))}, the first of {int(outside.sum())}" if first else ""
    shown = str(value) if abs(value) < 10**30 else f"an integer of {value.bit_length()} bits"
    negative = value < 0 and info.min == 0
    bits = (value if value >= 0 else ~value).bit_length() + (info.min < 0 or value < 0)
    need = f"{dtype} has no sign" if negative else f"it needs {bits} bits"
    return FitError(
        f"{name} has a value that {dtype} does not hold",
        given=f"{shown}{where}; {need}",
        expected=f"values from {info.min} to {info.max}",
        fix=f"choose a {'signed' if negative else 'wider'} --dtype, or say --overflow wrap or --overflow saturate",
    )
