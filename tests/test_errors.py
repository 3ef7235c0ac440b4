"""The error itself: four parts, escaped, bounded, with a place and an exit code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.errors import ConvError, FitError, InputError, OutputError, UsageError, plural, quoted, safe


def test_each_kind_has_its_exit_code() -> None:
    kinds: dict[type[ConvError], int] = {UsageError: 2, InputError: 3, FitError: 4, OutputError: 5}
    assert {kind: kind.exit_code for kind in kinds} == kinds


def test_an_error_is_a_value_error_with_four_parts_and_a_place() -> None:
    error = InputError("it broke", given="this\nand that", expected="other", fix="mend it", place="x.yaml, line 3")
    assert isinstance(error, ConvError | ValueError)
    assert str(error) == (
        "it broke\n"
        "  in        x.yaml, line 3\n"
        "  given     this\n"
        "            and that\n"
        "  expected  other\n"
        "  fix       mend it"
    )


def test_an_inner_place_wins_over_an_outer_one() -> None:
    error = InputError("p", given="g", expected="e", fix="f")
    assert error.located("line 3").located("x.yaml").place == "line 3"


def test_an_error_is_at_most_twelve_lines_and_four_kibibytes() -> None:
    long = "x" * 10_000
    text = str(ConvError(long, given="\n".join([long] * 50), expected=long, fix=long))
    assert len(text.splitlines()) <= 12
    assert len(text.encode()) <= 4096


def test_a_long_error_in_wide_letters_is_cut_between_letters() -> None:
    text = str(ConvError("語" * 700, given="語" * 700, expected="語" * 700, fix="語" * 700))
    assert len(text.encode()) <= 4096
    assert text.endswith("…")


@given(st.text())
def test_nothing_unprintable_passes(text: str) -> None:
    assert safe(text).isprintable()
    assert "\x1b" not in str(FitError(text, given=text, expected=text, fix=text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]8;;http://x\x07", "\\x1b]8;;http://x\\x07"),
        ("a\u202eb\u2066", "a\\u202eb\\u2066"),
        ("\x9b31m", "\\x9b31m"),
        ("\ud800", "\\ud800"),
        ("\U000e0001", "\\U000e0001"),
        ("back\\slash [red]é語", "back\\slash [red]é語"),
    ],
)
def test_controls_and_directions_are_escaped_and_the_rest_is_kept(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_quoted_and_plural() -> None:
    assert quoted("a" * 99) == "`" + "a" * 60 + "…`"
    assert [plural(n, "row") for n in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]


@pytest.mark.parametrize("kind", [UsageError, InputError, FitError, OutputError])
def test_an_error_crosses_to_another_process(kind: type[ConvError]) -> None:
    import pickle

    error = kind("p", given="g", expected="e", fix="f").located("x.yaml")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.exit_code) == (kind, str(error), error.exit_code)
