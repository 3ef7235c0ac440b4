"""An explanation, from the operation in one line to the stacked output. Every number in it comes from the trace."""

from collections.abc import Sequence
from typing import Any

from convcli.document.convolution import CONVOLUTION
from convcli.document.gradients import BIAS_GRADIENT, INPUT_GRADIENT, KERNEL_GRADIENT
from convcli.document.model import Block, Document, Paragraph
from convcli.document.notes import differences, rounding, rule
from convcli.document.results import output_blocks
from convcli.document.style import Style, Writer
from convcli.document.telling import Telling
from convcli.document.transposed import TRANSPOSED
from convcli.engine import Result
from convcli.layout import Index
from convcli.numbers.tensor import Tensor
from convcli.problem import BiasGradient, Convolution, InputGradient, KernelGradient, Problem, Transposed
from convcli.trace import Trace

TELLINGS: dict[type[Problem], Telling] = {
    Convolution: CONVOLUTION,
    Transposed: TRANSPOSED,
    InputGradient: INPUT_GRADIENT,
    KernelGradient: KERNEL_GRADIENT,
    BiasGradient: BIAS_GRADIENT,
}
"""How each kind of problem is told."""


def explain(trace: Trace[Any, Any], output: Tensor | None, style: Style, at: Sequence[Index] = ()) -> Document:
    """How the output came to be.

    `output` is the engine's (N, O, *o), if it was computed. With `at`, indices (n, o, *s), only those elements, and
    only they are computed.
    """
    writer, telling = Writer(trace.problem, style), TELLINGS[type(trace.problem)]
    body: list[Block]
    if at:
        steps = [trace.step(index) for index in at]
        body = [block for step in steps for block in telling.element(step, writer)]
    else:
        body, steps = telling.whole(trace, output, writer)
    notes = differences(steps, output, writer)
    blocks = (*telling.header(writer), *telling.sizes(writer), *body, *telling.left_out(writer), *notes)
    return (*blocks, *rule(writer), *rounding(blocks))


def table(result: Result[Any], style: Style) -> Document:
    """The output as captioned grids, and one line that says what was computed."""
    writer = Writer(result.problem, style)
    blocks = (*output_blocks(result.output.at, writer), Paragraph((TELLINGS[type(result.problem)].summary(writer),)))
    return (*blocks, *rounding(blocks))
