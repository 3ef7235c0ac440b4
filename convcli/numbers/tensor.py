"""A tensor of numbers: exact integers over one common denominator, or IEEE 754 floats.

Decimals and fractions are integers over a denominator, so that they convolve as integers do.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.numbers.grammar import Number

INT64 = np.iinfo(np.int64)

_LOOK = 2**12
"""Numbers whose common divisor is looked for at first."""


@dataclass(frozen=True, slots=True, eq=False)
class Tensor:
    """`values / denominator`, elementwise.

    Exact where `values` holds integers: int64, or Python integers in an object array where 64 bits do
    not hold them, always in the narrower of the two; integers that are given may be narrower still, so that
    nothing large need be converted whole. Floats keep their dtype and have denominator 1.

    >>> Tensor.exact([[1, 2]], 10).at((0, 1))
    Fraction(1, 5)
    """

    values: NDArray[Any]
    denominator: int = 1

    @classmethod
    def exact(cls, values: NDArray[Any] | Sequence[Any], denominator: int = 1) -> "Tensor":
        """Integers over `denominator`, brought to lowest terms and to the narrower representation."""
        array = narrow(integers(values))
        if denominator != 1 and (common := _common_divisor(denominator, array)) != 1:
            array, denominator = narrow(_quotient(array, common)), denominator // common
        return cls(array, denominator)

    @classmethod
    def of(cls, array: object) -> "Tensor":
        """Any array, nested sequence or number: integers, floats, or objects (int, Fraction, Decimal, float).

        >>> Tensor.of([0.5, 2]).values.dtype, Tensor.of([Fraction(1, 3), 2]).denominator
        (dtype('float64'), 3)

        Raises TypeError for what is not numbers.
        """
        if isinstance(array, Tensor):
            return array
        values = array if isinstance(array, np.ndarray) else _as_array(array)
        if values.dtype.kind == "f" and values.dtype.itemsize <= 8:
            return cls(values)
        if values.dtype.kind in "iu" and values.dtype.itemsize == 8:
            return cls.exact(values)
        if values.dtype.kind in "biu":  # the narrowest type with a sign, so that no difference wraps
            return cls(values.astype(np.result_type(values.dtype, np.int8), copy=False))
        if values.dtype.kind == "O":
            return cls._of_objects(values)
        raise TypeError(f"a tensor of {values.dtype} is not a tensor of integers or floats")

    @classmethod
    def _of_objects(cls, values: NDArray[Any]) -> "Tensor":
        cells = [_number(cell) for cell in values.flat]
        if any(isinstance(cell, float) for cell in cells):
            return cls(np.array([_double(cell) for cell in cells], np.float64).reshape(values.shape))
        below = math.lcm(*(cell.denominator for cell in cells if not isinstance(cell, float)))
        above = [int(cell * below) for cell in cells]
        return cls.exact(integers(above).reshape(values.shape), below)

    @property
    def is_exact(self) -> bool:
        """Integers over a denominator, rather than floats."""
        return self.values.dtype.kind != "f"

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape, as NumPy's."""
        return self.values.shape

    @property
    def size(self) -> int:
        """The number of elements."""
        return int(self.values.size)

    @property
    def dtype(self) -> str:
        """`exact`, or the name of the float type.

        >>> Tensor.exact([1]).dtype, Tensor.of(np.float32([1])).dtype
        ('exact', 'float32')
        """
        return "exact" if self.is_exact else f"float{8 * self.values.itemsize}"  # sooner than NumPy knows the name

    def at(self, index: tuple[int, ...]) -> Number:
        """One element as a Python number."""
        return self.number(self.values[index])

    def number(self, value: Any) -> Number:
        """One of `values`, over the denominator, as a Python number."""
        if not self.is_exact:
            return float(value)
        if self.denominator == 1:
            return int(value)
        ratio = Fraction(int(value), self.denominator)
        return ratio.numerator if ratio.denominator == 1 else ratio

    def numbers(self) -> list[Number]:
        """All elements in row-major order, as Python numbers."""
        if self.is_exact and self.denominator != 1:
            return [self.number(value) for value in self.values.flat]
        flat: list[Number] = self.values.ravel().tolist()
        return flat

    def with_values(self, values: NDArray[Any]) -> "Tensor":
        """The same denominator over other values: a slice, a transpose, a reshape of these."""
        return Tensor(values, self.denominator)

    def over(self, denominator: int) -> NDArray[Any]:
        """The integers of this exact tensor over a multiple of its denominator."""
        factor = denominator // self.denominator
        return self.values if factor == 1 else narrow(scaled(self.values, factor))

    def equals(self, other: "Tensor") -> bool:
        """Same shape and the same numbers, exactly (nan equals nan)."""
        if self.shape != other.shape or self.is_exact != other.is_exact:
            return False
        return self.denominator == other.denominator and bool(
            np.array_equal(self.values, other.values, equal_nan=not self.is_exact)
        )


