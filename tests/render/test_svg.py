"""Still pictures: the plain text in its columns, in colours that can be read, and nothing but text."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.document import Document, Equation, Grid, Heading, Paragraph, Role, Span, Style, Working, explain, table
from convcli.engine import run
from convcli.render import drawing, plain_text
from convcli.render.drawing import picture
from convcli.render.drawing.theme import DARK, LIGHT, ON_DARK
from convcli.render.roles import LOOKS
from convcli.trace import SumTrace
from tests.cli.running import ROOT
from tests.document.cases import dumoulin, textbook_2d
from tests.goldens import check
from tests.render.documents import DOCUMENTS
from tests.render.test_imports import loaded

GOLDENS = ROOT / "tests" / "goldens"
SVG = "{http://www.w3.org/2000/svg}"
COLUMN, LINE, MARGIN = 8, 20, 20


def one(span: Span) -> Document:
    """A document of one piece of text."""
    return (Paragraph(((span,),)),)


def lines(svg: str) -> list[str]:
    """The lines of a picture, empty ones too, as who selects and copies them has them."""
    found: dict[int, str] = {}
    for node in ElementTree.fromstring(svg).iter(f"{SVG}text"):
        found[(int(node.attrib["y"]) - MARGIN) // LINE] = "".join(node.itertext())
    return [found.get(number, "") for number in range(max(found, default=-1) + 1)]


@given(DOCUMENTS)
def test_the_text_is_the_plain_text(document: Document) -> None:
    plain = plain_text(document, 70).rstrip("\n")
    assert "\n".join(lines(picture(document, 70))).rstrip("\n") == plain


@given(DOCUMENTS)
def test_every_piece_stands_in_its_column(document: Document) -> None:
    plain = plain_text(document, 100).split("\n")
    for node in ElementTree.fromstring(picture(document)).iter(f"{SVG}text"):
        line = plain[(int(node.attrib["y"]) - MARGIN) // LINE]
        for piece in node:
            text, column = piece.text or "", (int(piece.attrib["x"]) - MARGIN) // COLUMN
            assert line[column : column + len(text)] == text
            assert text.isascii() or len({*text}) == 1  # another font's signs stand by themselves
            assert "  " not in text
            if len(text) > 1:
                assert int(piece.attrib["textLength"]) == len(text) * COLUMN


def test_roles_have_their_classes() -> None:
    document = one(Span(Role.INPUT, "7"))
    assert '<tspan x="20" class="input">7</tspan>' in picture(document)
    assert '<tspan x="20">7</tspan>' in picture(one(Span(Role.TEXT, "7")))


@given(st.text(st.characters()))
def test_any_text_is_well_formed_and_does_no_harm(text: str) -> None:
    svg = picture((Heading(1, (Span(Role.TEXT, f"<b>&{text}"),)), *one(Span(Role.INPUT, f"\x00{text}]]>\u202e"))))
    root = ElementTree.fromstring(svg.encode())
    assert {node.tag.removeprefix(SVG) for node in root.iter()} <= {
        "svg", "title", "desc", "style", "rect", "path", "text", "tspan"
    }  # fmt: skip
    assert all(c.isprintable() or c == "\n" for c in svg)


def test_controls_and_directions_are_written_out() -> None:
    svg = picture(one(Span(Role.NOTE, "a\x1b[31m\u202eb\ud800")))
    assert lines(svg) == ["a\\x1b[31m\\u202eb\\ud800"]


def test_brackets_and_rules_are_drawn_and_can_still_be_copied() -> None:
    rows = tuple((Span(Role.INPUT, str(n)),) for n in range(3))
    document = (Heading(2, (Span(Role.TEXT, "ab"),)), Working((Equation((), (Grid(Role.INPUT, rows),)),)))
    svg = picture(document)
    assert lines(svg) == ["ab", "──", "  ⎡0⎤", "  ⎢1⎥", "  ⎣2⎦"]
    root = ElementTree.fromstring(svg)
    ghosts = [node.text for node in root.iter() if node.get("class") == "ghost"]
    assert ghosts == ["──", "⎡", "⎤", "⎢", "⎥", "⎣", "⎦"]
    drawn = {node.get("class"): node.get("d") for node in root.iter(f"{SVG}path")}
    assert drawn == {
        "line": "M43 61.5h-4V80M53 61.5h4V80M39 80v20M57 80v20M39 100V118.5h4M57 100V118.5h-4",
        "line note": "M20 45.5h16",
    }


def explained() -> Document:
    return explain(SumTrace(dumoulin(padding=1, stride=2)), None, Style())


def test_it_loads_nothing_and_runs_nothing() -> None:
    svg = picture(explained())
    assert re.findall(r"https?://[^\"]*", svg) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"@import|url\(|<script|href|<image|@font-face|\son\w+=", svg)
    assert svg == picture(explained())


def test_it_says_what_it_is_to_who_does_not_see_it() -> None:
    root = ElementTree.fromstring(picture(explained()))
    assert root.get("role") == "img"
    assert [(node.tag.removeprefix(SVG), node.text) for node in root[:2]] == [
        ("title", "conv2d: input (5, 5) ∗ kernel (3, 3) → output (3, 3)"),
        ("desc", "Text in columns: Output size; Patch by patch; Output (3, 3): height, width."),
    ]
    untitled = ElementTree.fromstring(picture(one(Span(Role.TEXT, "7"))))
    assert [node.text for node in untitled[:2]] == ["convcalc", "Text in columns."]


def size(svg: str) -> list[int]:
    return [int(number) for number in ElementTree.fromstring(svg).attrib["viewBox"].split()]


def test_it_is_as_large_as_its_text() -> None:
    assert size(picture(one(Span(Role.TEXT, "seven")))) == [0, 0, 5 * COLUMN + 2 * MARGIN, LINE + 2 * MARGIN]
    assert size(picture(())) == [0, 0, 2 * MARGIN, 2 * MARGIN]
    assert size(picture(explained(), 60))[2] <= 60 * COLUMN + 2 * MARGIN


@pytest.mark.parametrize("role", Role)
def test_every_colour_can_be_read_on_its_card(role: Role) -> None:
    if colour := re.search(r"#([0-9a-f]{6})", LOOKS[role].css):
        assert contrast(colour[1], LIGHT["card"][1:]) > 4
        assert contrast(ON_DARK[role][1:], DARK["card"][1:]) > 6
    else:
        assert role not in ON_DARK
    assert min(contrast(card["ink"][1:], card["card"][1:]) for card in (LIGHT, DARK)) > 12


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2."""

    def luminance(colour: str) -> float:
        shares = (int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4))
        linear = [s / 12.92 if s <= 0.03928 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_card_is_dark_where_its_reader_likes_that() -> None:
    style = ElementTree.fromstring(picture(())).findtext(f"{SVG}style") or ""
    bright, _, dark = style.partition("@media(prefers-color-scheme:dark)")
    assert LIGHT["card"] in bright
    assert DARK["card"] not in bright
    assert DARK["card"] in dark
    assert ON_DARK[Role.INPUT] in dark


def test_the_package_gives_its_names_when_they_are_asked_for() -> None:
    assert loaded("import convcli.render.drawing") == []
    assert loaded("from convcli.render.drawing import picture, animation") == ["convcli.document", "convcli.trace"]
    modules = {path.stem for path in (ROOT / "convcli" / "render" / "drawing").iterdir()}
    assert not modules & {*drawing.__all__}
    assert all(callable(getattr(drawing, name)) for name in drawing.__all__)


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("dumoulin-strided.explained.svg", explained),
        ("textbook-2d.table.svg", lambda: table(run(textbook_2d()), Style())),
    ],
)
def test_the_whole_file(name: str, document: object, pytestconfig: pytest.Config) -> None:
    assert callable(document)
    check(GOLDENS / name, picture(document()).encode(), pytestconfig)
