"""A transposed convolution as plain convolutions: one for each phase of its stride.

The taps that reach output o along an axis are those with t·d = o + before (mod s). They are the same for all outputs of
a phase, s apart, and reach inputs d/gcd(s, d) apart: a convolution of stride 1 with part of the kernel read backwards.
Source: Dumoulin & Visin, "A guide to convolution arithmetic for deep learning", chapter 4; the phases are those of
polyphase filters, Vaidyanathan, "Multirate systems and filter banks".
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from convcli.axis import Axis, TransposedAxis
from convcli.spec import ConvSpec, TransposedSpec


@dataclass(frozen=True, slots=True)
class AxisPhase:
    """The outputs of one phase along one axis, and the convolution that gives them."""

    outs: slice
    """The outputs, the stride apart."""
    taps: slice
    """The kernel elements that reach them, in the order in which a window meets the input."""
    reads: slice
    """The input that its windows can meet."""
    axis: Axis


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase along every axis."""

    sides: tuple[AxisPhase, ...]
    spec: ConvSpec


def phases(spec: TransposedSpec) -> Iterator[Phase]:
    """The convolutions that make up a transposed one that crops its output and folds nothing back. Outputs of phases
    that no tap reaches are left out."""
    for sides in product(*(list(_phases(axis)) for axis in spec.axes)):
        yield Phase(
            sides,
            ConvSpec(
                axes=tuple(side.axis for side in sides),
                batch=spec.batch,
                channels_in=spec.channels_in,
                channels_out=spec.channels_out,
                groups=spec.groups,
            ),
        )


def _phases(axis: TransposedAxis) -> Iterator[AxisPhase]:
    """
    >>> [(phase.outs, phase.taps) for phase in _phases(TransposedAxis(size=4, kernel=3, stride=2))]
    [(slice(0, 9, 2), slice(2, None, -2)), (slice(1, 9, 2), slice(1, None, -2))]
    """
    stride, common = axis.stride, math.gcd(axis.stride, axis.dilation)
    apart, step = stride // common, axis.dilation // common
    for first in range(min(apart, axis.kernel)):
        out = (first * axis.dilation - axis.pad_before) % stride
        if out >= axis.output:
            continue
        count = -(-(axis.kernel - first) // apart)
        last = first + (count - 1) * apart
        low = (
            out + axis.pad_before - last * axis.dilation
        ) // stride  # the input that the window of the first output meets first
        outputs = -(-(axis.output - out) // stride)
        high = low + outputs + (count - 1) * step
        reads = slice(max(low, 0), min(high, axis.size))
        if reads.start >= reads.stop:
            continue
        yield AxisPhase(
            outs=slice(out, axis.output, stride),
            taps=slice(last, first - apart if first >= apart else None, -apart),
            reads=reads,
            axis=Axis(
                size=reads.stop - reads.start, kernel=count, dilation=step,
                pad_before=reads.start - low, pad_after=high - reads.stop, name=axis.name,
            ),
        )  # fmt: skip
