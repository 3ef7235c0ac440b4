"""Outputs as heat maps on a terminal: colours in half blocks, or shades and signs where there are none."""

import itertools
import math
from collections.abc import Iterator, Sequence

from convcli.numbers.tensor import Tensor
from convcli.problem import Problem
from convcli.render.heat.cells import ASCII, UNICODE, half_blocks, marks, shaded
from convcli.render.heat.colors import ramp
from convcli.render.heat.legend import Legend
from convcli.render.heat.planes import GAP, TALLEST, Canvas, caption, plan, sheets, strongest
from convcli.render.heat.scale import Scale

COLORS = ("truecolor", "256", "16", "none")

_BELOW = 5  # lines below the planes: a blank one, the scale, and up to three that say what is drawn


def heat_map(
    output: Tensor,
    problem: Problem,
    width: int = 80,
    height: int | None = None,
    *,
    colors: str = "none",
    ascii: bool = False,  # noqa: A002 - the option's own name
    precision: int = 6,
    from_one: bool = False,
) -> str:
    """The output (n, o, *s) of a problem as pictures of its planes, beside each other where they fit, and their scale.

    Blue is below zero and red above it, by size; or dark to light from the least number to the largest, where none is
    on the other side of zero. Without `colors`, and in ASCII always, shades stand for size, with a minus before them
    below zero. What does not fit `width` columns and `height` lines is shrunk: each cell then shows, of so many
    elements, the one of largest magnitude, and a line says so. Planes for which there is no room are counted.
    """
    signs, in_color = (ASCII if ascii else UNICODE), colors != "none" and not ascii
    signals = problem.spec.rank == 1
    canvas = Canvas(
        width=width,
        height=max((TALLEST if height is None else height) - _BELOW, 1),
        columns=1 if in_color else 2,
        per_line=2 if in_color and not signals else 1,
        frame=0 if in_color else 2,
    )
    values = sheets(output, problem)
    *outer, rows, columns = values.shape
    count, last = math.prod(outer), tuple(length - 1 for length in outer)
    named = len(caption(last, outer, problem, int(from_one)))
    chosen = plan((rows, columns), count, named, canvas, signals=signals)
    shown = list(itertools.islice(itertools.product(*map(range, outer)), chosen.count))
    scale = Scale.of(values[at] for at in shown)
    shades = ramp(colors, diverges=scale.diverges) if in_color else None
    boxes, found = [], set[int]()
    for at in shown:
        drawn = strongest(values[at], chosen.by)
        positions, marked = scale.positions(drawn), marks(drawn)
        found.update(marked.ravel().tolist())
        if shades is None:
            lines = shaded(positions, marked, signs)
        else:
            levels = shades.levels(positions, diverges=scale.diverges)
            lines = half_blocks(levels, marked, shades, signs, doubled=signals)
        boxes.append([caption(at, outer, problem, int(from_one)), *lines] if named else lines)
    wide = canvas.box((1, -(-columns // chosen.by[1])))[1]
    legend = Legend(output, scale, signs, shades, precision=precision, ascii=ascii)
    below = legend.lines(width, chosen, count, found)
    return "".join(line + "\n" for line in (*_beside(boxes, chosen.across, wide, named), "", *below))


def _beside(boxes: Sequence[Sequence[str]], across: int, wide: int, named: int) -> Iterator[str]:
    """Boxes, whose lines take `wide` columns below a caption of at most `named`, so many beside each other."""
    box = max(wide, named)
    for start in range(0, len(boxes), across):
        if start:
            yield ""
        for number, line in enumerate(zip(*boxes[start : start + across], strict=True)):
            ends = [len(part) if named and not number else wide for part in line]
            padded = [part + " " * (box - end) for part, end in zip(line, ends, strict=True)]
            yield (" " * GAP).join(padded).rstrip(" ")
