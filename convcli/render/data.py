"""A result as numbers alone: rows of text, CSV, .npy. What is written here is read back as the same numbers.

What makes text is imported where there is text: arrays need not wait for it.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from convcli.errors import FitError
from convcli.layout import shape_text
from convcli.numbers.arithmetic import to_doubles
from convcli.numbers.tensor import Tensor

Parts = tuple[bytes, memoryview]
"""What `to_npy` writes: a header, and the values as they lie in memory, which need no copy."""

T = TypeVar("T", str, Parts)


@dataclass(frozen=True, slots=True)
class Written(Generic[T]):
    """What to write, and how many of its numbers are rounded to doubles, which somebody should say."""

    content: T
    rounded: int = 0


def to_plain(tensor: Tensor, *, fractions: bool = False) -> Written[str]:
    """One row a line; a blank line between planes, two between batch items, one more for each axis further out.

    >>> print(to_plain(Tensor.of([[[1, 2], [3, 4]], [[5, 6], [7, 8]]])).content, end="")
    1 2
    3 4
    <BLANKLINE>
    5 6
    7 8
    """
    from convcli.numbers.show import texts

    numbers = texts(tensor, fractions=fractions)
    blocks = blocks_of(tensor.shape)
    lines = []
    for number, row in enumerate(rows_of(numbers.cells, tensor.shape)):
        if number:
            lines.append("\n" * sum(number % block == 0 for block in blocks))
        lines.append(" ".join(row) + "\n")
    return Written("".join(lines), numbers.rounded)


def to_csv(tensor: Tensor, *, fractions: bool = False) -> Written[str]:
    """One row a line, with commas; of a table or a row of numbers only.

    >>> to_csv(Tensor.exact([[1, 2], [3, 4]], 2)).content
    '0.5,1\\n1.5,2\\n'

    Raises FitError for a tensor of more than two axes, which CSV has no way to tell apart.
    """
    if len(tensor.shape) > 2:
        raise FitError(
            "CSV holds rows and columns only",
            given=f"an output of shape {shape_text(tensor.shape)}: {len(tensor.shape)} axes",
            expected="at most 2 axes",
            fix="write -f json, yaml, plain or npy, which hold any shape",
        )
    from convcli.numbers.show import texts

    numbers = texts(tensor, fractions=fractions)
    lines = [",".join(row) + "\n" for row in rows_of(numbers.cells, tensor.shape)]
    return Written("".join(lines), numbers.rounded)


def to_npy(tensor: Tensor) -> Written[Parts]:
    """NumPy's own format: floats in their type, integers as int64, other exact numbers as the nearest doubles.

    Raises FitError for integers that 64 bits do not hold.
    """
    values, inexact = tensor.values, 0
    if tensor.is_exact and tensor.denominator != 1:
        values, inexact = to_doubles(tensor), _not_doubles(tensor)
        if np.isinf(values).any():
            raise FitError(
                ".npy holds no numbers past the largest double",
                given="an output with numbers beyond 1.8e308",
                expected="numbers that a double comes near to",
                fix="write -f json or yaml with --fractions, which hold them all",
            )
    elif values.dtype == object:
        raise FitError(
            ".npy holds no integers beyond 64 bits",
            given=f"an output with integers of up to {max(int(v).bit_length() for v in values.flat)} bits",
            expected=f"integers from {-(2**63)} to {2**63 - 1}",
            fix="write -f json or yaml, which hold integers of any size, or compute with --dtype float64",
        )
    flat = np.ascontiguousarray(values).reshape(-1)
    return Written((npy_header(values.shape, flat.dtype.str), flat.view(np.uint8).data), inexact)


def npy_header(shape: tuple[int, ...], dtype: str) -> bytes:
    """What `to_npy` begins with, for numbers that are yet to come.

    >>> npy_header((2,), "int64") == to_npy(Tensor.of([1, 2])).content[0]
    True
    """
    content = io.BytesIO()
    header = {"descr": np.dtype(dtype).str, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(content, header)
    return content.getvalue()


def rows_of(cells: Sequence[str], shape: tuple[int, ...]) -> Iterator[Sequence[str]]:
    """The cells of a tensor, one innermost row after another."""
    return (cells[start : start + shape[-1]] for start in range(0, len(cells), shape[-1]))


def blocks_of(shape: tuple[int, ...]) -> list[int]:
    """How many innermost rows there are to a plane, to a stack of planes, and so on up to the whole tensor.

    >>> blocks_of((2, 3, 4, 5))
    [4, 12, 24]
    """
    blocks = []
    rows = 1
    for length in shape[-2::-1]:
        rows *= length
        blocks.append(rows)
    return blocks


def _not_doubles(tensor: Tensor) -> int:
    """How many of these numbers are not doubles exactly."""
    from convcli.numbers.show import lowest_terms

    doubles = to_doubles(tensor).ravel().tolist()
    pairs = zip(doubles, *lowest_terms(tensor), strict=True)
    return sum(1 for double, a, b in pairs if not _is_ratio(double, a, b))


def _is_ratio(double: float, above: int, below: int) -> bool:
    return abs(double) != float("inf") and double.as_integer_ratio() == (above, below)
