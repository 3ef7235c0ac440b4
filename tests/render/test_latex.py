"""LaTeX: every sample whole, compiled where there is a TeX; and nothing in a document that TeX would take for its own."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings

from convcli.document import Document, Equation, Grid, Heading, Line, Paragraph, Role, Span, Style, Working, explain
from convcli.render.latex import displays, latex
from convcli.trace import SumTrace
from tests.cli.running import ROOT
from tests.document.cases import layer
from tests.goldens import check
from tests.render.documents import DOCUMENTS
from tests.render.hostile import HOSTILE, WORDS
from tests.render.samples import NAMES, explained


@pytest.mark.parametrize("name", [name for name in NAMES if name != "cs231n"])
def test_a_sample(name: str, pytestconfig: pytest.Config) -> None:
    path = ROOT / "tests" / "goldens" / f"{name}.explained.tex"
    check(path, latex(explained(name)).encode(), pytestconfig)


# A parser of the TeX that is written here, which is strict about all that TeX itself trips over.

TOKEN = re.compile(r"\\[A-Za-z]+|\\[^A-Za-z]|%[^\n]*\n|\$\$|[{}$&_^#~%\\]|[^\\%{}$&_^#~]+")
COMMANDS = set(TOKEN.findall(
    r"\section\subsection\subsubsection\raggedright\medskip\noindent\nopagebreak\item\text\texttt\textbf\textstyle\overset"
    r"\phantom\hspace\quad\convpad\boxed\left\right\lfloor\rfloor\lceil\rceil\dfrac\times\infty\mathrm\ast\odot\cdot\to"
    r"\ldots\cdots\vdots\ddots\approx\mathsf\sim\backslash\textbackslash\textasciicircum\textasciitilde\char"
    r"\begin\end\clubpenalty\;\\\{\}\&\#\_\%\$"
))  # fmt: skip
FRAGMENT, DISPLAY = {"convsteps", "array"}, {"array"}


def parse(body: str, environments: set[str]) -> None:
    """Raise AssertionError unless groups, environments and formulas are closed in the order in which they were opened."""
    tokens = TOKEN.findall(body)
    assert "".join(tokens) == body
    assert all(c == "\n" or " " <= c <= "~" for c in body)
    opened: list[str] = []
    at = 0
    while at < len(tokens):
        token, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else ""
        is_formula = next((kind in ("$", "$$") for kind in reversed(opened) if kind in ("$", "$$", "text")), False)
        assert token[0] not in "%#", token
        assert token != "\\"
        if token[0] == "\\":
            assert token in COMMANDS, token
        if token in (r"\begin", r"\end"):
            name = "".join(tokens[at + 1 : at + 4])[1:-1]
            assert name in environments
            if token == r"\begin":
                opened.append(name)
            else:
                assert opened.pop() == name
            at += 3
        elif token in (r"\text", r"\texttt", r"\textbf"):
            assert after == "{"
            opened.append("text")
            at += 1
        elif token == "{":
            opened.append("{")
        elif token == "}":
            assert opened[-1:] in (["{"], ["text"])
            opened.pop()
        elif token in ("$", "$$"):
            assert is_formula == (bool(opened) and opened[-1] == token)
            if is_formula:
                opened.pop()
            else:
                assert token == "$" or (not opened and environments == DISPLAY)
                opened.append(token)
        elif token == r"\left":
            opened.append("left")
        elif token == r"\right":
            assert opened.pop() == "left"
        elif token in ("&", r"\\"):
            assert opened[-1:] == ["array"]
        elif token in ("_", "^"):
            assert is_formula
            assert after == "{"
        at += 1
    assert opened == []


def body_of(text: str) -> str:
    """A whole document or a fragment without its macros."""
    body = text.partition("\\fi\n")[2]
    if text.startswith("\\documentclass"):
        assert body.startswith("\n\\begin{document}\n")
        assert body.endswith("\n\\end{document}\n")
        return body.removeprefix("\n\\begin{document}\n").removesuffix("\\end{document}\n")
    assert text.startswith("% Needs \\usepackage{amsmath} in the preamble.\n")
    return body


@pytest.mark.parametrize("name", NAMES)
def test_the_structure_of_a_sample(name: str) -> None:
    for whole in (True, False):
        parse(body_of(latex(explained(name), fragment=not whole)), FRAGMENT)
    parse(displays(explained(name)), DISPLAY)


@settings(max_examples=300)
@given(HOSTILE | DOCUMENTS)
def test_whatever_is_said_is_no_command(document: Document) -> None:
    parse(body_of(latex(document, fragment=True)), FRAGMENT)
    text = displays(document)
    parse(text, DISPLAY)
    assert re.fullmatch(r"(\$\$[^$](?s:.*?)\$\$(\n\n|\Z))*", text)


@pytest.mark.parametrize(
    "text", [r"\input{x}", "$$x$$ y", "a & b", "50 % #1", "{", "a_b", "é", "x^2", "}", r"\left(", "$"]
)
def test_the_parser_sees_what_is_not_escaped(text: str) -> None:
    with pytest.raises(AssertionError):
        parse(f"\\noindent {text}\n", FRAGMENT)


def span(text: str, role: Role = Role.TEXT) -> Span:
    return Span(role, text)


def said(*texts: str, role: Role = Role.TEXT) -> str:
    """How words are written in a paragraph."""
    body = latex((Paragraph((tuple(span(text, role) for text in texts),)),), fragment=True)
    return body_of(body).strip().removeprefix("\\noindent ")


#    what the row is about        text, TeX
PROSE = {
    "signs":                     ("x ∗ k → y ⊙ z ≈ 2×3 …", r"x $\ast$ k $\to$ y $\odot$ z $\approx$ 2$\times$3 $\ldots$"),
    "a transposed sign":         ("x ∗ᵀ k", r"x $\ast {}^{\mathsf{T}}$ k"),
    "elements":                  ("y[0,1] dw[2] kernel[0,0] y[a]", r"$y_{0,1}$ $dw_{2}$ kernel${}_{0,0}$ y[a]"),
    "minus and hyphens":         ("cross-correlation (-1) - 2 = -3 row-major -1..1 --show", "cross-correlation ($-$1) $-$ 2 = $-$3 row-major $-$1..1 -{}-{}show"),
    "numbers":                   ("-1/3 1e+20 -2.5e-07 0.25 inf -inf nan", r"$-$1/3 $10^{20}$ $- 2.5 \times 10^{-7}$ 0.25 $\infty$ $-\infty$ nan"),
    "powers":                    ("(|x|^2)^(1/2) = 25^(1/2)", r"($| x | {}^{2}$)${}^{1/2}$ = 25${}^{1/2}$"),
    "a fraction rounded":        ("floor((n + before - (k - 1)·d - 1)/s) + 1", r"$\left\lfloor \dfrac{n + \text{before} - (k - 1)\cdot d - 1}{s} \right\rfloor$ + 1"),
    "rounded up":                ("ceil((5 + 0)/2)", r"$\left\lceil \dfrac{5 + 0}{2} \right\rceil$"),
    "variables":                 ("L = sum(dy · y), conv2d(x, w); a last", r"$L$ = sum($dy$ $\cdot$ $y$), conv2d($x$, $w$); a last"),
    "what TeX has for itself":   ("\\ { } $ & # _ % ^ ~ `", r"\textbackslash{} \{ \} ${\$}$ \& \# \_ \% \textasciicircum{} \textasciitilde{} {`}"),
    "quotation marks":           ("'a' \"", r"{'}a{'} {\char34}"),
    "spaces":                    ("a  b\N{NO-BREAK SPACE}c", r"a\hspace*{0.8em}b~c"),
    "other letters":             ("é 漢", "U+00E9 U+6F22"),
    "control and direction":     ("\x1b[31m\N{RIGHT-TO-LEFT OVERRIDE}", r"\textbackslash{}x1b[31m\textbackslash{}u202e"),
    "padding":                   ("marked ░", r"marked $\;\convpad{\phantom{0}}\;$"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PROSE.values(), ids=PROSE)
def test_prose(text: str, expected: str) -> None:
    assert said(text) == expected


def test_spans_of_a_role() -> None:
    assert said("░-3", role=Role.PADDING) == r"$\;\convpad{-3}\;$"
    assert said("A", "·", "B", role=Role.INPUT) == r"$A \cdot B$"
    assert said("A", role=Role.TEXT) == "A"


def grid(text: str, caption: str = "") -> Grid:
    rows = tuple(tuple(span(cell, Role.INPUT) for cell in row.split()) for row in text.split(";"))
    return Grid(Role.INPUT, rows, caption)


def working(*items: Grid | str, label: str = "") -> Document:
    parts = tuple(item if isinstance(item, Grid) else (span(item),) for item in items)
    return (Working((Equation((span(label, Role.OUTPUT),) if label else (), parts),)),)


#    what the row is about        cells, TeX of the rows
CELLS = {
    "integers":                  ("1 -20;300 4", r"1 & -20 \\ 300 & 4"),
    "points in one place":       ("1.25;-3;░0;nan", r"1.25 \\ -3\phantom{.00} \\ \convpad{0}\phantom{.00} \\ \mathrm{nan}"),
    "fewer places":              ("1.25;0.5", r"1.25 \\ 0.5\phantom{0}"),
    "numbers of all kinds":      ("-1/3 1e+20 -inf -2e-07", r"-1/3 & 10^{20} & -\infty & -2 \times 10^{-7}"),
    "padding and nothing":       ("░0 · ░ ░-1", r"\convpad{0} & \cdot & \convpad{\phantom{0}} & \convpad{-1}"),
    "expressions and winners":   ("1-10 2·3 *4", r"1-10 & 2\cdot 3 & {*}4"),
    "what is left out":          ("1 … 2;… … …;3 … 4", r"1 & \cdots & 2 \\ \vdots & \ddots & \vdots \\ 3 & \cdots & 4"),
    "of one column":             ("1;…;2", r"1 \\ \vdots \\ 2"),
    "of one row":                ("1 … 2", r"1 & \cdots & 2"),
    "what TeX has for itself":   (r"\a $ {[* a_b ^ % & # ~ '", r"\backslash a & {\$} & \{{[}{*} & a\_b & \text{\textasciicircum{}} & \% & \& & \# & \sim & \text{{'}}"),
    "other letters":             ("é words", r"\text{U+00E9} & \text{words}"),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "expected"), CELLS.values(), ids=CELLS)
def test_cells(cells: str, expected: str) -> None:
    spec = "r" * len(cells.split(";")[0].split())
    matrix = rf"$\left[\begin{{array}}{{{spec}}} {expected} \end{{array}}\right]$"
    text = latex(working(grid(cells)), fragment=True)
    assert matrix in " ".join(text.split("\n    "))


def test_an_equation() -> None:
    items = (grid("1 5;2 6"), "⊙", grid("1 0;0 1"), "=", grid("1 0;0 6"), "→", "7")
    assert (
        body_of(latex(working(*items, label="y[0,0]"), fragment=True))
        == r"""
