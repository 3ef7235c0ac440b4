"""Tensors by name: `@sobel-x`, `@box:3`, `@arange:1,4,4`, `@random:SHAPE:seed=1`."""

import math
import re

import numpy as np

from convcli.errors import InputError, quoted
from convcli.limits import Limits
from convcli.numbers import Tensor
from convcli.numbers.seeded import random_integers
from convcli.reading.wording import MAX_RANK, did_you_mean

_FIXED = {
    "sobel-x": ([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], 1),
    "sobel-y": ([[-1, -2, -1], [0, 0, 0], [1, 2, 1]], 1),
    "laplacian": ([[0, 1, 0], [1, -4, 1], [0, 1, 0]], 1),
    "gaussian": ([[1, 2, 1], [2, 4, 2], [1, 2, 1]], 16),
    "sharpen": ([[0, -1, 0], [-1, 5, -1], [0, -1, 0]], 1),
    "emboss": ([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]], 1),
}
_SIZED = ("box", "identity")
_SHAPED = ("arange", "ones", "zeros", "random")
NAMES = (*_FIXED, *_SIZED, *_SHAPED)

_SIZES = re.compile(r"[1-9][0-9]{0,17}(?:,[1-9][0-9]{0,17})*")
_SEED = re.compile(r"seed=(0|[1-9][0-9]{0,18})")


def named_tensor(name: str, limits: Limits, *, rank: int) -> Tensor:
    """The tensor that `@name` denotes.

    >>> named_tensor("box:3", Limits(), rank=1).numbers()
    [Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)]

    `@box:3` and `@identity:3` have as many axes as the operation's `rank`.
    """
    word, *arguments = name.split(":")
    if word not in NAMES:
        raise InputError(
            "there is no tensor of this name",
            given=quoted("@" + name),
            expected=", ".join("@" + known for known in NAMES),
            fix=did_you_mean("@" + word, ["@" + known for known in NAMES]) or "use one of these, or name a file",
        )
    if word in _FIXED:
        if arguments:
            raise _bad_arguments(name, f"@{word}, without a size", f"write @{word}")
        if rank == 1:
            raise InputError(
                "a kernel for images cannot filter signals",
                given=quoted("@" + name) + ", of 3x3",
                expected="a kernel of one axis",
                fix="use convcalc 2d, or write one row of it",
            )
        values, below = _FIXED[word]
        return Tensor.exact(np.array(values), below)
    if word == "random":
        sizes, seed = _shape_and_seed(name, arguments)
        return Tensor.exact(random_integers(_checked(sizes, name, limits), seed))
    if word in _SIZED:
        sizes = _sizes(name, arguments or ["3"], f"@{word}:3 or @{word}:3,5")
        shape = _checked(sizes if len(sizes) > 1 else sizes * rank, name, limits)
        return _box(shape) if word == "box" else _identity(shape, name)
    shape = _checked(_sizes(name, arguments, f"@{word}:4,4"), name, limits)
    if word == "arange":
        return Tensor.exact(np.arange(math.prod(shape), dtype=np.int64).reshape(shape))
    return Tensor.exact(np.full(shape, int(word == "ones"), np.int64))


def _box(shape: tuple[int, ...]) -> Tensor:
    return Tensor.exact(np.ones(shape, np.int64), math.prod(shape))


def _identity(shape: tuple[int, ...], name: str) -> Tensor:
    if any(size % 2 == 0 for size in shape):
        raise _bad_arguments(name, "odd sizes: an even one has no centre", "write @identity:3")
    values = np.zeros(shape, np.int64)
    values[tuple(size // 2 for size in shape)] = 1
    return Tensor.exact(values)


def _shape_and_seed(name: str, arguments: list[str]) -> tuple[tuple[int, ...], int]:
    form = "@random:4,4 or @random:4,4:seed=1"
    seeds = [match for match in map(_SEED.fullmatch, arguments[1:]) if match]
    if len(seeds) != len(arguments[1:]) or len(seeds) > 1:
        raise _bad_arguments(name, form, "give the shape, and then seed= with an integer")
    return _sizes(name, arguments[:1], form), int(seeds[0][1]) if seeds else 0


def _sizes(name: str, arguments: list[str], form: str) -> tuple[int, ...]:
    if len(arguments) != 1 or not _SIZES.fullmatch(arguments[0]):
        raise _bad_arguments(name, form, "give sizes of 1 or more, separated by commas")
    return tuple(int(size) for size in arguments[0].split(","))


def _checked(shape: tuple[int, ...], name: str, limits: Limits) -> tuple[int, ...]:
    if len(shape) > MAX_RANK:
        raise _bad_arguments(name, f"at most {MAX_RANK} axes", "give fewer sizes")
    limits.check("cells", math.prod(shape), of=quoted("@" + name))
    return shape


def _bad_arguments(name: str, expected: str, fix: str) -> InputError:
    return InputError("a name does not fit its form", given=quoted("@" + name), expected=expected, fix=fix)
