"""What every trace is: the steps of a problem, one for each output element; ask for few, pay for few."""

import itertools
import math
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from convcli.layout import Index
from convcli.numbers.arithmetic import nearest
from convcli.numbers.grammar import Number
from convcli.numbers.tensor import Tensor
from convcli.problem import Problem

Cells = NDArray[Any]
"""An object array of Python numbers."""


class AnyStep(Protocol):
    """How one output element came to be."""

    @property
    def at(self) -> Index:
        """Its index (n, o, *s)."""

    @property
    def total(self) -> Number:
        """Its value before the arithmetic had its say: exact, unless an operand is inf or nan."""

    @property
    def value(self) -> Number:
        """Its value in the problem's arithmetic: rounded once for floats, its overflow policy applied for integers."""


P_co = TypeVar("P_co", bound=Problem, covariant=True)
S_co = TypeVar("S_co", bound=AnyStep, covariant=True)


@dataclass(frozen=True)
class Trace(ABC, Generic[P_co, S_co]):
    """The steps of a problem. Nothing is computed before it is asked for."""

    problem: P_co

    def __len__(self) -> int:
        return math.prod(self.problem.spec.output_shape)

    def __iter__(self) -> Iterator[S_co]:
        return (self.step(at) for at in self.indices())

    def indices(self) -> Iterator[Index]:
        """Every output index (n, o, *s), in row-major order."""
        return itertools.product(*map(range, self.problem.spec.output_shape))

    @abstractmethod
    def step(self, at: Index) -> S_co:
        """How the output at (n, o, *s) came to be."""

    def stored(self, total: Number, at: Index) -> Number:
        """A total as the problem's arithmetic stores it. Raises FitError if an integer type does not hold it."""
        arithmetic = self.problem.arithmetic
        if arithmetic.is_float:
            return total if isinstance(total, float) else nearest(total, arithmetic.name)
        ratio = Fraction(total)
        name = f"the output at {','.join(map(str, self.problem.view.shape(at)))}"
        return arithmetic.fit(Tensor.exact(np.array(ratio.numerator, object), ratio.denominator), name).at(())


def cells_of(tensor: Tensor) -> Cells:
    """The elements of a tensor as Python numbers."""
    cells = np.empty(tensor.size, object)
    cells[:] = tensor.numbers()
    return cells.reshape(tensor.shape)


def anywhere(lines: list[list[bool]]) -> NDArray[np.bool_]:
    """Per-axis flags spread over all axes: set where any axis sets it."""
    flags = np.zeros((), np.bool_)
    for line in lines:
        flags = np.logical_or.outer(flags, line)
    return flags


def exact(number: Number) -> Number:
    """A finite float as the fraction that it is; anything else as it is."""
    return Fraction(number) if isinstance(number, float) and math.isfinite(number) else number


def exact_sum(numbers: list[Number]) -> Number:
    """The exact sum; with an inf or nan among them, the IEEE sum, in which nothing finite matters."""
    special = [number for number in numbers if isinstance(number, float)]
    return sum(special) if special else whole(sum(numbers))


def whole(number: Number) -> Number:
    """A fraction over 1 as the integer that it is."""
    return number.numerator if isinstance(number, Fraction) and number.denominator == 1 else number
