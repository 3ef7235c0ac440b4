"""Layers and shapes in words, mappings and files: what they mean, and every refusal."""

import io
from collections.abc import Callable, Mapping

import numpy as np
import pytest
from hypothesis import given

from convcli.errors import ConvError, InputError, UsageError
from convcli.layers import Kind, Layer, Shape
from convcli.limits import Limits
from convcli.reading.layer_file import LayerFile, read_layers
from convcli.reading.layer_text import parse_layer
from convcli.reading.layers import layer_of
from convcli.reading.shapes import is_shape, parse_shape, parse_sizes
from tests.layers.settings import layers


@given(layers())
def test_a_layer_says_itself(layer: Layer) -> None:
    read = parse_layer(str(layer))
    assert read == layer
    assert str(read) == str(layer)


#   words                                      what they mean
WORDS = {
    "conv 64 k7 s2 p3":                        "conv 64 k7 s2 p3",
    "  CONV   64  s=2 kernel=7 padding=3 ":    "conv 64 k7 s2 p3",
    "conv k3x5 s2,1 d2x2":                     "conv k3x5 s2x1 d2x2",
    "conv k3 p1x2":                            "conv k3 p1,2",
    "conv k3 p1:2,0:1":                        "conv k3 p1:2,0:1",
    "conv k3 SAME_LOWER":                      "conv k3 same-lower",
    "conv k3 p=half":                          "conv k3 half",
    "conv 8 k3 g4 no-bias":                    "conv 8 k3 g4 nobias",
    "deconv 3 k4 s2 output_padding=1":         "transposed 3 k4 s2 op1",
    "conv-transpose 3 k4":                     "transposed 3 k4",
    "max 3 s2 ceil":                           "max k3 s2 ceil",
    "avgpool kernel_size=3x2":                 "avg k3x2",
    "lp-pool k2":                              "lp k2",
    "global avg":                              "global avg",
    "global MaxPool":                          "global max",
}  # fmt: skip


@pytest.mark.parametrize(("words", "meaning"), WORDS.items(), ids=WORDS)
def test_words(words: str, meaning: str) -> None:
    assert str(parse_layer(words)) == meaning


#   what it is about                  mapping                                                                   words
MAPPINGS: dict[str, tuple[Mapping[str, object], str]] = {
    "a convolution":                  ({"conv": 64, "kernel": 7, "stride": (2, 1), "padding": [(0, 1), 2]},     "conv 64 k7 s2x1 p0:1,2"),
    "without channels":               ({"conv": None, "k": 3, "padding": "same"},                               "conv k3 same"),
    "a pool by its kernel":           ({"max": [3, 2], "ceil_mode": True},                                      "max k3x2 ceil"),
    "a pool by a setting":            ({"avg": None, "kernel_size": 3},                                         "avg k3"),
    "a transposed convolution":       ({"transposed": 8, "k": 4, "s": 2, "output_padding": 1, "bias": False},   "transposed 8 k4 s2 op1 nobias"),
    "a global pool":                  ({"global": "avg"},                                                       "global avg"),
}  # fmt: skip


@pytest.mark.parametrize(("mapping", "words"), MAPPINGS.values(), ids=MAPPINGS)
def test_mappings(mapping: Mapping[str, object], words: str) -> None:
    assert str(layer_of(mapping)) == words


def test_what_is_meant_as_a_shape() -> None:
    assert all(map(is_shape, ("224", "3x224x224", "8x3@224", "(3, 224, 224)", "3*4", "0x2", "-1", "2.5x3")))
    assert not any(map(is_shape, ("conv 64", "net.yaml", "-", "3d.yaml", "", "x3")))


def test_shapes() -> None:
    pool = [Layer(kind=Kind.MAX, kernel=2)]
    assert parse_shape(" 20x30 ", pool) == Shape(sizes=(20, 30))
    assert parse_shape("3@20x30", pool) == Shape(sizes=(20, 30), channels=3)
    assert parse_shape("8x3@20", pool) == Shape(sizes=(20,), channels=3, batch=8)
    assert parse_shape("10x20x30", pool, "3") == Shape(sizes=(10, 20, 30), channels=3)
    assert parse_sizes("want", " 5 ", 3) == (5, 5, 5)
    assert parse_sizes("want", "5x6", 2) == (5, 6)


