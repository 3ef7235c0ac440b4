"""Colours for positions on a scale, told apart by everyone: blue, white and red about zero, dark to light otherwise.

Their lightness alone says how far from zero, or from the least, a number is; blue and red stay apart for those who do
not see red or green. Which colours a terminal has is told by name: `truecolor`, `256` or `16`.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Color = tuple[int, int, int]

ABOUT_ZERO = (
    (8, 48, 120),
    (60, 130, 200),
    (170, 208, 236),
    (248, 248, 248),
    (250, 196, 164),
    (220, 96, 74),
    (120, 8, 30),
)
UPWARDS = ((16, 10, 46), (92, 24, 110), (188, 54, 84), (244, 140, 44), (252, 244, 176))

_LEVELS = 241  # odd, so that zero has one of its own
_NUMBERED = {
    "256": (
        (18, 25, 68, 110, 153, 189, 231, 224, 217, 210, 167, 124, 88),
        (17, 54, 89, 125, 161, 202, 208, 214, 221, 229),
    ),
    "16": ((4, 12, 14, 15, 11, 9, 1), (0, 4, 5, 9, 11, 15)),
}
"""About zero and upwards, as terminals number their colours: blue, cyan, white, yellow, red where there are only 16."""


@dataclass(frozen=True, slots=True)
class Ramp:
    """The parameters of the escape sequences that set each of so many colours before and behind a sign."""

    before: tuple[str, ...]
    behind: tuple[str, ...]

    def levels(self, positions: NDArray[np.float64], *, diverges: bool) -> NDArray[np.intp]:
        """Which colour each finite position has."""
        parts = (positions + 1) / 2 if diverges else positions
        return np.rint(np.clip(np.nan_to_num(parts), 0, 1) * (len(self.before) - 1)).astype(np.intp)


@lru_cache
def ramp(colors: str, *, diverges: bool) -> Ramp:
    """The ramp of a scale on a terminal of these colours."""
    if colors == "truecolor":
        shades = blended(ABOUT_ZERO if diverges else UPWARDS, _LEVELS)
        texts = ["2;{};{};{}".format(*color) for color in shades]
        return Ramp(tuple(f"38;{text}" for text in texts), tuple(f"48;{text}" for text in texts))
    numbers = _NUMBERED[colors][0 if diverges else 1]
    if colors == "256":
        return Ramp(tuple(f"38;5;{n}" for n in numbers), tuple(f"48;5;{n}" for n in numbers))
    codes = [30 + n if n < 8 else 90 + n - 8 for n in numbers]
    return Ramp(tuple(map(str, codes)), tuple(str(code + 10) for code in codes))


def blended(stops: tuple[Color, ...], count: int) -> list[Color]:
    """So many colours from the first to the last of some, evenly.

    >>> blended(((0, 0, 0), (10, 20, 30)), 3)
    [(0, 0, 0), (5, 10, 15), (10, 20, 30)]
    """
    at = np.linspace(0, len(stops) - 1, count)
    channels = [
        np.rint(np.interp(at, range(len(stops)), channel)).astype(int).tolist() for channel in zip(*stops, strict=True)
    ]
    return list(zip(*channels, strict=True))
