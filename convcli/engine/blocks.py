"""The output cut into blocks, each computed by itself: the unit of work for caches, threads and memory.

How it is cut depends on the problem alone, never on how many threads there are, so that every sum is taken in the same
order on any machine.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

from numpy.typing import NDArray

from convcli.spec import BilinearSpec

WORTHWHILE = 2**22
"""Multiply-adds that are worth a second thread, whose start takes some 0.1 ms."""

PER_NUMBER = 8
"""Multiply-adds that cost as much as copying a number, or writing one of the output, does."""

APART = 2**26
"""Multiply-adds of a block: enough that a thread works for half a millisecond before it asks for the next."""

ROWS = 8
"""Rows of which one more in one of two blocks leaves the other's thread idle for little."""

MOST = 16
"""Blocks that each batch item is cut into for the sake of threads, at most."""


class Block(NamedTuple):
    """One batch item, some groups, some output channels of each of them, and a box in space."""

    item: int
    groups: slice
    outs: slice
    box: tuple[slice, ...]

    def of_output(self, y: NDArray[Any]) -> NDArray[Any]:
        """A view of its part (g, o, *box) of an output (N, G, O/G, *o)."""
        return in_space(y[self.item, self.groups, self.outs], self.box)

    def of_weights(self, w: NDArray[Any]) -> NDArray[Any]:
        """A view of its part of weights that begin with (G, O/G)."""
        part: NDArray[Any] = w[self.groups, self.outs]
        return part


@dataclass(frozen=True, slots=True)
class Cut:
    """How an output is cut: at most so many elements along each axis, so many pieces of its groups and of each group's
    channels."""

    sides: tuple[int, ...]
    groups: int = 1
    outs: int = 1

    def blocks(self, spec: BilinearSpec) -> Iterator[Block]:
        """The blocks that cover the output of `spec`."""
        for item in range(spec.batch):
            for groups in pieces(spec.groups, self.groups):
                for outs in pieces(spec.group_out, self.outs):
                    for box in boxes(spec.outputs, self.sides):
                        yield Block(item, groups, outs, box)

    def count(self, spec: BilinearSpec) -> int:
        """How many blocks there are."""
        in_space = math.prod(min(size, _count(size, side)) for size, side in zip(spec.outputs, self.sides, strict=True))
        return spec.batch * min(self.groups, spec.groups) * min(self.outs, spec.group_out) * in_space


def cut(spec: BilinearSpec, room: int, *, copies: int, least: int = 1) -> Cut:
    """Blocks for threads, two at least where each has enough to do, which for each output element of a group copies
    `copies` numbers: of the groups, then of space, then of output channels if there would be fewer than `least`
    elements in space; of at most `room` elements there.
    More than two blocks in space have four times as many, so that products stay wide."""
    copied = spec.batch * spec.groups * copies * math.prod(spec.outputs)
    effort = spec.work + PER_NUMBER * (copied + spec.output_size)
    wanted = min(MOST, max(2, _even(-(-effort // APART)))) if effort >= 2 * WORTHWHILE else 1
    wanted = -(-wanted // spec.batch)
    groups = min(spec.groups, wanted)
    wanted = -(-wanted // groups)
    space = math.prod(spec.outputs)
    in_space = min(wanted, max(1, min(2, space // least), space // (4 * least)))
    if in_space > 1 or wanted == 1:
        part, row = -(-space // in_space), math.prod(spec.outputs[1:])
        if effort <= APART and spec.outputs[0] >= ROWS * in_space:  # two blocks, one a row larger, rather than four
            part = -(-part // row) * row
        return Cut(sides(spec.outputs, min(room, part)), groups)
    return Cut(sides(spec.outputs, room), groups, outs=2)


def sides(shape: tuple[int, ...], room: int) -> tuple[int, ...]:
    """The sides of boxes of at most `room` elements, or of one, for which the last axes are left whole.

    >>> sides((30, 40), 400), sides((30, 40), 25)
    ((10, 40), (1, 25))
    """
    found = []
    for number, size in enumerate(shape):
        side = min(size, max(1, room // math.prod(shape[number + 1 :])))
        found.append(side)
        room = max(1, room // side)
    return tuple(found)


def tiles(groups: int, box: tuple[int, ...], room: int) -> Iterator[tuple[slice, slice]]:
    """Groups, and rows along the first axis of `box`, of at most `room` elements in space at once, or of one row."""
    space = math.prod(box)
    if space <= room:
        for some in pieces(groups, -(-groups // max(1, room // space))):
            yield some, slice(0, box[0])
    else:
        for group in range(groups):
            for rows in pieces(box[0], -(-box[0] // max(1, room // math.prod(box[1:])))):
                yield slice(group, group + 1), rows


def pieces(length: int, count: int) -> Iterator[slice]:
    """0..length in `count` pieces as even as can be, fewer where there are fewer elements.

    >>> [(piece.start, piece.stop) for piece in pieces(7, 3)]
    [(0, 3), (3, 5), (5, 7)]
    """
    count = min(count, length)
    start = 0
    for index in range(count):
        stop = start + -(-(length - start) // (count - index))
        yield slice(start, stop)
        start = stop


def boxes(shape: tuple[int, ...], sides: tuple[int, ...]) -> Iterator[tuple[slice, ...]]:
    """Boxes of at most these sides that cover `shape`."""
    return product(*(list(pieces(size, _count(size, side))) for size, side in zip(shape, sides, strict=True)))


def _count(size: int, side: int) -> int:
    """How many pieces of at most `side`: one, or an even number, so that two threads have as much to do."""
    return _even(-(-size // side))


def _even(count: int) -> int:
    return count + count % 2 if count > 1 else 1


def in_space(tensor: NDArray[Any], box: tuple[slice, ...]) -> NDArray[Any]:
    """A view of the part of a tensor that lies in a box along its last axes."""
    view: NDArray[Any] = tensor[(..., *box)]  # type: ignore[arg-type]  # NumPy's stub knows no tuple of so many
    return view
