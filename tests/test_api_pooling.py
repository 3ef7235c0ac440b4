"""Pooling in Python: torch's names and order, what comes back for what goes in, explanations and refusals."""

import inspect
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import convcli
from convcli import (
    ConvError,
    avg_pool1d,
    avg_pool2d,
    explain_pool,
    global_avg_pool,
    global_max_pool,
    lp_pool1d,
    max_pool1d,
    max_pool2d,
)
from convcli.errors import InputError, UsageError

TORCH = {
    "max": ["input", "kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices"],
    "avg": ["input", "kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", "divisor_override"],
    "lp": ["input", "norm_type", "kernel_size", "stride", "ceil_mode"],
}


@pytest.mark.parametrize("kind", TORCH)
def test_arguments_are_named_and_ordered_as_in_torch(kind: str) -> None:
    for rank in (1, 2, 3):
        parameters = inspect.signature(getattr(convcli, f"{kind}_pool{rank}d")).parameters
        positional = [name for name, p in parameters.items() if p.kind is p.POSITIONAL_OR_KEYWORD]
        assert positional == TORCH[kind]


#     what goes in                     function                       input                                          output, type
TYPES: dict[str, tuple[Callable[[object], object], object, list[object], object]] = {
    "the largest of integers":         (lambda x: max_pool1d(x, 2), [1, 2], [2], np.int64),  # type: ignore[arg-type]
    "of integers past 64 bits":        (lambda x: max_pool1d(x, 2), [2**70, 2], [2**70], object),  # type: ignore[arg-type]
    "of narrow integers":              (lambda x: max_pool1d(x, 2), np.array([1, 2], "i1"), [2], np.int64),  # type: ignore[arg-type]
    "of halves":                       (lambda x: max_pool1d(x, 2), np.array([1, 2], "f2"), [2], np.float16),  # type: ignore[arg-type]
    "of fractions":                    (lambda x: max_pool1d(x, 2), [Fraction(1, 3), 1], [1], object),  # type: ignore[arg-type]
    "averages of integers":            (lambda x: avg_pool1d(x, 3), [1, 2, 2], [5 / 3], np.float64),  # type: ignore[arg-type]
    "averages that are integers":      (lambda x: avg_pool1d(x, 2), [1, 3], [2.0], np.float64),  # type: ignore[arg-type]
    "averages of fractions":           (lambda x: avg_pool1d(x, 3), [Fraction(1), 2, 2], [Fraction(5, 3)], object),  # type: ignore[arg-type]
    "averages of decimals":            (lambda x: avg_pool1d(x, 2), np.array([Decimal("0.1"), Decimal("0.2")]), [Fraction(3, 20)], object),  # type: ignore[arg-type]
    "averages of floats":              (lambda x: avg_pool1d(x, 2), np.array([1, 2], "f4"), [1.5], np.float32),  # type: ignore[arg-type]
    "roots of integers":               (lambda x: lp_pool1d(x, 2, 2), [3, 4], [5.0], np.float64),  # type: ignore[arg-type]
    "irrational roots of fractions":   (lambda x: lp_pool1d(x, 2, 2), [Fraction(1), 1], [2**0.5], np.float64),  # type: ignore[arg-type]
    "rational roots of fractions":     (lambda x: lp_pool1d(x, 2.0, 2), [Fraction(3, 2), 2], [Fraction(5, 2)], object),  # type: ignore[arg-type]
    "sums of magnitudes":              (lambda x: lp_pool1d(x, 1, 2), [3, -4], [7], np.int64),  # type: ignore[arg-type]
}  # fmt: skip


@pytest.mark.parametrize(("function", "x", "values", "dtype"), TYPES.values(), ids=TYPES)
def test_what_comes_back(function: Callable[[object], object], x: object, values: list[object], dtype: type) -> None:
    output = function(x)
    assert isinstance(output, np.ndarray)
    assert (output.tolist(), output.dtype) == (values, np.dtype(dtype))


def test_indices_are_counted_within_a_channel() -> None:
    x = np.arange(32).reshape(2, 4, 4)
    values, places = max_pool2d(x, 2, return_indices=True)
    assert values.tolist() == [[[5, 7], [13, 15]], [[21, 23], [29, 31]]]
    assert places.tolist() == [[[5, 7], [13, 15]]] * 2


def test_padding_by_number_pairs_and_name() -> None:
    x = [5, 1, 2]
    assert max_pool1d(x, 2, 1, [(1, 0)]).tolist() == [5, 5, 2]  # type: ignore[union-attr]
    assert max_pool1d(x, 2, 1, "causal").tolist() == [5, 5, 2]  # type: ignore[union-attr]
    assert max_pool1d(x, 2, 1, "SAME_UPPER").tolist() == [5, 2, 2]  # type: ignore[union-attr]


def test_global_pooling_takes_the_axes_after_the_channels_unless_told() -> None:
    x = np.arange(12).reshape(1, 3, 2, 2)
    assert global_max_pool(x).tolist() == [[[[3]], [[7]], [[11]]]]
    assert global_avg_pool(x[0], rank=2).tolist() == [[[1.5]], [[5.5]], [[9.5]]]
    assert global_avg_pool(x[0]).tolist() == [[[0.5], [2.5]], [[4.5], [6.5]], [[8.5], [10.5]]]


