"""The signs that text is drawn with, and what stands for them where only ASCII can be shown."""

from dataclasses import dataclass, replace

from convcli.document import Block, Document, Equation, Grid, Heading, Line, Paragraph, Role, Span

_ASCII = str.maketrans(
    {
        "⊙": ".*",
        "·": "*",
        "→": "->",
        "∗": "*",
        "ᵀ": "T",
        "░": "~",
        "…": "...",
        "×": "x",
        "─": "-",
        "\N{NO-BREAK SPACE}": " ",
    }
)
_NOTHING = str.maketrans({"·": "."})  # a cell, not a sign between numbers


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Brackets around a grid, by row: the only one, first, middle, last; the rule under a heading; the ellipsis."""

    left: str
    right: str
    rule: str
    dots: str

    def pair(self, row: int, rows: int) -> tuple[str, str]:
        """The brackets of one row.

        >>> UNICODE.pair(0, 2), UNICODE.pair(0, 1)
        (('⎡', '⎤'), ('[', ']'))
        """
        at = 0 if rows == 1 else 1 if row == 0 else 3 if row == rows - 1 else 2
        return self.left[at], self.right[at]


UNICODE = Glyphs("[⎡⎢⎣", "]⎤⎥⎦", "─", "…")
ASCII = Glyphs("[[[[", "]]]]", "-", "...")


def asciified(document: Document) -> Document:
    """The same document in ASCII, before it is laid out, since some signs grow longer."""
    return tuple(_block(block) for block in document)


def _block(block: Block) -> Block:
    if isinstance(block, Heading):
        return replace(block, line=_line(block.line))
    if isinstance(block, Paragraph):
        return replace(block, lines=tuple(map(_line, block.lines)))
    return replace(block, equations=tuple(map(_equation, block.equations)))


def _equation(equation: Equation) -> Equation:
    items = tuple(_grid(item) if isinstance(item, Grid) else _line(item) for item in equation.items)
    return Equation(_line(equation.label), items)


def _grid(grid: Grid) -> Grid:
    return replace(grid, rows=tuple(map(_line, grid.rows)), caption=grid.caption.translate(_ASCII))


def _line(line: Line) -> Line:
    return tuple(map(in_ascii, line))


def in_ascii(span: Span) -> Span:
    """The same span in ASCII."""
    table = _NOTHING if span.role is Role.PADDING and span.text.strip() == "·" else _ASCII
    return replace(span, text=span.text.translate(table))
