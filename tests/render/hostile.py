"""Documents whose words mean something to Markdown, HTML, TeX and terminals: none of it may."""

from hypothesis import strategies as st

from convcli.document import Document, Equation, Grid, Heading, Line, Paragraph, Role, Span, Working

WORDS = [
    "a", "7", "-1/3", "1e+20", "-2.5e-07", "inf", "-inf", "nan", "y[0,1]", "dw[2]", "░0", "░", "·", "…", "∗ᵀ", "⊙", "→",
    "(2,\N{NO-BREAK SPACE}2)", "2-norm", "--show", "(|x|^2)^(1/2)", "floor((n - 1)·d/2)/s)", "ceil((k)/2)", "a  b", " ",
    "*b*", "__b__", "a_b_c", "~~s~~", "`c`", "```", "[l](u)", "[l]: u", "![i](u)", "[^1]", "[x]", "<b>", "</pre>", "<!--", "&amp;", "&#65;",
    "# h", "1.", "2)", "-", "+", ">", "---", "===", "| t |", "|--|", "$x$", "$$", "@user", "#12", "https://e.org", "www.e.org",
    ":smile:", "<https://e.org>", "a@e.org", "\\", "\\*", "\\[", "\\\\", "\\end{document}", "\\input{/etc/passwd}", "\\href{javascript:1}{x}",
    "{", "}", "}}", "%", "^", "~", "&", "#", "_", "^^5c", "''", "\"", "``", "?`", "é", "Ω", "漢", "😀", "\x00", "\x1b[31m", "\x7f", "\t", "\n",
    "\N{RIGHT-TO-LEFT OVERRIDE}", "\N{ZERO WIDTH SPACE}", "\ud800",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join) | st.lists(
    st.sampled_from(WORDS), min_size=1, max_size=4
).map("".join)
SPANS = st.builds(Span, st.sampled_from(Role), TEXTS)
LINES: st.SearchStrategy[Line] = st.lists(SPANS, min_size=1, max_size=3).map(tuple)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    rows, columns = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    cells = tuple(tuple(draw(SPANS) for _ in range(columns)) for _ in range(rows))
    return Grid(draw(st.sampled_from(Role)), cells, draw(st.just("") | TEXTS), (), draw(st.booleans()))


EQUATIONS = st.builds(Equation, st.just(()) | LINES, st.lists(grids() | LINES, min_size=1, max_size=4).map(tuple))
BLOCKS = (
    st.builds(Heading, st.integers(1, 4), LINES)
    | st.builds(Paragraph, st.lists(LINES, min_size=1, max_size=6).map(tuple), st.sampled_from([0, 2, 4]), st.sampled_from([0, 1]))
    | st.builds(Working, st.lists(EQUATIONS, min_size=1, max_size=6).map(tuple), st.booleans(), st.sampled_from([2, 4]))
)  # fmt: skip
HOSTILE: st.SearchStrategy[Document] = st.lists(BLOCKS, max_size=5).map(tuple)
