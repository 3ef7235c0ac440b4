"""Which settings give a size: tried, each within its bound, by the arithmetic that everything else uses."""

from collections.abc import Sequence
from dataclasses import dataclass

from convcli.errors import UsageError
from convcli.layers.candidates import MOST_TRIED, Bounds, combinations, free, made, plain, tried
from convcli.layers.layer import Layer
from convcli.layers.unreachable import unreachable


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The layers that give the wanted sizes, simplest first."""

    common: tuple[Layer, ...]
    """Those whose settings are the same along every axis, but for what was given otherwise."""
    along: tuple[tuple[Layer, ...], ...]
    """For each axis, those that do along that axis."""
    tried: int


def settings_for(layer: Layer, sizes: Sequence[int], want: Sequence[int], bounds: Bounds) -> Found:
    """The layers that make `want` of `sizes`; what `layer` says is kept.

    Simplest first: fewest settings that are not the default, then padding that is the same on both sides, then the
    smallest numbers. Padding is tried below the kernel's span, an odd one more after than before.

    >>> from convcli.layers.layer import Kind
    >>> found = settings_for(Layer(kind=Kind.CONV, kernel=3), (224,), (112,), Bounds())
    >>> [str(layer) for layer in found.common[:3]]
    ['conv k3 s2 p1', 'conv k3 s2 p0:1', 'conv k3 s2 p2 d2']

    Raises FitError with the nearest sizes if there is none along some axis, UsageError if too many would be tried.
    """
    if layer.whole:
        raise _global()
    candidates = _candidates(layer, bounds)
    rank = len(sizes)
    hits: list[set[int]] = [set() for _ in sizes]
    reached: list[dict[int, Layer]] = [{} for _ in sizes]
    refused: UsageError | None = None
    for number, candidate in enumerate(candidates):
        for i, (size, wanted) in enumerate(zip(sizes, want, strict=True)):
            try:
                output = made(candidate, size, i, rank, free=layer.padding is None)
            except UsageError as error:
                refused = refused or error
                continue
            if output is not None:
                reached[i].setdefault(output, candidate)
            if output == wanted:
                hits[i].add(number)
    missed = {i: reached[i] for i, found in enumerate(hits) if not found}
    if missed:
        if refused is not None and not all(missed.values()):
            raise refused
        raise unreachable(layer, sizes, want, missed, bounds)
    shared = set.intersection(*hits)
    return Found(
        common=tuple(candidates[number] for number in sorted(shared)),
        along=tuple(tuple(candidates[number] for number in sorted(found)) for found in hits),
        tried=len(candidates),
    )


def _candidates(layer: Layer, bounds: Bounds) -> list[Layer]:
    """Every layer within the bounds, simplest first."""
    work = combinations(layer, bounds)
    if work > MOST_TRIED:
        raise UsageError(
            "there are too many settings to try",
            given=", ".join(f"{name} up to {getattr(bounds, name)}" for name in free(layer))
            + f": {work:,} combinations",
            expected=f"at most {MOST_TRIED:,}",
            fix="fix one of them, such as the kernel, or lower a bound",
        )
    return [plain(candidate) for candidate in sorted(tried(layer, bounds), key=_simplicity)]


def _simplicity(layer: Layer) -> tuple[int, bool, int, tuple[int, ...]]:
    """How many settings are not the default, whether padding is uneven, how large the numbers are."""
    kernel, stride, dilation, extra = (
        value if isinstance(value, int) else 0
        for value in (layer.kernel, layer.stride, layer.dilation, layer.output_padding)
    )
    before, after = _sides(layer)
    departs = (stride != (kernel if layer.kind.pools else 1), before + after > 0, dilation != 1, extra > 0)
    numbers = (kernel, stride, before, after, dilation, extra)
    return sum(departs), before != after, sum(numbers), numbers


def _sides(layer: Layer) -> tuple[int, int]:
    """Padding before and after; nothing where it was given otherwise than as one number, and so does not vary."""
    padding = layer.padding
    if isinstance(padding, int):
        return padding, padding
    if isinstance(padding, tuple) and len(padding) == 1 and isinstance(padding[0], tuple):
        return padding[0][0], padding[0][1]
    return 0, 0


def _global() -> UsageError:
    return UsageError(
        "global pooling has no settings to look for",
        given="a global pool",
        expected="a convolution, a transposed one, or a pool with a window",
        fix="leave out --want: its output is 1 for any input",
    )
