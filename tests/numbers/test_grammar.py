"""What is a number in text, and why a near miss is none."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.numbers.grammar import MAX_DIGITS, parse, reason

NUMBERS = {
    "0": 0, "-0": 0, "+7": 7, "1.": 1, "-.5": Fraction(-1, 2), ".25": Fraction(1, 4), "1e3": 1000, "1E+3": 1000,
    "1.5e-1": Fraction(3, 20), "-2.50": Fraction(-5, 2), "0.1": Fraction(1, 10), "0e99": 0, "10/5": 2, "-1/3": Fraction(-1, 3),
    "+0/7": 0, "9007199254740993": 2**53 + 1, "1e0001": 10, "0.0e5": 0,
}  # fmt: skip


@pytest.mark.parametrize(("token", "value"), NUMBERS.items(), ids=NUMBERS)
def test_numbers(token: str, value: int | Fraction) -> None:
    parsed = parse(token)
    assert parsed == value
    assert isinstance(parsed, int if Fraction(value).denominator == 1 else Fraction)


@pytest.mark.parametrize("token", ["inf", "-inf", ".inf", "-.inf", "+inf", "Infinity", "-Infinity"])
def test_infinities(token: str) -> None:
    assert parse(token) == (-math.inf if token.startswith("-") else math.inf)


@pytest.mark.parametrize("token", ["nan", ".nan", "NaN", "-nan"])
def test_nan(token: str) -> None:
    assert math.isnan(parse(token))


REASONS = {
    "yes": "write 1 or 0", "Off": "write 1 or 0", "true": "write 1 or 0",
    "010": "a leading zero means octal to some readers and nothing to others; leave it out",
    "-00.5": "a leading zero means octal to some readers and nothing to others; leave it out",
    "1:30": "YAML 1.1 reads it in base 60; write one number",
    "1_000": "write digits without `_`",
    "0x1F": "write it in decimal", "0b11": "write it in decimal",
    "null": "every cell needs a number; write 0 if that is meant", "~": "every cell needs a number; write 0 if that is meant",
    "": "every cell needs a number; write 0 if that is meant",
    "2024-01-01": "it is a date",
    "1/0": "nothing can be divided by zero",
    "1/03": "a fraction is one integer over another, without leading zeros", "1.5/2": "a fraction is one integer over another, without leading zeros",
    "٣": "write the digits 0 to 9", "１２": "write the digits 0 to 9",
    "INF": "write inf, nan, NaN or Infinity", "infinity": "write inf, nan, NaN or Infinity",
    "'5'": "quoted text is not a number; leave the quotes out",
    "1+2j": "write a decimal (-1.5, 2e3) or a fraction (1/3)", "2j": "complex numbers are not convolved here",
    "...": "the print leaves numbers out; print the whole tensor",
    "1e999999999": "it has more than 4,300 digits when written out", "1e5000": "it has more than 4,300 digits when written out",
    "1e-5000": "it has more than 4,300 digits when written out", "9" * 4301: "it has more than 4,300 digits when written out",
    "9" * 10**6: "it has more than 4,300 digits when written out", "1/" + "9" * 4301: "it has more than 4,300 digits when written out",
    "1" + "0" * 4300 + ".0": "it has more than 4,300 digits when written out",
    "abc": "write a decimal (-1.5, 2e3) or a fraction (1/3)", "1,5": "write a decimal (-1.5, 2e3) or a fraction (1/3)",
    "--1": "write a decimal (-1.5, 2e3) or a fraction (1/3)", "1e": "write a decimal (-1.5, 2e3) or a fraction (1/3)",
    ".": "write a decimal (-1.5, 2e3) or a fraction (1/3)", "5\n": "write a decimal (-1.5, 2e3) or a fraction (1/3)",
}  # fmt: skip


@pytest.mark.parametrize(("token", "why"), REASONS.items(), ids=[token[:20] for token in REASONS])
def test_near_misses_are_refused_with_a_reason(token: str, why: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse(token)
    assert str(caught.value) == why == reason(token)


def test_the_longest_numbers_allowed() -> None:
    assert parse("9" * MAX_DIGITS) == 10**MAX_DIGITS - 1
    assert parse(f"1e{MAX_DIGITS - 1}") == 10 ** (MAX_DIGITS - 1)
    assert parse(f"1e-{MAX_DIGITS}") == Fraction(1, 10**MAX_DIGITS)


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_every_decimal_that_python_writes_is_read_exactly(value: Decimal) -> None:
    if abs(value.adjusted()) < 4000:
        assert parse(str(value)) == Fraction(value)


@given(st.floats())
def test_every_float_that_python_writes_is_read_to_the_same_float(value: float) -> None:
    parsed = parse(repr(value))
    assert float(parsed) == value or math.isnan(value)


@given(st.fractions())
def test_every_fraction_that_python_writes_is_read_exactly(value: Fraction) -> None:
    assert parse(str(value)) == value
