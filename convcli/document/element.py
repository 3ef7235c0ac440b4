"""The working of one output element: each input channel's patch, and their sum with the bias."""

import math

from convcli.document.elide import CHANNELS, hidden, kept
from convcli.document.model import Block, Heading, Line, Paragraph, Role, Span, Working, text
from convcli.document.patch import (
    DOT_TAPS,
    EQUALS,
    NOTHING_MEETS,
    PATCH_SIDE,
    SHORT_TAPS,
    addition,
    bias_of,
    dot,
    equations,
    outcome,
    spaced,
)
from convcli.document.places import part, where
from convcli.document.style import SumWriter
from convcli.errors import plural
from convcli.numbers.grammar import Number
from convcli.trace import Step, Term, exact_sum


def in_products(writer: SumWriter) -> bool:
    """Whether elements are written out as sums of products: in 1-D, with few taps."""
    spec = writer.problem.spec
    return spec.rank == 1 and spec.most[0] <= DOT_TAPS


def is_short(writer: SumWriter) -> bool:
    """Whether a kernel slice is small enough for a patch, slice and products on one line."""
    rows, columns = (1, *writer.problem.spec.most)[-2:]
    return rows * columns <= SHORT_TAPS


def grids(writer: SumWriter) -> int:
    """How many patches of one element are drawn as grids: none of those that may stand on one line."""
    if in_products(writer) or is_short(writer):
        return 0
    spec = writer.problem.spec
    channels = sum(channel is not None for channel in kept(spec.group_in, CHANNELS))
    return channels * math.prod(spec.most[:-2])


def alone(steps: list[Step], writer: SumWriter) -> list[Block]:
    """Elements that read one input channel each: one line or equation for each."""
    if in_products(writer):
        return [Paragraph(tuple(_in_one_line(step, writer) for step in steps), indent=2)]
    made = [equation for step in steps for equation in equations(_name(step, writer), step.terms[0], writer, step)]
    return [Working(tuple(made), is_short(writer))]


def _in_one_line(step: Step, writer: SumWriter) -> Line:
    """y[0] = 1·1 + 2·0 + 3·(-1) + bias 5 = 3."""
    if step.bias is None and not step.terms[0].products.size:
        return (
            *_name(step, writer),
            Span(Role.TEXT, " = "),
            *outcome(step, writer)[0],
            Span(Role.TEXT, "  "),
            *NOTHING_MEETS,
        )
    added = (dot(step.terms[0], writer), *bias_of(step, writer))
    return spaced((_name(step, writer), EQUALS, *added, EQUALS, *outcome(step, writer)))


def several(step: Step, writer: SumWriter) -> list[Block]:
    """An element that reads several input channels, or that was asked for: each channel's sum, then theirs."""
    if not any(term.products.size for term in step.terms):
        return [Heading(4, where(step, writer)), Paragraph((total(step, writer),), indent=2)]
    first, rest, last = _parts(step, writer)
    made = [Heading(4, where(step, writer)), *_channels(first, writer)]
    if rest:
        made += [Paragraph((_rest(rest, writer),), indent=4), *_channels(last, writer)]
    return [*made, Paragraph((total(step, writer),), indent=2)]


def _parts(step: Step, writer: SumWriter) -> tuple[tuple[Term, ...], tuple[Term, ...], tuple[Term, ...]]:
    """The first terms, which are shown; those that are not; and the last."""
    shown = kept(len(step.terms), None if writer.style.everything else CHANNELS)
    if None not in shown:
        return step.terms, (), ()
    gap = shown.index(None)
    return step.terms[:gap], step.terms[gap:-1], step.terms[-1:]


def _channels(terms: tuple[Term, ...], writer: SumWriter) -> list[Block]:
    names = [text(part(term.channel, writer), role=Role.NOTE) for term in terms]
    if in_products(writer):
        lines = [
            (*name, *dot(term, writer), Span(Role.TEXT, " = "), writer.number(Role.SUM, term.sum))
            for name, term in zip(names, terms, strict=True)
        ]
        return [Paragraph(tuple(lines), indent=4, hang=1)]
    made = [equation for name, term in zip(names, terms, strict=True) for equation in equations(name, term, writer)]
    return [Working(tuple(made), is_short(writer), indent=4)]


def _rest(terms: tuple[Term, ...], writer: SumWriter) -> Line:
    first, last = (writer.count(term.channel) for term in (terms[0], terms[-1]))
    return (
        Span(Role.NOTE, f"… {plural(len(terms), f'more {writer.problem.parts}')}, {first}..{last}: sum "),
        writer.number(Role.SUM, _sum(terms)),
    )


def _sum(terms: tuple[Term, ...]) -> Number:
    return exact_sum([term.sum for term in terms])


def total(step: Step, writer: SumWriter) -> Line:
    """y[0,0,0] = 7 + 6 + bias 1 = 14, with the channels whose working is not shown as one number."""
    first, rest, last = _parts(step, writer)
    sums = [term.sum for term in first] + ([_sum(rest)] if rest else []) + [term.sum for term in last]
    added = (addition(sums, writer), *bias_of(step, writer), EQUALS) if len(sums) > 1 or step.bias is not None else ()
    return spaced((_name(step, writer), EQUALS, *added, *outcome(step, writer)))


def _name(step: Step, writer: SumWriter) -> Line:
    return text(writer.output_name(step.at), role=Role.OUTPUT)


def pinned(step: Step, writer: SumWriter) -> list[Block]:
    """An element that was asked for, under its own heading."""
    return [Heading(2, text("Output element ", Span(Role.OUTPUT, writer.output_name(step.at)))), *several(step, writer)]


def left_out(writer: SumWriter) -> list[Block]:
    """What patches leave out, if they are too large to be shown."""
    rows, columns = (1, *writer.problem.spec.most)[-2:]
    limit = None if writer.style.everything else PATCH_SIDE
    missing = hidden((rows, columns), kept(rows, limit), kept(columns, limit))
    note = text(f"… {missing} of each patch and kernel not shown: --show all", role=Role.NOTE)
    return [Paragraph((note,))] if missing else []
