"""Compute a problem's whole output in its arithmetic, by the algorithm that its operands allow."""

import math
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from convcli.engine.algorithm import Algorithm, Tick
from convcli.engine.exact import exactly
from convcli.engine.lower import Lowered
from convcli.numbers.tensor import Tensor, integers, narrow, scaled
from convcli.problem import Bilinear, Problem
from convcli.spec import BilinearSpec, ConvSpec

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


def algorithm(spec: BilinearSpec) -> Algorithm:
    """The algorithm for an operation."""
    if isinstance(spec, ConvSpec):
        return Lowered(spec)
    from convcli.engine.gradient import LoweredGradient
    from convcli.engine.stamp import Stamped
    from convcli.spec import KernelGradientSpec, TransposedSpec

    if isinstance(spec, TransposedSpec):
        return Stamped(spec)
    assert isinstance(spec, KernelGradientSpec)
    return LoweredGradient(spec)


def run(problem: P, tick: Tick | None = None) -> Result[P]:
    """The output of `problem`: exact, or in its float type with one rounding at the end of each sum.

    Raises FitError if an integer type does not hold a result and its policy is to say so.
    """
    if not isinstance(problem, Bilinear):
        from convcli.engine.pooling import pool
        from convcli.problem import Pooling

        assert isinstance(problem, Pooling)
        return Result(problem, pool(problem, tick))
    if problem.arithmetic.is_float:
        return Result(problem, _floats(problem, tick))
    return Result(problem, problem.arithmetic.fit(_exact(problem, tick), "the output", at=problem.view.shape))


def _floats(problem: Bilinear, tick: Tick | None) -> Tensor:
    accumulator = problem.arithmetic.accumulator
    x, w = (tensor.values.astype(accumulator, copy=False) for tensor in (problem.x, problem.w))
    constant = problem.pad_value.values.astype(accumulator, copy=False)
    chosen = algorithm(problem.spec)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        if all(np.isfinite(operand).all() for operand in (x, w, constant)):
            y = chosen.finite(chosen.prepared(x, constant), w, tick)
        else:
            y = chosen.by_taps(x, w, constant)
        if problem.bias is not None:
            y = y + _per_channel(problem.bias.values.astype(accumulator, copy=False), y.ndim)
        return Tensor(y.astype(problem.arithmetic.name, copy=False))


def _exact(problem: Bilinear, tick: Tick | None) -> Tensor:
    """Integers over the product of both denominators; bias and padding brought to the same denominators."""
    x_below = math.lcm(problem.x.denominator, problem.pad_value.denominator)
    x, constant = problem.x.over(x_below), problem.pad_value.over(x_below)
    below = x_below * problem.w.denominator
    y = exactly(x, problem.w.values, algorithm(problem.spec), constant, tick)
    if problem.bias is not None:
        common = math.lcm(below, problem.bias.denominator)
        y = scaled(y, common // below)
        y = _sum(y, _per_channel(problem.bias.over(common), y.ndim))
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


def _per_channel(values: NDArray[Any], ndim: int) -> NDArray[Any]:
    return values.reshape(-1, *(1,) * (ndim - 2))
