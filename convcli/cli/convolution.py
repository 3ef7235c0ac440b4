"""A convolution command from flags to answer: read, compute or trace, write."""

import math

from convcli.cli.answer import answer, requested_elements, requested_form
from convcli.cli.notes import notes
from convcli.cli.options import Flags
from convcli.cli.progress import progress
from convcli.cli.request import requested_problem
from convcli.cli.world import World
from convcli.engine import run
from convcli.limits import Limits
from convcli.spec import ConvSpec


def convolve(command: str, flags: Flags, world: World) -> None:
    """Run `convcalc COMMAND` on what was typed. Raises ConvError if there is no answer."""
    form = requested_form(flags, world)
    problem = requested_problem(command, flags, form.limits, world)
    elements = requested_elements(flags.at or (), problem, form)
    for note in notes(problem, flags, whole=not elements):
        world.say(f"convcalc: note: {note}")
    if elements:
        answer(problem, None, elements, form, world)
        return
    _check(problem.spec, form.limits)
    with progress(problem.spec.work, world) as tick:
        result = run(problem, tick)
    answer(problem, result, (), form, world)


def _check(spec: ConvSpec, limits: Limits) -> None:
    """Refuse what is too large before anything of its size is allocated."""
    limits.check("output", math.prod(spec.output_shape), of="the output")
    if spec.is_padded:
        limits.check("padded", spec.padded_size, of="the padded input")
    limits.check("work", spec.work, of="the convolution")
