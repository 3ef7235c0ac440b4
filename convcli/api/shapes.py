"""Shapes and receptive fields, without data."""

import operator
from collections.abc import Mapping, Sequence
from typing import Any, SupportsIndex

from convcli.api.operands import Padding, PerAxis, whole
from convcli.conventions import ALIASES
from convcli.errors import UsageError, quoted, safe
from convcli.layers import Field, Kind, Layer, Shape, check_kernels, stack
from convcli.layers.field import fields
from convcli.reading.layer_text import parse_layer
from convcli.reading.layers import layer_of
from convcli.reading.settings import parse_padding
from convcli.reading.shapes import parse_shape
from convcli.spec import times

LayerLike = str | Mapping[str, Any]
"""A layer in words, `"conv 64 k7 s2 p3"`, or as a mapping, `{"conv": 64, "kernel": 7, "stride": 2, "padding": 3}`."""

Layers = LayerLike | Sequence[LayerLike]
Sizes = str | SupportsIndex | Sequence[SupportsIndex]

_FAR = 10**30  # an input that every window fits into


def output_shape(
    input: Sizes,
    layers: Layers | None = None,
    *,
    kernel_size: PerAxis | None = None,
    stride: PerAxis | None = None,
    padding: Padding | None = None,
    dilation: PerAxis | None = None,
    output_padding: PerAxis | None = None,
    transposed: bool = False,
    ceil_mode: bool = False,
) -> tuple[int, ...]:
    """The shape that comes out of layers, or of one window over sizes alone.

    With `layers`, the input is a shape (C, *n) or (N, C, *n) of numbers, or in words; which of its numbers are channels
    must be plain from the layers, or be said: "3@224x224". With `kernel_size` it is spatial sizes, and the settings
    are those of torch.nn: `transposed` for ConvTranspose, `ceil_mode` for pooling (whose stride is 1 unless given).
    Layers have their settings in their own words, and none beside them.

    >>> output_shape((3, 224, 224), ["conv 64 k7 s2 p3", "max k3 s2 p1"])
    (64, 56, 56)
    >>> output_shape((224, 224), kernel_size=7, stride=2, padding=3)
    (112, 112)
    >>> output_shape(4, kernel_size=3, stride=2, padding=1, output_padding=1, transposed=True)
    (8,)

    Raises ConvError, a ValueError in four parts, if a layer does not fit, naming the layer and the size it got.
    """
    if (layers is None) == (kernel_size is None):
        raise _one_of_two(layers is None)
    if layers is not None:
        given = {"stride": stride, "padding": padding, "dilation": dilation, "output_padding": output_padding}
        beside = [f"{name}={value!r}" for name, value in given.items() if value is not None]
        beside += [name + "=True" for name, on in (("transposed", transposed), ("ceil_mode", ceil_mode)) if on]
        if beside:
            raise _beside_layers(beside)
        made = _layers(layers)
        return stack(made, _shape(input, made)).output.numbers
    extra = None if output_padding is None else whole("output_padding", output_padding, 1)
    if not transposed and extra is not None and any(_entries(extra)):
        raise _no_output_padding(extra, ceil_mode)
    layer = Layer(
        kind=Kind.TRANSPOSED if transposed else Kind.MAX if ceil_mode else Kind.CONV,
        kernel=whole("kernel_size", kernel_size, 1),
        stride=1 if stride is None else whole("stride", stride, 1),
        padding=0 if padding is None else _padding(padding),
        dilation=1 if dilation is None else whole("dilation", dilation, 1),
        output_padding=extra or None,
        ceil=ceil_mode,
    )
    if ceil_mode and transposed:
        raise UsageError(
            "a transposed convolution has no ceil mode",
            given="transposed=True, ceil_mode=True",
            expected="one of them",
            fix="leave out ceil_mode, and say output_padding",
            setting="ceil_mode",
        )
    return tuple(axis.output for axis in layer.axes(_numbers(input)))


