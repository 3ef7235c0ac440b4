"""A plane as lines of cells: two above each other in a half block of two colours, or two signs beside each other.

Each line is a text of the same width. What is not finite is a sign in either.
"""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.render.heat.colors import Ramp
from convcli.render.heat.scale import Positions

_HALF, _RESET, _PLAIN, _NO_COLOR = "▀", "\x1b[0m", "0", "49"


@dataclass(frozen=True, slots=True)
class Signs:
    """What is drawn without colours: shades from the faintest, the frame, and what is not finite."""

    shades: str
    frame: str
    infinite: str
    negative_infinite: str
    nan: str = "?"

    def cell(self, level: int) -> str:
        """The two signs of a level: none for 0, a shade twice above it, a minus before it below.

        >>> UNICODE.cell(2), UNICODE.cell(0), UNICODE.cell(-4)
        ('▒▒', '  ', '-█')
        """
        if not level:
            return "  "
        shade = self.shades[abs(level) - 1]
        return f"-{shade}" if level < 0 else shade * 2


UNICODE = Signs("░▒▓█", "│", "↑", "↓")
ASCII = Signs(".:=*#%@", "|", "^", "v")


def marks(values: NDArray[Any]) -> NDArray[np.int8]:
    """What is not finite: 1 for inf, 2 for -inf, 3 for nan; 0 for all else."""
    if values.dtype.kind != "f":
        return np.zeros(values.shape, np.int8)
    return np.asarray((values == np.inf) + np.int8(2) * (values == -np.inf) + np.int8(3) * np.isnan(values), np.int8)


def shaded(positions: Positions, marked: NDArray[np.int8], signs: Signs) -> list[str]:
    """A line for each row, framed; any position but 0 has a shade."""
    count = len(signs.shades)
    sizes = np.ceil(np.abs(np.nan_to_num(positions)).clip(0, 1) * count).astype(int)
    levels = np.where(positions < 0, -sizes, sizes)
    cells = {level: signs.cell(level) for level in range(-count, count + 1)}
    special = ("", signs.infinite * 2, signs.negative_infinite * 2, signs.nan * 2)
    return [
        signs.frame
        + "".join(special[mark] if mark else cells[level] for level, mark in zip(row, line, strict=True))
        + signs.frame
        for row, line in zip(levels.tolist(), marked.tolist(), strict=True)
    ]


def half_blocks(
    levels: NDArray[np.intp], marked: NDArray[np.int8], ramp: Ramp, signs: Signs, *, doubled: bool = False
) -> list[str]:
    """A line for each two rows, or for each row `doubled`; a sign for both cells where one of them is not finite."""
    special = ("", signs.infinite, signs.negative_infinite, signs.nan)
    rows = list(zip(levels.tolist(), marked.tolist(), strict=True))
    nothing = ([None] * levels.shape[1], [0] * levels.shape[1])
    pairs = zip(rows, rows, strict=True) if doubled else itertools.zip_longest(rows[::2], rows[1::2], fillvalue=nothing)
    lines = []
    for (top, above), (bottom, below) in pairs:
        parts, last = [], ""
        for upper, lower, *marks in zip(top, bottom, above, below, strict=True):
            mark = max(marks)
            behind = _NO_COLOR if lower is None else ramp.behind[lower]
            style = _PLAIN if mark else f"{ramp.before[upper]};{behind}"
            sign = special[mark] or _HALF
            parts.append(sign if style == last else f"\x1b[{style}m{sign}")
            last = style
        lines.append("".join(parts) + _RESET)
    return lines
