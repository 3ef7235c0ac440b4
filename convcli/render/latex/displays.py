"""The workings of a document as displayed formulas, for notebooks, whose pages set mathematics and nothing else."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from convcli.document import Block, Document, Equation, Heading, Line, Role, Working
from convcli.render.kinds import Kind, kind_of
from convcli.render.latex.matrices import Part, parts
from convcli.render.latex.signs import PAD, mathematics, sentence

ROOM = 480
"""Points to a line."""

TALL = 36
"""Rows of matrices to a display, which is not broken between pages."""


@dataclass(frozen=True, slots=True)
class Row:
    """A label and what is said there, as mathematics, and how many lines that takes."""

    label: str
    said: str
    height: int = 1


def displays(document: Document) -> str:
    r"""Every working under its headings, as MathJax, KaTeX and amsmath set it; empty if there is none.

    >>> from convcli.document import Grid, Role, Span
    >>> grid = Grid(Role.OUTPUT, ((Span(Role.OUTPUT, "1"), Span(Role.OUTPUT, "2")),))
    >>> print(displays((Working((Equation((Span(Role.OUTPUT, "Y"),), (grid,)),)),)))
    $$\begin{array}{ll}
    \text{Y} & \left[\begin{array}{rr} 1 & 2 \end{array}\right]
    \end{array}$$
    """
    made: list[str] = []
    headings: list[Heading] = []
    for block in document:
        if isinstance(block, Heading) and block.level < 4:
            headings = [*(heading for heading in headings if heading.level < block.level), block]
        elif rows := list(_rows(block)):
            made += _displays([heading.line for heading in headings if heading.level > 1], rows)
            headings = []
    return "\n\n".join(made).replace(r"\convpad", r"\boxed")


def _displays(headings: Sequence[Line], rows: Sequence[Row]) -> Iterator[str]:
    """Rows under their headings, so many to a display as a page has room for."""
    start, tall = 0, 0
    for number, row in enumerate(rows):
        if number > start and tall + row.height > TALL:
            yield _display(headings, rows[start:number])
            start, tall, headings = number, 0, ()
        tall += row.height
    yield _display(headings, rows[start:])


def _display(headings: Sequence[Line], rows: Sequence[Row]) -> str:
    said = " \\\\[1ex]\n".join(f"{row.label} & {row.said}".strip() for row in rows)
    array = f"\\begin{{array}}{{ll}}\n{said}\n\\end{{array}}"
    if headings:
        titles = "".join(rf"\textbf{{{_words(line)}}} \\[1ex]" + "\n" for line in headings)
        array = f"\\begin{{array}}{{l}}\n{titles}{array}\n\\end{{array}}"
    return f"$${array}$$"


def _rows(block: Block) -> Iterator[Row]:
    """The lines of a working, whatever it is made of."""
    if kind_of(block) not in (Kind.STEPS, Kind.FIGURE):
        return
    if isinstance(block, Heading):
        yield Row("", rf"\text{{{_words(block.line)}}}")
    elif isinstance(block, Working):
        for equation in block.equations:
            yield from _equation(equation)
    else:
        for line in filter(None, block.lines):
            yield Row(_text(line[: block.hang]), _text(line[block.hang :]))


def _equation(equation: Equation) -> Iterator[Row]:
    """An equation, in several lines where it is too wide for one."""
    label, said, used, height = _text(equation.label), "", 0.0, 1
    for part in parts(equation, ROOM):
        if said and used + part.width > ROOM:
            yield Row(label, said, height)
            label, said, used, height = "", "", 0.0, 1
        said = " ".join(filter(None, (said + _joint(part) if said else "", _sign(part.sign), part.matrix)))
        used += part.width
        height = max(height, part.height)
    yield Row(label, said, height)


def _joint(part: Part) -> str:
    """What stands before a part where mathematics sets no space: words and numbers, or another matrix."""
    if _is_sign(part.sign):
        return ""
    return "~" if part.sign else r"\quad"


def _is_sign(line: Line) -> bool:
    return len(line) == 1 and line[0].role is Role.TEXT and len(line[0].text) < 3


def _sign(line: Line) -> str:
    """Signs and numbers as mathematics, which sets the space around them; words as words."""
    text = "".join(span.text for span in line)
    if re.search("[A-Za-z\N{NO-BREAK SPACE}]", text) or any(span.text[:1] == PAD for span in line):
        return _text(line)
    return mathematics(text)


def _text(line: Line) -> str:
    words = _words(line)
    return rf"\text{{{words}}}" if words else ""


def _words(line: Line) -> str:
    """Text; spaces that make columns elsewhere are one here."""
    spaced = (replace(span, text=re.sub("[ \N{NO-BREAK SPACE}]+", " ", span.text)) for span in line)
    return sentence(tuple(spaced)).strip()
