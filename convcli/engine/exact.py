"""Exact sums of products of integers of any size on float BLAS.

A float64 sum of integer products is exact while sum |x||w| stays below 2^53 (float32: 2^24), whatever the order
of summation. Where one product would pass that bound, the operands are split into limbs: signed digits in base 2^b,
for which every pair of limbs is one such operation. Where the limbs would be many, Python's integers do the work.
"""

import math
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from convcli.numbers.tensor import INT64, integers, magnitude

MOST_PRODUCTS = 64
"""Limb products up to which BLAS is used: beyond, operands have hundreds of bits each."""

SIGNIFICANT = {"float32": 2**24, "float64": 2**53}
"""Up to where a float type holds every integer, the narrower first."""

NEAR = 2**15
"""Numbers that pass through several steps at once: new memory for all of them would cost more than the steps."""

DIGIT, MASK = 32, 2**32 - 1
"""Bits of the digits that sums past 64 bits are put together from, and all of them set."""


class Limbs(NamedTuple):
    """How integers are split so that float sums of their products are exact."""

    dtype: str
    """The float type of the products."""
    x: tuple[int, int]
    """Bits of the first operand, and how many limbs it is."""
    w: tuple[int, int]
    """The same of the second."""
    fits: bool
    """Whether every sum is known to fit 64 bits."""

    @property
    def products(self) -> int:
        """Convolutions of limbs that make one of the integers."""
        return self.x[1] * self.w[1]

    def shift(self, i: int, j: int) -> int:
        """How far the products of limb i of the first operand with limb j of the second are shifted."""
        return i * _base(*self.x) + j * _base(*self.w)

    @property
    def whole(self) -> bool:
        """Whether nothing is split."""
        return self.products == 1