def receptive_field(layers: Layers, input: Sizes | None = None) -> tuple[Field, ...]:
    """What one output of the last layer depends on, along each axis: its size, the jump to the next, the first centre.

    Without an input there is one axis, unless a setting has several entries; padding `same` and global pooling need
    one. Behind a transposed layer the jump is a Fraction, and the size that of the largest field.

    >>> (field,) = receptive_field(["conv k7 s2 p3", "max k3 s2 p1"])
    >>> field.size, int(field.jump), int(field.centre)
    (11, 4, 0)
    >>> receptive_field("transposed k4 s2 p1")[0]
    Field(size=2, jump=Fraction(1, 2), centre=Fraction(-1, 4), exact=True)

    Raises ConvError, a ValueError in four parts, if a layer does not fit.
    """
    made = _layers(layers)
    if input is not None:
        return stack(made, _shape(input, made)).fields[-1]
    for layer in made:
        if layer.whole or (layer.padding in ("same", "same-lower") and layer.kind is not Kind.TRANSPOSED):
            raise UsageError(
                "a layer depends on the size of its input",
                given=f"{layer}, without an input",
                expected="the input's shape",
                fix="give it, as in receptive_field(layers, (3, 224, 224))",
                setting="input",
            )
    rank = next((layer.rank for layer in made if layer.rank is not None), 1)
    along = [[layer.axis(_FAR, axis, rank) for layer in made] for axis in range(rank)]
    return tuple(list(fields(axes))[-1] for axes in along)


def _layers(layers: Layers) -> list[Layer]:
    try:
        several = [layers] if isinstance(layers, str | Mapping) else list(layers)
    except TypeError:
        raise _no_layers("layers", layers) from None
    for number, layer in enumerate(several):
        if not isinstance(layer, str | Mapping):
            raise _no_layers(f"layers[{number}]", layer)
    if not several:
        raise UsageError(
            "there are no layers", given="[]", expected="at least one", fix='write one, such as "conv 64 k3"'
        )
    return [parse_layer(layer) if isinstance(layer, str) else layer_of(layer) for layer in several]


def _shape(input: Sizes, layers: Sequence[Layer]) -> Shape:
    check_kernels(layers)
    return parse_shape(input if isinstance(input, str) else times(_numbers(input)), layers)


def _numbers(input: Sizes) -> tuple[int, ...]:
    """The numbers of a shape that is given as numbers. Raises UsageError for others, and for words."""
    try:
        numbers = tuple(map(operator.index, input)) if isinstance(input, Sequence) else (operator.index(input),)  # type: ignore[arg-type]
    except TypeError:
        numbers = ()
    if not numbers or min(numbers) < 1:
        raise UsageError(
            "the input is not a shape",
            given=f"input = {quoted(repr(input))}",
            expected="sizes of at least 1",
            fix="write (224, 224), or one number",
            setting="input",
        )
    return numbers


def _padding(padding: Padding) -> Any:
    if isinstance(padding, str):
        return parse_padding(ALIASES["padding"].get(padding, padding))
    return whole("padding", padding, 2)


def _entries(setting: int | Sequence[int]) -> Sequence[int]:
    return [setting] if isinstance(setting, int) else setting


def _no_layers(name: str, value: object) -> UsageError:
    return UsageError(
        f"{name} is neither words nor a mapping",
        given=f"{name} = {quoted(repr(value))}",
        expected="a layer such as \"conv 64 k7 s2 p3\" or {'conv': 64, 'kernel': 7}, or a list of them",
        fix='write "conv 64 k3" for a convolution of kernel 3 with 64 output channels',
        setting="layers",
    )


def _beside_layers(beside: Sequence[str]) -> UsageError:
    return UsageError(
        "settings of a window stand beside layers, which have their own",
        given=f"layers, and {', '.join(map(safe, beside))}",
        expected="stride, padding, dilation, output_padding, transposed and ceil_mode with kernel_size alone",
        fix='write them into the layer, as in "conv 64 k7 s2 p3"',
        setting=beside[0].partition("=")[0],
    )


def _no_output_padding(extra: int | Sequence[int], pools: bool) -> UsageError:
    return UsageError(
        f"{'pooling' if pools else 'a convolution'} has no output padding",
        given=f"output_padding={extra!r}, without transposed",
        expected="output_padding with transposed=True",
        fix="leave out output_padding" + ("" if pools else ", or say transposed=True"),
        setting="output_padding",
    )


def _one_of_two(neither: bool) -> UsageError:
    return UsageError(
        "there is nothing to apply to the input" if neither else "layers and a kernel_size are two different questions",
        given="neither layers nor kernel_size" if neither else "layers and kernel_size",
        expected="one of them",
        fix='write output_shape((224, 224), kernel_size=3), or output_shape((3, 224, 224), "conv 64 k3")',
        setting="kernel_size",
    )
