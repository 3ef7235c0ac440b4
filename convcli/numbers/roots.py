"""Roots of exact numbers: exact where they are rational, else rounded once. Integers only, never a float's power."""

import math
from fractions import Fraction

from convcli.numbers.arithmetic import nearest

GUARD = 64
"""Bits of a root that are worked out before it is rounded: more than any float type holds, and one to spare."""


def integer_root(number: int, degree: int) -> int:
    """The largest integer whose power of that degree is not above a number >= 0: Newton's method, from above.

    >>> integer_root(26, 3), integer_root(27, 3), integer_root(10**40, 2) == 10**20
    (2, 3, True)
    """
    if degree == 1 or number < 2:
        return number
    if degree == 2:
        return math.isqrt(number)
    root = _above_root(number, degree)
    while True:
        lower = ((degree - 1) * root + number // root ** (degree - 1)) // degree
        if lower >= root:
            return root
        root = lower


def _above_root(number: int, degree: int) -> int:
    """An integer above the root of a number >= 1, by less than 1 part in 2^28 and 1: how often Newton's method, whose
    every step costs a power, has to go round.

    The number lies below (top + 1) * 2^shift, where top has 64 bits, and the root of 2^shift is 2^whole times a factor
    below 2. So what is left to floats are logarithms below 66, whatever the number: an error of less than 2^-45.
    """
    shift = max(0, number.bit_length() - 64)
    whole, rest = divmod(shift, degree)
    spare = min(whole, 50 - 64 // degree)  # so that a float holds all bits before the point
    factor = 2 ** ((math.log2(number >> shift) + rest) / degree) * (1 + 2**-40)
    return int(math.ldexp(factor, spare)) + 1 << whole - spare


def exact_root(number: int | Fraction, degree: int) -> int | Fraction | None:
    """The root of a number >= 0 if it is rational, else None.

    >>> exact_root(25, 2), exact_root(Fraction(8, 27), 3), exact_root(2, 2)
    (5, Fraction(2, 3), None)
    """
    above, below = (integer_root(part, degree) for part in (number.numerator, number.denominator))
    if above**degree != number.numerator or below**degree != number.denominator:
        return None
    return above if below == 1 else Fraction(above, below)


def nearest_root(number: int | Fraction, degree: int, dtype: str = "float64") -> float:
    """The root of a number >= 0, rounded once to the nearest value of a float type.

    >>> nearest_root(2, 2), nearest_root(Fraction(1, 3), 3, "float32")
    (1.4142135623730951, 0.6933612823486328)
    """
    if (root := exact_root(number, degree)) is not None:
        return nearest(root, dtype)
    above, below = number.numerator, number.denominator
    places = GUARD - (above.bit_length() - below.bit_length()) // degree
    shift = places * degree
    scaled = (above << shift) // below if shift >= 0 else above // (below << -shift)
    root = 2 * integer_root(scaled, degree) + 1  # it lies between two neighbours, and so do all of its roundings
    return nearest(root * Fraction(2) ** -(places + 1), dtype)
