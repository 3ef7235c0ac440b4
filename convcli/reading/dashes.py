"""Numbers in YAML block sequences, `- - 1.5` a line or `- [1, 2]`, read as a whole.

Only regular sequences are read here: every level of dashes at one column, and below the last dash a number or a flow
list. Whatever else YAML allows is left to its parser, so this is a short cut and not a second opinion.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.limits import Limits
from convcli.reading.layout import (
    CLOSE,
    COMMA,
    DASH,
    NEWLINE,
    OPEN,
    TOKEN,
    Grid,
    Piece,
    first_true,
    marks,
    pieces,
    preceding,
)
from convcli.reading.levels import Levels
from convcli.reading.text import Text
from convcli.reading.wording import MAX_RANK

_TABLE = marks(comma=COMMA, open=OPEN, close=CLOSE, newline=NEWLINE)
_LEADING = re.compile(rb"[ ]*-(?:[ \r\n]+-(?=[ \r\n])){0,64}(?=[ \r\n])")  # 65 are too many for an array
_BRACKETS = re.compile(rb"(?:\s*\[)*")


_IS_BLANK = np.isin(np.arange(256), list(b" \r\n"))
_REGULAR = np.zeros((8, 8), bool)
_REGULAR[DASH, [DASH, TOKEN, OPEN]] = True
_REGULAR[OPEN, [TOKEN, OPEN]] = True
_REGULAR[COMMA, [TOKEN, OPEN]] = True
_REGULAR[TOKEN, [DASH, COMMA, CLOSE]] = True
_REGULAR[CLOSE, [DASH, COMMA, CLOSE]] = True


@dataclass(frozen=True, slots=True, eq=False)
class _Form:
    """What the first number shows of a sequence: the columns of the dashes before it, and how many brackets."""

    columns: NDArray[np.int64]
    flow: int

    @property
    def rank(self) -> int:
        return len(self.columns) + self.flow


@dataclass(frozen=True, slots=True, eq=False)
class _Joint:
    """What the marks of one piece leave for those of the next."""

    kind: int  # of the last mark that is no line end
    level: int  # of the last dash, counted from 0
    depth: int  # of brackets
    line_start: int
    begins_line: bool


def scan(text: Text, low: int, high: int, what: str, limits: Limits) -> tuple[Grid, int] | None:
    """The block sequence that begins at the line `low`, and the offset after it; None if it is not a regular one."""
    form = _form(text.data, low, high)
    if form is None or form.rank > min(limits.depth, MAX_RANK) or text.data.find(b"\t", low, high) >= 0:
        return None
    levels = Levels(text, what, limits, bracketed=form.flow)
    joint = _Joint(DASH, -1, 0, low, begins_line=True)
    for piece in pieces(text, low, high, _TABLE, what):
        is_dash = _dashes(text.data, piece)
        kinds, count = piece.kinds, levels.count
        kinds[kinds == TOKEN] = np.where(is_dash, DASH, TOKEN)
        line_starts = np.maximum.accumulate(np.where(kinds == NEWLINE, piece.at + 1, joint.line_start))
        outside = first_true((kinds == DASH) & (piece.at - line_starts < form.columns[0]))
        if outside < len(kinds):  # a dash further left belongs to a sequence around this one
            high = int(line_starts[outside])
        checked = _checked(kinds[:outside], (piece.at - line_starts)[:outside], form, joint)
        if checked is None:
            return None
        heights, numbers, joint = checked
        mine = ~is_dash & (piece.starts < high)
        levels.add(piece.starts[mine], piece.ends[mine])
        levels.close(heights, numbers + count, form.rank)
        if outside < len(kinds):
            break
        joint = replace(joint, line_start=int(line_starts[-1])) if kinds.size else joint
    if joint.depth or joint.kind not in (TOKEN, CLOSE):
        return None
    heights = np.arange(form.flow + 1, form.rank + 1)
    levels.close(heights, np.full(len(heights), levels.count), form.rank)
    return levels.grid(form.rank), high


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
    blank = _IS_BLANK.take(characters.take(piece.ends, mode="clip")) | (piece.ends == len(data))
    dash: NDArray[np.bool_] = (piece.ends - piece.starts == 1) & blank & (characters.take(piece.starts) == ord("-"))
    return dash


def _checked(
    kinds: NDArray[np.uint8], columns: NDArray[Any], form: _Form, joint: _Joint
) -> tuple[NDArray[Any], NDArray[Any], _Joint] | None:
    """The heights that close and the count of numbers before each, and the next joint; None if a mark is irregular."""
    last = len(form.columns) - 1
    before = preceding(NEWLINE if joint.begins_line else joint.kind, kinds)
    if ((kinds == DASH) & (before != NEWLINE) & (before != DASH)).any():
        return None
    begins_line = bool(kinds[-1] == NEWLINE) if kinds.size else joint.begins_line
    solid = np.flatnonzero(kinds != NEWLINE)
    if not solid.size:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), replace(joint, begins_line=begins_line)
    kinds, columns = kinds[solid], columns[solid]
    is_dash, before = kinds == DASH, preceding(joint.kind, kinds)
    depth = np.cumsum((kinds == OPEN).view(np.int8) - (kinds == CLOSE).view(np.int8), dtype=np.int32) + joint.depth
    level = np.where(is_dash, np.searchsorted(form.columns, columns), last)
    level_before = np.append(joint.level, level[:-1])
    nested = np.where(is_dash, level == level_before + 1, (level_before == last) & (columns > form.columns[-1]))
    placed = np.where(is_dash, (depth == 0) & (form.columns.take(level, mode="clip") == columns), True)
    deep = np.where(kinds == TOKEN, depth == form.flow, depth <= form.flow) & ((kinds != COMMA) | (depth > 0))
    if not (_REGULAR[before, kinds] & (nested | (before != DASH)) & placed & deep).all():
        return None
    numbers = np.cumsum(kinds == TOKEN)
    closing = np.flatnonzero((kinds == CLOSE) | (is_dash & (before != DASH)))
    lowest = np.where(is_dash[closing], form.flow + 1, form.flow - depth[closing])
    closed = np.where(is_dash[closing], last - level[closing], 1)  # a dash closes the levels further right
    begin = np.cumsum(closed) - closed
    heights = np.arange(int(closed.sum())) - np.repeat(begin, closed) + np.repeat(lowest, closed)
    after = _Joint(int(kinds[-1]), int(level[-1]), int(depth[-1]), joint.line_start, begins_line)
    return heights, np.repeat(numbers[closing], closed), after
