"""A document as a piece of a page, for notebooks: escaped, its styles inline, legible on white and on black."""

from html import escape
from itertools import groupby

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
    for role, spans in groupby(line, key=lambda span: span.role):
        text = escape("".join(span.text for span in spans))
        pieces.append(text if role is Role.TEXT or text.isspace() else f'<span style="{LOOKS[role].css}">{text}</span>')
    return "".join(pieces)
