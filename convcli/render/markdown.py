"""A document as Markdown for code hosts: prose as prose, grids in code blocks where they stay aligned, steps folded.

It reads well as it is, too: a character is escaped only where Markdown would take it for something else.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from textwrap import dedent

from convcli.document import Block, Document, Heading, Line, Paragraph, Role, Working
from convcli.errors import plural, safe
from convcli.render.glyphs import asciified
from convcli.render.kinds import Kind, kind_of
from convcli.render.layout import lay_out

WIDTH = 100
"""Characters to a line of code: about what a code host shows without a scroll bar."""

FEW = 4
"""Equations and lines of working that are shown; more are folded."""


def markdown(document: Document, *, ascii: bool = False) -> str:  # noqa: A002 - the option's own name
    r"""GitHub's Markdown; signs outside ASCII replaced if asked.

    >>> from convcli.document import Heading, Paragraph, Role, Span
    >>> print(markdown((Heading(1, (Span(Role.TEXT, "max_pool2d of *two*"),)),)), end="")
    # max_pool2d of \*two\*
    """
    pieces: list[str] = []
    for kind, blocks in groupby(asciified(document) if ascii else document, key=kind_of):
        pieces += _piece(kind, list(blocks), ascii)
    return "\n\n".join(pieces) + "\n" if pieces else ""


def _piece(kind: Kind, blocks: Sequence[Block], in_ascii: bool) -> Iterator[str]:
    if kind is Kind.HEADING:
        for block in blocks:
            assert isinstance(block, Heading)
            yield f"{'#' * block.level} {_prose(block.line)}"
    elif kind is Kind.PROSE:
        yield from (_at_start(_prose(line)) for line in _lines(blocks))
    elif kind is Kind.LIST:
        paragraphs = (block for block in blocks if isinstance(block, Paragraph))
        yield "\n".join(_item(line, block.hang) for block in paragraphs for line in block.lines)
    elif kind is Kind.STEPS and (summary := _folded(blocks)):
        yield f"<details>\n<summary>{summary}</summary>"
        yield _code(blocks, in_ascii)
        yield "</details>"
    else:
        yield _code(blocks, in_ascii)


def _lines(blocks: Iterable[Block]) -> Iterator[Line]:
    """The lines of paragraphs, and the labels of equations."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from block.lines
        elif isinstance(block, Working):
            yield from (equation.label for equation in block.equations)


def _folded(blocks: Sequence[Block]) -> str:
    """What is written in place of steps that are folded; empty if they are few, or one that was asked for."""
    headed = [block.line for block in blocks if isinstance(block, Heading)]
    lines = list(_lines(blocks))
    if len(lines) <= FEW or len(headed) == 1:
        return ""
    named = [line[0].text.strip() for line in headed or lines if line and line[0].role is not Role.NOTE]
    names = [name for name in named if name]
    between = " to ".join(dict.fromkeys([*names[:1], *names[-1:]]))
    count = plural(len(names) or len(lines), "step")
    return escape(_safe(f"{count}, {between}" if between else count))


def _code(blocks: Sequence[Block], in_ascii: bool) -> str:
    """Blocks as the terminal has them, in a code block, whose fence is longer than any row of backticks in it."""
    laid = ("".join(span.text for span in line) for line in lay_out(tuple(blocks), WIDTH, ascii=in_ascii))
    text = _safe(dedent("\n".join(laid)).strip("\n"), keep="\n")
    fence = _ticks(text, 3)
    return f"{fence}text\n{text}\n{fence}"


def _item(line: Line, hang: int) -> str:
    """A name and what is said about it, as an item of a list; further in where the name is."""
    name = "".join(span.text for span in line[:hang])
    inner = " " * (len(name) - len(name.lstrip()))
    said = _prose(line[hang:])
    return f"{inner}- **{_prose(line[:hang])}**{said and ' ' + said}"


def _prose(line: Line) -> str:
    """The text of a line, which nothing in it makes a link, an emphasis, a mention or HTML.

    Words that a host reads on its own account are written as code.
    """
    text = _safe(" ".join("".join(span.text for span in line).split()))
    return " ".join(map(_inert, text.split(" ")))


def _inert(word: str) -> str:
    if re.search(r"@\w|#\d|\w://|www\.|:[\w+-]+:", word):
        ticks = _ticks(word, 1)
        space = " " if "`" in word else ""
        return f"{ticks}{space}{word}{space}{ticks}"
    return _SPECIAL.sub(r"\\\g<0>", word)


_SPECIAL = re.compile(
    r"""[\\`*~$#]
      | (?<![^\W_])_ | _(?![^\W_])     # not within a word
      | ](?=[(:\[])                    # which would end the text of a link
      | <(?=[A-Za-z/!?])               # which would begin a tag
      | &(?=[#A-Za-z])                 # or an entity""",
    re.VERBOSE,
)


def _at_start(text: str) -> str:
    """Text that may stand at the start of a line: no list, quotation, table or rule.

    >>> _at_start("1. one"), _at_start("- two"), _at_start("1.5"), _at_start("> 3")
    ('1\\\\. one', '\\\\- two', '1.5', '\\\\> 3')
    """
    return re.sub(r"^(\d*)([-+=>|:]|(?<=\d)[.)](?=\s|$))", r"\1\\\2", text)


def _ticks(text: str, least: int) -> str:
    longest = max(map(len, re.findall("`+", text)), default=0)
    return "`" * max(least, longest + 1)


def _safe(text: str, keep: str = "") -> str:
    return safe(text, keep=keep, limit=len(text))
