"""Random layers along one axis, and the input that they get."""

from hypothesis import strategies as st

from convcli.axis import CROPS, RULES
from convcli.layers import Kind, Layer

SMALL = st.integers(1, 4)
PADS = st.integers(0, 3)
POOLS = (Kind.MAX, Kind.AVG, Kind.LP)


@st.composite
def layers(draw: st.DrawFn, *, rules: bool = True, kinds: tuple[Kind, ...] = tuple(Kind)) -> Layer:
    """A layer without channels, of any settings that some input makes valid."""
    kind = draw(st.sampled_from(kinds))
    stride, dilation = draw(SMALL), draw(st.sampled_from((1, 1, 2, 3)))
    numbers: st.SearchStrategy[object] = st.one_of(PADS, st.tuples(st.tuples(PADS, PADS)))
    names = sorted(CROPS if kind is Kind.TRANSPOSED else RULES)
    padding = draw(st.one_of(numbers, st.sampled_from(names)) if rules else numbers)
    extra = None
    if kind is Kind.TRANSPOSED and not isinstance(padding, str):
        extra = draw(st.integers(0, max(stride, dilation) - 1))
    return Layer(
        kind=kind, kernel=draw(SMALL), stride=stride, dilation=dilation, padding=padding,  # type: ignore[arg-type]
        output_padding=extra, ceil=kind in POOLS and draw(st.booleans()),
    )  # fmt: skip
