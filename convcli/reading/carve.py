"""Large plain lists of numbers carved out of YAML, so that its parser never sees them.

Each becomes the scalar `0` in a reduced text. Where a `[` or a dash only looked like a list (in a quoted string, a
block of lines), that `0` does not come back from the parser as a scalar of its own, and the text is parsed whole.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from string import ascii_letters, digits

import numpy as np

from convcli.limits import Limits
from convcli.reading import dashes
from convcli.reading.brackets import Style
from convcli.reading.text import Text, end_of_run, only
from convcli.reading.tree import LARGE, MAX_LISTS, Numbers, whole_list

_CANDIDATE = re.compile(rb"^[ ]*-(?=[ \r\n])|\[", re.MULTILINE)
_PLAIN = only(b"-+./,[] \t\r\n" + ascii_letters.encode() + digits.encode())
_LINES = 1 << 20
_YAML_LISTS = Style(trailing=True)


@dataclass(frozen=True, slots=True, eq=False)
class Carved:
    """The reduced text; where its stand-ins are and what they stand for; and how far the text after each has moved."""

    data: bytes
    lists: dict[int, Numbers]
    moved: list[tuple[int, int]]

    def original(self, offset: int) -> int:
        """The offset in the whole text of an offset in the reduced one."""
        at = bisect_right(self.moved, (offset, 1 << 62)) - 1
        return offset + (self.moved[at][1] if at >= 0 else 0)


def carve(text: Text, what: str, limits: Limits) -> Carved:
    """`text` without its large lists of numbers. Raises what is wrong with a list that can only be a list."""
    data = text.data
    plain = Text(text.name, _without_comments(data)) if b"#" in data else text
    parts: list[bytes] = []
    lists: dict[int, Numbers] = {}
    moved: list[tuple[int, int]] = []
    at = kept = size = 0
    while match := _CANDIDATE.search(plain.data, at):
        low = match.start()
        at = end_of_run(plain.data, low, _PLAIN)
        if at - low < LARGE:
            continue
        if len(lists) == MAX_LISTS:
            break
        found = (whole_list if match[0] == b"[" else _dashed)(plain, low, at, what, limits, _YAML_LISTS)
        if found is None:
            continue
        indent = b" " * (len(match[0])) if match[0] != b"[" else b""
        stand_in = indent + (b"0\n" if indent else b"0")
        parts += [data[kept:low], stand_in]
        size += low - kept + len(stand_in)
        lists[size - len(stand_in) + len(indent)] = found
        at = kept = found.end
        moved.append((size, kept - size))
    return Carved(b"".join([*parts, data[kept:]]) if parts else data, lists, moved)


def _without_comments(data: bytes) -> bytes:
    """The same bytes at the same offsets, with blanks for comments; some lines at a time."""
    parts, low = [], 0
    while low < len(data):
        end = data.find(b"\n", low + _LINES)
        high = end + 1 if end >= 0 else len(data)
        part = np.frombuffer(data[low:high], np.uint8)
        hashes = np.flatnonzero(part == ord("#"))
        hashes = hashes[(hashes == 0) | np.isin(part.take(hashes - 1), list(b" \t\r\n"))]
        line_ends = np.append(np.flatnonzero(part == ord("\n")), len(part))
        ends, first = np.unique(line_ends[np.searchsorted(line_ends, hashes)], return_index=True)
        edges = np.zeros(len(part) + 1, np.int8)
        edges[hashes[first]], edges[ends] = 1, -1
        parts.append(np.where(np.cumsum(edges[:-1], dtype=np.int8), np.uint8(ord(" ")), part).tobytes())
        low = high
    return b"".join(parts)


def _dashed(text: Text, low: int, high: int, what: str, limits: Limits, _: Style) -> Numbers | None:
    if high < len(text.data):
        high = text.data.rfind(b"\n", low, high) + 1
    found = dashes.scan(text, low, high, what, limits) if high > low else None
    return Numbers(found[0], low, found[1]) if found else None
