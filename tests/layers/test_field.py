"""Receptive fields against brute force: which inputs an output depends on."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.axis import Axis, TransposedAxis
from convcli.layers import AnyAxis, Field, Kind, Layer
from convcli.layers.field import MOST_PHASES, fields
from tests.layers.settings import layers

FAR = 1000  # an input whose edges are far away


def sources(axes: list[AnyAxis], out: int) -> set[int]:
    """Every input, edges aside, that an output depends on: tap by tap, layer by layer."""
    found = {out}
    for axis in reversed(axes):
        if isinstance(axis, Axis):
            found = {axis.position(o, tap) for o in found for tap in range(axis.kernel)}
        else:
            steps = {o + axis.pad_before - tap * axis.dilation for o in found for tap in range(axis.kernel)}
            found = {step // axis.stride for step in steps if step % axis.stride == 0}
    return found


STACKS = st.lists(layers(rules=False), min_size=1, max_size=4)


@given(STACKS)
def test_the_field_is_that_of_the_output_that_depends_on_most(stack: list[Layer]) -> None:
    axes: list[AnyAxis] = [layer.axis(FAR, 0, 1) for layer in stack]
    period = math.prod(axis.stride for axis in axes if isinstance(axis, TransposedAxis))
    found = [sources(axes, out) for out in range(period)]
    largest = max((max(some) - min(some) + 1 for some in found if some), default=0)
    field = list(fields(axes))[-1]
    assert largest <= field.size
    if field.exact:
        assert largest == field.size


@given(st.lists(layers(rules=False, kinds=(Kind.CONV, Kind.MAX)), min_size=1, max_size=5), st.integers(0, 5))
def test_jump_and_centre_of_windows_are_exact(stack: list[Layer], out: int) -> None:
    axes: list[AnyAxis] = [layer.axis(FAR, 0, 1) for layer in stack]
    field = list(fields(axes))[-1]
    found = sources(axes, out)
    assert field.exact
    assert Fraction(min(found) + max(found), 2) == field.centre + out * field.jump


@given(STACKS, st.integers(0, 40))
def test_behind_transposed_layers_the_centre_is_that_of_all_that_could_be_read(stack: list[Layer], out: int) -> None:
    axes: list[AnyAxis] = [layer.axis(FAR, 0, 1) for layer in stack]
    field = list(fields(axes))[-1]
    jump, extent = Fraction(1), Fraction(0)
    for axis in axes:  # the field before it is rounded to whole inputs
        jump /= axis.stride if isinstance(axis, TransposedAxis) else 1
        extent += (axis.span - 1) * jump
        jump *= axis.stride if isinstance(axis, Axis) else 1
    assert jump == field.jump
    assert field.size <= extent + 1
    assert all(abs(source - field.centre - out * jump) <= extent / 2 for source in sources(axes, out))


#                what it is about                             axes                                                        size jump centre exact
WORKED = {
    "AlexNet's first two layers (Distill)":                  ([Axis(size=9, kernel=11, stride=4, pad_before=2, pad_after=2), Axis(size=9, kernel=3, stride=2)], 19, "8", "7", True),
    "a stamp of 4 at stride 2 covers each output twice":     ([TransposedAxis(size=9, kernel=4, stride=2, pad_before=1, pad_after=1)], 2, "1/2", "-1/4", True),
    "outputs between stamps depend on nothing":              ([TransposedAxis(size=9, kernel=1, stride=3)], 1, "1/3", "0", True),
    "down and up again":                                     ([Axis(size=9, kernel=3, stride=2, pad_before=1), TransposedAxis(size=5, kernel=4, stride=2, pad_before=1)], 5, "1", "-1/2", True),
    "a spread stamp at a stride is told by a bound":         ([TransposedAxis(size=9, kernel=3, stride=2, dilation=3)], 4, "1/2", "-3/2", False),
    "every output falls into a gap":                         ([TransposedAxis(size=9, kernel=1, stride=2, pad_before=1), Axis(size=9, kernel=1, stride=2)], 0, "1", "1/2", False),
    "a pattern that repeats too late is told by a bound":    ([TransposedAxis(size=9, kernel=MOST_PHASES + 1, stride=MOST_PHASES + 1), Axis(size=9, kernel=2)], 2, "1/1025", "-1023/2050", False),
}  # fmt: skip


@pytest.mark.parametrize(("axes", "size", "jump", "centre", "exact"), WORKED.values(), ids=WORKED)
def test_worked(axes: list[AnyAxis], size: int, jump: str, centre: str, exact: bool) -> None:
    assert list(fields(axes))[-1] == Field(size=size, jump=Fraction(jump), centre=Fraction(centre), exact=exact)
