"""Hypothesis strategies for documents of any kind, as wide as they come."""

from hypothesis import strategies as st

from convcli.document import Document, Equation, Grid, Heading, Line, Paragraph, Role, Span, Working

NUMBERS = st.sampled_from(["0", "-7", "123456", "0.25", "-1.5", "1e-07", "5/3", "nan", "░0", "·", "…", "12.125"])
WORDS = st.lists(st.sampled_from(["a", "word", "y[0,1]", "3·(-1)", "(5, 5)", "&<", "[red]"]), min_size=1, max_size=20)
SPANS = st.builds(Span, st.sampled_from(Role), WORDS.map(" ".join) | st.just(" = "))
LINES: st.SearchStrategy[Line] = st.lists(SPANS, min_size=1, max_size=4).map(tuple)
SIGNS: st.SearchStrategy[Line] = st.sampled_from("⊙=→∗+").map(lambda sign: (Span(Role.TEXT, sign),))


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    role = draw(st.sampled_from(Role))
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 30))
    cells = [[Span(role, draw(NUMBERS)) for _ in range(columns)] for _ in range(rows)]
    names = tuple(draw(st.sampled_from([map(str, range(1, columns + 1)), ()])))
    return Grid(role, tuple(map(tuple, cells)), draw(st.sampled_from(["", "channel 0"])), names, draw(st.booleans()))


EQUATIONS = st.builds(
    Equation,
    st.just(()) | LINES.map(lambda line: line[:1]),
    st.lists(grids() | SIGNS, min_size=1, max_size=5).map(tuple),
)
BLOCKS = (
    st.builds(Heading, st.integers(1, 4), LINES)
    | st.builds(
        Paragraph, st.lists(LINES, min_size=1, max_size=3).map(tuple), st.sampled_from([0, 2]), st.sampled_from([0, 1])
    )
    | st.builds(Working, st.lists(EQUATIONS, min_size=1, max_size=3).map(tuple), st.booleans(), st.sampled_from([2, 4]))
)
DOCUMENTS: st.SearchStrategy[Document] = st.lists(BLOCKS, max_size=4).map(tuple)
