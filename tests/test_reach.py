"""What an axis reads as a whole, against counting it."""

from hypothesis import assume, given
from hypothesis import strategies as st

from convcli.axis import Axis, TransposedAxis
from convcli.axis.reach import reads, touching
from convcli.errors import FitError

small, pads = st.integers(1, 7), st.integers(0, 7)


@st.composite
def axes(draw: st.DrawFn) -> Axis:
    try:
        return Axis(
            size=draw(small), kernel=draw(small), stride=draw(small), dilation=draw(small), pad_before=draw(pads),
            pad_after=draw(pads), ceil=draw(st.booleans()),
        )  # fmt: skip
    except FitError:
        assume(False)
        raise


@st.composite
def transposed_axes(draw: st.DrawFn) -> TransposedAxis:
    stride, dilation = draw(small), draw(small)
    try:
        return TransposedAxis(
            size=draw(small), kernel=draw(small), stride=stride, dilation=dilation, pad_before=draw(pads),
            pad_after=draw(pads), output_padding=draw(st.integers(0, max(stride, dilation) - 1)),
        )  # fmt: skip
    except FitError:
        assume(False)
        raise


@given(axes())
def test_a_window_touches_what_is_not_padding(axis: Axis) -> None:
    assert touching(axis) == sum(not axis.meeting(o, t).padding for o in range(axis.output) for t in range(axis.kernel))


@given(transposed_axes())
def test_a_stamp_touches_what_is_not_cropped(axis: TransposedAxis) -> None:
    assert touching(axis) == sum(len(axis.meets(out)) for out in range(axis.output))


def test_any_size_costs_the_same() -> None:
    far = 10**17
    assert touching(Axis(size=far, kernel=3, pad_before=1, pad_after=1)) == 3 * far - 2
    assert touching(Axis(size=far, kernel=far, pad_before=far - 1, pad_after=far - 1)) == far * far
    assert touching(TransposedAxis(size=far, kernel=far, stride=7, dilation=3)) == far * far


@given(axes(), st.integers(-5, 5))
def test_a_window_reads_from_its_first_to_its_last_tap(axis: Axis, out: int) -> None:
    assert reads(axis, out) == (axis.position(out, 0), axis.position(out, axis.kernel - 1))


@given(transposed_axes(), st.integers(0, 60))
def test_an_output_reads_the_inputs_whose_stamps_cover_it(axis: TransposedAxis, out: int) -> None:
    first, last = reads(axis, out)
    sources = [meeting.source for meeting in axis.meets(out) if meeting.source is not None]
    assert all(first <= source <= last for source in sources)
    if axis.dilation == 1 and out < axis.output:
        assert sources == list(range(max(first, 0), min(last, axis.size - 1) + 1))
