"""Compute a problem's whole output in its arithmetic, by the algorithm that its operands allow."""

import math
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from convcli.engine.convolve import Sums
from convcli.engine.products import (
    Means,
    Operands,
    by_taps,
    convolutions,
    exact_sums,
    has_room_for,
    in_floats,
    in_integers,
    per_channel,
)
from convcli.engine.threads import Tick, available
from convcli.numbers.tensor import Tensor, integers, narrow, scaled
from convcli.problem import Bilinear, Problem

P_co = TypeVar("P_co", bound=Problem, covariant=True)
P = TypeVar("P", bound=Problem)


@dataclass(frozen=True, eq=False)
class Result(Generic[P_co]):
    """A problem and its output (N, O, *o)."""

    problem: P_co
    output: Tensor

    @property
    def presented(self) -> Tensor:
        """The output as the user laid out the input."""
        return self.problem.view.present(self.output)


def run(problem: P, tick: Tick | None = None, threads: int | None = None) -> Result[P]:
    """The output of `problem`: exact, or in its float type with one rounding at the end of each sum.

    `threads` are as many as there are processors, unless it says how many; the output is the same to the bit.
    Raises FitError if an integer type does not hold a result and its policy is to say so.
    """
    if not isinstance(problem, Bilinear):
        from convcli.engine.pooling import pool
        from convcli.problem import Pooling

        assert isinstance(problem, Pooling)
        return Result(problem, pool(problem, tick))
    means = Means(threads=threads or available(), tick=tick)
    if problem.arithmetic.is_float:
        return Result(problem, _floats(problem, means))
    return Result(problem, problem.arithmetic.fit(_exact(problem, means), "the output", at=problem.view.shape))


class Streamed(NamedTuple):
    """As what an output is written block by block."""

    dtype: str
    """The type of its numbers."""
    sums: Sums
    """What they are sums of, which took a look at all of the input to know."""


def streamed_as(problem: Problem) -> Streamed | None:
    """As what `stream` writes the output; None where it cannot be written block by block: only a look at all of it
    tells its type (integers that may need more than 64 bits, fractions, an integer type's policy), or it is not made of
    convolutions alone."""
    if not isinstance(problem, Bilinear) or convolutions(problem.spec) is None:
        return None
    if problem.arithmetic.is_float:
        floats = Streamed(problem.arithmetic.name, Sums(problem.arithmetic.accumulator))
        return None if by_taps(problem.spec, operands(problem)) else floats
    below = {problem.x.denominator, problem.w.denominator, problem.pad_value.denominator}
    if problem.arithmetic.name != "exact" or below != {1}:
        return None
    sums = exact_sums(problem.spec, operands(problem))
    if sums is None or sums.limbs is None or not sums.limbs.fits:
        return None
    return Streamed("int64", sums) if problem.bias is None or _within(problem.bias, 1, sums) is not None else None


def stream(problem: Problem, sums: Sums, y: NDArray[Any], means: Means) -> None:
    """Write the output (N, O, *o) into y, holding no more than blocks of it; its type and `sums` are those that
    `streamed_as` says."""
    assert isinstance(problem, Bilinear)
    if problem.arithmetic.is_float:
        _in_floats(problem, y, means)
    else:
        in_integers(problem.spec, operands(problem), sums, means, bias=_within(problem.bias, 1, sums), into=y)


def operands(problem: Bilinear) -> Operands:
    """Floats, those of an input narrower than the arithmetic's as they are, since blocks widen their own; or integers,
    those of the input and of its padding over the same denominator."""
    w, constant = problem.w.values, problem.pad_value
    if problem.arithmetic.is_float:
        source, name = problem.source, problem.arithmetic.name
        narrower = not source.is_exact and source.values.itemsize <= np.dtype(name).itemsize
        return Operands((source if narrower else problem.x).values, w, constant.values)
    below = _below(problem)
    return Operands(problem.x.over(below), w, constant.over(below))


def _within(bias: Tensor | None, below: int, sums: Sums | None) -> NDArray[Any] | None:
    """A bias (O,) over the denominator of the sums, if it is one, and of 64 bits with any of them; else None."""
    if bias is None or below % bias.denominator:
        return None
    whole = integers(bias.over(below))
    return whole if has_room_for(whole, sums) else None


def _below(problem: Bilinear) -> int:
    """The common denominator of an exact input and its padding."""
    return math.lcm(problem.x.denominator, problem.pad_value.denominator)


def _in_floats(problem: Bilinear, y: NDArray[Any], means: Means) -> None:
    bias = None if problem.bias is None else problem.bias.values
    in_floats(problem.spec, operands(problem), problem.arithmetic.accumulator, y, bias, means)


def _floats(problem: Bilinear, means: Means) -> Tensor:
    y = np.empty(problem.spec.output_shape, problem.arithmetic.name)
    _in_floats(problem, y, means)
    return Tensor(y)


def _exact(problem: Bilinear, means: Means) -> Tensor:
    """Integers over the product of both denominators; bias and padding brought to the same denominators."""
    below = _below(problem) * problem.w.denominator
    given = operands(problem)
    sums = exact_sums(problem.spec, given)
    bias = _within(problem.bias, below, sums)
    y = in_integers(problem.spec, given, sums, means, bias=bias)
    if problem.bias is not None and bias is None:
        common = math.lcm(below, problem.bias.denominator)
        y = scaled(y, common // below)
        y = _sum(y, per_channel(problem.bias.over(common), y.ndim))
        below = common
    return Tensor.exact(y, below)


def _sum(y: NDArray[Any], addend: NDArray[Any]) -> NDArray[Any]:
    """Integers added without wrapping."""
    if y.dtype != object and addend.dtype != object:
        total: NDArray[Any] = y + addend
        wrapped = ((y ^ total) & (addend ^ total)) < 0
        if not wrapped.any():
            return total
    return narrow(integers(y).astype(object) + addend.astype(object))
