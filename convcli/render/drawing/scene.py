"""What an animation shows, before anything has a place in pixels: planes of cells, what moves over them, what is said.

Rows and columns are those of a plane, frames are counted from 0.
"""

from dataclasses import dataclass
from typing import NamedTuple

from convcli.document import Line, Role, Span
from convcli.trace import AnyStep


class During(NamedTuple):
    """The frames in which something is seen, from `start` up to but not at `stop`."""

    start: int
    stop: int

    @classmethod
    def frame(cls, number: int) -> "During":
        """One frame."""
        return cls(number, number + 1)


@dataclass(frozen=True, slots=True)
class Turns:
    """Output channels one after the other, each with so many frames of its own."""

    channels: int
    each: int

    @property
    def whole(self) -> During:
        """All the time."""
        return During(0, self.channels * self.each)

    def of(self, channel: int, last: int | None = None) -> During:
        """The frames of a channel, or of that and those after it up to the `last`.

        >>> Turns(3, 4).of(1), Turns(3, 4).of(1, 2)
        (During(start=4, stop=8), During(start=4, stop=12))
        """
        return During(channel * self.each, ((channel if last is None else last) + 1) * self.each)


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell all the time, and whether it is `outside`: padding, or what is cropped."""

    span: Span | None = None
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A number that comes to stand in a cell, or in its `corner`."""

    row: int
    column: int
    span: Span
    during: During
    corner: bool = False


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring about a number: of its window the largest."""

    row: int
    column: int
    during: During


@dataclass(frozen=True, slots=True)
class Mark:
    """A frame that moves over a plane; its cells, `corners` of the frame's first, may have numbers of their own."""

    role: Role
    rows: int
    columns: int
    cells: tuple[tuple[int, int, Span | None], ...]
    path: str
    """The name of the path on which it moves."""
    during: During


@dataclass(frozen=True, slots=True)
class Plane:
    """Rows of cells under a caption, and what comes to pass on them."""

    caption: str
    rows: tuple[tuple[Cell, ...], ...]
    during: During
    written: tuple[Written, ...] = ()
    rings: tuple[Ring, ...] = ()
    marks: tuple[Mark, ...] = ()

    @property
    def durings(self) -> list[During]:
        """When anything of it is seen."""
        parts = (self.written, self.rings, self.marks)
        return [self.during, *(one.during for part in parts for one in part)]


Slot = tuple[Plane, ...]
"""Planes of one size that take turns in one place."""

Place = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """An animation: columns of slots with signs between them, and what is said below them in each frame."""

    columns: tuple[tuple[Slot, ...], ...]
    signs: tuple[str, ...]
    paths: dict[str, tuple[Place, ...]]
    """Where what moves is in each frame, by the path's name."""
    frames: tuple[tuple[Line, ...], ...]
    legend: str
    """How to read it."""
    steps: tuple[AnyStep, ...]
    """The output elements that it shows."""
    beneath: bool
    """Whether the last column stands beneath the others: for signals, which are wide and low."""

    @property
    def planes(self) -> list[Plane]:
        """Every plane."""
        return [plane for column in self.columns for slot in column for plane in slot]
