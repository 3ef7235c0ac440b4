"""Rows, CSV and .npy: exact texts, and the same numbers when read back."""

import io
from fractions import Fraction
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.errors import FitError
from convcli.numbers.arithmetic import nearest_double
from convcli.numbers.grammar import parse
from convcli.numbers.tensor import Tensor
from convcli.render import to_csv, to_npy, to_plain
from tests.strategies import FRACTIONS, WIDE, tensors

PLAIN: dict[str, tuple[object, str]] = {
    "one axis is one row": ([1, 2, 3], "1 2 3\n"),
    "two axes": ([[1, 2], [3, 4]], "1 2\n3 4\n"),
    "a blank line between planes": ([[[1], [2]], [[3], [4]]], "1\n2\n\n3\n4\n"),
    "two between batch items": ([[[[1]], [[2]]], [[[3]], [[4]]]], "1\n\n2\n\n\n3\n\n4\n"),
    "three beyond": (np.arange(4).reshape(2, 1, 1, 2, 1), "0\n1\n\n\n\n2\n3\n"),
    "floats say so": ([[1.0, -0.0, np.inf, np.nan]], "1.0 -0.0 inf nan\n"),
}


@pytest.mark.parametrize(("array", "text"), PLAIN.values(), ids=PLAIN)
def test_plain(array: object, text: str) -> None:
    assert to_plain(Tensor.of(array)).content == text


def test_rounding_is_counted_and_fractions_avoid_it() -> None:
    thirds = Tensor.exact([[1, 3], [-1, 5]], 3)
    assert (to_plain(thirds).content, to_plain(thirds).rounded) == (
        "0.3333333333333333 1\n-0.3333333333333333 1.6666666666666667\n",
        3,
    )
    assert (to_plain(thirds, fractions=True).content, to_plain(thirds, fractions=True).rounded) == (
        "1/3 1\n-1/3 5/3\n",
        0,
    )
    assert (to_csv(thirds, fractions=True).content, to_csv(thirds).rounded) == ("1/3,1\n-1/3,5/3\n", 3)


def test_csv_is_rows_with_commas() -> None:
    assert to_csv(Tensor.of([1, 2, 3])).content == "1,2,3\n"
    assert to_csv(Tensor.exact([[1, 2], [3, 40]], 10)).content == "0.1,0.2\n0.3,4\n"


def test_csv_stops_at_two_axes() -> None:
    with pytest.raises(FitError) as error:
        to_csv(Tensor.of([[[1]]]))
    assert str(error.value) == (
        "CSV holds rows and columns only\n"
        "  given     an output of shape (1, 1, 1): 3 axes\n"
        "  expected  at most 2 axes\n"
        "  fix       write -f json, yaml, plain or npy, which hold any shape"
    )


def shapes(most: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.lists(st.integers(1, 3), min_size=1, max_size=most).map(tuple)


def read_rows(text: str, shape: tuple[int, ...], separator: str | None = None) -> Tensor:
    cells = [parse(cell) for line in text.splitlines() if line for cell in line.split(separator)]
    assert len(cells) == prod(shape)
    array = np.empty(len(cells), object)
    array[:] = cells
    return Tensor.of(array.reshape(shape))


@given(shapes(5).flatmap(lambda shape: tensors(shape, FRACTIONS | WIDE)))
def test_rows_read_back(tensor: Tensor) -> None:
    text = to_plain(tensor, fractions=True).content
    assert read_rows(text, tensor.shape).equals(tensor)
    lengths = [len(line.split()) for line in text.splitlines() if line]
    assert lengths == [tensor.shape[-1]] * (tensor.size // tensor.shape[-1])
    if len(tensor.shape) < 3:
        assert read_rows(to_csv(tensor, fractions=True).content, tensor.shape, ",").equals(tensor)


@given(shapes(5))
def test_the_shape_can_be_told_from_the_blank_lines(shape: tuple[int, ...]) -> None:
    """A reader that knows nothing but the text splits at the longest gap first."""

    def told(text: str, blanks: int) -> tuple[int, ...]:
        if blanks == 0:
            rows = text.splitlines()
            return (len(rows), len(rows[0].split()))
        parts = text.split("\n" * (blanks + 1))
        return (len(parts), *told(parts[0], blanks - 1))

    text = to_plain(Tensor.of(np.arange(prod(shape)).reshape(shape))).content.rstrip("\n")
    planes = len(shape) - 2
    assert told(text, max(planes, 0)) == (shape if planes >= 0 else (1, *shape))


def read_npy(*parts: bytes | memoryview) -> np.ndarray:
    array: np.ndarray = np.load(io.BytesIO(b"".join(parts)), allow_pickle=False)
    return array


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_npy_keeps_a_float_type(dtype: str) -> None:
    array = np.array([[0.1, -0.0], [np.nan, np.inf]], dtype)
    back = read_npy(*to_npy(Tensor.of(array)).content)
    assert back.dtype == dtype
    assert back.tobytes() == array.tobytes()


def test_npy_is_in_reading_order_whatever_the_view() -> None:
    back = read_npy(*to_npy(Tensor.of(np.arange(6).reshape(2, 3)).with_values(np.arange(6).reshape(2, 3).T)).content)
    assert back.dtype == np.int64
    assert back.flags.c_contiguous
    assert back.tolist() == [[0, 3], [1, 4], [2, 5]]


def test_npy_refuses_integers_past_64_bits() -> None:
    with pytest.raises(FitError) as error:
        to_npy(Tensor.exact([2**63, -1]))
    assert str(error.value) == (
        ".npy holds no integers beyond 64 bits\n"
        "  given     an output with integers of up to 64 bits\n"
        "  expected  integers from -9223372036854775808 to 9223372036854775807\n"
        "  fix       write -f json or yaml, which hold integers of any size, or compute with --dtype float64"
    )


@given(
    shapes(3).flatmap(
        lambda shape: tensors(shape, FRACTIONS | st.builds(Fraction, WIDE, st.sampled_from([2, 3, 2**60])))
    )
)
def test_npy_holds_the_nearest_doubles_and_counts_the_others(tensor: Tensor) -> None:
    if tensor.denominator == 1:
        return
    written = to_npy(tensor)
    back = read_npy(*written.content)
    numbers = [Fraction(n) for n in tensor.numbers()]
    assert back.ravel().tolist() == [nearest_double(n.numerator, n.denominator) for n in numbers]
    assert written.rounded == sum(Fraction(d) != n for d, n in zip(back.ravel().tolist(), numbers, strict=True))


def test_npy_beyond_the_range_of_doubles_is_refused() -> None:
    with pytest.raises(FitError) as caught:
        to_npy(Tensor.exact([10**400, 1], 3))
    assert str(caught.value) == (
        ".npy holds no numbers past the largest double\n"
        "  given     an output with numbers beyond 1.8e308\n"
        "  expected  numbers that a double comes near to\n"
        "  fix       write -f json or yaml with --fractions, which hold them all"
    )
