"""One operation from problem to answer: compute or trace, and write."""

from collections.abc import Iterable

from convcli.cli.answer import answer, requested_elements
from convcli.cli.form import Form
from convcli.cli.notes import of_numbers, of_roots
from convcli.cli.options import Common
from convcli.cli.progress import progress
from convcli.cli.world import World
from convcli.engine import run
from convcli.problem import Problem
from convcli.request.bounds import check, check_steps


def operate(problem: Problem, flags: Common, form: Form, world: World, notes: Iterable[str] = ()) -> None:
    """Answer with the output of `problem`, or with the elements of it that are asked for."""
    elements = requested_elements(flags.at or (), problem, form)
    for note in (*notes, *of_numbers(problem, flags, whole=not elements)):
        world.say(f"convcalc: note: {note}")
    if form.explained:
        check_steps(problem.spec, max(len(elements), 1), form.limits)
    if elements:
        answer(problem, None, elements, form, world)
        return
    check(problem.spec, form.limits)
    with progress(problem.spec.work, world) as tick:
        result = run(problem, tick)
    for note in of_roots(result):
        world.say(f"convcalc: note: {note}")
    answer(problem, result, (), form, world)
