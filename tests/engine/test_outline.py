"""What an outline says is what the computation does: its method, its blocks, its threads, its numbers."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.engine import Means, run
from convcli.engine.convolve import Work
from convcli.engine.gradient import KernelGradient
from convcli.engine.outline import NOTHING, Outline, outline, sums_of
from convcli.errors import FitError
from convcli.numbers.tensor import Tensor
from convcli.problem import Bilinear, convolution, gradients, transposed
from convcli.settings import Settings
from tests.strategies import FRACTIONS, PAD_VALUES, SMALL, WIDE, differentiated, problems, transposeds


def of_floats(*shape: int) -> Tensor:
    return Tensor.of(np.random.default_rng(3).standard_normal(shape).astype("f4"))


def what_ran(problem: Bilinear, threads: int) -> dict[str, Any]:
    """The computation, watched: which methods were asked, in which numbers, with how many threads, and how many blocks
    they came back with."""
    seen: dict[str, Any] = {"methods": set(), "threads": 0, "dtypes": set(), "blocks": 0}

    def tick(done: float) -> None:
        seen["blocks"] += 1

    with pytest.MonkeyPatch.context() as patch:
        convolve, compute = Work.convolve, KernelGradient.compute

        def watched(work: Work, *operands: Any, **more: Any) -> None:
            seen["methods"].add((work.method.name, work.why))
            seen["dtypes"].add(work.sums)
            seen["threads"] = max(seen["threads"], min(more["threads"], work.count))
            convolve(work, *operands, **more)

        def watched_gradient(gradient: KernelGradient, *operands: Any) -> None:
            seen["methods"].add(("by columns", "every gradient of a kernel is a matrix product"))
            seen["dtypes"].add(gradient.sums)
            compute(gradient, *operands)

        patch.setattr(Work, "convolve", watched)
        patch.setattr(KernelGradient, "compute", watched_gradient)
        run(problem, tick, threads)
    return seen


def assert_told(problem: Bilinear) -> Outline:
    told, seen = outline(problem, Means(threads=3)), what_ran(problem, 3)
    assert (told.work, told.input, told.kernel) == (problem.spec.work, problem.x.values.nbytes, problem.w.values.nbytes)
    if not seen["methods"]:
        assert told.parts == (NOTHING,) or [part.method for part in told.parts] == ["tap by tap"]
        assert (told.threads, told.held, told.parts[0].blocks) == (1, 0, 1)
        return told
    assert {(part.method, part.why) for part in told.parts} == seen["methods"]
    assert {(sums.dtype, sums.limbs) for sums in seen["dtypes"]} == {(told.dtype, told.limbs)}
    assert sum(part.blocks for part in told.parts) == seen["blocks"]
    assert told.held > 0
    if seen["threads"]:
        assert told.threads == seen["threads"]
    return told


@given(problems(st.one_of(SMALL, WIDE, FRACTIONS), pad_values=PAD_VALUES))
@settings(max_examples=100)
def test_of_a_convolution(case: Bilinear) -> None:
    assert_told(case)


@given(transposeds(st.one_of(SMALL, WIDE)))
@settings(max_examples=100)
def test_of_a_transposed_convolution(case: Bilinear) -> None:
    told = assert_told(case)
    assert sum(part.phases for part in told.parts) >= 1


@given(differentiated(), st.sampled_from(["input", "kernel", "bias"]))
@settings(max_examples=100)
def test_of_gradients(case: Any, name: str) -> None:
    assert_told(getattr(case, name))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("weight", [1.0, np.inf])
@pytest.mark.parametrize("padding", [0, 1])
def test_of_floats_that_are_not_finite(dtype: str, weight: float, padding: int) -> None:
    x, w = np.ones((1, 90, 90), dtype), np.ones((1, 1, 9, 9), dtype)
    w[0, 0, 0, 0] = weight
    told = assert_told(convolution(Tensor.of(x), Tensor.of(w), rank=2, settings=Settings(padding=padding)))
    assert (told.parts[0].method == "tap by tap") == (weight == np.inf and padding == 1)
    assert (told.dtype, told.limbs) == ("float64" if dtype == "float64" else "float32", None)
    assert told.output == told.work // 81 * np.dtype(dtype).itemsize


def test_of_integers_in_limbs_and_without() -> None:
    def told(x: Any, w: Any) -> Outline:
        return outline(convolution(Tensor.of(x), Tensor.of(w), rank=1), Means())

    whole, wide, wider = told([1, 2], [1]), told([2**40, 2], [2**40]), told(np.array([2**2000], object), [2**2000])
    assert (whole.dtype, whole.products, whole.output) == ("float32", 1, 16)
    assert (wide.dtype, wide.products > 1) == ("float64", True)
    assert (wider.dtype, wider.limbs, wider.products) == (None, None, 1)
    assert wider.parts[0].why == "the integers have too many bits for limbs of floats"


def test_the_input_and_its_padding_have_one_denominator() -> None:
    case = convolution(
        Tensor.of([1, 2]), Tensor.of([1]), rank=1, settings=Settings(padding=1), pad_value=Fraction(1, 10**30)
    )
    assert sums_of(case) is not None
    assert outline(case, Means()).products > 1
    assert_told(case)


def test_phases_by_one_method_are_one_part_of_which_the_largest_block_is_told() -> None:
    case = transposed(of_floats(16, 40, 40), of_floats(16, 8, 3, 3), rank=2, settings=Settings(stride=2))
    told = assert_told(case)
    assert sum(part.phases for part in told.parts) == 4
    assert max(part.block for part in told.parts)[0] == 8


def test_where_every_output_is_an_empty_sum_there_is_nothing_to_do() -> None:
    settings = Settings(stride=2, padding=[(1, 1)])
    assert assert_told(transposed(of_floats(1, 2), of_floats(1, 1, 1), rank=1, settings=settings)).parts == (NOTHING,)


def test_large_gradients_have_threads_and_small_ones_none() -> None:
    for size, threads in ((100, 3), (6, 1)):
        forward = convolution(of_floats(16, size, size), of_floats(16, 16, 3, 3), rank=2)
        assert outline(gradients(forward).kernel, Means(threads=3)).threads == threads


def test_less_memory_is_more_blocks_and_none_is_an_error() -> None:
    case = convolution(of_floats(16, 60, 60), of_floats(16, 16, 3, 3), rank=2)
    whole = outline(case, Means())
    part = outline(case, Means(memory=whole.held // 8))
    assert part.held <= whole.held // 8
    assert part.parts[0].blocks > whole.parts[0].blocks
    with pytest.raises(FitError):
        outline(case, Means(memory=10))
