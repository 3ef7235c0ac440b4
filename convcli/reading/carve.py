"""Large plain lists of numbers carved out of YAML, so that its parser never sees them.

Each becomes the scalar `0` in a reduced text. Where a `[` or a dash only looked like a list (in a quoted string, a
block of lines), that `0` does not come back from the parser as a scalar of its own, and the text is parsed whole.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

from convcli.errors import InputError
from convcli.limits import Limits
from convcli.reading import brackets, dashes
from convcli.reading.text import Text
from convcli.reading.tree import LARGE, Numbers

_CANDIDATE = re.compile(rb"^[ ]*-(?=[ \r\n])|\[", re.MULTILINE)
_PLAIN = re.compile(rb"[-+./0-9A-Za-z,\[\] \r\n\t]*+")
_COMMENT = re.compile(rb"#[^\n]*")  # begins with one character, so that it is searched for at memory's speed
_YAML_LISTS = brackets.Style(trailing=True)


@dataclass(frozen=True, slots=True)
class Carved:
    """The reduced text; where its stand-ins are and what they stand for; and how far the text after each has moved."""

    data: bytes
    lists: dict[int, Numbers]
    moved: list[tuple[int, int]]

    def original(self, offset: int) -> int:
        """The offset in the whole text of an offset in the reduced one."""
        at = bisect_right(self.moved, (offset, 1 << 62)) - 1
        return offset + (self.moved[at][1] if at >= 0 else 0)


def carve(text: Text, limits: Limits) -> Carved:
    """`text` without its large lists of numbers. Raises what is wrong with a list that can only be a list."""
    data = text.data
    plain = Text(text.name, _without_comments(data)) if b"#" in data else text
    parts: list[bytes] = []
    lists: dict[int, Numbers] = {}
    moved: list[tuple[int, int]] = []
    at = kept = size = 0
    while match := _CANDIDATE.search(plain.data, at):
        low = match.start()
        region = _PLAIN.match(plain.data, low)
        at = region.end() if region else match.end()
        if at - low < LARGE:
            continue
        found = _dashed(plain, low, at, limits) if match[0] != b"[" else _bracketed(plain, low, at, limits)
        if found is None:
            continue
        indent = b" " * (len(match[0])) if match[0] != b"[" else b""
        stand_in = indent + (b"0\n" if indent else b"0")
        parts += [data[kept:low], stand_in]
        size += low - kept + len(stand_in)
        lists[size - len(stand_in) + len(indent)] = found
        at = kept = found.end
        moved.append((size, kept - size))
    parts.append(data[kept:])
    return Carved(b"".join(parts), lists, moved)


def _without_comments(data: bytes) -> bytes:
    """The same bytes at the same offsets, with blanks for comments."""

    def blank(match: re.Match[bytes]) -> bytes:
        begins = match.start() == 0 or data[match.start() - 1] in b" \t\r\n"
        return b" " * len(match[0]) if begins else match[0]

    return _COMMENT.sub(blank, data)


def _bracketed(text: Text, low: int, high: int, limits: Limits) -> Numbers | None:
    try:
        grid, end = brackets.scan(text, low, high, text.name, limits, _YAML_LISTS)
    except InputError:
        if high < len(text.data):
            return None  # something other than numbers is near; YAML's parser tells what
        raise
    return Numbers(grid, low, end) if end - low >= LARGE else None


def _dashed(text: Text, low: int, high: int, limits: Limits) -> Numbers | None:
    if high < len(text.data):
        high = text.data.rfind(b"\n", low, high) + 1
    found = dashes.scan(text, low, high, text.name, limits) if high > low else None
    return Numbers(found[0], low, found[1]) if found else None
