"""Floor 1: one spatial axis, and all index arithmetic there is. N-D is a tuple of axes.

Notation as in semantics: size n, kernel k, stride s, dilation d, padding before and after.
"""

from convcli.axis.meeting import Meeting
from convcli.axis.padding import RULES, PaddingMode, Pads, pads_by_rule
from convcli.axis.window import Axis
from convcli.lazy import loader

__getattr__ = loader(
    __name__,
    {
        **dict.fromkeys(("KernelAxis",), "convcli.axis.kernel"),
        **dict.fromkeys(("CROPS", "TransposedAxis", "crops_by_rule"), "convcli.axis.transposed"),
    },
)

__all__ = [
    "CROPS", "RULES", "Axis", "KernelAxis", "Meeting", "PaddingMode", "Pads", "TransposedAxis", "crops_by_rule",
    "pads_by_rule",
]  # fmt: skip

TYPE_CHECKING = False  # typing's, which type checkers know by this name
if TYPE_CHECKING:
    from convcli.axis.kernel import KernelAxis
    from convcli.axis.transposed import CROPS, TransposedAxis, crops_by_rule
