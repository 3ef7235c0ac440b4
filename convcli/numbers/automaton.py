"""Decimals and fractions of text, read together: a finite automaton of the grammar over a block of tokens.

All tokens advance one character a step: one table look-up per column of characters, on arrays. What does not fit 64
bits on the way, inf and nan, and whatever the automaton does not know, is left to `grammar.parse`, which decides;
so there is one grammar, told twice.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.numbers.tensor import INT64

_COLUMNS = 40  # a longer token is rare, and left to `grammar.parse`
_SAFE_COLUMNS = 18  # so many digits cannot overflow 64 bits
_FULL = INT64.max // 10 - 1  # one more digit may overflow
_EXPONENT, _POWER = 6, 4000  # digits and size of an exponent; beyond, `grammar.parse` counts the number's digits

# States, times 16 so that a class of character can be added. The order is used: up to FRAC the last character was
# a digit of the mantissa; from RARE on the token has something that few tokens have.
INT, FRAC, ZERO, POINT, BARE, START, SIGN, DONE = range(0, 128, 16)
E, E_PLUS, E_MINUS, EXP, SLASH, DEN, LEFT = range(128, 240, 16)
RARE = E

# Classes of characters. A character's code is its class times 16, plus its value if it is a digit.
_CLASSES = {b"0": 0, b"123456789": 1, b".": 2, b"eE": 3, b"+": 4, b"-": 5, b"/": 6, b" \t\r\n,;[]{}()\"'": 7}
_OTHER = 8
_DOT, _E, _PLUS, _MINUS, _SLASH = 0x20, 0x30, 0x40, 0x50, 0x60  # the codes of these

_MOVES = {
    START: {0: ZERO, 1: INT, 2: BARE, 4: SIGN, 5: SIGN},
    SIGN: {0: ZERO, 1: INT, 2: BARE},
    ZERO: {2: POINT, 3: E, 6: SLASH, 7: DONE},
    INT: {0: INT, 1: INT, 2: POINT, 3: E, 6: SLASH, 7: DONE},
    POINT: {0: FRAC, 1: FRAC, 3: E, 7: DONE},
    BARE: {0: FRAC, 1: FRAC},
    FRAC: {0: FRAC, 1: FRAC, 3: E, 7: DONE},
    E: {0: EXP, 1: EXP, 4: E_PLUS, 5: E_MINUS},
    E_PLUS: {0: EXP, 1: EXP},
    E_MINUS: {0: EXP, 1: EXP},
    EXP: {0: EXP, 1: EXP, 7: DONE},
    SLASH: {1: DEN},
    DEN: {0: DEN, 1: DEN, 7: DONE},
    DONE: dict.fromkeys(range(9), DONE),
}


def _codes() -> bytes:
    table = bytearray([_OTHER << 4]) * 256
    for characters, kind in _CLASSES.items():
        for character in characters:
            table[character] = kind << 4 | (character - ord("0") if kind < 2 else 0)
    return bytes(table)


def _transitions() -> bytes:
    table = bytearray([LEFT]) * 256
    for state, moves in _MOVES.items():
        for kind, after in moves.items():
            table[state | kind] = after
    return bytes(table)


_CODES = _codes()
_TRANSITIONS = _transitions()


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Tokens read: number i is `mantissas[i] * 10**powers[i]`, those at `over` divided by `denominators`.

    Those at `left` are left to the grammar, and 0 here.
    """

    mantissas: NDArray[np.int64]
    powers: NDArray[np.int16]
    over: NDArray[np.intp]
    denominators: NDArray[np.int64]
    left: NDArray[np.intp]


def read_block(text: bytes, starts: NDArray[Any], ends: NDArray[Any]) -> Block:
    """Read the tokens `text[start:end]`, which are in the order of the text.

    >>> block = read_block(b"-1.5 2e3 x", np.array([0, 5, 9]), np.array([4, 8, 10]))
    >>> block.mantissas, block.powers, block.left
    (array([-15,   2,   0]), array([-1,  3,  0], dtype=int16), array([2]))
    """
    base, lengths, count = int(starts[0]), ends - starts, len(starts)
    codes = np.frombuffer(text[base : int(ends[-1]) + 1].translate(_CODES) + b"\x70", np.uint8)
    begin = (starts - base).astype(np.intp)
    at = begin.copy()
    mantissas, longer = np.zeros(count, np.int64), np.empty(count, np.int64)
    places, head = np.zeros(count, np.uint8), np.zeros(count, np.uint8)
    state = np.full(count, START, np.uint8)
    for column in range(min(int(lengths.max()), _COLUMNS) + 1):
        code = codes.take(at, mode="clip")
        state = np.frombuffer((state | code >> 4).tobytes().translate(_TRANSITIONS), np.uint8)
        if column >= _SAFE_COLUMNS:
            state = np.where((state <= FRAC) & (mantissas > _FULL), np.uint8(LEFT), state)
        np.multiply(mantissas, 10, out=longer)
        np.add(longer, code & 15, out=longer)
        np.copyto(mantissas, longer, where=state <= FRAC)
        places += state == FRAC
        head += state < DONE
        at += 1
    np.negative(mantissas, out=mantissas, where=codes.take(begin, mode="clip") == _MINUS)
    powers = -places.astype(np.int16)
    left = state != DONE
    over = np.zeros(count, bool)
    tailed = np.flatnonzero(~left & (head != lengths))
    tails = _read_tails(codes, (begin + head)[tailed], ends[tailed] - base, powers[tailed])
    left[tailed], over[tailed], powers[tailed] = tails.left, tails.over, tails.powers
    mantissas[left] = 0
    powers[mantissas == 0] = 0  # 0e-4000 needs no 4000 digits below it
    return Block(mantissas, powers, np.flatnonzero(over), tails.denominators[tails.over], np.flatnonzero(left))


@dataclass(frozen=True, slots=True, eq=False)
class _Tails:
    left: NDArray[np.bool_]
    over: NDArray[np.bool_]
    powers: NDArray[np.int64]
    denominators: NDArray[np.int64]


def _read_tails(codes: NDArray[np.uint8], mark: NDArray[Any], ends: NDArray[Any], powers: NDArray[Any]) -> _Tails:
    """What follows each mantissa, at `mark`: an exponent, or a denominator."""
    kind, first = codes[mark], codes.take(mark + 1, mode="clip")
    exponential, over = kind == _E, kind == _SLASH
    begin = mark + 1 + (exponential & ((first == _MINUS) | (first == _PLUS)))
    lengths = ends - begin
    left = ~(exponential | over) | (lengths > np.where(exponential, _EXPONENT, _SAFE_COLUMNS))
    tail = np.zeros(len(mark), np.int64)
    for column in range(min(int(lengths.max(initial=0)), _SAFE_COLUMNS)):
        code = codes.take(begin + column, mode="clip")
        inside = column < lengths
        left |= inside & (code >= _DOT)
        tail = np.where(inside, tail * 10 + (code & 15), tail)
    exponents = np.where(first == _MINUS, -tail, tail) + powers
    left |= exponential & (np.abs(exponents) > _POWER)
    return _Tails(left, over & ~left, np.where(exponential & ~left, exponents, 0), tail)
