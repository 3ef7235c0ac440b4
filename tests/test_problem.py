"""Which axis is which: ranks, layouts, groups and biases, as tables; and the refusals, whole."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from convcli.engine import run
from convcli.errors import ConvError, FitError, InputError
from convcli.layout import View
from convcli.numbers.arithmetic import Overflow
from convcli.numbers.tensor import Tensor
from convcli.problem import Convolution, convolution
from convcli.settings import Settings


def build(
    x: tuple[int, ...], w: tuple[int, ...], rank: int = 2, groups: int = 1, bias: object = None, **more: Any
) -> Convolution:
    def tensor(shape: tuple[int, ...]) -> Tensor:
        return Tensor.of(np.arange(np.prod(shape, dtype=int)).reshape(shape))

    settings = Settings(groups=groups)
    return convolution(
        tensor(x), tensor(w), None if bias is None else Tensor.of(bias), rank=rank, settings=settings, **more
    )


#                                                   rank input         kernel        groups output
RANKS = {
    "bare input and bare kernel give bare output":   (2, (5, 5),        (3, 3),        1, (3, 3)),
    "a channel axis is kept":                        (2, (1, 5, 5),     (3, 3),        1, (1, 3, 3)),
    "a batch axis is kept":                          (2, (4, 1, 5, 5),  (3, 3),        1, (4, 1, 3, 3)),
    "an output axis gives a channel axis":           (2, (5, 5),        (7, 1, 3, 3),  1, (7, 3, 3)),
    "a whole kernel":                                (2, (2, 5, 5),     (7, 2, 3, 3),  1, (7, 3, 3)),
    "one axis more is the input channels":           (2, (2, 5, 5),     (2, 3, 3),     1, (1, 3, 3)),
    "or the output channels":                        (2, (1, 5, 5),     (7, 3, 3),     1, (7, 3, 3)),
    "or those of a bare input":                      (2, (5, 5),        (7, 3, 3),     1, (7, 3, 3)),
    "or of a depthwise one":                         (2, (4, 5, 5),     (4, 3, 3),     4, (4, 3, 3)),
    "two outputs for each channel":                  (2, (4, 5, 5),     (8, 3, 3),     4, (8, 3, 3)),
    "both readings agree at one and one":            (2, (5, 5),        (1, 3, 3),     1, (1, 3, 3)),
    "a bare kernel goes over each channel":          (2, (4, 5, 5),     (3, 3),        4, (4, 3, 3)),
    "signals":                                       (1, (5,),          (3,),          1, (3,)),
    "signals of two channels":                       (1, (2, 5),        (6, 2, 3),     1, (6, 3)),
    "volumes":                                       (3, (2, 5, 5, 5),  (3, 2, 3, 3, 3), 1, (3, 3, 3, 3)),
    "bare volumes":                                  (3, (5, 5, 5),     (3, 3, 3),     1, (3, 3, 3)),
}  # fmt: skip


@pytest.mark.parametrize(("rank", "x", "w", "groups", "output"), RANKS.values(), ids=RANKS)
def test_ranks(rank: int, x: tuple[int, ...], w: tuple[int, ...], groups: int, output: tuple[int, ...]) -> None:
    assert run(build(x, w, rank, groups)).presented.shape == output


#                                     input             kernel        layouts          output
LAYOUTS = {
    "channels last":                  ((5, 6, 2),       (4, 2, 3, 3), "nhwc", "oihw", (3, 4, 4)),
    "channels last in a batch":       ((7, 5, 6, 2),    (4, 2, 3, 3), "nhwc", "oihw", (7, 3, 4, 4)),
    "bare input, channels last":      ((5, 6),          (4, 1, 3, 3), "nhwc", "oihw", (3, 4, 4)),
    "bare throughout":                ((5, 6),          (3, 3),       "nhwc", "oihw", (3, 4)),
    "hwio":                           ((2, 5, 6),       (3, 3, 2, 4), "nchw", "hwio", (4, 3, 4)),
    "ohwi":                           ((2, 5, 6),       (4, 3, 3, 2), "nchw", "ohwi", (4, 3, 4)),
    "hwio without outputs":           ((2, 5, 6),       (3, 3, 2),    "nchw", "hwio", (1, 3, 4)),
    "hwio without inputs":            ((5, 6),          (3, 3, 4),    "nchw", "hwio", (4, 3, 4)),
    "ohwi without outputs":           ((2, 5, 6),       (3, 3, 2),    "nchw", "ohwi", (1, 3, 4)),
    "ohwi without inputs":            ((5, 6),          (4, 3, 3),    "nchw", "ohwi", (4, 3, 4)),
}  # fmt: skip


@pytest.mark.parametrize(("x", "w", "layout", "kernel_layout", "output"), LAYOUTS.values(), ids=LAYOUTS)
def test_layouts(
    x: tuple[int, ...], w: tuple[int, ...], layout: str, kernel_layout: str, output: tuple[int, ...]
) -> None:
    assert run(build(x, w, layout=layout, kernel_layout=kernel_layout)).presented.shape == output


def test_a_layout_is_a_transpose_and_never_a_reshape() -> None:
    rng = np.random.default_rng(0)
    x, w = rng.integers(-9, 9, (3, 2, 5, 6)), rng.integers(-9, 9, (4, 2, 3, 2))
    first = run(convolution(Tensor.of(x), Tensor.of(w), rank=2)).presented.values
    last, hwio = Tensor.of(x.transpose(0, 2, 3, 1)), Tensor.of(w.transpose(2, 3, 1, 0))
    there = run(convolution(last, hwio, rank=2, layout="nhwc", kernel_layout="hwio")).presented.values
    assert (there.transpose(0, 3, 1, 2) == first).all()
    ohwi = Tensor.of(w.transpose(0, 2, 3, 1))
    assert (run(convolution(Tensor.of(x), ohwi, rank=2, kernel_layout="ohwi")).presented.values == first).all()


POINTWISE = {
    "a matrix":                  ((2, 4, 5), (3, 2), "oihw", (3, 4, 5)),
    "a whole kernel":            ((2, 4, 5), (3, 2, 1, 1), "oihw", (3, 4, 5)),
    "weights of one output":     ((2, 4, 5), (2,), "oihw", (1, 4, 5)),
    "one weight for each output": ((4, 5), (3,), "oihw", (3, 4, 5)),
    "a transposed matrix":       ((2, 4, 5), (2, 3), "hwio", (3, 4, 5)),
    "ohwi":                      ((2, 4, 5), (3, 2), "ohwi", (3, 4, 5)),
    "weights of one output, ohwi": ((2, 4, 5), (2,), "ohwi", (1, 4, 5)),
    "one weight for each output, ohwi": ((4, 5), (3,), "ohwi", (3, 4, 5)),
    "weights of one output, hwio": ((2, 4, 5), (2,), "hwio", (1, 4, 5)),
}  # fmt: skip


@pytest.mark.parametrize(("x", "w", "layout", "output"), POINTWISE.values(), ids=POINTWISE)
def test_pointwise_kernels(x: tuple[int, ...], w: tuple[int, ...], layout: str, output: tuple[int, ...]) -> None:
    assert run(build(x, w, kernel_layout=layout, pointwise=True)).presented.shape == output


VIEWS = {
    "bare": (View.of_data(rank=2, batch=False, channels=False), (0, 0, 3, 4), (3, 4), "y,x"),
    "channels first": (View.of_data(rank=2, batch=False, channels=True), (0, 2, 3, 4), (2, 3, 4), "o,y,x"),
    "channels last": (View.of_data(rank=1, batch=False, channels=True, channels_last=True), (0, 2, 3), (3, 2), "x,o"),
    "batch": (View.of_data(rank=3, batch=True, channels=True), (1, 2, 3, 4, 5), (1, 2, 3, 4, 5), "n,o,z,y,x"),
    "batch, channels last": (
        View.of_data(rank=2, batch=True, channels=True, channels_last=True),
        (1, 2, 3, 4),
        (1, 3, 4, 2),
        "n,y,x,o",
    ),
}


@pytest.mark.parametrize(("view", "canonical", "printed", "axes"), VIEWS.values(), ids=VIEWS)
def test_an_index_goes_to_the_printed_layout_and_back(
    view: View, canonical: tuple[int, ...], printed: tuple[int, ...], axes: str
) -> None:
    assert (view.shape(canonical), view.canonical(printed), view.axes) == (printed, canonical, axes)


def test_operands_enter_the_arithmetic_once() -> None:
    case = convolution(
        Tensor.of([Fraction(1, 3)]), Tensor.of(np.array([1], np.float32)), Tensor.of(Fraction(1, 10)), rank=1
    )
    assert (case.arithmetic.name, case.x.dtype, case.op) == ("float32", "float32", "conv1d")
    assert case.given == {"input": (1,), "kernel": (1,), "bias": ()}
    assert not case.pads_with_value
    assert convolution(Tensor.of([1]), Tensor.of([1]), rank=1, pad_value=0.5).pads_with_value


def test_an_integer_type_counts_the_operands_that_it_alters() -> None:
    case = convolution(Tensor.of([300, 1, -200]), Tensor.of([1]), rank=1, dtype="int8", overflow=Overflow.WRAP)
    assert (case.x.values.ravel().tolist(), case.altered) == ([44, 1, 56], {"input": 2})


REFUSALS: dict[str, tuple[dict[str, object], type[ConvError], str]] = {
    "an empty input": (
        {"x": (0, 3), "w": (1, 1)},
        InputError,
        "the input is empty\n"
        "  given     shape (0, 3)\n"
        "  expected  at least one number along every axis\n"
        "  fix       leave out the empty axis, or check how the file was written",
    ),
    "an input of too few axes": (
        {"x": (5,), "w": (3, 3)},
        FitError,
        "the input has the wrong number of axes for a 2-D convolution\n"
        "  given     shape (5,): 1 axis\n"
        "  expected  (height, width), (channels, height, width) or (batch, channels, height, width)\n"
        "  fix       add axes of length 1, up to 2 axes, or use convcalc 1d",
    ),
    "an input of too many axes, channels last": (
        {"x": (1, 1, 1, 5, 5), "w": (3, 3), "layout": "nhwc"},
        FitError,
        "the input has the wrong number of axes for a 2-D convolution\n"
        "  given     shape (1, 1, 1, 5, 5): 5 axes\n"
        "  expected  (height, width), (height, width, channels) or (batch, height, width, channels)\n"
        "  fix       drop axes of length 1, or use convcalc 3d",
    ),
    "an input of far too many axes": (
        {"x": (1,) * 6, "w": (3,), "rank": 1},
        FitError,
        "the input has the wrong number of axes for a 1-D convolution\n"
        "  given     shape (1, 1, 1, 1, 1, 1): 6 axes\n"
        "  expected  (length), (channels, length) or (batch, channels, length)\n"
        "  fix       drop axes of length 1",
    ),
    "a kernel of too few axes": (
        {"x": (5, 5, 5), "w": (3, 3), "rank": 3},
        FitError,
        "the kernel has the wrong number of axes for a 3-D convolution\n"
        "  given     shape (3, 3): 2 axes\n"
        "  expected  (kernel depth, height, width), or with one or two channel axes in oihw order\n"
        "  fix       add axes of length 1, up to 3 axes, or use convcalc 1d or convcalc 2d",
    ),
    "a bare kernel on several channels": (
        {"x": (3, 5, 5), "w": (2, 2)},
        FitError,
        "a kernel without channel axes on an input of 3 channels can be read in two ways\n"
        "  given     kernel 2x2; 3 input channels\n"
        "  expected  a kernel of shape (O, 3, 2, 2)\n"
        "  fix       to filter each channel by itself, say --groups 3;\n"
        "            to sum the channels, all filtered alike, repeat it to shape (1, 3, 2, 2);\n"
        "            if the channels are the last axis of the input, say --layout nhwc",
    ),
    "a bare kernel on a signal of several channels": (
        {"x": (10, 1), "w": (2,), "rank": 1},
        FitError,
        "a kernel without channel axes on an input of 10 channels can be read in two ways\n"
        "  given     kernel 2; 10 input channels\n"
        "  expected  a kernel of shape (O, 10, 2)\n"
        "  fix       to filter each channel by itself, say --groups 10;\n"
        "            to sum the channels, all filtered alike, repeat it to shape (1, 10, 2);\n"
        "            if it is one signal with a number on each line, put it on one line, as paste -sd' ' does",
    ),
    "one channel axis that fits neither way": (
        {"x": (3, 5, 5), "w": (2, 2, 2)},
        FitError,
        "a kernel with one channel axis has either input or output channels there, and neither reading fits\n"
        "  given     kernel (2, 2, 2), oihw; 3 input channels, groups 1\n"
        "  expected  (input channels, kernel size) for one output, with groups 1; "
        "or (output channels, kernel size), each reading one input channel\n"
        "  fix       give the kernel both channel axes: (output channels, input channels / groups, kernel size)",
    ),
    "one channel axis at either end": (
        {"x": (5, 5), "w": (2, 2, 1), "kernel_layout": "ohwi"},
        FitError,
        "a kernel with one channel axis has either input or output channels there, and both readings fit\n"
        "  given     kernel (2, 2, 1), ohwi; 1 input channel, groups 1\n"
        "  expected  (input channels, kernel size) for one output, with groups 1; "
        "or (output channels, kernel size), each reading one input channel\n"
        "  fix       give the kernel both channel axes: (output channels, input channels / groups, kernel size)",
    ),
    "channels that do not match": (
        {"x": (3, 5, 5), "w": (4, 2, 2, 2)},
        FitError,
        "the channels of input and kernel do not match\n"
        "  given     input (3, 5, 5) has 3 channels; kernel (4, 2, 2, 2) at groups 1 reads 2\n"
        "  expected  input channels = kernel's input channels · groups\n"
        "  fix       give a kernel with 3 input channels",
    ),
    "channels that groups would match": (
        {"x": (4, 5, 5), "w": (4, 2, 2, 2)},
        FitError,
        "the channels of input and kernel do not match\n"
        "  given     input (4, 5, 5) has 4 channels; kernel (4, 2, 2, 2) at groups 1 reads 2\n"
        "  expected  input channels = kernel's input channels · groups\n"
        "  fix       give a kernel with 4 input channels, or say --groups 2",
    ),
    "groups that read too many": (
        {"x": (4, 5, 5), "w": (4, 4, 2, 2), "groups": 2},
        FitError,
        "the channels of input and kernel do not match\n"
        "  given     input (4, 5, 5) has 4 channels; kernel (4, 4, 2, 2) at groups 2 reads 4·2 = 8\n"
        "  expected  input channels = kernel's input channels · groups\n"
        "  fix       give a kernel with 2 input channels, or say --groups 1",
    ),
    "channels last without saying so": (
        {"x": (5, 5, 2), "w": (4, 2, 2, 2)},
        FitError,
        "the channels of input and kernel do not match\n"
        "  given     input (5, 5, 2) has 5 channels; kernel (4, 2, 2, 2) at groups 1 reads 2\n"
        "  expected  input channels = kernel's input channels · groups\n"
        "  fix       give a kernel with 5 input channels, or say --layout nhwc if the input's last axis is its channels",
    ),
    "a bias of the wrong length": (
        {"x": (5, 5), "w": (3, 3), "bias": [1, 2]},
        FitError,
        "the bias does not match the output channels\n"
        "  given     bias of shape (2,); 1 output channel\n"
        "  expected  shape (1,), or one number for all\n"
        "  fix       give 1 number, one for each output channel",
    ),
    "a pointwise kernel that is not": (
        {"x": (2, 5, 5), "w": (3, 2, 2, 1), "pointwise": True},
        FitError,
        "the kernel of a 1x1 convolution is larger than 1x1\n"
        "  given     kernel (3, 2, 2, 1), 2x1 in space\n"
        "  expected  a matrix (output channels, input channels), or (output channels, input channels, 1, 1)\n"
        "  fix       use convcalc 2d for a larger kernel",
    ),
}


@pytest.mark.parametrize(("case", "kind", "text"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(case: dict[str, object], kind: type[ConvError], text: str) -> None:
    with pytest.raises(kind) as caught:
        build(**case)  # type: ignore[arg-type]
    assert str(caught.value) == text
