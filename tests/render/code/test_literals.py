"""Numbers and tensors as Python reads them back."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from convcli.engine import run
from convcli.errors import FitError
from convcli.numbers.arithmetic import to_doubles
from convcli.numbers.tensor import Tensor
from convcli.problem import convolution
from convcli.render.code import script
from convcli.render.code.literals import MOST, WIDTH, array, number
from tests.strategies import FRACTIONS, WIDE, tensors

SHAPES = st.lists(st.integers(1, 4), min_size=1, max_size=5).map(tuple)


def read(text: str) -> Any:
    return eval(text, {"np": np})


@given(st.one_of(WIDE, FRACTIONS, st.fractions(max_denominator=10**30)))
def test_a_number_is_read_as_the_nearest_double(value: int | Fraction) -> None:
    assert float(read(number(value))) == float(value)


@given(SHAPES.flatmap(lambda shape: tensors(shape, st.one_of(WIDE, FRACTIONS))))
def test_an_exact_tensor_is_read_as_the_nearest_doubles(tensor: Tensor) -> None:
    found = read(array(tensor, "float64"))
    assert (found.shape, found.dtype) == (tensor.shape, np.float64)
    np.testing.assert_array_equal(found, to_doubles(tensor))


@given(SHAPES.flatmap(lambda shape: tensors(shape, st.integers(-(2**63), 2**63 - 1))))
def test_whole_numbers_are_read_as_they_are(tensor: Tensor) -> None:
    np.testing.assert_array_equal(read(array(tensor, "int64")), tensor.values.astype(np.int64))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_floats_are_read_as_they_are(dtype: str) -> None:
    @given(SHAPES.flatmap(lambda shape: arrays(dtype, shape, elements={"allow_nan": False, "allow_infinity": False})))
    def holds(values: Any) -> None:
        found = read(array(Tensor(values), dtype))
        assert found.dtype == values.dtype
        np.testing.assert_array_equal(found, values)
        np.testing.assert_array_equal(np.signbit(found), np.signbit(values))

    holds()


def test_all_of_float16_are_read_as_they_are() -> None:
    """Python reads the shortest text of the type as a double first, which is then rounded once more."""
    values = np.arange(2**16, dtype=np.uint16).view(np.float16)
    values = values[np.isfinite(values)]
    np.testing.assert_array_equal(read(array(Tensor(values), "float16")), values)


def test_rows_stand_in_columns_and_long_ones_are_folded() -> None:
    assert array(Tensor.of(np.arange(-4, 4).reshape(2, 2, 2)), "int64").split("\n") == [
        "np.array([",
        "    [[-4, -3],",
        "     [-2, -1]],",
        "",
        "    [[ 0,  1],",
        "     [ 2,  3]],",
        "], np.int64)",
    ]
    long = array(Tensor.of(np.arange(400).reshape(2, 200)), "int64").split("\n")
    assert max(map(len, long)) <= WIDTH + 3
    assert long[1].startswith("    [0, 1, 2")
    assert long[2].startswith("     ")
    row = array(Tensor.of(np.arange(40) * 1000), "int64").split("\n")
    assert (row[0], row[-1]) == ("np.array([", "], np.int64)")


def test_a_script_holds_so_many_numbers_and_no_more() -> None:
    def told(size: int, bias: Tensor | None) -> str:
        problem = convolution(Tensor.of(np.zeros(size, int)), Tensor.of([1]), bias, rank=1)
        return script("numpy", problem, run(problem).output)

    assert told(MOST // 2 - 1, Tensor.of([0]))  # with one number of the kernel, one of the bias
    with pytest.raises(FitError) as caught:
        told(MOST // 2, None)
    assert str(caught.value) == (
        "the tensors are too large to be written out in a script\n"
        "  given     10,001 numbers, 5,000 of them of the input\n"
        "  expected  at most 10,000 in all\n"
        "  fix       write the output with -f npy, or -f onnx, which is a binary format, or take a smaller input"
    )
