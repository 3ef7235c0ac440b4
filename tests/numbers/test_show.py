"""How numbers are printed: machine text that reads back, and rounding that is correct and counted."""

from decimal import Decimal
from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.numbers.arithmetic import FLOATS, nearest_double
from convcli.numbers.grammar import Number, parse
from convcli.numbers.show import display, exact_text, integer_text, lowest_terms, shown, texts
from convcli.numbers.tensor import Tensor

THIRD = Fraction(1, 3)

MACHINE: dict[str, tuple[Tensor, list[str], int]] = {
    "integers": (Tensor.exact([0, -5, 10**18]), ["0", "-5", str(10**18)], 0),
    "integers past 64 bits": (Tensor.exact([2**64, -1]), ["18446744073709551616", "-1"], 0),
    "decimals, and an integer among them": (Tensor.exact([1, -25, 1000], 1000), ["0.001", "-0.025", "1"], 0),
    "no trailing zeros": (Tensor.exact([150, 25], 100), ["1.5", "0.25"], 0),
    "a small decimal": (Tensor.exact([1, -3], 10**6), ["0.000001", "-0.000003"], 0),
    "a smaller one has a power of ten": (Tensor.exact([12, 3], 10**9), ["1.2e-08", "3e-09"], 0),
    "17 digits in full": (Tensor.exact([12345678901234567], 100), ["123456789012345.67"], 0),
    "18 digits as the nearest double": (Tensor.exact([123456789012345671], 100), ["1234567890123456.8"], 1),
    "thirds": (Tensor.exact([1, 3], 3), ["0.3333333333333333", "1"], 1),
    "halves and sevenths": (Tensor.exact([7, 2], 14), ["0.5", "0.14285714285714285"], 1),
    "a terminating one with too many digits": (Tensor.exact([1], 2**60), ["8.673617379884035e-19"], 1),
    "beyond the range of doubles": (Tensor.exact([10**400 * 3 + 1], 3), ["1e+400"], 1),
    "below the range of doubles": (Tensor.exact([-1], 3 * 10**400), ["-3.3333333333333333e-401"], 1),
    "the least int64": (Tensor.exact([-(2**63), 5], 10), ["-9.223372036854776e+17", "0.5"], 1),
    "doubles": (
        Tensor.of([0.1, 1.0, -0.0, 1e22, 5e-324, nan, inf, -inf]),
        ["0.1", "1.0", "-0.0", "1e+22", "5e-324", "nan", "inf", "-inf"],
        0,
    ),
    "float32": (
        Tensor.of(np.array([0.1, 3, 1e-5, 1e16, -0.0], np.float32)),
        ["0.1", "3.0", "1e-05", "1e+16", "-0.0"],
        0,
    ),
    "whole float32 past six digits": (
        Tensor.of(np.array([16777216, 123456789], np.float32)),
        ["16777216.0", "123456792.0"],
        0,
    ),
    "float16": (
        Tensor.of(np.array([0.1, 65504, 1e-7, nan, -inf], np.float16)),
        ["0.1", "65504.0", "1e-07", "nan", "-inf"],
        0,
    ),
    "nothing": (Tensor.of(np.zeros((0,))), [], 0),
}


@pytest.mark.parametrize(("tensor", "cells", "rounded"), MACHINE.values(), ids=MACHINE)
def test_machine_text(tensor: Tensor, cells: list[str], rounded: int) -> None:
    made = texts(tensor)
    assert (made.cells, made.rounded) == (cells, rounded)


def test_machine_text_of_one_number_is_that_of_a_tensor() -> None:
    assert exact_text(5) == ("5", False)
    assert exact_text(THIRD) == ("0.3333333333333333", True)
    assert exact_text(Fraction(-1, 4)) == ("-0.25", False)
    assert exact_text(THIRD, fractions=True) == ("1/3", False)
    assert exact_text(float(np.float32(0.1)), dtype="float32") == ("0.1", False)
    assert exact_text(float(np.float32(0.1))) == ("0.10000000149011612", False)


