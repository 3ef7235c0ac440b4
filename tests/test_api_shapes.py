"""Shapes and receptive fields in Python: as torch says, in words or by settings, and every refusal."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from convcli import output_shape, receptive_field
from convcli.errors import ConvError, FitError, UsageError
from convcli.layers import Field

#   what it is about                         what is asked                                                            shape
SHAPES: dict[str, tuple[Callable[[], object], tuple[int, ...]]] = {
    "a stack in words":                      (lambda: output_shape((3, 224, 224), ["conv 64 k7 s2 p3", "max k3 s2 p1"]), (64, 56, 56)),
    "one layer in words":                    (lambda: output_shape((3, 9, 9), "conv 4 k3"),                           (4, 7, 7)),
    "a layer as a mapping":                  (lambda: output_shape((3, 9, 9), {"conv": 4, "kernel": 3, "padding": [(0, 1), 1]}), (4, 8, 9)),
    "a shape in words":                      (lambda: output_shape("8x3@9x9", ["max k3", {"global": "avg"}]),         (8, 3, 1, 1)),
    "a number":                              (lambda: output_shape(9, "max k3"),                                      (3,)),
    "numbers of NumPy":                      (lambda: output_shape(np.array([9, 8]).tolist(), kernel_size=np.int64(3)), (7, 6)),
    "settings":                              (lambda: output_shape((224, 224), kernel_size=7, stride=2, padding=3),   (112, 112)),
    "settings along each axis":              (lambda: output_shape((9, 9), kernel_size=(3, 2), stride=(1, 2), padding=[(0, 1), 0], dilation=(2, 1)), (6, 4)),
    "a rule":                                (lambda: output_shape(9, kernel_size=3, stride=2, padding="SAME_UPPER"), (5,)),
    "transposed":                            (lambda: output_shape((4, 5), kernel_size=3, stride=2, padding=1, output_padding=1, transposed=True), (8, 10)),
    "transposed without output padding":     (lambda: output_shape(4, kernel_size=3, stride=2, padding="same", transposed=True), (8,)),
    "no output padding of a convolution":    (lambda: output_shape((9, 8), kernel_size=3, output_padding=(0, 0)),         (7, 6)),
    "ceil mode":                             (lambda: output_shape(9, kernel_size=4, stride=4, padding=2, ceil_mode=True), (3,)),
}  # fmt: skip


@pytest.mark.parametrize(("ask", "shape"), SHAPES.values(), ids=SHAPES)
def test_shapes(ask: Callable[[], object], shape: tuple[int, ...]) -> None:
    assert ask() == shape


def test_fields() -> None:
    (field,) = receptive_field(["conv k7 s2 p3", "max k3 s2 p1"])
    assert field == Field(size=11, jump=Fraction(4), centre=Fraction(0))
    height, width = receptive_field({"conv": None, "kernel": (3, 5)})
    assert (height.size, width.size) == (3, 5)
    assert receptive_field("conv 8 k3 s2 same", (3, 9, 8))[1].centre == 1
    assert receptive_field("global avg", "2@9x8")[0].size == 9
    assert receptive_field("transposed k4 s2 same")[0].jump == Fraction(1, 2)


ONE = 'write output_shape((224, 224), kernel_size=3), or output_shape((3, 224, 224), "conv 64 k3")'
BESIDE = "stride, padding, dilation, output_padding, transposed and ceil_mode with kernel_size alone"
LAYER = (
    "a layer such as \"conv 64 k7 s2 p3\" or {'conv': 64, 'kernel': 7}, or a list of them\n"
    '  fix       write "conv 64 k3" for a convolution of kernel 3 with 64 output channels'
)
REFUSALS: dict[str, tuple[Callable[[], object], type[ConvError], str]] = {
    "neither": (lambda: output_shape((9, 9)), UsageError, (
        "there is nothing to apply to the input\n"
        f"  given     neither layers nor kernel_size\n  expected  one of them\n  fix       {ONE}")),
    "both": (lambda: output_shape((9, 9), "max k2", kernel_size=3), UsageError, (
        "layers and a kernel_size are two different questions\n"
        f"  given     layers and kernel_size\n  expected  one of them\n  fix       {ONE}")),
    "no layers": (lambda: output_shape((9, 9), []), UsageError, (
        'there are no layers\n  given     []\n  expected  at least one\n  fix       write one, such as "conv 64 k3"')),
    "floats": (lambda: output_shape((9.0, 9), kernel_size=3), UsageError, (  # type: ignore[arg-type]
        "the input is not a shape\n"
        "  given     input = `(9.0, 9)`\n  expected  sizes of at least 1\n  fix       write (224, 224), or one number")),
    "words where sizes are": (lambda: output_shape("9x9", kernel_size=3), UsageError, (
        "the input is not a shape\n"
        "  given     input = `'9x9'`\n  expected  sizes of at least 1\n  fix       write (224, 224), or one number")),
    "no sizes": (lambda: output_shape((), "max k2"), UsageError, (
        "the input is not a shape\n"
        "  given     input = `()`\n  expected  sizes of at least 1\n  fix       write (224, 224), or one number")),
    "a stride beside layers": (lambda: output_shape((3, 224, 224), ["conv 64 k7"], stride=2), UsageError, (
        "settings of a window stand beside layers, which have their own\n"
        f"  given     layers, and stride=2\n  expected  {BESIDE}\n  fix       write them into the layer, as in \"conv 64 k7 s2 p3\"")),
    "everything beside layers": (lambda: output_shape(9, "max k2", stride=1, padding="same", dilation=[1], output_padding=0, transposed=True, ceil_mode=True), UsageError, (
        "settings of a window stand beside layers, which have their own\n"
        "  given     layers, and stride=1, padding='same', dilation=[1], output_padding=0, transposed=True, ceil_mode=True\n"
        f"  expected  {BESIDE}\n  fix       write them into the layer, as in \"conv 64 k7 s2 p3\"")),
    "output padding of a convolution": (lambda: output_shape(10, kernel_size=3, output_padding=1), UsageError, (
        "a convolution has no output padding\n"
        "  given     output_padding=1, without transposed\n  expected  output_padding with transposed=True\n"
        "  fix       leave out output_padding, or say transposed=True")),
    "output padding of a pool": (lambda: output_shape((10, 9), kernel_size=3, output_padding=(0, 1), ceil_mode=True), UsageError, (
        "pooling has no output padding\n"
        "  given     output_padding=(0, 1), without transposed\n  expected  output_padding with transposed=True\n"
        "  fix       leave out output_padding")),
    "a number for the layers": (lambda: receptive_field(5), UsageError, (  # type: ignore[arg-type]
        f"layers is neither words nor a mapping\n  given     layers = `5`\n  expected  {LAYER}")),
    "a number for the layers of an input": (lambda: output_shape((3, 5, 5), 5), UsageError, (  # type: ignore[arg-type]
        f"layers is neither words nor a mapping\n  given     layers = `5`\n  expected  {LAYER}")),
    "a number for a layer": (lambda: output_shape((3, 5, 5), ["conv 4 k3", 5]), UsageError, (  # type: ignore[list-item]
        f"layers[1] is neither words nor a mapping\n  given     layers[1] = `5`\n  expected  {LAYER}")),
    "a number for a setting's name": (lambda: receptive_field({"conv": 5, 3: 4}), UsageError, (  # type: ignore[dict-item]
        "a convolution has no setting called `3`\n  given     3\n"
        "  expected  kernel, stride, padding, dilation, groups, bias\n  fix       remove it")),
    "no kernel": (lambda: output_shape((3, 9, 9), "max"), UsageError, (
        "a layer does not say how large its kernel is\n"
        "  given     max\n  expected  a kernel, such as k3 or k3x5\n  fix       write max k3")),
    "two modes": (lambda: output_shape(9, kernel_size=3, transposed=True, ceil_mode=True), UsageError, (
        "a transposed convolution has no ceil mode\n"
        "  given     transposed=True, ceil_mode=True\n  expected  one of them\n  fix       leave out ceil_mode, and say output_padding")),
    "read in two ways": (lambda: output_shape((3, 9, 9), "max k2"), UsageError, (
        "the input can be read in several ways\n"
        "  given     input 3x9x9\n  expected  batch and channels before an @, and sizes after it\n"
        "  fix       write 3@9x9 for 3 channels of 9x9, or 1@3x9x9 for a volume of 3x9x9")),
    "a layer does not fit": (lambda: output_shape((3, 9, 9), ["conv 4 k3", "max k8"]), FitError, (
        "layer 2 (max k8): the kernel does not fit inside the padded input along height\n"
        "  given     input 4@7x7: input 7 + padding 0+0 = 7; kernel 8\n"
        "  expected  a padded input of at least 8\n  fix       add 1 padding on each side, or use a smaller kernel")),
    "a field without an input": (lambda: receptive_field(["max k2", "conv k3 same"]), UsageError, (
        "a layer depends on the size of its input\n"
        "  given     conv k3 same, without an input\n  expected  the input's shape\n"
        "  fix       give it, as in receptive_field(layers, (3, 224, 224))")),
}  # fmt: skip


@pytest.mark.parametrize(("ask", "kind", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(ask: Callable[[], object], kind: type[ConvError], message: str) -> None:
    with pytest.raises(kind) as caught:
        ask()
    assert str(caught.value) == message
