"""Pooling's spec and problem: what the settings mean, and every refusal, whole."""

import itertools
import random
import re
from dataclasses import replace

import numpy as np
import pytest

from convcli.axis import Axis
from convcli.axis.barren import _always, _padded_less, _way_out
from convcli.errors import ConvError, FitError, InputError, UsageError
from convcli.numbers.tensor import Tensor
from convcli.problem import pooling
from convcli.settings import PoolKind, PoolSettings
from convcli.spec import pool_spec


def test_the_stride_is_the_window_and_the_window_may_be_the_whole_input() -> None:
    spec = pool_spec(sizes=(6, 9), channels=2, settings=PoolSettings(kernel_size=(2, 3)))
    assert [axis.stride for axis in spec.axes] == [2, 3]
    assert str(spec) == "max 2x3: 2@6x9 -> 2@3x3"
    whole = pool_spec(sizes=(6, 9), channels=2, settings=PoolSettings(kind=PoolKind.AVERAGE))
    assert (whole.kernels, whole.outputs, whole.whole, spec.whole) == ((6, 9), (1, 1), True, False)


@pytest.mark.parametrize("rule", ["valid", "same", "same-lower", "half", "full", "causal"])
def test_padding_by_a_rule(rule: str) -> None:
    spec = pool_spec(sizes=(7,), channels=1, settings=PoolSettings(kernel_size=4, stride=2, padding=rule))
    pads = {"valid": (0, 0), "same": (1, 2), "same-lower": (2, 1), "half": (2, 2), "full": (3, 3), "causal": (3, 0)}
    assert (spec.pads[0], spec.rule) == (pads[rule], rule)


def test_what_an_operation_costs() -> None:
    spec = pool_spec(sizes=(8, 8), channels=3, settings=PoolSettings(kernel_size=2), batch=2)
    assert spec.costs == [2 * 3 * 8 * 4 * 2, 2 * 3 * 4 * 4 * 2]
    assert spec.work == sum(spec.costs)
    assert spec.scratch == ("the rows pooled", 2 * 3 * 8 * 4)
    assert spec.noun == "pooling"


def refused(**chosen: object) -> ConvError:
    with pytest.raises(ConvError) as caught:
        pool_spec(sizes=(4, 4), channels=1, settings=PoolSettings(**{"kernel_size": 2, **chosen}))  # type: ignore[arg-type]
    return caught.value


