"""Integers that look random and are the same everywhere: for tensors by name, and for checks."""

import math

import numpy as np
from numpy.typing import NDArray


def random_integers(shape: tuple[int, ...], seed: int) -> NDArray[np.int64]:
    """Integers from -9 to 9, the same on every machine and with every NumPy.

    Number i is SplitMix64 of `start + (i + 1) * 0x9E3779B97F4A7C15`, its upper 32 bits scaled to 0..18, less 9. The
    start is the seed, mixed with each size so that tensors of two shapes do not begin alike: `start * 31 + size`.

    >>> random_integers((5,), 0)
    array([-2,  5, -5, -8, -6])
    """
    count = math.prod(shape)
    for size in shape:
        seed = (seed * 31 + size) % 2**64
    z = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(seed)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return ((z >> np.uint64(32)) * np.uint64(19) >> np.uint64(32)).astype(np.int64).reshape(shape) - 9
