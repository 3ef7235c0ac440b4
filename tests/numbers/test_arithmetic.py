"""Arithmetics: which is chosen, how operands are rounded once, how integer types overflow."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from convcli.errors import FitError
from convcli.numbers.arithmetic import Arithmetic, Overflow, choose, nearest, nearest_double, rounded, to_exact
from convcli.numbers.tensor import Tensor, integers

EXACT, F32, F64 = Tensor.exact([1]), Tensor.of(np.array([1], np.float32)), Tensor.of([1.0])


def test_auto_is_exact_or_the_widest_float_present() -> None:
    assert choose("auto", Overflow.ERROR, [EXACT, EXACT]).name == "exact"
    assert choose("auto", Overflow.ERROR, [EXACT, F32, F64]).name == "float64"
    assert choose("auto", Overflow.ERROR, [Tensor.of(np.array([1], np.float16)), F32]).name == "float32"
    assert choose("int8", Overflow.WRAP, [F64]) == Arithmetic("int8", Overflow.WRAP)


def test_each_arithmetic_says_its_rule() -> None:
    assert Arithmetic().rule == "exact"
    assert Arithmetic("float32").rule == "float32 arithmetic (IEEE 754)"
    assert Arithmetic("int8").rule == "int8, exact sums, overflow: error"
    assert [Arithmetic(name).accumulator for name in ("float16", "float32")] == ["float32", "float32"]


def by_search(value: Fraction, dtype: str) -> float:
    """The nearest value of `dtype`, ties to even, found among the neighbours of a first guess."""
    kind, bits = np.dtype(dtype).type, {"float16": np.uint16, "float32": np.uint32}[dtype]
    with np.errstate(over="ignore"):
        guess = kind(nearest_double(value.numerator, value.denominator))
        near = [guess, np.nextafter(guess, kind(-np.inf)), np.nextafter(guess, kind(np.inf))]
    finite = [n for n in near if np.isfinite(n)]
    largest = Fraction(float(np.finfo(kind).max))
    step = largest - Fraction(float(np.nextafter(np.finfo(kind).max, kind(0))))
    if abs(value) >= largest + step / 2:
        return float("inf") if value > 0 else float("-inf")
    return float(min(finite, key=lambda n: (abs(Fraction(float(n)) - value), int(n.view(bits)) & 1)))


@given(st.fractions(), st.sampled_from(["float16", "float32"]))
@example(Fraction(2**24 * 2**30 + 2**29 + 1, 2**30), "float32")
@example(1 + Fraction(1, 2**24) + Fraction(1, 10**30), "float32")
@example(1 + Fraction(1, 2**24) - Fraction(1, 10**30), "float32")
@example(1 + Fraction(1, 2**24), "float32")
@example(Fraction(65520) - Fraction(1, 10**20), "float16")
@example(Fraction(65520), "float16")
@example(Fraction(1, 2**25) + Fraction(1, 10**30), "float16")
@example(-1 - Fraction(1, 2**11) - Fraction(1, 10**30), "float16")
@example(Fraction(10**400), "float16")
@example(Fraction(-(10**400)), "float16")
def test_a_number_is_rounded_once_to_a_narrow_float(value: Fraction, dtype: str) -> None:
    assert nearest(value, dtype) == by_search(value, dtype)


@given(st.lists(st.fractions(), min_size=1, max_size=5))
def test_doubles_are_the_nearest(values: list[Fraction]) -> None:
    assert rounded(Tensor.of(np.array(values, object)), "float64").values.tolist() == [
        v.numerator / v.denominator for v in values
    ]


def test_integers_past_2_53_are_rounded_once() -> None:
    assert rounded(Tensor.exact([2**53 + 1]), "float64").values.tolist() == [2.0**53]
    assert rounded(Tensor.exact([2**24 + 1, 3]), "float32").values.tolist() == [2.0**24, 3]


def test_a_float_tensor_changes_its_type() -> None:
    assert rounded(Tensor.of([0.1, 1e300]), "float32").values.tolist() == [float(np.float32(0.1)), np.inf]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5))
@example([5e-324, 1.7e308])
@example([0.0, -0.0])
def test_every_finite_float_is_an_exact_number(values: list[float]) -> None:
    assert to_exact(Tensor.of(np.array(values))).numbers() == [Fraction(v) for v in values]


def test_exact_stays_itself_and_narrow_floats_become_exact_too() -> None:
    assert to_exact(EXACT) is EXACT
    assert to_exact(Tensor.of(np.array([0.1], np.float16))).numbers() == [Fraction(float(np.float16(0.1)))]


def test_what_is_not_finite_has_no_exact_value() -> None:
    with pytest.raises(FitError) as caught:
        Arithmetic().take(Tensor.of([1.0, np.inf]), "the input")
    assert str(caught.value) == (
        "the input has a value that no exact number equals\n"
        "  given     inf at 1\n"
        "  expected  finite numbers\n"
        "  fix       compute in floats with --dtype float64"
    )


def fit(values: list[int], name: str, policy: Overflow) -> list[int]:
    return [int(n) for n in Arithmetic(name, policy).take(Tensor.exact(integers(values)), "x").numbers()]


@given(st.lists(st.integers(-(2**70), 2**70), min_size=1), st.sampled_from(["int8", "uint8", "int64", "uint64"]))
def test_wrapping_is_modulo_and_saturating_is_clamping(values: list[int], name: str) -> None:
    low, high = int(np.iinfo(name).min), int(np.iinfo(name).max)
    wrapped, saturated = fit(values, name, Overflow.WRAP), fit(values, name, Overflow.SATURATE)
    assert all((w - v) % (high - low + 1) == 0 and low <= w <= high for v, w in zip(values, wrapped, strict=True))
    assert saturated == [min(max(v, low), high) for v in values]


#                        values        type     bits
BITS = {
    "just above int8":   ([127, 128], "int8", "128 at 1, the first of 1; it needs 9 bits"),
    "just below int8":   ([-129], "int8", "-129 at 0, the first of 1; it needs 9 bits"),
    "negative for uint": ([-1, -2], "uint8", "-1 at 0, the first of 2; uint8 has no sign"),
    "above uint8":       ([256], "uint8", "256 at 0, the first of 1; it needs 9 bits"),
    "huge":              ([2**200], "int64", "an integer of 201 bits at 0, the first of 1; it needs 202 bits"),
}  # fmt: skip


@pytest.mark.parametrize(("values", "name", "given_"), BITS.values(), ids=BITS)
def test_an_overflow_names_the_first_element_and_the_bits_it_needs(values: list[int], name: str, given_: str) -> None:
    with pytest.raises(FitError) as caught:
        fit(values, name, Overflow.ERROR)
    assert caught.value.given == given_


def test_values_at_the_ends_of_a_type_fit() -> None:
    assert fit([-128, 127], "int8", Overflow.ERROR) == [-128, 127]
    assert fit([2**64 - 1, 0], "uint64", Overflow.ERROR) == [2**64 - 1, 0]


def test_narrow_integers_fit_wrap_and_saturate_as_wide_ones_do() -> None:
    bytes_ = Tensor.of(np.array([-128, -1, 127], np.int8))
    assert Arithmetic("int16").take(bytes_, "x") is bytes_
    assert Arithmetic("uint64", Overflow.WRAP).take(bytes_, "x").numbers() == [2**64 - 128, 2**64 - 1, 127]
    assert Arithmetic("uint8", Overflow.SATURATE).take(bytes_, "x").numbers() == [0, 0, 127]


def test_an_integer_type_refuses_fractions() -> None:
    with pytest.raises(FitError) as caught:
        Arithmetic("int8").take(Tensor.exact([2, 3], 2), "the kernel")
    assert str(caught.value) == (
        "the kernel has a number that is not an integer, and int8 holds integers only\n"
        "  given     3/2 at 1\n"
        "  expected  integers\n"
        "  fix       scale the numbers to integers, or leave out --dtype to compute exactly"
    )