def read(text: str) -> LayerFile:
    return read_layers("-", Limits(), io.BytesIO(text.encode()))


def test_a_file() -> None:
    file = read(
        "# a stem\ninput: [3, 224, 224]\nlayers:\n  - conv 64 k7 s2 p3 nobias\n  - {max: 3, stride: 2, padding: 1}\n"
        "  - conv: 128\n    kernel: [3, 5]\n    padding: [[0, 1], 2]\n    groups: 2\n  - 'global avg'\n"
    )
    assert [str(layer) for layer in file.layers] == [
        "conv 64 k7 s2 p3 nobias",
        "max k3 s2 p1",
        "conv 128 k3x5 p0:1,2 g2",
        "global avg",
    ]
    assert [layer.place for layer in file.layers] == [
        f"standard input, line {line}, column 5" for line in (4, 5, 6, 10)
    ]
    assert str(file.shape()) == "3@224x224"


def test_the_channels_of_a_file() -> None:
    file = read("input: 224x224\nchannels: 3\nlayers: [conv: , max k2]".replace("conv: , ", ""))
    assert str(file.shape()) == "3@224x224"
    assert str(file.shape("4")) == "4@224x224"
    assert read('{"layers": ["max k2"]}').shape() is None
    assert read("input: 224\nlayers: [{conv: ~, kernel: 3}, {global: max}]").layers[0].channels is None


KIND = "one of conv, transposed, max, avg, lp, global"
WORD = "k, s, p, d, g or op with a value, the name of a padding rule, ceil or nobias"
LEAVE = "leave it out: it changes no size"
DEPTHWISE = "write conv with as many output channels and groups as input channels: conv 32 k3 g32 for 32"
CONV, POOL = "kernel, stride, padding, dilation, groups, bias", "kernel, stride, padding, dilation, ceil"

