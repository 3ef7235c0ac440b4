"""Markdown: every sample whole, what is folded, and nothing in a document that a code host would take for its own."""

import re

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from convcli.document import Document, Equation, Grid, Heading, Line, Paragraph, Role, Span, Style, Working, explain
from convcli.errors import safe
from convcli.render.markdown import markdown
from convcli.trace import SumTrace
from tests.cli.running import ROOT
from tests.document.cases import layer, textbook_2d
from tests.goldens import check
from tests.render.documents import DOCUMENTS
from tests.render.hostile import HOSTILE
from tests.render.samples import NAMES, explained

GITHUB = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@pytest.mark.parametrize("name", [name for name in NAMES if name != "cs231n"])
def test_a_sample(name: str, pytestconfig: pytest.Config) -> None:
    path = ROOT / "tests" / "goldens" / f"{name}.explained.md"
    check(path, markdown(explained(name)).encode(), pytestconfig)


def line(*texts: str, role: Role = Role.TEXT) -> Line:
    return tuple(Span(role, text) for text in texts)


def said(text: str) -> Document:
    return (Paragraph((line(text),)),)


#    what the row is about             text, Markdown
PROSE = {
    "what stands for itself":         ("max_pool2d: kernel[0,0] (2, 2) < 3 & more | <= 4", "max_pool2d: kernel[0,0] (2, 2) < 3 & more | <= 4"),
    "emphasis":                       ("*a* _b_ __c__ ~d~", r"\*a\* \_b\_ \_\_c\_\_ \~d\~"),
    "a link and an image":            ("[a](b) ![c][d]", r"[a\](b) ![c\][d]"),
    "a definition":                   ("[a]: b", r"[a\]: b"),
    "HTML":                           ("<b> </b> <!-- <?x", r"\<b> \</b> \<!-- \<?x"),
    "entities":                       ("&amp; &#65; &", r"\&amp; `&#65;` &"),
    "code":                           ("`a` ```", r"\`a\` \`\`\`"),
    "mathematics":                    ("$a$ \\", r"\$a\$ \\"),
    "mentions, issues and addresses": ("@a b@c #12 # www.a :b: a://b", r"`@a` `b@c` `#12` \# `www.a` `:b:` `a://b`"),
    "code within code":               ("@a`b``", "``` @a`b`` ```"),
    "a list":                         ("- a", r"\- a"),
    "a numbered one":                 ("1. a", r"1\. a"),
    "no numbered one":                ("1.5 a", "1.5 a"),
    "a quotation":                    ("> a", r"\> a"),
    "a rule":                         ("---", r"\---"),
    "a table":                        ("| a | b |", r"\| a | b |"),
    "spaces":                         ("  a  b\N{NO-BREAK SPACE}c ", "a b c"),
    "control and direction":          ("a\x1b[31m\N{RIGHT-TO-LEFT OVERRIDE}\n", r"a\\x1b[31m\\u202e"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PROSE.values(), ids=PROSE)
def test_prose(text: str, expected: str) -> None:
    assert markdown(said(text)) == expected + "\n"


def test_nothing() -> None:
    assert markdown(()) == ""


def test_names_stand_out_in_a_list_and_further_in() -> None:
    lines = (line("a", "1"), line("  b", "2"), line("c"))
    assert markdown((Paragraph(lines, indent=2, hang=1),)) == "- **a** 1\n  - **b** 2\n- **c**\n"


def test_a_fence_is_longer_than_what_it_holds() -> None:
    document = (Paragraph((line("`````", role=Role.INPUT),), indent=2),)
    assert markdown(document) == "``````text\n`````\n``````\n"


def test_code_is_as_wide_as_a_host_shows_it() -> None:
    def widths(digits: int) -> list[int]:
        grid = Grid(Role.INPUT, ((Span(Role.INPUT, "1" * digits),),))
        return [len(row) for row in markdown((Working((Equation((), (grid, grid)),)),)).split("\n")[1:-2]]

    assert (widths(45), widths(46)) == ([97], [48, 48])


def test_signs_in_ascii() -> None:
    cells = ((Span(Role.PADDING, "░0"), Span(Role.INPUT, "1")), (Span(Role.PADDING, "·"), Span(Role.INPUT, "2")))
    document = (Heading(1, line("x ∗ k → y")), Working((Equation((), (Grid(Role.INPUT, cells),)),)))
    assert markdown(document) == "# x ∗ k → y\n\n```text\n⎡░0 1⎤\n⎣ · 2⎦\n```\n"
    assert markdown(document, ascii=True) == "# x \\* k -> y\n\n```text\n[~0 1]\n[ . 2]\n```\n"


def summaries(document: Document) -> list[str]:
    return re.findall("<summary>(.*)</summary>", markdown(document))


def equations(count: int, role: Role = Role.OUTPUT) -> Working:
    grid = Grid(Role.INPUT, ((Span(Role.INPUT, "1"),),))
    return Working(tuple(Equation(line(f"y[{i}]", role=role), (grid,)) for i in range(count)))


def test_more_than_a_few_steps_are_folded() -> None:
    assert summaries((equations(4),)) == []
    assert summaries((equations(5),)) == ["5 steps, y[0] to y[4]"]
    assert summaries((equations(9, Role.NOTE),)) == []
    elements = Paragraph(tuple(line(f"y[{i}]", role=Role.OUTPUT) for i in range(5)), indent=2)
    assert summaries((elements,)) == ["5 steps, y[0] to y[4]"]


def test_the_steps_of_a_folded_part_are_those_with_a_name() -> None:
    nameless = Working(tuple(Equation(line("  "), item.items) for item in equations(5).equations))
    assert summaries((equations(1), nameless)) == ["1 step, y[0]"]
    assert summaries((Working(nameless.equations, indent=4),)) == ["5 steps"]


def test_an_element_that_was_asked_for_is_shown() -> None:
    style, at = Style(), (0, 1, 0, 0)
    asked = SumTrace(layer(6, 3, 2, 2))
    assert summaries(explain(asked, None, style, [at])) == []
    assert summaries(explain(asked, None, style)) == [
        "4 steps, y[0,0,0] to y[0,1,1]",
        "4 steps, y[1,0,0] to y[1,1,1]",
    ]


def test_what_is_left_out_and_results_are_not_folded() -> None:
    text = markdown(explain(SumTrace(textbook_2d()), None, Style(show=15)))
    assert re.findall("<summary>(.*)</summary>", text)[-1] == "3 steps, y[2,0,0] to y[2,0,2]"
    assert "\n\n… 6 more steps\n\n" in text
    visible = re.sub(r"(?s)<details>.*?</details>", "", text)
    assert "⎣25 33 41⎦" in visible


def rendered(text: str) -> list[Token]:
    return GITHUB.parse(text)


def flat(token: Token) -> str:
    return "".join(child.content for child in token.children or ())


def normal(parts: Line) -> str:
    text = " ".join("".join(span.text for span in parts).split())
    return safe(text, limit=len(text))


@settings(max_examples=300)
@given(HOSTILE | DOCUMENTS)
def test_a_host_shows_the_words_and_makes_nothing_of_them(document: Document) -> None:
    tokens = rendered(markdown(document))
    allowed = {"heading", "paragraph", "bullet_list", "list_item"}
    for token in tokens:
        kind = token.type.removesuffix("_open").removesuffix("_close")
        if kind == "html_block":
            assert token.content == "</details>\n" or re.fullmatch(
                r"<details>\n<summary>[^<>]*</summary>\n", token.content
            )
        elif kind == "fence":
            assert token.info == "text"
            assert all(c == "\n" or c.isprintable() for c in token.content)
        elif kind == "inline":
            assert {child.type for child in token.children or ()} <= {
                "text",
                "text_special",
                "code_inline",
                "strong_open",
                "strong_close",
            }
        else:
            assert kind in allowed
    headings = [flat(tokens[at + 1]) for at, token in enumerate(tokens) if token.type == "heading_open"]
    assert headings == [normal(block.line) for block in document if isinstance(block, Heading) and block.level < 4]
