"""Floor 5: how one output element came to be: patch, products, sum over each channel, bias, total.

The slow and readable telling of a convolution, in Python's own numbers. It shares with the engine the geometry
of `Axis` and nothing else, so that each checks the other. Nothing is computed before it is asked for.
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.layout import Index
from convcli.numbers.arithmetic import nearest
from convcli.numbers.grammar import Number
from convcli.numbers.tensor import Tensor
from convcli.problem import Problem
from convcli.spec import Orientation

Cells = NDArray[Any]
"""An object array of Python numbers, one for each kernel tap: shape (*k)."""


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """What one input channel contributes to one output element."""

    channel: int
    patch: Cells
    padding: NDArray[np.bool_]
    """Which cells of the patch lie beyond the edge of the input."""
    kernel: Cells
    """The kernel slice as it meets the patch: already flipped for a true convolution."""
    products: Cells
    sum: Number


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """Everything that made one output element, at (batch, channel_out, *spatial)."""

    at: Index
    terms: tuple[Term, ...]
    bias: Number | None
    total: Number
    """The sum of all terms and the bias, exactly (unless an operand is inf or nan)."""
    value: Number
    """The total in the problem's arithmetic: rounded once for floats, its overflow policy applied for integers."""


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Where the taps of one window lie: index arrays into the input, and which taps lie on padding."""

    sources: tuple[NDArray[Any], ...]
    constant: NDArray[np.bool_]
    padding: NDArray[np.bool_]


@dataclass(frozen=True)
class Trace:
    """The steps of a problem, one for each output element; ask for few, pay for few.

    >>> from convcli.problem import problem
    >>> trace = Trace(problem(Tensor.of([1, 2, 3, 4]), Tensor.of([1, 0, -1]), rank=1))
    >>> step = trace.step((0, 0, 1))
    >>> step.terms[0].products.tolist(), step.value
    ([2, 0, -4], -2)
    """

    problem: Problem

    def __len__(self) -> int:
        return math.prod(self.problem.spec.output_shape)

    def __iter__(self) -> Iterator[Step]:
        return (self.step(at) for at in self.indices())

    def indices(self) -> Iterator[Index]:
        """Every output index (n, o, *s), in row-major order."""
        return itertools.product(*map(range, self.problem.spec.output_shape))

    def step(self, at: Index) -> Step:
        """How the output at (n, o, *s) came to be."""
        channel_out = at[1]
        window = self._window(at[2:])
        terms = tuple(self._term(at, channel, window) for channel in self.problem.spec.channels_of(channel_out))
        bias = None if self.problem.bias is None else self.problem.bias.at((channel_out,))
        total = exact_sum([term.sum for term in terms] + ([] if bias is None else [_exact(bias)]))
        return Step(at, terms, bias, total, self._value(total, at))

    def term(self, at: Index, channel: int) -> Term:
        """What input `channel` contributes to the output at (n, o, *s)."""
        return self._term(at, channel, self._window(at[2:]))

    def _term(self, at: Index, channel: int, window: Window) -> Term:
        batch, channel_out, *_ = at
        spec = self.problem.spec
        patch = _cells(self.problem.patch(self.problem.source.values[batch, channel][window.sources]))
        kernel = self._kernel(channel_out, channel - spec.channels_of(channel_out).start)
        patch[window.constant] = self._constant
        products = _products(patch, kernel)
        if not self.problem.pads_with_value:
            products[window.constant] = 0
        return Term(channel, patch, window.padding, kernel, products, exact_sum(products.ravel().tolist()))

    def _window(self, outs: Index) -> Window:
        """Which input cells the taps read for the output at `outs`, axis by axis."""
        axes = self.problem.spec.axes
        taps = [range(axis.kernel) for axis in axes]
        sources = [[axis.source(out, t) for t in k] for axis, out, k in zip(axes, outs, taps, strict=True)]
        padding = [[axis.is_padding(out, t) for t in k] for axis, out, k in zip(axes, outs, taps, strict=True)]
        constant = [[source is None for source in line] for line in sources]
        return Window(
            np.ix_(*[[source or 0 for source in line] for line in sources]), _anywhere(constant), _anywhere(padding)
        )

    @cached_property
    def _constant(self) -> Number:
        return self.problem.pad_value.at(())

    def _kernel(self, channel_out: int, channel: int) -> Cells:
        cells = _cells(self.problem.w.with_values(self.problem.w.values[channel_out, channel]))
        return np.flip(cells) if self.problem.spec.orientation is Orientation.CONVOLUTION else cells

    def _value(self, total: Number, at: Index) -> Number:
        arithmetic = self.problem.arithmetic
        if arithmetic.is_float:
            return total if isinstance(total, float) else nearest(total, arithmetic.name)
        ratio = Fraction(total)
        name = f"the output at {','.join(map(str, self.problem.view.shape(at)))}"
        return arithmetic.fit(Tensor.exact(np.array(ratio.numerator, object), ratio.denominator), name).at(())


def _cells(tensor: Tensor) -> Cells:
    """The elements of a tensor as Python numbers."""
    cells = np.empty(tensor.size, object)
    cells[:] = tensor.numbers()
    return cells.reshape(tensor.shape)


def _anywhere(lines: list[list[bool]]) -> NDArray[np.bool_]:
    """Per-axis flags spread over all axes: set where any axis sets it."""
    flags = np.zeros((), np.bool_)
    for line in lines:
        flags = np.logical_or.outer(flags, line)
    return flags


def _exact(number: Number) -> Number:
    """A finite float as the fraction that it is; anything else as it is."""
    return Fraction(number) if isinstance(number, float) and math.isfinite(number) else number


def _products(patch: Cells, kernel: Cells) -> Cells:
    products = np.empty(patch.size, object)
    products[:] = [_product(value, weight) for value, weight in zip(patch.flat, kernel.flat, strict=True)]
    return products.reshape(patch.shape)


def _product(value: Number, weight: Number) -> Number:
    product = _exact(value) * _exact(weight)
    return product if isinstance(product, float) else _whole(product)


def exact_sum(numbers: list[Number]) -> Number:
    """The exact sum; with an inf or nan among them, the IEEE sum, in which nothing finite matters."""
    special = [number for number in numbers if isinstance(number, float)]
    return sum(special) if special else _whole(sum(numbers))


def _whole(number: Number) -> Number:
    return number.numerator if isinstance(number, Fraction) and number.denominator == 1 else number
