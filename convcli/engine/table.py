"""Patches of little, taken by a table of positions that is worked out once and kept with the plan.

Where there are few multiply-adds, cutting, padding and viewing cost more than the sums themselves. The table has done
all of that: it says what each tap of each output reads, whatever the stride, dilation, padding and groups are.
"""

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.spec import ConvSpec

LITTLE = 2**16
"""Multiply-adds up to which BLAS starts no threads, and whatever surrounds a block would cost more than the block; and
numbers in the input up to which they may be copied."""

MOST = 2**13
"""Positions in a table, of which a plan keeps one."""


class Table(NamedTuple):
    """Where in an input (C·n), with one element of padding behind it, each patch has its elements."""

    positions: NDArray[np.intp]
    """(G, C/G·K, S)."""
    reads_padding: bool


def is_little(spec: ConvSpec) -> bool:
    """Whether a convolution is to be computed by its table, which may copy all of the input."""
    inputs = spec.batch * spec.channels_in * math.prod(spec.sizes)
    positions = spec.groups * spec.per_element * math.prod(spec.outputs)
    return spec.work <= LITTLE and inputs <= LITTLE and positions <= MOST


@lru_cache(64)
def table_of(spec: ConvSpec) -> Table:
    """The table of a convolution.

    >>> from convcli.settings import Settings
    >>> from convcli.spec import conv_spec
    >>> spec = conv_spec(sizes=(4,), kernels=(2,), channels_in=1, channels_out=1, settings=Settings(padding=1))
    >>> table_of(spec).positions.tolist()
    [[[4, 0, 1, 2, 3], [0, 1, 2, 3, 4]]]
    """
    positions = np.arange(spec.channels_in).reshape(spec.groups, spec.group_in, *(1,) * 2 * spec.rank)
    is_inside = np.array(True)
    for number, axis in enumerate(spec.axes):
        read = [[axis.source(out, tap) for out in range(axis.output)] for tap in range(axis.kernel)]
        sources = np.array([[-1 if source is None else source for source in row] for row in read])
        along = [1] * (2 + 2 * spec.rank)
        along[2 + number], along[2 + spec.rank + number] = sources.shape
        sources = sources.reshape(along)
        positions, is_inside = positions * axis.size + sources, is_inside & (sources >= 0)
    behind = spec.channels_in * math.prod(spec.sizes)
    positions = np.where(is_inside, positions, behind).reshape(spec.groups, spec.per_element, -1)
    return Table(positions, bool((positions == behind).any()))


def convolve_by_table(x: NDArray[Any], w: NDArray[Any], table: Table, constant: NDArray[Any]) -> NDArray[Any]:
    """Sums (N, G, O/G, S) in the type of w (G, O/G, C/G, *k), from x (N, G, C/G, *n)."""
    flat = x.reshape(len(x), -1)
    if table.reads_padding:
        flat = np.concatenate((flat, np.full((len(x), 1), constant)), 1)
    patches = flat.astype(w.dtype, copy=False).take(table.positions, 1)
    sums: NDArray[Any] = np.matmul(w.reshape(*w.shape[:2], -1), patches)
    return sums
