"""A convolution, block by block: what a block reads, its sums by a method, and where they go."""

import math
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.engine.blocks import Block, Cut
from convcli.engine.exact import Limbs, split, total
from convcli.engine.method import Method
from convcli.engine.region import Region, read_by, region, unpadded, with_padding
from convcli.engine.table import Table, convolve_by_table
from convcli.engine.threads import Scratch, Tick, each, kept_scratch
from convcli.spec import ConvSpec

AT_ONCE = 2**20
"""Numbers up to which an input is padded as a whole, before threads are started, rather than block by block."""

FEW = 64
"""Blocks that are kept with the plan of a convolution."""


def reversed_in_space(w: NDArray[Any]) -> NDArray[Any]:
    """A kernel read backwards on every spatial axis, not on channels."""
    return np.flip(w, tuple(range(2, w.ndim)))


class Sums(NamedTuple):
    """In which numbers sums are taken: floats of one type, or integers as `limbs` of them."""

    dtype: str
    limbs: Limbs | None = None

    @property
    def pieces(self) -> Limbs | None:
        """The limbs, where any operand is split into several."""
        return None if self.limbs is None or self.limbs.whole else self.limbs

    def reads(self, x: NDArray[Any], constant: NDArray[Any]) -> str:
        """The type in which a block's input is asked for: integers, where they are to be split."""
        if self.pieces is None:
            return self.dtype
        return "object" if x.dtype == object or constant.dtype == object else "int64"

    def parts(self, w: NDArray[Any]) -> list[NDArray[Any]]:
        """Weights as operands: one array of floats, or one for each limb."""
        return [w.astype(self.dtype, copy=False)] if self.pieces is None else list(split(w, *self.pieces.w))

    def stacked(self, w: NDArray[Any]) -> NDArray[Any]:
        """Weights (G, O/G, ...) with their limbs as output channels side by side, (G, O/G·limbs, ...)."""
        assert self.pieces is not None
        return split(w, *self.pieces.w, axis=2).reshape(len(w), -1, *w.shape[2:])


