"""Hypothesis strategies for whole problems: every setting, ranks 1 to 3, exact numbers of any size."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from convcli.axis import CROPS, RULES, PaddingMode
from convcli.errors import FitError
from convcli.numbers.arithmetic import Overflow
from convcli.numbers.tensor import Tensor
from convcli.problem import Convolution, Gradients, Transposed, convolution, gradients, transposed
from convcli.settings import Settings

SMALL = st.integers(-9, 9)
WIDE = st.one_of(SMALL, st.integers(-(2**31), 2**31), st.integers(-(2**70), 2**70))
PAD_VALUES = (0, 0, 3, Fraction(1, 7), 10**20, Fraction(1, 10**25))
FRACTIONS = st.fractions(min_value=-99, max_value=99, max_denominator=30)


@st.composite
def tensors(draw: st.DrawFn, shape: tuple[int, ...], numbers: st.SearchStrategy[int | Fraction] = SMALL) -> Tensor:
    size = int(np.prod(shape))
    cells = np.empty(size, object)
    cells[:] = draw(st.lists(numbers, min_size=size, max_size=size))
    return Tensor.of(cells.reshape(shape))


@st.composite
def problems(
    draw: st.DrawFn,
    numbers: st.SearchStrategy[int | Fraction] = SMALL,
    modes: tuple[PaddingMode, ...] = tuple(PaddingMode),
    dtype: str = "auto",
    overflow: Overflow = Overflow.ERROR,
    pad_values: tuple[int | Fraction, ...] = (0, 0, 3),
) -> Convolution:
    """A problem of any settings; drawn until its geometry is possible."""
    rank = draw(st.integers(1, 3))
    most = {1: 7, 2: 5, 3: 3}[rank]
    groups, per_in, per_out = draw(st.integers(1, 3)), draw(st.integers(1, 2)), draw(st.integers(1, 2))
    sizes = tuple(draw(st.integers(1, most)) for _ in range(rank))
    kernels = tuple(draw(st.integers(1, 3)) for _ in range(rank))
    pairs = st.tuples(st.integers(0, 2), st.integers(0, 2))
    settings = Settings(
        stride=tuple(draw(st.integers(1, 3)) for _ in range(rank)),
        dilation=tuple(draw(st.integers(1, 2)) for _ in range(rank)),
        padding=draw(st.one_of(st.sampled_from(sorted(RULES)), st.tuples(*[pairs] * rank))),
        groups=groups,
        padding_mode=draw(st.sampled_from(modes)),
        flip=draw(st.booleans()),
    )
    batch = draw(st.integers(1, 2))
    x = draw(tensors((batch, groups * per_in, *sizes), numbers))
    w = draw(tensors((groups * per_out, per_in, *kernels), numbers))
    bias = draw(st.none() | tensors((groups * per_out,), numbers))
    pad_value = draw(st.sampled_from(pad_values)) if settings.padding_mode is PaddingMode.ZEROS else 0
    try:
        return convolution(
            x, w, bias, rank=rank, settings=settings, dtype=dtype, overflow=overflow, pad_value=pad_value
        )
    except FitError:
        return draw(problems(numbers, modes, dtype, overflow, pad_values))


@st.composite
def transposeds(
    draw: st.DrawFn,
    numbers: st.SearchStrategy[int | Fraction] = SMALL,
    dtype: str = "auto",
    overflow: Overflow = Overflow.ERROR,
) -> Transposed:
    """A transposed convolution of any settings; drawn until its geometry is possible."""
    rank = draw(st.integers(1, 3))
    most = {1: 5, 2: 3, 3: 2}[rank]
    groups, per_in, per_out = draw(st.integers(1, 3)), draw(st.integers(1, 2)), draw(st.integers(1, 2))
    sizes = tuple(draw(st.integers(1, most)) for _ in range(rank))
    kernels = tuple(draw(st.integers(1, 3)) for _ in range(rank))
    strides = tuple(draw(st.integers(1, 4)) for _ in range(rank))
    dilations = tuple(draw(st.integers(1, 3)) for _ in range(rank))
    pairs = st.tuples(st.integers(0, 2), st.integers(0, 2))
    padding = draw(st.one_of(st.sampled_from(CROPS), st.tuples(*[pairs] * rank)))
    extra = tuple(draw(st.integers(0, max(s, d) - 1)) for s, d in zip(strides, dilations, strict=True))
    chosen = Settings(
        stride=strides,
        dilation=dilations,
        padding=padding,
        output_padding=None if padding in ("same", "same-lower") else extra,
        groups=groups,
        flip=draw(st.booleans()),
    )
    batch = draw(st.integers(1, 2))
    x = draw(tensors((batch, groups * per_in, *sizes), numbers))
    w = draw(tensors((groups * per_in, per_out, *kernels), numbers))
    bias = draw(st.none() | tensors((groups * per_out,), numbers))
    try:
        return transposed(x, w, bias, rank=rank, settings=chosen, dtype=dtype, overflow=overflow)
    except FitError:
        return draw(transposeds(numbers, dtype, overflow))


@st.composite
def differentiated(draw: st.DrawFn, numbers: st.SearchStrategy[int | Fraction] = SMALL) -> Gradients:
    """The gradients of a convolution of any settings, padding values and modes among them."""
    forward = draw(problems(numbers))
    return gradients(forward, draw(tensors(forward.spec.output_shape, numbers)))
