"""The layers that are tried where a size is wanted, each setting within its bound, and what each makes."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

from convcli.axis import Axis
from convcli.errors import FitError
from convcli.layers.layer import Kind, Layer

MOST_TRIED = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The largest of each setting that is tried, where it is not given."""

    kernel: int = 11
    stride: int = 8
    padding: int = 5
    dilation: int = 3


def combinations(layer: Layer, bounds: Bounds) -> int:
    """How many layers there may be to try, counted without making them."""
    work = 1
    for name in free(layer):
        work *= 2 * bounds.padding + 1 if name == "padding" else getattr(bounds, name)
    if layer.kind is Kind.TRANSPOSED and layer.output_padding is None:
        work *= bounds.stride if layer.stride is None else 1
    return work


def free(layer: Layer) -> list[str]:
    """The settings that have a bound, and are not given."""
    return [field.name for field in fields(Bounds) if getattr(layer, field.name) is None]


def made(candidate: Layer, size: int, index: int, rank: int, *, free: bool) -> int | None:
    """What a layer makes of a size along one axis; None where it does not fit.

    Padding that is `free` is below the kernel's span. Raises UsageError for a setting that no input makes valid.
    """
    try:
        axis = candidate.axis(size, index, rank)
    except FitError:
        return None
    if free and max(axis.pad_before, axis.pad_after) >= axis.span:
        return None
    if isinstance(axis, Axis) and candidate.kind.pools and axis.barren is not None:
        return None
    return axis.output


def tried(layer: Layer, bounds: Bounds) -> Iterator[Layer]:
    """Layers with every setting said, as numbers for all axes where it was not given."""
    kernels = range(1, bounds.kernel + 1) if layer.kernel is None else [layer.kernel]
    for kernel in kernels:
        strides = range(1, bounds.stride + 1) if layer.stride is None else [layer.stride]
        if layer.kind.pools and layer.stride is None and isinstance(kernel, int) and kernel > bounds.stride:
            strides = [*strides, kernel]
        dilations = range(1, 2 if kernel == 1 else bounds.dilation + 1) if layer.dilation is None else [layer.dilation]
        paddings = _paddings(bounds.padding) if layer.padding is None else [layer.padding]
        for stride, dilation, padding in itertools.product(strides, dilations, paddings):
            made = replace(layer, kernel=kernel, stride=stride, dilation=dilation, padding=padding)
            if layer.kind is not Kind.TRANSPOSED or layer.output_padding is not None or isinstance(padding, str):
                yield made
                continue
            limits = [n if isinstance(n, int) else min(n) for n in (stride, dilation)]
            for extra in range(max(1, min(max(limits), bounds.stride))):
                yield replace(made, output_padding=extra)


def _paddings(most: int) -> list[int | tuple[tuple[int, int], ...]]:
    return [*range(most + 1), *(((before, before + 1),) for before in range(most))]


def plain(layer: Layer) -> Layer:
    """The same layer without what is the default anyway."""
    return replace(
        layer,
        stride=None if layer.stride == (layer.kernel if layer.kind.pools else 1) else layer.stride,
        padding=None if layer.padding == 0 else layer.padding,
        dilation=None if layer.dilation == 1 else layer.dilation,
        output_padding=None if layer.output_padding == 0 else layer.output_padding,
    )
