"""What pooling asks of an axis: ceil mode, what hangs over, which taps count, which windows read nothing."""

import itertools

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convcli.axis import Axis
from convcli.errors import FitError

#    what the row is about                                   size k  s  d  pad     out overhang dropped
CEIL = {
    "nothing left over: as floor":                           (6, 3, 3, 1, (0, 0), 2, 0, False),
    "a window more, that hangs over by 1":                   (4, 3, 2, 1, (1, 1), 3, 1, False),
    "one that would start in the padding is dropped":        (9, 4, 4, 1, (2, 2), 3, 0, True),
    "one that would start beyond the padding, too":          (3, 1, 2, 1, (0, 0), 2, 0, False),
    "a single window larger than the input":                 (2, 3, 2, 1, (0, 0), 1, 1, False),
    "a spread window hangs over with its last tap":          (6, 2, 3, 3, (0, 0), 2, 1, False),
}  # fmt: skip


@pytest.mark.parametrize(("size", "k", "s", "d", "pad", "out", "overhang", "drops"), CEIL.values(), ids=CEIL)
def test_ceil_mode(
    size: int, k: int, s: int, d: int, pad: tuple[int, int], out: int, overhang: int, drops: bool
) -> None:
    axis = Axis(size=size, kernel=k, stride=s, dilation=d, pad_before=pad[0], pad_after=pad[1], ceil=True)
    assert (axis.output, axis.overhang, axis.drops_last) == (out, overhang, drops)


@st.composite
def axes(draw: st.DrawFn) -> Axis:
    size, kernel, stride = (draw(st.integers(1, 6)) for _ in range(3))
    dilation, before, after = draw(st.integers(1, 9)), draw(st.integers(0, 9)), draw(st.integers(0, 9))
    ceil = draw(st.booleans())
    span = (kernel - 1) * dilation + 1
    assume(span <= size + before + after + (stride - 1 if ceil else 0))
    return Axis(
        size=size, kernel=kernel, stride=stride, dilation=dilation, pad_before=before, pad_after=after, ceil=ceil
    )


@given(axes())
def test_taps_and_counts_by_going_through_them(axis: Axis) -> None:
    for out, tap in itertools.product(range(axis.output), range(axis.kernel)):
        assert axis.is_overhang(out, tap) == (axis.position(out, tap) >= axis.size + axis.pad_after)
    for out in range(axis.output):
        taps = range(axis.kernel)
        assert list(axis.taps(out)) == [tap for tap in taps if not axis.meeting(out, tap).padding]
        assert axis.counted(out, padding=False) == sum(not axis.meeting(out, tap).padding for tap in taps)
        assert axis.counted(out, padding=True) == sum(not axis.is_overhang(out, tap) for tap in taps)
    whole = [out for out in range(axis.output) if len(axis.taps(out)) == axis.kernel]
    assert list(axis.whole) == whole


@given(axes())
def test_the_first_window_that_reads_nothing(axis: Axis) -> None:
    lonely = [out for out in range(axis.output) if not axis.taps(out)]
    assert axis.barren == (lonely[0] if lonely else None)


def test_windows_that_read_nothing_are_found_without_going_through_a_long_kernel() -> None:
    far = 10**18
    assert Axis(size=5, kernel=far, pad_before=far // 2, pad_after=far // 2).barren is None
    assert Axis(size=5, kernel=far, pad_before=far + 9, pad_after=1).barren == 0
    assert Axis(size=5, kernel=3, dilation=far, pad_before=far, pad_after=far).barren is None
    assert Axis(size=5, kernel=3, dilation=far, pad_before=far, pad_after=far + 3).barren == 5


@given(axes())
def test_a_window_of_ceil_mode_starts_inside_and_no_more_than_one_is_dropped(axis: Axis) -> None:
    assume(axis.ceil)
    starts = [axis.position(out, 0) for out in range(axis.output + 2)]
    after = -(-(axis.padded - axis.span) // axis.stride) + 1
    assert axis.output == after - axis.drops_last
    assert starts[axis.output] >= axis.size or starts[axis.output] + axis.span > axis.size + axis.pad_after
    assert axis.overhang == max(0, starts[axis.output - 1] + axis.span - axis.size - axis.pad_after)


def test_a_window_that_not_even_ceil_mode_fits() -> None:
    with pytest.raises(FitError, match="does not fit inside the padded input"):
        Axis(size=2, kernel=5, stride=2, ceil=True)
