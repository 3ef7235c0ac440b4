"""What a framework is asked to agree with: the very numbers where nothing is rounded, else all within a bound.

Sums of whole numbers, or of multiples of a power of two, are exact in a binary float in any order of adding so long as
the sum of their magnitudes is.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from convcli.engine.pooling import divisors
from convcli.numbers.arithmetic import INTEGERS, Overflow
from convcli.numbers.tensor import Tensor, magnitude
from convcli.problem import Bilinear, Pooling, Problem
from convcli.render.code.refusals import refuse_infinite, refuse_large, refuse_lost_powers, refuse_rounded_overflow
from convcli.settings import PoolKind

DIGITS = {"float64": 53, "float32": 24, "float16": 24, "int64": 63}
"""Bits of the whole numbers that sums hold; those of float16 are float32."""


@dataclass(frozen=True, slots=True)
class Proof:
    """How a script computes, and what its assertion may ask for."""

    dtype: str
    """The type of what is written out."""
    exact: bool
    """Whether no rounding can make a difference."""

    @property
    def sums(self) -> str:
        """The type that is computed in, as convcalc does."""
        return "float32" if self.dtype == "float16" else self.dtype


def proof(
    problem: Problem, written: list[Tensor], output: Tensor, *, integers: bool = False, otherwise: str = "float64"
) -> Proof:
    """How to compute a problem of operands `written` out, in its own float type or `otherwise`; sums of whole numbers
    in int64 where the framework has `integers`.

    Raises FitError for numbers that floats do not hold, or that frameworks treat in ways of their own.
    """
    refuse_infinite([*written, output])
    name = problem.arithmetic.name if problem.arithmetic.is_float else otherwise
    bound, parts = _bound(problem)
    largest = max([bound, *map(_top, written)])
    refuse_large(name, largest)
    if isinstance(problem, Pooling):
        return Proof(name, _is_exact_pool(problem, name, bound, parts))
    if integers and not problem.arithmetic.is_float and parts == 1 and largest < 2**63:
        name = "int64"
    exact = _is_exact(name, largest, parts)
    if problem.arithmetic.name in INTEGERS and problem.arithmetic.overflow is not Overflow.ERROR:
        refuse_rounded_overflow(problem, exact)
    return Proof(name, exact)


def _is_exact(name: str, largest: Fraction, parts: int) -> bool:
    """Whether a type holds all multiples of 1/parts up to the largest: far from its least numbers, as those have more
    parts than digits."""
    return largest * parts <= 2 ** DIGITS[name] and parts & (parts - 1) == 0


def _is_exact_pool(problem: Pooling, name: str, bound: Fraction, parts: int) -> bool:
    """Rounding keeps the order of numbers; quotients are exact of divisors that are powers of two."""
    kind, exact = problem.spec.kind, False
    if kind is PoolKind.MAX:
        return True
    if kind is PoolKind.LP:
        refuse_lost_powers(problem, name, _least(problem.x), _top(problem.x) or Fraction(1))
    else:
        counts = {int(count) for count in np.unique(divisors(problem.spec))}
        exact = _is_exact(name, bound, parts) and all(n & (n - 1) == 0 for n in counts)
    if problem.arithmetic.name in INTEGERS and problem.arithmetic.overflow is not Overflow.ERROR:
        refuse_rounded_overflow(problem, exact)
    return exact


def _bound(problem: Problem) -> tuple[Fraction, int]:
    """What no sum of magnitudes exceeds; and how many parts of 1 all products and sums are multiples of."""
    x, terms = problem.x, problem.spec.per_element
    if not isinstance(problem, Bilinear):
        return terms * _top(x), _parts(x)
    pad, bias = Fraction(problem.pad_value.at(())), Tensor.exact([0]) if problem.bias is None else problem.bias
    parts = math.lcm(_parts(x), pad.denominator) * _parts(problem.w)
    return terms * max(_top(x), abs(pad)) * _top(problem.w) + _top(bias), math.lcm(parts, _parts(bias))


def _top(tensor: Tensor) -> Fraction:
    """The largest magnitude of a tensor of finite numbers."""
    if tensor.is_exact:
        return Fraction(magnitude(tensor.values), tensor.denominator)
    return Fraction(float(abs(tensor.values).max()))


def _least(tensor: Tensor) -> Fraction:
    """The least magnitude that is not 0; 1 if there is none.

    >>> _least(Tensor.of([0, -3, -2, 5])), _least(Tensor.of([0.0]))
    (Fraction(2, 1), Fraction(1, 1))
    """
    values = tensor.values
    above, below = values[values > 0], values[values < 0]
    ends = [tensor.number(above.min())] if above.size else []
    ends += [-tensor.number(below.max())] if below.size else []
    return Fraction(min(ends, default=1))


def _parts(tensor: Tensor) -> int:
    """The common denominator of a tensor of finite numbers.

    >>> _parts(Tensor.of([0.75, 2.5, 0.0])), _parts(Tensor.exact([1, 2], 3))
    (4, 3)
    """
    if tensor.is_exact:
        return tensor.denominator
    fractions, exponents = np.frexp(tensor.values.astype(np.float64))
    whole = np.ldexp(fractions, 53).astype(np.int64)
    last = np.frexp((whole & -whole).astype(np.float64))[1] - 1  # the place of the last bit that is set
    lowest = np.where(whole == 0, 0, exponents - 53 + last)
    return int(2 ** max(0, -int(lowest.min())))
