"""Floor 5: how one output element came to be, in Python's own numbers; the readable reference."""

from typing import Any

from convcli.lazy import loader
from convcli.problem import Bilinear, Problem
from convcli.trace.base import AnyStep, Cells, Trace, exact_sum
from convcli.trace.bilinear import Step, SumTrace, Term


def trace_of(problem: Problem) -> Trace[Any, Any]:
    """The trace of any problem."""
    if isinstance(problem, Bilinear):
        return SumTrace(problem)
    from convcli.problem import Pooling
    from convcli.trace.pooling import PoolTrace

    assert isinstance(problem, Pooling)
    return PoolTrace(problem)


__getattr__ = loader(
    __name__,
    {
        **dict.fromkeys(("Derivative", "derivative"), "convcli.trace.check"),
        **dict.fromkeys(("AverageStep", "LpStep", "MaxStep", "PoolStep", "PoolTrace"), "convcli.trace.pooling"),
        **dict.fromkeys(("Stamp", "stamp"), "convcli.trace.stamps"),
    },
)

__all__ = [
    "AnyStep", "AverageStep", "Cells", "Derivative", "LpStep", "MaxStep", "PoolStep", "PoolTrace", "Stamp", "Step",
    "SumTrace", "Term", "Trace", "derivative", "exact_sum", "stamp", "trace_of",
]  # fmt: skip

TYPE_CHECKING = False  # typing's, which type checkers know by this name
if TYPE_CHECKING:
    from convcli.trace.check import Derivative, derivative
    from convcli.trace.pooling import AverageStep, LpStep, MaxStep, PoolStep, PoolTrace
    from convcli.trace.stamps import Stamp, stamp
