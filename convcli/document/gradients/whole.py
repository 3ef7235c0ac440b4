"""A gradient worked out: its elements, the whole of it, and the check that it is what it says."""

from convcli.document.elements import elements, known
from convcli.document.elide import Plane
from convcli.document.model import Block, Heading, Paragraph, Role, Span, text
from convcli.document.results import stacked
from convcli.document.style import SumWriter
from convcli.layout import shape_text
from convcli.numbers.tensor import Tensor
from convcli.problem import BiasGradient, InputGradient, KernelGradient
from convcli.trace import Step, SumTrace, derivative

AnyGradient = InputGradient | KernelGradient | BiasGradient


def whole(
    trace: SumTrace[InputGradient | KernelGradient], output: Tensor | None, writer: SumWriter
) -> tuple[list[Block], list[Step]]:
    """Every element, then the gradient, then its check."""
    problem = trace.problem
    of = "kernel" if isinstance(problem, KernelGradient) else "input"
    title = f"Element by element: how L changes with each {of} element"

    def name(plane: Plane) -> str:
        if isinstance(problem, KernelGradient):
            channel = problem.forward.spec.channels_of(plane.batch)[plane.channel]
            return f"Output channel {writer.count(plane.batch)}, input channel {writer.count(channel)}"
        item = f"Batch item {writer.count(plane.batch)}, i" if problem.spec.batch > 1 else "I"
        return f"{item}nput channel {writer.count(plane.channel)}"

    worked, steps, chosen = elements(trace, writer, title, name)
    found = stacked(known(trace, output, steps), writer, partly=chosen.steps_left > 0)
    return [*worked, *found, *check(problem, output, writer)], steps


def check(problem: AnyGradient, output: Tensor | None, writer: SumWriter) -> list[Block]:
    """That the gradient is the derivative, exactly; nothing where that is not known."""
    found = None if output is None else derivative(problem, output)
    if found is None:
        return []
    variable = problem.symbol.removeprefix("d")
    change, product = (writer.number(Role.SUM, number) for number in (found.change, found.product))
    said = "equal, as they must be" if found.holds else "NOT EQUAL: please report it"
    direction = shape_text(found.shape).strip("(),").replace(" ", "")
    lines = (
        text(f"L = sum(dy · y) is linear in {variable}; for u = @random:{direction}:seed=1"),
        text(f"L({variable} + u) - L({variable}) = ", change, ", from two convolutions, and"),
        text(f"sum({problem.symbol} · u) = ", product, ", from the gradient: ", Span(Role.NOTE, said)),
    )
    return [Heading(2, text("Check")), Paragraph(lines, indent=2)]
