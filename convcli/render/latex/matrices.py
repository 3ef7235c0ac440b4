"""Grids as matrices: columns end on the right or have their points in one place, and are no wider than the page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from convcli.document import Equation, Grid, Line, Span
from convcli.render.grids import columns_named, stretches, tails_of
from convcli.render.latex.signs import PAD, mathematics, pad, prose

_DOTS = "…"
_LONG = 100  # characters to a line of the source
_EDGE = 6  # points on both sides of a column
_BRACKETS = 12  # points for those of a matrix
_SPACE = 8  # points around a sign
_WIDTHS = {".": 2.8, "-": 7.8, "+": 7.8, "·": 5.0, PAD: 3.0} | dict.fromkeys("0123456789/", 5.0)


@dataclass(frozen=True, slots=True)
class Part:
    """What stays together in an equation: a sign and the matrix after it, or one of the two."""

    sign: Line = ()
    matrix: str = ""
    width: float = 0.0
    """About how wide it is, in points."""
    height: int = 1
    """How many rows the matrix has."""


def parts(equation: Equation, room: float) -> Iterator[Part]:
    """An equation in parts; a matrix wider than `room`, in points, in several stretches of columns."""
    sign: Line = ()
    for item in equation.items:
        if not isinstance(item, Grid):
            if sign:
                yield _lone(sign)
            sign = item
            continue
        for part in _matrices(item, room):
            yield replace(part, sign=sign, width=part.width + _lone(sign).width)
            sign = ()
    if sign:
        yield _lone(sign)


def _lone(sign: Line) -> Part:
    return Part(sign, width=sum(width(span.text) for span in sign) + _SPACE)


def _matrices(grid: Grid, room: float) -> Iterator[Part]:
    columns = list(zip(*grid.rows, strict=True))
    widths = [round(max(width(cell.text) for cell in column)) for column in columns]
    names = grid.columns or tuple(map(str, range(len(columns))))
    runs = stretches(widths, int(room), _EDGE)
    for start, stop in runs:
        said = [grid.caption] if grid.caption else []
        if len(runs) > 1:
            said.append(columns_named(names[start:stop]))
        drawn = _matrix(columns[start:stop])
        if said:
            drawn = rf"\overset{{\textstyle\text{{{prose(', '.join(said))}}}}}{{{drawn}}}"
        wide = sum(widths[start:stop]) + _EDGE * (stop - start) + _BRACKETS
        yield Part(matrix=drawn, width=wide, height=len(grid.rows))


def width(text: str) -> float:
    """About how wide a number is, in points.

    >>> width("-10"), width("0.5")
    (17.8, 12.8)
    """
    return sum(_WIDTHS.get(sign, 6.5) for sign in text)


def _matrix(columns: Sequence[Sequence[Span]]) -> str:
    rows = [" & ".join(row) for row in zip(*_written(columns), strict=True)]
    opening, closing = rf"\left[\begin{{array}}{{{'r' * len(columns)}}}", r"\end{array}\right]"
    if sum(map(len, rows)) <= _LONG:
        return " ".join((opening, r" \\ ".join(rows), closing))
    return "\n    ".join((opening, *(rf"{row} \\" for row in rows[:-1]), rows[-1], closing))


def _written(columns: Sequence[Sequence[Span]]) -> Iterator[list[str]]:
    """The cells column by column, with dots in the direction in which something is left out."""
    skipped = [_left_out(row) for row in zip(*columns, strict=True)]
    for column in columns:
        texts = [cell.text for cell in column]
        others = [r"\ddots" if _left_out(column) and row else r"\vdots" if row else r"\cdots" for row in skipped]
        yield [
            dots if text == _DOTS else _cell(text, tail)
            for text, tail, dots in zip(texts, tails_of(texts), others, strict=True)
        ]


def _left_out(cells: Sequence[Span]) -> bool:
    """Whether a row or column stands for others."""
    return all(cell.text == _DOTS for cell in cells)


def _cell(text: str, tail: int) -> str:
    """A number, and after it what does not show: the places that others of its column have."""
    shown = pad(text[1:]) if text[:1] == PAD else mathematics(text)
    places = "0" * tail if "." in text else "." + "0" * (tail - 1)
    return rf"{shown}\phantom{{{places}}}" if tail else shown
