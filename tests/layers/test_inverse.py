"""Which settings give a size, against enumeration; and what is said where none does."""

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.errors import ConvError, FitError, UsageError
from convcli.layers import Bounds, Kind, Layer, settings_for
from convcli.layers.unreachable import unreachable
from tests.layers.settings import layers

NARROW = Bounds(kernel=4, stride=3, padding=2, dilation=2)


def output(layer: Layer, size: int) -> int | None:
    try:
        return layer.axis(size, 0, 1).output
    except FitError:
        return None


@given(st.sampled_from((Kind.CONV, Kind.TRANSPOSED)), st.integers(1, 9), st.integers(1, 9))
def test_every_layer_within_the_bounds_that_gives_the_size_is_found(kind: Kind, size: int, want: int) -> None:
    pads = [(p, p) for p in range(3)] + [(0, 1), (1, 2)]
    expected = set()
    for k, s, d, (before, after) in itertools.product(range(1, 5), range(1, 4), (1, 2), pads):
        for op in range(max(s, d)) if kind is Kind.TRANSPOSED else (0,):
            if (k == 1 and d > 1) or max(before, after) > (k - 1) * d:
                continue
            total = (size - 1) * s - before - after + (k - 1) * d + 1 + op
            room = size + before + after - (k - 1) * d - 1
            made = total if kind is Kind.TRANSPOSED else room // s + 1 if room >= 0 else 0
            if made == want:
                expected.add((k, s, d, before, after, op))
    try:
        found = settings_for(Layer(kind=kind), (size,), (want,), NARROW).common
    except FitError:
        found = ()
    axes = [layer.axis(size, 0, 1) for layer in found]
    keys = [(a.kernel, a.stride, a.dilation, a.pad_before, a.pad_after, getattr(a, "output_padding", 0)) for a in axes]
    assert set(keys) == expected
    assert len(keys) == len(expected)


@given(layers(kinds=(Kind.MAX, Kind.CONV, Kind.TRANSPOSED)), st.integers(1, 8), st.integers(1, 8))
def test_what_is_given_is_kept(layer: Layer, size: int, want: int) -> None:
    try:
        found = settings_for(layer, (size,), (want,), NARROW)
    except FitError:
        assert output(layer, size) != want or layer.kind is Kind.MAX  # a window of a pool may lie on padding alone
        return
    assert len(found.common) == found.tried == 1
    assert output(found.common[0], size) == want


def simplest(kind: Kind, size: int, want: int, **given: int) -> list[str]:
    return [str(layer) for layer in settings_for(Layer(kind=kind, **given), (size,), (want,), Bounds()).common[:5]]  # type: ignore[arg-type]


def test_simplest_first() -> None:
    assert simplest(Kind.CONV, 224, 112) == [
        "conv k1 s2",
        "conv k2 s2",
        "conv k3 s2 p1",
        "conv k4 s2 p1",
        "conv k5 s2 p2",
    ]
    assert simplest(Kind.CONV, 224, 224, kernel=3) == ["conv k3 p1", "conv k3 p2 d2", "conv k3 p3 d3"]
    assert simplest(Kind.MAX, 224, 112) == ["max k2", "max k1 s2", "max k2 p0:1", "max k2 p1 d2", "max k3 s2 p1"]
    assert simplest(Kind.AVG, 30, 3, kernel=10)[:3] == ["avg k10", "avg k10 s7", "avg k10 s8"]
    assert simplest(Kind.TRANSPOSED, 7, 14, stride=2)[:2] == ["transposed k2 s2", "transposed k1 s2 op1"]


def test_axes_that_no_one_setting_suits() -> None:
    found = settings_for(Layer(kind=Kind.CONV, kernel=(3, 5)), (224, 224), (112, 56), Bounds())
    assert found.common == ()
    assert [str(layers[0]) for layers in found.along] == ["conv k3x5 s2 p1", "conv k3x5 s4 p1"]


def refuse(error: ConvError) -> None:
    raise error


