"""Lines of spans as SVG text that can be selected, each character in its column whatever the font."""

import re
from collections.abc import Iterable, Iterator, Sequence

from convcli.document import Line, Span
from convcli.render.drawing.shapes import Shape, inert, shape
from convcli.render.drawing.theme import COLUMN, LINE, look

BASELINE = 14
"""From the top of a line to where its letters stand."""

_LEFT, _RIGHT, _RULE = "⎡⎢⎣", "⎤⎥⎦", "─"
_RUNS = re.compile(rf"{_RULE}+|[{_LEFT}{_RIGHT}]|[!-~]+(?: [!-~]+)*| +|.")


def written(lines: Sequence[Line], x: int, y: int) -> list[Shape]:
    """The lines from the top left corner down. Brackets and rules are drawn, as fonts leave gaps in them; their
    characters stay, unseen, for who copies the text."""
    drawn = [
        shape("text", *_spans(line, x), y=y + number * LINE + BASELINE) for number, line in enumerate(lines) if line
    ]
    for stroke, drawn_as in ((_brackets, "line"), (_rules, "line note")):
        path = "".join(part for number, line in enumerate(lines) for part in stroke(line, x, y + number * LINE))
        drawn += [shape("path", d=path, look=drawn_as)] if path else []
    return drawn


def running(lines: Sequence[Line], x: int, y: int) -> list[Shape]:
    """The same for text that runs on in lines, and has no columns: shorter, and as wide as it would be."""
    return [
        shape("text", *_run(line), x=x, y=y + number * LINE + BASELINE, text_length=width_of([line]))
        for number, line in enumerate(lines)
        if line
    ]


def _run(line: Line) -> Iterator[Shape | str]:
    for span in line:
        yield shape("tspan", span.text, look=look(span.role)) if look(span.role) else span.text


def width_of(lines: Iterable[Line]) -> int:
    """The width of the widest line."""
    return max((sum(len(inert(span.text)) for span in line) for line in lines), default=0) * COLUMN


def _pieces(line: Line) -> Iterator[tuple[Span, str, int]]:
    """The pieces of a line that are placed by themselves, and their first columns.

    In a run of ASCII every character is as wide as a column, once the run as a whole has its width; other signs may
    come from another font, so that each is placed; of several spaces some viewers draw one.
    """
    column = 0
    for span in line:
        for piece in _RUNS.findall(inert(span.text)):
            yield span, piece, column
            column += len(piece)


def _spans(line: Line, x: int) -> Iterator[Shape | str]:
    for span, piece, column in _pieces(line):
        if not piece.strip():
            yield piece
            continue
        length = len(piece) * COLUMN if len(piece) > 1 else None
        unseen = "ghost" if piece[0] in _LEFT + _RIGHT + _RULE else look(span.role)
        yield shape("tspan", piece, x=x + column * COLUMN, text_length=length, look=unseen)


def _rules(line: Line, x: int, y: int) -> Iterator[str]:
    for _, piece, column in _pieces(line):
        if piece[0] == _RULE:
            yield f"M{x + column * COLUMN} {y + 5.5}h{len(piece) * COLUMN}"


def _brackets(line: Line, x: int, y: int) -> Iterator[str]:
    for _, piece, column in _pieces(line):
        if piece in _LEFT + _RIGHT:
            yield _bracket(piece, x + column * COLUMN + (3 if piece in _LEFT else 5), y)


def _bracket(piece: str, at: int, y: int) -> str:
    """One row of a bracket, whose first and last rows turn inwards."""
    inwards = 4 if piece in _LEFT else -4
    row = (_LEFT if piece in _LEFT else _RIGHT).index(piece)
    if row == 0:
        return f"M{at + inwards} {y + 1.5}h{-inwards}V{y + LINE}"
    return f"M{at} {y}v{LINE}" if row == 1 else f"M{at} {y}V{y + LINE - 1.5}h{inwards}"
