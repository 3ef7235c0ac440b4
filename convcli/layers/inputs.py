"""Which inputs give a size: by halving, since outputs never shrink where inputs grow, and past windows in padding.

A pool refuses sizes at which a window lies wholly in padding. Those have gaps between them, and are stepped over.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from convcli.axis import Axis
from convcli.errors import ConvError, FitError, UsageError
from convcli.layers.fit import check_axis
from convcli.layers.layer import AnyAxis, Layer
from convcli.layers.stack import in_layer
from convcli.limits import ASTRONOMIC
from convcli.spec import axis_name

PATIENCE = 500
"""How many sizes are stepped over, at most, where windows lie in padding."""

_SETTLED_BY_SIZE = ("same", "same-lower")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The sizes of input that give a size along one axis, from `first` to `last`; `last` is None for no end."""

    first: int
    last: int | None
    gaps: bool = False
    """Whether there may be sizes between them that a pool refuses, as a window would lie wholly in padding."""


def inputs_for(layers: Sequence[Layer], want: Sequence[int]) -> tuple[Inputs, ...]:
    """The sizes of input from which the layers make `want`, along each axis. Channels do not matter here.

    >>> from convcli.layers.layer import Kind
    >>> conv, pool = Layer(kind=Kind.CONV, kernel=7, stride=2, padding=3), Layer(kind=Kind.MAX, kernel=3, stride=2)
    >>> inputs_for([conv], [112])
    (Inputs(first=223, last=224, gaps=False),)
    >>> inputs_for([conv, pool], [56])
    (Inputs(first=225, last=228, gaps=False),)

    Raises FitError with the nearest sizes where no input gives `want`, UsageError for a pool that no input fits.
    """
    return tuple(_inputs_along(layers, i, want) for i in range(len(want)))


def chain(layers: Sequence[Layer], size: int, index: int, rank: int) -> tuple[list[int], Layer | None]:
    """What each layer makes of a size along one axis, and the first that it does not fit, if there is one.

    >>> from convcli.layers.layer import Kind
    >>> conv, pool = Layer(kind=Kind.CONV, kernel=3), Layer(kind=Kind.MAX, kernel=3)
    >>> str(chain([conv, pool], 8, 0, 1)), str(chain([conv, pool], 4, 0, 1)[0])
    ('([6, 2], None)', '[2]')
    """
    made: list[int] = []
    for layer in layers:
        try:
            axis = layer.axis(made[-1] if made else size, index, rank)
            check_axis(layer, axis)
        except FitError:
            return made, layer
        made.append(axis.output)
    return made, None


def _inputs_along(layers: Sequence[Layer], index: int, want: Sequence[int]) -> Inputs:
    wanted, rank = want[index], len(want)
    found = _between(layers, index, rank, wanted, wanted)
    if found is not None:
        return found
    below = _perhaps(layers, index, rank, 1, wanted - 1) if wanted > 1 else None
    above = _perhaps(layers, index, rank, wanted + 1, None)
    sizes = [] if below is None else [below.first if below.last is None else below.last]
    sizes += [] if above is None else [above.first]
    near = [(chain(layers, size, index, rank)[0][-1], size) for size in sizes]
    said = " or ".join(f"{output} from an input of {size}" for output, size in near)
    raise FitError(
        f"no input gives {wanted} along {axis_name(index, rank)}",
        given=" → ".join(map(str, layers)),
        expected="a size that they give: " + (said or "no input fits at all"),
        fix="ask for " + " or ".join(str(output) for output, _ in near) if near else "change the layers",
    )


def _perhaps(layers: Sequence[Layer], index: int, rank: int, low: int, high: int | None) -> Inputs | None:
    return None if _reached(layers, index, rank, low, high) is None else _between(layers, index, rank, low, high)


def _reached(layers: Sequence[Layer], index: int, rank: int, low: int, high: int | None) -> Inputs | None:
    """What is before `low` to `high`; None too where that is out of reach."""
    try:
        return _before(layers, index, rank, low, high)
    except FitError:
        return None


def _between(layers: Sequence[Layer], index: int, rank: int, low: int, high: int | None) -> Inputs | None:
    """The inputs along one axis from which the layers make `low` to `high`; None if there are none."""
    found = _before(layers, index, rank, low, high)
    if found is None:
        return None
    end = ASTRONOMIC - 1 if found.last is None else found.last
    first = _fitting(layers, index, rank, range(found.first, end + 1), +1)
    if first is None:
        return None
    last = None if found.last is None else _fitting(layers, index, rank, range(first, end + 1), -1)
    return Inputs(first=first, last=last, gaps=_gaps(layers, index, rank, first, end if last is None else last))


