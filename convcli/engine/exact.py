"""Exact sums of products of integers of any size on float BLAS.

A float64 sum of integer products is exact while sum |x||w| stays below 2^53 (float32: 2^24), whatever the order
of summation. Where one product would pass that bound, the operands are split into limbs: signed digits in base 2^b,
for which every pair of limbs is one such operation. Where the limbs would be many, Python's integers do the work.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.algorithm import Algorithm, Tick
from convcli.numbers.tensor import INT64, integers, magnitude, narrow

MOST_PRODUCTS = 64
"""Limb products up to which BLAS is used: beyond, operands have hundreds of bits each."""


def exactly(
    x: NDArray[Any], w: NDArray[Any], algorithm: Algorithm, constant: NDArray[Any], tick: Tick | None = None
) -> NDArray[Any]:
    """The algorithm's sums of integers x, padded with `constant`, and w: int64 where every result fits, else Python
    integers."""
    largest = max(magnitude(x), magnitude(constant), 1)
    rows = algorithm.rows(w)
    bound = largest * max(_heaviest(rows) * algorithm.repeats, 1)
    for dtype, bits in (("float32", 24), ("float64", 53)):
        if bound <= 2**bits:
            prepared = algorithm.prepared(x.astype(dtype), constant.astype(dtype))
            return _sums(algorithm, prepared, w.astype(dtype), tick)
    x_limbs, w_limbs = _split_into(largest.bit_length(), magnitude(w).bit_length(), rows.shape[1] * algorithm.repeats)
    if x_limbs * w_limbs > MOST_PRODUCTS:
        return narrow(algorithm.by_taps(x.astype(object), w.astype(object), constant.astype(object)))
    x, w = algorithm.prepared(integers(x), constant), integers(w)
    return _in_limbs(x, w, algorithm, (x_limbs, w_limbs), fits=bound <= INT64.max, tick=tick)


def _sums(algorithm: Algorithm, x: NDArray[Any], w: NDArray[Any], tick: Tick | None) -> NDArray[np.int64]:
    """Sums that the bound has proved exact. BLAS may still report an invalid operation: on small operands some of its
    kernels compute with whatever lies beyond the ends, and throw that away. A result that is no number still warns."""
    with np.errstate(all="ignore"):
        y = algorithm.finite(x, w, tick)
    return y.astype(np.int64)


def _heaviest(rows: NDArray[Any]) -> int:
    """The largest sum of magnitudes in a row."""
    rows = rows.astype(object if magnitude(rows) * rows.shape[1] > INT64.max else np.int64, copy=False)
    return int(abs(rows).sum(axis=1).max())


def _split_into(x_bits: int, w_bits: int, terms: int) -> tuple[int, int]:
    """The fewest limbs (of x, of w) such that the sum of `terms` products of limbs stays within 2^53.

    >>> _split_into(32, 32, terms=576)
    (1, 3)
    """
    room = 53 - (terms - 1).bit_length()
    counts = range(1, MOST_PRODUCTS + 1)
    pairs = (
        (p, q) for p in counts for q in counts[: MOST_PRODUCTS // p] if _size(x_bits, p) + _size(w_bits, q) <= room
    )
    return min(pairs, key=lambda pair: (pair[0] * pair[1], pair), default=(MOST_PRODUCTS + 1, 1))


def _base(bits: int, count: int) -> int:
    """The b of the base 2^b in which a number of `bits` bits and a sign is `count` limbs."""
    return -(-(bits + 1) // count)


def _size(bits: int, count: int) -> int:
    """The s for which no limb is larger than 2^s: signed digits lie in -2^(b-1) .. 2^(b-1)."""
    return bits if count == 1 else _base(bits, count) - 1


def _limbs(values: NDArray[Any], bits: int, count: int) -> list[NDArray[np.float64]]:
    """Signed digits of base 2^_base(bits, count), lowest first, as doubles."""
    base, limbs = _base(bits, count), []
    half = 1 << (base - 1)
    for _ in range(count - 1):
        limbs.append((((values & (2 * half - 1)) ^ half) - half).astype(np.float64))
        values = (values >> base) + ((values >> (base - 1)) & 1)  # never past 64 bits, as `values - low` would be
    return [*limbs, values.astype(np.float64)]


def _in_limbs(
    x: NDArray[Any],
    w: NDArray[Any],
    algorithm: Algorithm,
    counts: tuple[int, int],
    *,
    fits: bool,
    tick: Tick | None,
) -> NDArray[Any]:
    """The sum over limb pairs of their sums, each shifted to its place.

    If the result is known to fit 64 bits the shifted sums may wrap on the way (arithmetic modulo 2^64 comes out
    right); otherwise Python integers put them together.
    """
    x_bits, w_bits = magnitude(x).bit_length(), magnitude(w).bit_length()
    x_base, w_base = _base(x_bits, counts[0]), _base(w_bits, counts[1])
    part_done = tick and (lambda done: tick(done / (counts[0] * counts[1])))
    total: Any = 0
    w_limbs = _limbs(w, w_bits, counts[1])
    for i, x_limb in enumerate(_limbs(x, x_bits, counts[0])):
        for j, w_limb in enumerate(w_limbs):
            part = _sums(algorithm, x_limb, w_limb, part_done)
            shift = i * x_base + j * w_base
            if fits:
                total = total + (part.view(np.uint64) << np.uint64(shift) if shift < 64 else np.uint64(0))
            else:
                total = total + (part.astype(object) << shift)
    whole: NDArray[Any] = total.view(np.int64) if fits else narrow(total)
    return whole