def integers(values: NDArray[Any] | Sequence[Any]) -> NDArray[Any]:
    """An int64 or object array from integers of any size; NumPy never chooses the type."""
    if isinstance(values, np.ndarray):
        return values if values.dtype.kind == "O" or values.dtype == np.int64 else _widened(values)
    return np.array(values, dtype=object)


def _widened(values: NDArray[Any]) -> NDArray[Any]:
    fits = values.dtype.kind == "i" or values.dtype.itemsize < 8 or int(values.max(initial=0)) <= INT64.max
    return values.astype(np.int64 if fits else object)


def _common_divisor(denominator: int, values: NDArray[Any]) -> int:
    """The greatest common divisor of a denominator and integers: of ever more of them, until it is 1, as it is soon
    where there is nothing to cancel.

    >>> _common_divisor(12, np.array([8, 20])), _common_divisor(12, np.array([0]))
    (4, 12)
    """
    flat, low, high = values.ravel(), 0, _LOOK
    while denominator != 1 and low < flat.size:
        denominator = math.gcd(denominator, int(np.gcd.reduce(flat[low:high])))
        low, high = high, 4 * high
    return denominator


def _quotient(values: NDArray[Any], divisor: int) -> NDArray[Any]:
    """`values // divisor`, in Python integers where 64 bits do not hold the divisor."""
    wide = values if divisor <= INT64.max else values.astype(object)
    return np.asarray(wide // divisor, wide.dtype)  # NumPy makes a quotient of no axes a mere number


def narrow(values: NDArray[Any]) -> NDArray[Any]:
    """int64 where every integer fits, Python integers otherwise."""
    if values.dtype != object or not values.size:
        return values.astype(np.int64, copy=False)
    try:
        return values.astype(np.int64)
    except OverflowError:
        return values


def scaled(values: NDArray[Any], factor: int) -> NDArray[Any]:
    """`values * factor`, in Python integers where 64 bits would not hold it."""
    values = integers(values)
    if values.dtype != object and max(magnitude(values), 1) * abs(factor) > INT64.max:
        values = values.astype(object)
    return np.asarray(values * factor, values.dtype)  # NumPy makes a product of no axes a mere number


def magnitude(values: NDArray[Any]) -> int:
    """The largest absolute value, as a Python integer (so that -2**63 has one)."""
    if not values.ndim:
        return abs(int(values))
    if not values.size:
        return 0
    return max(-int(np.minimum.reduce(values, None)), int(np.maximum.reduce(values, None)), 0)


def _as_array(array: object) -> NDArray[Any]:
    values = np.asarray(array)
    if values.dtype.kind in "fu" and not hasattr(array, "dtype"):
        objects = np.array(array, dtype=object)
        if values.dtype.kind == "u" or not all(isinstance(cell, float) for cell in objects.flat):  # mixed by NumPy
            return objects
    return values


def _double(cell: Number) -> float:
    """The nearest double; infinite past the largest one."""
    try:
        return float(cell)
    except OverflowError:
        return math.inf if cell > 0 else -math.inf


def _number(cell: object) -> Number:
    """A cell of an object array as a number of ours; a Decimal that is not finite becomes a float."""
    if isinstance(cell, float | np.floating):
        return float(cell)
    if isinstance(cell, int | np.integer):
        return int(cell)
    if isinstance(cell, Decimal) and not cell.is_finite():
        return float(cell)
    if isinstance(cell, Fraction | Decimal):
        return Fraction(cell)
    raise TypeError(f"a tensor cell is a {type(cell).__name__}, not a number")
