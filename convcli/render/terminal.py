"""A document on a terminal, or in a picture of one. The layout is our own: Rich does nothing but style it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from convcli.render.layout import lay_out
from convcli.render.roles import LOOKS

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from convcli.document import Document

_SVG = """\
<svg class="{unique_id}" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
  <style>
    .{unique_id}-matrix {{
      font-family: ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace;
      font-size: {char_height}px;
      line-height: {line_height}px;
    }}
    .{unique_id}-title {{ font-family: sans-serif; font-size: 18px; font-weight: bold; }}
    {styles}
  </style>
  <defs>
    <clipPath id="{unique_id}-clip-terminal">
      <rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
    </clipPath>
    {lines}
  </defs>
  {chrome}
  <g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
    {backgrounds}
    <g class="{unique_id}-matrix">
    {matrix}
    </g>
  </g>
</svg>
"""
"""Rich's template without the fonts that it loads from elsewhere."""


def terminal_text(document: Document, width: int, *, ascii: bool = False) -> str:  # noqa: A002 - the option's own name
    """The document with the colours of a terminal, as ANSI escapes that every terminal knows. Nothing in it is
    taken for markup."""
    file = io.StringIO()
    _console(file, width).print(_styled(document, width, ascii=ascii), soft_wrap=True, highlight=False)
    return file.getvalue()


def svg(document: Document, width: int = 100, *, title: str = "convcalc") -> str:
    """A picture of the document on a terminal of at most `width` columns: one file, with no font or script to load."""
    text = _styled(document, width, ascii=False)
    widest = max((line.cell_len for line in text.split()), default=1)
    console = _console(io.StringIO(), widest + 1, record=True)
    console.print(text, soft_wrap=True, highlight=False)
    console.print()  # the last line's brackets reach a little below it
    return console.export_svg(title=title, code_format=_SVG, unique_id="convcalc")


def _console(file: io.StringIO, width: int, *, record: bool = False) -> Console:
    from rich.console import Console

    return Console(
        file=file, width=width, record=record, force_terminal=True, color_system="standard", legacy_windows=False,
        _environ={},
    )  # fmt: skip


def _styled(document: Document, width: int, *, ascii: bool) -> Text:  # noqa: A002 - the option's own name
    from rich.text import Text

    lines = lay_out(document, width, ascii=ascii)
    styled = (Text.assemble(*((span.text, LOOKS[span.role].terminal) for span in line)) for line in lines)
    return Text("\n").join(styled)
