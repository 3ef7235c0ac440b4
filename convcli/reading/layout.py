"""Numbers laid out in text: which bytes are numbers, and the shape that brackets, lines or dashes give them.

Text is read in pieces, each as arrays of marks (a number, a comma, a bracket, ...) in their order, so that no
step costs Python per number. A layout is rectangular if every closing of a level comes after as many numbers as
the first closing of that level did: `Rectangle` keeps those counts from piece to piece.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import InputError
from convcli.numbers import Tensor
from convcli.numbers.bulk import BadToken, parse_tokens
from convcli.numbers.grammar import MAX_DIGITS
from convcli.reading.text import Text
from convcli.reading.wording import MAX_RANK, not_a_number

PIECE = 1 << 19
"""Bytes read at a time: large enough that NumPy's overhead vanishes, small enough for the cache."""

BLANK, TOKEN, COMMA, OPEN, CLOSE, NEWLINE, SEMICOLON, DASH = range(8)
_SEPARATORS = re.compile(rb"[\s,\[\];]")


def marks(**kinds: int) -> bytes:
    """A table from bytes to kinds of mark: `marks(comma=COMMA)`; blanks are blank, all else is part of a token."""
    characters = {"comma": b",", "open": b"[", "close": b"]", "newline": b"\n", "semicolon": b";"}
    table = bytearray([TOKEN]) * 256
    for character in b" \t\r\n":
        table[character] = BLANK
    for name, kind in kinds.items():
        table[characters[name][0]] = kind
    return bytes(table)


@dataclass(frozen=True, slots=True)
class Grid:
    """Numbers in text, not read yet: the bytes of each, in row-major order, and their shape."""

    text: Text
    shape: tuple[int, ...]
    starts: NDArray[Any]
    ends: NDArray[Any]

    def tensor(self, what: str) -> Tensor:
        """The numbers, read; an error calls them `what` and points at the cell."""
        try:
            flat = parse_tokens(self.text.data, self.starts, self.ends)
        except BadToken as bad:
            raise not_a_number(
                self.text, int(self.starts[bad.index]), int(self.ends[bad.index]), what, str(bad)
            ) from None
        except InputError as error:
            raise error.located(self.text.name) from None
        return flat.with_values(flat.values.reshape(self.shape))

    def strings(self) -> int:
        """How many of the cells are in double quotes, as JSON has strings."""
        return int(np.count_nonzero(self._quoted()))

    def unquoted(self) -> "Grid":
        """The same, with the quotes around cells left out."""
        quoted = self._quoted()
        return Grid(self.text, self.shape, self.starts + quoted, self.ends - quoted)

    def _quoted(self) -> NDArray[np.bool_]:
        data = np.frombuffer(self.text.data, np.uint8)
        first, last = data.take(self.starts, mode="clip"), data.take(self.ends - 1, mode="clip")
        return (first == ord('"')) & (last == ord('"')) & (self.ends - self.starts > 1)


@dataclass(frozen=True, slots=True)
class Piece:
    """The marks of a piece of text in order, and its numbers."""

    at: NDArray[np.intp]  # offset of each mark in the text
    kinds: NDArray[np.uint8]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]


def pieces(text: Text, low: int, high: int, table: bytes, what: str) -> Iterator[Piece]:
    """The marks of `text[low:high]`, a piece at a time; no number lies across two pieces."""
    data = text.data
    while low < high:
        cut = min(low + PIECE, high)
        if cut < high:
            separator = _SEPARATORS.search(data, cut, min(cut + 3 * MAX_DIGITS, high))
            if separator is None and high - cut > 3 * MAX_DIGITS:
                raise not_a_number(text, cut, cut + 1, what, f"it has more than {MAX_DIGITS:,} digits when written out")
            cut = high if separator is None else separator.start()
        classes = np.frombuffer(data[low:cut].translate(table), np.uint8)
        token = classes == TOKEN
        begins = classes != BLANK
        begins[1:] &= ~(token[1:] & token[:-1])
        at = np.flatnonzero(begins)
        kinds = classes.take(at)
        ends = np.flatnonzero(token[:-1] & ~token[1:]) + 1
        if token[-1]:
            ends = np.append(ends, len(token))
        starts = at[kinds == TOKEN]
        yield Piece(at + low, kinds, (starts + low).astype(np.int32), (ends + low).astype(np.int32))
        low = cut


def first_true(mask: NDArray[np.bool_]) -> int:
    """The index of the first True; the length if there is none."""
    at = int(mask.argmax()) if mask.size else 0
    return at if mask.size and mask[at] else len(mask)


class Levels:
    """Whether levels close regularly. Heights count from the numbers up: 1 closes a row, 2 a plane, and so on."""

    def __init__(self) -> None:
        self.sizes = np.zeros(MAX_RANK + 2, np.int64)  # numbers in one closed level of each height; 0 while none was
        self.closed = np.zeros(MAX_RANK + 2, np.int64)  # numbers before the last closing of each height
        self.sizes[0] = 1

    def close(self, heights: NDArray[Any], counts: NDArray[Any]) -> tuple[int, int, int] | None:
        """Take closings in order, each with the count of numbers before it. The first irregular one, or None:
        its position among the closings, and the numbers between which it extends."""
        if not heights.size:
            return None
        order = np.argsort(heights, kind="stable")
        height, count = heights[order], counts[order]
        first = np.flatnonzero(np.diff(height, prepend=-1))
        before = np.empty_like(count)
        before[1:] = count[:-1]
        before[first] = self.closed[height[first]]
        size = count - before
        fresh = first[self.sizes[height[first]] == 0]
        self.sizes[height[fresh]] = size[fresh]
        irregular = np.flatnonzero(size != self.sizes[height])
        if irregular.size:
            at = irregular[order[irregular].argmin()]
            return int(order[at]), int(before[at]), int(count[at])
        self.closed[height] = count  # the last of equal heights stays
        return None

    def shape(self, rank: int) -> tuple[int, ...]:
        """The shape of a tensor of which each level has closed regularly, and the outermost once."""
        return tuple(int(self.sizes[h] // self.sizes[h - 1]) for h in range(rank, 0, -1))

    def index(self, height: int, rank: int, before: int) -> tuple[int, ...]:
        """Which row, plane, ... of this height begins after so many numbers: its index along the outer axes."""
        ordinal = before // int(self.sizes[height])
        index: list[int] = []
        for above in range(height + 1, rank):
            inner = int(self.sizes[above] // max(1, self.sizes[height]))  # 0 while none of `above` has closed
            ordinal, here = divmod(ordinal, inner) if inner else (0, ordinal)
            index.insert(0, here)
            height = above
        return (ordinal, *index)
