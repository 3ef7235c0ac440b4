"""How one element of a pooled output came to be: its window, and which element won, or its sum and divisor, or root.

It shares with the engine the geometry of `Axis` and nothing else: windows are gone through cell by cell, and the cells
that count are counted one by one.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.layout import Index
from convcli.numbers.arithmetic import INTEGERS, nearest
from convcli.numbers.grammar import Number
from convcli.numbers.roots import exact_root, nearest_root
from convcli.numbers.tensor import Tensor
from convcli.problem import Pooling
from convcli.settings import PoolKind
from convcli.trace.base import Cells, Trace, anywhere, cells_of, exact, exact_sum, whole


@dataclass(frozen=True, slots=True, eq=False)
class PoolStep:
    """Everything that made one output element, at (batch, channel, *spatial)."""

    at: Index
    patch: Cells
    """What the taps of the window read; beyond the edge minus infinity for max pooling, else 0."""
    padding: NDArray[np.bool_]
    """Which cells of the patch lie beyond the edge of the input."""
    overhang: NDArray[np.bool_]
    """Which of those lie even beyond the padding, where the last window of ceil mode hangs over."""
    total: Number
    """The result exactly; of Lp pooling, where the root is irrational, the nearest double."""
    value: Number
    """The result in the problem's arithmetic: rounded once for floats."""

    def beside(self, output: Tensor | None) -> "PoolStep":
        """The same in an output that is known: where other roots in it are irrational, all its numbers are doubles."""
        if output is None or output.is_exact or isinstance(self.value, float):
            return self
        return replace(self, value=nearest(self.value, output.dtype))


@dataclass(frozen=True, slots=True, eq=False)
class MaxStep(PoolStep):
    """The largest element of a window."""

    winner: Index
    """Where in the patch it is: of equals the first in row-major order; nan before all numbers, the last of several."""
    source: Index
    """Where in the input it is: (batch, channel, *spatial)."""
    equals: int
    """How many elements of the window are as large, itself included."""


@dataclass(frozen=True, slots=True, eq=False)
class AverageStep(PoolStep):
    """The sum of a window over its divisor."""

    sum: Number
    divisor: int
    """The cells that count; or what was given in place of them."""


@dataclass(frozen=True, slots=True, eq=False)
class LpStep(PoolStep):
    """The p-th root of the sum of p-th powers."""

    powers: Cells
    """The powers of the magnitudes in the patch."""
    sum: Number


@dataclass(frozen=True)
class PoolTrace(Trace[Pooling, PoolStep]):
    """The steps of a pooling.

    >>> from convcli.numbers.tensor import Tensor
    >>> from convcli.problem import pooling
    >>> from convcli.settings import PoolSettings
    >>> trace = PoolTrace(pooling(Tensor.of([3, 1, 4]), rank=1, settings=PoolSettings(kernel_size=2, stride=1)))
    >>> step = trace.step((0, 0, 1))
    >>> step.value, step.winner, step.source
    (4, (1,), (0, 0, 2))
    """

    def step(self, at: Index) -> PoolStep:
        """How the output at (n, c, *s) came to be."""
        spec = self.problem.spec
        meetings = spec.meetings(at[2:])
        padding = anywhere([[meeting.padding for meeting in line] for line in meetings])
        overhang = anywhere(
            [
                [axis.is_overhang(out, tap) for tap in range(axis.kernel)]
                for axis, out in zip(spec.axes, at[2:], strict=True)
            ]
        )
        sources = np.ix_(*[[meeting.source or 0 for meeting in line] for line in meetings])
        patch = cells_of(self.problem.patch(self.problem.source.values[at[:2]][sources]))
        patch[padding] = float("-inf") if spec.kind is PoolKind.MAX else 0
        make = {PoolKind.MAX: self._largest, PoolKind.AVERAGE: self._average, PoolKind.LP: self._norm}[spec.kind]
        return make(at, patch, padding, overhang)

    def _largest(self, at: Index, patch: Cells, padding: NDArray[np.bool_], overhang: NDArray[np.bool_]) -> MaxStep:
        inside = [place for place in np.ndindex(patch.shape) if not padding[place]]
        winner = inside[0]
        for place in inside[1:]:
            if patch[place] > patch[winner] or patch[place] != patch[place]:
                winner = place
        pairs = zip(self.problem.spec.axes, at[2:], winner, strict=True)
        source = (*at[:2], *(axis.position(out, tap) for axis, out, tap in pairs))
        equals = sum(patch[place] == patch[winner] for place in inside)
        value: Number = patch.item(winner)
        return MaxStep(at, patch, padding, overhang, value, value, winner, source, equals)

    def _average(self, at: Index, patch: Cells, padding: NDArray[np.bool_], overhang: NDArray[np.bool_]) -> AverageStep:
        spec = self.problem.spec
        counted = int((~(overhang if spec.count_include_pad else padding)).sum())
        divisor = counted if spec.divisor is None else spec.divisor
        total = exact_sum([exact(value) for value in patch[~padding].tolist()])
        average = total if isinstance(total, float) else whole(Fraction(total) / divisor)
        return AverageStep(at, patch, padding, overhang, average, self.stored(average, at), total, divisor)

    def _norm(self, at: Index, patch: Cells, padding: NDArray[np.bool_], overhang: NDArray[np.bool_]) -> LpStep:
        power = self.problem.spec.power
        numbers: list[Any] = [exact(value) for value in patch.ravel().tolist()]
        powers = np.empty(patch.size, object)
        powers[:] = [whole(abs(number) ** power) for number in numbers]
        total = exact_sum(powers.tolist())
        root, value = self._root(total, at)
        return LpStep(at, patch, padding, overhang, root, value, powers.reshape(patch.shape), total)

    def _root(self, total: Number, at: Index) -> tuple[Number, Number]:
        """The root of a sum, exactly if it is rational; and as the arithmetic stores it."""
        if isinstance(total, float):
            return total, total
        power, arithmetic = self.problem.spec.power, self.problem.arithmetic
        root = exact_root(total, power)
        if root is not None:
            return root, self.stored(root, at)
        if arithmetic.name in INTEGERS:
            raise self.problem.no_root(int(total), at)
        return nearest_root(total, power), nearest_root(
            total, power, arithmetic.name if arithmetic.is_float else "float64"
        )
