"""Which method computes a convolution, and why: a table of conditions, each beside what was measured for it.

The figures are those of a 2-core Xeon with AVX-512 (Sapphire Rapids), OpenBLAS 0.3.31, float32, one thread; `ns` is
nanoseconds for each output element. Those of whole calls on two threads of an EPYC whose OpenBLAS had the kernels for
Haswell, and on two of a Zen 5 with those for AVX-512, say so.
`python -m tests.benchmarks.engine` measures the whole anew.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from convcli.engine.band import Banded
from convcli.engine.blas import ANY, Grain, alike
from convcli.engine.blocks import Cut
from convcli.engine.convolve import Sums, Work
from convcli.engine.fourier import Fourier
from convcli.engine.lower import Lowered
from convcli.engine.method import Method
from convcli.engine.rows import RowLowered, takes_bands
from convcli.engine.stack import Stacked
from convcli.engine.table import is_little, table_of
from convcli.errors import FitError
from convcli.spec import ConvSpec


class Rule(NamedTuple):
    """A method, and when it pays."""

    method: Method
    pays: Callable[[ConvSpec], bool]
    why: str
    in_doubles: bool = False
    """Whether it is as good as direct sums only because it takes doubles: not for doubles, nor for integers."""


def _row(spec: ConvSpec) -> int:
    """Output elements in a row: those that differ along any axis but the first."""
    return math.prod(spec.outputs[1:])


def _is_wide(spec: ConvSpec) -> bool:
    """Whether rows are long enough for a product each: sooner if it is one vector's, and lowering would copy much."""
    return _row(spec) >= 28 or (spec.group_out == 1 and spec.per_element >= 25)


def _is_large(spec: ConvSpec) -> bool:
    """Whether a kernel is so large that transforms pay: of several axes, the larger the fewer outputs share the calls
    for a tile, and twice as large where bands of rows halve the time of products."""
    by_rows = 250 + 12e6 / math.prod(spec.outputs)
    return spec.per_element >= (440 if spec.rank == 1 else 2 * by_rows if takes_bands(spec) else by_rows)


RULES = (
    # 1-D, 10^6 samples: at K = 256 banded 6.5 ns and fourier 11, at K = 1000 22 and 12.5. Zen 5, fourier, and rows
    # without and with bands: 256x256 by 21x21 0.74, 0.83, 0.52 ms, by 31x31 0.75, 1.6, 0.77; 1024x1024 by 15x15 6.0,
    # 5.9, 3.9, by 21x21 6.0, 12, 6.5; and without, 128x128 by 31x31 0.57 and 0.53, 48x48x48 by 7x7x7 1.5 and 2.0.
    Rule(
        Fourier(),
        lambda s: s.outputs[-1] >= 64 and _is_large(s),
        "one channel and a kernel so large that a transform costs less than its products",
        in_doubles=True,
    ),
    # 1-D, 10^6 samples, K = 3, 16, 64, 256: banded 1.3, 1.6, 2.8, 6.5 ns; np.correlate 1.0, 12, 7.0, 15.
    Rule(
        Banded(),
        lambda s: s.per_element > 1 and s.outputs[0] >= 32,
        "one channel along one axis: a product needs outputs side by side",
    ),
    # 3x3, 128 -> 32 channels at 28x28: stacked 1.0 ms, lowered 1.2; 5x5, 32 -> 1 at 128x128: 1.0 and 3.2.
    Rule(
        Stacked(),
        lambda s: s.is_plain and s.per_element > s.group_in >= 2 * s.group_out and math.prod(s.outputs) >= 64,
        "few output channels: adding partial sums costs less than copying patches",
    ),
    # EPYC, depthwise 3x3 on 144 channels of 56x56: row-lowered 1.6 ms, lowered 1.9; 5x5 on 240 of 28x28: 1.6 and 2.5;
    # 7x7 on 96 of 56x56: 2.2 and 4.3; but two filters for each of 32 channels of 56x56: 1.1 and 1.0. 3x3 in groups of 8
    # channels, 256 of 28x28: 1.6 and 1.8; of 16, 512 of 14x14: 1.5 and 1.3.
    Rule(
        RowLowered(),
        lambda s: s.kernels[0] > 1 and s.group_in <= 8 and s.per_element >= 9 * s.group_out and _is_wide(s),
        "few channels for each output: copying counts, and rows are copied once for all output rows that read them",
    ),
    # 3x3, 3 -> 64 channels at 224x224: row-lowered 2.0 ms, lowered 2.8; 64 -> 64: 39 and 43; but 11x11 with stride 4,
    # whose rows have 55 outputs: 3.0 and 2.3.
    Rule(
        RowLowered(),
        lambda s: s.groups == 1 and s.group_in <= 64 and s.kernels[0] > 1 and _row(s) >= 96,
        "long rows: they are copied once and shared by all output rows that read them",
    ),
    # 3x3, 64 -> 64 at 56x56: lowered 108 GFLOP/s, of 130 for the product alone; 256 -> 256 at 14x14: 122 of 147.
    Rule(Lowered(), lambda s: True, "many products for each number that is copied: nearly all of the work is BLAS's"),
)