@dataclass(frozen=True)
class Work:
    """A convolution with its method and why it is taken, the sums to take, and how it is cut."""

    spec: ConvSpec
    method: Method
    why: str
    sums: Sums
    cut: Cut
    table: Table | None = None
    """Where patches are read, if there is so little that all of them are taken at once."""
    divided: bool = False
    """Whether it is BLAS that divides products among threads, rather than threads of ours that take blocks."""

    @property
    def box(self) -> tuple[int, ...]:
        """The sides of a block in space, at most."""
        return tuple(min(side, size) for side, size in zip(self.cut.sides, self.spec.outputs, strict=True))

    @property
    def held(self) -> int:
        """Bytes, about, that a thread holds beside input, kernel and output."""
        spec, cut = self.spec, self.cut
        box = self.box
        groups, outs = -(-spec.groups // cut.groups), -(-spec.group_out // cut.outs)
        if self.table is not None:
            region = spec.batch * (2 * spec.channels_in * math.prod(spec.sizes) + self.table.positions.size)
        elif self._pads_first:
            region = self._padded * (1 + (spec.batch > 1))
        else:
            kinds = self.sums.limbs.products + 1 if self.sums.limbs else 1
            region = groups * spec.group_in * math.prod(read_by(box, spec.axes)) * kinds
        at_once = self.sums.limbs.w[1] if self.sums.limbs and self._stacked else 1
        part = groups * outs * math.prod(box) * (3 + at_once if self.sums.limbs else 1)
        passing = self.method.held(spec, box, groups, outs * at_once)
        return 8 * (region + part) + passing * np.dtype(self.sums.dtype).itemsize

    def convolve(
        self,
        x: NDArray[Any],
        w: NDArray[Any],
        y: NDArray[Any],
        constant: NDArray[Any],
        *,
        bias: NDArray[Any] | None = None,
        tick: Tick | None = None,
        threads: int = 1,
    ) -> None:
        """Compute y (N, O, *o) from x (N, C, *n), beyond whose edge is `constant`, w (O, C/G, *k) and a bias (O,), of
        floats of the sums' dtype or of integers.

        y may be any view, of the sums' dtype or of one that holds the results.
        """
        spec = self.spec
        grouped = (reversed_in_space(w) if spec.flipped else w).reshape(self._shapes["w"])
        x, y = x.reshape(self._shapes["x"], copy=False), y.reshape(self._shapes["y"], copy=False)
        biases = None if bias is None else bias.reshape(*grouped.shape[:2], *(1,) * spec.rank)
        if self.table is not None:
            (weights,) = self.sums.parts(grouped)
            with np.errstate(all="ignore"):
                whole = convolve_by_table(x, weights, self.table, constant)
                self._write(whole.reshape(y.shape), y, biases)
            if tick:
                tick(spec.work)
            return
        with kept_scratch() as own:
            if self._stacked is None:
                memories = chain((own,), iter(Scratch, None))  # limbs lie side by side
                parts = [self.method.arranged(part, spec, next(memories)) for part in self.sums.parts(grouped)]
            else:
                rows = self.method.arranged(self.sums.stacked(grouped), self._stacked, own)
                parts = [rows.reshape(*grouped.shape[:2], -1, *rows.shape[2:])]
            doing = self
            if self._pads_first:
                x, doing = with_padding(x, spec, self.sums.dtype, constant, own), self._unpadded
            doing._by_blocks(x, parts, y, constant, biases, tick, threads)

    def _by_blocks(
        self,
        x: NDArray[Any],
        parts: list[Any],
        y: NDArray[Any],
        constant: NDArray[Any],
        biases: NDArray[Any] | None,
        tick: Tick | None,
        threads: int,
    ) -> None:
        def work(block: Block, scratch: Scratch) -> None:
            with np.errstate(all="ignore"):  # of integers the bound proves the sums; BLAS computes beyond its operands
                self._block(block, x, parts, y, constant, biases, scratch)
            if tick:
                tick(block.of_output(y).size * self.spec.per_element)

        blocks, ours = self._few_blocks or self.cut.blocks(self.spec), self.threads(threads)
        each(work, blocks, *((1, ours) if self.divided else (ours, 1)))

    def threads(self, most: int) -> int:
        """How many have something to do."""
        return most if self.divided else min(most, self.count)

    @cached_property
    def count(self) -> int:
        """How many blocks there are."""
        return 1 if self.table is not None else self.cut.count(self.spec)

    @cached_property
    def _unpadded(self) -> "Work":
        """The same on an input with its padding."""
        return replace(self, spec=unpadded(self.spec))

    @cached_property
    def _stacked(self) -> ConvSpec | None:
        """With each limb of the weights as an output channel of its own, so that patches are copied for all of them
        once, if the method can have more than one."""
        limbs = self.sums.pieces
        if limbs is None or limbs.w[1] == 1:
            return None
        wider = replace(self.spec, channels_out=self.spec.channels_out * limbs.w[1])
        return wider if self.method.serves(wider) else None

    @cached_property
    def _few_blocks(self) -> tuple[Block, ...] | None:
        """The blocks, where they are few enough to be kept for the next time."""
        return tuple(self.cut.blocks(self.spec)) if self.count <= FEW else None

    @cached_property
    def _shapes(self) -> dict[str, tuple[int, ...]]:
        """The shapes of x, w and y with an axis for groups."""
        spec = self.spec
        return {
            "x": (spec.batch, spec.groups, spec.group_in, *spec.sizes),
            "w": (spec.groups, spec.group_out, spec.group_in, *spec.kernels),
            "y": (spec.batch, spec.groups, spec.group_out, *spec.outputs),
        }

    @cached_property
    def _pads_first(self) -> bool:
        """Whether the whole input is padded before threads are started, rather than block by block: where it is small,
        blocks share it, and are not for want of memory."""
        small = self.cut.groups == 1 and self.spec.is_padded and self._padded <= AT_ONCE and self.sums.pieces is None
        as_usual = self.cut in (Cut(self.spec.outputs), self.method.cut(self.spec))
        return small and as_usual and not self.method.tells_edges

    @property
    def _padded(self) -> int:
        """Numbers in the whole input with its padding."""
        spec = self.spec
        return spec.batch * spec.channels_in * math.prod(axis.padded for axis in spec.axes)

    def _block(
        self,
        block: Block,
        x: NDArray[Any],
        parts: list[Any],
        y: NDArray[Any],
        constant: NDArray[Any],
        bias: NDArray[Any] | None,
        scratch: Scratch,
    ) -> None:
        target, sums = block.of_output(y), self.sums
        read = region(x, self.spec, block, sums.reads(x, constant), constant, scratch)
        ws = [block.of_weights(part) for part in parts]
        if sums.pieces is not None:
            self._by_limbs(read, ws, target, sums.pieces, scratch)
            return
        direct = target.dtype == sums.dtype and target.strides[-1] == target.itemsize  # else BLAS rounds otherwise
        part = target if direct else scratch.take("part", target.shape, sums.dtype)
        self.method.block(read, ws[0], part, self.spec, scratch)
        self._write(part, target, None if bias is None else block.of_weights(bias))

    def _write(self, sums: NDArray[Any], y: NDArray[Any], bias: NDArray[Any] | None) -> None:
        """Sums, which may lie in y, and a bias: added to floats before they are rounded to y, to integers after."""
        if bias is not None and self.sums.limbs is None:
            sums += bias
        if sums is not y:
            np.copyto(y, sums, casting="unsafe")
        if bias is not None and self.sums.limbs is not None:
            y += bias

    def _by_limbs(self, read: Region, ws: list[Any], target: NDArray[Any], limbs: Limbs, scratch: Scratch) -> None:
        whole, (groups, outs, *box) = total(target, limbs), target.shape
        at_once = limbs.w[1] // len(ws)  # limbs of the weights, as output channels side by side
        part = scratch.take("part", (groups, outs * at_once, *box), self.sums.dtype)
        for i, x in enumerate(split(read.values, *limbs.x)):
            for j, w in enumerate(ws):
                rows = w.reshape(groups, outs * at_once, *w.shape[3:]) if at_once > 1 else w
                self.method.block(Region(x, read.inside), rows, part, self._stacked or self.spec, scratch)
                for limb in range(at_once):
                    whole.add(part.reshape(groups, outs, at_once, *box)[:, :, limb], i, j + limb)
        whole.finish()