def _before(layers: Sequence[Layer], index: int, rank: int, low: int, high: int | None) -> Inputs | None:
    """The same by the sizes alone, wherever the windows of pools lie. Raises FitError if they are out of reach."""
    endless, last = high is None, ASTRONOMIC - 1
    if high is not None:
        last = min(last, high)
    for number, layer in reversed(list(enumerate(layers, 1))):
        if layer.whole:
            if low > 1 or last == 0:
                return None
            low, last, endless = 1, ASTRONOMIC - 1, True
            continue
        try:
            first = _first(layer, index, rank, low)
            beyond = _first(layer, index, rank, last + 1)
        except ConvError as error:
            raise in_layer(error, layer, number, len(layers), f"output {low}") from None
        if first == ASTRONOMIC and low <= last:
            raise in_layer(_too_far(low), layer, number, len(layers), f"output {low}")
        low, last = first, beyond - 1
        if last < low:
            return None
    return Inputs(first=low, last=None if endless and last == ASTRONOMIC - 1 else last)


def _first(layer: Layer, index: int, rank: int, low: int) -> int:
    """The smallest input from which the layer makes `low` or more, by halving; 10^18 for none below that."""
    least, most = 0, 1  # the last that was too small, or 0
    while most < ASTRONOMIC and _output(layer, index, rank, most) < low:
        least, most = most, min(2 * most, ASTRONOMIC)
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (middle, most) if _output(layer, index, rank, middle) < low else (least, middle)
    return most


def _output(layer: Layer, index: int, rank: int, size: int) -> int:
    """What the layer makes of a size; 0 if it does not fit."""
    try:
        return layer.axis(size, index, rank).output
    except FitError:
        return 0


def _fitting(layers: Sequence[Layer], index: int, rank: int, sizes: range, step: int) -> int | None:
    """The first of these sizes, or the last if `step` is -1, at which no window lies wholly in padding."""
    size = sizes[0] if step > 0 else sizes[-1]
    for _ in range(PATIENCE):
        number, axis, out = _barren(layers, index, rank, size)
        if out is None:
            return size
        layer = layers[number]
        try:
            check_axis(layer, axis)
        except FitError:
            pass  # beside another input it may not
        except UsageError as error:
            raise in_layer(error, layer, number + 1, len(layers), f"input {axis.size}") from None
        wanted = _past(layer, axis, out) if step > 0 else _short_of(layer, axis, out, index, rank)
        bounds = (wanted, None) if step > 0 else (1, wanted)
        inputs = _reached(layers[:number], index, rank, *bounds)
        size = (inputs.first if step > 0 else inputs.last or sizes[-1]) if inputs else 0
        if size not in sizes:
            return None
    raise _too_many(layers[number])


def _barren(layers: Sequence[Layer], index: int, rank: int, size: int) -> tuple[int, AnyAxis, int | None]:
    """The first layer with a window wholly in padding, counted from 0, its axis, and that window; None if none has."""
    for number, layer in enumerate(layers):
        axis = layer.axis(size, index, rank)
        if layer.kind.pools and isinstance(axis, Axis) and axis.barren is not None:
            return number, axis, axis.barren
        size = axis.output
    return number, axis, None


def _past(layer: Layer, axis: AnyAxis, out: int) -> int:
    """The least larger input of a pool with which window `out` may reach it."""
    if layer.padding in _SETTLED_BY_SIZE:
        return axis.size + 1
    start = axis.position(out, 0)
    return start + max(0, -(start // axis.dilation)) * axis.dilation + 1  # as far as the first tap from 0 on


def _short_of(layer: Layer, axis: AnyAxis, out: int, index: int, rank: int) -> int:
    """The largest smaller input of a pool that may do without window `out`."""
    settled = layer.padding in _SETTLED_BY_SIZE
    return (axis.size if settled else _first(layer, index, rank, out + 1)) - 1


def _gaps(layers: Sequence[Layer], index: int, rank: int, first: int, last: int) -> bool:
    """Whether a size between two that fit does not fit; of many sizes, whether one perhaps does not."""
    size, perhaps = first, False
    for layer in layers:
        axis = layer.axis(size, index, rank)
        if layer.kind.pools and not layer.whole:
            perhaps = perhaps or axis.pad_after >= axis.span or axis.size < axis.dilation
        size = axis.output
    if not perhaps or last - first > PATIENCE:
        return perhaps
    return any(_barren(layers, index, rank, size)[2] is not None for size in range(first, last))


def _too_many(layer: Layer) -> FitError:
    return FitError(
        f"too many sizes put a window of {layer} wholly in padding to tell which do not",
        given=f"{layer}",
        expected=f"one that does not within {PATIENCE} steps",
        fix="lower its padding or its dilation",
    )


def _too_far(low: int) -> FitError:
    return FitError(
        "the inputs that give it are larger than anything",
        given=f"an output of {low} or more",
        expected="an input below 10^18",
        fix="ask for a smaller output",
    )
