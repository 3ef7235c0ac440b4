"""Where in the operands an output element comes from, in words."""

import itertools
from collections.abc import Sequence
from typing import Any

from convcli.axis import Axis
from convcli.document.model import Line, Role, Span
from convcli.document.style import SumWriter, Writer
from convcli.errors import plural
from convcli.problem import Convolution
from convcli.trace import Step

_LISTED = 4  # positions apart from each other that are listed one by one
_PLURALS = {"height": ("row", "rows"), "width": ("column", "columns"), "depth": ("slice", "slices")}


def part(number: int, writer: SumWriter) -> str:
    """A part of an element's sum by its number: an input channel, or a batch item if there is a batch."""
    problem = writer.problem
    named = problem.parts == "channel" or problem.input_view.batch
    return f"{problem.parts} {writer.count(number)}" if named else "x ⊙ dy"


def where(step: Step, writer: SumWriter) -> Line:
    """Which elements meet in an output element."""
    return (Span(Role.OUTPUT, writer.output_name(step.at)), Span(Role.NOTE, f"  {_reads(step, writer)}"))


def _reads(step: Step, writer: SumWriter) -> str:
    problem, outs = writer.problem, step.at[2:]
    item = f"item {writer.count(step.at[0])}, " if problem.view.batch else ""
    if isinstance(problem, Convolution):
        pairs = zip(problem.spec.axes, outs, strict=True)
        return f"reads {item}{places([_taps(axis, out) for axis, out in pairs], writer)} of the input"
    from convcli.problem import InputGradient, KernelGradient

    meetings = problem.spec.meetings(outs)
    if isinstance(problem, KernelGradient):
        return f"sums {plural(len(step.terms[0].products.flat), 'place')} of dy, each times what this tap read there"
    operand, taken = ("dy", "collects") if isinstance(problem, InputGradient) else ("the input", "is covered by")
    if not all(meetings):
        return "meets nothing"
    sources = [[meeting.source or 0 for meeting in line] for line in meetings]
    others = [[meeting.other for meeting in line] for line in meetings]
    return f"{taken} {item}{places(sources, writer)} of {operand}, with {places(others, writer)} of the kernel"


def _taps(axis: Axis, out: int) -> list[int]:
    """The positions that the taps lie on; those outside the input are padding."""
    return [axis.position(out, tap) for tap in range(axis.kernel)]


def places(positions: Sequence[Sequence[int]], writer: Writer[Any]) -> str:
    """The positions along each axis: rows 0..2, columns 1,3."""
    pairs = zip(writer.problem.spec.axes, positions, strict=True)
    return ", ".join(_along(axis.name, line, writer) for axis, line in pairs)


def _along(name: str, positions: Sequence[int], writer: Writer[Any]) -> str:
    one, many = _PLURALS.get(name, ("element", "elements"))
    shown = [writer.count(position) for position in positions]
    if len(shown) == 1:
        return f"{one} {shown[0]}"
    if all(after - before == 1 for before, after in itertools.pairwise(positions)):
        return f"{many} {shown[0]}..{shown[-1]}"
    listed = shown if len(shown) <= _LISTED else [*shown[:2], "…", shown[-1]]
    return f"{many} {','.join(listed)}"
