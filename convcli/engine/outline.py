"""How a problem is computed, as a value: which methods, in which numbers, in how many blocks, and what they hold.

It asks for the same decisions as the computation, and computes nothing.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from convcli.engine.adjoint import unfolded
from convcli.engine.blocks import sides
from convcli.engine.convolve import Sums, Work
from convcli.engine.exact import Limbs
from convcli.engine.gradient import AT_ONCE, at_work
from convcli.engine.lower import LEAST, TILE
from convcli.engine.phases import phases
from convcli.engine.plan import planned
from convcli.engine.products import Means, by_taps, exact_sums
from convcli.engine.region import read_by
from convcli.engine.run import operands
from convcli.problem import Bilinear
from convcli.spec import BilinearSpec, ConvSpec, KernelGradientSpec, TransposedSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What is computed by one method: everything, or some of the phases of a transposed convolution."""

    method: str
    says: str
    """How it works."""
    why: str
    phases: int = 1
    blocks: int = 1
    block: tuple[int, ...] = ()
    """The largest part of the output that is computed at once: channels, and elements along each axis."""
    held: int = 0
    """Bytes, about, that a block in work holds beside input, kernel and output; 0 where nobody knows."""
    threads: int = 1
    """How many have something to do: a block each, or a part of one's products."""

    at_once: int = 1
    """How many blocks are held at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """How a problem is computed."""

    work: int
    """Multiply-adds."""
    dtype: str | None
    """The float type of the products; None where they are of Python's integers."""
    limbs: Limbs | None
    """How integers are split so that float sums are exact; None of floats, and of Python's integers."""
    parts: tuple[Part, ...]
    input: int
    """Bytes of the input as it is held; those of Python's integers are pointers."""
    kernel: int
    output: int

    @property
    def products(self) -> int:
        """How many float products one product of the problem's is."""
        return self.limbs.products if self.limbs else 1

    @property
    def threads(self) -> int:
        """The most that have something to do."""
        return max(part.threads for part in self.parts)

    @property
    def held(self) -> int:
        """Bytes, about, that a thread holds at most."""
        return max(part.held for part in self.parts)


NOTHING = Part(
    method="none",
    says="there is nothing to be multiplied",
    why="no stamp falls on what is not cropped",
)


def outline(problem: Bilinear, means: Means) -> Outline:
    """How `problem` is computed with these means. Raises FitError if the smallest block needs more memory."""
    given, arithmetic, sums = operands(problem), problem.arithmetic, sums_of(problem)
    if sums is None or (sums.limbs is None and by_taps(problem.spec, given)):
        parts: tuple[Part, ...] = (_by_taps(problem.spec, sums),)
    else:
        parts = _joined(_parts(problem.spec, sums, means)) or (NOTHING,)
    itemsize = np.dtype(arithmetic.name).itemsize if arithmetic.is_float else 8
    return Outline(
        work=problem.spec.work,
        dtype=None if sums is None else sums.dtype,
        limbs=None if sums is None else sums.limbs,
        parts=parts,
        input=given.x.nbytes,
        kernel=given.w.nbytes,
        output=problem.spec.output_size * itemsize,
    )


def sums_of(problem: Bilinear) -> Sums | None:
    """In which floats its sums are taken; None if they are of Python's integers."""
    if problem.arithmetic.is_float:
        return Sums(problem.arithmetic.accumulator)
    return exact_sums(problem.spec, operands(problem))


def _parts(spec: BilinearSpec, sums: Sums, means: Means) -> Iterator[Part]:
    if isinstance(spec, KernelGradientSpec):
        yield _of_gradient(spec, sums, means.threads)
    elif isinstance(spec, TransposedSpec):
        for phase in phases(unfolded(spec)):
            yield _of_work(planned(phase.spec, sums, memory=means.memory), means.threads)
    else:
        assert isinstance(spec, ConvSpec)
        yield _of_work(planned(spec, sums, memory=means.memory), means.threads)


def _of_work(work: Work, threads: int) -> Part:
    block = next(work.cut.blocks(work.spec))  # none is larger
    groups, outs = (part.stop - part.start for part in (block.groups, block.outs))
    return Part(
        method=work.method.name,
        says=work.method.says,
        why=work.why,
        blocks=work.count,
        block=(groups * outs, *(side.stop - side.start for side in block.box)),
        held=work.held,
        threads=work.threads(threads),
        at_once=1 if work.divided else min(threads, work.count),
    )


def _of_gradient(spec: KernelGradientSpec, sums: Sums, threads: int) -> Part:
    forward, itemsize = spec.forward, np.dtype(sums.dtype).itemsize
    pieces = min(AT_ONCE, forward.group_in)
    ins = -(-forward.group_in // pieces)
    taps, limbs = ins * math.prod(forward.kernels), sums.limbs
    box = sides(forward.outputs, max(LEAST, TILE // taps))
    reads = ins * math.prod(read_by(box, forward.axes))
    used = at_work(forward, threads)
    numbers = forward.group_out * taps * (limbs.products if limbs else 1) + taps * math.prod(box) + 2 * reads
    return Part(
        method="by columns",
        says="dy times the columns of patches that a convolution is lowered to (Chetlur et al. 2014)",
        why="every gradient of a kernel is a matrix product",
        blocks=forward.groups * pieces,
        block=(forward.group_out, ins, *forward.kernels),
        held=numbers * itemsize,
        threads=used,
        at_once=used,
    )


def _by_taps(spec: BilinearSpec, sums: Sums | None) -> Part:
    return Part(
        method="tap by tap",
        says="for each kernel element a product over channels, added where that element stamps"
        if isinstance(spec, TransposedSpec)
        else "for each kernel element one shifted product over all outputs that it reaches",
        why="the integers have too many bits for limbs of floats"
        if sums is None
        else "a weight is not finite, and beside padding it contributes nothing",
        block=spec.output_shape[1:],
    )


def _joined(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Parts by the same method as one, whose block is the largest."""
    joined: dict[tuple[str, str], Part] = {}
    for part in parts:
        other = joined.get((part.method, part.why))
        joined[part.method, part.why] = part if other is None else replace(
            max(part, other, key=lambda each: math.prod(each.block)),
            phases=other.phases + part.phases,
            blocks=other.blocks + part.blocks,
            held=max(other.held, part.held),
            threads=max(other.threads, part.threads),
            at_once=max(other.at_once, part.at_once),
        )  # fmt: skip
    return tuple(joined.values())
