"""A transposed convolution from the side of the input: the stamp that one element makes."""

from dataclasses import dataclass

import numpy as np

from convcli.layout import Index
from convcli.numbers.grammar import Number
from convcli.problem import Transposed
from convcli.trace.base import Cells, cells_of
from convcli.trace.bilinear import product


@dataclass(frozen=True, slots=True, eq=False)
class Stamp:
    """What one input element adds to one output channel, before anything is cropped."""

    source: Index
    """The input element (n, c, *s)."""
    value: Number
    products: Cells
    """Its value times each kernel element: shape (*k)."""
    places: tuple[tuple[int, ...], ...]
    """Along each axis, where the taps fall in the uncropped output."""

    def cells(self) -> dict[Index, Number]:
        """The products by where they fall in the uncropped output."""
        return {
            tuple(line[t] for line, t in zip(self.places, tap, strict=True)): self.products.item(*tap)
            for tap in np.ndindex(self.products.shape)
        }


def stamp(problem: Transposed, source: Index, channel_out: int) -> Stamp:
    """The stamp of the input element at (n, c, *s) on an output channel of its group.

    >>> from convcli.numbers.tensor import Tensor
    >>> from convcli.problem import transposed
    >>> made = stamp(transposed(Tensor.of([5, 7]), Tensor.of([1, 10]), rank=1), (0, 0, 1), 0)
    >>> made.value, made.cells()
    (7, {(1,): 7, (2,): 70})
    """
    spec, value = problem.spec, problem.input_at(source)
    kernel = cells_of(problem.w.with_values(problem.w.values[source[1], channel_out % spec.group_out]))
    kernel = np.flip(kernel) if spec.flipped else kernel
    products = np.empty(kernel.size, object)
    products[:] = [product(value, weight) for weight in kernel.flat]
    places = tuple(
        tuple(at * axis.stride + tap * axis.dilation for tap in range(axis.kernel))
        for axis, at in zip(spec.axes, source[2:], strict=True)
    )
    return Stamp(source, value, products.reshape(kernel.shape), places)
