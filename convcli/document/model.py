"""What a document is made of: text by role, grids of numbers, equations of grids. Nothing here knows a width."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto


class Role(Enum):
    """What a piece of text is; how it looks is the renderers' business, and the same in all of them."""

    TEXT = auto()
    HEADING = auto()
    INPUT = auto()
    PADDING = auto()
    KERNEL = auto()
    PRODUCT = auto()
    SUM = auto()
    BIAS = auto()
    OUTPUT = auto()
    NOTE = auto()


@dataclass(frozen=True, slots=True)
class Span:
    """Text of one role. `rounded` says that it is a number shown to fewer digits than it has."""

    role: Role
    text: str
    rounded: bool = False


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of numbers that stand in columns; `role` is what the grid is, `caption` what it is called."""

    role: Role
    rows: tuple[tuple[Span, ...], ...]
    caption: str = ""
    columns: tuple[str, ...] = ()
    """What each column is called when the grid is too wide and is folded; its number from 0 if not given."""
    commas: bool = False
    """Whether commas part the cells where the grid is written on one line: for cells that are expressions."""

    def called(self, caption: str) -> "Grid":
        """The same grid with a caption."""
        return replace(self, caption=caption)


Item = Grid | Line


@dataclass(frozen=True, slots=True)
class Equation:
    """Grids and the operators between them, side by side, after a label."""

    label: Line
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the document's title."""

    level: int
    line: Line


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of text, each folded by itself, its later lines indented by the width of its `hang`ing first spans."""

    lines: tuple[Line, ...]
    indent: int = 0
    hang: int = 0


@dataclass(frozen=True, slots=True)
class Working:
    """Equations under each other, their labels in one column.

    `short` ones may be written on a line each, as [1 5; 2 6] ⊙ [1 0; 0 1] = [1 0; 0 6] → 7, where all of those in the
    document fit; others are always drawn as grids.
    """

    equations: tuple[Equation, ...]
    short: bool = False
    indent: int = 2


Block = Heading | Paragraph | Working
Document = tuple[Block, ...]


def text(*parts: str | Span, role: Role = Role.TEXT) -> Line:
    """A line of spans, plain strings taking `role`."""
    return tuple(part if isinstance(part, Span) else Span(role, part) for part in parts)


def spans(document: Document) -> Iterator[Span]:
    """Every span of a document."""
    for block in document:
        if isinstance(block, Heading):
            yield from block.line
        elif isinstance(block, Paragraph):
            for line in block.lines:
                yield from line
        else:
            for equation in block.equations:
                yield from equation.label
                for item in equation.items:
                    yield from [cell for row in item.rows for cell in row] if isinstance(item, Grid) else item
