"""The formulas of output sizes with their numbers put in, and what windows leave at the end, with or without data."""

from collections.abc import Sequence

from convcli.axis import Axis, TransposedAxis
from convcli.document.model import Line, Role, Span, text
from convcli.errors import plural

FLOOR = "floor((n + before + after - (k - 1)·d - 1)/s) + 1"
CEIL = "ceil((n + before + after - (k - 1)·d - 1)/s) + 1"
TRANSPOSED = "(n - 1)·s + (k - 1)·d + 1 - before - after + output padding"

AnyAxis = Axis | TransposedAxis


def alike_by(axis: AnyAxis) -> tuple[int, ...]:
    """What two axes share whose sizes come about alike."""
    output_padding = axis.output_padding if isinstance(axis, TransposedAxis) else 0
    return (axis.size, axis.kernel, axis.stride, axis.dilation, axis.pad_before, axis.pad_after, output_padding)


def with_numbers(axis: AnyAxis) -> Line:
    """The formula of one axis with its numbers, and what they come to."""
    n, k, s, d, before, after = axis.size, axis.kernel, axis.stride, axis.dilation, axis.pad_before, axis.pad_after
    if isinstance(axis, TransposedAxis):
        formula = f"({n} - 1)·{s} + ({k} - 1)·{d} + 1 - {before} - {after} + {axis.output_padding}"
    else:
        rounded, less = "ceil" if axis.ceil else "floor", " - 1 dropped" if axis.drops_last else ""
        formula = f"{rounded}(({n} + {before} + {after} - ({k} - 1)·{d} - 1)/{s}) + 1{less}"
    return text(f"{formula} = ", Span(Role.OUTPUT, str(axis.output)))


def names(axes: Sequence[AnyAxis]) -> str:
    """The names of axes that are alike, in a sentence."""
    return " and along ".join(axis.name for axis in axes)


def unread(axes: Sequence[Axis]) -> str:
    """Which elements at the end no window covers."""
    axis = axes[0]
    return f"the last {axis.unread} of {plural(axis.padded, 'element')} along {names(axes)}{_padded(axis)}"


def overhang(axes: Sequence[Axis]) -> str:
    """How far the last window of ceil mode reaches beyond everything."""
    axis = axes[0]
    elements = plural(axis.padded, "element")
    return f"the last window reaches {axis.overhang} beyond the {elements} along {names(axes)}{_padded(axis)}"


def _padded(axis: Axis) -> str:
    return ", padding included" if axis.padded > axis.size else ""
