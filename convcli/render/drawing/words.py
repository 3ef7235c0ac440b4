"""What is said in a frame, in the words of an explanation; long sums are not written out."""

from dataclasses import replace
from typing import Any

import numpy as np

from convcli.document import Line, Role
from convcli.document.element import total
from convcli.document.elide import CHANNELS, kept
from convcli.document.model import text
from convcli.document.patch import EQUALS, bias_of, dot, outcome, spaced
from convcli.document.places import part
from convcli.document.pooling.header import PoolWriter
from convcli.document.pooling.window import line
from convcli.document.style import SumWriter, Writer
from convcli.errors import plural
from convcli.render.drawing.scene import Turns
from convcli.trace import LpStep, MaxStep, PoolStep, Step, Term, exact_sum

TERMS = 49
"""Products of one channel, or cells of one window, up to which each is written out."""

ALL_TERMS = 2500
"""The same of a whole animation: so many make most of its file."""


def _in_full(terms: int, writer: Writer[Any], turns: Turns) -> bool:
    """Whether so many terms are written out in each frame."""
    return terms <= TERMS and turns.whole.stop * writer.problem.spec.per_element <= ALL_TERMS


def summed(step: Step, writer: SumWriter, turns: Turns) -> tuple[Line, ...]:
    """y[0,1] = 1·1 + 2·0 + bias 5 = 6; with several channels a line for each, and one for their sum."""
    if len(step.terms) == 1:
        name = text(writer.output_name(step.at), role=Role.OUTPUT)
        parts = (
            name,
            EQUALS,
            _products(step.terms[0], writer, turns),
            *bias_of(step, writer),
            EQUALS,
            *outcome(step, writer),
        )
        return (spaced(parts),)
    shown = kept(len(step.terms), CHANNELS)
    lines = [_rest(step, shown, writer) if n is None else _channel(step.terms[n], writer, turns) for n in shown]
    return (*lines, total(step, writer))


def _channel(term: Term, writer: SumWriter, turns: Turns) -> Line:
    name = text(part(term.channel, writer), ": ", role=Role.NOTE)
    return (*name, *_products(term, writer, turns), *text(" = ", writer.number(Role.SUM, term.sum)))


def _rest(step: Step, shown: list[int | None], writer: SumWriter) -> Line:
    gap = shown.index(None)
    left = step.terms[gap : len(step.terms) - len(shown) + gap + 1]
    said = text(f"… {plural(len(left), 'more channel')}: ", role=Role.NOTE)
    return (*said, writer.number(Role.SUM, exact_sum([term.sum for term in left])))


def _products(term: Term, writer: SumWriter, turns: Turns) -> Line:
    """The products of a channel one after the other."""
    if not _in_full(term.patch.size, writer, turns):
        return text(f"the sum of {term.patch.size} products", role=Role.NOTE)
    row = replace(
        term, patch=term.patch.ravel(), padding=term.padding.ravel(), kernel=term.kernel.ravel(),
        products=term.products.ravel(),
    )  # fmt: skip
    return dot(row, writer)


def pooled(step: PoolStep, writer: PoolWriter, turns: Turns) -> tuple[Line, ...]:
    """y[0] = max(1, *3, 2) = 3 at x[1], and so on."""
    if not _in_full(step.patch.size, writer, turns):
        name = text(writer.output_name(step.at), role=Role.OUTPUT)
        of = text(f"{writer.problem.spec.kind.value} of {step.patch.size} cells", role=Role.NOTE)
        return (spaced((name, EQUALS, of, EQUALS, *outcome(step, writer))),)
    return (line(_in_a_row(step), writer),)


def _in_a_row(step: PoolStep) -> PoolStep:
    """The same step with the cells of its window one after the other."""
    row = replace(step, patch=step.patch.ravel(), padding=step.padding.ravel(), overhang=step.overhang.ravel())
    if isinstance(row, MaxStep):
        return replace(row, winner=(int(np.ravel_multi_index(row.winner, step.patch.shape)),))
    return replace(row, powers=row.powers.ravel()) if isinstance(row, LpStep) else row
