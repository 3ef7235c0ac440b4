"""The errors that several readers of numbers share, worded once."""

import re
from collections.abc import Iterable

from convcli.errors import InputError, plural, safe
from convcli.limits import Limits
from convcli.numbers.grammar import parse, reason
from convcli.reading.text import Text

MAX_RANK = 64
"""Axes that a NumPy array can have."""

ELLIPSIS = b"..."
A_NUMBER = "a number, such as 3, -1.5, 2e3 or 1/3"
_LEVELS = ("number", "row", "plane", "block")
_TRUE, _FALSE = r"(?i)y|yes|on|true", r"(?i)n|no|off|false|null|none|~|"


def not_a_number(text: Text, start: int, end: int, what: str, hint: str) -> InputError:
    """A cell that the grammar refuses; the fix is the number that was probably meant, if one can be guessed."""
    token = text.data[start:end].decode(errors="replace") if end - start <= 200 else "…"
    meant = probably_meant(token)
    problem = f"a cell of {what} is not a number"
    if meant:
        fix = f"write {meant}"
    elif text.data.startswith(ELLIPSIS, start):
        fix = "print all of it: numpy.set_printoptions(threshold=sys.maxsize), torch.set_printoptions(profile='full')"
    elif token[0].isalpha() and b"\n" not in text.data[:start].strip() and b"\n" in text.data[end:].strip():
        fix = "write a number there; if the line is a header, remove it"
    else:
        fix = "write a number there"
    return text.error(
        problem if hint == reason("?") else f"{problem}: {hint}",
        start,
        end,
        expected=A_NUMBER,
        fix=fix,
    )


def probably_meant(token: str) -> str | None:
    """The number that a near miss stands for, if that is plain.

    >>> probably_meant("1_000"), probably_meant("010"), probably_meant("yes"), probably_meant("1:30")
    ('1000', '10', '1', None)
    """
    if re.fullmatch(_TRUE, token):
        return "1"
    if re.fullmatch(_FALSE, token):
        return "0"
    from unicodedata import decimal

    if re.fullmatch(r"0[xX][0-9a-fA-F]{1,12}", token):
        return str(int(token, 16))
    plain = token.strip("\"'").replace("_", "").replace("\u2212", "-")
    plain = "".join(str(decimal(c, c)) for c in plain)
    plain = re.sub(r"^([+-]?)0+(?=[0-9])", r"\1", plain)
    plain = {"inf": "inf", "infinity": "Infinity", "nan": "NaN"}.get(plain.lower(), plain)
    try:
        parse(plain)
    except ValueError:
        return None
    return plain


def ragged(
    text: Text, start: int, end: int, what: str, height: int, index: tuple[int, ...], got: int, want: int
) -> InputError:
    """A row (height 1), plane (2) or block of another length than the first one of its kind."""
    name, part = (_LEVELS[min(level, len(_LEVELS) - 1)] for level in (height, height - 1))
    here, first = _indexed(name, index), _indexed(name, (0,) * len(index))
    change = f"add {plural(want - got, part)}" if got < want else f"remove {plural(got - want, part)}"
    return text.error(
        f"the {name}s of {what} have different lengths",
        start,
        end,
        expected=f"{plural(want, part)} in {here}, as in {first}",
        fix=f"{here} has {got}: {change}",
    )


def _indexed(name: str, index: tuple[int, ...]) -> str:
    return f"{name} {index[0]}" if len(index) == 1 else f"{name} " + "".join(f"[{i}]" for i in index)


def mixed_levels(text: Text, start: int, end: int, what: str) -> InputError:
    """A number where lists stand, or a list where numbers stand."""
    if text.data.startswith(ELLIPSIS, start):
        return not_a_number(text, start, start + len(ELLIPSIS), what, reason("..."))
    return text.error(
        f"{what} mixes numbers and lists on one level",
        start,
        end,
        expected="every number inside the same count of brackets",
        fix="give all rows the same depth of nesting",
    )


def empty(text: Text, at: int, what: str) -> InputError:
    """A text without numbers."""
    return InputError(
        f"{what} is empty",
        given="no numbers",
        expected=A_NUMBER,
        fix="write the numbers, such as [[1, 2], [3, 4]]",
        place=text.place(at) if at else text.name,
    )


def empty_list(text: Text, start: int, end: int, what: str) -> InputError:
    """`[]` holds nothing to convolve."""
    return text.error(
        f"{what} has an empty list",
        start,
        end,
        expected="at least one number in every list",
        fix="fill it, or leave it out",
    )


def too_deep(text: Text, at: int, what: str, limits: Limits) -> InputError:
    """More levels than the limit, or than any array can have."""
    if limits.depth < MAX_RANK:
        error = limits.exceeded("depth", f"over {limits.depth}", of=f"the nesting of {what}")
        return InputError(
            error.problem, given=error.given, expected=error.expected, fix=error.fix, place=text.place(at)
        )
    return InputError(
        f"{what} has more axes than an array can have",
        given=f"over {MAX_RANK} levels",
        expected=f"at most {MAX_RANK}",
        fix="remove levels of nesting",
        place=text.place(at),
    )


def lone_number(text: Text, start: int, end: int, what: str) -> InputError:
    """A number alone has no axis to convolve along."""
    token = text.data[start:end].decode(errors="replace")
    return text.error(
        f"{what} is a lone number",
        start,
        end,
        expected="a list of numbers",
        fix=f"write [{token}]" if len(token) <= 40 else "write it in brackets",
    )


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The nearest known word, as a fix; None if none is near.

    >>> did_you_mean("strides", ["stride", "padding"])
    'did you mean stride?'
    """
    from difflib import get_close_matches

    near = get_close_matches(word[:80], [name for name in known if len(name) <= 80], 1)
    return f"did you mean {safe(near[0])}?" if near else None


def choices(names: Iterable[str]) -> str:
    """The first names of many, in one line.

    >>> choices(["a", "b"])
    'a, b'
    """
    listed = list(names)
    rest = f" and {len(listed) - 10:,} more" if len(listed) > 10 else ""
    return ", ".join(safe(name, limit=30) for name in listed[:10]) + rest
