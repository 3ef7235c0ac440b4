"""A document as lines of spans for a width: what plain text, terminal, page and picture have in common."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from convcli.document import Document, Equation, Grid, Heading, Line, Paragraph, Role, Span, Working
from convcli.render.glyphs import ASCII, UNICODE, Glyphs, asciified
from convcli.render.grids import Box, beside, boxes, length, on_one_line, padded, room_for

_CONTINUED = 4  # further lines of a folded line are indented by this much more
_GAP = 2  # spaces between a label and what it labels

Lines = list[Line]


def lay_out(document: Document, width: int, *, ascii: bool = False) -> Lines:  # noqa: A002 - the option's own name
    """Lines of at most `width` characters, unless one number alone is wider."""
    glyphs = ASCII if ascii else UNICODE
    document = asciified(document) if ascii else document
    short = _fits_on_lines(document, width)
    lines: Lines = []
    loose = False
    for number, block in enumerate(document):
        after_heading = number > 0 and isinstance(document[number - 1], Heading)
        if isinstance(block, Heading):
            made, apart, loose_after = _heading(block, width, glyphs), True, False
        elif isinstance(block, Paragraph):
            made, apart, loose_after = list(_paragraph(block, width)), block.indent == 0, block.indent == 0
        elif short and block.short:
            made, apart, loose_after = list(_short(block)), False, False
        else:
            made, apart, loose_after = list(_drawn(block, width, glyphs)), True, True
        if lines and (loose or (apart and not after_heading)):
            lines.append(())
        lines += map(_finished, made)
        loose = loose_after
    return lines


def _finished(line: Line) -> Line:
    """A line now that it is laid out: one span for each stretch of a role, ordinary spaces only, none at the end."""
    pieces = [(role, "".join(s.text for s in spans)) for role, spans in groupby(line, key=lambda span: span.role)]
    while pieces and not pieces[-1][1].strip():
        pieces.pop()
    spans = [Span(role, text.replace("\N{NO-BREAK SPACE}", " ")) for role, text in pieces if text]
    return (*spans[:-1], Span(spans[-1].role, spans[-1].text.rstrip())) if spans else ()


def _heading(heading: Heading, width: int, glyphs: Glyphs) -> Lines:
    lines = list(_folded(_as_heading(heading), width, _GAP if heading.level > 3 else 0, _CONTINUED))
    if heading.level == 2:
        rule = glyphs.rule * min(max(map(length, lines)), width)
        lines.append((Span(Role.NOTE, rule),))
    return lines


def _as_heading(heading: Heading) -> Line:
    return tuple(Span(Role.HEADING, s.text) if s.role is Role.TEXT and heading.level < 4 else s for s in heading.line)


def _paragraph(block: Paragraph, width: int) -> Iterator[Line]:
    label = max((length(line[: block.hang]) for line in block.lines), default=0) if block.hang else 0
    for line in block.lines:
        if block.hang:
            yield from _folded(
                line[block.hang :], width, block.indent + label + _GAP, 0, lead=line[: block.hang], indent=block.indent
            )
        else:
            yield from _folded(line, width, block.indent, _CONTINUED if block.indent else 0)


def _folded(line: Line, width: int, start: int, continued: int, lead: Line = (), indent: int = 0) -> Iterator[Line]:
    """A line folded at its spaces; the first line begins at column `start`, after `lead`, the others further in."""
    first = padded((Span(Role.TEXT, " " * indent), *lead), start) if lead else (Span(Role.TEXT, " " * start),)
    current, used, empty = list(first), start, True
    for space, word in _words(line):
        size = length(word)
        if not empty and used + len(space) + size > width:
            yield tuple(current)
            current, used, space = [Span(Role.TEXT, " " * (start + continued))], start + continued, ""
        joined = current[-1].role if current[-1].role is word[0].role else Role.TEXT
        current += [Span(joined, space), *word]
        used += len(space) + size
        empty = False
    yield tuple(current)


def _words(line: Line) -> Iterator[tuple[str, Line]]:
    """The words of a line, each with the space before it; a word may run over several spans."""
    space, word = "", list[Span]()
    for span in line:
        for piece in re.findall(r" +|[^ ]+", span.text):
            if piece[0] != " ":
                word.append(Span(span.role, piece))
                continue
            if word:
                yield space, tuple(word)
                space, word = "", []
            space += piece
    if word:
        yield space, tuple(word)


def _fits_on_lines(document: Document, width: int) -> bool:
    """Whether every working that may stand on one line does so within the width."""
    return all(
        length(line) <= width
        for block in document
        if isinstance(block, Working) and block.short
        for line in _short(block)
    )


def _short(block: Working) -> Iterator[Line]:
    label = _label_width(block.equations)
    for equation in block.equations:
        spans = [Span(Role.TEXT, " " * block.indent), *_label(equation, label)]
        for number, item in enumerate(equation.items):
            spans += [Span(Role.TEXT, " ")] if number else []
            spans += on_one_line(item) if isinstance(item, Grid) else item
        yield tuple(spans)


def _label_width(equations: Iterable[Equation]) -> int:
    return max((length(equation.label) for equation in equations), default=0)


def _label(equation: Equation, width: int) -> Line:
    """The label filled up, and the space after it: one before a sign, two before a grid or a number."""
    if not width:
        return ()
    first = equation.items[0]
    gap = _GAP if isinstance(first, Grid) or first[0].role is not Role.TEXT else 1
    return padded(equation.label, width + gap)


def _drawn(block: Working, width: int, glyphs: Glyphs) -> Iterator[Line]:
    """Equations as grids side by side, continued below where there is no room; a blank line between tall ones."""
    label = _label_width(block.equations)
    indent = Span(Role.TEXT, " " * block.indent)
    tall = False
    for number, equation in enumerate(block.equations):
        lead = _label(equation, label)
        blank = (Span(Role.TEXT, " " * length(lead)),)
        for part, band in enumerate(_bands(equation, width - block.indent - length(lead), glyphs)):
            lines = beside(band)
            if (number or part) and (tall or len(lines) > 1):
                yield ()
            tall = len(lines) > 1
            base = max(box.base for box in band)
            for at, line in enumerate(lines):
                yield (indent, *(lead if at == base and not part else blank), *line)


def _bands(equation: Equation, room: int, glyphs: Glyphs) -> list[list[Box]]:
    """The items side by side as far as there is room; a sign goes with what follows it."""
    bands: list[list[Box]] = [[]]
    signs: list[Box] = []
    for item in equation.items:
        if not isinstance(item, Grid):
            if signs and room_for([*signs, Box((item,))]) > room:
                bands += [signs, []]
                signs = []
            signs.append(Box((item,)))
            continue
        first, *others = boxes(item, room - room_for(signs) - bool(signs), glyphs)
        if others and len(signs) > 1:  # rather a line for the signs than a grid in stretches
            bands += [signs[:-1], []]
            signs = signs[-1:]
            first, *others = boxes(item, room - room_for(signs) - 1, glyphs)
        unit = [*signs, first]
        if others or room_for([*bands[-1], *unit]) > room:
            bands.append([])
        bands[-1] += unit
        bands += [[piece] for piece in others]
        signs = []
    if room_for([*bands[-1], *signs]) > room:
        bands.append([])
    bands[-1] += signs
    return [band for band in bands if band]
