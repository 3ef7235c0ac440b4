"""A page as text: one file that nothing can break out of, its data, its limits, and its colours."""

import base64
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from convcli.document import Heading, Paragraph, Role, Span, Style, Working, explain
from convcli.engine import run
from convcli.errors import FitError
from convcli.numbers import Tensor
from convcli.problem import (
    Problem,
    convolution,
    pooling,
)
from convcli.render.page import document_page, page
from convcli.render.page.assembly import embedded
from convcli.render.page.palette import GROUNDS, MARKS, PALETTE, TEXTS, stylesheet
from convcli.render.page.payload import MOST_CELLS, payload
from convcli.settings import PoolSettings, Settings
from convcli.trace import trace_of
from tests.cli.running import ROOT
from tests.document.cases import CASES, d2l, layer, made, textbook_1d
from tests.render.documents import DOCUMENTS

T = Tensor.of


def paged(problem: Problem, style: Style | None = None) -> str:
    return page(problem, run(problem).output, style or Style())


class Parts(HTMLParser):
    """The elements of a page, their attributes and the text of some."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.headings: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts.setdefault(self._open[-1], []).append(data)
        if any(re.fullmatch("h[1-6]", tag) for tag in self._open):
            self.headings[-1] += data


@pytest.mark.parametrize("name", [n for n in CASES if n not in ("many-channels-elided", "depthwise-elided")])
def test_every_kind_of_problem_has_a_page(name: str) -> None:
    make, _, style, _ = CASES[name]
    problem = make()
    parts = Parts(paged(problem, style))
    data = json.loads(parts.texts["script"][0])
    assert data["op"] == problem.op
    assert len(data["output"]["cells"]) == problem.spec.output_size
    identities = [attributes["id"] for _, attributes in parts.tags if "id" in attributes]
    assert len(identities) == len(set(identities))


def test_a_page_allows_its_own_style_and_script_and_no_request() -> None:
    parts = Parts(paged(d2l()))
    policy = next(
        a["content"] for tag, a in parts.tags if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None

    def digest(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    assert dict(part.strip().split(" ", 1) for part in policy.split(";")) == {
        "default-src": "'none'",
        "style-src": digest(parts.texts["style"][0]),
        "script-src": digest(parts.texts["script"][1]),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


@pytest.mark.parametrize("text", [paged(d2l()), document_page((), "t")], ids=["page", "document"])
def test_a_page_names_nothing_outside_itself(text: str) -> None:
    for tag, attributes in Parts(text).tags:
        assert not {
            name for name in attributes if name.startswith("on") or name in ("src", "srcset", "action", "style")
        }
        assert attributes.get("href", "data:")[:5] == "data:", tag  # type: ignore[index]
    code = text.replace("https://", "http://")
    assert "http://" not in code.replace("http://www.w3.org/2000/svg", "")
    assert "innerHTML" not in code
    assert "url(" not in code


HOSTILE = "</script><script>alert(1)</script><!-- \u2028 \u2029 & ]]> ${x}"


def test_no_text_breaks_out_of_the_data() -> None:
    text = embedded({"a": HOSTILE, "b": [HOSTILE]})
    assert not re.search("[<>&\u2028\u2029]", text)
    assert json.loads(text) == {"a": HOSTILE, "b": [HOSTILE]}


def test_a_title_and_a_document_stay_text() -> None:
    title = HOSTILE + "\u202e\x1b[31m"
    spans = (Span(Role.TEXT, HOSTILE), Span(Role.INPUT, "<b>"))
    parts = Parts(document_page((Heading(2, spans), Paragraph((spans,))), title))
    assert [tag for tag, _ in parts.tags if tag in ("script", "b")] == ["script"]
    assert "".join(parts.texts["title"]) == parts.headings[0]
    assert "\\u202e\\x1b[31m" in parts.texts["title"][0]
    assert parts.headings[1] == HOSTILE + "<b>"


@given(DOCUMENTS)
@settings(max_examples=60, deadline=None)
def test_every_document_is_a_page_with_one_title(document: Any) -> None:
    parts = Parts(document_page(document, "What it is"))
    levels = [int(tag[1]) for tag, _ in parts.tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    said = ["".join(span.text for span in block.line) for block in document if isinstance(block, Heading)]
    assert parts.headings[-len(said) :] == said if said else parts.headings == ["What it is"]


def test_an_explanation_is_a_page_under_its_own_title() -> None:
    problem = d2l()
    document = explain(trace_of(problem), run(problem).output, Style())
    parts = Parts(document_page(document, "title"))
    assert [tag for tag, _ in parts.tags].count("h1") == 1
    assert "".join(parts.texts["title"]) == "title"
    assert any(isinstance(block, Working) for block in document)
    assert parts.headings[0].startswith("conv2d: ")


def test_several_explanations_have_their_titles_below_that_of_the_page() -> None:
    told = [explain(trace_of(problem), run(problem).output, Style()) for problem in (d2l(), textbook_1d())]
    parts = Parts(document_page((*told[0], *told[1]), "Two of them"))
    levels = [tag for tag, _ in parts.tags if re.fullmatch("h[1-6]", tag)]
    assert (levels[:2], levels.count("h1")) == (["h1", "h2"], 1)
    assert parts.headings[0] == "Two of them"
    assert parts.headings[1].startswith("conv2d: ")


LARGE: dict[str, tuple[Callable[[], Problem], str, str, str]] = {
    "input": (lambda: convolution(made(1, 120, 120), made(1, 1, 100, 100), rank=2), "a channel of the input with its padding is too large for a page that a browser works out", "14,400 cells", "at most 10,000"),
    "padding": (lambda: convolution(T([1, 2]), T([1, 1]), rank=1, settings=Settings(padding=(9000, ), stride=9000)), "a channel of the input with its padding is too large for a page that a browser works out", "18,002 cells", "at most 10,000"),
    "channels": (lambda: convolution(made(60, 30, 30), made(1, 60, 1, 1), rank=2), "the input with its padding is too large for a page that a browser works out", "54,000 cells", "at most 50,000"),
    "kernel": (lambda: convolution(made(300, 1, 1), made(200, 300, 1, 1), rank=2), "the kernel is too large for a page that a browser works out", "60,000 cells", "at most 50,000"),
    "products": (lambda: layer(20, 20, 20, 7), "the problem is too large for a page that a browser works out", "3,841,600 products of single numbers", "at most 1,000,000"),
    "digits": (lambda: convolution(Tensor.exact([10**4000] * 1200), T([1]), rank=1), "the problem is too large for a page that a browser works out", "9,639,762", "at most 8,388,608"),
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_what_is_too_large_is_refused_with_the_way_out(name: str) -> None:
    make, said, given_, expected = LARGE[name]
    with pytest.raises(FitError) as caught:
        paged(make())
    error = caught.value
    assert (error.problem, error.expected.split(" cha")[0]) == (said, expected)
    assert error.given.startswith(given_)
    assert error.fix == "explain single elements with --at; or write -f svg for a picture, -f json for the numbers"


def test_what_just_fits_has_a_page() -> None:
    assert paged(pooling(made(5, 100, 100), rank=2, settings=PoolSettings(kernel_size=10)))
    assert MOST_CELLS == 5 * 100 * 100


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_text_and_marks_stand_out(theme: int, ground: str) -> None:
    below = PALETTE[ground][theme]
    for name in TEXTS:
        assert contrast(PALETTE[name][theme], below) >= 4.5, name
    for name in MARKS:
        assert contrast(PALETTE[name][theme], below) >= 3, name


def test_every_colour_that_the_style_names_is_in_the_palette() -> None:
    named = set(re.findall(r"var\(--([a-z-]+)", paged(textbook_1d())))
    assert named - {"side", "tall", "beside", "mark", "tint"} <= set(PALETTE)
    assert all(f"--{name}: {light};" in stylesheet() for name, (light, _) in PALETTE.items())


def test_a_page_is_asked_for_before_it_is_loaded() -> None:
    code = "import sys, convcli.render.page; print(*(n for n in sys.modules if n.startswith('convcli.render.page.') or n == 'convcli.document'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == []


def test_the_data_of_a_wrapped_and_of_a_padded_problem() -> None:
    padded = convolution(T([1, 2]), T([1, 1]), rank=1, settings=Settings(padding=1), pad_value=3)
    data = payload(padded, run(padded).output, Style())
    assert (data["pad"], data["axes"][0]["line"]) == ("3", [[None, 1], [0, 0], [1, 0], [None, 1]])
    floats = convolution(T(np.array([np.inf, -np.inf, np.nan, -0.0])), T([1.0]), rank=1)
    assert payload(floats, run(floats).output, Style())["source"]["cells"] == ["Infinity", "-Infinity", "NaN", "-0.0"]