\begin{convsteps}{$y_{0,0}$}
\item[{$y_{0,0}$}]
  $\left[\begin{array}{rr} 1 & 5 \\ 2 & 6 \end{array}\right]$
  $\odot$~$\left[\begin{array}{rr} 1 & 0 \\ 0 & 1 \end{array}\right]$
  =~$\left[\begin{array}{rr} 1 & 0 \\ 0 & 6 \end{array}\right]$
  $\to$
  7
\end{convsteps}
"""
    )


def test_captions_stand_above_and_matrices_apart() -> None:
    text = latex(working(grid("1", caption="channel 0"), grid("2", caption="channel 1")), fragment=True)
    assert r"$\overset{\textstyle\text{channel 0}}{\left[\begin{array}{r} 1 \end{array}\right]}$" in text
    assert r"\quad $\overset{\textstyle\text{channel 1}}{\left[\begin{array}{r} 2 \end{array}\right]}$" in text


def test_a_wide_matrix_in_stretches_of_columns() -> None:
    text = latex(working(grid(" ".join(["1000"] * 30), caption="channel 0")), fragment=True)
    assert text.count(r"\begin{array}") == 2
    assert r"\text{channel 0, columns 0..15}" in text
    assert r"\text{channel 0, columns 16..29}" in text


def test_labels_of_a_list_have_one_width() -> None:
    lines = ((span("a"), span("one")), (span("long"), span("two")))
    text = latex((Paragraph(lines, indent=2, hang=1),), fragment=True)
    assert body_of(text) == "\n\\begin{convsteps}{long}\n\\item[{a}]\n  one\n\\item[{long}]\n  two\n\\end{convsteps}\n"


def test_columns_of_text_keep_their_spaces() -> None:
    lines = ((), (span("   layer  output", Role.NOTE),), (span("1  conv k3   2x2"),))
    text = latex((Paragraph(lines, indent=2),), fragment=True)
    assert r"\item[{}]" + "\n  " + r"\texttt{~~~layer~~output}" + "\n" in text
    assert r"\texttt{1~~conv~k3~~~2x2}" in text


def test_headings() -> None:
    text = body_of(latex(tuple(Heading(level, (span("a"),)) for level in (1, 2, 3, 4)), fragment=True))
    assert text.split("\n\n") == [
        "\n\\section*{\\raggedright a}", "\\subsection*{\\raggedright a}", "\\subsubsection*{\\raggedright a}",
        "\\medskip\\noindent a\\nopagebreak\n",
    ]  # fmt: skip


def test_nothing() -> None:
    assert body_of(latex((), fragment=True)) == "\n\n"
    assert latex((Paragraph(((),), indent=2),), fragment=True) == latex((), fragment=True)
    assert displays(()) == ""


def test_a_short_document_is_a_picture_and_a_long_one_has_pages() -> None:
    line = (span("a"),)
    assert "{standalone}" in latex((Paragraph((line,) * 60, indent=2),))
    assert "{article}" in latex((Paragraph((line,) * 61, indent=2),))


def test_a_matrix_taller_than_a_page_is_in_a_picture() -> None:
    assert "{article}" in latex(working(*[tall(50)] * 2))
    assert "{standalone}" in latex(working(*[tall(51)] * 2))
    assert "{article}" in latex(working(*[tall(51)] * 8))


def test_displays_have_the_headings_that_are_new() -> None:
    def heading(level: int, text: str) -> Heading:
        return Heading(level, (span(text),))

    one = working(grid("1"), label="A")
    document = (
        heading(1, "title"),
        heading(2, "no working"),
        heading(2, "a"),
        heading(3, "b"),
        *one,
        heading(3, "c"),
        *one,
        *one,
    )
    array = "\\begin{array}{ll}\n\\text{A} & \\left[\\begin{array}{r} 1 \\end{array}\\right]\n\\end{array}"
    titled = "$$\\begin{array}{l}\n%s" + array + "\n\\end{array}$$"
    assert displays(document).split("\n\n") == [
        titled % "\\textbf{a} \\\\[1ex]\n\\textbf{b} \\\\[1ex]\n", titled % "\\textbf{c} \\\\[1ex]\n", f"$${array}$$",
    ]  # fmt: skip


def test_what_a_display_says() -> None:
    document = (
        *working("=", "1·A", "=", grid("1 2"), grid("3"), "→", "sum 15", "over 9", label="Y"),
        Paragraph(((span("channel 0"), span("1·2 = 2")),), indent=4, hang=1),
        Paragraph(((span("y[0]", Role.OUTPUT), span(" = "), span("░0", Role.PADDING)),), indent=2),
        Paragraph(((span("a note", Role.NOTE),),), indent=2),
        Heading(4, (span("y[0]", Role.OUTPUT), span("  reads"))),
    )
    rows = [row for display in displays(document).split("\n\n") for row in display.split("\n")[1:-1]]
    assert rows == [
        r"\text{Y} & =~ \text{1$\cdot A$} = \left[\begin{array}{rr} 1 & 2 \end{array}\right]\quad \left[\begin{array}{r} 3 \end{array}\right] \to~ \text{sum 15}~ \text{over 9}",
        r"\text{channel 0} & \text{1$\cdot$2 = 2}",
        r"& \text{$y_{0}$ = $\;\boxed{0}\;$}",
        r"& \text{$y_{0}$ reads}",
    ]


def test_displays_are_no_wider_and_no_taller_than_a_page() -> None:
    wide = grid(" ".join(["1000"] * 10))
    first, second = displays(working(wide, "+", wide, label="y")).split("\n")[1:-1]
    assert first.startswith(r"\text{y} & \left[")
    assert second.startswith(r"& + \left[")
    lines = (Heading(2, (span("a"),)), Paragraph(tuple((span("y[0]", Role.OUTPUT),) for _ in range(73)), indent=2))
    pages = displays(lines).split("\n\n")
    assert [page.count("y_{0}") for page in pages] == [36, 36, 1]
    assert [r"\textbf{a}" in page for page in pages] == [True, False, False]
    patches = explain(SumTrace(layer(1, 6, 1, 3)), None, Style())
    assert [page.count("y_{") for page in displays(patches).split("\n\n")] == [12, 4, 0]


# What a real TeX makes of it.

needs_tex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")


def compile_tex(folder: Path, text: str) -> str:
    """The log of a run that must succeed."""
    (folder / "x.tex").write_text(text, encoding="ascii")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "x.tex"]
    run = subprocess.run(command, cwd=folder, capture_output=True, timeout=120)
    log = run.stdout.decode(errors="replace")
    assert run.returncode == 0, log[-3000:]
    return log


def found(name: str) -> bool:
    return subprocess.run(["kpsewhich", name], capture_output=True).returncode == 0


def including(*fragments: str) -> str:
    """A document of one's own that has these in it."""
    head = "\\documentclass[a4paper]{article}\n\\usepackage[margin=2cm]{geometry}\n\\usepackage{amsmath}\n\\begin{document}\n"
    return head + "\n\\clearpage\n".join(fragments) + "\n\\end{document}\n"


