"""Pooling: engine against trace with `==`, both against the definition, and what types and sizes do."""

import itertools
import math
import time
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.engine import run
from convcli.engine.pooling import divisors, winners, work_of_powers
from convcli.errors import FitError
from convcli.numbers.arithmetic import Overflow, nearest, nearest_double
from convcli.numbers.roots import _above_root, exact_root, integer_root, nearest_root
from convcli.numbers.tensor import Tensor
from convcli.problem import Pooling, pooling
from convcli.settings import PoolKind, PoolSettings
from convcli.trace import AverageStep, LpStep, MaxStep, PoolTrace
from tests.pools import float_pools, pools, settings_of
from tests.strategies import FRACTIONS, SMALL, WIDE

MAX, AVERAGE, LP = PoolKind


def assert_same_story(case: Pooling) -> None:
    """Every element; where some roots of exact numbers are irrational, the others are doubles in the output too."""
    output = run(case).output
    assert output.shape == case.spec.output_shape
    rounded = case.arithmetic.name == "exact" and not output.is_exact
    for step in PoolTrace(case):
        value = nearest_double(*Fraction(step.value).as_integer_ratio()) if rounded else step.value
        assert value == output.at(step.at)
    if rounded:
        assert any(isinstance(step.value, float) for step in PoolTrace(case))


@given(pools(SMALL))
@settings(max_examples=300)
def test_engine_and_trace_agree_on_integers(case: Pooling) -> None:
    assert_same_story(case)


@given(pools(WIDE))
@settings(max_examples=150)
def test_engine_and_trace_agree_on_integers_past_64_bits(case: Pooling) -> None:
    assert_same_story(case)


@given(pools(FRACTIONS))
@settings(max_examples=150)
def test_engine_and_trace_agree_on_fractions(case: Pooling) -> None:
    assert_same_story(case)


@given(pools(st.sampled_from([0, 0, 0, 0, 3, -4, Fraction(1, 2)]), (LP,)))
@settings(max_examples=150)
def test_engine_and_trace_agree_where_roots_are_often_rational(case: Pooling) -> None:
    assert_same_story(case)


@given(float_pools())
@settings(max_examples=200)
def test_engine_and_trace_agree_on_the_largest_of_floats(case: Pooling) -> None:
    output = run(case).output
    places = winners(case)
    assert output.values.dtype == case.source.values.dtype
    for step in PoolTrace(case):
        value, engine = float(step.value), float(output.at(step.at))
        assert value == engine or (math.isnan(value) and math.isnan(engine))
        assert isinstance(step, MaxStep)
        assert np.ravel_multi_index(step.source[2:], case.spec.sizes) == places[step.at]


@pytest.mark.parametrize("overflow", [Overflow.WRAP, Overflow.SATURATE])
@pytest.mark.parametrize("dtype", ["int8", "uint64"])
@given(data=st.data())
@settings(max_examples=60)
def test_engine_and_trace_agree_on_integer_types(dtype: str, overflow: Overflow, data: st.DataObject) -> None:
    case = data.draw(pools(WIDE, dtype=dtype, overflow=overflow))
    try:
        output = run(case).output
    except FitError:
        with pytest.raises(FitError, match="not an integer"):
            list(PoolTrace(case))
        return
    for step in PoolTrace(case):
        assert step.value == output.at(step.at)


def by_definition(case: Pooling, at: tuple[int, ...]) -> int | Fraction | float:
    """The formula of semantics, read off: no axis, no trace."""
    axes, chosen = case.spec.axes, settings_of(case)
    cells, counted = [], 0
    for taps in itertools.product(*(range(axis.kernel) for axis in axes)):
        where = [o * a.stride - a.pad_before + t * a.dilation for a, o, t in zip(axes, at[2:], taps, strict=True)]
        counted += all(i < a.size + a.pad_after for a, i in zip(axes, where, strict=True))
        if all(0 <= i < a.size for a, i in zip(axes, where, strict=True)):
            cells.append(Fraction(case.source.at((*at[:2], *where))))
    if chosen.kind is MAX:
        return max(cells)
    if chosen.kind is AVERAGE:
        return sum(cells) / (chosen.divisor or (counted if chosen.count_include_pad else len(cells)))
    powers: float = sum(float(abs(cell)) ** chosen.power for cell in cells)
    return float(powers ** (1 / chosen.power))


