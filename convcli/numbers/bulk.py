"""Many numbers of text at once, exactly as `grammar.parse` reads each of them, over their common denominator."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import InputError
from convcli.numbers.arithmetic import to_doubles
from convcli.numbers.automaton import read_block
from convcli.numbers.grammar import MAX_DIGITS, Number, parse, parse_decimal
from convcli.numbers.tensor import INT64, Tensor

BLOCK = 1 << 15
"""Tokens that are read together: few enough that their state stays in the processor's cache."""

MAX_WRITTEN = 200_000_000
"""Bytes that numbers may fill when written over their common denominator, where 64 bits do not hold them."""

_OBJECT = 48  # bytes of a Python integer of 64 bits, and of the reference to it
_TENS = 10 ** np.arange(19, dtype=np.int64)
_DOUBLE_TENS = (10.0 ** np.arange(41)).astype(np.float64)  # more is past 64 bits, whatever it scales


class BadTokenError(ValueError):
    """The token at `index` is not a number; the message is the hint of `grammar.reason`."""

    def __init__(self, index: int, hint: str) -> None:
        super().__init__(hint)
        self.index = index


@dataclass(frozen=True, slots=True, eq=False)
class _Numbers:
    """Numbers read: number i is `mantissas[i] * 10**powers[i]`, over a denominator for `fractions`.

    Mantissas beyond 64 bits are in `long`, and numbers that are no decimals of ours in `apart`; those are 0 here.
    """

    mantissas: NDArray[np.int64]
    powers: NDArray[np.int16]
    fractions: list[tuple[NDArray[np.intp], NDArray[np.int64]]]
    long: list[tuple[NDArray[np.intp], list[int]]]
    apart: dict[int, Number]


def parse_tokens(text: bytes, starts: NDArray[Any], ends: NDArray[Any]) -> Tensor:
    """The tokens `text[start:end]`, in the order of the text, as a tensor of rank 1.

    >>> parse_tokens(b"[1.5, -2, 1/3]", np.array([1, 6, 10]), np.array([4, 8, 13])).numbers()
    [Fraction(3, 2), -2, Fraction(1, 3)]

    Exact over the common denominator; float64 if there is an inf or a nan. Raises BadTokenError for the first token
    that is not a number, InputError if the numbers would be too long over their common denominator.
    """
    count = len(starts)
    numbers = _Numbers(np.empty(count, np.int64), np.empty(count, np.int16), [], [], {})
    written, below = 0, 1
    for low in range(0, count, BLOCK):
        part = slice(low, low + BLOCK)
        block = read_block(text, starts[part], ends[part])
        numbers.mantissas[part], numbers.powers[part] = block.mantissas, block.powers
        if block.over.size:
            numbers.fractions.append((block.over + low, block.denominators))
            below = _common_denominator(below, np.unique(block.denominators).tolist())
        long: dict[int, int] = {}
        for index in (block.left + low).tolist():
            written += _read_apart(text[starts[index] : ends[index]].decode(errors="replace"), index, numbers, long)
            _check_written(written)
        if long:
            numbers.long.append((np.array([*long], np.intp), [*long.values()]))
    special = {index: value for index, value in numbers.apart.items() if isinstance(value, float)}
    exact = _over_common_denominator(numbers, below)
    if not special:
        return exact
    doubles = to_doubles(exact)
    doubles[list(special)] = list(special.values())
    return Tensor(doubles)


def _read_apart(token: str, index: int, numbers: _Numbers, long: dict[int, int]) -> int:
    """Read one token by the grammar; about how many bytes it takes."""
    try:
        if decimal := parse_decimal(token):
            mantissa, power = decimal
            long[index], numbers.powers[index] = mantissa, power if mantissa else 0
        else:
            numbers.apart[index] = parse(token)
    except ValueError as error:
        raise BadTokenError(index, str(error)) from None
    return _OBJECT + len(token) // 2


