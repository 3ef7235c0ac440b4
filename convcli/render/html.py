"""A document as a piece of a page, for notebooks: escaped, its styles inline, legible on white and on black."""

from html import escape

from convcli.document import Document, Line, Role
from convcli.render.layout import lay_out
from convcli.render.roles import LOOKS

_FONTS = "ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace"
_PRE = f"font-family:{_FONTS};line-height:1.3;white-space:pre;overflow-x:auto"


def html_fragment(document: Document, width: int = 100) -> str:
    """The terminal's layout in a `pre`, with a `span` for each role."""
    lines = "\n".join(map(_line, lay_out(document, width)))
    return f'<pre class="convcalc" style="{_PRE}">{lines}</pre>'


def _line(line: Line) -> str:
    pieces = []
    for span in line:
        text = escape(span.text)
        pieces.append(text if span.role is Role.TEXT else f'<span style="{LOOKS[span.role].css}">{text}</span>')
    return "".join(pieces)