@given(pools(FRACTIONS))
@settings(max_examples=200)
def test_the_trace_is_the_definition(case: Pooling) -> None:
    for step in PoolTrace(case):
        expected = by_definition(case, step.at)
        assert step.value == (pytest.approx(expected, rel=1e-12) if case.spec.kind is LP else expected)


@given(pools(SMALL))
def test_what_a_step_holds(case: Pooling) -> None:
    spec = case.spec
    for step in PoolTrace(case):
        inside = step.patch[~step.padding].tolist()
        assert step.patch.shape == spec.kernels
        assert not (step.overhang & ~step.padding).any()
        if isinstance(step, MaxStep):
            assert step.value == max(inside) == step.patch[step.winner] == case.source.at(step.source)
            assert step.equals == inside.count(step.value)
            assert not step.padding[step.winner]
            assert np.isneginf(step.patch[step.padding].astype(float)).all()
        elif isinstance(step, AverageStep):
            assert step.sum == sum(inside)
            assert step.divisor == divisors(spec)[step.at[2:]]
            assert Fraction(step.value) * step.divisor == step.sum
        else:
            assert isinstance(step, LpStep)
            assert step.sum == sum(abs(value) ** spec.power for value in inside) == step.powers.sum()


#    what the row is about             settings                                                           x             output
WORKED = {
    "ceil, padding counts":            (PoolSettings(kind=AVERAGE, kernel_size=3, stride=2, padding=1, ceil=True), [1, 2, 3, 4], [1, 3, 2]),
    "ceil, padding does not count":    (PoolSettings(kind=AVERAGE, kernel_size=3, stride=2, padding=1, ceil=True, count_include_pad=False), [1, 2, 3, 4], [Fraction(3, 2), 3, 4]),
    "a divisor of its own":            (PoolSettings(kind=AVERAGE, kernel_size=3, stride=2, padding=1, ceil=True, divisor=2), [1, 2, 3, 4], [Fraction(3, 2), Fraction(9, 2), 2]),
    "ceil drops a window":             (PoolSettings(kernel_size=4, stride=4, padding=2, ceil=True), [9, 2, 3, 4, 5, 6, 7, 8, 1], [9, 6, 8]),
    "3, 4, 5":                         (PoolSettings(kind=LP, kernel_size=2), [3, 4, -5, 12], [5, 13]),
    "a root of fractions":             (PoolSettings(kind=LP, kernel_size=2), [Fraction(3, 2), 2, 0, Fraction(1, 3)], [Fraction(5, 2), Fraction(1, 3)]),
    "the sum of magnitudes":           (PoolSettings(kind=LP, power=1, kernel_size=2), [3, -4, Fraction(1, 2), 1], [7, Fraction(3, 2)]),
    "cubes":                           (PoolSettings(kind=LP, power=3, kernel_size=3), [3, 4, -5], [6]),
    "a root that is irrational":       (PoolSettings(kind=LP, kernel_size=2), [1, 1, 3, 4], [math.sqrt(2), 5.0]),
    "global":                          (PoolSettings(kind=AVERAGE), [1, 2, 3, 4], [Fraction(5, 2)]),
    "dilation":                        (PoolSettings(kernel_size=2, stride=1, dilation=2), [5, 1, 2, 9], [5, 9]),
    "same":                            (PoolSettings(kernel_size=3, stride=2, padding="same"), [5, 1, 2, 9], [5, 9]),
}  # fmt: skip


