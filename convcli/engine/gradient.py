"""The kernel's gradient as a matrix product: dy times the same columns of patches that a convolution is lowered to.

Source: Chetlur et al. 2014, "cuDNN: efficient primitives for deep learning", section 3.
"""

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.blocks import Block, boxes, pieces, sides
from convcli.engine.convolve import Sums, reversed_in_space
from convcli.engine.exact import split, total
from convcli.engine.lower import LEAST, TILE
from convcli.engine.region import region, windows
from convcli.engine.threads import Scratch, Tick, each
from convcli.spec import ConvSpec, KernelGradientSpec

AT_ONCE = 8
"""Into how many pieces the input channels are cut, for threads."""

WORTHWHILE = 2**24
"""Multiply-adds that are worth more than one thread: 3x3 on 16 channels of 64x64 took one 1.8 ms, and two 2.4."""


def at_work(forward: ConvSpec, threads: int) -> int:
    """How many threads have a piece of the gradient of a convolution's kernel to do."""
    return min(threads, forward.groups * min(AT_ONCE, forward.group_in)) if forward.work >= WORTHWHILE else 1


@dataclass(frozen=True, slots=True)
class KernelGradient:
    """x (N, C, *n) with dy (N, O, *o), giving the kernel's gradient (O, C/G, *k)."""

    spec: KernelGradientSpec
    sums: Sums

    def compute(
        self,
        x: NDArray[Any],
        dy: NDArray[Any],
        dw: NDArray[Any],
        constant: NDArray[Any],
        tick: Tick | None = None,
        threads: int = 1,
    ) -> None:
        """Write the gradient into dw: for some input channels of a group after the other, summed over all blocks."""
        spec = self.spec.forward
        x = x.reshape(spec.batch, spec.groups, spec.group_in, *spec.sizes, copy=False)
        dy = dy.reshape(spec.batch, spec.groups, spec.group_out, *spec.outputs)
        grouped = (reversed_in_space(dw) if spec.flipped else dw).reshape(
            spec.groups, spec.group_out, spec.group_in, *spec.kernels, copy=False
        )

        def work(part: tuple[int, slice], scratch: Scratch) -> None:
            with np.errstate(all="ignore"):
                group, ins = part
                self._channels(x[:, group : group + 1, ins], dy[:, group], grouped[group, :, ins], constant, scratch)
            if tick:
                tick(grouped[group, :, ins].size * spec.batch * dy[0, 0, 0].size)

        parts = list(product(range(spec.groups), pieces(spec.group_in, AT_ONCE)))
        each(work, parts, at_work(spec, threads))

    def _channels(
        self, x: NDArray[Any], dy: NDArray[Any], dw: NDArray[Any], constant: NDArray[Any], scratch: Scratch
    ) -> None:
        spec, sums = self.spec.forward, self.sums
        limbs, reads = sums.pieces, sums.reads(x, constant)
        counts = (limbs.x[1], limbs.w[1]) if limbs else (1, 1)
        parts = np.zeros((*counts, spec.group_out, dw[0].size), sums.dtype)
        room = max(LEAST, TILE // dw[0].size)
        for item, box in product(range(spec.batch), list(boxes(spec.outputs, sides(spec.outputs, room)))):
            read = region(x, spec, Block(item, slice(0, 1), slice(None), box), reads, constant, scratch).values
            lengths = tuple(side.stop - side.start for side in box)
            gradient = dy[(item, slice(None), *box)].reshape(spec.group_out, -1)
            xs = split(read, *limbs.x) if limbs else [read]
            ys = split(gradient, *limbs.w) if limbs else [gradient.astype(sums.dtype, copy=False)]
            for i, limb in enumerate(xs):
                columns = windows(limb, spec, lengths).reshape(dw[0].size, -1)
                for j, other in enumerate(ys):
                    parts[i, j] += other @ columns.T
        if limbs is None:
            dw[...] = parts[0, 0].reshape(dw.shape)
            return
        result = np.empty(dw.shape, dw.dtype)
        gathered = total(result, limbs)
        for i, j in np.ndindex(counts):
            gathered.add(parts[i, j].reshape(dw.shape), i, j)
        gathered.finish()
        dw[...] = result
