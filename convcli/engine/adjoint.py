"""The relatives of a convolution: a transposed one by its phases, and the gradient of a kernel.

Loaded only where there is one, so that a plain convolution does not wait for it.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.axis import PaddingMode
from convcli.engine.blocks import in_space
from convcli.engine.convolve import Sums, reversed_in_space
from convcli.engine.gradient import KernelGradient
from convcli.engine.phases import Phase, phases
from convcli.engine.products import Means, Operands, convolve, per_channel
from convcli.engine.stamp import kept, stamped
from convcli.engine.taps import gradient_by_taps
from convcli.engine.threads import Tick
from convcli.spec import ConvSpec, KernelGradientSpec, TransposedSpec

Spec = TransposedSpec | KernelGradientSpec


def rows(spec: Spec, w: NDArray[Any]) -> tuple[NDArray[Any], int]:
    """The second operand as a matrix, such that an output element is a sum over part of one row; and how often, at
    most, each element of the row is in it."""
    if isinstance(spec, KernelGradientSpec):
        return w.swapaxes(0, 1).reshape(w.shape[1], -1), 1  # what meets in each output channel: (O, N·S)
    return _to_outputs(spec, w).reshape(spec.channels_out, -1), math.prod(axis.folds for axis in spec.axes)


def windows_of(spec: Spec) -> ConvSpec | None:
    """The convolution whose windows are read; None where every output may be beside padding, as in phases."""
    return spec.forward if isinstance(spec, KernelGradientSpec) else None


def convolutions(spec: Spec) -> tuple[ConvSpec, ...] | None:
    """Those of the phases; None where what is cropped is folded back, and for a kernel's gradient."""
    if isinstance(spec, KernelGradientSpec) or unfolded(spec) is not spec:
        return None
    return tuple(phase.spec for phase in phases(spec))


def by_taps(spec: Spec, operands: Operands) -> NDArray[Any]:
    """Sums tap by tap, of any numbers."""
    if isinstance(spec, TransposedSpec):
        return kept(stamped(operands.x, operands.w, spec), spec)
    dw = gradient_by_taps(operands.x, operands.w, spec.forward, operands.constant)
    return reversed_in_space(dw) if spec.forward.flipped else dw


def by_blocks(
    spec: Spec, operands: Operands, sums: Sums, y: NDArray[Any], bias: NDArray[Any] | None, means: Means
) -> None:
    """Sums by blocks, into y."""
    if isinstance(spec, TransposedSpec):
        _transposed(spec, operands, sums, y, bias, means)
    else:
        gradient = KernelGradient(spec, sums)
        gradient.compute(operands.x, operands.w, y, operands.constant, means.tick, means.threads)


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
        means = means._replace(tick=_scaled(means.tick, spec.work / sum(phase.spec.work for phase in found)))
    elif means.tick:  # every stamp is cropped
        means.tick(spec.work)
    for phase, part in zip(found, _of_phases(spec, found, operands), strict=True):
        outs = in_space(y, tuple(side.outs for side in phase.sides))
        convolve(phase.spec, part, sums, outs, bias, means)


def _scaled(tick: Tick, factor: float) -> Tick:
    """A tick for work that is counted otherwise: cropped stamps are work of the spec, but not of its phases."""
    return lambda done: tick(done * factor)


def unfolded(spec: TransposedSpec) -> TransposedSpec:
    """The same, uncropped, where what is cropped is folded back; else the spec itself."""
    if spec.mode is PaddingMode.ZEROS or not spec.is_cropped:
        return spec
    axes = tuple(replace(axis, pad_before=0, pad_after=0, mode=PaddingMode.ZEROS) for axis in spec.axes)
    return replace(spec, axes=axes)


def _of_phases(spec: TransposedSpec, found: Iterable[Phase], operands: Operands) -> Iterator[Operands]:
    """What each phase of a transposed convolution convolves: views of the input, and its part of the kernel."""
    w = _to_outputs(spec, reversed_in_space(operands.w) if spec.flipped else operands.w)
    for phase in found:
        x = in_space(operands.x, tuple(side.reads for side in phase.sides))
        taps = in_space(w, tuple(side.taps for side in phase.sides))
        taps = taps.reshape(spec.channels_out, spec.group_in, *phase.spec.kernels)
        yield Operands(x, taps, operands.constant)


def _to_outputs(spec: TransposedSpec, w: NDArray[Any]) -> NDArray[Any]:
    """A transposed kernel (C, O/G, *k) as that of a convolution: (G, O/G, C/G, *k)."""
    return w.reshape(spec.groups, spec.group_in, spec.group_out, *spec.kernels).swapaxes(1, 2)
