"""The pooling commands, from flags to answer."""

from convcli.cli.answer import requested_form
from convcli.cli.operation import operate
from convcli.cli.pooling.flags import Flags
from convcli.cli.request import requested
from convcli.cli.world import World
from convcli.problem import Pooling
from convcli.settings import PoolKind

__all__ = ["Flags", "run"]


def run(command: str, flags: Flags, world: World) -> None:
    """Run `convcalc COMMAND` on what was typed. Raises ConvError if there is no answer."""
    form = requested_form(flags, world)
    problem, _ = requested(command, flags, form.limits, world)
    assert isinstance(problem, Pooling)
    if form.explained:  # a kernel is a tensor that was read; a window is a number, and may be astronomic
        form.limits.check("products", problem.spec.per_element, of="one window")
    if problem.spec.kind is PoolKind.LP:
        from convcli.engine.pooling import work_of_powers

        count = len(flags.at or ()) or problem.spec.output_size
        form.limits.check("work", work_of_powers(problem, count), of="the pooling with exact powers")
    operate(problem, flags, form, world)