@pytest.mark.parametrize(("chosen", "x", "output"), WORKED.values(), ids=WORKED)
def test_worked_examples(chosen: PoolSettings, x: list[int], output: list[int]) -> None:
    case = pooling(Tensor.of(np.array(x, object)), rank=1, settings=chosen)
    assert run(case).output.numbers() == output
    assert [step.value for step in PoolTrace(case)] == output


def test_global_pooling_of_a_long_signal_and_windows_longer_than_the_input() -> None:
    x = Tensor.of(np.arange(10**6))
    assert run(pooling(x, rank=1)).output.numbers() == [10**6 - 1]
    assert run(pooling(x, rank=1, settings=PoolSettings(kind=AVERAGE))).output.numbers() == [Fraction(10**6 - 1, 2)]
    far = PoolSettings(kind=AVERAGE, kernel_size=10**18, padding=5 * 10**17)
    assert run(pooling(Tensor.of([6]), rank=1, settings=far)).output.numbers() == [Fraction(6, 10**18)]


def test_counts_that_64_bits_do_not_hold() -> None:
    far = PoolSettings(kind=AVERAGE, kernel_size=10**18, padding=[(10**18 - 1, 0)])
    case = pooling(Tensor.of([[6]]), rank=2, settings=far)
    assert run(case).output.numbers() == [Fraction(6, 10**36)]


@pytest.mark.parametrize("bits", [24, 25, 26, 27, 30, 31, 32, 61, 62, 63, 64, 200])
@pytest.mark.parametrize("kind", PoolKind)
def test_the_borders_between_64_bits_and_python_integers(bits: int, kind: PoolKind) -> None:
    top = 2**bits
    x = Tensor.exact(np.array([top - 1, -top, top - 3, 1, -top + 1, 0, top], object))
    for power in (1, 2, 3):
        assert_same_story(pooling(x, rank=1, settings=PoolSettings(kind=kind, kernel_size=2, stride=1, power=power)))


def test_narrow_integers_do_not_wrap() -> None:
    x = Tensor(np.array([[100, 100, -128, -128]], np.int8))
    for kind, expected in ((MAX, [100, -128]), (AVERAGE, [100, -128])):
        assert run(pooling(x, rank=1, settings=PoolSettings(kind=kind, kernel_size=2))).output.numbers() == expected
    lp = PoolSettings(kind=LP, kernel_size=2, power=1)
    assert run(pooling(x, rank=1, settings=lp)).output.numbers() == [200, 256]


@given(st.integers(0, 10**40), st.integers(1, 10**12), st.integers(1, 9))
def test_roots(above: int, below: int, degree: int) -> None:
    root = integer_root(above, degree)
    assert root**degree <= above < (root + 1) ** degree
    ratio = Fraction(above, below)
    assert exact_root(ratio**degree, degree) == ratio
    with localcontext() as context:
        context.prec = 80
        decimal = (Decimal(ratio.numerator) / Decimal(ratio.denominator)) ** (1 / Decimal(degree))
        assert nearest_root(ratio, degree) == float(decimal)
        assert nearest_root(ratio, degree, "float32") == nearest(Fraction(decimal), "float32")


@given(float_pools((AVERAGE, LP)))
@settings(max_examples=100)
def test_floats_are_near_the_exact_result(case: Pooling) -> None:
    output, unit = run(case).output, 2.0 ** -np.finfo(case.arithmetic.name).nmant
    scale = 200 * unit
    for step in PoolTrace(case):
        cells = [abs(float(value)) for value in step.patch[~step.padding].tolist()]
        engine, value = float(output.at(step.at)), float(step.value)
        if all(1e-2 < cell < 1e2 or cell == 0 for cell in cells):
            assert abs(engine - value) <= scale * max(max(cells) * len(cells), 1)
        if any(map(math.isnan, cells)):
            assert np.isnan([engine, value]).all()


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_a_root_of_floats_is_rounded_once_from_the_exact_sum(dtype: str) -> None:
    x = np.array([1, 2, 3], dtype)
    case = pooling(Tensor.of(x), rank=1, settings=PoolSettings(kind=LP, kernel_size=3, power=3))
    step = PoolTrace(case).step((0, 0, 0))
    assert step.value == nearest_root(36, 3, dtype)
    assert run(case).output.values.dtype == dtype


