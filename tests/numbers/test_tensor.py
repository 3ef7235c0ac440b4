"""Exact tensors: lowest terms, the narrower representation, and no type chosen by NumPy."""

from decimal import Decimal
from fractions import Fraction
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.numbers.tensor import Tensor, integers, magnitude, narrow, scaled


def test_a_common_denominator_is_brought_to_lowest_terms() -> None:
    t = Tensor.exact([10, 20], 100)
    assert (t.values.tolist(), t.denominator) == ([1, 2], 10)
    assert Tensor.exact([0, 0], 7).denominator == Tensor.exact([0], 10**30).denominator == 1
    assert Tensor.exact(np.zeros((0,), int), 7).denominator == 1
    assert Tensor.exact([-(2**63)], 2**64).at((0,)) == Fraction(-1, 2)


def test_the_last_of_many_numbers_may_be_in_lowest_terms() -> None:
    many = np.full((3, 2**12), 6)
    many[-1, -1] = 9
    t = Tensor.exact(many.T, 12)
    assert (t.values[0, 0], t.values[-1, -1], t.denominator) == (2, 3, 4)
    many[-1, -1] = 1
    assert Tensor.exact(many, 12).denominator == 12


OF = {
    "integers past 64 bits": ([2**64, -1], object, 1),
    "uint64 that int64 does not hold": (np.array([2**63], np.uint64), object, 1),
    "uint64 that it does": (np.array([5], np.uint64), np.int64, 1),
    "a mix NumPy would make float": ([2**63, -1], object, 1),
    "small integers": (np.array([1], np.int8), np.int8, 1),
    "unsigned bytes": (np.array([255], np.uint8), np.int16, 1),
    "unsigned integers of 32 bits": (np.array([2**32 - 1], np.uint32), np.int64, 1),
    "bytes in another order": (np.array([-2], ">i2"), np.int16, 1),
    "fractions": ([Fraction(1, 3), 1], np.int64, 3),
    "decimals": (np.array([Decimal("0.1"), Decimal("0.25")], object), np.int64, 20),
    "booleans are 0 and 1": (np.array([True, False]), np.int8, 1),
    "a mask beside a number": ([True, 2], np.int64, 1),
    "floats": ([0.5, 1.5], np.float64, 1),
    "float32 stays": (np.array([0.5], np.float32), np.float32, 1),
    "a float beside an integer": ([0.5, 2], np.float64, 1),
    "an infinity among fractions": ([Fraction(1, 2), inf], np.float64, 1),
    "a Decimal that is not a number": ([Decimal("nan")], np.float64, 1),
    "NumPy scalars in objects": (np.array([np.int64(3), np.float64(0.5)], object), np.float64, 1),
    "an integer past the largest double beside a float": ([10**400, 0.5], np.float64, 1),
    "one number": (5, np.int64, 1),
}


@pytest.mark.parametrize(("array", "dtype", "denominator"), OF.values(), ids=OF)
def test_of(array: object, dtype: type, denominator: int) -> None:
    tensor = Tensor.of(array)
    assert (tensor.values.dtype, tensor.denominator) == (np.dtype(dtype), denominator)
    if tensor.is_exact:
        assert tensor.numbers() == [Fraction(n) for n in np.array(array, object).ravel().tolist()]


@pytest.mark.parametrize(
    "array", [["a"], [None], [1j], np.array([1], "M8[s]"), np.array([1], np.longdouble), [[1], ["x"]]]
)
def test_what_is_not_numbers_is_refused(array: object) -> None:
    if isinstance(array, np.ndarray) and array.dtype == np.float64:
        pytest.skip("long double is double on this platform")
    with pytest.raises(TypeError):
        Tensor.of(array)


def test_of_a_tensor_is_that_tensor() -> None:
    t = Tensor.exact([1])
    assert Tensor.of(t) is t


def test_elements_are_python_numbers() -> None:
    assert [type(n) for n in Tensor.exact([2, 1], 2).numbers()] == [int, Fraction]
    assert type(Tensor.of(np.array([0.5], np.float32)).at((0,))) is float
    assert type(Tensor.exact([3]).at((0,))) is int


@given(st.lists(st.integers(), min_size=1), st.integers(1, 10**20))
def test_any_integers_over_any_denominator_come_back(values: list[int], below: int) -> None:
    assert Tensor.exact(integers(values), below).numbers() == [Fraction(v, below) for v in values]


@given(st.lists(st.integers(), min_size=1), st.integers(1, 2**40))
def test_scaling_never_wraps(values: list[int], factor: int) -> None:
    assert scaled(narrow(integers(values)), factor).tolist() == [v * factor for v in values]


def test_over_a_multiple_of_its_denominator() -> None:
    assert Tensor.exact([1, 2], 3).over(6).tolist() == [2, 4]
    assert Tensor.exact([1, 2], 3).over(3).tolist() == [1, 2]


def test_magnitude_of_the_most_negative_integer_and_of_nothing() -> None:
    assert magnitude(np.array([-(2**63)])) == 2**63
    assert magnitude(np.array([], np.int64)) == 0


def test_equals() -> None:
    a = Tensor.exact([1, 2], 3)
    assert a.equals(Tensor.exact([2, 4], 6))
    assert not a.equals(Tensor.exact([1, 2]))
    assert not a.equals(Tensor.exact([[1, 2]], 3))
    assert not a.equals(Tensor.of([1.0, 2.0]))
    assert Tensor.of([np.nan]).equals(Tensor.of([np.nan]))
    assert (a.dtype, Tensor.of(np.array([1], np.float16)).dtype) == ("exact", "float16")
    assert (a.shape, a.size) == ((2,), 2)


@pytest.mark.parametrize("above", [2, 2**70])
def test_a_number_in_lowest_terms_is_a_tensor_of_no_axes(above: int) -> None:
    tensor = Tensor.exact(np.array(above, object), 4)
    assert isinstance(tensor.values, np.ndarray)
    assert (tensor.shape, tensor.at(())) == ((), Fraction(above, 4))
    assert tensor.over(8).item() == above * 2
