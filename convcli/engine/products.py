"""Sums of products: a convolution, a transposed one, or a kernel's gradient, by blocks of floats.

Floats are summed in their own type. Integers are summed in floats where that is exact, in limbs where it is not; the
few operands that floats cannot serve are summed tap by tap.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.axis import PaddingMode
from convcli.engine.blocks import in_space
from convcli.engine.convolve import Sums, Work, reversed_in_space
from convcli.engine.exact import limbs_for
from convcli.engine.gradient import KernelGradient
from convcli.engine.phases import Phase, phases
from convcli.engine.plan import planned
from convcli.engine.stamp import kept, stamped
from convcli.engine.taps import convolve_by_taps, gradient_by_taps
from convcli.engine.threads import Tick
from convcli.numbers.tensor import magnitude
from convcli.spec import BilinearSpec, ConvSpec, KernelGradientSpec, TransposedSpec


@dataclass(frozen=True, slots=True)
class Operands:
    """What is multiplied: x (N, C, *n), w or dy, and what lies beyond the edge of x."""

    x: NDArray[Any]
    w: NDArray[Any]
    constant: NDArray[Any]


@dataclass(frozen=True, slots=True)
class Means:
    """What there is to compute with: threads, bytes for each of them, and whom to tell of progress."""

    threads: int = 1
    memory: int | None = None
    tick: Tick | None = None


def in_floats(
    spec: BilinearSpec, operands: Operands, dtype: str, y: NDArray[Any], bias: NDArray[Any] | None, means: Means
) -> None:
    """Sums in a float type, and a bias (O,) added, into y of that type or of a narrower one.

    Padding with zeros is left out, even beside a weight that is not finite: those are summed tap by tap. Whether there
    is such a weight is seen in the weights or in the output, whichever is smaller.
    """
    w = operands.w.astype(dtype, copy=False)
    operands = Operands(operands.x, w, operands.constant.astype(dtype, copy=False))
    bias = None if bias is None else bias.astype(dtype, copy=False)
    exposed, w_first = _multiplies_nothing(spec, operands), w.size <= y.size
    with np.errstate(all="ignore"):
        spoilt = exposed and w_first and not _is_finite(w)
        if not spoilt:
            _by_blocks(spec, operands, Sums(dtype), y, bias, means)
            spoilt = exposed and not w_first and not _is_finite(y) and not _is_finite(w)
        if spoilt:
            sums = _by_taps(spec, replace(operands, x=operands.x.astype(dtype, copy=False)))
            y[...] = sums if bias is None else sums + per_channel(bias, y.ndim)


def in_integers(spec: BilinearSpec, operands: Operands, means: Means, into: NDArray[Any] | None = None) -> NDArray[Any]:
    """Sums of integers: int64, in `into` if that is given, where every one is known to fit, else Python integers."""
    sums = exact_sums(spec, operands)
    if sums is None:
        return _by_taps(
            spec, Operands(*(tensor.astype(object) for tensor in (operands.x, operands.w, operands.constant)))
        )
    assert sums.limbs is not None
    if into is None:
        into = np.empty(spec.output_shape, np.int64 if sums.limbs.fits else object)
    _by_blocks(spec, operands, sums, into, None, means)
    return into


def by_taps(spec: BilinearSpec, operands: Operands) -> bool:
    """Whether sums of these floats are taken tap by tap."""
    return _multiplies_nothing(spec, operands) and not _is_finite(operands.w)


def exact_sums(spec: BilinearSpec, operands: Operands) -> Sums | None:
    """The floats in which sums of these integers are exact; None if they have too many bits."""
    largest = max(magnitude(operands.x), magnitude(operands.constant))
    repeats = math.prod(axis.folds for axis in spec.axes) if isinstance(spec, TransposedSpec) else 1
    limbs = limbs_for(largest, operands.w, _rows(spec, operands.w), repeats)
    return None if limbs is None else Sums(limbs.dtype, limbs)


def per_channel(values: NDArray[Any], ndim: int) -> NDArray[Any]:
    """Values (O,) beside an output (N, O, *o)."""
    return values.reshape(-1, *(1,) * (ndim - 2))


def _rows(spec: BilinearSpec, w: NDArray[Any]) -> NDArray[Any]:
    """The second operand as a matrix, such that an output element is a sum over part of one row."""
    if isinstance(spec, KernelGradientSpec):
        return w.swapaxes(0, 1).reshape(w.shape[1], -1)  # what meets in each output channel: (O, N·S)
    if isinstance(spec, TransposedSpec):
        return _to_outputs(spec, w).reshape(spec.channels_out, -1)
    return w.reshape(len(w), -1)


def _to_outputs(spec: TransposedSpec, w: NDArray[Any]) -> NDArray[Any]:
    """A transposed kernel (C, O/G, *k) as that of a convolution: (G, O/G, C/G, *k)."""
    return w.reshape(spec.groups, spec.group_in, spec.group_out, *spec.kernels).swapaxes(1, 2)


def _multiplies_nothing(spec: BilinearSpec, operands: Operands) -> bool:
    """Whether blocks would multiply zeros that contribute nothing."""
    if isinstance(spec, TransposedSpec):
        return True
    forward = spec.forward if isinstance(spec, KernelGradientSpec) else spec
    assert isinstance(forward, ConvSpec)
    return forward.is_padded and forward.mode is PaddingMode.ZEROS and not operands.constant


def _by_taps(spec: BilinearSpec, operands: Operands) -> NDArray[Any]:
    if isinstance(spec, TransposedSpec):
        return kept(stamped(operands.x, operands.w, spec), spec)
    if isinstance(spec, KernelGradientSpec):
        dw = gradient_by_taps(operands.x, operands.w, spec.forward, operands.constant)
        return reversed_in_space(dw) if spec.forward.flipped else dw
    assert isinstance(spec, ConvSpec)
    w = reversed_in_space(operands.w) if spec.flipped else operands.w
    return convolve_by_taps(operands.x, w, spec, operands.constant)


def _by_blocks(
    spec: BilinearSpec, operands: Operands, sums: Sums, y: NDArray[Any], bias: NDArray[Any] | None, means: Means
) -> None:
    if isinstance(spec, KernelGradientSpec):
        KernelGradient(spec, sums).compute(*_tensors(operands), y, operands.constant, means.tick, means.threads)
    elif isinstance(spec, TransposedSpec):
        _transposed(spec, operands, sums, y, bias, means)
    else:
        assert isinstance(spec, ConvSpec)
        _convolve(spec, operands, sums, y, bias, means)


def _tensors(operands: Operands) -> tuple[NDArray[Any], NDArray[Any]]:
    return operands.x, operands.w


def _convolve(
    spec: ConvSpec, operands: Operands, sums: Sums, y: NDArray[Any], bias: NDArray[Any] | None, means: Means
) -> None:
    work = work_for(spec, operands, sums, means.memory)
    work.convolve(*_tensors(operands), y, operands.constant, bias=bias, tick=means.tick, threads=means.threads)


def work_for(spec: ConvSpec, operands: Operands, sums: Sums, memory: int | None) -> Work:
    """How a convolution of these operands is computed."""
    work = planned(spec, sums, finite=True, memory=memory)
    if work.method.finite_only and sums.limbs is None and not _all_finite(operands):
        return planned(spec, sums, finite=False, memory=memory)
    return work


def _all_finite(operands: Operands) -> bool:
    return all(map(_is_finite, (operands.x, operands.w, operands.constant)))


def _is_finite(values: NDArray[Any]) -> bool:
    """Whether no number is inf or nan: a finite sum of squares has none, and BLAS has it soonest; extremes need no
    mask.

    `dot` lets other threads run meanwhile, as `@` of two vectors does not.
    """
    flat = values.ravel()
    return bool(np.isfinite(np.dot(flat, flat)) or np.isfinite([values.min(), values.max()]).all())


def _transposed(
    spec: TransposedSpec, operands: Operands, sums: Sums, y: NDArray[Any], bias: NDArray[Any] | None, means: Means
) -> None:
    """Phase by phase; what is cropped and folded back is computed with the rest, uncropped."""
    whole = unfolded(spec)
    if whole is not spec:
        full = np.empty(whole.output_shape, sums.dtype if sums.limbs is None else y.dtype)
        _transposed(whole, operands, sums, full, None, means)
        folded = kept(full, spec)
        y[...] = folded if bias is None else folded + per_channel(bias, y.ndim)
        return
    found = list(phases(spec))
    if sum(phase.spec.output_size for phase in found) < spec.output_size:  # some outputs are empty sums
        y[...] = 0 if bias is None else per_channel(bias, y.ndim)
    if means.tick and found:
        means = replace(means, tick=_scaled(means.tick, spec.work / sum(phase.spec.work for phase in found)))
    for phase, part in zip(found, of_phases(spec, found, operands), strict=True):
        outs = in_space(y, tuple(side.outs for side in phase.sides))
        _convolve(phase.spec, part, sums, outs, bias, means)


def _scaled(tick: Tick, factor: float) -> Tick:
    """A tick for work that is counted otherwise: cropped stamps are work of the spec, but not of its phases."""
    return lambda done: tick(done * factor)


def unfolded(spec: TransposedSpec) -> TransposedSpec:
    """The same, uncropped, where what is cropped is folded back; else the spec itself."""
    if spec.mode is PaddingMode.ZEROS or not spec.is_cropped:
        return spec
    axes = tuple(replace(axis, pad_before=0, pad_after=0, mode=PaddingMode.ZEROS) for axis in spec.axes)
    return replace(spec, axes=axes)


def of_phases(spec: TransposedSpec, found: Iterable[Phase], operands: Operands) -> Iterator[Operands]:
    """What each phase of a transposed convolution convolves: views of the input, and its part of the kernel."""
    w = _to_outputs(spec, reversed_in_space(operands.w) if spec.flipped else operands.w)
    for phase in found:
        x = in_space(operands.x, tuple(side.reads for side in phase.sides))
        taps = in_space(w, tuple(side.taps for side in phase.sides))
        taps = taps.reshape(spec.channels_out, spec.group_in, *phase.spec.kernels)
        yield Operands(x, taps, operands.constant)