@needs_tex
def test_every_sample_compiles_and_keeps_within_the_margins(tmp_path: Path) -> None:
    log = compile_tex(tmp_path, including(*(latex(explained(name), fragment=True) for name in NAMES)))
    assert "Overfull" not in log
    assert "Missing character" not in log


@needs_tex
def test_documents_compile_as_they_are(tmp_path: Path) -> None:
    if not found("standalone.cls"):
        pytest.skip("the class standalone is not installed")
    for name in ("dumoulin-strided", "textbook-2d"):
        assert "Overfull" not in compile_tex(tmp_path, latex(explained(name)))
        assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")


@needs_tex
def test_displays_compile(tmp_path: Path) -> None:
    compile_tex(tmp_path, including(*(displays(explained(name)) for name in NAMES)))


@needs_tex
def test_whatever_is_said_compiles(tmp_path: Path) -> None:
    line: Line = tuple(span(f"{word} ") for word in WORDS)
    lines = tuple((span(word, role), span(word)) for word in WORDS for role in (Role.INPUT, Role.PADDING))
    cells = Grid(
        Role.PADDING, tuple((span(word), span("1" + word), span(word + word)) for word in WORDS), "".join(WORDS)
    )
    document: Document = (
        *(Heading(level, line) for level in (1, 2, 3, 4)),
        *(Paragraph(lines, indent, hang) for indent in (0, 2, 4) for hang in (0, 1)),
        *(Working((Equation(one, (one[1:], cells, one[1:])),)) for one in lines[::40]),
    )
    log = compile_tex(tmp_path, including(latex(document, fragment=True), displays(document)))
    assert "Missing character" not in log


def tall(rows: int) -> Grid:
    return grid(";".join([" ".join(["1000"] * 12)] * rows))


@needs_tex
def test_matrices_as_tall_as_a_page_compile(tmp_path: Path) -> None:
    document = (Heading(2, (span("a"),)), *working(tall(50), "=", tall(50)))
    assert "Overfull" not in compile_tex(tmp_path, including(latex(document, fragment=True)))
