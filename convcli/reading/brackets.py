"""Numbers in brackets: JSON arrays, YAML flow sequences, inline text, and what NumPy and PyTorch print.

Parsed and never evaluated. Numbers are separated by commas throughout or by blanks throughout: `[1, 2 3]` is a
forgotten comma far more often than anything else.
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convcli.errors import InputError, plural
from convcli.limits import Limits
from convcli.reading.layout import CLOSE, COMMA, OPEN, TOKEN, Grid, first_true, marks, pieces, preceding
from convcli.reading.levels import Levels
from convcli.reading.text import Text
from convcli.reading.wording import MAX_RANK, empty_list, mixed_levels, too_deep

_TABLE = marks(comma=COMMA, open=OPEN, close=CLOSE)
_LEADING = rb"(?:\s*+\[)*+"
_START, _KINDS = 7, 8  # what stands before the first mark; the count of kinds, for tables of pairs


def _pairs(*allowed: tuple[int, int]) -> NDArray[np.bool_]:
    table = np.ones(_KINDS * _KINDS, bool)
    for before, after in allowed:
        table[before * _KINDS + after] = False
    return table


_NESTING = ((_START, OPEN), (OPEN, OPEN), (OPEN, TOKEN), (TOKEN, CLOSE), (CLOSE, CLOSE))
_COMMAS = (*_NESTING, (TOKEN, COMMA), (CLOSE, COMMA), (COMMA, TOKEN), (COMMA, OPEN))
_WRONG_WITH_COMMAS = _pairs(*_COMMAS)
_WRONG_WITH_TRAILING = _pairs(*_COMMAS, (COMMA, CLOSE))
_WRONG_WITH_BLANKS = _pairs(*_NESTING, (TOKEN, TOKEN), (CLOSE, OPEN))


@dataclass(frozen=True, slots=True, eq=False)
class Style:
    """What a kind of text allows between brackets."""

    blanks: bool = True  # [1 2] as NumPy prints
    trailing: bool = False  # [1, 2,] as YAML has it


def scan(text: Text, low: int, high: int, what: str, limits: Limits, style: Style) -> tuple[Grid, int]:
    """The numbers of the list that opens first in `text[low:high]`, and the offset after its last bracket."""
    leading = re.compile(_LEADING).match(text.data, low, high)
    rank = leading[0].count(b"[") if leading else 0
    if rank > min(limits.depth, MAX_RANK):
        raise too_deep(text, low, what, limits)
    levels, commas = Levels(text, what, limits, bracketed=rank), None if style.blanks else True
    depth, last_kind, last_at = 0, _START, low
    for piece in pieces(text, low, high, _TABLE, what):
        kinds, at, count = piece.kinds, piece.at, levels.count
        before = preceding(last_kind, kinds)
        pairs = before * np.uint8(_KINDS) + kinds
        commas = _separated_by_commas(pairs) if commas is None else commas
        brackets = np.flatnonzero(kinds >= OPEN)
        level = np.cumsum(np.where(kinds[brackets] == OPEN, 1, -1)) + depth  # after each bracket
        ended = np.flatnonzero(level == 0)[:1]
        stop = int(brackets[ended[0]]) if ended.size else len(kinds)
        adjacent = first_true(_wrong_pairs(commas, style).take(pairs))
        uneven = _uneven(kinds, brackets, level, depth, rank)
        sound = min(adjacent, uneven, stop + 1)
        closing = (kinds[brackets] == CLOSE) & (brackets < sound)
        levels.add(piece.starts, piece.ends)
        numbers = np.searchsorted(piece.tokens, brackets[closing])
        levels.close(rank - level[closing], numbers + count, rank)
        if stop < sound:
            return levels.grid(rank), int(at[stop]) + 1
        if sound == adjacent < len(kinds):
            since = int(at[sound - 1]) if sound else last_at
            raise _misplaced(text, what, (int(before[sound]), int(kinds[sound])), since, int(at[sound]), bool(commas))
        if sound == uneven < len(kinds):
            raise mixed_levels(text, int(at[sound]), int(at[sound]) + 1, what)
        if kinds.size:
            depth, last_kind, last_at = int(level[-1]) if level.size else depth, int(kinds[-1]), int(at[-1])
    raise _unclosed(text, high, depth, what)


def _uneven(
    kinds: NDArray[np.uint8], brackets: NDArray[np.intp], level: NDArray[np.intp], depth: int, rank: int
) -> int:
    """The first mark that is on a level where it cannot be: a bracket too deep, or a number not in all brackets.

    Between two brackets all numbers are on one level, and the first is the first or, after a comma, the second mark.
    """
    before, after = np.append(-1, brackets), np.append(depth, level)
    next_one, next_two = (np.append(kinds, [0, 0]).take(before + step) for step in (1, 2))
    numbered = np.where(next_one == TOKEN, 1, np.where((next_one == COMMA) & (next_two == TOKEN), 2, 0))
    wrong = np.where((numbered > 0) & (after != rank), before + numbered, len(kinds))
    deep = np.where(level > rank, brackets, len(kinds))
    return int(min(wrong.min(), deep.min(initial=len(kinds))))


def _separated_by_commas(pairs: NDArray[np.uint8]) -> bool | None:
    """Whether the first separator is a comma or a blank; None while there was none."""
    comma = first_true(pairs % _KINDS == COMMA)
    blank = first_true((pairs == TOKEN * _KINDS + TOKEN) | (pairs == CLOSE * _KINDS + OPEN))
    return None if comma == blank else comma < blank


def _wrong_pairs(commas: bool | None, style: Style) -> NDArray[np.bool_]:
    if commas is False:
        return _WRONG_WITH_BLANKS
    return _WRONG_WITH_TRAILING if style.trailing else _WRONG_WITH_COMMAS


def _misplaced(text: Text, what: str, pair: tuple[int, int], since: int, at: int, commas: bool) -> InputError:
    """Two marks that do not belong beside each other, such as two commas."""
    before, after = pair
    if pair == (OPEN, CLOSE):
        return empty_list(text, since, at + 1, what)
    if COMMA not in pair:
        if not commas:
            return mixed_levels(text, at, at + 1, what)
        return text.error(
            f"a comma is missing in {what}",
            at,
            at + 1,
            expected="commas between all numbers and lists, or blanks between all of them",
            fix="put a comma before it",
        )
    if not commas:
        return text.error(
            f"{what} mixes commas and blanks",
            at,
            at + 1,
            expected="blanks between all numbers, as before this comma, or commas between all of them",
            fix="put a comma between every two numbers",
        )
    return text.error(
        f"a number is missing in {what}",
        at,
        at + 1,
        expected="a number or a list on both sides of every comma",
        fix="remove the comma" if after == CLOSE or before == OPEN else "remove one comma, or write the number between",
    )


def _unclosed(text: Text, high: int, depth: int, what: str) -> InputError:
    end = len(text.data[:high].rstrip())
    return text.error(
        f"{what} ends inside its brackets",
        end,
        end + 1,
        expected=f"{plural(depth, 'more closing bracket')} at the end",
        fix=f"add {']' * depth}",
    )
