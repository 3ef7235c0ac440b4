"""Numbers in YAML block sequences, `- - 1.5` a line or `- [1, 2]`, read as a whole.

Only regular sequences are read here: every level of dashes at one column, and below the last dash a number or a flow
list. Whatever else YAML allows is left to its parser, so this is a short cut and not a second opinion.
"""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import InputError
from convcli.limits import Limits
from convcli.reading.layout import (
    CLOSE,
    COMMA,
    DASH,
    NEWLINE,
    OPEN,
    TOKEN,
    Grid,
    Levels,
    Piece,
    first_true,
    marks,
    pieces,
)
from convcli.reading.text import Text
from convcli.reading.wording import MAX_RANK, ragged

_TABLE = marks(comma=COMMA, open=OPEN, close=CLOSE, newline=NEWLINE)
_LEADING = re.compile(rb"[ ]*-(?:[ \r\n]+-(?=[ \r\n]))*(?=[ \r\n])")
_BRACKETS = re.compile(rb"(?:\s*\[)*")


_IS_BLANK = np.isin(np.arange(256), list(b" \r\n"))
_REGULAR = np.zeros((8, 8), bool)
for _pair in (
    (DASH, (DASH, TOKEN, OPEN)),
    (OPEN, (TOKEN, OPEN)),
    (COMMA, (TOKEN, OPEN)),
    (TOKEN, (DASH, COMMA, CLOSE)),
) + ((CLOSE, (DASH, COMMA, CLOSE)),):
    _REGULAR[_pair[0], _pair[1]] = True


@dataclass(frozen=True, slots=True)
class _Form:
    """What the first number shows of a sequence: the columns of its dashes, and its count of brackets."""

    columns: NDArray[np.int64]
    flow: int

    @property
    def rank(self) -> int:
        return len(self.columns) + self.flow


@dataclass(slots=True)
class _State:
    """Where the marks of one piece end and those of the next begin."""

    count: int = 0
    depth: int = 0
    line_start: int = 0
    kind: int = DASH
    level: int = 0
    begins_line: bool = True


def scan(text: Text, low: int, high: int, what: str, limits: Limits) -> tuple[Grid, int] | None:
    """The block sequence that begins at the line `low`, and the offset after it; None if it is not a regular one."""
    form = _form(text.data, low, high)
    if form is None or form.rank > min(limits.depth, MAX_RANK):
        return None
    starts: list[NDArray[np.int32]] = []
    ends: list[NDArray[np.int32]] = []
    levels, state = Levels(), _State(line_start=low)
    for piece in pieces(text, low, high, _TABLE, what):
        is_dash = _dashes(text.data, piece)
        kinds, at = piece.kinds, piece.at
        kinds[kinds == TOKEN] = np.where(is_dash, DASH, TOKEN)
        line_starts = np.maximum.accumulate(np.where(kinds == NEWLINE, at + 1, state.line_start))
        column = at - line_starts
        outside = first_true((kinds == DASH) & (column < form.columns[0]))
        if outside < len(kinds):
            high = int(line_starts[outside])
            kinds, at, column = kinds[:outside], at[:outside], column[:outside]
        closings = _closings(kinds, column, form, state)
        if closings is None:
            return None
        keep = ~is_dash & (piece.starts < high)
        starts.append(piece.starts[keep])
        ends.append(piece.ends[keep])
        irregular = levels.close(*closings)
        if irregular is not None:
            raise _ragged(text, what, form, levels, int(closings[0][irregular[0]]), irregular[1:], starts, ends)
        limits.check("cells", state.count, of=what)
        state.line_start = int(line_starts[-1]) if line_starts.size else state.line_start
        if outside < len(line_starts):
            break
    if state.depth or state.kind not in (TOKEN, CLOSE):
        return None
    heights = np.arange(form.flow + 1, form.rank + 1)
    irregular = levels.close(heights, np.full(len(heights), state.count))
    if irregular is not None:
        raise _ragged(text, what, form, levels, int(heights[irregular[0]]), irregular[1:], starts, ends)
    return Grid(text, levels.shape(form.rank), np.concatenate(starts), np.concatenate(ends)), high


