"""Convolution as a matrix product: patches become the columns of a matrix, and BLAS does the sums.

Source: Chellapilla, Puri & Simard 2006, "High performance convolutional neural networks for document processing".
"""

import math
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from convcli.engine.blas import ANY, Grain
from convcli.engine.blocks import Cut, cut, tiles
from convcli.engine.region import Region, windows
from convcli.engine.threads import Scratch
from convcli.spec import ConvSpec

TILE = 2**20
"""Numbers in the columns or in the output of one product, whichever has more. Fewer would stay in a nearer cache; but
each call of NumPy is a moment at which threads may wait for each other, which costs more."""

LEAST = 192
"""Columns that a product needs to be at BLAS speed, even where they are more than TILE."""

MOST = 2**16
"""Columns at once: short ones stay in a near cache."""

BLOCK = 2**21
"""Numbers that a block reads, about."""


class Lowered:
    """Each patch copied to a column (C/G·K), one matrix product (O/G, C/G·K) by (C/G·K, S) for each group; with zeros
    behind its terms and columns up to multiples of a grain."""

    name: ClassVar[str] = "lowered"
    says: ClassVar[str] = "patches become the columns of a matrix, and BLAS multiplies (Chellapilla et al. 2006)"
    tells_edges: ClassVar[bool] = False
    shrinks: ClassVar[bool] = True

    def __init__(self, grain: Grain = ANY) -> None:
        self.grain = grain

    def serves(self, spec: ConvSpec) -> bool:
        """Any convolution."""
        return True

    def cut(self, spec: ConvSpec) -> Cut:
        """Blocks of many columns."""
        return cut(spec, max(LEAST, BLOCK // spec.group_in), copies=spec.per_element, least=LEAST // 2)

    def _room(self, spec: ConvSpec, outs: int) -> int:
        return max(LEAST, min(MOST, TILE // max(spec.per_element, outs)))

    def held(self, spec: ConvSpec, box: tuple[int, ...], groups: int, outs: int) -> int:
        """The columns, and their product with the weights."""
        return min(groups * math.prod(box), max(self._room(spec, outs), math.prod(box[1:]))) * (spec.per_element + outs)

    def arranged(self, w: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> NDArray[Any]:
        """The weights of each output channel in a row, with zeros behind: (G, O/G, C/G·K...)."""
        rows = w.reshape(*w.shape[:2], -1)
        behind = -rows.shape[2] % self.grain.terms
        return np.pad(rows, ((0, 0), (0, 0), (0, behind))) if behind else rows

    def block(self, read: Region, w: NDArray[Any], y: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> None:
        """Tile by tile; where patches are columns as they lie, all at once."""
        patches = windows(read.values, spec, y.shape[2:])
        as_they_lie = as_matrices(patches, 2 + spec.rank) if spec.per_element == spec.group_in else None
        if as_they_lie is not None and as_they_lie.shape[1:] == self._grained(as_they_lie.shape[1:]):
            multiply(w, as_they_lie, y, scratch)
            return
        rows_of_patches = (slice(None),) * (1 + spec.rank)
        for groups, rows in tiles(len(y), y.shape[2:], self._room(spec, y.shape[1])):
            patch, target = patches[(groups, *rows_of_patches, rows)], y[groups, :, rows]
            terms, count = spec.per_element, math.prod(target.shape[2:])
            columns = scratch.take("columns", (len(target), *self._grained((terms, count))), patch.dtype)
            columns[:, terms:] = columns[..., count:] = 0
            np.copyto(columns[:, :terms, :count].reshape(patch.shape, copy=False), patch)
            multiply(w[groups], columns, target, scratch)

    def _grained(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Terms and columns with zeros behind."""
        return tuple(size + -size % grain for size, grain in zip(shape, self.grain, strict=True))


def multiply(w: NDArray[Any], columns: NDArray[Any], y: NDArray[Any], scratch: Scratch) -> None:
    """y (g, o, *box) = w (g, o, K) @ the first columns of (g, K, S...): straight into y where BLAS can write there."""
    product, count = as_matrices(y, 2), math.prod(y.shape[2:])
    if product is not None and count == columns.shape[2]:
        np.matmul(w, columns, out=product)
    else:
        product = scratch.take("product", (*w.shape[:2], columns.shape[2]), y.dtype)
        np.matmul(w, columns, out=product)
        np.copyto(y, product[..., :count].reshape(y.shape))


def as_matrices(tensor: NDArray[Any], split: int) -> NDArray[Any] | None:
    """A view (first axis, axes up to `split`, all others) of a tensor; None if there is none without a copy."""
    shape = (len(tensor), math.prod(tensor.shape[1:split]), math.prod(tensor.shape[split:]))
    try:
        return tensor.reshape(shape, copy=False)
    except ValueError:
        return None