@pytest.mark.parametrize("kind", PoolKind)
@given(data=st.data())
@settings(max_examples=20)
def test_the_work_reported_for_a_progress_bar_adds_up(kind: PoolKind, data: st.DataObject) -> None:
    case = data.draw(pools(SMALL, (kind,)))
    done: list[float] = []
    run(case, done.append)
    assert sum(done) == pytest.approx(case.spec.work)


@pytest.mark.parametrize("layout", ["nchw", "nhwc"])
@given(case=pools(SMALL))
@settings(max_examples=25)
def test_both_layouts_give_the_same_output(layout: str, case: Pooling) -> None:
    space = tuple(range(2, 2 + case.spec.rank))
    x = case.source.values.transpose(0, *space, 1) if layout == "nhwc" else case.source.values
    again = pooling(case.source.with_values(x), rank=case.spec.rank, settings=settings_of(case), layout=layout)
    assert run(again).output.equals(run(case).output)
    shown = run(again).presented.values
    back = shown.transpose(0, 1 + case.spec.rank, *range(1, 1 + case.spec.rank)) if layout == "nhwc" else shown
    assert np.array_equal(back, run(case).output.values)


def test_integer_types_hold_no_fractions_and_no_irrational_roots() -> None:
    x = Tensor.of([[1, 2, 1, 1]])
    with pytest.raises(FitError) as caught:
        run(pooling(x, rank=1, settings=PoolSettings(kind=AVERAGE, kernel_size=2), dtype="int8"))
    assert str(caught.value) == (
        "the output has a number that is not an integer, and int8 holds integers only\n"
        "  given     3/2 at 0,0\n"
        "  expected  integers\n"
        "  fix       scale the numbers to integers, or leave out --dtype to compute exactly"
    )
    case = pooling(x, rank=1, settings=PoolSettings(kind=LP, kernel_size=2, stride=1), dtype="int8")
    for work in (lambda: run(case), lambda: list(PoolTrace(case))):
        with pytest.raises(FitError) as caught:
            work()
        assert str(caught.value) == (
            "the output has a number that is not an integer, and int8 holds integers only\n"
            "  given     the square root of 5 at 0,0\n"
            "  expected  sums that are powers of integers\n"
            "  fix       leave out --dtype, for roots rounded once to float64"
        )


def test_what_is_not_finite_follows_ieee_754() -> None:
    inf, nan = math.inf, math.nan
    x = Tensor.of(np.array([inf, 1, -inf, inf, nan, 1]))
    for kind, expected in ((MAX, [inf, inf, nan]), (AVERAGE, [inf, nan, nan]), (LP, [inf, inf, nan])):
        case = pooling(x, rank=1, settings=PoolSettings(kind=kind, kernel_size=2))
        assert np.array_equal(run(case).output.values[0, 0], expected, equal_nan=True)
        steps = [float(step.value) for step in PoolTrace(case)]
        assert np.array_equal(steps, expected, equal_nan=True)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@given(data=st.data())
@settings(max_examples=60)
def test_of_zeros_that_differ_in_sign_the_first_wins(dtype: str, data: st.DataObject) -> None:
    case = data.draw(pools(SMALL, (MAX,)))
    cells = st.sampled_from([0.0, -0.0, 0.0, -0.0, -1.0, 1.0, -math.inf, math.nan])
    size = case.source.size
    x = np.array(data.draw(st.lists(cells, min_size=size, max_size=size)), dtype).reshape(case.source.shape)
    case = pooling(Tensor(x), rank=case.spec.rank, settings=settings_of(case))
    found = run(case).output.values
    wanted = np.array([step.value for step in PoolTrace(case)], dtype).reshape(found.shape)
    number = ~np.isnan(wanted)
    assert np.array_equal(np.isnan(found), ~number)
    assert found[number].tobytes() == wanted[number].tobytes()


