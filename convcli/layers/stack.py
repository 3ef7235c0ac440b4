"""Layers one after another: what goes from each to the next, and what they cost together."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from convcli.errors import ConvError, FitError, InputError, UsageError
from convcli.layers.field import Field, fields
from convcli.layers.fit import Fitted, fitted
from convcli.layers.layer import Layer
from convcli.layers.shape import Shape

MOST_DIGITS = 100
"""Of the numbers of a receptive field; strides of 18 digits multiply to more within a few layers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Layers fitted to each other, and the field of each output along each axis.

    >>> from convcli.layers.layer import Kind
    >>> net = stack([Layer(kind=Kind.CONV, channels=8, kernel=3), Layer(kind=Kind.MAX, kernel=2)],
    ...     Shape(sizes=(6, 7), channels=3))
    >>> str(net.output), net.parameters, net.macs, [field.size for field in net.fields[-1]]
    ('8@2x2', 224, 4320, [4, 4])
    """

    input: Shape
    layers: tuple[Fitted, ...]
    fields: tuple[tuple[Field, ...], ...]
    """For each layer, the field along each axis."""

    @property
    def output(self) -> Shape:
        """The shape that comes out of the last layer."""
        return self.layers[-1].output

    @property
    def parameters(self) -> int:
        """Numbers that are learnt."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def macs(self) -> int:
        """Multiply-adds, those with padding counted in."""
        return sum(layer.macs for layer in self.layers)

    @property
    def macs_touching(self) -> int:
        """Multiply-adds without those with padding."""
        return sum(layer.macs_touching for layer in self.layers)

    @property
    def activations(self) -> int:
        """Numbers in the input and in every output, as they are all kept for training."""
        return self.input.elements + sum(layer.output.elements for layer in self.layers)

    @property
    def widest(self) -> int:
        """Numbers in the input and the output of a layer, where they are the most."""
        return max(layer.input.elements + layer.output.elements for layer in self.layers)


def stack(layers: Sequence[Layer], shape: Shape) -> Stack:
    """The layers on an input. Raises UsageError or FitError, which says which layer and the size it got."""
    fits: list[Fitted] = []
    for number, layer in enumerate(layers, 1):
        try:
            fits.append(fitted(layer, fits[-1].output if fits else shape))
        except ConvError as error:
            raise in_layer(error, layer, number, len(layers), f"input {fits[-1].output if fits else shape}") from None
    along = zip(*(fields([fit.axes[axis] for fit in fits]) for axis in range(shape.rank)), strict=True)
    told = []
    for number, (fit, made) in enumerate(zip(fits, along, strict=True), 1):
        if any(map(_endless, made)):
            raise in_layer(_too_wide(), fit.layer, number, len(layers), f"input {fit.input}")
        told.append(made)
    return Stack(input=shape, layers=tuple(fits), fields=tuple(told))


def _endless(field: Field) -> bool:
    """Whether one of its numbers is too long to be told."""
    numbers = (Fraction(field.size), field.jump, field.centre)
    return any(max(abs(number.numerator), number.denominator) >= 10**MOST_DIGITS for number in numbers)


def _too_wide() -> FitError:
    return FitError(
        "the receptive field has numbers too long to tell",
        given=f"a field, a jump or a centre of more than {MOST_DIGITS} digits",
        expected="layers whose strides together are smaller",
        fix="lower the stride, or use fewer layers",
    )


def check_kernels(layers: Sequence[Layer]) -> None:
    """Refuse layers whose kernel is missing, which no input mends. Raises UsageError, or InputError of a file."""
    for number, layer in enumerate(layers, 1):
        try:
            layer.check_kernel()
        except UsageError as error:
            raise in_layer(error, layer, number, len(layers)) from None


def in_layer(error: ConvError, layer: Layer, number: int, count: int, got: str = "") -> ConvError:
    """An error of one layer among several, with which and what it got; in a file, one of the file."""
    if count > 1:
        error.problem = f"layer {number} ({layer}): {error.problem}"
        error.given = f"{got}: {error.given}" if got else error.given
    if layer.place is None:
        return error
    if isinstance(error, UsageError):
        error = InputError(error.problem, given=error.given, expected=error.expected, fix=error.fix)
    return error.located(layer.place)
