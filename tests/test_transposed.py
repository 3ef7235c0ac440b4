"""Transposed convolutions and gradients as problems: which axis is which, settings, and the refusals, whole."""

from typing import Any

import numpy as np
import pytest

from convcli.axis import PaddingMode
from convcli.engine import run
from convcli.errors import ConvError, FitError, InputError, UsageError
from convcli.numbers.tensor import Tensor
from convcli.problem import Transposed, convolution, gradients, transposed
from convcli.settings import Settings
from convcli.trace import trace_of


def tensor(shape: tuple[int, ...]) -> Tensor:
    return Tensor.of(np.arange(np.prod(shape, dtype=int)).reshape(shape))


def build(
    x: tuple[int, ...], w: tuple[int, ...], rank: int = 2, bias: object = None, layouts: dict[str, str] | None = None,
    **settings: Any,
) -> Transposed:  # fmt: skip
    biases = None if bias is None else Tensor.of(bias)
    return transposed(tensor(x), tensor(w), biases, rank=rank, settings=Settings(**settings), **(layouts or {}))  # type: ignore[arg-type]


#                                                  rank input        kernel         groups output
RANKS = {
    "bare input and bare kernel give bare output":  (2, (2, 2),       (3, 3),        1, (4, 4)),
    "a channel axis is kept":                       (2, (1, 2, 2),    (3, 3),        1, (1, 4, 4)),
    "a batch axis is kept":                         (2, (5, 1, 2, 2), (3, 3),        1, (5, 1, 4, 4)),
    "an output axis gives a channel axis":          (2, (2, 2),       (1, 7, 3, 3),  1, (7, 4, 4)),
    "a whole kernel":                               (2, (2, 2, 2),    (2, 7, 3, 3),  1, (7, 4, 4)),
    "groups":                                       (2, (4, 2, 2),    (4, 3, 3, 3),  2, (6, 4, 4)),
    "one axis more is the input channels":          (2, (2, 2, 2),    (2, 3, 3),     1, (1, 4, 4)),
    "of each group":                                (2, (4, 2, 2),    (4, 3, 3),     2, (2, 4, 4)),
    "or the output channels":                       (2, (1, 2, 2),    (7, 3, 3),     1, (7, 4, 4)),
    "or those of a bare input":                     (2, (2, 2),       (7, 3, 3),     1, (7, 4, 4)),
    "both readings agree at one and one":           (2, (2, 2),       (1, 3, 3),     1, (1, 4, 4)),
    "a bare kernel goes over each channel":         (2, (4, 2, 2),    (3, 3),        4, (4, 4, 4)),
    "signals":                                      (1, (2,),         (3,),          1, (4,)),
    "volumes":                                      (3, (2, 2, 2, 2), (2, 3, 3, 3, 3), 1, (3, 4, 4, 4)),
}  # fmt: skip


@pytest.mark.parametrize(("rank", "x", "w", "groups", "output"), RANKS.values(), ids=RANKS)
def test_ranks(rank: int, x: tuple[int, ...], w: tuple[int, ...], groups: int, output: tuple[int, ...]) -> None:
    case = build(x, w, rank, groups=groups)
    assert run(case).presented.shape == output
    assert case.op == f"conv_transpose{rank}d"


ORDERS = {"iohw": (0, 1, 2, 3), "oihw": (1, 0, 2, 3), "hwio": (2, 3, 0, 1), "hwoi": (2, 3, 1, 0), "ohwi": (1, 2, 3, 0)}


@pytest.mark.parametrize("layout", ORDERS)
def test_every_kernel_layout_gives_the_same_output(layout: str) -> None:
    x, w = tensor((2, 3, 4)), tensor((2, 5, 2, 3))
    expected = run(transposed(x, w, rank=2)).output
    again = transposed(x, w.with_values(w.values.transpose(ORDERS[layout])), rank=2, kernel_layout=layout)
    assert run(again).output.equals(expected)


@pytest.mark.parametrize("layout", ORDERS)
def test_the_matrix_of_a_1x1_kernel_in_every_layout(layout: str) -> None:
    x, w = tensor((2, 3, 3)), tensor((5, 2))
    expected = run(convolution(x, w, rank=2, pointwise=True)).output
    matrix = w.values if layout.index("o") < layout.index("i") else w.values.T
    assert run(convolution(x, w.with_values(matrix), rank=2, pointwise=True, kernel_layout=layout)).output.equals(
        expected
    )


def test_channels_last() -> None:
    case = transposed(tensor((3, 4, 2)), tensor((2, 5, 2, 2)), rank=2, layout="nhwc")
    assert run(case).presented.shape == (4, 5, 5)


def test_a_kernel_with_its_channel_axis_last() -> None:
    w = np.arange(12).reshape(2, 2, 3)
    found = transposed(tensor((3, 2, 2)), Tensor.of(w), rank=2, kernel_layout="hwio")
    same = transposed(tensor((3, 2, 2)), Tensor.of(w.transpose(2, 0, 1)), rank=2)
    assert run(found).output.equals(run(same).output)


