"""Transposed convolution and gradients in Python: torch's names and order, types, traces, and refusals."""

import inspect
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from convcli import conv2d, conv_grad, conv_transpose1d, conv_transpose2d, conv_transpose3d, explain
from convcli.errors import UsageError


def test_arguments_are_named_and_ordered_as_in_torch() -> None:
    for function in (conv_transpose1d, conv_transpose2d, conv_transpose3d):
        names = list(inspect.signature(function).parameters)
        expected = ["input", "weight", "bias", "stride", "padding", "output_padding", "groups", "dilation"]
        assert names[:8] == expected


def test_types_come_back_as_they_went_in() -> None:
    assert conv_transpose1d(np.array([1, 2], np.float32), np.array([1], np.float32)).dtype == np.float32
    assert conv_transpose1d([2**40], [2**40]).tolist() == [2**80]
    assert conv_transpose1d([Fraction(1, 3)], [3]).tolist() == [Fraction(1)]
    grad = conv_grad(np.array([1, 2], np.float16), np.array([1], np.float16))
    assert {grad.input.dtype, grad.weight.dtype, grad.bias.dtype} == {np.dtype(np.float16)}
    assert conv_grad([1, 2], [1], [Fraction(1, 2), 1]).weight.tolist() == [Fraction(5, 2)]
    assert conv_grad([1, 2], [1], np.array([0.5, 1])).input.dtype == np.float64


def test_settings_by_number_pairs_and_name() -> None:
    x, w = [1, 2, 3], [1, 10, 100]
    assert conv_transpose1d(x, w, None, 2, "SAME").tolist() == [1, 10, 102, 20, 203, 30]
    assert conv_transpose1d(x, w, None, 2, [(1, 0)]).tolist() == [10, 102, 20, 203, 30, 300]
    assert conv_transpose1d(x, w, None, 2, 1, 1).tolist() == [10, 102, 20, 203, 30, 300]
    assert conv_transpose1d(x, w, None, 2, 1, output_size=5).tolist() == [10, 102, 20, 203, 30]
    assert conv_transpose1d(x, w, [1], flip=True).tolist() == [101, 211, 322, 33, 4]


def test_the_gradients_of_a_batch_of_images() -> None:
    rng = np.random.default_rng(3)
    x, w = rng.integers(-9, 9, (2, 4, 6, 5)), rng.integers(-9, 9, (6, 2, 3, 2))
    settings: Any = {"stride": (2, 1), "padding": [(1, 0), (0, 2)], "dilation": (1, 2), "groups": 2}
    y = conv2d(x, w, **settings)
    dy = rng.integers(-9, 9, y.shape)
    grad = conv_grad(x, w, dy, **settings)
    assert (grad.input.shape, grad.weight.shape, grad.bias.shape) == (x.shape, w.shape, (6,))
    u = rng.integers(-9, 9, x.shape)
    assert (dy * conv2d(u, w, **settings)).sum() == (grad.input * u).sum()


def test_gradients_are_explained() -> None:
    grad = conv_grad([1, 2, 3, 4], [1, 0, -1], [10, 1])
    assert [step.value for step in grad.explain("weight")] == grad.weight.tolist()
    assert grad.explain("input")[3].terms[0].products.tolist() == [-1]
    assert "db[0] = 10 + 1 = 11" in str(grad.explain("bias"))
    assert grad.explain("weight").problem.op == "conv1d.kernel_gradient"


def test_gradients_show_their_arrays() -> None:
    assert repr(conv_grad([[1, 2], [3, 4]], [[1]])) == (
        "ConvGrad(\n"
        "    input=array([[1, 1],\n"
        "                 [1, 1]]),\n"
        "    weight=array([[10]]),\n"
        "    bias=array([4]),\n"
        ")"
    )


def test_a_transposed_convolution_is_explained() -> None:
    trace = explain([[0, 1], [2, 3]], [[0, 1], [2, 3]], transposed=True)
    assert len(trace) == 9
    assert trace[1, 1].terms[0].products.tolist() == [[0, 2], [2, 0]]
    assert "Scatter: each input element stamps the kernel" in str(trace)
    assert "<" in trace._repr_html_()
    assert explain([1], [1, 2], transposed=True, output_size=2).step((0, 0, 1)).value == 2


REFUSALS = {
    "causal is no crop": (
        lambda: conv_transpose1d([1], [1], padding="causal"),
        "padding has no such choice\n"
        "  given     padding = `'causal'`\n"
        "  expected  valid, same, same-lower, half, full\n"
        "  fix       write padding='valid'",
    ),
    "output padding of a convolution": (
        lambda: explain([1], [1], output_padding=1),
        "output-padding belongs to transposed convolution\n"
        "  given     output-padding without transposed\n"
        "  expected  a convolution that crops its output, to give some of it back\n"
        "  fix       say --transposed, or leave out --output-padding",
    ),
    "a whole shape for an output size": (
        lambda: conv_transpose2d([[1]], [[1]], output_size=(1, 1, 8, 9)),
        "output-size has the wrong number of entries\n"
        "  given     output-size 1,1,8,9: 4 of them, as of a whole shape\n"
        "  expected  the 2 sizes in space\n"
        "  fix       write output-size 8,9",
    ),
    "groups that are several": (
        lambda: conv_grad([1], [1], groups=(1, 2)),  # type: ignore[arg-type]
        "groups is not an integer\n  given     groups = `(1, 2)`\n  expected  an integer\n  fix       write groups=1",
    ),
    "the gradient of something else": (
        lambda: conv_grad([1], [1]).explain("kernel"),
        "of has no such choice\n"
        "  given     of = `'kernel'`\n"
        "  expected  input, weight, bias\n"
        "  fix       write of='input'",
    ),
}


@pytest.mark.parametrize(("act", "text"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(act: Any, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        act()
    assert str(caught.value) == text
