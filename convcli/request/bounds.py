"""What is too large to be taken on unasked, told before anything of its size is allocated."""

from convcli.limits import Limits
from convcli.problem import Problem
from convcli.spec import Spec


def check(spec: Spec, limits: Limits) -> None:
    """Refuse an operation that is too large. Raises FitError."""
    limits.check("output", spec.output_size, of="the output")
    what, size = spec.scratch
    limits.check("padded", size, of=what)
    limits.check("work", spec.work, of=f"the {spec.noun}")


def check_steps(spec: Spec, count: int, limits: Limits) -> None:
    """Refuse to work out by single numbers what has too many of them; at least one element always is."""
    limits.check("products", spec.per_element * count, of="the explanation")


def check_powers(problem: Problem, count: int, limits: Limits) -> None:
    """Refuse a pooling whose exact powers are too much work, for so many elements."""
    from convcli.problem import Pooling
    from convcli.settings import PoolKind

    if isinstance(problem, Pooling) and problem.spec.kind is PoolKind.LP:
        from convcli.engine.pooling import work_of_powers

        limits.check("work", work_of_powers(problem, count), of="the pooling with exact powers")
