"""The pooling commands, from flags to answer."""

from convcli.cli.form import requested_form
from convcli.cli.operation import operate
from convcli.cli.pooling.flags import Flags
from convcli.cli.request import requested
from convcli.cli.world import World
from convcli.problem import Pooling
from convcli.request.bounds import check_powers

__all__ = ["Flags", "run"]


def run(command: str, flags: Flags, world: World) -> None:
    """Run `convcalc COMMAND` on what was typed. Raises ConvError if there is no answer."""
    form = requested_form(flags, world)
    if flags.interactive:
        from convcli.cli.play import with_example

        flags = with_example(command, flags)
    problem, asked = requested(command, flags, form.limits, world)
    if flags.interactive:
        from convcli.cli.play import play

        play(asked, flags, form, world)
        return
    assert isinstance(problem, Pooling)
    if form.explained:  # a kernel is a tensor that was read; a window is a number, and may be astronomic
        form.limits.check("products", problem.spec.per_element, of="one window")
    check_powers(problem, len(flags.at or ()) or problem.spec.output_size, form.limits)
    operate(problem, flags, form, world)
