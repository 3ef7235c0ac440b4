"""Numbers in rows: what `plain` and CSV print, and what people type as `1 2; 3 4`.

A row ends at a line end or `;`. One blank line separates planes, two separate batch items, and so on: k blank
lines close k+1 levels. Lines that begin with `#` are comments.
"""

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import InputError
from convcli.limits import Limits
from convcli.reading.layout import COMMA, NEWLINE, SEMICOLON, TOKEN, Grid, Piece, first_true, marks, pieces, preceding
from convcli.reading.levels import Levels
from convcli.reading.text import Text
from convcli.reading.wording import MAX_RANK, empty, too_deep

_TABLE = marks(comma=COMMA, newline=NEWLINE, semicolon=SEMICOLON)
_COMMENT = rb"(?m)^[ \t]*#[^\n]*\n?|[ \t]#[^\n]*"
_KINDS = 8
_EMPTY_ROW, _MISSING, _MIXED, _CSV_SEMICOLON = range(1, 5)  # what can be wrong between two marks


def _wrong_pairs(commas: bool | None, csv: bool) -> NDArray[np.uint8]:
    """What is wrong with each pair of neighbouring marks, 0 if nothing."""
    table = np.zeros((_KINDS, _KINDS), np.uint8)
    row_ends = [NEWLINE, SEMICOLON]
    table[row_ends, SEMICOLON] = _EMPTY_ROW
    if commas:
        table[TOKEN, TOKEN] = _MIXED
        table[[*row_ends, COMMA], COMMA] = _MISSING
        table[COMMA, row_ends] = _MISSING
    else:
        table[:, COMMA] = _MISSING if commas is None else _MIXED
    if csv:
        table[:, SEMICOLON] = _CSV_SEMICOLON
    return table.ravel()


def scan(text: Text, low: int, high: int, what: str, limits: Limits, *, csv: bool = False) -> Grid:
    """The numbers of `text[low:high]` in rows; a single row has rank 1."""
    text = _prepared(text, low, high)
    levels, commas = Levels(text, what, limits), None
    rank, last_kind, last_at = 1, NEWLINE, low
    gap: int | None = None  # the line ends since the last number, if there were any or a `;`
    for piece in pieces(text, low, high, _TABLE, what):
        kinds, at, count = piece.kinds, piece.at, levels.count
        pairs = preceding(last_kind, kinds) * np.uint8(_KINDS) + kinds
        commas = _separated_by_commas(pairs) if commas is None else commas
        wrong = _wrong_pairs(commas, csv).take(pairs)
        bad = first_true(wrong > 0)
        levels.add(piece.starts, piece.ends)
        after, heights, gap = _gaps(piece, bad, count, gap)
        rank = max(rank, int(heights.max(initial=0)) + 1)
        if rank > (2 if csv else min(limits.depth, MAX_RANK)):
            blank = int(np.concatenate(levels.starts)[after[heights.argmax()]])
            raise _blank_lines(text, blank, what, csv, limits)
        begin = np.cumsum(heights) - heights
        each = np.arange(int(heights.sum())) - np.repeat(begin, heights) + 1  # a gap closes all from 1 to its height
        levels.close(each, np.repeat(after, heights), rank)
        if bad < len(kinds):
            raise _wrong(text, what, int(wrong[bad]), int(at[bad]))
        if kinds.size:
            last_kind, last_at = int(kinds[-1]), int(at[-1])
    if last_kind == COMMA:
        raise _wrong(text, what, _MISSING, last_at)
    if not levels.count:
        raise empty(text, low, what)
    levels.close(np.arange(1, rank + 1), np.full(rank, levels.count), rank)
    return levels.grid(rank)


def _gaps(piece: Piece, sound: int, count: int, gap: int | None) -> tuple[NDArray[Any], NDArray[Any], int | None]:
    """The gaps between rows that end here: the count of numbers before each, and how many levels it closes; and
    the line ends of the gap that is still open, if one is."""
    row_ends = np.flatnonzero(piece.kinds[:sound] >= NEWLINE)
    total = count + int(np.searchsorted(piece.tokens, sound))
    before = np.searchsorted(piece.tokens, row_ends) + count
    lines = (piece.kinds[row_ends] == NEWLINE).astype(np.int64)
    if gap is not None:
        before, lines = np.insert(before, 0, count), np.insert(lines, 0, gap)
    after, group = np.unique(before, return_inverse=True)
    ends = np.bincount(group, weights=lines, minlength=len(after)).astype(np.int64)
    still_open = int(ends[-1]) if after.size and after[-1] == total else None
    ended = (after > 0) & (after < total)
    return after[ended], np.maximum(ends[ended], 1), still_open


def _separated_by_commas(pairs: NDArray[np.uint8]) -> bool | None:
    """Whether the first separator within a row is a comma or a blank; None while there was none."""
    comma, blank = first_true(pairs % _KINDS == COMMA), first_true(pairs == TOKEN * _KINDS + TOKEN)
    return None if comma == blank else comma < blank


def _prepared(text: Text, low: int, high: int) -> Text:
    """The same text at the same offsets, without comment lines and with line ends that are line feeds."""
    part = text.data[low:high]
    clean = re.sub(_COMMENT, lambda match: b" " * len(match[0]), part) if b"#" in part else part
    clean = clean if b"\n" in clean else clean.replace(b"\r", b"\n")
    return text if clean is part else Text(text.name, text.data[:low] + clean + text.data[high:])


def _wrong(text: Text, what: str, kind: int, at: int) -> InputError:
    if kind == _CSV_SEMICOLON:
        problem, expected, fix = "has a semicolon in its CSV", "commas", "separate the numbers of a row by commas"
    elif kind == _EMPTY_ROW:
        problem, expected, fix = "has an empty row", "numbers before every `;`", "remove the semicolon"
    elif kind == _MIXED:
        problem = "mixes commas and blanks"
        expected, fix = (
            "commas between all numbers of a row, or blanks between all",
            "put a comma between every two numbers",
        )
    else:
        problem = "has an empty cell"
        expected, fix = "a number on both sides of every comma", "remove the comma, or write the number"
    return text.error(f"{what} {problem}", at, at + 1, expected=expected, fix=fix)


def _blank_lines(text: Text, at: int, what: str, csv: bool, limits: Limits) -> InputError:
    if csv:
        return text.error(
            f"{what} has a blank line between rows of CSV",
            at,
            at + 1,
            expected="one row a line: CSV has two axes",
            fix="remove the blank line, or name the file .txt, where a blank line begins a new plane",
        )
    return too_deep(text, at, what, limits)
