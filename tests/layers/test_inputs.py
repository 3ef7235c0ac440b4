"""Which inputs give a size, against trying them on the stack itself; and what is said where none does."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.errors import ConvError, FitError, UsageError
from convcli.layers import Inputs, Kind, Layer, Shape, inputs_for, stack
from convcli.reading.layer_text import parse_layer
from tests.layers.settings import layers

SIZES = range(1, 200)


def output(net: list[Layer], size: int) -> int | None:
    try:
        return stack(net, Shape(sizes=(size,))).output.sizes[0]
    except (FitError, UsageError):  # a pool may have a window in padding beside any input
        return None


def parsed(words: str) -> list[Layer]:
    return [parse_layer(word) for word in words.split(", ")]


@given(
    st.lists(layers() | st.just(Layer(kind=Kind.AVG, whole=True)), min_size=1, max_size=3),
    st.integers(1, 12),
)
def test_the_inputs_are_all_that_the_stack_takes(net: list[Layer], want: int) -> None:
    expected = [size for size in SIZES if output(net, size) == want]
    try:
        (found,) = inputs_for(net, (want,))
    except ConvError as error:
        assert not expected
        if error.fix.startswith("ask for"):
            for near in error.expected.removeprefix("a size that they give: ").split(" or "):
                made, size = near.split(" from an input of ")
                assert output(net, int(size)) == int(made)
        return
    assert output(net, found.first) == want
    assert found.last is None or output(net, found.last) == want
    between = [size for size in SIZES if found.first <= size and (found.last is None or size <= found.last)]
    if found.gaps:
        assert set(expected) <= set(between)
        assert found.last is None or found.last not in SIZES or expected != between
    else:
        assert expected == between


FOUND: dict[str, tuple[str, int, Inputs]] = {
    "past windows between spread taps":   ("max k5 s2 p6 d3", 2, Inputs(first=3, last=4)),
    "some between do not":                ("max k1 s3 p0:1, conv k1 s3", 2, Inputs(first=10, last=17, gaps=True)),
    "the last does not":                  ("max k1 s3 p0:1, conv k1 s3 p1", 2, Inputs(first=4, last=11, gaps=True)),
    "without end, and not all":           ("max k1 s3 p0:1, global avg", 1, Inputs(first=1, last=None, gaps=True)),
    "too many between to try":            ("max k1 s3 p0:1, conv k1 s1000", 2, Inputs(first=3001, last=5999, gaps=True)),
    "padding settled by the size":        ("max k2 d5 same", 3, Inputs(first=5, last=6)),
    "behind a transposed layer":          ("transposed k3 s2, max k2 s2 d5 p3, conv k2", 3, Inputs(first=3, last=3)),
    "the last that is asked about does not": ("transposed k2 s3, max k1 s2 p0:1, conv k1 s4", 2, Inputs(first=4, last=4)),
    "as far as sizes go":                 ("conv k3 s100000000000000000", 9, Inputs(first=8 * 10**17 + 3, last=9 * 10**17 + 2)),
    "cut off where sizes end":            ("conv k3 s100000000000000000", 10, Inputs(first=9 * 10**17 + 3, last=10**18 - 1)),
    "a layer between that ends them":     ("transposed k2 s2, global avg", 1, Inputs(first=1, last=(10**18 - 1) // 2)),
}  # fmt: skip


@pytest.mark.parametrize(("words", "want", "found"), FOUND.values(), ids=FOUND)
def test_inputs(words: str, want: int, found: Inputs) -> None:
    net = parsed(words)
    assert inputs_for(net, (want,)) == (found,)
    assert output(net, found.first) == want
    if found.last is not None:
        assert output(net, found.last) == want
        assert found.last == 10**18 - 1 or output(net, found.last + 1) != want


def ask(words: str, *want: int) -> Callable[[], object]:
    return lambda: inputs_for(parsed(words), want)


REFUSALS: dict[str, tuple[Callable[[], object], type[ConvError], str]] = {
    "between two": (ask("conv k7 s2 p3, transposed k2 s2", 57), FitError, (
        "no input gives 57 along length\n"
        "  given     conv k7 s2 p3 → transposed k2 s2\n"
        "  expected  a size that they give: 56 from an input of 56 or 58 from an input of 57\n"
        "  fix       ask for 56 or 58")),
    "below the least": (ask("transposed k2 s2", 4, 1), FitError, (
        "no input gives 1 along width\n"
        "  given     transposed k2 s2\n"
        "  expected  a size that they give: 2 from an input of 1\n"
        "  fix       ask for 2")),
    "above the most": (ask("conv k7 s2 p3, global max", 3), FitError, (
        "no input gives 3 along length\n"
        "  given     conv k7 s2 p3 → global max\n"
        "  expected  a size that they give: 1 from an input of 1\n"
        "  fix       ask for 1")),
    "none fits": (ask("global max, transposed k1 p1", 1), FitError, (
        "no input gives 1 along length\n"
        "  given     global max → transposed k1 p1\n"
        "  expected  a size that they give: no input fits at all\n"
        "  fix       change the layers")),
    "none is small enough to fit": (ask("conv k1 s100000000000000000, conv k1 s100000000000000000, conv k3", 1), FitError, (
        "layer 1 (conv k1 s100000000000000000): the inputs that give it are larger than anything\n"
        "  given     output 200000000000000001: an output of 200000000000000001 or more\n"
        "  expected  an input below 10^18\n"
        "  fix       ask for a smaller output")),
    "windows in padding, whatever the input": (ask("max k2 p5 s1", 10), UsageError, (
        "a pooling window lies wholly in padding along length\n"
        "  given     output 0 along length pools elements from -5 to -4; the input is 0 to 0\n"
        "  expected  at least one element of the input in every window\n"
        "  fix       lower the padding along length to 1")),
    "windows in padding, and layers behind them": (ask("max k1 s1 p2 d3, transposed k3 s3", 9), UsageError, (
        "layer 1 (max k1 s1 p2 d3): a pooling window lies wholly in padding along length\n"
        "  given     input 1: output 0 along length pools element -2; the input is 0 to 0\n"
        "  expected  at least one element of the input in every window\n"
        "  fix       lower the padding along length to 0")),
    "windows in padding, and layers before them": (ask("transposed k3 s2, max k1 s1 p0:2", 9), UsageError, (
        "layer 2 (max k1 s1 p0:2): a pooling window lies wholly in padding along length\n"
        "  given     input 7: output 7 along length pools element 7; the input is 0 to 6\n"
        "  expected  at least one element of the input in every window\n"
        "  fix       lower the padding along length to 0")),
    "windows between spread taps": (ask("max k2 s3 p5:4 d5", 2), FitError, (
        "no input gives 2 along length\n"
        "  given     max k2 s3 p5:4 d5\n"
        "  expected  a size that they give: 3 from an input of 4\n"
        "  fix       ask for 3")),
    "windows between taps of padding settled by the size": (ask("max k2 s2 d9 same", 3), FitError, (
        "no input gives 3 along length\n"
        "  given     max k2 s2 same d9\n"
        "  expected  a size that they give: 4 from an input of 8\n"
        "  fix       ask for 4")),
    "none below the largest": (ask("conv k1 s100000000000000000, conv k1 s100000000000000000, conv k3, transposed k1 s2", 2), FitError, (
        "no input gives 2 along length\n"
        "  given     conv k1 s100000000000000000 → conv k1 s100000000000000000 → conv k3 → transposed k1 s2\n"
        "  expected  a size that they give: no input fits at all\n"
        "  fix       change the layers")),
    "too many windows in padding": (ask("max k2 s1 d10000 same, global max", 1), FitError, (
        "too many sizes put a window of max k2 s1 same d10000 wholly in padding to tell which do not\n"
        "  given     max k2 s1 same d10000\n"
        "  expected  one that does not within 500 steps\n"
        "  fix       lower its padding or its dilation")),
    "no kernel": (ask("conv k7 s2 p3, max", 3), UsageError, (
        "layer 2 (max): a layer does not say how large its kernel is\n"
        "  given     output 3: max\n"
        "  expected  a kernel, such as k3 or k3x5\n"
        "  fix       write max k3")),
    "too far": (ask("conv k1 s10, conv k1 s100000000000000000", 3), FitError, (
        "layer 1 (conv k1 s10): the inputs that give it are larger than anything\n"
        "  given     output 200000000000000001: an output of 200000000000000001 or more\n"
        "  expected  an input below 10^18\n"
        "  fix       ask for a smaller output")),
}  # fmt: skip


@pytest.mark.parametrize(("make", "kind", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(make: Callable[[], object], kind: type[ConvError], message: str) -> None:
    with pytest.raises(kind) as caught:
        make()
    assert str(caught.value) == message
