"""Where two operands meet along an axis.

One relation ties the three tensors of a convolution together: input element i = o·s + t·d - pb, output element o and
kernel element t. Each operation sums over two of the three: a convolution over (i, t) for each o, a transposed one,
which is also the gradient of the input, over (o, t) for each i, the gradient of the kernel over (i, o) for each t.
"""

from typing import NamedTuple


class Meeting(NamedTuple):
    """One pair of elements whose product belongs to an output element."""

    source: int | None
    """The index into the first operand; None where that is constant padding."""
    other: int
    """The index into the second operand: a kernel tap, or an element of the output's gradient."""
    padding: bool
    """Whether the first operand lies beyond its edge here, whatever the padding mode shows there."""
    position: int
    """Where the first operand is read: the source, or an index beyond its edge."""
