"""No settings give a size: the nearest that some do, and what to change; each remedy is tried before it is told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Any

from convcli.errors import ConvError, FitError
from convcli.layers.candidates import MOST_TRIED, Bounds, combinations, free, made, tried
from convcli.layers.layer import Kind, Layer
from convcli.spec import axis_name, times

PATIENCE = 6_000
"""Layers that are tried for one remedy."""

_BOUNDED = ("kernel", "stride", "padding", "dilation")


def unreachable(
    layer: Layer, sizes: Sequence[int], want: Sequence[int], reached: Mapping[int, Mapping[int, Layer]], bounds: Bounds
) -> FitError:
    """The error of a wanted size that nothing gives, with what was `reached` along each axis where that is so."""
    index = next(iter(reached))
    below, above = _nearest(reached[index], want[index])
    near = [f"{size} by {reached[index][size]}" for size in (below, above) if size is not None]
    ranges = ", ".join(f"{name} {int(name != 'padding')}..{getattr(bounds, name)}" for name in free(layer))
    return FitError(
        f"nothing within the bounds makes {want[index]} of {sizes[index]} along {axis_name(index, len(sizes))}",
        given=f"{layer}{ranges and f', with {ranges}'}",
        expected="a size within reach: " + (" or ".join(near) or "none is"),
        fix=", or ".join(_remedies(layer, sizes, want, list(reached), bounds)) or _other_size(want, reached),
    )


def _nearest(reached: Iterable[int], wanted: int) -> tuple[int | None, int | None]:
    """The nearest sizes below and above."""
    sizes = list(reached)
    return max((n for n in sizes if n < wanted), default=None), min((n for n in sizes if n > wanted), default=None)


def _remedies(
    layer: Layer, sizes: Sequence[int], want: Sequence[int], axes: Sequence[int], bounds: Bounds
) -> Iterator[str]:
    """What makes the wanted sizes, which nothing does along these axes; found by trying."""
    raised = {name: least for name in free(layer) if (least := _least(layer, sizes, want, axes, bounds, name))}
    if raised:
        name = min(raised, key=lambda name: raised[name] - getattr(bounds, name))
        yield "raise a bound: " + _up_to(replace(bounds, **{name: raised[name]}))
    if layer.kind is Kind.CONV and _gives(replace(layer, kind=Kind.TRANSPOSED), sizes, want, bounds):
        yield "look for a transposed convolution: --transposed, or transposed instead of conv"
    fixed = [name for name in _BOUNDED if getattr(layer, name) is not None]
    loose = [name for name in fixed if _gives(_with(layer, name, None), sizes, want, bounds)]
    if loose:
        *first, last = (f"the {name}" for name in loose)
        yield f"leave {', '.join(first)}{' or ' if first else ''}{last} free"


def _with(layer: Layer, name: str, setting: Any) -> Layer:
    return replace(layer, **{name: setting})


def _up_to(bounds: Bounds) -> str:
    """The bounds as they are asked for, but for those that are so anyway."""
    given = {name: getattr(bounds, name) for name in _BOUNDED}
    return " ".join(f"--up-to {name}={most}" for name, most in given.items() if most != getattr(Bounds(), name))


def _least(
    layer: Layer, sizes: Sequence[int], want: Sequence[int], axes: Sequence[int], bounds: Bounds, name: str
) -> int | None:
    """The lowest bound of one setting that is enough, the others as they are."""
    value, patience, pending = getattr(bounds, name), PATIENCE, set(axes)
    while patience > 0:
        value += 1
        if combinations(layer, replace(bounds, **{name: value})) > MOST_TRIED:
            return None
        values = (value, ((value - 1, value),)) if name == "padding" else (value,)
        for candidate in chain.from_iterable(tried(_with(layer, name, setting), bounds) for setting in values):
            pending -= {i for i in pending if _made(layer, candidate, sizes, i) == want[i]}
            patience -= 1
        if not pending:
            return int(value)
    return None


def _gives(layer: Layer, sizes: Sequence[int], want: Sequence[int], bounds: Bounds) -> bool:
    """Whether layers within the bounds make the wanted sizes, one for each axis or one for all."""
    pending = set(range(len(sizes)))
    if combinations(layer, bounds) > MOST_TRIED:
        return False
    for candidate in islice(tried(layer, bounds), PATIENCE):
        pending -= {i for i in pending if _made(layer, candidate, sizes, i) == want[i]}
        if not pending:
            return True
    return False


def _made(layer: Layer, candidate: Layer, sizes: Sequence[int], index: int) -> int | None:
    try:
        return made(candidate, sizes[index], index, len(sizes), free=layer.padding is None)
    except ConvError:
        return None


def _other_size(want: Sequence[int], reached: Mapping[int, Iterable[int]]) -> str:
    """The nearest sizes that there are, as they are asked for."""
    other = list(want)
    for index, outputs in reached.items():
        below, above = _nearest(outputs, want[index])
        if (near := below or above) is None:
            return "enlarge the input"
        other[index] = near
    return f"ask for --want {times(other)}"
