"""Convolution tap by tap: for each kernel element, one shifted multiply-add over all outputs it reaches.

Never touches padding zeros, works on any dtype (Python integers of any size, inf and nan by the rules of IEEE 754),
and so serves where the matrix product cannot: integers too wide for limbs, and operands that are not finite.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.padding import padded
from convcli.spec import ConvSpec


def convolve_by_taps(
    x: NDArray[Any], w: NDArray[Any], spec: ConvSpec, constant: NDArray[Any], skip_zeros: bool
) -> NDArray[Any]:
    """Convolve x (N, C, *n) with w (O, C/G, *k), already in reading order, giving (N, O, *o).

    With `skip_zeros` constant padding contributes nothing at all, not even 0·inf.
    """
    y = np.zeros(spec.output_shape, x.dtype)
    if not skip_zeros:
        x = padded(x, spec, constant)
    channels, outputs = x.swapaxes(0, 1), y.swapaxes(0, 1)  # (C, N, *n), (O, N, *o)
    every = (slice(None),)
    column: tuple[slice | None, ...] = (slice(None), *(None,) * (1 + spec.rank))
    for tap in np.ndindex(spec.kernels):
        read, write = _slices(spec, tap, inside_only=skip_zeros)
        if all(part.stop > part.start for part in write):
            for c in range(spec.channels_in):
                group, within = divmod(c, spec.group_in)
                outs = slice(group * spec.group_out, (group + 1) * spec.group_out)
                weights = w[outs, within].reshape(spec.group_out, -1)[:, np.ravel_multi_index(tap, spec.kernels)]
                outputs[outs][every + write] += weights[column] * channels[c][read]
    return y


def _slices(spec: ConvSpec, tap: tuple[int, ...], *, inside_only: bool) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """Where `tap` reads (batch, *input) and what it writes (batch, *output): on the bare input with `inside_only`,
    on the padded input otherwise."""
    reads, writes = [slice(0, spec.batch)], [slice(0, spec.batch)]
    for axis, t in zip(spec.axes, tap, strict=True):
        outs = axis.inside(t) if inside_only else range(axis.output)
        start = axis.position(outs.start, t) + (0 if inside_only else axis.pad_before)
        stride = axis.stride if len(outs) > 1 else 1
        reads.append(slice(start, start + stride * len(outs), stride))
        writes.append(slice(outs.start, outs.stop))
    return tuple(reads), tuple(writes)
