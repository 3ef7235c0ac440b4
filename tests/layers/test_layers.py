"""Layers, shapes and stacks: their arithmetic against PyTorch, their costs against counting, and their refusals."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.axis import Axis
from convcli.errors import ConvError, FitError, InputError, UsageError
from convcli.layers import Kind, Layer, Shape, resolved, stack
from convcli.layers.fit import fitted
from tests.layers.settings import layers

CONV = Layer(kind=Kind.CONV, channels=64, kernel=7, stride=2, padding=3)
POOL = Layer(kind=Kind.MAX, kernel=3, stride=2, padding=1)
GLOBAL = Layer(kind=Kind.AVG, whole=True)


@given(layers(rules=False), st.integers(1, 12), st.integers(1, 12))
def test_sizes_against_pytorch(layer: Layer, height: int, width: int) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch==2.13.0")
    F = torch.nn.functional
    if layer.kind in (Kind.AVG, Kind.LP) or not isinstance(layer.padding, int):
        return
    pool = layer.kind is Kind.MAX
    if pool and layer.padding > layer.kernel // 2:  # type: ignore[operator]
        return  # PyTorch takes no more
    x, w = torch.zeros(1, 1, height, width), torch.zeros(1, 1, layer.kernel, layer.kernel)
    settings = {"stride": layer.stride, "padding": layer.padding, "dilation": layer.dilation}
    try:
        if pool:
            expected = F.max_pool2d(x, layer.kernel, **settings, ceil_mode=layer.ceil).shape[2:]
        elif layer.kind is Kind.CONV:
            expected = F.conv2d(x, w, **settings).shape[2:]
        else:
            expected = F.conv_transpose2d(x, w, **settings, output_padding=layer.output_padding).shape[2:]
    except RuntimeError:
        expected = None
    try:
        made = stack([layer], Shape(sizes=(height, width))).output.sizes
    except FitError:
        made = None
    if expected is None or 0 in expected:
        assert made is None or pool  # of a pool, PyTorch refuses kernels that only ceil mode lets in
    elif made is None:
        assert pool
        assert layer.dilation != 1  # a window wholly in padding, between spread taps
    else:
        assert made == tuple(expected)


@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.booleans())
def test_parameters_against_pytorch(groups: int, per_in: int, per_out: int, transposed: bool) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch==2.13.0")
    made = (torch.nn.ConvTranspose2d if transposed else torch.nn.Conv2d)(
        groups * per_in, groups * per_out, (3, 2), groups=groups
    )
    kind = Kind.TRANSPOSED if transposed else Kind.CONV
    layer = Layer(kind=kind, channels=groups * per_out, kernel=(3, 2), groups=groups)
    fit = fitted(layer, Shape(sizes=(5, 6), channels=groups * per_in))
    assert fit.parameters == sum(parameter.numel() for parameter in made.parameters())


def test_costs_of_a_layer() -> None:
    fit = fitted(
        Layer(kind=Kind.CONV, channels=6, kernel=3, padding=1, groups=2, bias=False),
        Shape(sizes=(5, 5), channels=4, batch=7),
    )
    assert (fit.weights, fit.biases, fit.parameters) == (6 * 2 * 9, 0, 108)
    assert (fit.macs, fit.macs_touching) == (7 * 6 * 2 * 225, 7 * 6 * 2 * 169)
    assert str(fit.output) == "7x6@5x5"
    up = fitted(Layer(kind=Kind.TRANSPOSED, channels=6, kernel=4, stride=2, padding=1), Shape(sizes=(3,), channels=4))
    assert (up.parameters, up.macs, up.macs_touching) == (6 * 4 * 4 + 6, 6 * 4 * 4 * 3, 6 * 4 * (12 - 2))
    pool = fitted(POOL, Shape(sizes=(5, 5), channels=4))
    assert (pool.parameters, pool.macs, pool.macs_touching, str(pool.output)) == (0, 0, 0, "4@3x3")


def test_costs_of_a_stack() -> None:
    net = stack([CONV, POOL, GLOBAL], Shape(sizes=(224, 224), channels=3))
    assert [str(fit.output) for fit in net.layers] == ["64@112x112", "64@56x56", "64@1x1"]
    assert (net.parameters, net.macs) == (9472, 118013952)
    assert net.macs_touching == net.layers[0].macs_touching < net.macs
    inputs, first, second = 3 * 224 * 224, 64 * 112 * 112, 64 * 56 * 56
    assert (net.activations, net.widest) == (inputs + first + second + 64, first + second)
    assert [field.size for along in net.fields for field in along] == [7, 7, 11, 11, 231, 231]


@given(layers(kinds=(Kind.MAX,), rules=False), st.integers(1, 8))
def test_a_pool_has_no_window_in_padding_alone(layer: Layer, size: int) -> None:
    try:
        axis = layer.axis(size, 0, 1)
    except FitError:
        return
    lonely = [o for o in range(axis.output) if all(meeting.padding for meeting in axis.meets(o))]
    assert isinstance(axis, Axis)
    assert axis.barren == (lonely[0] if lonely else None)


def test_rules_settle_padding() -> None:
    def pads(layer: Layer) -> tuple[int, ...]:
        axis = layer.axis(8, 0, 1)
        return axis.pad_before, axis.pad_after, getattr(axis, "output_padding", 0)

    assert pads(Layer(kind=Kind.CONV, kernel=4, stride=2, padding="same")) == (1, 1, 0)
    assert pads(Layer(kind=Kind.CONV, kernel=4, padding="causal")) == (3, 0, 0)
    assert pads(Layer(kind=Kind.TRANSPOSED, kernel=3, stride=2, padding="same")) == (0, 1, 0)
    assert pads(Layer(kind=Kind.TRANSPOSED, kernel=1, stride=3, padding="same")) == (0, 0, 2)
    assert pads(Layer(kind=Kind.TRANSPOSED, kernel=3, stride=2, padding="half", output_padding=1)) == (1, 1, 1)


def test_a_layer_in_words() -> None:
    layer = Layer(
        kind=Kind.TRANSPOSED, channels=8, kernel=(3, 4), stride=2, padding=((0, 1), 1), dilation=2, groups=4,
        output_padding=1, bias=False,
    )  # fmt: skip
    assert str(layer) == "transposed 8 k3x4 s2 p0:1,1 d2 g4 op1 nobias"
    assert [str(CONV), str(GLOBAL)] == ["conv 64 k7 s2 p3", "global avg"]
    assert Layer(kind=Kind.CONV, kernel=3, padding=(1, 2)).rank is None  # two axes, or two sides?


#   what it is about                            numbers             layers    shape
READINGS = {
    "one number is a length":                   ((224,),            [POOL],   "224"),
    "two are sizes":                            ((20, 30),          [POOL],   "20x30"),
    "output channels mean input channels":      ((3, 20, 30),       [CONV],   "3@20x30"),
    "groups do, too":                           ((4, 20, 30),       [Layer(kind=Kind.CONV, kernel=3, groups=2)], "4@20x30"),
    "a setting with entries counts the sizes":  ((2, 3, 20, 30),    [Layer(kind=Kind.MAX, kernel=(2, 3))], "2x3@20x30"),
    "and leaves none for channels":             ((20, 30),          [Layer(kind=Kind.MAX, kernel=2, stride=(2, 3))], "20x30"),
    "one of them":                              ((4, 20, 30),       [Layer(kind=Kind.MAX, kernel=(2, 3))], "4@20x30"),
}  # fmt: skip


@pytest.mark.parametrize(("numbers", "of", "shape"), READINGS.values(), ids=READINGS)
def test_which_number_is_what(numbers: tuple[int, ...], of: list[Layer], shape: str) -> None:
    read = resolved(numbers, of, "it")
    assert (str(read), read.numbers, read.elements) == (shape, numbers, math.prod(numbers))


def ask(numbers: str, *of: Layer) -> Callable[[], object]:
    return lambda: resolved(tuple(map(int, numbers.split("x"))), of, numbers)


def fit(layer: Layer, *sizes: int, channels: int | None = None) -> Callable[[], object]:
    return lambda: stack([layer], Shape(sizes=sizes, channels=channels))


REFUSALS: dict[str, tuple[Callable[[], object], type[ConvError], str]] = {
    "three numbers": (ask("3x20x30", POOL), UsageError, (
        "the input can be read in several ways\n"
        "  given     input 3x20x30\n"
        "  expected  batch and channels before an @, and sizes after it\n"
        "  fix       write 3@20x30 for 3 channels of 20x30, or 1@3x20x30 for a volume of 3x20x30")),
    "four numbers": (ask("1x3x20x30", CONV), UsageError, (
        "the input can be read in several ways\n"
        "  given     input 1x3x20x30\n"
        "  expected  batch and channels before an @, and sizes after it\n"
        "  fix       write 1x3@20x30 for 3 channels of 20x30, or 1@3x20x30 for a volume of 3x20x30")),
    "five numbers": (ask("2x3x10x20x30", CONV), UsageError, (
        "the input can be read in several ways\n"
        "  given     input 2x3x10x20x30\n"
        "  expected  batch and channels before an @, and sizes after it\n"
        "  fix       write 2x3@10x20x30")),
    "no channels": (ask("20x30", POOL, CONV), UsageError, (
        "the layer conv 64 k7 s2 p3 needs channels, and the input names none\n"
        "  given     input 20x30\n"
        "  expected  channels before an @, and sizes after it\n"
        "  fix       write 3@20x30 for 3 channels of 20x30, or 20@30 for 20 channels of one axis")),
    "no channels of a length": (ask("20", CONV), UsageError, (
        "the layer conv 64 k7 s2 p3 needs channels, and the input names none\n"
        "  given     input 20\n"
        "  expected  channels before an @, and sizes after it\n"
        "  fix       write 3@20 for 3 channels of 20")),
    "another rank": (ask("20", Layer(kind=Kind.MAX, kernel=(2, 2))), UsageError, (
        "a layer has settings for another number of axes than the input has\n"
        "  given     input 20: 1 number; a setting with 2 entries\n"
        "  expected  2 sizes, and channels before them where there are any\n"
        "  fix       write 20x20, or one number for all axes")),
    "no output channels": (fit(Layer(kind=Kind.CONV, kernel=3, stride=2), 9, channels=3), UsageError, (
        "a convolution does not say how many output channels it has\n"
        "  given     conv k3 s2, on an input of 3 channels\n"
        "  expected  output channels, since the input has channels\n"
        "  fix       write conv 64 k3 s2 for 64 output channels")),
    "no input channels": (fit(CONV, 9), UsageError, (
        "a convolution has output channels, and the input has none\n"
        "  given     conv 64 k7 s2 p3, on an input of 9\n"
        "  expected  channels in both, or in neither\n"
        "  fix       write the input as 3@9 for 3 channels")),
    "no kernel": (fit(Layer(kind=Kind.CONV), 9), UsageError, (
        "a layer does not say how large its kernel is\n"
        "  given     conv\n"
        "  expected  a kernel, such as k3 or k3x5\n"
        "  fix       write conv k3")),
    "kernel 0": (fit(Layer(kind=Kind.MAX, kernel=0), 9), UsageError, (
        "kernel is too small\n"
        "  given     kernel = 0 along length\n"
        "  expected  kernel of at least 1\n"
        "  fix       write kernel 1 or more")),
    "causal crops": (fit(Layer(kind=Kind.TRANSPOSED, kernel=3, padding="causal"), 9), UsageError, (
        "a transposed convolution has no such padding rule\n"
        "  given     padding causal\n"
        "  expected  a number, or one of valid, same, same-lower, half, full\n"
        "  fix       say how much is cropped, as in p0:2")),
    "same, and output padding": (fit(Layer(kind=Kind.TRANSPOSED, kernel=3, stride=2, padding="same", output_padding=1), 9), UsageError, (
        "padding same settles the output padding by itself\n"
        "  given     transposed k3 s2 same op1\n"
        "  expected  padding same, or a number with an output padding\n"
        "  fix       leave out the output padding")),
    "a window in padding": (fit(Layer(kind=Kind.MAX, kernel=3, padding=3), 9), UsageError, (
        "a pooling window lies wholly in padding along length\n"
        "  given     output 0 along length pools elements from -3 to -1; the input is 0 to 8\n"
        "  expected  at least one element of the input in every window\n"
        "  fix       lower the padding along length to 2")),
    "spread taps around the input": (fit(Layer(kind=Kind.MAX, kernel=2, stride=1, dilation=3, padding=3), 2), FitError, (
        "a pooling window lies wholly in padding along length\n"
        "  given     output 2 along length pools elements from -1 to 2 in steps of 3; the input is 0 to 1\n"
        "  expected  at least one element of the input in every window\n"
        "  fix       lower the dilation to 2 and the padding along length to 2")),
    "groups 0": (fit(Layer(kind=Kind.CONV, channels=4, kernel=3, groups=0), 9, channels=4), UsageError, (
        "groups is too small\n"
        "  given     groups = 0\n"
        "  expected  groups of at least 1\n"
        "  fix       write groups 1 or more")),
    "groups 0 without channels": (fit(Layer(kind=Kind.CONV, kernel=3, groups=0), 9), UsageError, (
        "groups is too small\n"
        "  given     groups = 0\n"
        "  expected  groups of at least 1\n"
        "  fix       write groups 1 or more")),
    "dilation 0": (fit(Layer(kind=Kind.CONV, kernel=3, dilation=0), 9), UsageError, (
        "dilation is too small\n"
        "  given     dilation = 0 along length\n"
        "  expected  dilation of at least 1\n"
        "  fix       write dilation 1 or more")),
    "larger than anything": (lambda: stack([Layer(kind=Kind.TRANSPOSED, kernel=3, stride=10**9)] * 2 + [Layer(kind=Kind.CONV, kernel=3)] * 1000, Shape(sizes=(9,))), FitError, (
        "layer 2 (transposed k3 s1000000000): the output along length is larger than anything\n"
        "  given     input 8000000003: 8000000002000000003 elements\n"
        "  expected  an output below 10^18 along every axis\n"
        "  fix       lower the stride")),
    "padded beyond anything": (fit(Layer(kind=Kind.CONV, kernel=1, padding=10**18), 9), FitError, (
        "the output along length is larger than anything\n"
        "  given     2000000000000000009 elements\n"
        "  expected  an output below 10^18 along every axis\n"
        "  fix       lower the padding")),
    "a jump larger than anything": (lambda: stack([Layer(kind=Kind.CONV, kernel=1, stride=10**17, padding=10**17)] * 400, Shape(sizes=(9,))), FitError, (
        "layer 6 (conv k1 s100000000000000000 p100000000000000000): the receptive field has numbers too long to tell\n"
        "  given     input 3: a field, a jump or a centre of more than 100 digits\n"
        "  expected  layers whose strides together are smaller\n"
        "  fix       lower the stride, or use fewer layers")),
    "a jump of too many digits": (lambda: stack([Layer(kind=Kind.TRANSPOSED, kernel=1, stride=10**17, padding=((0, 10**17),), output_padding=1)] * 400, Shape(sizes=(2,))), FitError, (
        "layer 6 (transposed k1 s100000000000000000 p0:100000000000000000 op1): the receptive field has numbers too long to tell\n"
        "  given     input 2: a field, a jump or a centre of more than 100 digits\n"
        "  expected  layers whose strides together are smaller\n"
        "  fix       lower the stride, or use fewer layers")),
    "one channel of one axis": (ask("1x7", CONV), UsageError, (
        "the layer conv 64 k7 s2 p3 needs channels, and the input names none\n"
        "  given     input 1x7\n"
        "  expected  channels before an @, and sizes after it\n"
        "  fix       write 3@1x7 for 3 channels of 1x7, or 1@7 for 1 channel of one axis")),
    "which layer, and what it got": (lambda: stack([CONV, POOL, Layer(kind=Kind.AVG, kernel=7)], Shape(sizes=(20, 20), channels=3)), FitError, (
        "layer 3 (avg k7): the kernel does not fit inside the padded input along height\n"
        "  given     input 64@5x5: input 5 + padding 0+0 = 5; kernel 7\n"
        "  expected  a padded input of at least 7\n"
        "  fix       add 1 padding on each side, or use a smaller kernel")),
    "a layer of a file": (fit(Layer(kind=Kind.MAX, kernel=9, place="net.yaml, line 3"), 4), FitError, (
        "the kernel does not fit inside the padded input along length\n"
        "  in        net.yaml, line 3\n"
        "  given     input 4 + padding 0+0 = 4; kernel 9\n"
        "  expected  a padded input of at least 9\n"
        "  fix       add 3 padding on each side, or use a smaller kernel")),
    "a setting of a file": (fit(Layer(kind=Kind.MAX, kernel=9, stride=0, place="net.yaml, line 3"), 4), InputError, (
        "stride is too small\n"
        "  in        net.yaml, line 3\n"
        "  given     stride = 0 along length\n"
        "  expected  stride of at least 1\n"
        "  fix       write stride 1 or more")),
}  # fmt: skip


@pytest.mark.parametrize(("make", "kind", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(make: Callable[[], object], kind: type[ConvError], message: str) -> None:
    with pytest.raises(kind) as caught:
        make()
    assert str(caught.value) == message
