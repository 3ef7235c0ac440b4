"""The gradient of the bias: dy, summed."""

from convcli.document.elements import known, more
from convcli.document.elide import WORK, kept
from convcli.document.gradients.whole import check
from convcli.document.header import output_shape, shape, top
from convcli.document.model import Block, Heading, Line, Paragraph, Role, Span, text
from convcli.document.patch import DOT_TAPS, EQUALS, addition, outcome, spaced
from convcli.document.results import stacked
from convcli.document.style import SHOWN, Writer
from convcli.numbers.tensor import Tensor
from convcli.problem import BiasGradient
from convcli.trace import Step, SumTrace


def title(problem: BiasGradient) -> Line:
    """conv2d.bias_gradient: dy (3, 2, 2) → db (3,)."""
    return (
        *text(f"{problem.op}: dy ", shape(Role.KERNEL, problem.given["dy"])),
        *text(" → db ", shape(Role.OUTPUT, output_shape(problem))),
    )


def header(writer: Writer[BiasGradient]) -> list[Block]:
    """Title, and what the gradient is."""
    forward = writer.problem.forward
    said: dict[str, str | Line] = {
        "gradient": f"of L = sum(dy · y), y = {forward.op}(x, w) + b, with respect to b",
        "operation": "the sum of dy over all places of an output channel"
        + (", and the batch" if forward.spec.batch > 1 else ""),
    }
    return top(title(writer.problem), said, writer)


def output_size(writer: Writer[BiasGradient]) -> list[Block]:
    """Nothing to derive: one number for each output channel."""
    return []


def whole(
    trace: SumTrace[BiasGradient], output: Tensor | None, writer: Writer[BiasGradient]
) -> tuple[list[Block], list[Step]]:
    """Every channel's sum, then the gradient, then its check."""
    count = trace.problem.spec.output_shape[0]
    affordable = max(WORK // trace.problem.spec.per_element, 1)
    most = None if writer.style.everything else writer.style.show or min(SHOWN, affordable)
    shown = kept(count, most)
    steps = {at: trace.step((at, *(0,) * (1 + trace.problem.spec.rank))) for at in shown if at is not None}
    left = count - len(steps)
    lines = tuple(more(left) if at is None else _line(steps[at], writer) for at in shown)
    sums: list[Block] = [Heading(2, text("Channel by channel")), Paragraph(lines, indent=2)]
    found = stacked(known(trace, output, list(steps.values())), writer, partly=left > 0)
    return [*sums, *found, *check(trace.problem, output, writer)], list(steps.values())


def _line(step: Step, writer: Writer[BiasGradient]) -> Line:
    """db[0] = 1 + 2 + 3 = 6."""
    numbers = [number for term in step.terms for number in term.kernel.ravel().tolist()]
    few = len(numbers) <= DOT_TAPS or writer.style.everything
    summed = addition(numbers, writer) if few else text(f"the sum of {len(numbers):,} elements of dy")
    return spaced((text(writer.output_name(step.at), role=Role.OUTPUT), EQUALS, summed, EQUALS, *outcome(step, writer)))


def element(step: Step, writer: Writer[BiasGradient]) -> list[Block]:
    """One channel's sum."""
    name = Span(Role.OUTPUT, writer.output_name(step.at))
    return [Heading(2, text("Output element ", name)), Paragraph((_line(step, writer),), indent=2)]


def left_out(writer: Writer[BiasGradient]) -> list[Block]:
    """Nothing: a sum of many numbers says how many."""
    return []


def summary(writer: Writer[BiasGradient]) -> Line:
    """The title, and what the gradient is."""
    return (*title(writer.problem), Span(Role.NOTE, f"; the sum of dy, {writer.problem.arithmetic.rule}"))