def _form(data: bytes, low: int, high: int) -> _Form | None:
    leading = _LEADING.match(data, low, high)
    if leading is None:
        return None
    offsets = [leading.start() + match.start() for match in re.finditer(b"-", leading[0])]
    columns = [offset - max(low, data.rfind(b"\n", low, offset) + 1) for offset in offsets]
    brackets = _BRACKETS.match(data, leading.end(), high)
    assert brackets is not None  # it matches nothing, too
    return _Form(np.array(columns), brackets[0].count(b"[")) if columns == sorted(set(columns)) else None


def _dashes(data: bytes, piece: Piece) -> NDArray[np.bool_]:
    """Which tokens of a piece are dashes: alone, and followed by a blank or a line end."""
    characters = np.frombuffer(data, np.uint8)
    single = piece.ends - piece.starts == 1
    blank = _IS_BLANK.take(characters.take(piece.ends, mode="clip")) | (piece.ends == len(data))
    return single & blank & (characters.take(piece.starts) == ord("-"))


def _closings(
    kinds: NDArray[np.uint8], column: NDArray[Any], form: _Form, state: _State
) -> tuple[NDArray[Any], NDArray[Any]] | None:
    """The heights that close and the count of numbers before each; None if the marks are not regular."""
    before = np.concatenate([np.uint8([NEWLINE if state.begins_line else state.kind]), kinds[:-1]])
    misplaced = (kinds == DASH) & (before != NEWLINE) & (before != DASH)
    if kinds.size:
        state.begins_line = kinds[-1] == NEWLINE
    solid = np.flatnonzero(kinds != NEWLINE)
    if misplaced.any() or not solid.size:
        return None if misplaced.any() else (np.zeros(0, np.int64), np.zeros(0, np.int64))
    kinds, column = kinds[solid], column[solid]
    before = np.concatenate([np.uint8([state.kind]), kinds[:-1]])
    depth = np.cumsum((kinds == OPEN).view(np.int8) - (kinds == CLOSE).view(np.int8), dtype=np.int32) + state.depth
    is_dash = kinds == DASH
    level = np.searchsorted(form.columns, column)  # of dashes, from 0
    level = np.where(is_dash, level, len(form.columns) - 1)
    level_before = np.concatenate([[state.level - 1], level[:-1]])
    regular = _REGULAR[before, kinds]
    regular &= np.where(is_dash, (depth == 0) & (form.columns.take(level, mode="clip") == column), True)
    regular &= ~((before == DASH) & is_dash) | (level == level_before + 1)
    below_last = (level_before == len(form.columns) - 1) & (column > form.columns[-1])
    regular &= ~((before == DASH) & ~is_dash) | below_last
    regular &= np.where(kinds == TOKEN, depth == form.flow, depth <= form.flow) & ((kinds != COMMA) | (depth > 0))
    if not regular.all():
        return None
    numbers = np.cumsum(kinds == TOKEN) + state.count
    closing = np.flatnonzero((kinds == CLOSE) | (is_dash & (before != DASH)))
    here_dash = is_dash[closing]
    lowest = np.where(here_dash, form.flow + 1, form.flow - depth[closing])
    closed = np.where(here_dash, len(form.columns) - 1 - level[closing], 1)
    begin = np.cumsum(closed) - closed
    heights = np.arange(int(closed.sum())) - np.repeat(begin, closed) + np.repeat(lowest, closed)
    state.count, state.depth = int(numbers[-1]), int(depth[-1])
    state.kind, state.level = int(kinds[-1]), int(level[-1]) + 1
    return heights, np.repeat(numbers[closing], closed)


def _ragged(
    text: Text,
    what: str,
    form: _Form,
    levels: Levels,
    height: int,
    between: tuple[int, int],
    starts: list[NDArray[np.int32]],
    ends: list[NDArray[np.int32]],
) -> InputError:
    first, last = between
    start, end = int(np.concatenate(starts)[first]), int(np.concatenate(ends)[last - 1])
    for _ in range(min(height, form.flow)):
        start = text.data.rfind(b"[", 0, start)
    below, size = int(levels.sizes[height - 1]), int(levels.sizes[height])
    index = levels.index(height, form.rank, first)
    return ragged(text, start, end, what, height, index, (last - first) // below, size // below)