def test_fractions_are_lossless_and_integers_are_integers() -> None:
    made = texts(Tensor.exact([5, -6, 1, 0], 3), fractions=True)
    assert (made.cells, made.rounded) == (["5/3", "-2", "1/3", "0"], 0)
    assert texts(Tensor.of([0.5]), fractions=True).cells == ["0.5"]


@pytest.mark.parametrize("digits", [4_299, 4_301, 20_000])
def test_integers_of_any_size_are_printed_in_full(digits: int) -> None:
    number = 10**digits + 7
    text = integer_text(-number)
    assert text == "-1" + "0" * (digits - 1) + "7"
    assert texts(Tensor.exact([number])).cells == [text[1:]]


RATIOS = st.fractions() | st.builds(Fraction, st.integers(-(10**25), 10**25), st.sampled_from([1, 2, 10, 40, 10**9]))


@given(st.lists(RATIOS, min_size=1))
def test_machine_text_is_the_number_or_the_nearest_double_and_counted(numbers: list[Fraction]) -> None:
    made = texts(Tensor.of(np.array(numbers, object)))
    exact = [Fraction(cell) == number for cell, number in zip(made.cells, numbers, strict=True)]
    assert made.rounded == exact.count(False)
    for cell, number, is_exact in zip(made.cells, numbers, exact, strict=True):
        assert is_exact or float(cell) == nearest_double(number.numerator, number.denominator)
        short = len(Decimal(cell).as_tuple().digits) <= 17
        assert number.denominator != 1 or is_exact
        assert is_exact or short
    assert [parse(cell) for cell in texts(Tensor.of(np.array(numbers, object)), fractions=True).cells] == numbers


@given(st.lists(RATIOS, min_size=1))
def test_one_number_prints_as_in_a_tensor(numbers: list[Fraction]) -> None:
    whole = [n.numerator if n.denominator == 1 else n for n in numbers]
    made = [exact_text(number) for number in whole]
    together = texts(Tensor.of(np.array(numbers, object)))
    assert [text for text, _ in made] == together.cells
    assert sum(rounded for _, rounded in made) == together.rounded


@given(st.sampled_from(FLOATS), st.lists(st.floats(width=16) | st.floats(width=32), min_size=1))
def test_floats_come_back_in_their_own_type(dtype: str, numbers: list[float]) -> None:
    with np.errstate(over="ignore"):
        values = np.array(numbers).astype(dtype)
    cells = texts(Tensor.of(values)).cells
    with np.errstate(over="ignore"):
        assert (
            np.array([float(cell) for cell in cells]).astype(dtype).tobytes() == values.tobytes()
            or np.isnan(values).any()
        )
    assert [cell == "-0.0" for cell in cells] == [bool(v == 0 and np.signbit(v)) for v in values]


@given(st.lists(st.integers(-(2**80), 2**80), min_size=1), st.integers(1, 2**70))
def test_lowest_terms_are_those_of_fraction(values: list[int], below: int) -> None:
    ratios = [Fraction(value, below) for value in values]
    above, under = lowest_terms(Tensor.exact(values, below))
    assert (above, under) == ([r.numerator for r in ratios], [r.denominator for r in ratios])


