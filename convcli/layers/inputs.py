"""Which inputs give a size: found by halving, since an output never shrinks where its input grows."""

from collections.abc import Sequence
from dataclasses import dataclass

from convcli.errors import ConvError, FitError
from convcli.layers.layer import Layer
from convcli.layers.stack import in_layer
from convcli.spec import axis_name

FARTHEST = 10**40
"""Inputs past this are not looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The sizes of input, from `first` to `last`, that give a size along one axis; `last` is None for no end."""

    first: int
    last: int | None


def inputs_for(layers: Sequence[Layer], want: Sequence[int]) -> tuple[Inputs, ...]:
    """The sizes of input from which the layers make `want`, along each axis. Channels do not matter here.

    >>> from convcli.layers.layer import Kind
    >>> conv, pool = Layer(kind=Kind.CONV, kernel=7, stride=2, padding=3), Layer(kind=Kind.MAX, kernel=3, stride=2)
    >>> inputs_for([conv], [112]), inputs_for([conv, pool], [56])
    ((Inputs(first=223, last=224),), (Inputs(first=225, last=228),))

    Raises FitError with the nearest sizes where no input gives `want`.
    """
    return tuple(_inputs_along(layers, i, want) for i in range(len(want)))


def _inputs_along(layers: Sequence[Layer], index: int, want: Sequence[int]) -> Inputs:
    wanted, rank = want[index], len(want)
    found = _before(layers, index, rank, wanted, wanted)
    if found is not None:
        return found
    above = _before(layers, index, rank, wanted + 1, None)
    sizes = [] if above is None else [above.first - 1, above.first]
    if above is None and (least := _before(layers, index, rank, 1, None)) is not None:
        sizes = [least.first]  # nothing is larger, so what this gives, all that fit do
    outputs = {size: _output(layers, index, rank, size) for size in sizes if size}
    near = [(output, f"{output} from an input of {size}") for size, output in outputs.items() if output]
    raise FitError(
        f"no input gives {wanted} along {axis_name(index, rank)}",
        given=" → ".join(map(str, layers)),
        expected="a size that they give: " + (" or ".join(said for _, said in near) or "no input fits at all"),
        fix="ask for " + " or ".join(str(output) for output, _ in near) if near else "change the layers",
    )


def _before(layers: Sequence[Layer], index: int, rank: int, low: int, high: int | None) -> Inputs | None:
    """The inputs along one axis from which the layers make `low` to `high`; None if there are none."""
    for number, layer in reversed(list(enumerate(layers, 1))):
        if layer.whole:
            if low > 1 or high == 0:
                return None
            low, high = 1, None
            continue
        try:
            first = _first(layer, index, rank, low)
            last = None if high is None else _first(layer, index, rank, high + 1) - 1
        except ConvError as error:
            raise in_layer(error, layer, number, len(layers), f"output {low}") from None
        if last is not None and last < first:
            return None
        low, high = first, last
    return Inputs(first=low, last=high)


def _first(layer: Layer, index: int, rank: int, low: int) -> int:
    """The smallest input from which the layer makes `low` or more, by halving."""
    most = 1
    while _output([layer], index, rank, most) < low:
        most *= 2
        if most > FARTHEST:
            raise _too_far(low)
    least = most // 2  # the last that was too small, or 0
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (middle, most) if _output([layer], index, rank, middle) < low else (least, middle)
    return most


def _output(layers: Sequence[Layer], index: int, rank: int, size: int) -> int:
    """What the layers make of a size; 0 if it does not fit."""
    for layer in layers:
        try:
            size = layer.axis(size, index, rank).output
        except FitError:
            return 0
    return size


def _too_far(low: int) -> FitError:
    return FitError(
        "the inputs that give it are larger than anything",
        given=f"an output of {low} or more",
        expected="an input below 10^40",
        fix="ask for a smaller output",
    )
