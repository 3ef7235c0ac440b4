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
        terms = tuple(self.term(at, channel) for channel in self.problem.spec.channels_of(channel_out))
        bias = None if self.problem.bias is None else self.problem.bias.at((channel_out,))
        total = exact_sum([term.sum for term in terms] + ([] if bias is None else [_exact(bias)]))
        return Step(at, terms, bias, total, self._value(total, at))

    def term(self, at: Index, channel: int) -> Term:
        """What input `channel` contributes to the output at (n, o, *s)."""
        batch, channel_out, *outs = at
        spec = self.problem.spec
        patch = np.empty(spec.kernels, object)
        padding = np.zeros(spec.kernels, bool)
        products = np.empty(spec.kernels, object)
        kernel = self._kernel(channel_out, channel - spec.channels_of(channel_out).start)
        for tap in np.ndindex(spec.kernels):
            sources = [axis.source(out, t) for axis, out, t in zip(spec.axes, outs, tap, strict=True)]
            padding[tap] = any(axis.is_padding(out, t) for axis, out, t in zip(spec.axes, outs, tap, strict=True))
            weight = kernel.item(tap)
            if None in sources:
                value = self._constant
                products[tap] = _product(value, weight) if self.problem.pads_with_value else 0
            else:
                value = self.problem.x.at((batch, channel, *(s for s in sources if s is not None)))
                products[tap] = _product(value, weight)
            patch[tap] = value
        return Term(channel, patch, padding, kernel, products, exact_sum(products.ravel().tolist()))

    @cached_property
    def _constant(self) -> Number:
        return self.problem.pad_value.at(())

    def _kernel(self, channel_out: int, channel: int) -> Cells:
        w = self.problem.w
        numbers = w.with_values(w.values[channel_out, channel])
        cells = np.empty(numbers.size, object)
        cells[:] = numbers.numbers()
        cells = cells.reshape(numbers.shape)
        return np.flip(cells) if self.problem.spec.orientation is Orientation.CONVOLUTION else cells

    def _value(self, total: Number, at: Index) -> Number:
        arithmetic = self.problem.arithmetic
        if arithmetic.is_float:
            return total if isinstance(total, float) else nearest(total, arithmetic.name)
        ratio = Fraction(total)
        name = f"the output at {','.join(map(str, self.problem.view.shape(at)))}"
        return arithmetic.fit(Tensor.exact(np.array(ratio.numerator, object), ratio.denominator), name).at(())


def _exact(number: Number) -> Number:
    """A finite float as the fraction that it is; anything else as it is."""
    return Fraction(number) if isinstance(number, float) and math.isfinite(number) else number


def _product(value: Number, weight: Number) -> Number:
    product = _exact(value) * _exact(weight)
    return product if isinstance(product, float) else _whole(product)


def exact_sum(numbers: list[Number]) -> Number:
    """The exact sum; with an inf or nan among them, the IEEE sum, in which nothing finite matters."""
    special = [number for number in numbers if isinstance(number, float)]
    return sum(special) if special else _whole(sum(numbers))


def _whole(number: Number) -> Number:
    return number.numerator if isinstance(number, Fraction) and number.denominator == 1 else number