def test_one_bias_for_all_and_one_for_each() -> None:
    x, w = tensor((1, 2)), tensor((1, 2, 2))
    one = run(transposed(x, w, Tensor.of(10), rank=1)).presented.values - run(transposed(x, w, rank=1)).presented.values
    assert (one == 10).all()
    each = transposed(x, w, Tensor.of([1, 2]), rank=1)
    assert (run(each).presented.values - run(transposed(x, w, rank=1)).presented.values)[:, 0].tolist() == [1, 2]


def test_nothing_is_padded() -> None:
    case = build((2,), (3,), 1)
    assert (case.padding_counts, case.pads_with_value, case.parts, case.spec.noun) == (
        False,
        False,
        "channel",
        "convolution",
    )


def test_its_trace_is_a_trace_of_sums() -> None:
    assert [step.value for step in trace_of(build((2,), (2,), 1))] == [0, 0, 1]


def test_a_wanted_output_size() -> None:
    assert build((2, 2), (3, 3), stride=2, output_size=6).spec.outputs == (6, 6)
    assert build((2, 2), (3, 3), stride=2, output_size=(5, 6)).spec.outputs == (5, 6)
    assert build((3,), (3,), 1, stride=2, padding="same", output_size=5).spec.pads == ((1, 1),)


REFUSALS: dict[str, tuple[Any, type[ConvError], str]] = {
    "an output size out of reach": (
        lambda: build((2, 2), (3, 3), stride=2, output_size=8),
        FitError,
        "the output size 8 is out of reach along height\n"
        "  given     (2 - 1)·2 + 3 = 5, less the padding 0:0\n"
        "  expected  an output size from 5 to 6: the output padding stays below stride 2\n"
        "  fix       ask for one of 5, 6, or change the padding",
    ),
    "an output size out of reach of a dilated kernel": (
        lambda: build((9,), (3,), 1, dilation=20, padding=1, output_size=1),
        FitError,
        "the output size 1 is out of reach along length\n"
        "  given     (9 - 1)·1 + 41 = 49, less the padding 1:1\n"
        "  expected  an output size from 47 to 66: the output padding stays below stride 1 or dilation 20\n"
        "  fix       ask for one of 47 to 66, or change the padding",
    ),
    "only one output size in reach": (
        lambda: build((2,), (3,), 1, output_size=9),
        FitError,
        "the output size 9 is out of reach along length\n"
        "  given     (2 - 1)·1 + 3 = 4, less the padding 0:0\n"
        "  expected  an output size from 4 to 4: the output padding stays below stride 1\n"
        "  fix       ask for 4; a larger stride reaches more sizes, or change the padding",
    ),
    "no output size in reach": (
        lambda: build((1,), (1,), 1, padding=1, output_size=1),
        FitError,
        "the output size 1 is out of reach along length\n"
        "  given     (1 - 1)·1 + 1 = 1, less the padding 1:1\n"
        "  expected  an output size of at least 1, which this padding leaves none of\n"
        "  fix       lower the padding",
    ),
    "an output size of 0": (
        lambda: build((2, 2), (3, 3), output_size=(4, 0)),
        UsageError,
        "output-size is too small\n"
        "  given     output-size = 0 along width\n"
        "  expected  output-size of at least 1\n"
        "  fix       write output-size 1 or more",
    ),
    "an output size and an output padding": (
        lambda: build((2,), (3,), 1, output_size=4, output_padding=0),
        UsageError,
        "output size and output padding are two ways to say the same\n"
        "  given     output-size and output-padding\n"
        "  expected  one of them\n"
        "  fix       leave out the output padding",
    ),
    "same and an output padding": (
        lambda: build((2,), (3,), 1, padding="same", output_padding=0),
        UsageError,
        "padding same settles the output size\n"
        "  given     padding same with output-padding\n"
        "  expected  one of them; same makes the output input · stride long\n"
        "  fix       leave out the output padding, or say another length with output-size",
    ),
    "a padding mode": (
        lambda: build((2,), (3,), 1, padding_mode=PaddingMode.REFLECT),
        UsageError,
        "a transposed convolution has no padding mode\n"
        "  given     padding-mode reflect with transposed\n"
        "  expected  padding that crops the output; nothing is ever filled in\n"
        "  fix       leave out the padding mode",
    ),
    "a rule that crops nothing in particular": (
        lambda: build((2,), (3,), 1, padding="causal"),
        UsageError,
        "padding causal is no rule of transposed convolution\n"
        "  given     padding causal with transposed\n"
        "  expected  a number, before:after, or one of valid, same, same-lower, half, full\n"
        "  fix       write before:after: how much is cropped at the start and at the end",
    ),
    "output padding without transposed": (
        lambda: convolution(tensor((3,)), tensor((2,)), rank=1, settings=Settings(output_padding=1)),
        UsageError,
        "output-padding belongs to transposed convolution\n"
        "  given     output-padding without transposed\n"
        "  expected  a convolution that crops its output, to give some of it back\n"
        "  fix       say --transposed, or leave out --output-padding",
    ),
    "channels that differ": (
        lambda: build((2, 2, 2), (3, 4, 3, 3)),
        FitError,
        "the channels of input and kernel do not match\n"
        "  given     input (2, 2, 2) has 2 channels; kernel (3, 4, 3, 3) reads 3\n"
        "  expected  a transposed kernel's first axis is the input channels\n"
        "  fix       give a kernel of 2 input channels, (input channels, output channels / groups, ...)",
    ),
    "a kernel of a convolution": (
        lambda: build((2, 2, 2), (3, 2, 3, 3)),
        FitError,
        "the channels of input and kernel do not match\n"
        "  given     input (2, 2, 2) has 2 channels; kernel (3, 2, 3, 3) reads 3\n"
        "  expected  a transposed kernel's first axis is the input channels\n"
        "  fix       give a kernel of 2 input channels, (input channels, output channels / groups, ...); "
        "if its output channels come first, say --kernel-layout oihw",
    ),
    "channels last, not said": (
        lambda: build((4, 4, 3), (3, 2, 3, 3)),
        FitError,
        "the channels of input and kernel do not match\n"
        "  given     input (4, 4, 3) has 4 channels; kernel (3, 2, 3, 3) reads 3\n"
        "  expected  a transposed kernel's first axis is the input channels\n"
        "  fix       give a kernel of 4 input channels, (input channels, output channels / groups, ...), "
        "or say --layout nhwc if the input's last axis is its channels",
    ),
    "a convolution's kernel laid out for TensorFlow": (
        lambda: convolution(tensor((3, 4, 4)), tensor((2, 2, 3, 8)), rank=2),
        FitError,
        "the channels of input and kernel do not match\n"
        "  given     input (3, 4, 4) has 3 channels; kernel (2, 2, 3, 8) at groups 1 reads 2\n"
        "  expected  input channels = kernel's input channels · groups\n"
        "  fix       give a kernel with 3 input channels, or say --kernel-layout hwio if the kernel's channels are its "
        "last two axes (TensorFlow, JAX)",
    ),
    "a bare kernel on several channels": (
        lambda: build((2, 2, 2), (3, 3)),
        FitError,
        "a kernel without channel axes on an input of 2 channels can be read in two ways\n"
        "  given     kernel 3x3; 2 input channels\n"
        "  expected  a kernel of shape (2, O, 3, 3)\n"
        "  fix       to stamp each channel by itself, say --groups 2;\n"
        "            to sum the channels, all stamped alike, repeat it to shape (2, 1, 3, 3);\n"
        "            if the channels are the last axis of the input, say --layout nhwc",
    ),
    "one channel axis that fits neither way": (
        lambda: build((2, 2, 2), (3, 3, 3)),
        FitError,
        "a kernel with one channel axis has either input or output channels there, and neither reading fits\n"
        "  given     kernel (3, 3, 3), iohw; 2 input channels, groups 1\n"
        "  expected  (input channels, kernel size) for one output; or (output channels, kernel size) on one input\n"
        "  fix       give the kernel both channel axes: (input channels, output channels / groups, kernel size)",
    ),
    "groups that do not divide": (
        lambda: build((3, 2, 2), (3, 2, 3, 3), groups=2),
        FitError,
        "groups does not divide the input channels\n"
        "  given     groups = 2; 3 input channels: 3 = 1·2 + 1\n"
        "  expected  groups that divide both 3 input and 4 output channels\n"
        "  fix       write groups 1",
    ),
    "groups 0": (
        lambda: build((3, 2, 2), (3, 2, 3, 3), groups=0),
        UsageError,
        "groups is too small\n"
        "  given     groups = 0\n"
        "  expected  groups of at least 1\n"
        "  fix       write groups 1 or more",
    ),
    "an empty input": (
        lambda: build((0,), (3,), 1),
        InputError,
        "the input is empty\n"
        "  given     shape (0,)\n"
        "  expected  at least one number along every axis\n"
        "  fix       leave out the empty axis, or check how the file was written",
    ),
    "a dy of another shape": (
        lambda: gradients(convolution(tensor((4,)), tensor((2,)), rank=1), tensor((4,))),
        FitError,
        "the gradient of the output does not have the output's shape\n"
        "  given     dy of shape (4,); the output has shape (3,)\n"
        "  expected  shape (3,)\n"
        "  fix       give one number for each output element, or leave out dy for a gradient of ones",
    ),
}


@pytest.mark.parametrize(("act", "kind", "text"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(act: Any, kind: type[ConvError], text: str) -> None:
    with pytest.raises(kind) as caught:
        act()
    assert str(caught.value) == text
