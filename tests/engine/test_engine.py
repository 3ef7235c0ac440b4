"""The engine against the trace, on exact numbers, with `==`; and the algorithms against each other at their borders."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from convcli.axis import PaddingMode
from convcli.engine import run
from convcli.engine.lower import Lowered
from convcli.engine.region import Region
from convcli.engine.taps import convolve_by_taps
from convcli.engine.threads import Scratch
from convcli.errors import FitError
from convcli.numbers.arithmetic import Overflow
from convcli.numbers.tensor import Tensor
from convcli.problem import Convolution, convolution, gradients
from convcli.settings import Settings
from convcli.spec import ConvSpec, Orientation
from convcli.trace import SumTrace
from tests.engine.forcing import forced
from tests.strategies import FRACTIONS, PAD_VALUES, SMALL, WIDE, problems


def assert_same_story(case: Convolution) -> None:
    output = run(case).output
    assert output.shape == case.spec.output_shape
    for step in SumTrace(case):
        assert step.value == output.at(step.at)


@given(problems(SMALL, pad_values=PAD_VALUES))
@settings(max_examples=300)
def test_engine_and_trace_agree_on_integers(case: Convolution) -> None:
    assert_same_story(case)


@given(problems(WIDE, pad_values=PAD_VALUES))
@settings(max_examples=200)
def test_engine_and_trace_agree_on_integers_past_64_bits(case: Convolution) -> None:
    assert_same_story(case)


@given(problems(FRACTIONS, pad_values=PAD_VALUES))
@settings(max_examples=150)
def test_engine_and_trace_agree_on_fractions(case: Convolution) -> None:
    assert_same_story(case)


@given(problems(st.integers(-(2**63), 2**63 - 1)))
@settings(max_examples=100)
def test_engine_and_trace_agree_on_the_whole_of_int64(case: Convolution) -> None:
    assert_same_story(case)


@pytest.mark.parametrize("overflow", [Overflow.WRAP, Overflow.SATURATE])
@pytest.mark.parametrize("dtype", ["int8", "uint16", "int64", "uint64"])
@given(data=st.data())
@settings(max_examples=40)
def test_engine_and_trace_agree_on_integer_types(dtype: str, overflow: Overflow, data: st.DataObject) -> None:
    assert_same_story(data.draw(problems(WIDE, dtype=dtype, overflow=overflow, pad_values=(0, 3, 10**20))))


@pytest.mark.parametrize("layout", ["nchw", "nhwc"])
@pytest.mark.parametrize("kernel_layout", ["oihw", "hwio", "ohwi"])
@given(case=problems(SMALL))
@settings(max_examples=25)
def test_every_layout_gives_the_same_output(layout: str, kernel_layout: str, case: Convolution) -> None:
    """The operands laid out anew, and the output laid back, are the problem itself."""
    rank = case.spec.rank
    space = tuple(range(2, 2 + rank))
    x = case.x.values.transpose(0, *space, 1) if layout == "nhwc" else case.x.values
    order = {"oihw": (0, 1, *space), "hwio": (*space, 1, 0), "ohwi": (0, *space, 1)}[kernel_layout]
    given_settings = Settings(
        stride=[axis.stride for axis in case.spec.axes],
        padding=list(case.spec.pads),
        dilation=[axis.dilation for axis in case.spec.axes],
        groups=case.spec.groups,
        padding_mode=case.spec.mode,
        flip=case.spec.orientation is Orientation.CONVOLUTION,
    )
    again = convolution(
        case.x.with_values(x),
        case.w.with_values(case.w.values.transpose(order)),
        case.bias,
        rank=rank,
        settings=given_settings,
        layout=layout,
        kernel_layout=kernel_layout,
        pad_value=case.pad_value.at(()),
    )
    assert run(again).output.equals(run(case).output)
    shown = run(again).presented.values
    assert np.array_equal(
        shown.transpose(0, 1 + rank, *range(1, 1 + rank)) if layout == "nhwc" else shown, run(case).output.values
    )


@pytest.mark.parametrize("bits", [11, 12, 13, 25, 26, 27, 31, 32, 33, 52, 53, 54, 62, 63, 64, 65, 200, 2000])
def test_the_borders_between_float32_float64_limbs_and_python_integers(bits: int) -> None:
    top = 2**bits
    x = Tensor.exact(np.array([[top - 1, -top, top - 3, 1, -top + 1]], object))
    w = Tensor.exact(np.array([[[top - 1, -top, 5]]], object))
    assert_same_story(convolution(x, w, rank=1))


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "uint32", "uint64", "int8", "int32"])
def test_weights_and_inputs_of_any_integer_type_are_split_without_wrapping(dtype: str) -> None:
    """As they come from files: narrow, and perhaps without a sign."""
    info = np.iinfo(dtype)
    w = Tensor(np.array([[[info.max, info.min, 3, info.max]]], dtype)) if dtype != "uint64" else Tensor.of([2**64 - 1])
    x = Tensor(np.array([[[2**31 - 1, -(2**31), 5, 7, 2**31 - 1]]], np.int32))
    assert_same_story(convolution(x, w, rank=1))
    assert_same_story(convolution(w, Tensor.of([2**40, 3]), rank=1, settings=Settings(padding=1)))


@pytest.mark.parametrize("padding", [0, 2])
@pytest.mark.parametrize("mode", list(PaddingMode))
@pytest.mark.parametrize("pad_value", [0, 5])
def test_integers_of_hundreds_of_bits_under_every_padding(mode: PaddingMode, pad_value: int, padding: int) -> None:
    if pad_value and mode is not PaddingMode.ZEROS:
        return
    x, w = Tensor.of(np.array([[10**300, 2, -3, 7**400]], object)), Tensor.of(np.array([[[3, -(10**250), 9]]], object))
    chosen = Settings(padding=padding, padding_mode=mode, dilation=1 if padding == 0 else 2)
    case = convolution(x, w, rank=1, settings=chosen, pad_value=pad_value)
    assert_same_story(case)
    for gradient in (gradients(case).input, gradients(case).kernel):
        output = run(gradient).output
        assert all(step.value == output.at(step.at) for step in SumTrace(gradient))


def test_results_are_int64_where_they_fit_and_python_integers_where_they_do_not() -> None:
    def output(value: int) -> Tensor:
        x, w = Tensor.exact(np.array([value], object)), Tensor.exact(np.array([1]))
        return run(convolution(x, w, rank=1)).output

    assert output(2**63 - 1).values.dtype == np.int64
    assert output(-(2**63)).values.dtype == np.int64
    assert output(2**63).values.dtype == object


def test_a_bias_that_carries_the_sum_past_64_bits_does_not_wrap() -> None:
    case = convolution(Tensor.of([2**62]), Tensor.of([1]), Tensor.of(2**62), rank=1)
    assert run(case).output.at((0, 0, 0)) == 2**63


@pytest.mark.parametrize("pad_value", [0, 1, 10**19, Fraction(1, 10**30)])
@pytest.mark.parametrize("cells", [[Fraction(1, 10**20), 1], [10**20, 0], [1, 2]])
def test_operands_and_padding_of_very_different_sizes(cells: list[int | Fraction], pad_value: int | Fraction) -> None:
    x = Tensor.of(np.array(cells, object))
    case = convolution(x, Tensor.of([1, 1]), rank=1, settings=Settings(padding=1), pad_value=pad_value)
    assert_same_story(case)


def test_an_all_zero_kernel_over_numbers_past_the_largest_double_gives_zero() -> None:
    case = convolution(Tensor.exact(np.array([10**400], object)), Tensor.of([0]), rank=1)
    assert run(case).output.at((0, 0, 0)) == 0


def test_the_work_reported_for_a_progress_bar_adds_up() -> None:
    case = convolution(Tensor.of(np.arange(64).reshape(1, 8, 8)), Tensor.of(np.ones((2, 1, 3, 3), int)), rank=2)
    done: list[float] = []
    run(case, done.append)
    assert sum(done) == case.spec.work
    done.clear()
    wide = convolution(case.x.with_values(case.x.values << 40), case.w.with_values(case.w.values << 20), rank=2)
    run(wide, done.append)
    assert sum(done) == wide.spec.work


class Leaky(Lowered):
    """Multiplies beyond the ends of its operands, as BLAS may on small ones, and throws that away."""

    def block(self, read: Region, w: Any, y: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> None:
        assert np.isnan(np.array([np.inf], y.dtype) - np.array([np.inf], y.dtype))
        super().block(read, w, y, spec, scratch)


@pytest.mark.parametrize("scale", [1, 2**30, 2**60])
def test_what_blas_reports_of_numbers_that_are_not_ours_is_no_warning(scale: int) -> None:
    with forced(Leaky()):
        assert run(convolution(Tensor.of([scale, 2 * scale, 3 * scale]), Tensor.of([1, -1]), rank=1)).output.values[
            0, 0
        ].tolist() == [-scale, -scale]


def test_padding_contributes_nothing_even_to_an_infinite_weight() -> None:
    case = convolution(
        Tensor.of(np.array([1.0])), Tensor.of(np.array([np.inf, 2.0, np.nan])), rank=1, settings=Settings(padding=1)
    )
    assert run(case).output.at((0, 0, 0)) == 2.0


def test_an_input_of_zero_under_an_infinite_weight_is_nan() -> None:
    case = convolution(Tensor.of(np.array([0.0])), Tensor.of(np.array([np.inf])), rank=1)
    assert np.isnan(run(case).output.values).all()


def test_a_padding_value_takes_part_in_products_that_are_not_finite() -> None:
    case = convolution(
        Tensor.of(np.array([1.0])),
        Tensor.of(np.array([np.inf, 1.0])),
        rank=1,
        settings=Settings(padding=[(1, 0)]),
        pad_value=-1,
    )
    assert run(case).output.at((0, 0, 0)) == -np.inf


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_floats_are_summed_in_their_accumulator_and_rounded_once(dtype: str) -> None:
    x = np.array([1, 2**-11, 2**-11, 2**-11], dtype)
    case = convolution(Tensor.of(x), Tensor.of(np.ones(4, dtype)), rank=1)
    assert run(case).output.values.dtype == dtype
    exact = 1 + 3 * 2**-11
    assert run(case).output.at((0, 0, 0)) == float(np.array(exact, dtype))


def test_blocks_and_taps_agree_on_numbers_that_are_not_finite() -> None:
    """An infinite input spreads to what reads it and no further, by every method; an infinite weight on padding to
    nothing at all."""
    rng = np.random.default_rng(5)
    x, w = rng.integers(-9, 9, (2, 4, 9, 7)).astype(float), rng.integers(-9, 9, (6, 2, 3, 2)).astype(float)
    settings = Settings(stride=(2, 1), padding=2, dilation=(2, 1), groups=2)
    plain = run(convolution(Tensor.of(x), Tensor.of(w), rank=2, settings=settings)).output.values
    x[0, 0, 0, 0] = np.inf
    by_blocks = run(convolution(Tensor.of(x), Tensor.of(w), rank=2, settings=settings)).output.values
    spec = convolution(Tensor.of(x), Tensor.of(w), rank=2, settings=settings).spec
    with np.errstate(invalid="ignore"):
        by_taps = convolve_by_taps(x, w, spec, np.array(0.0))
    assert np.array_equal(by_blocks, by_taps, equal_nan=True)
    reached = ~np.isfinite(by_taps)
    assert reached.any()
    assert (by_blocks[~reached] == plain[~reached]).all()
    w[0, 0, 0, 0] = np.inf  # at the corner it lies on padding
    on_padding = run(convolution(Tensor.of(x), Tensor.of(w), rank=2, settings=settings)).output.values
    assert on_padding[1, 0, 0, 0] == plain[1, 0, 0, 0]
    assert not np.isfinite(on_padding[1, 0]).all()


@pytest.mark.parametrize(
    ("policy", "expected"), [(Overflow.WRAP, [[-56, 44]]), (Overflow.SATURATE, [[127, 44]])], ids=["wrap", "saturate"]
)
def test_integer_types_wrap_or_saturate_when_told_to(policy: Overflow, expected: list[list[int]]) -> None:
    case = convolution(Tensor.of([[100, 100, -56]]), Tensor.of([[[1, 1]]]), rank=1, dtype="int8", overflow=policy)
    assert run(case).output.values[0].tolist() == expected
    assert [step.value for step in SumTrace(case)] == expected[0]


def test_an_integer_type_that_does_not_hold_a_result_says_where_and_how_many_bits() -> None:
    case = convolution(Tensor.of([1, 100, 100]), Tensor.of([1, 1]), rank=1, dtype="int8")
    with pytest.raises(FitError) as caught:
        run(case)
    assert str(caught.value) == (
        "the output has a value that int8 does not hold\n"
        "  given     200 at 1, the first of 1; it needs 9 bits\n"
        "  expected  values from -128 to 127\n"
        "  fix       choose a wider --dtype, or say --overflow wrap or --overflow saturate"
    )
    with pytest.raises(FitError) as caught:
        SumTrace(case).step((0, 0, 1))
    assert str(caught.value) == (
        "the output at 1 has a value that int8 does not hold\n"
        "  given     200; it needs 9 bits\n"
        "  expected  values from -128 to 127\n"
        "  fix       choose a wider --dtype, or say --overflow wrap or --overflow saturate"
    )
