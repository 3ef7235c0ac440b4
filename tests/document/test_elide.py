"""What is shown where not everything can be."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.document.elide import hidden, kept, left_out, plan
from convcli.document.style import Style
from convcli.problem import Convolution
from tests.document.cases import layer
from tests.strategies import problems

KEPT = {
    "all that fit": (3, 3, [0, 1, 2]),
    "no limit": (3, None, [0, 1, 2]),
    "one too many": (4, 3, [0, None, 3]),
    "as many as fit": (33, 32, [*range(30), None, 32]),
    "hardly any room": (9, 1, [0, None, 8]),
}


@pytest.mark.parametrize(("length", "limit", "indices"), KEPT.values(), ids=KEPT)
def test_kept(length: int, limit: int | None, indices: list[int | None]) -> None:
    assert kept(length, limit) == indices
    assert left_out(length, indices) == length - sum(i is not None for i in indices)


def test_hidden_is_said_in_words() -> None:
    assert hidden((9, 9), kept(9, 9), kept(9, 9)) == ""
    assert hidden((9, 4), kept(9, 4), kept(4, 3)) == "6 rows and 2 columns"
    assert hidden((4, 9), kept(4, 9), [*range(7), None, 8]) == "1 column"


ALL = -1


def asking(show: int | None) -> Style:
    """A style that asks for so many elements, for as many as suit, or for all."""
    return Style(everything=True) if show == ALL else Style(show=show)


#              what it is about                        filters  show  steps of each plane shown, planes left
PLANS = {
    "everything fits":                                 (2, 18, [9, 9], 0),
    "the first plane whole, then what is left":        (3, 20, [9, 9, 2], 0),
    "what is left is divided evenly":           (3, 17, [9, 4, 4], 0),
    "even the first does not fit: some of each":       (3, 8, [3, 3, 2], 0),
    "a plane that just fits":                          (2, 10, [9, 1], 0),
    "one step":                                        (3, 1, [1], 2),
    "none is one":                                     (3, 0, [1], 2),
    "no limit":                                        (3, ALL, [9, 9, 9], 0),
    "at most nine planes where they do not all fit":   (40, 36, [9, 9, 9, 2, 2, 2, 1, 1, 1], 31),
}  # fmt: skip


@pytest.mark.parametrize(("filters", "show", "steps", "left"), PLANS.values(), ids=PLANS)
def test_which_steps_are_shown(filters: int, show: int | None, steps: list[int], left: int) -> None:
    chosen = plan(layer(1, 4, filters, 2).spec, asking(show))
    assert [len(plane.steps) for plane in chosen.planes] == steps
    assert [plane.left for plane in chosen.planes] == [9 - count for count in steps]
    assert (chosen.planes_left, chosen.steps_left) == (left, filters * 9 - sum(steps))


def test_many_small_planes_all_get_a_section() -> None:
    assert len(plan(layer(1, 2, 40, 2).spec, Style(show=36)).planes) == 36


#              what it is about                        filters  show  grids  steps shown
GRIDS = {
    "on one line each: elements are counted":          (8, None, 0, 36),
    "grids: patches are counted":                      (8, None, 4, 9),
    "a plane of as many as there may be":              (2, None, 3, 12),
    "a plane of more":                                 (2, None, 5, 2),
    "more patches in one element than there may be":   (2, None, 50, 1),
    "a number that was asked for":                     (8, 36, 4, 36),
    "no limit":                                        (8, ALL, 4, 72),
}  # fmt: skip


@pytest.mark.parametrize(("filters", "show", "grids", "steps"), GRIDS.values(), ids=GRIDS)
def test_patches_drawn_as_grids_are_dear(filters: int, show: int | None, grids: int, steps: int) -> None:
    chosen = plan(layer(1, 4, filters, 2).spec, asking(show), grids)
    assert sum(len(plane.steps) for plane in chosen.planes) == steps
    assert chosen.steps_left == filters * 9 - steps


@given(problems(), st.integers(1, 60))
def test_a_plan_shows_as_many_as_asked_in_order(asked: Convolution, show: int) -> None:
    chosen = plan(asked.spec, Style(show=show))
    shown = [at for plane in chosen.planes for at in plane.steps]
    assert len(shown) == min(show, math.prod(asked.spec.output_shape))
    assert shown == sorted({*shown})
