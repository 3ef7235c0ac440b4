"""Documents as lines: what fits, what is folded, what is never broken."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.document import Document, Equation, Grid, Heading, Paragraph, Role, Span, Working
from convcli.document.model import spans
from convcli.render import plain_text
from convcli.render.layout import lay_out
from tests.render.documents import DOCUMENTS


def span(text: str, role: Role = Role.TEXT) -> Span:
    return Span(role, text)


def grid(text: str, *, caption: str = "", commas: bool = False) -> Grid:
    rows = (row.split() for row in text.split(";"))
    return Grid(Role.INPUT, tuple(tuple(span(cell, Role.INPUT) for cell in row) for row in rows), caption, (), commas)


def working(*items: Grid | str, label: str = "", short: bool = False) -> Document:
    parts = tuple(item if isinstance(item, Grid) else (span(item),) for item in items)
    return (Working((Equation((span(label),) if label else (), parts),), short),)


#    what the row is about                    document, width, text
TEXTS: dict[str, tuple[Document, int, str]] = {
    "a short working on one line": (
        working(grid("1 5;2 6"), "⊙", grid("1 0;0 1"), "=", grid("1 0;0 6"), "→", "7", label="y[0]", short=True),
        80,
        "  y[0]  [1 5; 2 6] ⊙ [1 0; 0 1] = [1 0; 0 6] → 7\n",
    ),
    "which it just fits": (working(grid("1 5;2 6"), "→", "70", label="y", short=True), 20, "  y  [1 5; 2 6] → 70\n"),
    "and here by one character does not": (
        working(grid("1 5;2 6"), "→", "70", label="y", short=True), 19, "  y  ⎡1 5⎤ → 70\n     ⎣2 6⎦\n",
    ),
    "far too narrow for that": (
        working(grid("1 5;2 6"), "⊙", grid("1 0;0 1"), "=", grid("1 0;0 6"), "→", "7", label="y[0]", short=True),
        47,
        "  y[0]  ⎡1 5⎤ ⊙ ⎡1 0⎤ = ⎡1 0⎤ → 7\n        ⎣2 6⎦   ⎣0 1⎦   ⎣0 6⎦\n",
    ),
    "expressions have commas between": (
        working("=", grid("1-10 2;3 4", commas=True), label="Y", short=True), 80, "  Y = [1-10, 2; 3, 4]\n",
    ),
    "expressions in columns have room": (
        working("=", grid("1-10 2;3 4", commas=True), label="Y"), 80, "  Y = ⎡1-10  2⎤\n      ⎣   3  4⎦\n",
    ),
    "grids of unlike height": (
        working(grid("1;2;3"), "∗", grid("4 5"), "=", grid("6;7")), 80, "  ⎡1⎤\n  ⎢2⎥ ∗ [4 5] = ⎡6⎤\n  ⎣3⎦           ⎣7⎦\n",
    ),
    "captions stand above, and grids apart": (
        working(grid("1;2", caption="channel 0"), grid("3", caption="channel 1")),
        80,
        "  channel 0   channel 1\n  ⎡1⎤         [3]\n  ⎣2⎦\n",
    ),
    "a sign goes with what follows it": (
        working(grid("1 2;3 4"), "⊙", grid("5 6;7 8"), "=", grid("5 12;21 32"), "→", "70"),
        20,
        "  ⎡1 2⎤ ⊙ ⎡5 6⎤\n  ⎣3 4⎦   ⎣7 8⎦\n\n  = ⎡ 5 12⎤ → 70\n    ⎣21 32⎦\n",
    ),
    "what follows the last grid may stand alone": (
        working(grid("1 2;3 4"), "=", grid("5 12;21 32"), "→", "70"), 17, "  ⎡1 2⎤ = ⎡ 5 12⎤\n  ⎣3 4⎦   ⎣21 32⎦\n\n  → 70\n",
    ),
    "bands of one line need no blank line": (working(grid("1 2"), "+", grid("3 4"), label="y"), 12, "  y  [1 2]\n     + [3 4]\n"),
    "signs too wide for a line with what follows": (
        working("=", "1·A + 2·B", "=", grid("1 2 3")), 18, "  = 1·A + 2·B\n  = [1 2 3]\n",
    ),
    "a wide grid in stretches of columns": (
        working(grid("1 2 3 4 5 6 7 8 9 10;1 2 3 4 5 6 7 8 9 10", caption="channel 0")),
        16,
        "  channel 0, columns 0..5\n  ⎡1 2 3 4 5 6⎤\n  ⎣1 2 3 4 5 6⎦\n\n"
        "  channel 0, columns 6..9\n  ⎡7 8 9 10⎤\n  ⎣7 8 9 10⎦\n",
    ),
    "the stretches of an elided grid": (
        (Working((Equation((), (Grid(Role.SUM, ((*map(span, ("10", "20", "…", "99")),),), "", ("0", "1", "…", "8")),)),)),),
        10,
        "  columns 0..1\n  [10 20]\n\n  columns … 8\n  [… 99]\n",
    ),
    "columns end on the right": (working(grid("1 -20;300 4")), 80, "  ⎡  1 -20⎤\n  ⎣300   4⎦\n"),
    "or have their points in one place": (working(grid("1.5;-20.25;300;·;░0.5")), 80,
        "  ⎡  1.5 ⎤\n  ⎢-20.25⎥\n  ⎢300   ⎥\n  ⎢  ·   ⎥\n  ⎣ ░0.5 ⎦\n"),
    "what has no point ends on the right": (working(grid("1.25;nan;1e-07;5/3")), 80, "  ⎡ 1.25⎤\n  ⎢  nan⎥\n  ⎢1e-07⎥\n  ⎣  5/3⎦\n"),
    "labels in one column": (
        (Working((Equation((span("a"),), (grid("1 2"),)), Equation((span("long"),), (grid("3 4"),)))),),
        80,
        "  a     [1 2]\n  long  [3 4]\n",
    ),
    "text folds at spaces, further lines further in": (
        (Paragraph(((span("one two three four"),),), indent=2),), 12, "  one two\n      three\n      four\n",
    ),
    "a line that just fits is not folded": ((Paragraph(((span("one two"),),), indent=2),), 9, "  one two\n"),
    "not so at the margin": ((Paragraph(((span("one two three four"),),)),), 12, "one two\nthree four\n"),
    "names hang": (
        (Paragraph(((span("a"), span("one two")), (span("long"), span("three four"))), indent=2, hang=1),),
        12,
        "  a     one\n        two\n  long  three\n        four\n",
    ),
    "a word of several spans is not broken": (
        (Paragraph(((span("a ", Role.INPUT), span("b", Role.KERNEL), span("·c")),)),), 4, "a\nb·c\n",
    ),
    "headings": (
        tuple(Heading(level, (span(f"level {level}"),)) for level in (1, 2, 3, 4)),
        80,
        "level 1\nlevel 2\n───────\nlevel 3\n  level 4\n",
    ),
    "no-break spaces break no longer": ((Paragraph(((span("a (1,\N{NO-BREAK SPACE}2)"),),)),), 6, "a\n(1, 2)\n"),
    "nothing": ((), 80, ""),
}  # fmt: skip


@pytest.mark.parametrize(("document", "width", "text"), TEXTS.values(), ids=TEXTS)
def test_plain_text(document: Document, width: int, text: str) -> None:
    assert plain_text(document, width) == text


def test_all_short_workings_of_a_document_are_drawn_alike() -> None:
    document = (*working(grid("1;2"), short=True), *working(grid("1 2 3 4 5;6 7 8 9 10"), short=True))
    assert plain_text(document, 30) == "  [1; 2]\n  [1 2 3 4 5; 6 7 8 9 10]\n"
    assert plain_text(document, 20) == "  ⎡1⎤\n  ⎣2⎦\n\n  ⎡1 2 3 4  5⎤\n  ⎣6 7 8 9 10⎦\n"


def test_ascii_has_a_sign_for_every_sign() -> None:
    document = (
        Heading(2, (span("input (2,\N{NO-BREAK SPACE}2) ∗ kernel → output"),)),
        Paragraph(((span("░0·1 … and "), span("·", Role.PADDING)),)),
        *working(grid("░0 1;2 3", caption="…"), "⊙", grid("4")),
        Working((Equation((), (Grid(Role.PRODUCT, ((span("·", Role.PADDING), span("2·3")),)),)),)),
    )
    assert plain_text(document, 80, ascii=True) == (
        "input (2, 2) * kernel -> output\n-------------------------------\n~0*1 ... and .\n\n"
        "  ...\n  [~0 1] .* [4]\n  [ 2 3]\n\n  [. 2*3]\n"
    )  # fmt: skip


def test_ascii_captions_of_stretches() -> None:
    cells = tuple(map(span, ("10", "20", "…", "99")))
    document = (Working((Equation((), (Grid(Role.SUM, (cells,), "", ("0", "1", "…", "8")),)),)),)
    assert plain_text(document, 15, ascii=True) == "  columns 0..1 ...\n  [10 20 ...]\n\n  column 8\n  [99]\n"


def squeezed(text: str) -> str:
    """Text without spaces, brackets, rules and commas: what layout adds."""
    return re.sub(r"[\s\[\]⎡⎢⎣⎤⎥⎦─;,]", "", text)


@settings(max_examples=200)
@given(DOCUMENTS, st.integers(20, 120))
def test_nothing_is_lost_whatever_the_width(document: Document, width: int) -> None:
    shown = plain_text(document, width)
    assert sorted(squeezed(re.sub(r"columns? [^\n⎡\[]*?(?=  |\n|$)|channel 0", "", shown))) == sorted(
        squeezed("".join(s.text for s in spans(document)))
    )


@settings(max_examples=200)
@given(DOCUMENTS, st.integers(40, 120), st.booleans())
def test_lines_keep_to_the_width_and_end_in_no_space(document: Document, width: int, in_ascii: bool) -> None:
    text = plain_text(document, width, ascii=in_ascii)
    for line in text.splitlines():
        words = line.split()
        assert len(line) <= width or len(words) <= 2 or wide_label(document, width)
        assert line == line.rstrip()
    assert text.isascii() or not in_ascii
    assert not text.startswith("\n")
    assert "\n\n\n" not in text


def wide_label(document: Document, width: int) -> bool:
    """Whether a label leaves hardly any room beside it."""
    labels = [equation.label for block in document if isinstance(block, Working) for equation in block.equations]
    labels += [line[: block.hang] for block in document if isinstance(block, Paragraph) for line in block.lines]
    items = [item for block in document if isinstance(block, Working) for e in block.equations for item in e.items]
    signs = sum(not isinstance(item, Grid) for item in items)
    return any(sum(len(s.text) for s in label) + 2 * signs > width - 30 for label in labels) or 2 * signs > width - 30


@given(DOCUMENTS, st.integers(20, 120))
def test_a_line_has_one_span_for_each_stretch_of_a_role(document: Document, width: int) -> None:
    for line in lay_out(document, width):
        assert all(one.role is not other.role for one, other in pairwise(line))
        assert all(s.text for s in line)
