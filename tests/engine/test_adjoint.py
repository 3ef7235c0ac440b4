"""Transposed convolution and gradients: engine against trace, the laws that define them, and exactness of both."""

import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.axis import PaddingMode
from convcli.engine import run
from convcli.numbers.arithmetic import Overflow
from convcli.numbers.tensor import Tensor
from convcli.problem import Bilinear, Convolution, Gradients, Transposed, convolution, gradients, transposed
from convcli.settings import Settings
from convcli.spec import input_gradient
from convcli.trace import SumTrace
from tests.strategies import FRACTIONS, SMALL, WIDE, differentiated, problems, tensors, transposeds


def assert_same_story(case: Bilinear) -> None:
    output = run(case).output
    assert output.shape == case.spec.output_shape
    for step in SumTrace(case):
        assert step.value == output.at(step.at)


def inner(one: Tensor, other: Tensor) -> Any:
    """The exact inner product of two tensors."""
    return sum((Fraction(a) * Fraction(b) for a, b in zip(one.numbers(), other.numbers(), strict=True)), Fraction(0))


@given(transposeds(SMALL))
@settings(max_examples=300)
def test_engine_and_trace_agree_on_transposed_convolutions(case: Transposed) -> None:
    assert_same_story(case)


@pytest.mark.parametrize(
    "numbers", [WIDE, FRACTIONS, st.integers(-(2**63), 2**63 - 1)], ids=["wide", "fractions", "int64"]
)
@given(data=st.data())
@settings(max_examples=80)
def test_and_on_numbers_of_any_size(numbers: Any, data: st.DataObject) -> None:
    assert_same_story(data.draw(transposeds(numbers)))


@pytest.mark.parametrize("overflow", [Overflow.WRAP, Overflow.SATURATE])
@given(data=st.data())
@settings(max_examples=30)
def test_and_on_integer_types(overflow: Overflow, data: st.DataObject) -> None:
    assert_same_story(data.draw(transposeds(WIDE, "int8", overflow)))


@pytest.mark.parametrize("numbers", [SMALL, WIDE, FRACTIONS], ids=["small", "wide", "fractions"])
@given(data=st.data())
@settings(max_examples=100)
def test_engine_and_trace_agree_on_gradients(numbers: Any, data: st.DataObject) -> None:
    case = data.draw(differentiated(numbers))
    for problem in (case.input, case.kernel, case.bias):
        assert_same_story(problem)


@pytest.mark.parametrize("bits", [11, 12, 13, 25, 26, 27, 31, 32, 33, 52, 53, 54, 62, 63, 64, 65, 200, 2000])
def test_the_borders_between_float32_float64_limbs_and_python_integers(bits: int) -> None:
    top = 2**bits
    x = Tensor.exact(np.array([[top - 1, -top, top - 3, 1, -top + 1]], object))
    w = Tensor.exact(np.array([[[top - 1, -top, 5]]], object))
    assert_same_story(transposed(x, w, rank=1, settings=Settings(stride=2)))
    case = gradients(convolution(x, w, rank=1), Tensor.exact(np.array([[top, -top, top - 7]], object)))
    assert_same_story(case.kernel)
    assert_same_story(case.input)


def linear(case: Convolution) -> Convolution:
    """A convolution without what does not depend on the input."""
    return replace(case, bias=None, pad_value=Tensor.exact(np.array(0)))


@given(problems(WIDE), st.data())
@settings(max_examples=200)
def test_the_input_gradient_is_the_adjoint_of_the_convolution(case: Convolution, data: st.DataObject) -> None:
    """<conv(u), y> == <u, conv_transpose(y)> exactly, for every u and y, in every padding mode."""
    y = data.draw(tensors(case.spec.output_shape, WIDE))
    u = data.draw(tensors(case.source.shape, WIDE))
    forward = run(replace(linear(case), source=u)).output
    assert inner(forward, y) == inner(u, run(gradients(case, _shown(case, y)).input).output)


@given(problems(SMALL), st.data())
@settings(max_examples=200)
def test_the_kernel_gradient_is_the_directional_derivative(case: Convolution, data: st.DataObject) -> None:
    """L(w + v) - L(w) == <dw, v> exactly, as the operation is linear in w."""
    y = data.draw(tensors(case.spec.output_shape, SMALL))
    v = data.draw(tensors(case.w.shape, SMALL))
    moved = replace(case, w=Tensor.exact(case.w.values + v.values))
    difference = inner(run(moved).output, y) - inner(run(case).output, y)
    assert difference == inner(run(gradients(case, _shown(case, y)).kernel).output, v)


