"""Many tokens at once are what the grammar reads one by one; and what is too long is refused before it is made."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.errors import InputError
from convcli.numbers import bulk
from convcli.numbers.bulk import BadTokenError, parse_tokens
from convcli.numbers.grammar import parse
from convcli.numbers.tensor import Tensor

TOO_LONG = """\
the numbers are too long when written over their common denominator
  given     {given}
  expected  at most 4,300 digits below, and {bytes} bytes in all
  fix       write the numbers with fewer digits, or read them as floats from a .npy file"""

DECIMALS = st.from_regex(r"[+-]?(0|[1-9][0-9]{0,30})(\.[0-9]{0,25})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)
POINTS = st.from_regex(r"[+-]?\.[0-9]{1,25}", fullmatch=True)
FRACTIONS = st.from_regex(r"[+-]?(0|[1-9][0-9]{0,25})/[1-9][0-9]{0,25}", fullmatch=True)
NUMBERS = st.one_of(DECIMALS, POINTS, FRACTIONS)
NEAR = st.text("0123456789.eE+-/ infa,_x٣", max_size=45)


def read(*tokens: str, between: str = " ") -> Tensor:
    """The tokens in one text, with something between them that belongs to neither."""
    text, starts, ends = b"", [], []
    for token in tokens:
        starts.append(len(text))
        text += token.encode()
        ends.append(len(text))
        text += between.encode()
    return parse_tokens(text, np.array(starts), np.array(ends))


@given(st.lists(NUMBERS, min_size=1, max_size=8))
def test_each_token_is_what_the_grammar_says(tokens: list[str]) -> None:
    assert read(*tokens).numbers() == [parse(token) for token in tokens]


@given(st.lists(st.one_of(NUMBERS, NEAR), min_size=1, max_size=4), st.sampled_from([" ", ",", "]", "\n"]))
def test_what_is_no_number_is_told_as_the_grammar_tells_it(tokens: list[str], between: str) -> None:
    wanted: list[object] = []
    for index, token in enumerate(tokens):
        try:
            wanted.append(parse(token))
        except ValueError as caught:
            error = caught
        else:
            continue
        with pytest.raises(BadTokenError) as bad:
            read(*tokens, between=between)
        assert (bad.value.index, str(bad.value)) == (index, str(error))
        return
    if not any(isinstance(value, float) for value in wanted):
        assert read(*tokens, between=between).numbers() == wanted


VALUES = {
    "the largest of 64 bits": (["9223372036854775807", "-9223372036854775807"], np.dtype(np.int64), 1),
    "one more": (["9223372036854775808", "1"], np.dtype(object), 1),
    "19 digits": (["1234567890123456789", "1"], np.dtype(np.int64), 1),
    "19 significant digits behind zeros": (["0.0001234567890123456789", "1"], np.dtype(object), 10**22),
    "decimals that are integers": (["1.50", "2.50"], np.dtype(np.int64), 2),
    "a common denominator that reduces": (["0.25", "0.5", "1/4"], np.dtype(np.int64), 4),
    "fractions that need Python integers": (["1/999999999999999999", "1/999999999999999998"], np.dtype(np.int64), None),
    "a numerator beyond 64 bits at its denominator": (["1/3", "9e17", "1/7"], np.dtype(object), 21),
    "a fraction beyond 64 bits at its denominator": (["999999999999999998/7", "1/1000"], np.dtype(object), 7000),
    "a fraction of long numbers": (["12345678901234567891/3", "1"], np.dtype(object), 3),
    "nothing but zero, far behind the point": (["0e-4000", "-0.000", "0e-4200"], np.dtype(np.int64), 1),
    "zero over something": (["0/7", "1/2"], np.dtype(np.int64), 2),
    "a high power": (["1e4000", "1"], np.dtype(object), 1),
    "a low power": (["1e-4000", "1"], np.dtype(object), 10**4000),
    "the lowest power": (["1e-4299"], np.dtype(np.int64), 10**4299),
    "exponents of every sign": (["1e2", "1E+2", "1e-2", "1.5e1"], np.dtype(np.int64), 100),
    "an exponent behind zeros": (["1e000002", "1e0000002"], np.dtype(np.int64), 1),
    "forty-one characters": (["1." + "0" * 38 + "1", "1." + "0" * 60 + "1"], np.dtype(object), 10**61),
}


@pytest.mark.parametrize(("tokens", "dtype", "denominator"), VALUES.values(), ids=VALUES)
def test_values(tokens: list[str], dtype: np.dtype[np.generic], denominator: int | None) -> None:
    tensor = read(*tokens)
    assert tensor.numbers() == [parse(token) for token in tokens]
    assert tensor.values.dtype == dtype
    assert denominator in (None, tensor.denominator)


def test_an_infinity_makes_doubles_of_all_each_rounded_once() -> None:
    tensor = read("0.1", "1/3", "-inf", "9007199254740993", "-0.0", "1e-400", "1e400")
    assert tensor.values.tolist() == [0.1, 1 / 3, -math.inf, 9007199254740992.0, 0.0, 0.0, math.inf]
    assert tensor.dtype == "float64"
    assert math.isnan(read("1", ".nan").values[1])


def test_blocks_join_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "BLOCK", 3)
    tokens = ["1", "1/3", "2.5", "7" * 25, "1e3", "-1/7", "0", "8"]
    assert read(*tokens).numbers() == [parse(token) for token in tokens]
    with pytest.raises(BadTokenError, match="write 1 or 0") as caught:
        read("1", "2", "3", "4", "yes", "no")
    assert caught.value.index == 4


def test_a_common_denominator_is_refused_while_it_grows() -> None:
    with pytest.raises(InputError) as caught:
        read(*(f"1/{10**17 + k}" for k in range(1000)))
    assert str(caught.value) == TOO_LONG.format(given="their common denominator", bytes="200,000,000")


@pytest.mark.parametrize(
    ("tokens", "size"),
    [(["1"] * 99 + ["1e-1000"], "about 45,883 bytes"), (["1" * 25] * 100, "about 5,040 bytes")],
    ids=["many numbers over a long denominator", "many long numbers"],
)
def test_what_would_fill_memory_is_refused_before(
    tokens: list[str], size: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MAX_WRITTEN", 5_000)
    with pytest.raises(InputError) as caught:
        read(*tokens)
    assert str(caught.value) == TOO_LONG.format(given=size, bytes="5,000")


def test_one_number_may_be_as_long_as_any() -> None:
    assert read("1e4299", *["1"] * 1000).numbers()[-1] == 1
    assert read("1e-4299").numbers() == [Fraction(1, 10**4299)]


@pytest.mark.parametrize(
    "token", ["1e1 2", "1/2 3", "1e1,", "1 2", "1.5]", "1e1e1", "1/2/3", "1e+", "1/", "1e1/2", "1/2e1"]
)
def test_a_token_is_read_to_its_end(token: str) -> None:
    with pytest.raises(BadTokenError):
        read("1", token, "2")


def test_a_zero_far_behind_the_point_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MAX_WRITTEN", 100)
    assert read("0e-3000", "1").numbers() == [0, 1]
    assert read("0e-4200", "1").numbers() == [0, 1]
