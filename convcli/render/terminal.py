"""A document on a terminal. The layout is our own: Rich does nothing but style it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from convcli.render.layout import lay_out
from convcli.render.roles import LOOKS

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from convcli.document import Document


def terminal_text(document: Document, width: int, *, ascii: bool = False) -> str:  # noqa: A002 - the option's own name
    """The document with the colours of a terminal, as ANSI escapes that every terminal knows. Nothing in it is
    taken for markup."""
    file = io.StringIO()
    _console(file, width).print(_styled(document, width, ascii=ascii), soft_wrap=True, highlight=False)
    return file.getvalue()


def _console(file: io.StringIO, width: int) -> Console:
    from rich.console import Console

    return Console(
        file=file, width=width, force_terminal=True, color_system="standard", legacy_windows=False,
        _environ={},
    )  # fmt: skip


def _styled(document: Document, width: int, *, ascii: bool) -> Text:  # noqa: A002 - the option's own name
    from rich.text import Text

    lines = lay_out(document, width, ascii=ascii)
    styled = (Text.assemble(*((span.text, LOOKS[span.role].terminal) for span in line)) for line in lines)
    return Text("\n").join(styled)
