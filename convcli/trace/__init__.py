"""Floor 5: how one output element came to be, in Python's own numbers; the readable reference."""

from typing import Any

from convcli.problem import Bilinear, Pooling, Problem
from convcli.trace.base import AnyStep, Cells, Trace, exact_sum
from convcli.trace.bilinear import Step, SumTrace, Term
from convcli.trace.derivative import Derivative, derivative
from convcli.trace.pooling import AverageStep, LpStep, MaxStep, PoolStep, PoolTrace
from convcli.trace.stamps import Stamp, stamp


def trace_of(problem: Problem) -> Trace[Any, Any]:
    """The trace of any problem."""
    if isinstance(problem, Pooling):
        return PoolTrace(problem)
    assert isinstance(problem, Bilinear)
    return SumTrace(problem)


__all__ = [
    "AnyStep", "AverageStep", "Cells", "Derivative", "LpStep", "MaxStep", "PoolStep", "PoolTrace", "Stamp", "Step",
    "SumTrace", "Term", "Trace", "derivative", "exact_sum", "stamp", "trace_of",
]  # fmt: skip
