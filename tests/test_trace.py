"""The trace by itself: what a step holds, what it costs, and what floats do in it."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.axis import PaddingMode
from convcli.engine import run
from convcli.numbers.tensor import Tensor
from convcli.problem import Convolution, convolution
from convcli.settings import Settings
from convcli.trace import SumTrace
from tests.strategies import FRACTIONS, problems


def test_a_step_holds_patch_padding_kernel_products_sums_bias_and_value() -> None:
    x = Tensor.of([[[1, 2], [3, 4]], [[5, 6], [7, 8]]])
    w = Tensor.of([[[[1, 0], [0, 1]], [[1, 1], [1, 1]]]])
    trace = SumTrace(convolution(x, w, Tensor.of([10]), rank=2, settings=Settings(padding=[(1, 0), (0, 0)])))
    step = trace.step((0, 0, 0, 0))
    assert [term.channel for term in step.terms] == [0, 1]
    first = step.terms[0]
    assert first.patch.tolist() == [[0, 0], [1, 2]]
    assert first.padding.tolist() == [[True, True], [False, False]]
    assert first.kernel.tolist() == [[1, 0], [0, 1]]
    assert first.products.tolist() == [[0, 0], [0, 2]]
    assert [term.sum for term in step.terms] == [2, 11]
    assert (step.bias, step.total, step.value) == (10, 23, 23)


def test_there_is_a_step_for_each_output_in_row_major_order() -> None:
    trace = SumTrace(convolution(Tensor.of(np.ones((2, 1, 3, 3), int)), Tensor.of(np.ones((2, 1, 2, 2), int)), rank=2))
    assert len(trace) == 16
    assert [step.at for step in trace] == list(trace.indices()) == sorted(trace.indices())


def test_a_mode_fills_padding_cells_that_are_marked_all_the_same() -> None:
    settings = Settings(padding=1, padding_mode=PaddingMode.REPLICATE)
    term = (
        SumTrace(convolution(Tensor.of([5, 6]), Tensor.of([1, 2]), rank=1, settings=settings)).step((0, 0, 0)).terms[0]
    )
    assert (term.patch.tolist(), term.padding.tolist(), term.products.tolist()) == ([5, 5], [True, False], [5, 10])


def test_a_padding_value_takes_part() -> None:
    case = convolution(
        Tensor.of([5]), Tensor.of([2, 1]), rank=1, settings=Settings(padding=[(1, 0)]), pad_value=Fraction(1, 2)
    )
    term = SumTrace(case).step((0, 0, 0)).terms[0]
    assert (term.patch.tolist(), term.products.tolist(), term.sum) == ([Fraction(1, 2), 5], [1, 5], 6)


def test_a_flipped_kernel_is_shown_as_it_meets_the_patch() -> None:
    case = convolution(Tensor.of([1, 2, 3]), Tensor.of([10, 1]), rank=1, settings=Settings(flip=True))
    assert SumTrace(case).step((0, 0, 0)).terms[0].kernel.tolist() == [1, 10]


def test_one_element_of_an_enormous_output_costs_one_element() -> None:
    x = Tensor(np.broadcast_to(np.int64(3), (1, 10**6, 10**6)))  # a million million cells, none of them stored twice
    trace = SumTrace(convolution(x, Tensor.of(np.ones((3, 3), int)), rank=2))
    assert trace.step((0, 0, 999_000, 5)).value == 27


@given(problems(FRACTIONS, dtype="float32"))
def test_a_float_total_is_the_exact_sum_rounded_once(case: Convolution) -> None:
    trace = SumTrace(case)
    for step in trace:
        products = [Fraction(p) for term in step.terms for p in term.products.ravel().tolist()]
        assert step.total == sum(products) + (0 if step.bias is None else Fraction(step.bias))
        assert step.value == float(
            np.float32(float(step.total))
        )  # products of 24 bits, few terms: a double holds the sum


@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=6))
def test_engine_and_trace_agree_within_rounding_on_doubles(values: list[float]) -> None:
    case = convolution(Tensor.of(np.array(values)), Tensor.of(np.array([0.1, -0.7, 1e-3])), rank=1)
    output = run(case).output
    for step in SumTrace(case):
        scale = sum(abs(float(p)) for p in step.terms[0].products.tolist())
        assert abs(float(step.value) - float(output.at(step.at))) <= 4 * 2.0**-53 * scale + 1e-322


@pytest.mark.parametrize(
    ("x", "w", "value"),
    [([np.inf, 1], [1, 1], np.inf), ([np.inf, -np.inf], [1, 1], np.nan), ([np.inf, 1], [0, 1], np.nan), ([1e308, 1e308], [10, 1], np.inf)],
)  # fmt: skip
def test_what_is_not_finite_follows_ieee_754(x: list[float], w: list[float], value: float) -> None:
    case = convolution(Tensor.of(np.array(x)), Tensor.of(np.array(w, float)), rank=1)
    assert np.array_equal(float(SumTrace(case).step((0, 0, 0)).value), value, equal_nan=True)
    assert np.array_equal(float(run(case).output.at((0, 0, 0))), value, equal_nan=True)


def test_a_finite_product_past_the_largest_double_beside_an_infinity_is_no_obstacle() -> None:
    case = convolution(Tensor.of(np.array([1e308, np.inf])), Tensor.of(np.array([1e308, 1.0])), rank=1)
    assert SumTrace(case).step((0, 0, 0)).value == np.inf


def test_padding_meets_an_infinite_weight_in_silence() -> None:
    case = convolution(
        Tensor.of(np.array([1.0])), Tensor.of(np.array([np.inf, 2.0])), rank=1, settings=Settings(padding=[(1, 0)])
    )
    assert SumTrace(case).step((0, 0, 0)).value == 2.0