@given(problems(SMALL), st.data())
def test_the_bias_gradient_is_the_sum_of_dy(case: Convolution, data: st.DataObject) -> None:
    y = data.draw(tensors(case.spec.output_shape, SMALL))
    found = run(gradients(case, _shown(case, y)).bias)
    assert found.presented.values.tolist() == y.values.sum(axis=(0, *range(2, y.values.ndim))).tolist()


def _shown(case: Convolution, y: Tensor) -> Tensor:
    return case.view.present(y)


@given(transposeds(SMALL))
@settings(max_examples=150)
def test_stamping_is_transposed_convolution(case: Transposed) -> None:
    """The definition, written as a loop: each input element adds its scaled kernel, and the result is cropped."""
    spec, x, w = case.spec, case.x.values, case.w.values
    shape = tuple(max(axis.full, axis.pad_before + axis.output) for axis in spec.axes)
    full = np.zeros((spec.batch, spec.channels_out, *shape), np.int64)
    w = np.flip(w, tuple(range(2, w.ndim))) if spec.flipped else w
    for n, c, *place in np.ndindex(x.shape):
        group = c // spec.group_in
        for within in range(spec.group_out):
            for tap in np.ndindex(spec.kernels):
                at = tuple(
                    p * axis.stride + t * axis.dilation for p, t, axis in zip(place, tap, spec.axes, strict=True)
                )
                full[(n, group * spec.group_out + within, *at)] += x[(n, c, *place)] * w[(c, within, *tap)]
    kept = full[(slice(None), slice(None), *(slice(a.pad_before, a.pad_before + a.output) for a in spec.axes))]
    if case.bias is not None:
        kept = kept + case.bias.values.reshape(-1, *(1,) * spec.rank)
    assert run(case).output.values.tolist() == kept.tolist()
    assert run(case.uncropped).output.shape[2:] == tuple(axis.full for axis in spec.axes)


@given(problems(SMALL))
def test_work_and_scratch_are_what_the_engine_does(case: Convolution) -> None:
    done: list[float] = []
    dx = gradients(case).input
    run(dx, done.append)
    assert sum(done) == pytest.approx(dx.spec.work)
    assert dx.spec.scratch[1] == case.spec.batch * case.spec.channels_in * math.prod(a.padded for a in dx.spec.axes)
    done.clear()
    dw = gradients(case).kernel
    run(dw, done.append)
    assert sum(done) == dw.spec.work == case.spec.work
    assert dw.spec.scratch == case.spec.scratch


def test_infinities_by_ieee_754_and_padding_contributes_nothing() -> None:
    x, w = Tensor.of(np.array([1.0, np.inf])), Tensor.of(np.array([0.0, 2.0]))
    found = run(transposed(x, w, rank=1)).output.values.ravel()
    np.testing.assert_array_equal(found, [0.0, np.nan, np.inf])
    forward = convolution(Tensor.of(np.array([1.0, 2.0])), w, rank=1, settings=Settings(padding=1))
    dw = run(gradients(forward, Tensor.of(np.array([np.inf, 1.0, 1.0]))).kernel).presented.values
    np.testing.assert_array_equal(dw, [3.0, np.inf])
    dw = run(gradients(replace_flip(forward), Tensor.of(np.array([np.inf, 1.0, 1.0]))).kernel).presented.values
    np.testing.assert_array_equal(dw, [np.inf, 3.0])


def replace_flip(forward: Convolution) -> Convolution:
    x, w = Tensor.of(np.array([1.0, 2.0])), forward.w.with_values(forward.w.values[0, 0])
    return convolution(x, w, rank=1, settings=Settings(padding=1, flip=True))


def test_what_crops_can_leave_beyond_every_stamp() -> None:
    """Output padding un-crops real sums; what lies beyond them is an empty sum, the bias alone."""
    x, k = Tensor.of([[1]]), Tensor.of(np.arange(1, 10).reshape(3, 3))
    case = transposed(x, k, rank=2, settings=Settings(stride=2, padding=1, output_padding=1))
    assert run(case).presented.values.tolist() == [[5, 6], [8, 9]]
    bare = transposed(
        Tensor.of([7]), Tensor.of([1]), Tensor.of(5), rank=1, settings=Settings(stride=3, output_padding=2)
    )
    assert run(bare).presented.values.tolist() == [12, 5, 5]
    assert [len(step.terms[0].products) for step in SumTrace(bare)] == [1, 0, 0]
    assert_same_story(bare)


