"""Residues against brute force, and what would never end without Euclid."""

from hypothesis import given
from hypothesis import strategies as st

from convcli.axis import Axis
from convcli.axis.residues import first_within, sum_of_floors

small = st.integers(0, 60)


@given(small, st.integers(1, 60), st.data())
def test_the_first_within(step: int, modulus: int, data: st.DataObject) -> None:
    low = data.draw(st.integers(0, modulus - 1))
    high = data.draw(st.integers(low, modulus - 1))
    expected = next((k for k in range(modulus) if low <= k * step % modulus <= high), None)
    assert first_within(step, modulus, low, high) == expected


@given(small, small, small, st.integers(1, 60))
def test_sums_of_floors(count: int, slope: int, offset: int, divisor: int) -> None:
    expected = sum((slope * i + offset) // divisor for i in range(count))
    assert sum_of_floors(count, slope, offset, divisor) == expected


def test_a_dilation_past_any_loop() -> None:
    far = 10**15
    axis = Axis(size=10**12, kernel=2, dilation=far, pad_before=far, pad_after=far)
    assert axis.barren == 10**12
    assert Axis(size=2 * far, kernel=2, dilation=far, pad_before=far, pad_after=far).barren is None
