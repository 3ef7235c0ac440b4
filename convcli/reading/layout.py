"""Numbers laid out in text: which bytes are numbers, and what stands between them.

Text is read in pieces, each as arrays of marks (a number, a comma, a bracket, ...) in their order, so that no
step costs Python per number.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import InputError
from convcli.numbers import Tensor
from convcli.numbers.bulk import BadTokenError, parse_tokens
from convcli.numbers.grammar import MAX_DIGITS, reason
from convcli.reading.text import Text
from convcli.reading.wording import not_a_number

FIRST_PIECE, PIECE = 1 << 13, 1 << 19
"""Bytes read at a time: few at first, for a short list in a long text; then so many that NumPy's overhead vanishes."""

Offsets = NDArray[np.int32 | np.int64]

BLANK, TOKEN, COMMA, OPEN, CLOSE, NEWLINE, SEMICOLON, DASH = range(8)
_SEPARATORS = rb"[\s,\[\];]"


def marks(**kinds: int) -> bytes:
    """A table from bytes to kinds of mark: `marks(comma=COMMA)`; blanks are blank, all else is part of a token."""
    characters = {"comma": b",", "open": b"[", "close": b"]", "newline": b"\n", "semicolon": b";"}
    table = bytearray([TOKEN]) * 256
    for character in b" \t\r\n":
        table[character] = BLANK
    for name, kind in kinds.items():
        table[characters[name][0]] = kind
    return bytes(table)


@dataclass(frozen=True, slots=True, eq=False)
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
        except BadTokenError as bad:
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
        quoted: NDArray[np.bool_] = (first == ord('"')) & (last == ord('"')) & (self.ends - self.starts > 1)
        return quoted


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """The marks of a piece of text in order, and its numbers."""

    at: NDArray[np.intp]  # where in the text each mark begins
    kinds: NDArray[np.uint8]
    tokens: NDArray[np.intp]  # which marks are numbers
    starts: Offsets
    ends: Offsets


def pieces(text: Text, low: int, high: int, table: bytes, what: str) -> Iterator[Piece]:
    """The marks of `text[low:high]`, a piece at a time; no number lies across two pieces."""
    data, size = text.data, FIRST_PIECE
    offsets: type[np.int32 | np.int64] = np.int32 if high < 1 << 31 else np.int64
    while low < high:
        cut, size = min(low + size, high), min(size * 4, PIECE)
        if cut < high:
            separator = re.compile(_SEPARATORS).search(data, cut, min(cut + 3 * MAX_DIGITS, high))
            if separator is None and high - cut > 3 * MAX_DIGITS:
                start = max(low, 1 + max(data.rfind(bytes([byte]), low, cut) for byte in b" \t\r\n,[];"))
                raise not_a_number(text, start, high, what, reason("1" * 3 * MAX_DIGITS))
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
        tokens = np.flatnonzero(kinds == TOKEN)
        starts = at[tokens]
        yield Piece(at + low, kinds, tokens, (starts + low).astype(offsets), (ends + low).astype(offsets))
        low = cut


def preceding(first: int, kinds: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The kind of mark before each; `first` is what was before the first."""
    before = np.empty_like(kinds)
    before[:1] = first
    before[1:] = kinds[:-1]
    return before


def first_true(mask: NDArray[np.bool_]) -> int:
    """The index of the first True; the length if there is none."""
    at = int(mask.argmax()) if mask.size else 0
    return at if mask.size and mask[at] else len(mask)
