"""How a number is printed: in full and exactly for machines, to a few digits for people.

Machine text is lossless wherever it can be: integers and decimals of at most 17 significant digits stand as they are,
and every other number is the nearest double, which is counted, so that somebody can say so.
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.numbers.arithmetic import nearest_double
from convcli.numbers.grammar import Number
from convcli.numbers.tensor import Tensor, magnitude

MOST_DIGITS = 17
"""Significant digits up to which a terminating decimal is written in full: as many as tell all doubles apart."""

LONGEST_INTEGER = 40
"""Digits up to which people are shown an integer in full."""

_END = 12  # digits shown at either end of an integer too long to be shown in full
_MOST_ZEROS = 5  # zeros between point and digits before a power of ten is clearer
_STR_BITS = 14_000  # about 4,200 digits: Python refuses to convert past 4,300
_POSITIONAL = 1e16  # from here on `repr` of a double has a power of ten


@dataclass(frozen=True, slots=True)
class Texts:
    """The text of each number in row-major order, and how many of them are rounded."""

    cells: list[str]
    rounded: int = 0


def texts(tensor: Tensor, *, fractions: bool = False) -> Texts:
    """Every number of a tensor as machine text.

    >>> texts(Tensor.exact([1, 10, 15, -2], 30))
    Texts(cells=['0.03333333333333333', '0.3333333333333333', '0.5', '-0.06666666666666667'], rounded=3)
    >>> texts(Tensor.exact([1, 10, 15, -2], 30), fractions=True).cells
    ['1/30', '1/3', '1/2', '-1/15']
    >>> texts(Tensor.of(np.float32([0.1, 3, -0.0, np.nan]))).cells
    ['0.1', '3.0', '-0.0', 'nan']
    """
    if not tensor.is_exact:
        return Texts(_float_texts(tensor.values))
    if tensor.denominator == 1:
        return Texts(_integer_texts(tensor.values))
    above, below = lowest_terms(tensor)
    pairs = zip(above, below, strict=True)
    if fractions:
        return Texts([integer_text(a) if b == 1 else f"{integer_text(a)}/{integer_text(b)}" for a, b in pairs])
    inexact = 0
    cells = []
    for a, b in pairs:
        cell = integer_text(a) if b == 1 else _decimal_text(a, b)
        if cell is None:
            cell = _double_text(a, b)
            inexact += 1
        cells.append(cell)
    return Texts(cells, inexact)


def exact_text(number: Number, *, fractions: bool = False, dtype: str = "float64") -> tuple[str, bool]:
    """One number as machine text, and whether it is rounded; `dtype` is the type whose value a float is.

    >>> exact_text(Fraction(1, 8)), exact_text(Fraction(5, 3)), exact_text(Fraction(5, 3), fractions=True)
    (('0.125', False), ('1.6666666666666667', True), ('5/3', False))
    """
    if isinstance(number, float):
        return _float_texts(np.array([number], dtype))[0], False
    if isinstance(number, int):
        return integer_text(number), False
    above, below = number.numerator, number.denominator
    if fractions:
        return f"{integer_text(above)}/{integer_text(below)}", False
    exact = _decimal_text(above, below)
    return (_double_text(above, below), True) if exact is None else (exact, False)


def display(number: Number, precision: int = 6, dtype: str = "exact", *, fractions: bool = False) -> str:
    """A number as people are shown it: see `shown`.

    >>> display(Fraction(2, 3)), display(Fraction(1, 4)), display(0.1 + 0.2, dtype="float64"), display(10**6)
    ('0.666667', '0.25', '0.3', '1000000')
    >>> display(10**60 + 7)
    '100000000000…000000000007\\xa0(61\\xa0digits)'
    """
    return shown(number, precision, dtype, fractions=fractions)[0]


def shown(number: Number, precision: int, dtype: str, *, fractions: bool = False) -> tuple[str, bool]:
    """A number as people are shown it, and whether it was rounded for that.

    Integers are whole, the middle of very long ones left out; other numbers have `precision` significant digits, or
    fewer if those are all there are. A float counts as the number that it is, so that what is worked out with it is
    true to the digits shown: the float16 nearest to 0.1 is 0.0999756. In an arithmetic of floats (`dtype`) zeros at
    the end are left out, since there every number is near another one; in exact arithmetic they say that a number is
    rounded; and integers are whole up to 10^16 only.
    """
    in_floats = dtype != "exact" or isinstance(number, float)
    if isinstance(number, float):
        if number == 0 or not math.isfinite(number):
            return repr(number).removesuffix(".0"), False
        fractions = False
    number = Fraction(number)
    above, below = number.numerator, number.denominator
    if below == 1 and not (in_floats and abs(above) >= _POSITIONAL):
        return _elided(above), False
    if fractions:
        return f"{_elided(above)}/{_elided(below)}", False
    exact = _decimal_text(above, below, precision)
    if exact is not None:
        return exact, False
    return _significant_text(above, below, precision, strip=in_floats), True


def integer_text(number: int) -> str:
    """An integer in full, at any size; `str` refuses past 4,300 digits, which `Decimal` does not."""
    return str(number) if -1 << _STR_BITS < number < 1 << _STR_BITS else str(Decimal(number))


def lowest_terms(tensor: Tensor) -> tuple[list[int], list[int]]:
    """Numerators and denominators of an exact tensor, in lowest terms, in row-major order.

    >>> lowest_terms(Tensor.exact([1, 2, 4], 4))
    ([1, 1, 1], [4, 2, 1])
    """
    values, below = tensor.values.ravel(), tensor.denominator
    if values.dtype != object and max(magnitude(values), below) < 2**62:
        common = np.gcd(values, below)
        return (values // common).tolist(), (below // common).tolist()
    ratios = [Fraction(int(value), below) for value in values]
    return [ratio.numerator for ratio in ratios], [ratio.denominator for ratio in ratios]


def _integer_texts(values: NDArray[Any]) -> list[str]:
    return list(map(str if values.dtype != object else integer_text, values.ravel().tolist()))


def _float_texts(values: NDArray[Any]) -> list[str]:
    """The shortest text that a float's own type reads back as the same value; whole numbers in full."""
    values = values.ravel()
    doubles = values.astype(np.float64)
    cells = list(map(repr, doubles.tolist()))
    if values.dtype != np.float64:
        for i in np.flatnonzero((doubles != np.trunc(doubles)) | (abs(doubles) >= _POSITIONAL)):
            cells[i] = str(values[i])
    return cells