def test_zeros_keep_the_sign_of_the_first() -> None:
    for kernel, x, expected in (
        (2, [0.0, -0.0, -0.0, 0.0], [False, True]),
        (4, [0.0, -0.0, -0.0, 0.0], [False]),
        (4, [-1.0, -0.0, 0.0, -2.0], [True]),
    ):
        case = pooling(Tensor.of(np.array(x)), rank=1, settings=PoolSettings(kernel_size=kernel))
        assert np.signbit(run(case).output.values[0, 0]).tolist() == expected


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_a_divisor_that_the_type_does_not_hold(dtype: str) -> None:
    x = np.array([[1e4, 2e4], [-1e4, -2e4], [math.inf, 1], [math.nan, 1]], dtype)
    for divisor in (10**310 if dtype == "float64" else 10**39, 10**400):
        chosen = PoolSettings(kind=AVERAGE, kernel_size=(1, 2), divisor=divisor)
        case = pooling(Tensor.of(x), rank=2, settings=chosen)
        steps = np.array([step.value for step in PoolTrace(case)], dtype)
        found = run(case).output.values.ravel()
        assert np.array_equal(found, steps, equal_nan=True)
        assert np.signbit(found[:2]).tolist() == [False, True]
    big = np.array([[1e308, 0]])
    case = pooling(Tensor.of(big), rank=2, settings=PoolSettings(kind=AVERAGE, kernel_size=(1, 2), divisor=10**309))
    assert run(case).output.numbers() == [0.1]


@given(st.integers(1, 30_000), st.integers(3, 1000), st.randoms(use_true_random=False), st.integers(-1, 1))
def test_newton_starts_above_the_root_and_close_to_it(bits: int, degree: int, rng: Any, off: int) -> None:
    power = max(1, (rng.getrandbits(-(-bits // degree)) + 1) ** degree + off)
    for number in (rng.getrandbits(bits) + 1, 2**bits, 2**bits - 1, power):
        start = _above_root(number, degree)
        assert start**degree > number
        below = start - (start >> 27) - 2
        assert below <= 0 or below**degree < number


@pytest.mark.parametrize(("bits", "degree"), [(10**6, 3), (3 * 10**6, 3), (2 * 10**6, 999)])
def test_newton_starts_above_the_root_of_huge_numbers(bits: int, degree: int) -> None:
    for number in (2**bits - 1, 2**bits, 2**bits + 1):
        start = _above_root(number, degree)
        assert start**degree > number > (start - (start >> 27) - 2) ** degree


def test_what_exact_powers_cost() -> None:
    def cost(x: object, count: int, power: int = 1000, dtype: str = "auto") -> int:
        chosen = PoolSettings(kind=LP, kernel_size=2, stride=1, power=power)
        return work_of_powers(pooling(Tensor.of(x), rank=1, settings=chosen, dtype=dtype), count)

    small = Fraction(1, 10**4000)
    assert cost([small, small, 3], 2) > 10**12 > cost([small, small, 3], 2, power=100)
    assert cost(np.arange(10**4), 5000) < 10**12
    assert cost(np.array([1e-300, math.nan, 2.0]), 2, dtype="exact") > 10**8
    assert cost(np.array([1e-300, 2.0]), 1) == 0
    assert cost([1, 2], 1, power=1) == 0


def test_the_root_of_the_sum_of_large_powers_is_found_at_once() -> None:
    x = Tensor.of(np.arange(1, 501))
    case = pooling(x, rank=1, settings=PoolSettings(kind=LP, kernel_size=2, power=1000))
    start = time.process_time()
    found = run(case).output.numbers()
    assert time.process_time() - start < 5  # once 40 s
    assert all(n <= root < n * 1.001 for n, root in zip(range(2, 501, 2), found, strict=True))
