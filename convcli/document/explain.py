"""An explanation, from the operation in one line to the stacked output. Every number in it comes from the trace."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from convcli.document.model import Block, Document, Paragraph
from convcli.document.notes import differences, rounding
from convcli.document.results import output_blocks
from convcli.document.style import Style, Writer
from convcli.document.telling import Telling
from convcli.engine import Result
from convcli.layout import Index
from convcli.numbers.tensor import Tensor
from convcli.problem import Problem
from convcli.trace import Trace

HOMES = {
    "Convolution": "convcli.document.convolution",
    "Transposed": "convcli.document.transposed",
    "InputGradient": "convcli.document.gradients",
    "KernelGradient": "convcli.document.gradients",
    "BiasGradient": "convcli.document.gradients",
    "Pooling": "convcli.document.pooling",
}
"""The module that tells each kind of problem, in its `TELLINGS`; loaded when it is asked for."""


def telling_of(problem: Problem) -> Telling:
    """How a problem is told."""
    kind = type(problem).__name__
    tellings: dict[str, Telling] = import_module(HOMES[kind]).TELLINGS
    return tellings[kind]


def explain(trace: Trace[Any, Any], output: Tensor | None, style: Style, at: Sequence[Index] = ()) -> Document:
    """How the output came to be.

    `output` is the engine's (N, O, *o), if it was computed. With `at`, indices (n, o, *s), only those elements, and
    only they are computed.
    """
    writer, telling = Writer(trace.problem, style), telling_of(trace.problem)
    body: list[Block]
    if at:
        steps = [trace.step(index) for index in at]
        body = [block for step in steps for block in telling.element(step, writer)]
    else:
        body, steps = telling.whole(trace, output, writer)
    notes = differences(steps, output, writer, telling.exactly)
    blocks = (*telling.header(writer), *telling.sizes(writer), *body, *telling.left_out(writer), *notes)
    return (*blocks, *telling.rule(writer), *rounding(blocks, style))


def table(result: Result[Any], style: Style) -> Document:
    """The output as captioned grids, and one line that says what was computed."""
    writer = Writer(result.problem, style)
    blocks = (*output_blocks(result.output.at, writer), Paragraph((telling_of(result.problem).summary(writer),)))
    return (*blocks, *rounding(blocks, style))
