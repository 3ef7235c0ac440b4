"""Grids as blocks of lines: columns aligned on the right or on the point, brackets, captions, folding by columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from convcli.document import Grid, Line, Role, Span
from convcli.render.glyphs import Glyphs

GAP = 3
"""Spaces between two grids with no sign between them."""


@dataclass(frozen=True, slots=True)
class Box:
    """Lines of equal width; `base` is the line that stands beside signs, which are boxes of one line themselves."""

    lines: tuple[Line, ...]
    base: int = 0
    is_grid: bool = False

    @property
    def width(self) -> int:
        """Its width in characters."""
        return length(self.lines[0])


def length(line: Line) -> int:
    """The width of a line in characters."""
    return sum(len(span.text) for span in line)


def padded(line: Line, width: int) -> Line:
    """A line filled up with spaces."""
    room = width - length(line)
    return (*line, Span(Role.TEXT, " " * room)) if room > 0 else line


def on_one_line(grid: Grid) -> Line:
    """[1 5; 2 6]"""
    spans: list[Span] = [Span(Role.TEXT, "[")]
    for i, row in enumerate(grid.rows):
        spans += [Span(Role.TEXT, "; ")] if i else []
        for j, cell in enumerate(row):
            spans += [Span(Role.TEXT, ", " if grid.commas else " "), cell] if j else [cell]
    return (*spans, Span(Role.TEXT, "]"))


def boxes(grid: Grid, width: int, glyphs: Glyphs) -> list[Box]:
    """The grid as one box, or as several of whole columns where it is wider than `width`."""
    columns = [_aligned(column) for column in zip(*grid.rows, strict=True)]
    gap = 2 if grid.commas else 1
    runs = stretches([length(column[0]) for column in columns], width - 2, gap)
    names = grid.columns or tuple(map(str, range(len(columns))))
    made = []
    for start, stop in runs:
        caption = grid.caption
        if len(runs) > 1:
            which = columns_named(names[start:stop], glyphs.dots)
            caption = f"{caption}, {which}" if caption else which
        made.append(_box(columns[start:stop], caption, gap, glyphs))
    return made


def columns_named(names: Sequence[str], dots: str = "…") -> str:
    """The columns of a stretch, in words; `…` stands for those left out.

    >>> columns_named("345"), columns_named("3"), columns_named("34…9"), columns_named("…9")
    ('columns 3..5', 'column 3', 'columns 3..4 … 9', 'columns … 9')
    """
    runs: list[list[str]] = [[]]
    for name in names:
        if name == "…":
            runs.append([])
        else:
            runs[-1].append(name)
    shown = ["..".join(run if len(run) < 2 else [run[0], run[-1]]) for run in runs]
    return f"{'column' if len(names) == 1 else 'columns'} {f' {dots} '.join(shown).strip()}"


def stretches(widths: Sequence[int], room: int, gap: int) -> list[tuple[int, int]]:
    """Stretches of columns that fit into `room`; at least one column each.

    >>> stretches([3, 3, 3], 7, gap=1)
    [(0, 2), (2, 3)]
    """
    runs = []
    start, used = 0, 0
    for column, width in enumerate(widths):
        if column > start and used + gap + width > room:
            runs.append((start, column))
            start, used = column, 0
        used += width + (gap if column > start else 0)
    return [*runs, (start, len(widths))]


def _box(columns: Sequence[Sequence[Line]], caption: str, gap: int, glyphs: Glyphs) -> Box:
    rows = len(columns[0])
    lines = []
    for i in range(rows):
        left, right = glyphs.pair(i, rows)
        spans: list[Span] = [Span(Role.TEXT, left)]
        for j, column in enumerate(columns):
            spans += [Span(Role.TEXT, " " * gap), *column[i]] if j else column[i]
        lines.append((*spans, Span(Role.TEXT, right)))
    base = (rows - 1) // 2
    if caption:
        lines.insert(0, (Span(Role.NOTE, caption),))
        base += 1
    wide = max(map(length, lines))
    return Box(tuple(padded(line, wide) for line in lines), base, is_grid=True)


def _aligned(column: Sequence[Span]) -> list[Line]:
    """The cells of a column, filled up so that they end, or have their point, in one place."""
    tails = tails_of([cell.text for cell in column])
    width = max(len(cell.text) + tail for cell, tail in zip(column, tails, strict=True))
    made: list[Line] = []
    for cell, tail in zip(column, tails, strict=True):
        lead = Span(Role.TEXT, " " * (width - len(cell.text) - tail))
        made.append((lead, cell, Span(Role.TEXT, " " * tail)) if tail else (lead, cell))
    return made


def tails_of(texts: Sequence[str]) -> list[int]:
    """The spaces after each text of a column that bring the points of decimals into one place.

    >>> tails_of(["1.25", "-3", "nan", "0.5"])
    [0, 3, 0, 1]
    """
    places = [len(text) - text.index(".") if _is_decimal(text) else 0 for text in texts]
    most = max(places)
    return [most - own if own or _is_whole(text) else 0 for text, own in zip(texts, places, strict=True)]


def _is_decimal(text: str) -> bool:
    return "." in text and "e" not in text and text[-1] != "."


def _is_whole(text: str) -> bool:
    """Whether a cell without a point ends before it: digits, a dot for nothing, an ellipsis."""
    return (text[-1] != "." and not any(c in text for c in "e/ain")) or text == "."


def between(left: Box, right: Box) -> int:
    """Spaces between two boxes side by side."""
    return GAP if left.is_grid and right.is_grid else 1


def room_for(boxes: Sequence[Box]) -> int:
    """The width of boxes side by side."""
    return sum(box.width for box in boxes) + sum(between(*pair) for pair in pairwise(boxes))


def beside(boxes: Sequence[Box]) -> tuple[Line, ...]:
    """Boxes next to each other, their bases in one line."""
    above = max(box.base for box in boxes)
    below = max(len(box.lines) - box.base for box in boxes)
    lines = []
    for number in range(above + below):
        spans: list[Span] = []
        for i, box in enumerate(boxes):
            at = number - above + box.base
            if i:
                spans.append(Span(Role.TEXT, " " * between(boxes[i - 1], box)))
            spans += box.lines[at] if 0 <= at < len(box.lines) else (Span(Role.TEXT, " " * box.width),)
        lines.append(tuple(spans))
    return tuple(lines)
