"""What a block reads: part of the input with its padding, written out only where there is any."""

from dataclasses import replace
from functools import lru_cache
from itertools import starmap
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import DTypeLike, NDArray

from convcli.axis import Axis, PaddingMode
from convcli.engine.blocks import Block, in_space
from convcli.engine.threads import Scratch
from convcli.spec import ConvSpec

EVERYWHERE = (slice(None),) * 3


class Region(NamedTuple):
    """What a block reads, (g, C/G, *region), and where in it the input itself lies, rather than zeros around it."""

    values: NDArray[Any]
    inside: tuple[slice, ...]


def region(
    x: NDArray[Any], spec: ConvSpec, block: Block, dtype: DTypeLike, constant: NDArray[Any], scratch: Scratch
) -> Region:
    """What `block` reads of x (N, G, C/G, *n), as `dtype`: (g, C/G, *region). Beyond the edge it is `constant`, or what
    the padding mode shows. A view of x where that serves."""
    sides = tuple(starmap(_side, zip(spec.axes, block.box, strict=True)))
    whole = x[block.item, block.groups]
    inside = tuple(starmap(_inside, zip(spec.axes, sides, strict=True)))
    if inside == sides:
        part = in_space(whole, inside)
        if part.dtype == dtype:
            return Region(part, EVERYWHERE[: spec.rank])
        converted = scratch.take("region", part.shape, dtype)
        np.copyto(converted, part, casting="unsafe")
        return Region(converted, EVERYWHERE[: spec.rank])
    if spec.mode is not PaddingMode.ZEROS:
        return Region(_shown(whole, spec, sides).astype(dtype, copy=False), EVERYWHERE[: spec.rank])
    shape = (*whole.shape[:2], *(side.stop - side.start for side in sides))
    rest = filled = scratch.take("region", shape, dtype)
    target = tuple(
        slice(within.start - side.start, within.stop - side.start) for within, side in zip(inside, sides, strict=True)
    )
    for number, within in enumerate(target, 2):
        along = (slice(None),) * number
        rest[(*along, slice(within.start))] = rest[(*along, slice(within.stop, None))] = constant
        rest = rest[(*along, within)]
    np.copyto(rest, in_space(whole, inside), casting="unsafe")
    return Region(filled, EVERYWHERE[: spec.rank] if constant else target)


def with_padding(
    x: NDArray[Any], spec: ConvSpec, dtype: DTypeLike, constant: NDArray[Any], scratch: Scratch
) -> NDArray[Any]:
    """The whole of x (N, G, C/G, *n) with its padding, as `dtype`: the input of `unpadded(spec)`."""
    box = tuple(map(slice, (0,) * spec.rank, spec.outputs))
    every = (Block(item, slice(None), slice(None), box) for item in range(spec.batch))
    if spec.batch == 1:
        return region(x, spec, next(every), dtype, constant, scratch).values[None]
    whole = scratch.take("padded", (*x.shape[:3], *unpadded(spec).sizes), dtype)
    for item, block in zip(whole, every, strict=True):
        np.copyto(item, region(x, spec, block, dtype, constant, scratch).values)
    return whole


@lru_cache(256)
def unpadded(spec: ConvSpec) -> ConvSpec:
    """The convolution of the input with its padding written out, as far as it is read."""
    axes = tuple(
        replace(axis, size=axis.padded - axis.unread, pad_before=0, pad_after=0, mode=PaddingMode.ZEROS)
        for axis in spec.axes
    )
    return replace(spec, axes=axes)


def read_by(box: tuple[int, ...], axes: tuple[Axis, ...]) -> tuple[int, ...]:
    """How many positions along each axis a box of outputs reads."""
    return tuple((n - 1) * axis.stride + axis.span for n, axis in zip(box, axes, strict=True))


def _side(axis: Axis, outs: slice) -> slice:
    """The positions, which may lie in padding, that outputs along one axis read: from the first to past the last."""
    return slice(axis.position(outs.start, 0), axis.position(outs.stop - 1, axis.kernel - 1) + 1)


def _inside(axis: Axis, side: slice) -> slice:
    """Those of some positions that are in the input, which may be none."""
    start = max(side.start, 0)
    return slice(start, max(start, min(side.stop, axis.size)))


def _shown(whole: NDArray[Any], spec: ConvSpec, sides: tuple[slice, ...]) -> NDArray[Any]:
    """The positions along each axis as the padding mode shows them."""
    for number, (side, axis) in enumerate(zip(sides, spec.axes, strict=True), start=2):
        if side.start >= 0 and side.stop <= axis.size:
            whole = whole[(slice(None),) * number + (side,)]
        else:
            sources = [axis.mode.source(position, axis.size) for position in range(side.start, side.stop)]
            whole = whole.take(sources, number)  # type: ignore[arg-type]  # only zeros have no source
    return whole


def windows(x: NDArray[Any], spec: ConvSpec, box: tuple[int, ...]) -> NDArray[Any]:
    """A view (g, C/G, *K, *box) of a region x (g, C/G, *region): what each tap reads for each output of the box."""
    steps = x.strides[2:]
    taps = [step * axis.dilation if axis.kernel > 1 else 0 for step, axis in zip(steps, spec.axes, strict=True)]
    outs = [step * axis.stride if size > 1 else 0 for step, axis, size in zip(steps, spec.axes, box, strict=True)]
    return as_strided(x, (*x.shape[:2], *spec.kernels, *box), (*x.strides[:2], *taps, *outs), writeable=False)