#    what the row is about             settings                              kind        message
REFUSALS: dict[str, tuple[dict[str, object], type[ConvError], str]] = {
    "window 0": (
        {"kernel_size": 0},
        UsageError,
        "kernel-size is too small\n"
        "  given     kernel-size = 0 along height\n"
        "  expected  kernel-size of at least 1\n"
        "  fix       write kernel-size 1 or more",
    ),
    "three windows for two axes": (
        {"kernel_size": (1, 2, 3)},
        UsageError,
        "kernel-size has the wrong number of entries\n"
        "  given     kernel-size 1,2,3 for a 2-D pooling: 3 of them\n"
        "  expected  one number, or 2\n"
        "  fix       write kernel-size 1 to use the same on every axis",
    ),
    "stride 0": (
        {"stride": 0},
        UsageError,
        "stride is too small\n"
        "  given     stride = 0 along height\n"
        "  expected  stride of at least 1\n"
        "  fix       write stride 1 or more",
    ),
    "divisor 0": (
        {"divisor": 0},
        UsageError,
        "divisor is too small\n"
        "  given     divisor = 0\n"
        "  expected  divisor of at least 1\n"
        "  fix       write divisor 1 or more",
    ),
    "power 0": (
        {"power": 0},
        UsageError,
        "power is too small\n"
        "  given     power = 0\n"
        "  expected  power of at least 1\n"
        "  fix       write power 1 or more",
    ),
    "power 1001": (
        {"power": 1001},
        UsageError,
        "power is too large\n"
        "  given     power = 1001\n"
        "  expected  power of at most 1000\n"
        "  fix       pool with max, which is what Lp pooling comes to as the power grows",
    ),
    "a window larger than the input": (
        {"kernel_size": (2, 6)},
        FitError,
        "the kernel does not fit inside the padded input along width\n"
        "  given     input 4 + padding 0+0 = 4; kernel 6\n"
        "  expected  a padded input of at least 6\n"
        "  fix       add 1 padding on each side, or use a smaller kernel",
    ),
    "a first window in padding": (
        {"padding": [0, (2, 1)]},
        UsageError,
        "a pooling window lies wholly in padding along width\n"
        "  given     output 0 along width pools elements from -2 to -1; the input is 0 to 3\n"
        "  expected  at least one element of the input in every window\n"
        "  fix       lower the padding along width to 1",
    ),
    "a last window in padding": (
        {"padding": [(0, 4), 0], "kernel_size": 1},
        UsageError,
        "a pooling window lies wholly in padding along height\n"
        "  given     output 4 along height pools element 4; the input is 0 to 3\n"
        "  expected  at least one element of the input in every window\n"
        "  fix       lower the padding along height to 0",
    ),
    "a window around the input": (
        {"padding": [0, 3], "dilation": (1, 6), "stride": 1},
        FitError,
        "a pooling window lies wholly in padding along width\n"
        "  given     output 1 along width pools elements from -2 to 4 in steps of 6; the input is 0 to 3\n"
        "  expected  at least one element of the input in every window\n"
        "  fix       lower the dilation to 4",
    ),
    "a window around the input, and one before it": (
        {"padding": [0, 9], "dilation": (1, 6), "stride": 1},
        UsageError,
        "a pooling window lies wholly in padding along width\n"
        "  given     output 0 along width pools elements from -9 to -3 in steps of 6; the input is 0 to 3\n"
        "  expected  at least one element of the input in every window\n"
        "  fix       lower the dilation to 4 and the padding along width to 4",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("chosen", "kind", "text"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(chosen: dict[str, object], kind: type[ConvError], text: str) -> None:
    error = refused(**chosen)
    assert (type(error), str(error)) == (kind, text)


def test_the_way_out_of_padding_is_one_and_no_padding_more_would_do() -> None:
    rng = random.Random(1)
    ranges = (range(1, 5), range(1, 4), range(1, 4), range(1, 8), range(8), range(8), (False, True))
    found = 0
    for size, kernel, stride, dilation, before, after, ceil in rng.sample(list(itertools.product(*ranges)), 20_000):
        try:
            axis = Axis(
                size=size, kernel=kernel, stride=stride, dilation=dilation, pad_before=before, pad_after=after, ceil=ceil
            )  # fmt: skip
        except ConvError:
            continue
        if axis.barren is None:
            continue
        found += 1
        lowered = _padded_less(axis)
        if lowered.barren is not None:
            assert dilation > size
            lowered = _padded_less(replace(axis, dilation=size))
        assert lowered.barren is None
        assert lowered != axis
        said = _way_out(axis)
        pads = re.search(r"to (\d+)(?::(\d+))?$", said) if "padding" in said else None
        told = re.search(r"dilation to (\d+)", said)
        asked = replace(
            axis,
            dilation=int(told[1]) if told else dilation,
            pad_before=int(pads[1]) if pads else before,
            pad_after=int(pads[2] or pads[1]) if pads else after,
        )
        assert asked.barren is None
        if lowered.dilation == dilation and lowered.pad_after < after:
            assert replace(lowered, pad_after=lowered.pad_after + 1).barren is not None
        if lowered.dilation == dilation and lowered.pad_before < before:
            assert replace(lowered, pad_before=lowered.pad_before + 1).barren is not None
    assert found > 2000


def test_padding_that_no_input_makes_valid() -> None:
    sizes = range(1, 30)
    for span, stride, before, after, ceil in itertools.product(
        range(1, 5), range(1, 5), range(7), range(9), (False, True)
    ):
        some = [
            Axis(size=size, kernel=span, stride=stride, pad_before=before, pad_after=after, ceil=ceil)
            for size in sizes
            if span <= size + before + after
        ]
        assert {_always(axis) for axis in some} == {all(axis.barren is not None for axis in some)}


def test_an_input_of_the_wrong_rank_and_an_empty_one() -> None:
    with pytest.raises(FitError) as caught:
        pooling(Tensor.of([1, 2]), rank=2, settings=PoolSettings(kernel_size=1))
    assert str(caught.value) == (
        "the input has the wrong number of axes for a 2-D pooling\n"
        "  given     shape (2,): 1 axis\n"
        "  expected  (height, width), (channels, height, width) or (batch, channels, height, width)\n"
        "  fix       add axes of length 1, up to 2 axes, or use convcalc pool1d"
    )
    with pytest.raises(InputError, match="the input is empty"):
        pooling(Tensor.of(np.ones((0, 2), int)), rank=2)
