"""Terminal, page and picture: the plain text in colours, nothing taken for markup, nothing loaded from elsewhere."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given

import convcli.render
from convcli.document import Document, Equation, Grid, Heading, Paragraph, Role, Span, Working
from convcli.render import html_fragment, plain_text, terminal_text
from convcli.render.roles import LOOKS
from tests.render.documents import DOCUMENTS

SMALL: Document = (
    Heading(1, (Span(Role.TEXT, "title "), Span(Role.OUTPUT, "(2, 2)"))),
    Paragraph(((Span(Role.NOTE, "a note"), Span(Role.TEXT, " <b> & [red]")),)),
    Working((Equation((), (Grid(Role.INPUT, ((Span(Role.PADDING, "░0"), Span(Role.INPUT, "7")),)),)),)),
)


def test_terminal_text_has_the_colours_of_every_terminal() -> None:
    assert terminal_text(SMALL, 80) == (
        "\x1b[1mtitle\x1b[0m \x1b[1;32m(2, 2)\x1b[0m\n"
        "\x1b[2ma note\x1b[0m <b> & [red]\n"
        "\n"
        "  [\x1b[2m░0\x1b[0m \x1b[36m7\x1b[0m]\n"
    )


@given(DOCUMENTS)
def test_terminal_text_without_colours_is_plain_text(document: Document) -> None:
    for ascii_only in (False, True):
        text = re.sub(r"\x1b\[[0-9;]*m", "", terminal_text(document, 70, ascii=ascii_only))
        assert text.rstrip("\n") == plain_text(document, 70, ascii=ascii_only).rstrip("\n")


class Reader(HTMLParser):
    """The text of a page, and the roles' styles in it."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert [name for name, _ in attrs] == (["class", "style"] if tag == "pre" else ["style"])


def test_html() -> None:
    assert html_fragment(SMALL) == (
        '<pre class="convcalc" style="font-family:ui-monospace,Menlo,Consolas,\'DejaVu Sans Mono\',monospace;'
        'line-height:1.3;white-space:pre;overflow-x:auto">'
        '<span style="font-weight:bold">title</span> <span style="color:#1f8a3b;font-weight:bold">(2, 2)</span>\n'
        '<span style="color:#7a7a7a">a note</span> &lt;b&gt; &amp; [red]\n'
        "\n"
        '  [<span style="color:#7a7a7a">░0</span> <span style="color:#00849a">7</span>]</pre>'
    )


@given(DOCUMENTS)
def test_the_text_of_a_page_is_plain_text(document: Document) -> None:
    reader = Reader()
    reader.feed(html_fragment(document))
    assert reader.text.rstrip("\n") == plain_text(document, 100).rstrip("\n")
    assert reader.tags[0] == "pre"
    assert {*reader.tags[1:]} <= {"span"}


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_look_and_can_be_read_on_white_and_on_black(role: Role) -> None:
    if colour := re.search(r"#([0-9a-f]{6})", LOOKS[role].css):
        assert min(contrast(colour[1], "ffffff"), contrast(colour[1], "111111")) > 4
    else:
        assert role in (Role.TEXT, Role.HEADING)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2."""

    def luminance(colour: str) -> float:
        shares = (int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4))
        linear = [s / 12.92 if s <= 0.03928 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_only_names_that_exist_are_loaded() -> None:
    assert all(callable(getattr(convcli.render, name)) for name in convcli.render.__all__)
    with pytest.raises(AttributeError, match=r"module 'convcli.render' has no attribute 'to_braille'"):
        _ = convcli.render.to_braille
