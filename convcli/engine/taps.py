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
    for tap in np.ndindex(spec.kernels):
        reads, writes = [], []
        for axis, t in zip(spec.axes, tap, strict=True):
            outs = axis.inside(t) if skip_zeros else range(axis.output)
            start = axis.position(outs.start, t) + (0 if skip_zeros else axis.pad_before)
            stride = axis.stride if len(outs) > 1 else 1
            reads.append(slice(start, start + stride * len(outs), stride))
            writes.append(slice(outs.start, outs.stop))
        if all(part.stop > part.start for part in writes):
            for o in range(spec.channels_out):
                for c, channel in enumerate(spec.channels_of(o)):
                    y[(slice(None), o, *writes)] += x[(slice(None), channel, *reads)] * w[(o, c, *tap)]
    return y
