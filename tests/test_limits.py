"""Limits bind where they are checked and say how to raise them."""

import pytest

from convcli.errors import FitError, InputError
from convcli.limits import NAMES, Limits


def test_a_size_up_to_the_limit_passes_and_one_more_does_not() -> None:
    Limits(cells=10).check("cells", 10, of="x")
    with pytest.raises(InputError) as caught:
        Limits(cells=10).check("cells", 11, of="the input")
    assert str(caught.value) == (
        "the input is larger than convcalc takes on unasked\n"
        "  given     11 numbers in one tensor\n"
        "  expected  at most 10\n"
        "  fix       raise the limit with --limit cells=11"
    )


def test_an_astronomic_size_is_not_written_out() -> None:
    with pytest.raises(FitError) as caught:
        Limits().check("work", 10**400, of="the convolution")
    assert (caught.value.given, caught.value.fix) == ("over 1,000,000,000,000,000,000 multiply-adds", "ask for less")


def test_a_size_that_is_not_known_suggests_ten_times_the_limit() -> None:
    assert (
        Limits(text=7).exceeded("text", "more than 7", of="standard input").fix
        == "raise the limit with --limit text=70"
    )


def test_the_names_are_the_fields() -> None:
    assert NAMES == ("text", "cells", "depth", "output", "padded", "products", "work")
