"""Sums tap by tap: for each kernel element, one shifted product over all outputs it reaches.

Never touches padding zeros, works on any dtype (Python integers of any size, inf and nan by the rules of IEEE 754),
and so serves where lowering cannot: integers too wide for limbs, and operands that are not finite.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.axis import PaddingMode
from convcli.engine.region import with_padding
from convcli.engine.threads import Scratch
from convcli.spec import ConvSpec

Slices = tuple[slice, ...]


def convolve_by_taps(x: NDArray[Any], w: NDArray[Any], spec: ConvSpec, constant: NDArray[Any]) -> NDArray[Any]:
    """Convolve x (N, C, *n) with w (O, C/G, *k), already in reading order, giving (N, O, *o)."""
    y = np.zeros(spec.output_shape, x.dtype)
    for n, ins, outs, tap, read, write, x_read in _visits(x, spec, constant):
        part = w[outs][_at(tap)] @ x_read[n, ins][read].reshape(spec.group_in, -1)
        target = y[n, outs][write]
        target += part.reshape(target.shape)
    return y


def gradient_by_taps(x: NDArray[Any], dy: NDArray[Any], spec: ConvSpec, constant: NDArray[Any]) -> NDArray[Any]:
    """The kernel's gradient (O, C/G, *k), in reading order, of x (N, C, *n) and dy (N, O, *o)."""
    dw = np.zeros((spec.channels_out, spec.group_in, *spec.kernels), x.dtype)
    for n, ins, outs, tap, read, write, x_read in _visits(x, spec, constant):
        columns = x_read[n, ins][read].reshape(spec.group_in, -1)
        dw[outs][_at(tap)] += dy[n, outs][write].reshape(spec.group_out, -1) @ columns.T
    return dw


def _at(tap: tuple[int, ...]) -> Any:
    """A tap of every kernel slice."""
    return (slice(None), slice(None), *tap)


def _visits(
    x: NDArray[Any], spec: ConvSpec, constant: NDArray[Any]
) -> Iterator[tuple[int, slice, slice, tuple[int, ...], Slices, Slices, NDArray[Any]]]:
    """Every batch item, group and tap: what it reads of which input, and which outputs it goes to.

    Where the padding is zeros the taps on it are left out: not even 0·inf is added.
    """
    inside_only = spec.mode is PaddingMode.ZEROS and not constant
    if not inside_only:
        grouped = x.reshape(spec.batch, spec.groups, spec.group_in, *spec.sizes)
        filled = with_padding(grouped, spec, x.dtype, constant, Scratch())
        x = filled.reshape(spec.batch, spec.channels_in, *filled.shape[3:])
    for tap in np.ndindex(spec.kernels):
        read, write = _slices(spec, tap, inside_only=inside_only)
        if all(part.stop > part.start for part in write[1:]):
            for n in range(spec.batch):
                for g in range(spec.groups):
                    ins = slice(g * spec.group_in, (g + 1) * spec.group_in)
                    outs = slice(g * spec.group_out, (g + 1) * spec.group_out)
                    yield n, ins, outs, tap, read, write, x


def _slices(spec: ConvSpec, tap: tuple[int, ...], *, inside_only: bool) -> tuple[Slices, Slices]:
    """Where `tap` reads (channels, *input) and what it writes (channels, *output): on the bare input with
    `inside_only`, on the padded input otherwise."""
    reads, writes = [slice(None)], [slice(None)]
    for axis, t in zip(spec.axes, tap, strict=True):
        outs = axis.inside(t) if inside_only else range(axis.output)
        start = axis.position(outs.start, t) + (0 if inside_only else axis.pad_before)
        stride = axis.stride if len(outs) > 1 else 1
        reads.append(slice(start, start + stride * len(outs), stride))
        writes.append(slice(outs.start, outs.stop))
    return tuple(reads), tuple(writes)
