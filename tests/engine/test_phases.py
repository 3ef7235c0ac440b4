"""A transposed convolution by its phases, against the same by stamping."""

import numpy as np
import pytest
from hypothesis import given, settings

from convcli.engine import run
from convcli.engine.phases import phases
from convcli.engine.rows import RowLowered
from convcli.engine.stack import Stacked
from convcli.engine.stamp import kept, stamped
from convcli.numbers.tensor import Tensor
from convcli.problem import Transposed, transposed
from convcli.settings import Settings
from tests.engine.forcing import forced
from tests.strategies import SMALL, transposeds


@given(transposeds(SMALL))
@settings(max_examples=300)
def test_phases_give_each_output_that_a_stamp_reaches_once(case: Transposed) -> None:
    spec = case.spec
    count = np.zeros(spec.output_shape, int)
    for phase in phases(spec):
        part = count[(..., *(side.outs for side in phase.sides))]  # type: ignore[arg-type]  # NumPy's stub
        assert part.shape == phase.spec.output_shape
        part += 1
    ones = transposed(
        Tensor.of(np.ones((1, 1, *spec.sizes), int)),
        Tensor.of(np.ones((1, 1, *spec.kernels), int)),
        rank=spec.rank,
        settings=Settings(
            stride=tuple(axis.stride for axis in spec.axes),
            dilation=tuple(axis.dilation for axis in spec.axes),
            padding=spec.pads,
            output_padding=tuple(axis.output_padding for axis in spec.axes),
        ),
    ).spec
    reached = kept(stamped(np.ones((1, 1, *spec.sizes), int), np.ones((1, 1, *spec.kernels), int), ones), ones)
    assert ((count[:1, :1] == 1) | (reached == 0)).all()
    assert (count <= 1).all()


@given(transposeds(SMALL))
@settings(max_examples=100)
def test_phases_by_methods_that_want_their_output_in_a_row_agree_with_stamps(case: Transposed) -> None:
    bias = 0 if case.bias is None else case.bias.values.reshape(-1, *(1,) * case.spec.rank)
    expected = kept(stamped(case.x.values, case.w.values, case.spec), case.spec) + bias
    with forced(Stacked()):
        assert run(case).output.values.tolist() == expected.tolist()
    if case.spec.rank > 1:
        with forced(RowLowered()):
            assert run(case).output.values.tolist() == expected.tolist()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_an_infinite_weight_of_a_stamp_reaches_its_places_only(dtype: str) -> None:
    x, w = np.array([1, 2, 3], dtype), np.array([1, np.inf, 2], dtype)
    case = transposed(Tensor.of(x), Tensor.of(w), Tensor.of(np.array(5, dtype)), rank=1, settings=Settings(stride=3))
    assert run(case).output.values.ravel().tolist() == [6, np.inf, 7, 7, np.inf, 9, 8, np.inf, 11]


def test_outputs_that_no_stamp_reaches_are_the_bias() -> None:
    x, w = np.array([1.0, 2.0]), np.array([1.0])
    case = transposed(Tensor.of(x), Tensor.of(w), Tensor.of(np.array(5.0)), rank=1, settings=Settings(stride=3))
    assert run(case).output.values.ravel().tolist() == [6, 5, 5, 7]
    plain = transposed(Tensor.of(x), Tensor.of(w), rank=1, settings=Settings(stride=3))
    assert run(plain).output.values.ravel().tolist() == [1, 0, 0, 2]
