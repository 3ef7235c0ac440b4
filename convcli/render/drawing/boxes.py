"""Where the planes of a scene stand, in pixels: columns side by side, each centred, slots under their captions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from convcli.document import Span
from convcli.render.drawing.scene import Plane, Scene, Slot
from convcli.render.drawing.theme import COLUMN

SIDE = 40
"""The height of a cell, and its least width."""

LETTER, SMALL = 9.7, 6.7
"""The width of a character in a cell, and of one in its corner."""

CAPTION = 20
"""From the top of a caption to the plane under it."""

BETWEEN = 48
"""From one column of planes to the next."""

APART = 16
"""From one plane to the caption below it."""


@dataclass(frozen=True, slots=True)
class Box:
    """A slot in its place: left edge and top of its cells, and how wide a cell is."""

    slot: Slot
    x: int
    y: int
    cell: int

    @property
    def right(self) -> int:
        """Where it ends."""
        return self.x + max(len(self.slot[0].rows[0]) * self.cell, *(len(p.caption) * COLUMN for p in self.slot), 0)

    @property
    def bottom(self) -> int:
        """Where it ends."""
        return self.y + len(self.slot[0].rows) * SIDE


def placed(scene: Scene) -> list[list[Box]]:
    """The boxes of each column, the top left corner at (0, 0). All columns but the last go together row by row."""
    *first, last = scene.columns
    rows = [max(map(_height, slots)) for slots in zip(*first, strict=True)]
    height, own = _stacked(rows), _stacked(map(_height, last))
    beside = 0 if scene.beneath else max(0, own - height) // 2
    boxes, x = [], 0
    for column in first:
        boxes.append(_column(column, rows, x, beside))
        x = max(box.right for box in boxes[-1]) + BETWEEN
    left, top = (0, height + APART) if scene.beneath else (x, max(0, height - own) // 2)
    return [*boxes, _column(last, [*map(_height, last)], left, top)]


def cell_width(column: Sequence[Slot]) -> int:
    """How wide the cells of a column are, for the widest text in any of them."""
    planes = [plane for slot in column for plane in slot]
    numbers = [_wide(span) for plane in planes for span in _numbers(plane)]
    corners = [_wide(span) for plane in planes for mark in plane.marks for *_, span in mark.cells]
    return max(SIDE, round(max(numbers, default=0) * LETTER) + 14, round(max(corners, default=0) * SMALL) + 8)


def _numbers(plane: Plane) -> list[Span | None]:
    return [*(cell.span for row in plane.rows for cell in row), *(written.span for written in plane.written)]


def _wide(span: Span | None) -> int:
    return 0 if span is None else len(span.text)


def _height(slot: Slot) -> int:
    return CAPTION + len(slot[0].rows) * SIDE


def _stacked(heights: Iterable[int]) -> int:
    """The height of slots under each other."""
    each = list(heights)
    return sum(each) + APART * (len(each) - 1)


def _column(column: Sequence[Slot], rows: Sequence[int], x: int, y: int) -> list[Box]:
    """The slots under each other, each in the middle of its row."""
    boxes, cell = [], cell_width(column)
    for slot, height in zip(column, rows, strict=True):
        boxes.append(Box(slot, x, y + (height - _height(slot)) // 2 + CAPTION, cell))
        y += height + APART
    return boxes