SHOWN: dict[str, tuple[Number, str, str, bool]] = {
    "an integer in full": (123456789012, "exact", "123456789012", False),
    "forty digits in full": (10**39, "exact", str(10**39), False),
    "forty-one digits with the middle left out": (
        -(10**40) - 5, "exact", "-100000000000…000000000005\N{NO-BREAK SPACE}(41\N{NO-BREAK SPACE}digits)", False,
    ),
    "a decimal that fits": (Fraction(-5, 4), "exact", "-1.25", False),
    "a decimal that does not": (Fraction(1234567, 10**6), "exact", "1.23457", True),
    "zeros say that it is rounded": (Fraction(10**7 + 1, 10**7), "exact", "1.00000", True),
    "rounded up to the next power of ten": (Fraction(9999999, 10**6), "exact", "10.0000", True),
    "a tie goes to even, here down": (Fraction(1000005, 10**6), "exact", "1.00000", True),
    "and here up": (Fraction(-1000015, 10**6), "exact", "-1.00002", True),
    "far beyond the range of doubles": (Fraction(2 * 10**20001, 3), "exact", "6.66667e+20000", True),
    "a third": (THIRD, "exact", "0.333333", True),
    "large and not whole": (Fraction(12345678, 5), "exact", "2.46914e+06", True),
    "just below a power of ten": (Fraction(9999973, 10**7), "exact", "0.999997", True),
    "small": (Fraction(-1, 3 * 10**9), "exact", "-3.33333e-10", True),
    "small and short": (Fraction(1, 10**9), "exact", "1e-09", False),
    "a float that fits": (0.25, "float64", "0.25", False),
    "a whole float": (3.0, "float64", "3", False),
    "a whole float of many digits": (123456789.0, "float64", "123456789", False),
    "a large float": (1e300, "float64", "1e+300", True),
    "a whole product of floats as large": (10**16, "float64", "1e+16", True),
    "and one below it in full": (10**16 - 1, "float64", "9999999999999999", False),
    "a float that does not fit": (1 / 3, "float64", "0.333333", True),
    "a float32 is what it is, to the digits shown": (float(np.float32(0.1)), "float32", "0.1", True),
    "a float16 is what it is": (float(np.float16(0.1)), "float16", "0.0999756", True),
    "the least float": (5e-324, "float64", "4.94066e-324", True),
    "a float in exact arithmetic": (0.5, "exact", "0.5", False),
    "a product of floats, near a short number": (Fraction(0.1) * Fraction(0.3), "float64", "0.03", True),
    "a large product of floats": (Fraction(1200004, 10), "float64", "120000", True),
    "zero": (0.0, "float64", "0", False),
    "negative zero": (-0.0, "float64", "-0", False),
    "not a number": (nan, "float64", "nan", False),
    "minus infinity": (-inf, "float64", "-inf", False),
}  # fmt: skip


@pytest.mark.parametrize(("number", "dtype", "text", "rounded"), SHOWN.values(), ids=SHOWN)
def test_what_people_are_shown(number: Number, dtype: str, text: str, rounded: bool) -> None:
    assert shown(number, 6, dtype) == (text, rounded)
    assert display(number, 6, dtype) == text


def test_people_may_be_shown_fractions_and_fewer_digits() -> None:
    assert display(Fraction(-5, 3), fractions=True) == "-5/3"
    assert display(Fraction(1, 10**50), fractions=True).startswith("1/100000000000…000000000000")
    assert display(Fraction(2, 3), 1) == "0.7"
    assert display(0.1, fractions=True, dtype="float64") == "0.1"
    assert display(float(np.float32(0.1)), 12, "float32") == "0.10000000149"


NEAR_POWERS = st.builds(
    lambda power, above, below: Fraction(10) ** power * (1 + Fraction(above, below)),
    st.integers(-30, 30),
    st.integers(-3, 3),
    st.integers(10, 10**22),
)


@given((st.fractions() | NEAR_POWERS).filter(lambda n: n.denominator != 1), st.integers(1, 20))
def test_what_is_shown_is_nearest(number: Fraction, precision: int) -> None:
    text, rounded = shown(number, precision, "exact")
    value = Fraction(Decimal(text))
    digits = Decimal(text)
    assert rounded == (value != number)
    leading = digits.adjusted() - (abs(number) < Fraction(10) ** digits.adjusted())  # rounded up to a power of ten
    assert Fraction(10) ** leading <= abs(number) < Fraction(10) ** (leading + 1)
    step = Fraction(10) ** (leading - precision + 1)
    assert abs(value - number) <= step / 2
    if rounded:
        assert len(digits.as_tuple().digits) == precision
        if abs(value - number) == step / 2:
            assert digits.as_tuple().digits[-1] % 2 == 0
