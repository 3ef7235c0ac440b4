"""Hypothesis strategies for pooling: every kind and setting, ranks 1 to 3."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from convcli.axis import RULES
from convcli.errors import FitError, UsageError
from convcli.numbers.arithmetic import Overflow
from convcli.numbers.tensor import Tensor
from convcli.problem import Pooling, pooling
from convcli.settings import PoolKind, PoolSettings
from tests.strategies import SMALL, tensors


@st.composite
def pool_settings(draw: st.DrawFn, rank: int, kinds: tuple[PoolKind, ...] = tuple(PoolKind)) -> PoolSettings:
    """Settings of any kind, some of them of global pooling."""
    per_axis = st.tuples(*[st.integers(1, 4)] * rank)
    kind = draw(st.sampled_from(kinds))
    common = {
        "kind": kind,
        "count_include_pad": draw(st.booleans()),
        "divisor": draw(st.none() | st.integers(1, 7)),
        "power": draw(st.integers(1, 4)),
    }
    if draw(st.integers(0, 5)) == 0:
        return PoolSettings(**common)  # type: ignore[arg-type]
    pairs = st.tuples(st.integers(0, 3), st.integers(0, 3))
    return PoolSettings(
        kernel_size=draw(per_axis),
        stride=draw(st.none() | per_axis),
        dilation=draw(st.tuples(*[st.integers(1, 3)] * rank)),
        padding=draw(st.one_of(st.sampled_from(sorted(RULES)), st.tuples(*[pairs] * rank))),
        ceil=draw(st.booleans()),
        **common,  # type: ignore[arg-type]
    )


@st.composite
def pools(
    draw: st.DrawFn,
    numbers: st.SearchStrategy[int | Fraction] = SMALL,
    kinds: tuple[PoolKind, ...] = tuple(PoolKind),
    dtype: str = "auto",
    overflow: Overflow = Overflow.ERROR,
) -> Pooling:
    """A pooling of any settings; drawn until its geometry is possible."""
    rank = draw(st.integers(1, 3))
    sizes = tuple(draw(st.integers(1, {1: 9, 2: 6, 3: 4}[rank])) for _ in range(rank))
    x = draw(tensors((draw(st.integers(1, 2)), draw(st.integers(1, 2)), *sizes), numbers))
    try:
        return pooling(x, rank=rank, settings=draw(pool_settings(rank, kinds)), dtype=dtype, overflow=overflow)
    except (FitError, UsageError):
        return draw(pools(numbers, kinds, dtype, overflow))


@st.composite
def float_pools(draw: st.DrawFn, kinds: tuple[PoolKind, ...] = (PoolKind.MAX,)) -> Pooling:
    """A pooling of floats of any type, nan and infinities among them."""
    case = draw(pools(SMALL, kinds))
    dtype = draw(st.sampled_from(["float16", "float32", "float64"]))
    cells = st.floats(width={"float16": 16, "float32": 32, "float64": 64}[dtype])  # type: ignore[arg-type]
    size = case.source.size
    values = np.array(draw(st.lists(cells, min_size=size, max_size=size)), dtype).reshape(case.source.shape)
    return pooling(Tensor(values), rank=case.spec.rank, settings=settings_of(case))


def settings_of(case: Pooling) -> PoolSettings:
    """The settings that a problem was made with, in numbers."""
    spec = case.spec
    return PoolSettings(
        kind=spec.kind,
        kernel_size=spec.kernels,
        stride=[axis.stride for axis in spec.axes],
        padding=list(spec.pads),
        dilation=[axis.dilation for axis in spec.axes],
        ceil=spec.axes[0].ceil,
        count_include_pad=spec.count_include_pad,
        divisor=spec.divisor,
        power=spec.power,
    )