def test_an_explanation_steps_and_shows_itself() -> None:
    trace = explain_pool([[3, 3], [0, 4]], 2, 1, 1, kind="avg", count_include_pad=False)
    assert trace[0, 0].divisor == 1  # type: ignore[attr-defined]
    assert trace[1, 1].value == Fraction(5, 2)
    assert "y[0,0]  [░ ░; ░ 3] → sum 3 over 1 cell (3 of 4 not counted) = 3" in str(trace)
    assert explain_pool(np.ones((2, 3, 3), int), (2, 2))[1, 0, 0].value == 1
    assert explain_pool(np.ones((2, 3, 3), int), None, kind="lp", norm_type=1, rank=2)[1, 0, 0].value == 9
    assert explain_pool([1, 2, 4], 3, kind="avg", divisor_override=2)[0].value == Fraction(7, 2)


REFUSALS: dict[str, tuple[Callable[[], object], type[ConvError], str]] = {
    "text": (
        lambda: max_pool1d(["a"], 1),
        InputError,
        "the input is not a tensor of numbers\n"
        "  given     a tensor of <U1 is not a tensor of integers or floats\n"
        "  expected  an array, or nested lists of equal lengths, of integers, floats, Fractions or Decimals\n"
        "  fix       look at numpy.asarray(input).dtype and .shape",
    ),
    "half a window": (
        lambda: max_pool1d([1], 1.5),  # type: ignore[arg-type]
        UsageError,
        "kernel_size is not an integer\n"
        "  given     kernel_size = `1.5`\n"
        "  expected  an integer, or one for each axis\n"
        "  fix       write kernel_size=1, or kernel_size=(1, 2)",
    ),
    "an infinite power": (
        lambda: lp_pool1d([1], float("inf"), 1),
        UsageError,
        "the power of Lp pooling is infinite\n"
        "  given     norm_type = inf\n"
        "  expected  an integer from 1 to 1000\n"
        "  fix       pool with max: the largest magnitude is the limit of Lp pooling; take magnitudes first",
    ),
    "a power that is no integer": (
        lambda: lp_pool1d([1], 2.5, 1),
        UsageError,
        "norm_type is not an integer\n"
        "  given     norm_type = `2.5`\n"
        "  expected  an integer\n"
        "  fix       write norm_type=1",
    ),
    "an image without a rank": (
        lambda: global_avg_pool([[1, 2], [3, 4]]),
        UsageError,
        "the rank of global pooling is not 1, 2 or 3\n"
        "  given     an input of 2 axes\n"
        "  expected  an input (N, C, *n) of 3 to 5 axes, or the rank\n"
        "  fix       say rank=2 if the last two axes are height and width",
    ),
    "rank 4": (
        lambda: global_max_pool([[1, 2], [3, 4]], rank=4),
        UsageError,
        "the rank of global pooling is not 1, 2 or 3\n"
        "  given     rank 4\n"
        "  expected  an input (N, C, *n) of 3 to 5 axes, or the rank\n"
        "  fix       say rank=2 if the last two axes are height and width",
    ),
    "channels or depth": (
        lambda: explain_pool(np.ones((3, 4, 4), int), 2),
        UsageError,
        "how many axes are pooled is not said\n"
        "  given     an input of shape (3, 4, 4), kernel_size 2\n"
        "  expected  rank 1, 2 or 3\n"
        "  fix       say rank=2 for height and width",
    ),
    "channels or depth, globally": (
        lambda: explain_pool(np.ones((3, 4, 4), int), None),
        UsageError,
        "how many axes are pooled is not said\n"
        "  given     an input of shape (3, 4, 4)\n"
        "  expected  rank 1, 2 or 3\n"
        "  fix       say rank=2 for height and width",
    ),
    "rank 0": (
        lambda: explain_pool([1], 2, rank=0),
        UsageError,
        "how many axes are pooled is not said\n"
        "  given     an input of shape (1,), rank 0\n"
        "  expected  rank 1, 2 or 3\n"
        "  fix       say rank=2 for height and width",
    ),
    "a kind there is not": (
        lambda: explain_pool([1], 1, kind="average"),
        UsageError,
        "kind has no such choice\n"
        "  given     kind = `'average'`\n"
        "  expected  max, avg, lp\n"
        "  fix       write kind='avg', which means the same",
    ),
    "a divisor that is no integer": (
        lambda: avg_pool2d([[1]], 1, divisor_override=0.5),  # type: ignore[arg-type]
        UsageError,
        "divisor is not an integer\n"
        "  given     divisor = `0.5`\n"
        "  expected  an integer\n"
        "  fix       write divisor=1",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "text"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(call: Callable[[], object], kind: type[ConvError], text: str) -> None:
    with pytest.raises(ConvError) as caught:
        call()
    assert (type(caught.value), str(caught.value)) == (kind, text)