SAME = {"same": [1, 10, 102, 20, 203, 30], "same-lower": [10, 102, 20, 203, 30, 300]}


@pytest.mark.parametrize("rule", SAME)
def test_both_rules_called_same(rule: str) -> None:
    case = transposed(Tensor.of([1, 2, 3]), Tensor.of([1, 10, 100]), rank=1, settings=Settings(stride=2, padding=rule))
    assert run(case).presented.values.tolist() == SAME[rule]
    assert case.spec.rule == rule


def test_the_gradient_of_the_input_says_its_convolution() -> None:
    case = convolution(Tensor.of(np.arange(6)), Tensor.of([1, 2, 3]), rank=1, settings=Settings(stride=2))
    spec = input_gradient(case.spec)
    assert (str(spec), spec.axes[0].output_padding) == ("1@2 *T 3 -> 1@6", 1)
    assert str(gradients(case).kernel.spec) == "gradient of the kernel of 1@6 * 3 -> 1@2"


def test_gradients_are_shown_as_their_operands_were_given() -> None:
    x = Tensor.of(np.arange(32).reshape(4, 4, 2))
    w = Tensor.of(np.arange(24).reshape(2, 2, 2, 3))
    forward = convolution(x, w, rank=2, layout="nhwc", kernel_layout="hwio")
    case: Gradients = gradients(forward, Tensor.of(np.ones((3, 3, 3), int)), kernel_layout="hwio")
    assert run(case.input).presented.shape == (4, 4, 2)
    assert run(case.kernel).presented.shape == (2, 2, 2, 3)
    assert run(case.bias).presented.values.tolist() == [9, 9, 9]
    assert (case.input.view.axes, case.kernel.view.axes, case.bias.view.axes) == ("y,x,c", "y,x,c,o", "o")
    matrix = gradients(
        convolution(Tensor.of(np.arange(8).reshape(2, 2, 2)), Tensor.of([[1, 2]]), rank=2, pointwise=True)
    )
    assert run(matrix.kernel).presented.values.tolist() == [[6, 22]]
    vector = gradients(convolution(Tensor.of([[5, 6]]), Tensor.of([1, 2, 3]), rank=2, pointwise=True))
    assert run(vector.kernel).presented.values.tolist() == [11, 11, 11]
    inputs = gradients(convolution(Tensor.of(np.arange(6).reshape(2, 3)), Tensor.of([[1, 2], [3, 4]]), rank=1))
    assert run(inputs.kernel).presented.shape == (2, 2)
    outputs = gradients(convolution(Tensor.of([1, 2, 3]), Tensor.of([[1, 2], [3, 4], [5, 6]]), rank=1))
    assert run(outputs.kernel).presented.shape == (3, 2)
    shared = gradients(
        convolution(Tensor.of(np.arange(6).reshape(2, 3)), Tensor.of([1, 2]), rank=1, settings=Settings(groups=2))
    )
    assert run(shared.kernel).presented.shape == (2, 1, 2)
    bare = gradients(convolution(Tensor.of([1, 2, 3]), Tensor.of([1, 2]), rank=1))
    assert [run(p).presented.values.tolist() for p in (bare.input, bare.kernel, bare.bias)] == [[1, 3, 2], [3, 5], [2]]


@pytest.mark.parametrize("mode", [PaddingMode.REPLICATE, PaddingMode.REFLECT, PaddingMode.CIRCULAR])
@pytest.mark.parametrize("bits", [24, 53])
def test_sums_that_fold_back_onto_one_element_stay_exact_past_the_border(mode: PaddingMode, bits: int) -> None:
    """Each sum before folding fits the float type that the bound allows; what folds together does not."""
    forward = convolution(Tensor.of([1, 1]), Tensor.of([1]), rank=1, settings=Settings(padding=1, padding_mode=mode))
    dy = Tensor.exact(np.array([2**bits - 1, 2**bits - 2, 2**bits - 4, 2**bits - 8]))
    case = gradients(forward, dy).input
    assert sum(run(case).output.numbers()) == 4 * 2**bits - 15
    assert_same_story(case)
