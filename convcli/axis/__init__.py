"""Floor 1: one spatial axis, and all index arithmetic there is. N-D is a tuple of axes.

Notation as in semantics: size n, kernel k, stride s, dilation d, padding before and after.
"""

from convcli.axis.kernel import KernelAxis
from convcli.axis.meeting import Meeting
from convcli.axis.padding import RULES, PaddingMode, Pads, pads_by_rule
from convcli.axis.transposed import CROPS, TransposedAxis, crops_by_rule
from convcli.axis.window import Axis

__all__ = [
    "CROPS", "RULES", "Axis", "KernelAxis", "Meeting", "PaddingMode", "Pads", "TransposedAxis", "crops_by_rule",
    "pads_by_rule",
]  # fmt: skip
