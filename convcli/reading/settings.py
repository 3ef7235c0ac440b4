"""Settings in the spelling of the command line: integers per axis, padding, names, numbers, true and false.

Plain ASCII decimal integers, never `1e1` or `2.0`. Whether a value is in range is judged where it is used.
"""

import re
from collections.abc import Collection

from convcli.axis import RULES, PaddingMode
from convcli.conventions import ALIASES
from convcli.errors import UsageError, quoted
from convcli.numbers import Number
from convcli.numbers.grammar import parse
from convcli.reading.wording import did_you_mean

Padding = int | tuple[int | tuple[int, int], ...] | str

_INTEGER = r"[+-]?(?:0|[1-9][0-9]*)"
_MAX_DIGITS = 18
ONE = "one integer"


def parse_integers(name: str, text: str) -> int | tuple[int, ...]:
    """One integer, or one per axis, separated by commas.

    >>> parse_integers("stride", "2"), parse_integers("stride", "2,1")
    (2, (2, 1))
    """
    values = tuple(_integer(name, part, text, "2 or 2,1") for part in text.split(","))
    return values if len(values) > 1 else values[0]


def parse_integer(name: str, text: str) -> int:
    """One integer.

    >>> parse_integer("groups", "2")
    2
    """
    return _integer(name, text, text, ONE)


def parse_padding(text: str) -> Padding:
    """One integer, one per axis, `before:after` per axis, or the name of a rule.

    >>> parse_padding("1"), parse_padding("1:2,0:1"), parse_padding("same-upper")
    (1, ((1, 2), (0, 1)), 'same')
    """
    word = ALIASES["padding"].get(text.strip(), text.strip())
    if word in RULES:
        return word
    if re.fullmatch(r"[A-Za-z][A-Za-z_-]*", word):
        mode = ALIASES["padding-mode"].get(word, word)
        raise UsageError(
            "padding has no such rule",
            given=f"padding {quoted(word)}",
            expected=f"a number, or one of {', '.join(RULES)}",
            fix=f"say how much with --padding and how with --padding-mode {mode}"
            if mode in [known.value for known in PaddingMode]
            else did_you_mean(word.lower().replace("_", "-"), RULES) or "name one of these",
        )
    values = tuple(_pad(part, text) for part in text.split(","))
    return values[0] if len(values) == 1 and isinstance(values[0], int) else values


def _pad(part: str, text: str) -> int | tuple[int, int]:
    form = "1 or 1,2 or 1:2,0:1 or same"
    sides = [_integer("padding", side, text, form) for side in part.split(":")]
    if len(sides) > 2:
        raise UsageError(
            "padding has more than two sides on an axis",
            given=f"padding {quoted(text)}",
            expected="before:after for each axis, the axes separated by commas",
            fix=f"write {sides[0]}:{sides[1]}",
        )
    return sides[0] if len(sides) == 1 else (sides[0], sides[1])


def parse_choice(name: str, text: str, choices: Collection[str]) -> str:
    """One of `choices`.

    >>> parse_choice("layout", "nhwc", ["nchw", "nhwc"])
    'nhwc'
    """
    word = text.strip()
    for spelling in (word, word.lower()):
        if spelling in choices:
            return spelling
    raise UsageError(
        f"{name} has no such choice",
        given=f"{name} {quoted(text)}",
        expected=f"one of {', '.join(choices)}",
        fix=_meant(name, word) or did_you_mean(word.lower().replace("_", "-"), choices) or "name one of these",
    )


def _meant(name: str, word: str) -> str | None:
    """What we call the choice that somebody else calls `word`."""
    ours = ALIASES.get(name, {}).get(word)
    return ours and f"write {ours}, which is the same"


def parse_number(name: str, text: str) -> Number:
    """One number of the grammar.

    >>> parse_number("pad-value", "-.5")
    Fraction(-1, 2)
    """
    try:
        return parse(text.strip())
    except ValueError as error:
        raise UsageError(
            f"{name} is not a number: {error}",
            given=f"{name} {quoted(text)}",
            expected="a number, such as 3, -1.5, 2e3 or 1/3",
            fix="write a number",
        ) from None


def parse_flag(name: str, text: str) -> bool:
    """`true` or `false`.

    >>> parse_flag("flip", "true")
    True
    """
    if text.strip() in ("true", "false"):
        return text.strip() == "true"
    raise UsageError(
        f"{name} is neither true nor false",
        given=f"{name} {quoted(text)}",
        expected="true or false",
        fix={"yes": "write true", "on": "write true", "1": "write true"}.get(
            text.strip().lower(), "write true or false"
        ),
    )


def parse_index(text: str) -> tuple[int, ...]:
    """The index of one output, as in `--at 0,2,3`.

    >>> parse_index("0,2,3")
    (0, 2, 3)
    """
    return tuple(_integer("at", part, text, "an index such as 0,2,3") for part in text.split(","))


def _integer(name: str, part: str, text: str, form: str) -> int:
    digits = part.strip(" ")
    if re.fullmatch(_INTEGER, digits) and len(digits.lstrip("+-")) <= _MAX_DIGITS:
        return int(digits)
    raise UsageError(
        f"{name} takes {form if form == ONE else 'integers'}",
        given=f"{name} {quoted(text)}",
        expected=f"{form}; plain digits, at most {_MAX_DIGITS} of them",
        fix=_as_integers(text, digits, form) or "write an integer",
    )


def _as_integers(text: str, part: str, form: str) -> str | None:
    """What was probably meant: `[2, 1]`, `2 1` and `2x1` are 2,1; `((1, 1), (0, 0))` is 1:1,0:0; `1e1` is 10."""
    numbers = re.findall(r"[+-]?[0-9]+", text)
    if len(numbers) > 1 and form != ONE and re.fullmatch(r"[\[\]()\s,xX0-9+-]+", text):
        nested = re.match(r"\s*[\[(]\s*[\[(]", text) and len(numbers) % 2 == 0
        pairs = zip(numbers[::2], numbers[1::2], strict=False)
        return "write " + ",".join((":".join(pair) for pair in pairs) if nested else numbers)
    nearest = _nearest_integer(part)
    return None if nearest is None else f"write {nearest}"


def _nearest_integer(digits: str) -> int | None:
    """The integer that `2.0`, `1e1` or `010` stands for."""
    try:
        number = parse(re.sub(r"^([+-]?)0+(?=[0-9])", r"\1", digits))
    except ValueError:
        return None
    return number if isinstance(number, int) and abs(number) < 10**_MAX_DIGITS else None
