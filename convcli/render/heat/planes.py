"""Which planes of an output are drawn, how many elements a cell of the drawing stands for, and which one it shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.numbers.tensor import Tensor
from convcli.problem import Problem

GAP = 2
"""Columns between planes beside each other."""

LEAST = 8
"""Cells that the shorter side of a plane is not shrunk below to make room for other planes."""

TALLEST = 200
"""Lines of a drawing that need fit nowhere in particular."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """The lines and columns there are, and what a cell takes: its columns, its part of a line, the frame around all."""

    width: int
    height: int
    columns: int
    per_line: int
    frame: int

    def box(self, cells: tuple[int, int]) -> tuple[int, int]:
        """The lines and columns that so many rows and columns of cells take.

        >>> Canvas(80, 40, 1, 2, 0).box((3, 5)), Canvas(80, 40, 2, 1, 2).box((3, 5))
        ((2, 5), (3, 12))
        """
        rows, columns = cells
        return -(-rows // self.per_line), columns * self.columns + self.frame


@dataclass(frozen=True, slots=True)
class Plan:
    """How many elements along each side make a cell, how many planes are drawn, and how many beside each other."""

    by: tuple[int, int]
    count: int
    across: int


def sheets(output: Tensor, problem: Problem) -> NDArray[Any]:
    """The planes of an output (n, o, *s), as (..., rows, columns); of 1-D outputs the channels are the rows."""
    shape, order = output.shape, problem.view.order
    if order == (0,):  # a bias
        return output.values.reshape(1, shape[0])
    return output.values if any(axis > 1 for axis in order) else output.values.reshape(shape[:2])


def caption(at: Sequence[int], outer: Sequence[int], problem: Problem, first: int) -> str:
    """Which batch item, channel and slice the plane at an index is, so far as there are several, from `first` on."""
    words = (*problem.axes_called, "depth")
    return ", ".join(f"{word} {i + first}" for word, i, n in zip(words, at, outer, strict=False) if n > 1)


def plan(shape: tuple[int, int], count: int, named: int, canvas: Canvas, *, signals: bool) -> Plan:
    """How to draw `count` planes of a shape, under captions so long: as large as all of them fit, and at least LEAST
    cells wide and high, where they are; if that is too much, as many of the first as fit.

    The channels of signals are never drawn together for the sake of other signals.

    >>> plan((128, 128), 1, 0, Canvas(80, 40, 1, 2, 0), signals=False)
    Plan(by=(2, 2), count=1, across=1)
    >>> plan((512, 512), 64, 10, Canvas(80, 100, 1, 2, 0), signals=False)
    Plan(by=(47, 47), count=64, across=6)
    """
    rows, columns = shape
    room = max(canvas.height - bool(named), 1) * canvas.per_line
    across = max((canvas.width - canvas.frame) // canvas.columns, 1)
    if signals:
        by = (-(-rows // room), -(-columns // across))
        return _placed(shape, by, count, named, canvas)[0]
    factor = max(-(-rows // room), -(-columns // across))
    found, fits = _placed(shape, (factor, factor), count, named, canvas)
    while not fits and min(shape) // (factor + 1) >= LEAST:
        factor += 1
        found, fits = _placed(shape, (factor, factor), count, named, canvas)
    return found


def _placed(shape: tuple[int, int], by: tuple[int, int], count: int, named: int, canvas: Canvas) -> tuple[Plan, bool]:
    """The planes that fit if so many elements make a cell, and whether these are all."""
    lines, columns = canvas.box((-(-shape[0] // by[0]), -(-shape[1] // by[1])))
    across = max((canvas.width + GAP) // (max(columns, named) + GAP), 1)
    down = max((canvas.height + 1) // (lines + bool(named) + 1), 1)  # with a blank line between
    return Plan(by, min(count, across * down), min(count, across)), count <= across * down


def strongest(plane: NDArray[Any], by: tuple[int, int]) -> NDArray[Any]:
    """Of each block of so many rows and columns the value of largest magnitude; nan if there is one.

    >>> strongest(np.array([[1, -5, 2], [3, 4, -2]]), (2, 2))
    array([[-5,  2]])
    """
    if by == (1, 1):
        return plane
    high, low = _blocks(np.maximum, plane, by), _blocks(np.minimum, plane, by)
    if plane.dtype == object:
        return np.where(high >= -low, high, low)
    # As doubles, since the least integer of 64 bits has no opposite.
    return np.where(high.astype(np.float64) < -low.astype(np.float64), low, high)


def _blocks(best: np.ufunc, plane: NDArray[Any], by: tuple[int, int]) -> NDArray[Any]:
    rows = best.reduceat(plane, np.arange(0, plane.shape[0], by[0]), axis=0)
    return np.asarray(best.reduceat(rows, np.arange(0, plane.shape[1], by[1]), axis=1))