LITTLE = "so little that a table of positions takes all patches at once"
"""Why what comes before the rules. A whole call of two filters of 3x3x3 on 3x4x4: 44 us, and 74 as a block."""

BRIEF = "so brief that BLAS's own threads serve it best: they take up work at once"
"""Why what comes next. 3x3, 128 -> 128 channels at 28x28: 1.4 ms, and 1.6 by two threads of ours; 1x1, 256 -> 64 at
56x56: 0.6 and 1.1; but 64 -> 64 at 56x56, where one thread would copy all patches: 2.1 and 1.9."""

BRIEFEST, LONGEST = 2**22, 2**28
"""Multiply-adds from and up to which a convolution is brief."""

COPIED = 2**22
"""Bytes of patches up to which a brief convolution copies them."""

FEW = 32
"""Output channels with which other methods are as fast, where patches are copied."""


def rules_for(spec: ConvSpec, sums: Sums) -> Iterator[Rule]:
    """The rules that hold, the best first."""
    needs_direct = sums.limbs is not None or sums.dtype == "float64"
    for rule in RULES:
        if rule.method.serves(spec) and not (rule.in_doubles and needs_direct) and rule.pays(spec):
            yield rule


@lru_cache(1024)
def planned(spec: ConvSpec, sums: Sums, *, memory: int | None = None) -> Work:
    """How a convolution is computed, in blocks whose threads hold at most `memory` bytes each.

    Raises FitError if the smallest block needs more.
    """
    for work in _works(spec, sums):
        while memory is not None and work.held > memory and (finer := _finer(work)):
            work = replace(work, cut=finer)
        if memory is None or work.held <= memory:
            return work
    assert memory is not None
    raise FitError(
        "the smallest block of the convolution does not fit into the memory allowed",
        given=f"{memory:,} bytes for each thread; {work.held:,} are needed",
        expected="room for the patch of one output element",
        fix=f"raise --memory to {4 * work.held // 2**20 + 1}M, or lower --threads",
    )


def _works(spec: ConvSpec, sums: Sums) -> Iterator[Work]:
    """The ways to compute it, the best first."""
    if sums.pieces is None and is_little(spec):
        yield Work(spec, Lowered(), LITTLE, sums, Cut(spec.outputs), table_of(spec))
    grain = _grain(spec, sums) if _is_brief(spec, sums) else None
    if grain is not None:
        yield Work(spec, Lowered(grain), BRIEF, sums, Cut(spec.outputs), divided=True)
    for rule in rules_for(spec, sums):
        yield Work(spec, rule.method, rule.why, sums, rule.method.cut(spec))


def _is_brief(spec: ConvSpec, sums: Sums) -> bool:
    """Whether nearly all of a convolution's work is a product of matrices, of a millisecond or so."""
    copied = spec.batch * spec.groups * spec.per_element * math.prod(spec.outputs) * np.dtype(sums.dtype).itemsize
    as_they_lie = spec.per_element == spec.group_in and spec.is_plain and not spec.is_padded
    return BRIEFEST <= spec.work <= LONGEST and (as_they_lie or (copied <= COPIED and spec.group_out > FEW))


def _grain(spec: ConvSpec, sums: Sums) -> Grain | None:
    """The grain of products that come out alike, or exact, however BLAS divides them."""
    return alike(sums.dtype, spec.group_out, spec.per_element, math.prod(spec.outputs)) if sums.limbs is None else ANY


def _finer(work: Work) -> Cut | None:
    """The cut with fewer groups at a time, its longest side halved, or fewer channels; None if it is the finest, or if
    all has to be done at once: BLAS divides products of vectors otherwise than others, and a transform is as long for a
    part of its tile."""
    if work.table is not None or work.divided:
        return None
    cut, spec = work.cut, work.spec
    sides = work.box
    longest = max(range(len(sides)), key=lambda number: sides[number])
    if cut.groups < spec.groups:
        return replace(cut, groups=min(2 * cut.groups, spec.groups))
    if sides[longest] > 1 and work.method.shrinks:
        return replace(cut, sides=(*sides[:longest], -(-sides[longest] // 2), *sides[longest + 1 :]))
    if cut.outs < spec.group_out:
        return replace(cut, outs=min(2 * cut.outs, spec.group_out))
    return None
