"""Numbers and tensors as Python reads them: exact where Python has the number, else the nearest double."""

import textwrap

import numpy as np

from convcli.errors import FitError
from convcli.layout import Index
from convcli.numbers.grammar import Number
from convcli.numbers.show import exact_text, texts
from convcli.numbers.tensor import Tensor
from convcli.render.data import blocks_of, rows_of

MOST = 10_000
"""Numbers that one script holds."""

WIDTH = 110
_RATIO = 17  # characters of a fraction that is clearer than its decimals


def number(value: Number) -> str:
    """One number: an integer or a decimal if it is one, a short fraction, else the nearest double.

    >>> from fractions import Fraction
    >>> [number(n) for n in (-3, Fraction(1, 8), Fraction(5, 3), Fraction(1, 3**40))]
    ['-3', '0.125', '5/3', '8.225263339969959e-20']
    """
    text, rounded = exact_text(value)
    if rounded and len(ratio := exact_text(value, fractions=True)[0]) <= _RATIO:
        return ratio
    return text


def array(tensor: Tensor, dtype: str) -> str:
    """A tensor of at least one axis as an expression, one row a line, for a line that begins with nothing else.

    >>> print(array(Tensor.of([[1, -2], [30, 4]]), "float64"))
    np.array([
        [ 1, -2],
        [30,  4],
    ], np.float64)
    >>> array(Tensor.of([1, 2]), "int64")
    'np.array([1, 2], np.int64)'
    """
    cells = _cells(tensor)
    if len(tensor.shape) == 1:
        whole = f"np.array([{', '.join(cells)}], np.{dtype})"
        if len(whole) <= WIDTH:
            return whole
    return "\n".join(["np.array([", *_rows(cells, tensor.shape), f"], np.{dtype})"])


def _rows(cells: list[str], shape: Index) -> list[str]:
    """The lines between the outermost brackets; an inner bracket opens before the first row of its block."""
    if len(shape) == 1:
        return _folded("    ", ", ".join(cells), ",")
    width, blocks = max(map(len, cells)), blocks_of(shape)[:-1]
    lines = []
    for at, row in enumerate(rows_of(cells, shape)):
        opened, closed = (sum(place % block == 0 for block in blocks) for place in (at, at + 1))
        lines += [""] * (opened > 0 and at > 0)
        head = " " * (4 + len(blocks) - opened) + "[" * (opened + 1)
        text = ", ".join(cell.rjust(width) for cell in row)
        if len(head) + len(text) > WIDTH:
            text = ", ".join(row)
        lines += _folded(head, text, "]" * (closed + 1) + ",")
    return lines


def _folded(head: str, text: str, tail: str) -> list[str]:
    """Text between head and tail, on one line if it fits."""
    if len(head) + len(text) <= WIDTH:
        return [head + text + tail]
    first, *rest = textwrap.wrap(text, WIDTH - len(head), break_long_words=False, break_on_hyphens=False)
    lines = [head + first, *(" " * len(head) + line for line in rest)]
    return [*lines[:-1], lines[-1] + tail]


def _cells(tensor: Tensor) -> list[str]:
    """Each number; floats as the shortest text that their own type reads back as the same."""
    return [number(value) for value in tensor.numbers()] if tensor.is_exact else texts(tensor).cells


def refuse_many(shapes: dict[str, Index]) -> None:
    """Raise FitError for tensors, by what they are called, of more numbers than a script holds."""
    counts = {role: int(np.prod(shape, dtype=object)) for role, shape in shapes.items()}
    if sum(counts.values()) > MOST:
        most = max(counts, key=lambda role: counts[role])
        raise FitError(
            "the tensors are too large to be written out in a script",
            given=f"{sum(counts.values()):,} numbers, {counts[most]:,} of them {most}",
            expected=f"at most {MOST:,} in all",
            fix="write the output with -f npy, or -f onnx, which is a binary format, or take a smaller input",
        )
