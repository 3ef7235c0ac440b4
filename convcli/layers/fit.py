"""A layer on an input: its axes, what comes out, and what it costs. Counted, never looped over."""

import math
from dataclasses import dataclass, replace

from convcli.axis.barren import refuse_barren
from convcli.axis.reach import touching
from convcli.axis.window import Axis
from convcli.errors import FitError, UsageError
from convcli.layers.layer import AnyAxis, Kind, Layer
from convcli.layers.shape import Shape
from convcli.limits import ASTRONOMIC
from convcli.settings import check_groups

BYTES = {
    "float64": 8, "float32": 4, "float16": 2, "bfloat16": 2,
    "int64": 8, "int32": 4, "int16": 2, "int8": 1, "uint64": 8, "uint32": 4, "uint16": 2, "uint8": 1,
}  # fmt: skip
"""Bytes of one number, by its type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A layer on an input of one shape.

    >>> layer = fitted(Layer(kind=Kind.CONV, channels=1, kernel=3, padding=1), Shape(sizes=(5, 5), channels=1))
    >>> str(layer.output), layer.parameters, layer.macs, layer.macs_touching
    ('1@5x5', 10, 225, 169)
    """

    layer: Layer
    input: Shape
    axes: tuple[AnyAxis, ...]

    @property
    def channels_in(self) -> int:
        """Input channels; 1 where there is no such axis."""
        return self.input.channels or 1

    @property
    def channels_out(self) -> int:
        """Output channels; 1 where there is no such axis."""
        return self.channels_in if self.layer.kind.pools else self.layer.channels or 1

    @property
    def output(self) -> Shape:
        """The shape that comes out."""
        channels = None if self.input.channels is None else self.channels_out
        return replace(self.input, sizes=tuple(axis.output for axis in self.axes), channels=channels)

    @property
    def groups(self) -> int:
        """Groups of channels."""
        return 1 if self.layer.groups is None else self.layer.groups

    @property
    def weights(self) -> int:
        """Numbers in the kernel: O·(C/G)·k... of a convolution, as many of a transposed one."""
        if self.layer.kind.pools:
            return 0
        return self.channels_out * (self.channels_in // self.groups) * math.prod(axis.kernel for axis in self.axes)

    @property
    def biases(self) -> int:
        """Numbers in the bias."""
        return self.channels_out if self.layer.bias and not self.layer.kind.pools else 0

    @property
    def parameters(self) -> int:
        """Numbers that are learnt."""
        return self.weights + self.biases

    @property
    def places(self) -> int:
        """How often each weight is multiplied: once for each output, or for each input of a transposed layer."""
        transposed = self.layer.kind is Kind.TRANSPOSED
        sizes = self.input.sizes if transposed else self.output.sizes
        return (self.input.batch or 1) * math.prod(sizes)

    @property
    def macs(self) -> int:
        """Multiply-adds, those with padding (of a transposed layer: into what is cropped) counted in."""
        return self.weights * self.places

    @property
    def macs_touching(self) -> int:
        """Multiply-adds of real input and real output, without padding and what is cropped."""
        if self.layer.kind.pools:
            return 0
        pairs = math.prod(touching(axis) for axis in self.axes)
        return (self.input.batch or 1) * self.channels_out * (self.channels_in // self.groups) * pairs


def fitted(layer: Layer, shape: Shape) -> Fitted:
    """The layer on an input of that shape. Raises UsageError or FitError where it does not fit."""
    fit = Fitted(layer=layer, input=shape, axes=layer.axes(shape.sizes))
    if not layer.kind.pools:
        if (shape.channels is None) != (layer.channels is None):
            raise _channels(layer, shape)
        check_groups(fit.groups, fit.channels_in, fit.channels_out)
    for axis in fit.axes:
        check_axis(layer, axis)
    return fit


def check_axis(layer: Layer, axis: AnyAxis) -> None:
    """Raise FitError for what an axis alone does not mind: a window of a pool in padding, or a size beyond any use."""
    if layer.kind.pools and isinstance(axis, Axis):
        refuse_barren(axis)
    if axis.output >= ASTRONOMIC:
        raise FitError(
            f"the output along {axis.name} is larger than anything",
            given=f"{axis.output} elements",
            expected="an output below 10^18 along every axis",
            fix="lower the stride" if layer.kind is Kind.TRANSPOSED and axis.stride > 1 else "lower the padding",
        )


def _channels(layer: Layer, shape: Shape) -> UsageError:
    if layer.channels is None:
        return UsageError(
            "a convolution does not say how many output channels it has",
            given=f"{layer}, on an input of {shape.channels} channels",
            expected="output channels, since the input has channels",
            fix=f"write {str(layer).replace(layer.kind.value, f'{layer.kind.value} 64', 1)} for 64 output channels",
            setting="channels",
        )
    return UsageError(
        "a convolution has output channels, and the input has none",
        given=f"{layer}, on an input of {shape}",
        expected="channels in both, or in neither",
        fix=f"write the input as 3@{shape} for 3 channels",
        setting="channels",
    )