#   words                        problem, what is pointed at, expected, fix
MISTAKES = {
    "":                          ("a layer is empty", None, "a layer, such as conv 64 k3", "write it, or leave it out"),
    "conv2d 64 k7":              ("there is no kind of layer called `conv2d`", "conv2d", KIND, "did you mean conv?"),
    "conv1d 64 k7":              ("there is no kind of layer called `conv1d`", "conv1d", KIND, "did you mean conv?"),
    "Conv3d 64 k7":              ("there is no kind of layer called `conv3d`", "Conv3d", KIND, "did you mean conv?"),
    "maxpool2d 2":               ("there is no kind of layer called `maxpool2d`", "maxpool2d", KIND, "did you mean max?"),
    "max_pool2d k2":             ("there is no kind of layer called `max_pool2d`", "max_pool2d", KIND, "did you mean max?"),
    "avgpool2d 2":               ("there is no kind of layer called `avgpool2d`", "avgpool2d", KIND, "did you mean avg?"),
    "AdaptiveAvgPool2d 1":       ("there is no kind of layer called `adaptiveavgpool2d`", "AdaptiveAvgPool2d", KIND, "did you mean global avg?"),
    "pool k2":                   ("there is no kind of layer called `pool`", "pool", KIND, "write which pool it is: max, avg or lp, as in max k2"),
    "convt 64 k4":               ("there is no kind of layer called `convt`", "convt", KIND, "did you mean transposed?"),
    "tconv 64 k4":               ("there is no kind of layer called `tconv`", "tconv", KIND, "did you mean transposed?"),
    "upconv 64 k4":              ("there is no kind of layer called `upconv`", "upconv", KIND, "did you mean transposed?"),
    "conv_transpose2d 64 k4":    ("there is no kind of layer called `conv_transpose2d`", "conv_transpose2d", KIND, "did you mean transposed?"),
    "convtranspose2d 64 k4":     ("there is no kind of layer called `convtranspose2d`", "convtranspose2d", KIND, "did you mean transposed?"),
    "dwconv k3":                 ("there is no kind of layer called `dwconv`", "dwconv", KIND, DEPTHWISE),
    "depthwise k3":              ("there is no kind of layer called `depthwise`", "depthwise", KIND, DEPTHWISE),
    "bn":                        ("there is no kind of layer called `bn`", "bn", KIND, LEAVE),
    "ReLU":                      ("there is no kind of layer called `relu`", "ReLU", KIND, LEAVE),
    "dropout 0.5":               ("there is no kind of layer called `dropout`", "dropout", KIND, LEAVE),
    "norm":                      ("there is no kind of layer called `norm`", "norm", KIND, LEAVE),
    "batch_norm2d":              ("there is no kind of layer called `batch_norm2d`", "batch_norm2d", KIND, LEAVE),
    "gelu":                      ("there is no kind of layer called `gelu`", "gelu", KIND, LEAVE),
    "flatten":                   ("there is no kind of layer called `flatten`", "flatten", KIND, "leave it out: it only lays the output in a row"),
    "fc 10":                     ("there is no kind of layer called `fc`", "fc", KIND, "leave it out: it has no windows"),
    "conv 64 3x3":               ("`3x3` means nothing in a layer", "3x3", WORD, "did you mean k3x3?"),
    "conv 3x3":                  ("`3x3` means nothing in a layer", "3x3", WORD, "did you mean k3x3?"),
    "conv 64 k3 pad1":           ("`pad1` means nothing in a layer", "pad1", WORD, "did you mean p1?"),
    "conv 64 kernel_size3x5":    ("`kernel_size3x5` means nothing in a layer", "kernel_size3x5", WORD, "did you mean k3x5?"),
    "conv 64 k3 bn":             ("`bn` means nothing in a layer", "bn", WORD, LEAVE),
    "conv 64 k3 max k2":         ("`max` means nothing in a layer", "max", WORD, "write each layer by itself"),
    "conv 64 k3 global avg":     ("`global` means nothing in a layer", "global", WORD, "write each layer by itself"),
    "mux k3":                    ("there is no kind of layer called `mux`", "mux", KIND, "did you mean max?"),
    "64 k3":                     ("there is no kind of layer called `64`", "64", KIND, "begin with the kind, as in conv 64 k3"),
    "conv 64 k 7":               ("`k` means nothing in a layer", "k", WORD, "write its value with it, as in k3"),
    "conv 64 k3 smae":           ("`smae` means nothing in a layer", "smae", WORD, "did you mean same?"),
    "conv 64 k3 é":              ("`é` means nothing in a layer", "é", WORD, "remove it"),
    "conv 64 32 k3":             ("`32` means nothing in a layer", "32", WORD, "remove it"),
    "conv 64 k7 s2.0":           ("stride takes integers", "s2.0", "2 or 2,1; plain digits, at most 18 of them", "write 2"),
    "conv 6.0 k3":               ("channels takes one integer", "6.0", "one integer; plain digits, at most 18 of them", "write 6"),
    "conv 0 k3":                 ("there are no output channels", "0", "at least 1", "write how many kernels there are, such as conv 64"),
    "max 3.5 s2":                ("kernel takes integers", "3.5", "2 or 2,1; plain digits, at most 18 of them", "write an integer"),
    "max 3 k2":                  ("kernel is set twice", "max 3 k2", "it once", "remove one of them"),
    "conv k7 s1 k8":             ("kernel is set twice", "k8", "it once", "remove one of them"),
    "conv k3 padding=smae":      ("padding has no such rule", "padding=smae", "a number, or one of valid, same, same-lower, half, full, causal", "did you mean same?"),
    "conv k3 p1:2:3":            ("padding has more than two sides on an axis", "p1:2:3", "before:after for each axis, the axes separated by commas", "write 1:2"),
    "max k3 g2":                 ("max pooling has no groups", "g2", POOL, "remove it"),
    "conv k3 op1":               ("a convolution has no output padding", "op1", CONV, "remove it, or write transposed"),
    "conv k3 stide=2":           ("a convolution has no setting called `stide`", "stide=2", CONV, "did you mean stride?"),
    "conv k3 xyz=2":             ("a convolution has no setting called `xyz`", "xyz=2", CONV, "remove it"),
    "global":                    ("a global pool does not say which pool it is", "global", "global max, global avg, global lp", "write global avg"),
    "global conv":               ("a global pool does not say which pool it is", "conv", "global max, global avg, global lp", "write global avg"),
    "global avg k3":             ("global pooling has no settings: its window is the whole input", "k3", "global max, global avg, global lp", "write global avg"),
    "max k3 ceil=yes":           ("ceil is neither true nor false", "ceil=yes", "true or false", "write true"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "told"), MISTAKES.items(), ids=MISTAKES)
