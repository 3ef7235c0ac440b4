"""Gradients from problem to answer: one of them as any other operation, or all three together."""

from dataclasses import replace

from convcli.cli.answer import deliver, documents
from convcli.cli.convolution.flags import Flags
from convcli.cli.form import Form
from convcli.cli.notes import of_memory, of_numbers
from convcli.cli.operation import computed, operate
from convcli.cli.world import World
from convcli.engine import Result
from convcli.errors import UsageError
from convcli.problem import Bilinear, Gradients
from convcli.render.formats import EXPLAINING, Kind
from convcli.request.bounds import check, check_steps
from convcli.trace import SumTrace

TYPE_CHECKING = False  # typing's, which type checkers know by this name
if TYPE_CHECKING:
    from convcli.cli.effort import Effort

NAMES = ("input", "kernel", "bias")


def differentiate(
    gradients: Gradients,
    of: str,
    flags: Flags,
    form: Form,
    world: World,
    *,
    effort: "Effort | None" = None,
    source: str | None = None,
) -> None:
    """Answer with the gradient `of` the input, the kernel or the bias, or with all three; `source` is where that of the
    output is from."""
    problems: dict[str, Bilinear] = {name: getattr(gradients, name) for name in NAMES}
    if of != "all":
        operate(problems[of], flags, form, world, effort=effort, source=source)
        return
    form = _form_of_three(flags, form)
    notes = [*of_memory(effort), *(note for p in problems.values() for note in of_numbers(p, flags, whole=True))]
    for note in dict.fromkeys(notes):
        world.say(f"convcalc: note: {note}")
    for problem in problems.values():
        check(problem.spec, form.limits)
        if form.explained:
            check_steps(problem.spec, 1, form.limits)
    results = {name: computed(problem, form, effort, world) for name, problem in problems.items()}
    if form.kind is Kind.MAPPING:
        deliver(_mapping(gradients, results, form, world), form, world)
    else:
        pairs = [(result.problem, result) for result in results.values()]
        deliver(documents(pairs, (), form, form.format), form, world)


def _form_of_three(flags: Flags, form: Form) -> Form:
    """A form that has room for three tensors: YAML where rows of numbers would be, unless those were asked for."""
    if form.format == "plain" and not form.explained and flags.format is None and form.path is None:
        form = replace(form, format="yaml")
    if flags.at:
        raise UsageError(
            "an index names an element of one gradient",
            given="--at with grad all",
            expected="--grad input, --grad kernel or --grad bias",
            fix="say of which gradient, for example --grad kernel",
        )
    if form.kind not in EXPLAINING:
        raise UsageError(
            f"{form.format} has room for one gradient, and there are three",
            given=f"grad all as {form.format}",
            expected="one gradient; or table, yaml or json",
            fix="write --grad input, --grad kernel or --grad bias",
        )
    return form


def _mapping(gradients: Gradients, results: dict[str, Result[Bilinear]], form: Form, world: World) -> str:
    from convcli.cli.answer import note_rounding
    from convcli.render.mapping import gradients_to_mapping

    steps = None
    if form.explained:
        for result in results.values():
            spec = result.problem.spec
            form.limits.check("products", spec.output_size * spec.per_element, of="the explanation in full")
        steps = {name: iter(SumTrace(result.problem)) for name, result in results.items()}
    outputs = {name: result.output for name, result in results.items()}
    written = gradients_to_mapping(form.format, gradients, outputs, steps, fractions=form.fractions)
    note_rounding(written.rounded, world, "--fractions")
    return written.content
