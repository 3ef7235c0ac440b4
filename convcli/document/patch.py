"""The working of one input channel at one place: its patch beside the kernel slice, their products, and the sum."""

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from convcli.document.elide import grid, kept
from convcli.document.model import Equation, Grid, Item, Line, Role, Span, text
from convcli.document.style import NOTHING, SumWriter, Writer
from convcli.layout import Index
from convcli.numbers.arithmetic import INTEGERS, Overflow
from convcli.numbers.grammar import Number
from convcli.trace import AnyStep, Cells, Step, Term, exact_sum

DOT_TAPS = 12
"""Taps up to which a 1-D sum is written out as products."""

SHORT_TAPS = 6
"""Taps of a kernel slice up to which its working may stand on one line."""

PATCH_SIDE = 16
"""Rows and columns of a patch, or of an input, that are shown unasked."""

NOTHING_MEETS = text("nothing meets here", role=Role.NOTE)
"""What stands in place of products where there are none: between the stamps of a transposed convolution."""

TIMES, EQUALS, GIVES, CONVOLVED, PLUS = (text(sign) for sign in ("⊙", "=", "→", "∗", "+"))


def equations(label: Line, term: Term, writer: SumWriter, step: Step | None = None) -> tuple[Equation, ...]:
    """Patch ⊙ kernel = products → sum; a 3-D patch as one equation for each slice by depth, then 8 + 44 = 52.

    With a `step`, of which this is the only term, its bias and its value follow.
    """
    if not term.patch.size:
        closing = () if step is None else _closing(step, writer)
        return (Equation(label, (NOTHING_MEETS, GIVES, (writer.number(Role.SUM, term.sum),), *closing)),)
    slices = list(itertools.product(*map(range, term.patch.shape[:-2])))
    made = []
    for at in slices:
        name = label if at == slices[0] else text(" " * sum(len(span.text) for span in label))
        depth = text(f" depth {writer.place(at)}", role=Role.NOTE) if len(slices) > 1 else ()
        items: tuple[Item, ...] = (
            _slice(Role.INPUT, term, at, writer), TIMES,
            _slice(Role.KERNEL, term, at, writer), EQUALS,
            _slice(Role.PRODUCT, term, at, writer), GIVES, (writer.number(Role.SUM, _sum(term, at)),),
        )  # fmt: skip
        if len(slices) == 1 and step is not None:
            items = (*items, *_closing(step, writer))
        made.append(Equation((*name, *depth), items))
    if len(slices) > 1:
        made.append(Equation((), (*_addends([_sum(term, at) for at in slices], writer), *_total(term, writer, step))))
    return tuple(made)


def _sum(term: Term, at: Index) -> Number:
    """The sum of one slice of the products."""
    return exact_sum(_two_axes(term.products)[at].ravel().tolist())


def _total(term: Term, writer: SumWriter, step: Step | None) -> tuple[Line, ...]:
    """What follows the sums of the slices: their own, or the element's."""
    if step is None:
        return (EQUALS, (writer.number(Role.SUM, term.sum),))
    return (*bias_of(step, writer), EQUALS, *outcome(step, writer))


def _closing(step: Step, writer: SumWriter) -> tuple[Line, ...]:
    """What follows the sum of an element's only channel: its bias, and its value where that is another number."""
    result = outcome(step, writer)
    return (*bias_of(step, writer), EQUALS, *result) if step.bias is not None else result[1:]


def _slice(role: Role, term: Term, at: Index, writer: SumWriter) -> Grid:
    cells: Cells = {Role.INPUT: term.patch, Role.KERNEL: term.kernel, Role.PRODUCT: term.products}[role]
    plane, padding = (_two_axes(array)[at] for array in (cells, term.padding))

    def cell(i: int, j: int) -> Span:
        if role is Role.INPUT:
            return writer.cell(plane[i, j], padding=bool(padding[i, j]))
        if role is Role.PRODUCT and padding[i, j] and not writer.problem.padding_counts:
            return Span(Role.PADDING, NOTHING)
        return writer.number(role, plane[i, j])

    limit = None if writer.style.everything else PATCH_SIDE
    rows, columns = (kept(length, limit) for length in plane.shape)
    return grid(role, rows, columns, cell, first=writer.first)


def _two_axes(cells: Cells) -> Cells:
    return cells[None] if cells.ndim == 1 else cells


def dot(term: Term, writer: SumWriter) -> Line:
    """A 1-D patch and kernel as a sum of products: 1·1 + 2·0 + 3·(-1)."""
    made: list[Span] = [] if term.patch.size else [*NOTHING_MEETS, Span(Role.TEXT, ": "), Span(Role.PRODUCT, "0")]
    for value, padding, weight in zip(term.patch, term.padding, term.kernel, strict=True):
        if made:
            made.append(Span(Role.TEXT, " + "))
        made += [
            writer.factor(value, padding=bool(padding)),
            Span(Role.TEXT, "·"),
            writer.multiplier(Role.KERNEL, weight),
        ]
    return tuple(made)


def addition(numbers: Sequence[Number], writer: SumWriter) -> Line:
    """Sums with plus signs between: 7 + 6 + (-2)."""
    return spaced(_addends(numbers, writer))


def _addends(numbers: Sequence[Number], writer: SumWriter) -> tuple[Line, ...]:
    """The same in parts, so that a long sum may go on below."""
    first, *others = numbers
    return ((writer.number(Role.SUM, first),), *(text("+ ", writer.addend(Role.SUM, number)) for number in others))


def outcome(step: AnyStep, writer: Writer[Any]) -> tuple[Line, ...]:
    """An element's value; where the arithmetic does not hold the total, the total and what becomes of it."""
    value = (writer.number(Role.OUTPUT, step.value),)
    if not is_stored_otherwise([step], writer):
        return (value,)
    return ((writer.number(Role.SUM, step.total),), policy(writer), value)


def is_stored_otherwise(steps: Iterable[AnyStep], writer: Writer[Any]) -> bool:
    """Whether the arithmetic stores any of these totals as another number, so far as the digits shown tell."""
    return any(
        step.total != step.value
        and writer.number(Role.SUM, step.total).text != writer.number(Role.OUTPUT, step.value).text
        for step in steps
    )


def policy(writer: Writer[Any]) -> Line:
    """What the arithmetic does with a total that it does not hold."""
    arithmetic = writer.problem.arithmetic
    if arithmetic.name not in INTEGERS:  # an exact one rounds where roots are irrational
        return text("rounds to", role=Role.NOTE)
    return text("wraps to" if arithmetic.overflow is Overflow.WRAP else "saturates to", role=Role.NOTE)


def bias_of(step: Step, writer: SumWriter) -> tuple[Line, ...]:
    """The bias that is added, if there is one: + bias 5."""
    return () if step.bias is None else (text("+ bias ", writer.addend(Role.BIAS, step.bias)),)


def spaced(parts: Sequence[Line]) -> Line:
    """One line of several, with a space between."""
    return tuple(span for part in parts for span in (Span(Role.TEXT, " "), *part))[1:]
