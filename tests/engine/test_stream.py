"""Output written block by block into an array that is there already."""

import tracemalloc
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from convcli.axis import PaddingMode
from convcli.engine import Means, run, stream, streamed_as
from convcli.engine.convolve import Sums
from convcli.engine.finite import is_finite
from convcli.numbers.tensor import Tensor
from convcli.problem import Bilinear, Convolution, Problem, convolution, gradients, transposed
from convcli.settings import Settings
from tests.strategies import SMALL, differentiated, problems, transposeds


def problem(x: Any, w: Any, **options: Any) -> Convolution:
    return convolution(Tensor.of(x), Tensor.of(w), rank=1, **options)


def dtype_of(case: Problem) -> str | None:
    found = streamed_as(case)
    return found and found.dtype


def test_what_can_be_written_block_by_block_and_as_what() -> None:
    floats, whole = np.ones((1, 5), "float32"), np.ones((1, 1, 2), int)
    assert dtype_of(problem(floats, whole)) == "float32"
    assert dtype_of(problem(floats.astype("float16"), whole)) == "float16"
    assert dtype_of(problem(floats.astype(int), whole)) == "int64"
    assert dtype_of(problem(floats.astype(int), [Fraction(1, 2)])) is None
    assert dtype_of(problem([2**62, 2**62], [1, 1])) is None
    assert dtype_of(problem([10**300, 1], [10**300, 1])) is None
    assert dtype_of(problem([1, 2], [1, 1], dtype="int8")) is None
    biases = (1, 2**63 - 1 - 2**24, 2**63 - 2**24, -(2**63), Fraction(1, 2))  # beside sums that float32 would hold
    added = [dtype_of(convolution(Tensor.of([3]), Tensor.of([2]), Tensor.of(bias), rank=1)) for bias in biases]
    assert added == ["int64", "int64", None, None, None]
    assert dtype_of(convolution(Tensor.of([2**40]), Tensor.of([2**20]), Tensor.of(1), rank=1)) is None  # limbs
    assert dtype_of(problem(floats, [np.inf, 1.0], settings=Settings(padding=1))) is None  # tap by tap, whole


def test_which_relatives_can_be_written_block_by_block() -> None:
    floats, whole = np.ones((1, 5), "float32"), np.ones((1, 1, 2), int)
    assert dtype_of(transposed(Tensor.of(floats), Tensor.of(whole), rank=1)) == "float32"
    assert dtype_of(transposed(Tensor.of(floats.astype(int)), Tensor.of(whole), rank=1)) == "int64"
    assert dtype_of(transposed(Tensor.of(floats), Tensor.of([np.inf, 1.0]), rank=1)) is None
    assert dtype_of(gradients(problem(floats, whole)).input) == "float32"
    assert dtype_of(gradients(problem(floats, whole)).kernel) is None
    folded = problem(floats, whole, settings=Settings(padding=1, padding_mode=PaddingMode.REFLECT))
    assert dtype_of(gradients(folded).input) is None


@given(problems(SMALL) | transposeds(SMALL) | differentiated(SMALL).map(lambda found: found.input))
@settings(max_examples=150)
def test_what_is_streamed_is_what_is_computed(case: Bilinear) -> None:
    found = streamed_as(case)
    if found is not None:
        y = np.full(case.spec.output_shape, 99, found.dtype)
        stream(case, found.sums, y, Means(threads=2))
        assert (y == run(case).output.values).all()


LAID_OUT: dict[str, Any] = {
    "in rows":       lambda x: x,
    "channels last": lambda x: np.ascontiguousarray(x.transpose(1, 2, 0)).transpose(2, 0, 1),
    "every other":   lambda x: np.repeat(x, 2, 2)[:, :, ::2],
    "backwards":     lambda x: x[:, ::-1],
}  # fmt: skip


@pytest.mark.parametrize("lost", [None, np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("name", LAID_OUT)
def test_whether_all_is_finite_is_told_without_a_copy(name: str, lost: float | None) -> None:
    x = np.full((4, 300, 300), 1e20, "float32")  # whose squares are not
    if lost is not None:
        x[2, 100, 7] = lost
    values = LAID_OUT[name](x)
    tracemalloc.start()
    with np.errstate(all="ignore"):
        assert is_finite(values) == (lost is None)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < x.nbytes / 10


@pytest.mark.parametrize("memory", [None, 2**18])
def test_floats_are_streamed_with_their_bias_in_little_memory(memory: int | None) -> None:
    rng = np.random.default_rng(4)
    x, w, bias = (rng.standard_normal(shape).astype("float32") for shape in ((3, 60, 60), (8, 3, 5, 5), (8,)))
    case = convolution(*map(Tensor.of, (x, w, bias)), rank=2, settings=Settings(padding=2))
    y = np.zeros(case.spec.output_shape, "float32")
    stream(case, Sums("float32"), y, Means(threads=2, memory=memory))
    assert np.allclose(y, run(case).output.values, atol=1e-4)
    assert abs(y).min() > 0
