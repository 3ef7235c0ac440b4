"""JSON, strictly, as the events of a tree. Large lists of numbers are read as wholes."""

import re
from collections.abc import Iterator
from string import ascii_letters, digits

from convcli.errors import InputError
from convcli.limits import Limits
from convcli.reading.brackets import Style
from convcli.reading.text import Text, end_of_run, only
from convcli.reading.tree import LARGE, MAX_LISTS, Begin, End, Event, Scalar, whole_list

_TOKEN = re.compile(rb'\s*+(?:("(?:[^"\\\x00-\x1f]++|\\.)*+")|([{}\[\],:])|([^\s"{}\[\],:]++))')
_PLAIN = only(b'-+./"[], \t\r\n' + ascii_letters.encode() + digits.encode())
_JSON_LISTS = Style(blanks=False)

_VALUE, _VALUE_OR_END, _KEY, _KEY_OR_END, _COLON, _COMMA_OR_END, _NOTHING = (
    "a value",
    "a value or ]",
    "a key in double quotes",
    "a key in double quotes, or }",
    "a colon",
    "a comma or the closing bracket",
    "nothing more",
)


def json_events(text: Text, what: str, limits: Limits) -> Iterator[Event]:
    """The events of the one value that `text` is; InputError at the first thing that is not JSON."""
    data, at, wanted = text.data, 0, _VALUE
    tried = lists = 0  # up to where a list was tried as a whole, and how many were
    closers: list[bytes] = []  # what closes each open list or mapping
    while True:
        match = _TOKEN.match(data, at)
        if match is None:
            if wanted is _NOTHING and not data[at:].strip():
                return
            raise _unexpected(text, at, wanted)
        start, at = match.start(match.lastindex or 0), match.end()
        token, mark = match[0].lstrip(), match[2]
        if (
            mark is not None
            and closers
            and mark == closers[-1]
            and wanted in (_VALUE_OR_END, _KEY_OR_END, _COMMA_OR_END)
        ):
            closers.pop()
            yield End(at)
        elif wanted is _COLON and mark == b":":
            wanted = _VALUE
            continue
        elif wanted is _COMMA_OR_END and mark == b",":
            wanted = _KEY if closers[-1] == b"}" else _VALUE
            continue
        elif wanted in (_KEY, _KEY_OR_END) and match[1] is not None:
            yield Scalar(_string(text, token, start), "quoted", start, at)
            wanted = _COLON
            continue
        elif wanted not in (_VALUE, _VALUE_OR_END) or (mark is not None and mark not in b"[{"):
            raise _unexpected(text, start, wanted)
        elif (
            mark == b"["
            and start >= tried
            and lists < MAX_LISTS
            and (plain := end_of_run(data, start, _PLAIN)) - start >= LARGE
        ):
            tried, lists = plain, lists + 1
            numbers = whole_list(text, start, plain, what, limits, _JSON_LISTS)
            if numbers is None:
                at = start
                continue
            yield numbers
            at = tried = numbers.end
        elif mark is not None:
            closers.append(b"]" if mark == b"[" else b"}")
            yield Begin(mark == b"{", start)
            wanted = _VALUE_OR_END if mark == b"[" else _KEY_OR_END
            continue
        elif match[1] is not None:
            yield Scalar(_string(text, token, start), "quoted", start, at)
        elif token[:1] in b"'#/":
            raise _unexpected(text, start, wanted)
        else:
            yield Scalar(token.decode(errors="replace"), "plain", start, at)
        wanted = _COMMA_OR_END if closers else _NOTHING


def _string(text: Text, token: bytes, start: int) -> str:
    if b"\\" not in token:
        return token[1:-1].decode()
    import json

    try:
        return str(json.loads(token))
    except ValueError:
        raise text.error(
            "a string has an unknown escape",
            start,
            start + len(token),
            expected='JSON escapes: \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0000',
            fix="double the backslash",
        ) from None


def _unexpected(text: Text, at: int, wanted: str) -> InputError:
    end = at
    rest = text.data[at : at + 200]
    at += len(rest) - len(rest.lstrip())
    token = _TOKEN.match(text.data, at)
    end = token.end() if token else at + 1
    if at >= len(text.data.rstrip()):
        fix = "check that the text is complete"
    elif text.data[at : at + 1] in b"#/":
        fix = "remove the comment, or name the file .yaml, where # begins one"
    elif text.data[at : at + 1] == b'"' and token is None:
        fix = "close the string with a double quote on the same line"
    elif text.data[at : at + 1] == b"'":
        fix = "write strings in double quotes"
    elif wanted is _VALUE and text.data[at : at + 1] in b"]}":
        fix = "remove the comma before it"
    elif wanted is _NOTHING:
        fix = "keep one value, and remove the rest"
    else:
        fix = "correct it here, or just before"
    return text.error(f"{text.name} is not JSON", at, end, expected=wanted, fix=fix)
