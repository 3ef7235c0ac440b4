"""Explanations of layers without data: goldens, folded to 80 columns, and the small words in them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from convcli.document import Document
from convcli.document.shapes import explain_inputs, explain_settings, explain_stack
from convcli.layers import Bounds, inputs_for, settings_for, stack
from convcli.reading.layer_text import parse_layer
from convcli.reading.shapes import parse_shape
from convcli.render import plain_text
from tests.goldens import check

GOLDENS = Path(__file__).parent / "goldens" / "shapes"


def explained(shape: str, *words: str, dtype: str = "float32") -> Document:
    layers = [parse_layer(word) for word in words]
    return explain_stack(stack(layers, parse_shape(shape, layers)), dtype)


def wanted(word: str, sizes: tuple[int, ...], want: tuple[int, ...], most: int | None = 6) -> Document:
    layer, bounds = parse_layer(word), Bounds(kernel=5, stride=4, padding=2, dilation=2)
    return explain_settings(layer, sizes, want, settings_for(layer, sizes, want, bounds), bounds, most)


def inputs(want: tuple[int, ...], *words: str) -> Document:
    layers = [parse_layer(word) for word in words]
    return explain_inputs(layers, want, inputs_for(layers, want))


#                        what it is about               what is asked
CASES: dict[str, Callable[[], Document]] = {
    "a-stem":                            lambda: explained("3x224x224", "conv 64 k7 s2 p3", "max k3 s2 p1", "conv 128 k3 p1 g2", "global avg"),
    "one-length":                        lambda: explained("224", "conv k7 s2 p3"),
    "225-macs":                          lambda: explained("1@5x5", "conv 1 k3 p1"),
    "a-batch-in-groups":                 lambda: explained("8x4@10x12", "conv 6 k3x5 s2,1 p1:2,0:1 d2,1 g2 nobias", dtype="int8"),
    "same-padding":                      lambda: explained("1@9x9", "conv 1 k3 s2 same"),
    "ceil-drops-a-window":               lambda: explained("9", "max k4 s4 p2 ceil"),
    "ceil-overhangs":                    lambda: explained("2@6x8", "avg k3 s2 ceil"),
    "global-pool":                       lambda: explained("2@6x8", "global lp"),
    "transposed":                        lambda: explained("16@14x14", "transposed 8 k4 s2 p1"),
    "transposed-beyond-its-stamps":      lambda: explained("3", "transposed k2 s3 op2"),
    "transposed-bound":                  lambda: explained("7", "transposed k3 s2 d3"),
    "down-and-up":                       lambda: explained("16@9", "max k4 s4 p2 ceil", "transposed 16 k2 s3", "conv 3 k3"),
    "only-bounds":                       lambda: explained("9x9", "transposed k3 s2 d3", "max k3x2"),
    "only-up":                           lambda: explained("9", "transposed k3 s2", "transposed k3 s2"),
    "beyond-the-input":                  lambda: explained("3x224x224", "conv 64 k7 s2 p3", "max k3 s2 p1", "conv 128 k3 s2 p1", "conv 256 k3 s2 p1", "global avg"),
    "beyond-the-input-along-width":      lambda: explained("1@20x3", "conv 2 k5 p2"),
    "beyond-and-beside-the-input":       lambda: explained("3", "conv k5 s5 p5:0"),
    "beyond-the-input-and-up":           lambda: explained("3", "transposed k9 s2", "global max"),
    "cropped-and-padded":                lambda: explained("1@4x4", "conv 2 k3 p1", "transposed 2 k4 s2 p1"),
    "cropped-twice":                     lambda: explained("1@4x4", "transposed 2 k3 p1", "transposed 2 k4 s2 p1"),
    "a-volume":                          lambda: explained("1@8x9x10", "conv 2 k3 s1,2,3"),
    "wanted":                            lambda: wanted("conv k3", (224, 224), (112, 112)),
    "wanted-and-more":                   lambda: wanted("conv", (224,), (112,)),
    "wanted-and-all-shown":              lambda: wanted("max", (8,), (4,), None),
    "wanted-along-each-axis":            lambda: wanted("conv k3", (224, 224), (112, 56), 2),
    "wanted-of-transposed":              lambda: wanted("transposed s2 d1", (14,), (28,)),
    "wanted-with-nothing-free":          lambda: wanted("conv k3 s1 p0 d1", (9,), (7,)),
    "inputs":                            lambda: inputs((56,), "conv 64 k7 s2 p3", "max k3 s2 p1"),
    "inputs-at-the-edge":                lambda: inputs((1, 2), "conv k3"),
    "inputs-without-end":                lambda: inputs((1,), "conv k3", "global avg"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_goldens(name: str, pytestconfig: pytest.Config) -> None:
    text = plain_text(CASES[name](), 80)
    assert all(len(line) <= 80 for line in text.splitlines())
    check(GOLDENS / f"{name}.txt", text.encode(), pytestconfig)


def test_every_golden_has_its_case() -> None:
    assert {path.stem for path in GOLDENS.iterdir()} == set(CASES)


def test_numbers_of_any_size_are_told() -> None:
    far = 10**17
    text = plain_text(explained(f"{far}@{far}x{far}", f"conv {far} k3 s2 p1", "max k2"), 80)
    assert "(8.67e+34 EiB)" in " ".join(text.split()) or "EiB" in text
    assert str(far // 4) in text
