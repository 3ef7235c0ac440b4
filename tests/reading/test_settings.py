"""Settings in the spelling of the command line."""

from collections.abc import Callable
from fractions import Fraction

import pytest

from convcli.errors import UsageError
from convcli.reading import parse_choice, parse_flag, parse_index, parse_integers, parse_number, parse_padding

LAYOUTS = ("nchw", "nhwc")

READ: dict[str, tuple[Callable[[], object], object]] = {
    "one integer": (lambda: parse_integers("stride", "2"), 2),
    "one per axis": (lambda: parse_integers("stride", "2,1"), (2, 1)),
    "blanks after commas": (lambda: parse_integers("stride", "2, 1"), (2, 1)),
    "a sign": (lambda: parse_integers("stride", "-1,+2,0"), (-1, 2, 0)),
    "18 digits": (lambda: parse_integers("stride", "9" * 18), 10**18 - 1),
    "padding by number": (lambda: parse_padding("1"), 1),
    "padding per axis": (lambda: parse_padding("1,2"), (1, 2)),
    "padding per side": (lambda: parse_padding("1:2,0:1"), ((1, 2), (0, 1))),
    "padding of one axis per side": (lambda: parse_padding("1:2"), ((1, 2),)),
    "padding of both kinds": (lambda: parse_padding("1,0:2"), (1, (0, 2))),
    "padding by rule": (lambda: parse_padding(" same-lower "), "same-lower"),
    "padding by the other name of a rule": (lambda: parse_padding("same-upper"), "same"),
    "a choice": (lambda: parse_choice("layout", "nhwc", LAYOUTS), "nhwc"),
    "a number": (lambda: parse_number("pad-value", "-1/3"), Fraction(-1, 3)),
    "true": (lambda: parse_flag("flip", "true"), True),
    "false": (lambda: parse_flag("flip", " false"), False),
    "an index": (lambda: parse_index("0,2,3"), (0, 2, 3)),
}


@pytest.mark.parametrize(("parse", "value"), READ.values(), ids=READ)
def test_settings(parse: Callable[[], object], value: object) -> None:
    assert parse() == value


INTEGERS = """\
stride takes integers
  given     stride `{}`
  expected  2 or 2,1; plain digits, at most 18 of them
  fix       {}"""
RULES = "valid, same, same-lower, half, full, causal"

REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "a decimal": (lambda: parse_integers("stride", "2.0"), INTEGERS.format("2.0", "write 2")),
    "a true decimal": (lambda: parse_integers("stride", "1.5"), INTEGERS.format("1.5", "write an integer")),
    "an exponent": (lambda: parse_integers("stride", "1,1e1"), INTEGERS.format("1,1e1", "write 10")),
    "a leading zero": (lambda: parse_integers("stride", "010"), INTEGERS.format("010", "write 10")),
    "an underscore": (lambda: parse_integers("stride", "1_0"), INTEGERS.format("1_0", "write an integer")),
    "Arabic digits": (lambda: parse_integers("stride", "٣"), INTEGERS.format("٣", "write an integer")),
    "a tab": (lambda: parse_integers("stride", "\t1"), INTEGERS.format("\\x091", "write an integer")),
    "nothing": (lambda: parse_integers("stride", ""), INTEGERS.format("", "write an integer")),
    "one comma too many": (lambda: parse_integers("stride", "1,"), INTEGERS.format("1,", "write an integer")),
    "19 digits": (lambda: parse_integers("stride", "9" * 19), INTEGERS.format("9" * 19, "write an integer")),
    "a million digits": (
        lambda: parse_integers("stride", "9" * 10**6),
        INTEGERS.format("9" * 60 + "…", "write an integer"),
    ),
    "three sides": (
        lambda: parse_padding("1:2:3"),
        "padding has more than two sides on an axis\n  given     padding `1:2:3`\n"
        "  expected  before:after for each axis, the axes separated by commas\n  fix       write 1:2",
    ),
    "padding that is no number": (
        lambda: parse_padding("1:x"),
        "padding takes integers\n  given     padding `1:x`\n"
        "  expected  1 or 1,2 or 1:2,0:1 or same; plain digits, at most 18 of them\n  fix       write an integer",
    ),
    "a rule nearly": (
        lambda: parse_padding("Same_Lower"),
        f"padding has no such rule\n  given     padding `Same_Lower`\n  expected  a number, or one of {RULES}\n"
        "  fix       did you mean same-lower?",
    ),
    "no rule": (
        lambda: parse_padding("explicit"),
        f"padding has no such rule\n  given     padding `explicit`\n  expected  a number, or one of {RULES}\n"
        "  fix       name one of these",
    ),
    "a choice nearly": (
        lambda: parse_choice("layout", "NHCW", LAYOUTS),
        "layout has no such choice\n  given     layout `NHCW`\n  expected  one of nchw, nhwc\n"
        "  fix       did you mean nhwc?",
    ),
    "no choice": (
        lambda: parse_choice("layout", "[red]\x1b", LAYOUTS),
        "layout has no such choice\n  given     layout `[red]\\x1b`\n  expected  one of nchw, nhwc\n"
        "  fix       name one of these",
    ),
    "no number": (
        lambda: parse_number("pad-value", "1_0"),
        "pad-value is not a number: write digits without `_`\n  given     pad-value `1_0`\n"
        "  expected  a number, such as 3, -1.5, 2e3 or 1/3\n  fix       write a number",
    ),
    "neither true nor false": (
        lambda: parse_flag("flip", "Yes"),
        "flip is neither true nor false\n  given     flip `Yes`\n  expected  true or false\n  fix       write true",
    ),
    "far from true": (
        lambda: parse_flag("flip", "2"),
        "flip is neither true nor false\n  given     flip `2`\n  expected  true or false\n"
        "  fix       write true or false",
    ),
    "no index": (
        lambda: parse_index("0,a"),
        "at takes integers\n  given     at `0,a`\n"
        "  expected  an index such as 0,2,3; plain digits, at most 18 of them\n  fix       write an integer",
    ),
}


@pytest.mark.parametrize(("parse", "message"), REFUSED.values(), ids=REFUSED)
def test_refused_settings(parse: Callable[[], object], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse()
    assert str(caught.value) == message
