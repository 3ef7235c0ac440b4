"""What is said below an explanation: where the arithmetic shows, and what was rounded for the page."""

import math
from collections.abc import Sequence

from convcli.document.model import Block, Document, Heading, Line, Paragraph, Role, Span, spans, text
from convcli.document.style import Style, Writer
from convcli.errors import plural
from convcli.numbers.grammar import Number
from convcli.numbers.show import exact_text
from convcli.numbers.tensor import Tensor
from convcli.problem import Problem
from convcli.trace import AnyStep

_LISTED = 6  # elements whose two values are both shown


def differences(
    steps: Sequence[AnyStep], output: Tensor | None, writer: Writer[Problem], exactly: str = "exact sum"
) -> list[Block]:
    """The elements that the engine, rounding as it goes, puts elsewhere than one rounding of what they are `exactly`
    does."""
    if output is None:
        return []
    pairs = [(step, output.at(step.at)) for step in steps]
    unlike = [(step, engine) for step, engine in pairs if not _same(engine, step.value)]
    if not unlike:
        return []
    lines = [_both(step, engine, writer, exactly) for step, engine in unlike[:_LISTED]]
    if len(unlike) > _LISTED:
        lines.append(text(f"… {plural(len(unlike) - _LISTED, 'more element')} of those above", role=Role.NOTE))
    return [Heading(2, text("Where the arithmetic shows")), Paragraph(tuple(lines), indent=2)]


def _both(step: AnyStep, engine: Number, writer: Writer[Problem], exactly: str) -> Line:
    """y[0,1]: engine 0.30000001, exact sum rounded once 0.3."""
    first, second = (Span(Role.OUTPUT, exact_text(n, dtype=writer.dtype)[0]) for n in (engine, step.value))
    return text(writer.output_name(step.at), ": engine ", first, f", {exactly} rounded once ", second)


def _same(engine: Number, value: Number) -> bool:
    return engine == value or (math.isnan(engine) and math.isnan(value))


def rule(writer: Writer[Problem]) -> list[Block]:
    """How to read the numbers of a float arithmetic."""
    arithmetic = writer.problem.arithmetic
    if not arithmetic.is_float:
        return []
    said = (
        f"Operands, products and sums above are exact, shown to {writer.style.precision} digits, and a value is the "
        f"exact sum rounded once to {arithmetic.name}. "
        f"The engine adds in {arithmetic.accumulator}, rounding each time."
    )
    return [Paragraph((text(said, role=Role.NOTE),))]


def rounding(blocks: Document, style: Style) -> list[Block]:
    """How to see more, if a number of an exact arithmetic is shown to fewer digits than it has."""
    if not any(span.rounded for span in spans(blocks)):
        return []
    more = "" if style.fractions else ", --fractions all"  # with which only irrational roots are rounded
    said = f"Some numbers are rounded here: --precision shows more digits{more}."
    return [Paragraph((text(said, role=Role.NOTE),))]
