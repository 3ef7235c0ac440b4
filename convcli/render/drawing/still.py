"""A document as a still picture: the layout of a terminal on a card, without the terminal."""

from convcli.document import Document, Heading, Line
from convcli.render.drawing.lines import width_of, written
from convcli.render.drawing.theme import LINE, MARGIN, on_card
from convcli.render.layout import lay_out


def picture(document: Document, width: int = 100) -> str:
    """An SVG of the document in lines of at most `width` characters.

    >>> from convcli.document import Role, Span
    >>> svg = picture((Heading(4, (Span(Role.OUTPUT, "42"),)),))
    >>> '<tspan x="36" textLength="16" class="output">42</tspan>' in svg
    True
    """
    lines = lay_out(document, width)
    first, *others = [_said(block.line) for block in document if isinstance(block, Heading)] or ["convcalc"]
    said = f"Text in columns: {'; '.join(others)}." if others else "Text in columns."
    shapes = tuple(written(lines, MARGIN, MARGIN))
    return on_card(first, said, shapes, width=width_of(lines), height=len(lines) * LINE)


def _said(line: Line) -> str:
    return "".join(span.text for span in line)
