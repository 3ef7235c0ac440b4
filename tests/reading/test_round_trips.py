"""What is printed is read back: the same shape and the same numbers, from every form of text."""

import json
from fractions import Fraction

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from convcli.numbers import Tensor
from convcli.reading import carve, layout, tree
from tests.reading.helpers import piped, read
from tests.strategies import FRACTIONS

ARRAYS = hnp.arrays(np.int64, hnp.array_shapes(min_dims=1, max_dims=4, max_side=4), elements=st.integers(-99, 99))
FLOATS = hnp.arrays(
    np.float64, hnp.array_shapes(min_dims=1, max_dims=3, max_side=4), elements=st.floats(-1e6, 1e6, width=32)
)


@pytest.fixture(autouse=True, params=["as it is", "in small pieces and large lists"])
def _pieces(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small pieces put seams everywhere; every list counts as large, so that YAML and JSON carve them all."""
    if request.param != "as it is":
        monkeypatch.setattr(layout, "FIRST_PIECE", 3)
        monkeypatch.setattr(layout, "PIECE", 7)
        for module in (tree, carve, __import__("convcli.reading.json_events", fromlist=["LARGE"])):
            monkeypatch.setattr(module, "LARGE", 2)


def same(tensor: Tensor, array: NDArray[np.generic]) -> None:
    assert tensor.shape == array.shape
    assert [float(number) for number in tensor.numbers()] == array.ravel().tolist()


def rows(array: NDArray[np.generic], between: str) -> str:
    """As `plain` prints: a row a line, and a blank line more for each axis further out."""
    if array.ndim == 1:
        return between.join(map(str, array.tolist()))
    return ("\n" * (array.ndim - 1)).join(rows(part, between) for part in array)


def dashed(array: NDArray[np.generic], flow: int) -> list[str]:
    """Lines of a block sequence, whose innermost `flow` axes are flow lists."""
    if array.ndim <= flow:
        return [str(array.tolist())]
    lines = []
    for part in array:
        first, *rest = dashed(part, flow)
        lines += ["- " + first, *("  " + line for line in rest)]
    return lines


@given(ARRAYS, st.sampled_from([", ", ",", " , ", ",\n", "\t,"]))
def test_inline_lists(array: NDArray[np.int64], comma: str) -> None:
    same(read(str(array.tolist()).replace(", ", comma)), array)


@given(ARRAYS)
def test_json(array: NDArray[np.int64]) -> None:
    same(piped(json.dumps({"shape": list(array.shape), "data": array.tolist()}, indent=2)), array)
    same(piped(json.dumps(array.tolist())), array)


@given(ARRAYS, st.booleans(), st.booleans())
def test_yaml_as_its_own_writer_writes_it(array: NDArray[np.int64], flow: bool, keyed: bool) -> None:
    value = {"before": "a # b", "input": array.tolist(), "after": [1, "x"]} if keyed else array.tolist()
    same(piped("# a comment\n" + yaml.safe_dump(value, default_flow_style=flow, sort_keys=False)), array)


@given(ARRAYS, st.integers(0, 3), st.booleans())
def test_block_sequences(array: NDArray[np.int64], flow: int, keyed: bool) -> None:
    lines = dashed(array, min(flow, array.ndim - 1))
    text = "\n".join(["a: 1", "input:", *("  " + line for line in lines), "b: [2]"] if keyed else lines)
    same(piped(text + "\n"), array)
    same(piped(text.replace("\n", "\r\n")), array)


@given(
    hnp.arrays(np.int64, hnp.array_shapes(min_dims=1, max_dims=4, min_side=2, max_side=4), elements=st.integers(-9, 9))
)
def test_rows(array: NDArray[np.int64]) -> None:
    for between in (" ", ",", ", ", "\t"):
        text = rows(array, between)
        same(piped("\n" + text + "\n\n", vector=True), array)
        same(piped(text.replace("\n", "\r\n"), vector=True), array)
        same(piped(text.replace("\n", "\r"), vector=True), array)


@given(st.one_of(ARRAYS, FLOATS))
def test_what_numpy_prints(array: NDArray[np.generic]) -> None:
    with np.printoptions(threshold=10**6, floatmode="unique", linewidth=40):
        same(read(str(array)), array)
        same(read(repr(array)), array)
        same(read("np." + repr(array)), array)


def test_what_pytorch_prints() -> None:
    torch = pytest.importorskip("torch")
    tensor = torch.arange(24, dtype=torch.float64).reshape(2, 3, 4) / 8
    array = tensor.numpy()
    same(read(str(tensor)), array)
    same(read(str(torch.nn.Parameter(tensor))), array)
    same(read(str(tensor.clone().requires_grad_() * 1)), array)
    same(read("tensor([[1.]], device='cuda:0', size=(1, 1), grad_fn=<AddBackward0>)"), np.array([[1.0]]))


@given(st.lists(FRACTIONS, min_size=1, max_size=9))
def test_fractions_are_lossless(fractions: list[Fraction]) -> None:
    text = ", ".join(map(str, fractions))
    assert read(f"[{text}]").numbers() == fractions
    quoted = ", ".join(f'"{fraction}"' for fraction in fractions)
    ours = f'{{"schema": "convcalc/1", "output": {{"shape": [{len(fractions)}], "data": [{quoted}]}}}}'
    assert piped(ours).numbers() == fractions


@given(st.lists(st.floats(), min_size=2, max_size=9))
def test_json_writes_every_double_so_that_it_is_read_back(values: list[float]) -> None:
    finite = [value for value in values if np.isfinite(value)]
    read_back = [float(number) for number in piped(json.dumps(values)).numbers()]
    assert np.array_equal(read_back, values, equal_nan=True)
    if finite:
        assert [float(number) for number in piped(json.dumps(finite)).numbers()] == finite
