"""A scene as SVG: planes side by side, what moves over them, and the lines below."""

import zlib
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter

from convcli.document import Document, Line, Paragraph, Span
from convcli.render.drawing.boxes import BETWEEN, SIDE, Box, placed
from convcli.render.drawing.clock import Clock, Pixels
from convcli.render.drawing.lines import running, written
from convcli.render.drawing.scene import During, Mark, Plane, Ring, Scene
from convcli.render.drawing.shapes import Shape, moved, shape
from convcli.render.drawing.theme import COLUMN, LINE, MARGIN, look, on_card
from convcli.render.layout import lay_out

LEAST = 92
"""Characters for which a line of text has room at least."""

RULES = (
    ".cells{font-size:16px;text-anchor:middle}",
    ".edge{fill:none;stroke:#8c959f;shape-rendering:crispEdges}",
    ".outside{stroke-dasharray:3 3}",
    ".tint{fill:currentColor;fill-opacity:.15}",
    ".frame{fill:none;stroke:currentColor;stroke-width:3;stroke-linejoin:round}",
    ".corner{font-size:11px;text-anchor:end}",
    ".sign{font-size:20px;text-anchor:middle}",
)


def staged(scene: Scene, title: Line, notes: Document, said: str) -> str:
    """The whole SVG: the title, the planes, what is said in each frame, and the notes."""
    columns = placed(scene)
    boxes = [box for column in columns for box in column]
    width, height = max(box.right for box in boxes), max(box.bottom for box in boxes)
    room = max(width // COLUMN, LEAST)
    head = lay_out((Paragraph((title,)),), room)
    frames = [lay_out((Paragraph(lines),), room) for lines in scene.frames]
    foot = lay_out(notes, room)
    left = MARGIN + (room * COLUMN - width) // 2 if width < room * COLUMN else MARGIN
    top = MARGIN + (len(head) + 1) * LINE
    below = top + height + LINE
    end = below + max(map(len, frames)) * LINE + LINE // 2
    clock = Clock(len(frames), f"c{zlib.crc32(repr((scene.planes, scene.paths)).encode()):08x}")
    paths = {name: _pixels(name, scene, boxes) for name in scene.paths}
    shapes = (
        *written(head, MARGIN, MARGIN),
        shape("g", *_signs(scene, columns), *_planes(boxes, clock, paths), transform=moved(left, top)),
        *(one for n, lines in enumerate(frames) for one in clock.seen(During.frame(n), *running(lines, MARGIN, below))),
        *written(foot, MARGIN, end),
    )
    durings = [*map(During.frame, range(len(frames))), *(during for plane in scene.planes for during in plane.durings)]
    rules = (*(f".convcalc {rule}" for rule in RULES), *clock.rules(durings, paths))
    return on_card(
        "".join(span.text for span in title), said, shapes,
        width=max(width, room * COLUMN), height=end + len(foot) * LINE - MARGIN, rules=rules, name=clock.name,
    )  # fmt: skip


def _pixels(path: str, scene: Scene, boxes: list[Box]) -> Pixels:
    """A path in pixels: of the cells of the planes that it leads over, which are all as wide."""
    widths = (box.cell for box in boxes for plane in box.slot for mark in plane.marks if mark.path == path)
    cell = next(widths)
    return [(column * cell, row * SIDE) for row, column in scene.paths[path]]


def _signs(scene: Scene, columns: list[list[Box]]) -> Iterator[Shape]:
    """The signs between the columns: in each row, and once before the last column, which is of all of them."""
    *first, last = columns
    for sign, left, right in zip(scene.signs, first, first[1:], strict=False):
        for one, other in zip(left, right, strict=True):
            yield _sign(sign, (max(box.right for box in left) + other.x) // 2, (one.y + one.bottom) // 2)
    ends = max(box.right for box in first[-1])
    edge = ends + BETWEEN if scene.beneath else last[0].x
    yield _sign(scene.signs[-1], (ends + edge) // 2, (first[0][0].y + first[0][-1].bottom) // 2)


def _sign(sign: str, x: int, y: int) -> Shape:
    return shape("text", sign, x=x, y=y + 6, look="sign")


def _planes(boxes: list[Box], clock: Clock, paths: Mapping[str, Pixels]) -> Iterator[Shape]:
    for box in boxes:
        for plane in box.slot:
            inside = (
                shape("text", plane.caption, y=-8, look="note"),
                *_edges(plane, box.cell),
                *_numbers(plane, box.cell, clock),
                *(one for ring in plane.rings for one in clock.seen(ring.during, _ring(ring, box.cell))),
                *(one for mark in plane.marks for one in clock.seen(mark.during, _mark(mark, box.cell, clock, paths))),
            )
            yield shape("g", *clock.seen(plane.during, *inside), transform=moved(box.x, box.y))


def _edges(plane: Plane, cell: int) -> Iterator[Shape]:
    """The cells' edges; of those outside dashed, and each by itself."""
    for outside, inset, drawn_as in ((False, 0, "edge"), (True, 3, "edge outside")):
        edges = "".join(
            _cell(i, j, cell, inset)
            for i, row in enumerate(plane.rows)
            for j, one in enumerate(row)
            if one.outside is outside
        )
        if edges:
            yield shape("path", d=edges, look=drawn_as)


def _cell(row: int, column: int, cell: int, inset: int = 0) -> str:
    """A cell as a path, so much smaller on each side."""
    wide, high = cell - 2 * inset, SIDE - 2 * inset
    return f"M{column * cell + inset} {row * SIDE + inset}h{wide}v{high}h{-wide}z"


def _numbers(plane: Plane, cell: int, clock: Clock) -> Iterator[Shape]:
    """What stands in the cells, and what comes to stand there."""
    standing = (
        _number(i, j, one.span, cell)
        for i, row in enumerate(plane.rows)
        for j, one in enumerate(row)
        if one.span is not None
    )
    coming = ((new.during, _number(new.row, new.column, new.span, cell, corner=new.corner)) for new in plane.written)
    together = groupby(sorted(coming, key=itemgetter(0)), key=itemgetter(0))
    seen = (one for during, some in together for one in clock.seen(during, *(number for _, number in some)))
    yield shape("g", *standing, *seen, look="cells")


def _number(row: int, column: int, span: Span, cell: int, *, corner: bool = False) -> Shape:
    if corner:
        where = {"x": (column + 1) * cell - 4, "y": row * SIDE + 36}
        return shape("text", span.text, **where, look=f"corner {look(span.role)}")
    return shape("text", span.text, x=column * cell + cell // 2, y=row * SIDE + 25, look=look(span.role))


def _ring(ring: Ring, cell: int) -> Shape:
    x, y = ring.column * cell + 5, ring.row * SIDE + 5
    return shape("rect", x=x, y=y, width=cell - 10, height=SIDE - 10, rx=15, look="frame output")


def _mark(mark: Mark, cell: int, clock: Clock, paths: Mapping[str, Pixels]) -> Shape:
    """A frame with its cells tinted, each with its number in the corner."""
    tint = "".join(_cell(i, j, cell) for i, j, _ in mark.cells)
    corners = (_number(i, j, span, cell, corner=True) for i, j, span in mark.cells if span is not None)
    frame = shape("rect", width=mark.columns * cell, height=mark.rows * SIDE, rx=2, look="frame")
    shapes = (*([shape("path", d=tint, look="tint")] if tint else []), frame, *corners)
    return shape("g", clock.moving(mark.path, paths[mark.path], *shapes), look=look(mark.role))