@lru_cache(maxsize=4096)
def _places(below: int) -> int | None:
    """How many decimal places a fraction over `below`, in lowest terms, has; None if it does not end.

    >>> _places(40), _places(3)
    (3, None)
    """
    twos = (below & -below).bit_length() - 1
    rest, fives = below >> twos, 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def _decimal_text(above: int, below: int, most_digits: int = MOST_DIGITS) -> str | None:
    """A fraction in lowest terms that is no integer, as a decimal; None if it takes more digits than allowed."""
    places = _places(below)
    if places is None:
        return None
    scaled = above * (10**places // below)  # ends in no zero, as the terms are lowest
    if abs(scaled) >= 10**most_digits:
        return None
    return _pointed("-" if scaled < 0 else "", str(abs(scaled)), places)


def _pointed(sign: str, digits: str, places: int) -> str:
    """Digits with the point `places` from their end, or a power of ten if that is far outside.

    >>> _pointed("-", "125", 3), _pointed("", "125", 12), _pointed("", "125", -20)
    ('-0.125', '1.25e-10', '1.25e+22')
    """
    exponent = len(digits) - 1 - places
    if 0 < places < len(digits):
        return f"{sign}{digits[:-places]}.{digits[-places:]}"
    if places == 0:
        return sign + digits
    if 0 > exponent >= -_MOST_ZEROS - 1:
        return f"{sign}0.{digits.rjust(places, '0')}"
    mantissa = f"{digits[0]}.{digits[1:]}" if len(digits) > 1 else digits
    return f"{sign}{mantissa}e{exponent:+03d}"


def _double_text(above: int, below: int) -> str:
    """The nearest double; beyond the range of doubles as many digits as a double has."""
    double = nearest_double(above, below)
    if double != 0 and math.isfinite(double):
        return repr(double)
    figures, exponent = _significant(abs(above), below, MOST_DIGITS)
    text = str(figures).rstrip("0")
    return _pointed("-" if above < 0 else "", text, len(text) - 1 - exponent)


def _significant_text(above: int, below: int, digits: int, *, strip: bool = False) -> str:
    """A number that is not zero, rounded to `digits` significant digits, ties to even; zeros at the end of a fraction
    or before a power of ten may be left out."""
    figures, exponent = _significant(abs(above), below, digits)
    places = digits - 1 - exponent
    while strip and places != 0 and figures % 10 == 0:
        figures, places = figures // 10, places - 1
    return _pointed("-" if above < 0 else "", str(figures), places)


def _significant(above: int, below: int, digits: int) -> tuple[int, int]:
    """(f, e): f of exactly `digits` digits, such that f * 10^(e - digits + 1) is nearest to above/below.

    >>> _significant(2, 3, 4), _significant(99996, 10, 4), _significant(9999973, 10**7, 6)
    ((6667, -1), (1000, 4), (999997, -1))
    """
    exponent = math.floor((above.bit_length() - below.bit_length() + 1) * math.log10(2))  # at most one too large
    if above * 10 ** max(-exponent, 0) < below * 10 ** max(exponent, 0):
        exponent -= 1
    power = digits - 1 - exponent
    figures = _nearest(above * 10 ** max(power, 0), below * 10 ** max(-power, 0))
    return (figures, exponent) if figures < 10**digits else (figures // 10, exponent + 1)


def _nearest(above: int, below: int) -> int:
    """above/below to the nearest integer, ties to even."""
    whole, rest = divmod(above, below)
    return whole + (2 * rest > below or (2 * rest == below and whole % 2 == 1))


def _elided(number: int) -> str:
    text = integer_text(number)
    digits = text.lstrip("-")
    if len(digits) <= LONGEST_INTEGER:
        return text
    middle = f"{text[: _END + len(text) - len(digits)]}…{digits[-_END:]}"
    return f"{middle}\N{NO-BREAK SPACE}({len(digits)}\N{NO-BREAK SPACE}digits)"
