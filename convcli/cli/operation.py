"""One operation from problem to answer: compute or trace, and write."""

import time
from collections.abc import Iterable
from typing import TypeVar

from convcli.cli.answer import answer, requested_elements
from convcli.cli.form import Form
from convcli.cli.notes import of_memory, of_numbers, of_roots
from convcli.cli.options import Common
from convcli.cli.progress import progress
from convcli.cli.world import World
from convcli.engine import Means, Result, run
from convcli.problem import Bilinear, Problem
from convcli.request.bounds import check, check_steps

TYPE_CHECKING = False  # typing's, which type checkers know by this name
if TYPE_CHECKING:
    from convcli.cli.effort import Effort

P = TypeVar("P", bound=Problem)


def operate(
    problem: Problem,
    flags: Common,
    form: Form,
    world: World,
    notes: Iterable[str] = (),
    *,
    effort: "Effort | None" = None,
    source: str | None = None,
) -> None:
    """Answer with the output of `problem`, or with the elements of it that are asked for; `source` is where the input
    is from, if that can be read again. Without `effort`, it takes what there is."""
    elements = requested_elements(flags.at or (), problem, form)
    for note in (*notes, *of_numbers(problem, flags, whole=not elements)):
        world.say(f"convcalc: note: {note}")
    if form.explained:
        check_steps(problem.spec, max(len(elements), 1), form.limits)
    if elements:
        answer(problem, None, elements, form, world)
        return
    if isinstance(problem, Bilinear) and _goes_to_a_file(problem, form, effort):
        from convcli.cli.effort import Effort
        from convcli.cli.streaming import streamed

        if streamed(problem, source, form, effort or Effort(), world):
            return
    for note in of_memory(effort):
        world.say(f"convcalc: note: {note}")
    check(problem.spec, form.limits)
    result = computed(problem, form, effort, world)
    for note in of_roots(result):
        world.say(f"convcalc: note: {note}")
    answer(problem, result, (), form, world)


def _goes_to_a_file(problem: Problem, form: Form, effort: "Effort | None") -> bool:
    """Whether the numbers alone are wanted, in a .npy file, and they are many or memory is scarce."""
    if form.format != "npy" or form.path is None or form.explained:
        return False
    from convcli.reading.arrays import MAPPED_FROM

    scarce = effort is not None and effort.memory is not None
    return scarce or max(problem.source.values.nbytes, 8 * problem.spec.output_size) > MAPPED_FROM


def computed(problem: P, form: Form, effort: "Effort | None", world: World) -> Result[P]:
    """The whole output in memory; how it came about is told, if it is to be."""
    start = time.perf_counter()
    with progress(problem.spec.work, world, "MAC" if isinstance(problem, Bilinear) else "step") as tick:
        result = run(problem, tick, effort.threads if effort else None)
    if effort and effort.told and isinstance(problem, Bilinear):
        from convcli.cli.plan import tell

        tell(problem, Means(effort.threads), effort, time.perf_counter() - start, form, world)
    return result