def test_mistakes_in_words(words: str, told: tuple[str, str | None, str, str]) -> None:
    problem, pointed, expected, fix = told
    with pytest.raises(UsageError) as caught:
        parse_layer(words)
    start = 0 if pointed is None else words.rindex(pointed) if pointed in words else 0
    given = "''" if pointed is None else f"{words}\n            {' ' * start}{'^' * len(pointed)}"
    assert str(caught.value) == f"{problem}\n  given     {given}\n  expected  {expected}\n  fix       {fix}"


def sources(text: str) -> Callable[[], object]:
    return lambda: read(text).shape()


SIZES = "sizes joined by x, each at least 1; channels before an @: 224, 224x224, 3@224x224"
SETTING = "a number, a list of numbers, or a word"
REFUSALS: dict[str, tuple[Callable[[], object], type[ConvError], str]] = {
    "twice in a mapping": (lambda: layer_of({"conv": 3, "k": 3, "kernel": 3}), UsageError, (
        "kernel is set twice\n  given     kernel\n  expected  it once\n  fix       remove one of them")),
    "two kinds": (lambda: layer_of({"conv": 3, "max": 3}), UsageError, (
        f"a layer is of two kinds\n  given     conv, max\n  expected  {KIND}\n  fix       write a layer for each")),
    "a tuple": (lambda: parse_shape("(3, 224, 224)", []), UsageError, (
        f"the input is not a shape\n  given     input `(3, 224, 224)`\n  expected  {SIZES}\n  fix       write 3x224x224")),
    "a size of 0": (lambda: parse_shape("3x0", []), UsageError, (
        f"the input is not a shape\n  given     input `3x0`\n  expected  {SIZES}\n  fix       write a shape such as 3@224x224")),
    "three before the @": (lambda: parse_shape("1x2x3@4", []), UsageError, (
        f"the input is not a shape\n  given     input `1x2x3@4`\n  expected  {SIZES}\n  fix       write a shape such as 3@224x224")),
    "17 axes": (lambda: parse_shape("x".join("1" * 17), []), UsageError, (
        f"the input is not a shape\n  given     input `{'x'.join('1' * 17)}`\n  expected  {SIZES}\n  fix       write a shape such as 3@224x224")),
    "channels twice": (lambda: parse_shape("3@4", [], "3"), UsageError, (
        "the input's channels are said twice\n  given     input 3@4; channels `3`\n  expected  them once\n  fix       leave one out")),
    "channels 0": (lambda: parse_shape("4", [], "0"), UsageError, (
        "the input has no channels\n  given     channels 0\n  expected  at least 1\n  fix       write how many, such as 3, or leave it out")),
    "a wanted size of 0": (lambda: parse_sizes("want", "0", None), UsageError, (
        "want is not a size\n  given     want `0`\n  expected  a size of at least 1, or one for each axis, such as 112x112\n  fix       write 112 or 112x112")),
    "wanted sizes with a comma": (lambda: parse_sizes("want", "5,6", None), UsageError, (
        "want is not a size\n  given     want `5,6`\n  expected  a size of at least 1, or one for each axis, such as 112x112\n  fix       write 5x6")),
    "wanted sizes of another rank": (lambda: parse_sizes("want", "5x6x7", 2), UsageError, (
        "want has the wrong number of sizes\n  given     want `5x6x7`: 3 of them\n  expected  one size, or 2\n  fix       write 5x6")),
    "wanted sizes for one axis": (lambda: parse_sizes("want", "5x6", 1), UsageError, (
        "want has the wrong number of sizes\n  given     want `5x6`: 2 of them\n  expected  one size\n  fix       write 5")),
    "no mapping": (sources("- conv k3"), InputError, (
        "this is no file of layers\n  given     `-`\n  expected  a mapping with the key layers, and input\n"
        "  fix       write input: 3x224x224 and layers: with a list below it")),
    "an unknown key": (sources("inputs: 3\nlayers: [max k2]"), InputError, (
        "the key `inputs` means nothing here\n  in        standard input, line 1, column 1\n  given     inputs: 3\n            ^^^^^^\n"
        "  expected  input, channels, layers\n  fix       did you mean input?")),
    "a key of nothing known": (sources("layers: [max k2]\nzzz: 3"), InputError, (
        "the key `zzz` means nothing here\n  in        standard input, line 2, column 1\n  given     zzz: 3\n            ^^^\n"
        "  expected  input, channels, layers\n  fix       remove it")),
    "no layers": (sources("input: 3"), InputError, (
        "there is no list of layers\n  in        standard input, line 1, column 1\n  given     input: 3\n            ^\n"
        "  expected  the key layers, with a list of 1 to 1000 layers\n  fix       write layers: and below it lines such as - conv 64 k7 s2 p3")),
    "an empty list": (sources("layers: []"), InputError, (
        "there is no list of layers\n  in        standard input, line 1, column 9\n  given     layers: []\n                    ^\n"
        "  expected  the key layers, with a list of 1 to 1000 layers\n  fix       write layers: and below it lines such as - conv 64 k7 s2 p3")),
    "a list for a layer": (sources("layers: [[1, 2]]"), InputError, (
        "layer 1 is neither words nor a mapping\n  in        standard input, line 1, column 10\n  given     layers: [[1, 2]]\n                     ^\n"
        "  expected  a layer such as conv 64 k7 s2 p3, or {conv: 64, kernel: 7, stride: 2, padding: 3}\n  fix       write it so")),
    "a word of a layer": (sources("layers:\n  - conv 3 k2.5"), InputError, (
        "kernel takes integers\n  in        standard input, line 2, column 5\n  given     conv 3 k2.5\n                   ^^^^\n"
        "  expected  2 or 2,1; plain digits, at most 18 of them\n  fix       write an integer")),
    "a key of a layer": (sources("layers:\n  - {conv: 64, kernell: 3}"), InputError, (
        "a convolution has no setting called `kernell`\n  in        standard input, line 2, column 5\n  given     {conv: 64, kernell: 3}\n"
        f"  expected  {CONV}\n  fix       did you mean kernel?")),
    "a mapping for a setting": (sources("layers:\n  - conv: 64\n    kernel: {a: 1}"), InputError, (
        "kernel is set to something that is no setting\n  in        standard input, line 3, column 13\n  given         kernel: {a: 1}\n                        ^^^^^^\n"
        f"  expected  {SETTING}\n  fix       write kernel as on the command line")),
    "triples for a setting": (sources("layers:\n  - conv: 64\n    padding: [[1, 2, 3]]"), InputError, (
        "padding is set to something that is no setting\n  in        standard input, line 3, column 14\n  given         padding: [[1, 2, 3]]\n                         ^^^^^^^^^^^\n"
        f"  expected  {SETTING}\n  fix       write padding as on the command line")),
    "lists of lists for a setting": (sources("layers:\n  - conv: 64\n    padding: [[[1], 2]]"), InputError, (
        "padding is set to something that is no setting\n  in        standard input, line 3, column 14\n  given         padding: [[[1], 2]]\n                         ^^^^^^^^^^\n"
        f"  expected  {SETTING}\n  fix       write padding as on the command line")),
    "no input after the key": (sources("input:\nlayers: [max k2]"), InputError, (
        "input is set to something that is no setting\n  in        standard input, line 1, column 7\n  given     input:\n                  ^\n"
        f"  expected  {SETTING}\n  fix       write input as on the command line")),
    "an input read in two ways": (sources("input: [3, 20, 20]\nlayers: [max k2]"), InputError, (
        "the input can be read in several ways\n  in        standard input, line 1, column 8\n  given     input 3x20x20\n"
        "  expected  batch and channels before an @, and sizes after it\n  fix       write 3@20x20 for 3 channels of 20x20, or 1@3x20x20 for a volume of 3x20x20")),
    "channels in a file twice": (sources("input: 3@20\nchannels: 3\nlayers: [max k2]"), InputError, (
        "the input's channels are said twice\n  in        standard input, line 2, column 11\n  given     input 3@20; channels `3`\n"
        "  expected  them once\n  fix       leave one out")),
}  # fmt: skip


@pytest.mark.parametrize(("make", "kind", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(make: Callable[[], object], kind: type[ConvError], message: str) -> None:
    with pytest.raises(kind) as caught:
        make()
    assert str(caught.value) == message


def test_an_array_is_no_file_of_layers() -> None:
    file = io.BytesIO()
    np.save(file, np.zeros(3))
    with pytest.raises(InputError, match="this is no file of layers"):
        read_layers("-", Limits(), io.BytesIO(file.getvalue()))
