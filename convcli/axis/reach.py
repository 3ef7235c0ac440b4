"""What an axis reads as a whole, counted without a loop over its elements: any size costs the same.

A pair is one output element and one kernel tap; it touches the input element o·s + t·d - before, or padding.
"""

from convcli.axis.residues import sum_of_floors
from convcli.axis.transposed import TransposedAxis
from convcli.axis.window import Axis


def touching(axis: Axis | TransposedAxis) -> int:
    """How many pairs of an element and a tap meet a real element on the other side, rather than padding.

    For a window: pairs of output and tap that read the input. For a transposed axis: pairs of input and tap that add
    to the output, rather than to what is cropped.

    >>> axis = Axis(size=5, kernel=3, pad_before=1, pad_after=1)
    >>> axis.output * axis.kernel, touching(axis), touching(axis) ** 2  # 5x5, k3, p1: 225 MACs, of which 169
    (15, 13, 169)
    """
    elements, others = (axis.size, axis.output) if isinstance(axis, TransposedAxis) else (axis.output, axis.size)
    below = _pairs(axis, elements, others - 1 + axis.pad_before)
    return below - _pairs(axis, elements, axis.pad_before - 1)


def reads(axis: Axis | TransposedAxis, out: int) -> tuple[int, int]:
    """The first and the last input element that output `out` reads, on an input without end.

    The first is past the last where a transposed axis has no element that reaches `out`.

    >>> reads(Axis(size=9, kernel=3, stride=2, pad_before=1, pad_after=1), 2)
    (3, 5)
    >>> axis = TransposedAxis(size=9, kernel=3, stride=2, pad_before=1, pad_after=1)
    >>> reads(axis, 0), reads(axis, 1), reads(TransposedAxis(size=9, kernel=1, stride=2), 1)
    ((0, 0), (0, 1), (1, 0))
    """
    if isinstance(axis, Axis):
        return axis.position(out, 0), axis.position(out, axis.kernel - 1)
    place = out + axis.pad_before
    return -((axis.span - 1 - place) // axis.stride), place // axis.stride


def _pairs(axis: Axis | TransposedAxis, elements: int, most: int) -> int:
    """Pairs (o, t), 0 <= o < elements, 0 <= t < kernel, with o·s + t·d at `most`."""
    if most < 0:
        return 0
    taps = min(axis.kernel, most // axis.dilation + 1)
    full = min(taps, max(0, (most - (elements - 1) * axis.stride) // axis.dilation + 1))  # taps that meet all elements
    last = most - (taps - 1) * axis.dilation
    return full * elements + (taps - full) + sum_of_floors(taps - full, axis.dilation, last, axis.stride)
