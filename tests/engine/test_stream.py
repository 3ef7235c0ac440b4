"""Output written block by block into an array that is there already."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from convcli.axis import PaddingMode
from convcli.engine import Means, run, stream, streamed_dtype
from convcli.numbers.tensor import Tensor
from convcli.problem import Bilinear, Convolution, convolution, gradients, transposed
from convcli.settings import Settings
from tests.strategies import SMALL, differentiated, problems, transposeds


def problem(x: Any, w: Any, **options: Any) -> Convolution:
    return convolution(Tensor.of(x), Tensor.of(w), rank=1, **options)


def test_what_can_be_written_block_by_block_and_as_what() -> None:
    floats, whole = np.ones((1, 5), "float32"), np.ones((1, 1, 2), int)
    assert streamed_dtype(problem(floats, whole)) == "float32"
    assert streamed_dtype(problem(floats.astype("float16"), whole)) == "float16"
    assert streamed_dtype(problem(floats.astype(int), whole)) == "int64"
    assert streamed_dtype(problem(floats.astype(int), [Fraction(1, 2)])) is None
    assert streamed_dtype(problem([2**62, 2**62], [1, 1])) is None
    assert streamed_dtype(problem([10**300, 1], [10**300, 1])) is None
    assert streamed_dtype(problem([1, 2], [1, 1], dtype="int8")) is None
    assert streamed_dtype(convolution(Tensor.of([1]), Tensor.of([1]), Tensor.of(1), rank=1)) is None
    assert streamed_dtype(problem(floats, [np.inf, 1.0], settings=Settings(padding=1))) is None  # tap by tap, whole


def test_which_relatives_can_be_written_block_by_block() -> None:
    floats, whole = np.ones((1, 5), "float32"), np.ones((1, 1, 2), int)
    assert streamed_dtype(transposed(Tensor.of(floats), Tensor.of(whole), rank=1)) == "float32"
    assert streamed_dtype(transposed(Tensor.of(floats.astype(int)), Tensor.of(whole), rank=1)) == "int64"
    assert streamed_dtype(transposed(Tensor.of(floats), Tensor.of([np.inf, 1.0]), rank=1)) is None
    assert streamed_dtype(gradients(problem(floats, whole)).input) == "float32"
    assert streamed_dtype(gradients(problem(floats, whole)).kernel) is None
    folded = problem(floats, whole, settings=Settings(padding=1, padding_mode=PaddingMode.REFLECT))
    assert streamed_dtype(gradients(folded).input) is None


@given(problems(SMALL) | transposeds(SMALL) | differentiated(SMALL).map(lambda found: found.input))
@settings(max_examples=150)
def test_what_is_streamed_is_what_is_computed(case: Bilinear) -> None:
    dtype = streamed_dtype(case)
    if dtype is not None:
        y = np.full(case.spec.output_shape, 99, dtype)
        stream(case, y, Means(threads=2))
        assert (y == run(case).output.values).all()


@pytest.mark.parametrize("memory", [None, 2**18])
def test_floats_are_streamed_with_their_bias_in_little_memory(memory: int | None) -> None:
    rng = np.random.default_rng(4)
    x, w, bias = (rng.standard_normal(shape).astype("float32") for shape in ((3, 60, 60), (8, 3, 5, 5), (8,)))
    case = convolution(*map(Tensor.of, (x, w, bias)), rank=2, settings=Settings(padding=2))
    y = np.zeros(case.spec.output_shape, "float32")
    stream(case, y, Means(threads=2, memory=memory))
    assert np.allclose(y, run(case).output.values, atol=1e-4)
    assert abs(y).min() > 0
