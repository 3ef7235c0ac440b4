"""How one output element came to be: patch, products, sum over each channel, bias, total.

The slow and readable telling of a sum of products, in Python's own numbers. It shares with the engine the geometry
of `Axis` and nothing else, so that each checks the other. Nothing is computed before it is asked for.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from convcli.layout import Index
from convcli.numbers.grammar import Number
from convcli.problem import Bilinear
from convcli.spec import Summand
from convcli.trace.base import Cells, Trace, anywhere, cells_of, exact, exact_sum, whole

P_co = TypeVar("P_co", bound=Bilinear, covariant=True)


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """What one input channel (or, in the gradient of a kernel, one batch item) contributes to one output element."""

    channel: int
    patch: Cells
    """The elements of the first operand that take part."""
    padding: NDArray[np.bool_]
    """Which cells of the patch lie beyond the edge of the input."""
    kernel: Cells
    """What they meet: for a convolution the kernel slice, already flipped for a true convolution."""
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
    """Which elements meet: index arrays into both operands, and which of the first lie on padding."""

    sources: tuple[NDArray[Any], ...]
    others: tuple[NDArray[Any], ...]
    constant: NDArray[np.bool_]
    padding: NDArray[np.bool_]


@dataclass(frozen=True)
class SumTrace(Trace[P_co, Step]):
    """The steps of sums of products.

    >>> from convcli.numbers.tensor import Tensor
    >>> from convcli.problem import convolution
    >>> trace = SumTrace(convolution(Tensor.of([1, 2, 3, 4]), Tensor.of([1, 0, -1]), rank=1))
    >>> step = trace.step((0, 0, 1))
    >>> step.terms[0].products.tolist(), step.value
    ([2, 0, -4], -2)
    """

    def step(self, at: Index) -> Step:
        """How the output at (n, o, *s) came to be."""
        terms = self.terms(at)
        bias = None if self.problem.bias is None else self.problem.bias.at((at[1],))
        total = exact_sum([term.sum for term in terms] + ([] if bias is None else [exact(bias)]))
        return Step(at, terms, bias, total, self.stored(total, at))

    def terms(self, at: Index) -> tuple[Term, ...]:
        """What each channel contributes to the output at (n, o, *s)."""
        window = self._window(at[2:])
        return tuple(self._term(summand, window) for summand in self.problem.spec.summands(at))

    def _term(self, summand: Summand, window: Window) -> Term:
        patch = cells_of(self.problem.patch(self.problem.source.values[summand.source][window.sources]))
        kernel = cells_of(self.problem.w.with_values(self.problem.w.values[summand.other][window.others]))
        patch[window.constant] = self._constant
        products = _products(patch, kernel)
        if not self.problem.pads_with_value:
            products[window.constant] = 0
        return Term(summand.channel, patch, window.padding, kernel, products, exact_sum(products.ravel().tolist()))

    def _window(self, outs: Index) -> Window:
        """Which elements meet in the output at `outs`, axis by axis."""
        meetings = self.problem.spec.meetings(outs)
        return Window(
            np.ix_(*[[meeting.source or 0 for meeting in line] for line in meetings]),
            np.ix_(*[[meeting.other for meeting in line] for line in meetings]),
            anywhere([[meeting.source is None for meeting in line] for line in meetings]),
            anywhere([[meeting.padding for meeting in line] for line in meetings]),
        )

    @cached_property
    def _constant(self) -> Number:
        return self.problem.pad_value.at(())


def _products(patch: Cells, kernel: Cells) -> Cells:
    products = np.empty(patch.size, object)
    products[:] = [product(value, weight) for value, weight in zip(patch.flat, kernel.flat, strict=True)]
    return products.reshape(patch.shape)


def product(value: Number, weight: Number) -> Number:
    """The exact product of two numbers (by IEEE 754 if one is inf or nan)."""
    exactly = exact(value) * exact(weight)
    return exactly if isinstance(exactly, float) else whole(exactly)