def _over_common_denominator(numbers: _Numbers, below: int) -> Tensor:
    """All numbers as integers over one denominator, a multiple of `below`, in 64 bits where those hold them."""
    mantissas, powers = numbers.mantissas, numbers.powers
    apart = {index: Fraction(value) for index, value in numbers.apart.items() if not isinstance(value, float)}
    places = max(0, -int(powers.min(initial=0)))
    below = _common_denominator(below, [10**places, *{value.denominator for value in apart.values()}])
    factor = below // 10**places  # what all but the fractions are multiplied by, after their shift to `places`
    fractions = [(indices, mantissas[indices], denominators) for indices, denominators in numbers.fractions]
    for indices, _, _ in fractions:
        mantissas[indices] = 0  # their scale is another
    special = {index: value.numerator * (below // value.denominator) for index, value in apart.items()}
    largest = max((abs(value) for value in special.values()), default=0)
    small = max(largest, below) <= INT64.max and not numbers.long and _fit(mantissas, powers, places, factor)
    if small and all(_below_limit(above, below / denominators).all() for _, above, denominators in fractions):
        values: NDArray[Any] = mantissas
        for low in range(0, len(mantissas), BLOCK):
            part = slice(low, low + BLOCK)
            mantissas[part] *= _TENS.take(powers[part] + places, mode="clip")  # past 10**18 the mantissa is 0
        mantissas *= factor
        for indices, above, denominators in fractions:
            values[indices] = above * (below // denominators)
    else:
        _check_written(_size_written(powers, places, below))
        values = _wide(mantissas, powers, places, factor)
        for indices, integers in numbers.long:
            long = np.array(integers, object)
            values[indices] = _scaled(long, powers[indices], lambda power: 10 ** (power + places) * factor)
        for indices, above, denominators in fractions:
            values[indices] = _scaled(above, denominators, lambda denominator: below // denominator)
    if special:
        values[list(special)] = list(special.values())
    return Tensor.exact(values, below)


def _wide(mantissas: NDArray[np.int64], powers: NDArray[np.int16], places: int, factor: int) -> NDArray[Any]:
    """All mantissas over the common denominator, in Python integers; in 64 bits up to where those hold them."""
    shifts = powers.astype(np.intp) + places
    fits = _below_limit(mantissas, _DOUBLE_TENS.take(shifts, mode="clip") * float(min(factor, 10**40)))
    narrower = np.where(fits, mantissas, 0) * _TENS.take(shifts, mode="clip") * min(factor, INT64.max)
    values = narrower.astype(object)
    wider = np.flatnonzero(~fits)
    values[wider] = _scaled(mantissas[wider], shifts[wider], lambda shift: 10**shift * factor)
    return values


def _scaled(mantissas: NDArray[Any], kinds: NDArray[Any], scale: Callable[[int], int]) -> NDArray[Any]:
    """Each mantissa times the scale of its kind, in Python integers; each scale is computed once."""
    distinct, group = np.unique(kinds, return_inverse=True)
    scales = np.array([scale(int(kind)) for kind in distinct], object)
    product: NDArray[Any] = mantissas.astype(object) * scales[group]
    return product


def _common_denominator(below: int, denominators: list[int]) -> int:
    """The least common multiple, of at most MAX_DIGITS digits: found out while it grows, not when it has grown."""
    for denominator in denominators:
        if below % denominator:
            below = math.lcm(below, denominator)
            if below > 10**MAX_DIGITS:
                raise _too_long("their common denominator")
    return below


def _fit(mantissas: NDArray[np.int64], powers: NDArray[np.int16], places: int, factor: int) -> bool:
    """Whether 64 bits hold every mantissa over the common denominator."""
    parts = (slice(low, low + BLOCK) for low in range(0, len(mantissas), BLOCK))
    return all(
        _below_limit(mantissas[part], _DOUBLE_TENS.take(powers[part] + places, mode="clip") * float(factor)).all()
        for part in parts
    )


def _below_limit(mantissas: NDArray[np.int64], scales: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which products 64 bits hold; told in doubles, with room for their rounding."""
    within: NDArray[np.bool_] = np.abs(mantissas.astype(np.float64)) * scales <= INT64.max * (1 - 1e-9)
    return within


def _size_written(powers: NDArray[np.int16], places: int, below: int) -> int:
    """About how many bytes Python integers over the common denominator take."""
    digits = int(powers.sum(dtype=np.int64)) + len(powers) * (below.bit_length() * 3 // 10)
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
