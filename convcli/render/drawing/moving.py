"""A problem as a moving picture: what is shown of it, and what is too much or has no picture."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from convcli.document import Document, Line, Paragraph, Role, Style, Writer
from convcli.document.elide import CHANNELS, WORK, kept, left_out
from convcli.document.explain import telling_of
from convcli.document.model import text
from convcli.document.notes import differences, rounding
from convcli.errors import FitError, UsageError, plural
from convcli.layout import shape_text
from convcli.numbers.tensor import Tensor
from convcli.problem import Problem
from convcli.render.drawing import stamps, windows
from convcli.render.drawing.scene import Scene, Turns
from convcli.render.drawing.stage import staged
from convcli.trace import trace_of

FRAMES = 100
"""The most frames, of a second each."""

PLANES = 4
"""The most output channels that are shown, one after the other."""

CELLS = 2000
"""The most cells that are drawn."""

WIDEST = 24
"""Characters of the widest number that stands in a cell."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How problems of a kind are shown."""

    scene: Callable[[Any, Turns, Any, Tensor], Scene]
    """From trace, turns, writer and the engine's output."""
    cells: Callable[[Any, Turns], int]
    """How many cells are drawn."""
    frames: Callable[[Any], int]
    """How many frames one output channel takes."""
    one_for_each: str
    """What a frame is of."""


_SLIDES = "output element"

KINDS = {
    "Convolution": Kind(windows.convolved, windows.drawn, windows.frames, _SLIDES),
    "Pooling": Kind(windows.pooled_windows, windows.drawn, windows.frames, _SLIDES),
    "Transposed": Kind(stamps.stamped, stamps.drawn, stamps.frames, "input element and output channel"),
}
"""The kinds of problems that have an animation."""


def animation(problem: Problem, output: Tensor, style: Style) -> str:
    """An SVG that plays by itself: how each element of the output came to be.

    `output` is the engine's (N, O, *o). Of a batch the first item is shown, and of the output's channels as many as
    there is time for. Raises UsageError for an operation that has no such picture, FitError for one too large for it.
    """
    kind = KINDS.get(type(problem).__name__)
    if kind is None:
        raise _without_picture(problem)
    if problem.spec.rank > 2:
        raise _without_plane(problem)
    each = kind.frames(problem.spec)
    turns = Turns(max(1, min(problem.spec.channels_out, PLANES, FRAMES // each)), each)
    _check_size(problem, kind, turns)
    writer = Writer(problem, style)
    scene = kind.scene(trace_of(problem), turns, writer, output)
    _check_width(scene)
    telling = telling_of(problem)
    notes: Document = (
        Paragraph((text(scene.legend, role=Role.NOTE), *_shown(problem, turns, writer))),
        *differences(scene.steps, output, writer, telling.exactly),
    )
    numbers = [Paragraph(lines) for lines in (*scene.frames, (_standing(scene),))]
    below = (*notes, *rounding((*notes, *numbers), style))
    return staged(scene, telling.summary(writer), below, _said(scene, kind, turns, writer))


def _check_size(problem: Any, kind: Kind, turns: Turns) -> None:
    """Raise FitError for what would be too long, too large to draw, or too much to work out."""
    spec = problem.spec
    frames = turns.whole.stop
    for count, most, what in (
        (frames, FRAMES, f"frames, one for each {kind.one_for_each}"),
        (kind.cells(spec, turns), CELLS, "cells to draw"),
        (frames * spec.per_element, WORK, "products"),
    ):
        if count > most:
            raise FitError(
                f"the {spec.noun} is too large for an animation",
                given=f"{count:,} {what}",
                expected=f"at most {most:,}",
                fix="animate a smaller input, with the same settings; or write --explain -f svg, which stands still",
            )


def _check_width(scene: Scene) -> None:
    """Raise FitError for numbers that are too wide for a cell."""
    widest = max((len(span.text) for span in _standing(scene)), default=0)
    if widest > WIDEST:
        raise FitError(
            "the numbers are too wide for the cells of an animation",
            given=f"a number of {widest:,} characters",
            expected=f"at most {WIDEST}",
            fix="lower the precision, leave out --fractions, or use smaller numbers",
        )


def _standing(scene: Scene) -> Line:
    """Every number that stands in a cell at some time."""
    standing = [cell.span for plane in scene.planes for row in plane.rows for cell in row]
    return tuple(span for span in (*standing, *(w.span for plane in scene.planes for w in plane.written)) if span)


def _shown(problem: Any, turns: Turns, writer: Writer[Any]) -> list[Line]:
    """What is shown of a problem that is not shown whole."""
    spec = problem.spec
    said = []
    if spec.batch > 1:
        said.append(f"item {writer.count(0)} of {spec.batch} in the batch")
    if turns.channels < spec.channels_out:
        said.append(f"output {_channels(turns.channels, writer)} of {spec.channels_out}")
    group = getattr(spec, "group_in", 1)
    if left := left_out(group, kept(group, CHANNELS)):
        said.append(f"all input channels but {left}, which count all the same")
    return [text(f"shown: {'; '.join(said)}", role=Role.NOTE)] if said else []


def _channels(count: int, writer: Writer[Any]) -> str:
    first, last = writer.count(0), writer.count(count - 1)
    return f"channel {first}" if count == 1 else f"channels {first}..{last}"


def _said(scene: Scene, kind: Kind, turns: Turns, writer: Writer[Any]) -> str:
    """What is seen, and what comes of it, in words."""
    spec = writer.problem.spec
    size = math.prod(spec.outputs)
    columns = spec.outputs[-1]
    numbers = [writer.number(Role.OUTPUT, step.value).text for step in scene.steps]
    channels = []
    for o in range(turns.channels):
        of_it = numbers[o * size : (o + 1) * size]
        rows = [" ".join(of_it[i : i + columns]) for i in range(0, size, columns)]
        channels.append((f"channel {writer.count(o)}: " if spec.channels_out > 1 else "") + "; ".join(rows))
    frames = f"{plural(turns.whole.stop, 'frame')}, one for each {kind.one_for_each}"
    return f"An animation of {frames}. Output: {'. '.join(channels)}."


def _without_picture(problem: Problem) -> UsageError:
    return UsageError(
        "there is no animation of a gradient",
        given=f"{problem.op}",
        expected="a convolution, a transposed convolution or a pooling",
        fix="write --explain -f svg; the gradient of an input is the transposed convolution of dy, which is animated",
    )


def _without_plane(problem: Problem) -> UsageError:
    return UsageError(
        "an animation shows planes, and there are too many in 3-D",
        given=f"{problem.op}: input of shape {shape_text(problem.given['input'])}",
        expected="an operation in 1-D or 2-D",
        fix="animate one slice in 2-D, or write --explain -f svg",
    )