REFUSALS: dict[str, tuple[Callable[[], object], type[ConvError], str]] = {
    "nothing gives it": (lambda: settings_for(Layer(kind=Kind.CONV, kernel=3), (9, 9), (9, 40), Bounds()), FitError, (
        "nothing within the bounds makes 40 of 9 along width\n"
        "  given     conv k3, with stride 1..8, padding 0..5, dilation 1..3\n"
        "  expected  a size within reach: 13 by conv k3 p4 d2\n"
        "  fix       look for a transposed convolution: --transposed, or transposed instead of conv")),
    "nothing is free": (lambda: settings_for(Layer(kind=Kind.TRANSPOSED, kernel=2, stride=2, padding=0, dilation=1, output_padding=0), (4,), (9,), Bounds()), FitError, (
        "nothing within the bounds makes 9 of 4 along length\n"
        "  given     transposed k2 s2 p0 d1 op0\n"
        "  expected  a size within reach: 8 by transposed k2 s2\n"
        "  fix       leave the kernel or the dilation free")),
    "between two": (lambda: settings_for(Layer(kind=Kind.MAX, kernel=2, padding=0, dilation=1), (12,), (5,), Bounds()), FitError, (
        "nothing within the bounds makes 5 of 12 along length\n"
        "  given     max k2 p0 d1, with stride 1..8\n"
        "  expected  a size within reach: 4 by max k2 s3 or 6 by max k2\n"
        "  fix       leave the kernel, the padding or the dilation free")),
    "nothing fits": (lambda: settings_for(Layer(kind=Kind.CONV, kernel=30, padding=0), (4,), (1,), Bounds()), FitError, (
        "nothing within the bounds makes 1 of 4 along length\n"
        "  given     conv k30 p0, with stride 1..8, dilation 1..3\n"
        "  expected  a size within reach: none is\n"
        "  fix       leave the kernel free")),
    "nothing fits, whatever is free": (lambda: settings_for(Layer(kind=Kind.CONV, kernel=(2, 3), padding=0), (1, 2), (4, 4), Bounds()), FitError, (
        "nothing within the bounds makes 4 of 1 along height\n"
        "  given     conv k2x3 p0, with stride 1..8, dilation 1..3\n"
        "  expected  a size within reach: none is\n"
        "  fix       look for a transposed convolution: --transposed, or transposed instead of conv, or leave the padding free")),
    "nothing fits, whatever is changed": (lambda: settings_for(Layer(kind=Kind.CONV, kernel=99, padding=0), (4,), (5,), Bounds()), FitError, (
        "nothing within the bounds makes 5 of 4 along length\n"
        "  given     conv k99 p0, with stride 1..8, dilation 1..3\n"
        "  expected  a size within reach: none is\n"
        "  fix       enlarge the input")),
    "the fixed settings are too many": (lambda: settings_for(Layer(kind=Kind.CONV, kernel=3, stride=3), (224, 224), (112, 112), Bounds()), FitError, (
        "nothing within the bounds makes 112 of 224 along height\n"
        "  given     conv k3 s3, with padding 0..5, dilation 1..3\n"
        "  expected  a size within reach: 76 by conv k3 s3 p2\n"
        "  fix       leave the stride free")),
    "a bound that was raised already": (lambda: settings_for(Layer(kind=Kind.CONV), (224, 224), (1000, 1000), Bounds(kernel=31)), FitError, (
        "nothing within the bounds makes 1000 of 224 along height\n"
        "  given     conv, with kernel 1..31, stride 1..8, padding 0..5, dilation 1..3\n"
        "  expected  a size within reach: 229 by conv k6 p5\n"
        "  fix       ask for --want 229x229")),
    "a bound beside one that was raised": (lambda: settings_for(Layer(kind=Kind.TRANSPOSED), (224,), (1000,), Bounds(kernel=31)), FitError, (
        "nothing within the bounds makes 1000 of 224 along length\n"
        "  given     transposed, with kernel 1..31, stride 1..8, padding 0..5, dilation 1..3\n"
        "  expected  a size within reach: 986 by transposed k31 s4 d3 op3 or 1111 by transposed k6 s5 p5\n"
        "  fix       raise a bound: --up-to kernel=31 --up-to dilation=4")),
    "a stride out of bounds": (lambda: settings_for(Layer(kind=Kind.MAX, kernel=2), (30, 40), (2, 2), Bounds()), FitError, (
        "nothing within the bounds makes 2 of 30 along height\n"
        "  given     max k2, with stride 1..8, padding 0..5, dilation 1..3\n"
        "  expected  a size within reach: 4 by max k2 s8\n"
        "  fix       raise a bound: --up-to stride=19, or leave the kernel free")),
    "all that may be tried was": (lambda: refuse(unreachable(Layer(kind=Kind.CONV), (224,), (1000,), {0: {227: Layer(kind=Kind.CONV)}}, Bounds(kernel=757))), FitError, (
        "nothing within the bounds makes 1000 of 224 along length\n"
        "  given     conv, with kernel 1..757, stride 1..8, padding 0..5, dilation 1..3\n"
        "  expected  a size within reach: 227 by conv\n"
        "  fix       ask for --want 227")),
    "one axis alone is out of reach": (lambda: settings_for(Layer(kind=Kind.MAX, kernel=2), (30, 40), (15, 900), Bounds()), FitError, (
        "nothing within the bounds makes 900 of 40 along width\n"
        "  given     max k2, with stride 1..8, padding 0..5, dilation 1..3\n"
        "  expected  a size within reach: 43 by max k2 s1 p3 d3\n"
        "  fix       ask for --want 15x43")),
    "a setting is never valid": (lambda: settings_for(Layer(kind=Kind.CONV, stride=0), (4,), (1,), Bounds()), UsageError, (
        "stride is too small\n"
        "  given     stride = 0 along length\n"
        "  expected  stride of at least 1\n"
        "  fix       write stride 1 or more")),
    "too many": (lambda: settings_for(Layer(kind=Kind.TRANSPOSED), (4,), (1,), Bounds(kernel=900, stride=31)), UsageError, (
        "there are too many settings to try\n"
        "  given     kernel up to 900, stride up to 31, padding up to 5, dilation up to 3: 28,541,700 combinations\n"
        "  expected  at most 200,000\n"
        "  fix       fix one of them, such as the kernel, or lower a bound")),
    "global": (lambda: settings_for(Layer(kind=Kind.AVG, whole=True), (4,), (1,), Bounds()), UsageError, (
        "global pooling has no settings to look for\n"
        "  given     a global pool\n"
        "  expected  a convolution, a transposed one, or a pool with a window\n"
        "  fix       leave out --want: its output is 1 for any input")),
}  # fmt: skip


@pytest.mark.parametrize(("ask", "kind", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(ask: Callable[[], object], kind: type[ConvError], message: str) -> None:
    with pytest.raises(kind) as caught:
        ask()
    assert str(caught.value) == message
