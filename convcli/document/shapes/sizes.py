"""Every output size with the numbers put into its formula, and what the windows leave unread, drop or overhang."""

from collections.abc import Sequence

from convcli.axis import Axis
from convcli.document.model import Line, Role, Span, text
from convcli.document.transposed.header import FORMULA
from convcli.errors import plural
from convcli.layers import AnyAxis, Fitted, Kind

FORMULAS = {
    "floor": "floor((n + before + after - (k - 1)·d - 1)/s) + 1",
    "ceil": "ceil((n + before + after - (k - 1)·d - 1)/s) + 1, less a window that would start beyond the input",
    "transposed": FORMULA,
}


def formula(fit: Fitted) -> str | None:
    """Which formula gives a layer's sizes; none for a global pool."""
    if fit.layer.whole:
        return None
    return "transposed" if fit.layer.kind is Kind.TRANSPOSED else "ceil" if fit.layer.ceil else "floor"


def formulas(fits: Sequence[Fitted]) -> list[Line]:
    """The formulas of these layers, named where there are several."""
    names = dict.fromkeys(name for fit in fits if (name := formula(fit)))
    labels = {"floor": "windows", "ceil": "ceil mode", "transposed": "transposed"} if len(names) > 1 else {}
    return [text(Span(Role.NOTE, labels.get(name, "formula")), Span(Role.NOTE, FORMULAS[name])) for name in names]


def sizes(fit: Fitted) -> list[Line]:
    """The sizes of a layer: a line for axes that are alike, and what there is to say about the end of each."""
    alike: dict[object, list[AnyAxis]] = {}
    for axis in fit.axes:
        key = (axis.size, axis.kernel, axis.stride, axis.dilation, axis.pad_before, axis.pad_after)
        alike.setdefault(key, []).append(axis)
    lines = []
    for axes in alike.values():
        label = Span(Role.NOTE, ", ".join(axis.name for axis in axes))
        whole = text("the whole input is one window: ", Span(Role.OUTPUT, "1"))
        lines.append((label, *(whole if fit.layer.whole else with_numbers(axes[0]))))
    return lines + [line for axes in alike.values() for line in _ends(axes)]


def with_numbers(axis: AnyAxis) -> Line:
    """The formula of one axis with its numbers, and what they come to."""
    out = Span(Role.OUTPUT, str(axis.output))
    n, k, s, d = axis.size, axis.kernel, axis.stride, axis.dilation
    if not isinstance(axis, Axis):
        pads = f"- {axis.pad_before} - {axis.pad_after}"
        return text(f"({n} - 1)·{s} + ({k} - 1)·{d} + 1 {pads} + {axis.output_padding} = ", out)
    total = f"{n} + {axis.pad_before} + {axis.pad_after} - ({k} - 1)·{d} - 1"
    if axis.ceil and axis.unread:
        return text(f"ceil(({total})/{s}) + 1 - 1 = ", out)
    return text(f"{'ceil' if axis.ceil else 'floor'}(({total})/{s}) + 1 = ", out)


def _ends(axes: list[AnyAxis]) -> list[Line]:
    """What is particular at the end of axes that are alike."""
    axis = axes[0]
    along = " and along ".join(a.name for a in axes)
    if not isinstance(axis, Axis):
        if not axis.beyond:
            return []
        said = f"the last {axis.beyond} of {plural(axis.output, 'element')} along {along}: no stamp covers them"
        return [text(Span(Role.NOTE, "empty"), said)]
    padded = ", padding included" if axis.padded > axis.size else ""
    lines = []
    if axis.ceil and axis.unread:
        lines.append(
            text(
                Span(Role.NOTE, "dropped"),
                f"one window along {along}: it would start {axis.output * axis.stride} elements in, and the padding "
                f"before and the input end after {axis.pad_before} + {axis.size}",
            )
        )
    if axis.overhang:
        said = f"the last window along {along} reaches {axis.overhang} beyond the {axis.padded} elements{padded}"
        lines.append(text(Span(Role.NOTE, "overhang"), said))
    if axis.unread:
        said = f"the last {axis.unread} of {plural(axis.padded, 'element')} along {along}{padded}"
        lines.append(text(Span(Role.NOTE, "never read"), said))
    return lines
