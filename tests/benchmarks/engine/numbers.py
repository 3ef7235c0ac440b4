"""The numbers that are convolved: how they are drawn, and when two outputs of them are the same."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Array = NDArray[Any]

DECIMAL = 10**6
"""The denominator of decimals of six digits."""

ROUNDING = 256
"""Units in the last place of a typical output by which two orders of summation, or a transform, may differ."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A kind of numbers; `agree` has our output, a peer's, and the number of products in each of their elements."""

    draw: Callable[[Generator, tuple[int, ...]], Array]
    agree: Callable[[Any, Any, int], bool]


def close(ours: Any, theirs: Any, terms: int) -> bool:
    """Sums of `terms` products of standard normal numbers, but for their rounding."""
    a, b = np.asarray(ours), np.asarray(theirs)
    margin = ROUNDING * float(np.finfo(b.dtype).eps) * terms**0.5
    return a.shape == b.shape and a.dtype == b.dtype and bool((abs(a - b) <= margin).all())


def same(ours: Any, theirs: Any, terms: int) -> bool:
    return np.array_equal(np.asarray(ours), np.asarray(theirs))


def same_modulo(ours: Any, theirs: Any, terms: int) -> bool:
    """Python integers, and their low 64 bits."""
    return same((ours & (2**64 - 1)).astype(np.uint64).view(np.int64), theirs, terms)


def same_decimals(ours: Any, theirs: Any, terms: int) -> bool:
    """A tensor of ours, and an array of float64."""
    return close(ours.values.astype(np.float64) / ours.denominator, theirs, terms)


def normal(dtype: str) -> Callable[[Generator, tuple[int, ...]], Array]:
    return lambda random, shape: random.standard_normal(shape).astype(dtype)


def signed(bits: int, dtype: str) -> Callable[[Generator, tuple[int, ...]], Array]:
    """Integers of so many bits, their sign among them."""
    return lambda random, shape: random.integers(-(2 ** (bits - 1)), 2 ** (bits - 1), shape, dtype=dtype)


NUMBERS = {
    "float32": Numbers(normal("float32"), close),
    "float64": Numbers(normal("float64"), close),
    "small": Numbers(signed(5, "int64"), same),
    "int8": Numbers(signed(8, "int8"), same),
    "int16": Numbers(signed(16, "int16"), same),
    "26 bits": Numbers(signed(26, "int64"), same),
    "32 bits": Numbers(signed(32, "int64"), same_modulo),
    "decimals": Numbers(lambda random, shape: random.integers(-DECIMAL + 1, DECIMAL, shape), same_decimals),
}
