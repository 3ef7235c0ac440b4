"""A document as plain text: the terminal's layout without its colours."""

from convcli.document import Document
from convcli.render.layout import lay_out


def plain_text(document: Document, width: int = 80, *, ascii: bool = False) -> str:  # noqa: A002 - the option's own name
    """The text, folded at `width`; signs outside ASCII replaced if asked."""
    lines = ("".join(span.text for span in line) for line in lay_out(document, width, ascii=ascii))
    return "".join(line + "\n" for line in lines)
