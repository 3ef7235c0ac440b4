"""Many numbers of text at once, exactly as `grammar.parse` reads each of them.

The tokens of a block advance together, one character a step, through a finite automaton of the grammar: one table
look-up per column of characters, on arrays. What does not fit 64 bits on the way, and inf and nan, and whatever
the automaton does not know, is left to `grammar.parse`, which decides; so there is one grammar, told twice.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import InputError
from convcli.numbers.arithmetic import to_doubles
from convcli.numbers.grammar import MAX_DIGITS, Number, parse
from convcli.numbers.tensor import INT64, Tensor

BLOCK = 1 << 15
"""Tokens that advance together: few enough that their state stays in the processor's cache."""

MAX_WRITTEN = 150_000_000
"""Bytes that the numbers may fill when all are written over their common denominator, where 64 bits do not hold them."""

_COLUMNS = 40  # a longer token is rare, and left to `grammar.parse`
_SAFE_COLUMNS = 18  # so many digits cannot overflow 64 bits
_FULL = INT64.max // 10 - 1  # one more digit may overflow
_EXPONENT, _POWER = 6, 4000  # digits and size of an exponent; beyond, `grammar.parse` counts the number's digits
_OBJECT = 48  # bytes of a Python integer of 64 bits, and of the reference to it
_TENS = 10 ** np.arange(19, dtype=np.int64)
_DOUBLE_TENS = 10.0 ** np.arange(301)

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


