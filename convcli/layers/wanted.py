"""Which settings give a size: tried, each within its bound, by the arithmetic that everything else uses."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

from convcli.axis import Axis
from convcli.errors import FitError, UsageError
from convcli.layers.layer import Kind, Layer
from convcli.spec import axis_name

MOST_TRIED = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The largest of each setting that is tried, where it is not given."""

    kernel: int = 11
    stride: int = 8
    padding: int = 5
    dilation: int = 3


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
                axis = candidate.axis(size, i, rank)
            except UsageError as error:
                refused = refused or error
                continue
            except FitError:
                continue
            if layer.padding is None and max(axis.pad_before, axis.pad_after) >= axis.span:
                continue
            if isinstance(axis, Axis) and layer.kind.pools and axis.barren is not None:
                continue
            reached[i].setdefault(axis.output, candidate)
            if axis.output == wanted:
                hits[i].add(number)
    for i, found in enumerate(hits):
        if not found:
            if refused is not None and not reached[i]:
                raise refused
            raise _unreachable(layer, i, sizes, want[i], reached[i], bounds)
    shared = set.intersection(*hits)
    return Found(
        common=tuple(candidates[number] for number in sorted(shared)),
        along=tuple(tuple(candidates[number] for number in sorted(found)) for found in hits),
        tried=len(candidates),
    )


def _candidates(layer: Layer, bounds: Bounds) -> list[Layer]:
    """Every layer within the bounds, simplest first."""
    counts = {field.name: getattr(bounds, field.name) for field in fields(bounds)}
    free = [name for name in counts if getattr(layer, name) is None]
    work = 1
    for name in free:
        work *= 2 * counts[name] + 1 if name == "padding" else counts[name]
    if layer.kind is Kind.TRANSPOSED and layer.output_padding is None:
        work *= bounds.stride if layer.stride is None else 1
    if work > MOST_TRIED:
        raise UsageError(
            "there are too many settings to try",
            given=", ".join(f"{name} up to {counts[name]}" for name in free) + f": {work:,} combinations",
            expected=f"at most {MOST_TRIED:,}",
            fix="fix one of them, such as the kernel, or lower a bound",
        )
    made = [(_simplicity(candidate), candidate) for candidate in _tried(layer, bounds)]
    return [_plain(candidate) for _, candidate in sorted(made, key=lambda pair: pair[0])]


def _tried(layer: Layer, bounds: Bounds) -> Iterator[Layer]:
    """Layers with every setting said, as numbers for all axes where it was not given."""
    kernels = range(1, bounds.kernel + 1) if layer.kernel is None else [layer.kernel]
    for kernel in kernels:
        strides = range(1, bounds.stride + 1) if layer.stride is None else [layer.stride]
        if layer.kind.pools and layer.stride is None and isinstance(kernel, int) and kernel > bounds.stride:
            strides = [*strides, kernel]
        dilations = range(1, 2 if kernel == 1 else bounds.dilation + 1) if layer.dilation is None else [layer.dilation]
        paddings = _paddings(bounds.padding) if layer.padding is None else [layer.padding]
        for stride, dilation, padding in itertools.product(strides, dilations, paddings):
            tried = replace(layer, kernel=kernel, stride=stride, dilation=dilation, padding=padding)
            if layer.kind is not Kind.TRANSPOSED or layer.output_padding is not None or isinstance(padding, str):
                yield tried
                continue
            limits = [n if isinstance(n, int) else min(n) for n in (stride, dilation)]
            for extra in range(max(1, min(max(limits), bounds.stride))):
                yield replace(tried, output_padding=extra)


def _paddings(most: int) -> list[int | tuple[tuple[int, int], ...]]:
    return [*range(most + 1), *(((before, before + 1),) for before in range(most))]


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


def _plain(layer: Layer) -> Layer:
    """The same layer without what is the default anyway."""
    return replace(
        layer,
        stride=None if layer.stride == (layer.kernel if layer.kind.pools else 1) else layer.stride,
        padding=None if layer.padding == 0 else layer.padding,
        dilation=None if layer.dilation == 1 else layer.dilation,
        output_padding=None if layer.output_padding == 0 else layer.output_padding,
    )


def _global() -> UsageError:
    return UsageError(
        "global pooling has no settings to look for",
        given="a global pool",
        expected="a convolution, a transposed one, or a pool with a window",
        fix="leave out --want: its output is 1 for any input",
    )


def _unreachable(
    layer: Layer, index: int, sizes: Sequence[int], wanted: int, reached: dict[int, Layer], bounds: Bounds
) -> FitError:
    """Nothing gives the wanted size: the nearest below and above, and a layer that gives each."""
    name = axis_name(index, len(sizes))
    below = max((size for size in reached if size < wanted), default=None)
    above = min((size for size in reached if size > wanted), default=None)
    near = [f"{size} by {reached[size]}" for size in (below, above) if size is not None]
    free = [field.name for field in fields(bounds) if getattr(layer, field.name) is None]
    tried = ", ".join(f"{name} {int(name != 'padding')}..{getattr(bounds, name)}" for name in free)
    fixes = ["raise a bound, as in --up-to kernel=31" if free else "give fewer settings"]
    if wanted > sizes[index] and layer.kind is Kind.CONV:
        fixes.append("look for a --transposed convolution")
    return FitError(
        f"nothing within the bounds makes {wanted} of {sizes[index]} along {name}",
        given=f"{layer}{tried and f', with {tried}'}",
        expected="a size within reach: " + (" or ".join(near) or "none is"),
        fix=", or ".join(fixes),
    )