def limbs_for(largest: int, w: NDArray[Any], rows: NDArray[Any], repeats: int = 1) -> Limbs | None:
    """The fewest limbs for inputs up to `largest` and weights w, of which an output element is a sum over part of a row
    of `rows`, each element `repeats` times at most. None where they would be too many.

    >>> w = np.full((1, 576), 2**31 - 1)
    >>> limbs_for(2**31, w, w).products, limbs_for(127, w // 2**24, w // 2**24).dtype
    (3, 'float32')
    """
    largest, heavy = max(largest, 1), max(magnitude(w), 1)
    x_bits, w_bits, terms = largest.bit_length(), heavy.bit_length(), rows.shape[1] * repeats
    bound = largest * heavy * terms
    if bound > SIGNIFICANT["float32"]:  # the sum of a row says more, and costs more to know
        heaviest = max(_heaviest(rows, heavy) * repeats, 1)
        bound = largest * heaviest
    for dtype, most in SIGNIFICANT.items():
        if bound <= most:
            return Limbs(dtype, (x_bits, 1), (w_bits, 1), fits=True)
    counts = range(1, MOST_PRODUCTS + 1)
    pairs = (
        (p, q)
        for p in counts
        for q in counts[: MOST_PRODUCTS // p]
        if (largest if p == 1 else _half(x_bits, p)) * (heaviest if q == 1 else terms * _half(w_bits, q)) <= most
    )
    found = min(pairs, key=lambda pair: (pair[0] * pair[1], pair), default=None)
    return found and Limbs("float64", (x_bits, found[0]), (w_bits, found[1]), fits=bound <= INT64.max)


def _heaviest(rows: NDArray[Any], largest: int) -> int:
    """The largest sum of magnitudes, each up to `largest`, in a row."""
    dtype = np.dtype(object if largest * rows.shape[1] > INT64.max else np.int64)
    some = max(1, NEAR // rows.shape[1])
    parts = (rows[start : start + some].astype(dtype, copy=False) for start in range(0, len(rows), some))
    return max(int(abs(part).sum(axis=1).max()) for part in parts)


def _base(bits: int, count: int) -> int:
    """The b of the base 2^b in which a number of `bits` bits and a sign is `count` limbs."""
    return -(-(bits + 1) // count)


def _half(bits: int, count: int) -> int:
    """The largest magnitude of a limb: signed digits lie in -2^(b-1) .. 2^(b-1)."""
    return int(1 << (_base(bits, count) - 1))


def split(values: NDArray[Any], bits: int, count: int, axis: int = 0) -> NDArray[np.float64]:
    """Signed digits of base 2^_base(bits, count), lowest first, as doubles: along a new axis, the first or the third.

    >>> split(np.array([[5, -3]]), 3, 2).tolist()
    [[[1.0, 1.0]], [[1.0, -1.0]]]
    """
    shape = values.shape
    limbs = np.empty((*shape[:axis], count, *shape[axis:]))
    rows = values.reshape(math.prod(shape[:2]), -1)
    digits = limbs.reshape(count, *rows.shape) if axis == 0 else limbs.reshape(len(rows), count, -1).swapaxes(0, 1)
    base, some = _base(bits, count), max(1, NEAR // max(rows.shape[1], 1))
    half = 1 << (base - 1)
    for start in range(0, len(rows), some):  # what is passing stays near
        part = slice(start, start + some)
        rest = integers(rows[part])  # unsigned ones would wrap
        for limb in range(count - 1):
            digits[limb, part] = ((rest & (2 * half - 1)) ^ half) - half
            rest = (rest >> base) + ((rest >> (base - 1)) & 1)  # never past 64 bits, as `rest - low` would be
        digits[-1, part] = rest
    return limbs


class Total(Protocol):
    """A sum of the sums of limb pairs, each shifted to its place."""

    def add(self, part: NDArray[np.float64], i: int, j: int) -> None:
        """Add the sums of limb i of the first operand with limb j of the second."""

    def finish(self) -> None:
        """Write the whole into the array that was given."""


def total(y: NDArray[Any], limbs: Limbs) -> Total:
    """A total to be written into y. If the results are known to fit 64 bits the shifted sums may wrap on the way
    (arithmetic modulo 2^64 comes out right); otherwise y holds Python integers."""
    return _Wrapping(y, limbs) if limbs.fits else _Digits(y, limbs)


class _Wrapping:
    """A total modulo 2^64."""

    def __init__(self, y: NDArray[Any], limbs: Limbs) -> None:
        self.y, self.limbs = y, limbs

    def add(self, part: NDArray[np.float64], i: int, j: int) -> None:
        if i == j == 0:  # which comes first, and is not shifted
            np.copyto(self.y, part, casting="unsafe")
            return
        whole = part.astype(np.int64)
        whole <<= self.limbs.shift(i, j)
        self.y += whole

    def finish(self) -> None:
        pass


class _Digits:
    """A total of any size in digits of 32 bits with room for carries; each sum of a limb pair is below 2^53."""

    def __init__(self, y: NDArray[Any], limbs: Limbs) -> None:
        self.y, self.limbs = y, limbs
        most = limbs.shift(limbs.x[1] - 1, limbs.w[1] - 1)
        self.digits = np.zeros((most // DIGIT + 3, *y.shape), np.int64)

    def add(self, part: NDArray[np.float64], i: int, j: int) -> None:
        place, offset = divmod(self.limbs.shift(i, j), DIGIT)
        whole = part.astype(np.int64)
        low = (whole & MASK) << offset  # below 2^63
        self.digits[place] += low & MASK
        self.digits[place + 1] += (low >> DIGIT) + ((whole >> DIGIT) << offset)

    def finish(self) -> None:
        """Carry, and let Python's integers hold two digits at first, then one more at a time."""
        top = len(self.digits) - 1
        for place in range(top):
            self.digits[place + 1] += self.digits[place] >> DIGIT
            self.digits[place] &= MASK
        whole = ((self.digits[top] << DIGIT) | self.digits[top - 1]).astype(object)
        for place in reversed(range(top - 1)):
            whole = (whole << DIGIT) + self.digits[place].astype(object)
        self.y[...] = whole
