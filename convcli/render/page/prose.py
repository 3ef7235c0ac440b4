"""What a document says, as the HTML of a page: escaped, with the role of each piece of text as its class."""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from convcli.document import Block, Document, Heading, Line, Paragraph, Role
from convcli.render.layout import lay_out


def inline(line: Line) -> str:
    """A line of text.

    >>> from convcli.document import Span
    >>> inline((Span(Role.TEXT, "a < "), Span(Role.INPUT, "b")))
    'a &lt; <span class="input">b</span>'
    """
    pieces = []
    for span in line:
        text = escape(span.text)
        pieces.append(text if span.role is Role.TEXT else f'<span class="{span.role.name.lower()}">{text}</span>')
    return "".join(pieces)


def listed(blocks: Sequence[Block]) -> str:
    """The lines of paragraphs as a list of names and what they are."""
    rows = [
        f"<div><dt>{inline(line[: block.hang])}</dt><dd>{inline(line[block.hang :])}</dd></div>"
        for block in blocks
        if isinstance(block, Paragraph)
        for line in block.lines
    ]
    return f"<dl>{''.join(rows)}</dl>" if rows else ""


def article(document: Document, title: str, width: int = 100) -> str:
    """A whole document: its headings as headings, below the title unless one of them is that, the rest laid out as on a
    terminal."""
    titles = sum(isinstance(block, Heading) and block.level == 1 for block in document)
    deeper = 1 if titles > 1 else 0
    parts = [] if titles == 1 else [f"<h1>{escape(title)}</h1>"]
    for _, group in groupby(document, key=lambda block: isinstance(block, Heading)):
        blocks = tuple(group)
        headings = [_heading(block, deeper) for block in blocks if isinstance(block, Heading)]
        parts += headings or [preformatted(lay_out(blocks, width))]
    return "\n".join(parts)


def preformatted(lines: Iterable[Line]) -> str:
    """Lines of a terminal; those wider than the page are scrolled to, by keyboard too."""
    return f'<pre tabindex="0">{chr(10).join(map(inline, lines))}</pre>'


def _heading(block: Heading, deeper: int) -> str:
    level = min(block.level + deeper, 6)
    return f"<h{level}>{inline(block.line)}</h{level}>"