class BadToken(ValueError):
    """The token at `index` is not a number; the message is the hint of `grammar.reason`."""

    def __init__(self, index: int, hint: str) -> None:
        super().__init__(hint)
        self.index = index


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Numbers being read: `mantissa * 10**power`, over `below` for fractions; those in `apart` have mantissa 0."""

    mantissas: NDArray[np.int64]
    powers: NDArray[np.int16]
    fractions: list[tuple[NDArray[np.int64], NDArray[np.int64]]]
    apart: dict[int, Number]


def parse_tokens(text: bytes, starts: NDArray[Any], ends: NDArray[Any]) -> Tensor:
    """The tokens `text[start:end]`, in the order of the text, as a tensor of rank 1.

    >>> parse_tokens(b"[1.5, -2, 1/3]", np.array([1, 6, 10]), np.array([4, 8, 13])).numbers()
    [Fraction(3, 2), -2, Fraction(1, 3)]

    Exact over the common denominator; float64 if there is an inf or a nan. Raises BadToken for the first token
    that is not a number, InputError if the numbers would be too long over their common denominator.
    """
    count = len(starts)
    numbers = _Numbers(np.empty(count, np.int64), np.empty(count, np.int16), [], {})
    for low in range(0, count, BLOCK):
        left = _read_block(text, starts[low : low + BLOCK], ends[low : low + BLOCK], low, numbers)
        _read_apart(text, starts, ends, left, numbers)
    special = {index: value for index, value in numbers.apart.items() if isinstance(value, float)}
    exact = _over_common_denominator(numbers)
    if not special:
        return exact
    doubles = to_doubles(exact)
    doubles[list(special)] = list(special.values())
    return Tensor(doubles)


def _read_block(text: bytes, starts: NDArray[Any], ends: NDArray[Any], low: int, numbers: _Numbers) -> NDArray[np.intp]:
    """Advance the tokens of one block together and store what they are; the indices of those left to the grammar."""
    base, lengths, count = int(starts[0]), ends - starts, len(starts)
    codes = np.frombuffer(text[base : int(ends[-1]) + 1].translate(_CODES) + b"\x70", np.uint8)
    begin = (starts - base).astype(np.intp)
    at = begin.copy()
    mantissa, longer = np.zeros(count, np.int64), np.empty(count, np.int64)
    places, head = np.zeros(count, np.uint8), np.zeros(count, np.uint8)
    state = np.full(count, START, np.uint8)
    for column in range(min(int(lengths.max()), _COLUMNS) + 1):
        code = codes.take(at, mode="clip")
        state = np.frombuffer((state | code >> 4).tobytes().translate(_TRANSITIONS), np.uint8)
        if column >= _SAFE_COLUMNS:
            state = np.where((state <= FRAC) & (mantissa > _FULL), np.uint8(LEFT), state)
        np.multiply(mantissa, 10, out=longer)
        np.add(longer, code & 15, out=longer)
        np.copyto(mantissa, longer, where=state <= FRAC)
        places += state == FRAC
        head += state < DONE
        at += 1
    np.negative(mantissa, out=mantissa, where=codes.take(begin, mode="clip") == _MINUS)
    power = -places.astype(np.int16)
    left = state != DONE
    tailed = np.flatnonzero(~left & (head != lengths))
    if tailed.size:
        mark = begin[tailed] + head[tailed]
        left[tailed] = _read_tails(codes, mark, ends[tailed] - base, tailed, low, mantissa, power, numbers)
    mantissa[left], power[left] = 0, 0
    numbers.mantissas[low : low + count], numbers.powers[low : low + count] = mantissa, power
    return np.flatnonzero(left) + low


def _read_tails(
    codes: NDArray[np.uint8],
    mark: NDArray[Any],
    ends: NDArray[Any],
    index: NDArray[np.intp],
    low: int,
    mantissa: NDArray[np.int64],
    power: NDArray[np.int16],
    numbers: _Numbers,
) -> NDArray[np.bool_]:
    """What follows the mantissa, at `mark`: an exponent or a denominator. True for those left to the grammar."""
    kind, first = codes[mark], codes.take(mark + 1, mode="clip")
    signed = (kind == _E) & ((first == _MINUS) | (first == _PLUS))
    at = mark + 1 + signed
    lengths = ends - at
    left = (lengths > np.where(kind == _E, _EXPONENT, _SAFE_COLUMNS)) | ((kind != _E) & (kind != _SLASH))
    tail = np.zeros(len(mark), np.int64)
    for column in range(min(int(lengths.max()), _SAFE_COLUMNS)):
        code = codes.take(at + column, mode="clip")
        inside = column < lengths
        left |= inside & (code >= _DOT)
        tail = np.where(inside, tail * 10 + (code & 15), tail)
    exponent = np.where(first == _MINUS, -tail, tail) + power[index]
    exponential = kind == _E
    left |= exponential & (np.abs(exponent) > _POWER)
    zero = mantissa[index] == 0
    power[index] = np.where(exponential & ~left & ~zero, exponent, 0)
    over = (kind == _SLASH) & ~left & ~zero
    if over.any():
        numbers.fractions.append((index[over] + low, tail[over]))
    return left


def _read_apart(text: bytes, starts: NDArray[Any], ends: NDArray[Any], left: NDArray[np.intp], to: _Numbers) -> None:
    """Let the grammar decide on tokens one by one."""
    written = 0
    for index in left.tolist():
        try:
            value = parse(text[starts[index] : ends[index]].decode(errors="replace"))
        except ValueError as error:
            raise BadToken(index, str(error)) from None
        to.apart[index] = value
        if not isinstance(value, float):
            written += _OBJECT + (value.numerator.bit_length() + value.denominator.bit_length()) // 8
            _check_written(written)


def _over_common_denominator(numbers: _Numbers) -> Tensor:
    """All numbers as integers over one denominator, in 64 bits where those hold them."""
    mantissas, powers = numbers.mantissas, numbers.powers
    apart = {index: Fraction(value) for index, value in numbers.apart.items() if not isinstance(value, float)}
    places = max(0, -int(powers.min(initial=0)))
    below = _common_denominator(places, numbers.fractions, apart)
    factor = below // 10**places  # what all but the fractions are multiplied by, after their shift to `places`
    special = {index: value.numerator * (below // value.denominator) for index, value in apart.items()}
    for indices, denominators in numbers.fractions:
        above = mantissas[indices].tolist()
        special |= {i: m * (below // d) for i, m, d in zip(indices.tolist(), above, denominators.tolist(), strict=True)}
        mantissas[indices] = 0
    largest = max((abs(value) for value in special.values()), default=0)
    if max(largest, factor) <= INT64.max and _fits(mantissas, powers, places, factor):
        values: NDArray[Any] = mantissas
        for low in range(0, len(mantissas), BLOCK):
            part = slice(low, low + BLOCK)
            mantissas[part] *= _TENS.take(powers[part] + places, mode="clip")  # past 10**18 the mantissa is 0
        if factor != 1:
            mantissas *= factor
    else:
        _check_written(_size_written(powers, places, below))
        shifts, kinds = np.unique(powers, return_inverse=True)
        scales = np.array([10 ** (int(shift) + places) * factor for shift in shifts], object)
        values = mantissas.astype(object) * scales[kinds]
    if special:
        values[list(special)] = list(special.values())
    return Tensor.exact(values, below)


def _common_denominator(
    places: int, fractions: list[tuple[NDArray[Any], NDArray[np.int64]]], apart: dict[int, Fraction]
) -> int:
    """The least common denominator, of at most MAX_DIGITS digits: found out while it grows, not when it has grown."""
    below, largest = 10**places, 10**MAX_DIGITS
    distinct = set(np.unique(np.concatenate([d for _, d in fractions])).tolist()) if fractions else set()
    for denominator in distinct | {value.denominator for value in apart.values()}:
        below = math.lcm(below, denominator)
        if below > largest:
            raise _too_long("their common denominator")
    return below


def _fits(mantissas: NDArray[np.int64], powers: NDArray[np.int16], places: int, factor: int) -> bool:
    """Whether 64 bits hold every mantissa over the common denominator; in doubles, with room for their rounding."""
    limit = INT64.max / factor * (1 - 1e-9)
    for low in range(0, len(mantissas), BLOCK):
        part = slice(low, low + BLOCK)
        shift = np.minimum(powers[part] + places, 300)
        if float(np.max(np.abs(mantissas[part].astype(np.float64)) * _DOUBLE_TENS.take(shift), initial=0)) > limit:
            return False
    return True


def _size_written(powers: NDArray[np.int16], places: int, below: int) -> int:
    """About how many bytes Python integers over the common denominator take."""
    digits = int(powers.sum(dtype=np.int64)) + len(powers) * (places + below.bit_length() * 3 // 10 - places)
    return len(powers) * _OBJECT + digits * 5 // 12


def _check_written(written: int) -> None:
    if written > MAX_WRITTEN:
        raise _too_long(f"about {written:,} bytes")


def _too_long(given: str) -> InputError:
    return InputError(
        "the numbers are too long when written over their common denominator",
        given=given,
        expected=f"at most {MAX_DIGITS:,} digits below, and {MAX_WRITTEN:,} bytes in all",
        fix="write the numbers with fewer digits, or read them as floats from a .npy file",
    )
