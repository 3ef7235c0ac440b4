"""Lines and settings as Rich's text, which takes nothing in them for markup."""

from collections.abc import Iterable
from dataclasses import replace

from rich.text import Text

from convcli.document import Line, Span
from convcli.errors import safe
from convcli.render.glyphs import in_ascii
from convcli.render.roles import LOOKS
from convcli.workbench.story import BETWEEN, Setting


def drawn(lines: Iterable[Line], *, ascii: bool, wrapped: bool = False) -> Text:  # noqa: A002 - the option's own name
    """Lines in the colours of their roles."""
    spans = (tuple(map(_in_ascii, line)) if ascii else line for line in lines)
    texts = (Text.assemble(*((span.text, LOOKS[span.role].terminal) for span in line)) for line in spans)
    return Text("\n", no_wrap=not wrapped).join(texts)


def _in_ascii(span: Span) -> Span:
    """A span in ASCII, whatever a file is called."""
    return replace(in_ascii(span), text=in_ascii(span).text.encode("ascii", "backslashreplace").decode())


def drawn_settings(rows: Iterable[list[Setting]]) -> Text:
    """The settings, each with its key, to be clicked on."""
    lines = []
    for row in rows:
        parts = [Text.assemble((key, "bold underline"), f" {name} ", (safe(now), "bold")) for key, name, now in row]
        for part, (_, name, _) in zip(parts, row, strict=True):
            part.apply_meta({"@click": f"app.ask('{name}')"})
        lines.append(Text(BETWEEN).join(parts))
    return Text("\n", no_wrap=True).join(lines)
