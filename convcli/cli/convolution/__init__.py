"""The convolution commands, from flags to answer: read, compute or trace, write."""

from convcli.cli.convolution.flags import Flags
from convcli.cli.form import requested_form
from convcli.cli.notes import of_padding
from convcli.cli.operation import operate
from convcli.cli.request import requested
from convcli.cli.world import World
from convcli.problem import Convolution, Problem

TYPE_CHECKING = False  # typing's, which type checkers know by this name
if TYPE_CHECKING:
    from convcli.cli.effort import Effort

__all__ = ["Flags", "run"]


def run(command: str, flags: Flags, world: World) -> None:
    """Run `convcalc COMMAND` on what was typed. Raises ConvError if there is no answer."""
    form, effort = requested_form(flags, world), _effort(flags)
    if flags.interactive:
        from convcli.cli.play import with_example

        flags = with_example(command, flags)
    posed, asked = requested(command, flags, form.limits, world)
    if flags.interactive:
        from convcli.cli.play import play

        play(asked, flags, form, world)
        return
    if isinstance(posed, Problem):
        notes = of_padding(posed, flags) if isinstance(posed, Convolution) else ()
        operate(posed, flags, form, world, notes, effort=effort, source=asked.sources.get("input"))
        return
    from convcli.cli.convolution.gradients import differentiate

    differentiate(posed, asked.settings["grad"], flags, form, world, effort=effort, source=asked.sources.get("dy"))


def _effort(flags: Flags) -> "Effort | None":
    """What is allowed, if anything was said of it."""
    if flags.threads is None and flags.memory is None and not flags.explain_plan:
        return None
    from convcli.cli.effort import requested_effort

    return requested_effort(flags)
