"""Every output size with the numbers put into its formula, and what the windows leave unread, drop or overhang."""

from collections.abc import Sequence

from convcli.axis import Axis, TransposedAxis
from convcli.document.formulas import (
    CEIL,
    FLOOR,
    TRANSPOSED,
    AnyAxis,
    alike_by,
    names,
    overhang,
    unread,
    with_numbers,
)
from convcli.document.header import alike
from convcli.document.model import Line, Role, Span, text
from convcli.errors import plural
from convcli.layers import Fitted, Kind

FORMULAS = {
    "floor": FLOOR,
    "ceil": f"{CEIL}, less a window that would start beyond the input",
    "transposed": TRANSPOSED,
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
    groups = alike(fit.axes, alike_by)
    whole = text("the whole input is one window: ", Span(Role.OUTPUT, "1"))
    lines = [
        (Span(Role.NOTE, ", ".join(axis.name for axis in axes)), *(whole if fit.layer.whole else with_numbers(axes[0])))
        for axes in groups
    ]
    return lines + [line for axes in groups for line in _ends(axes)]


def _ends(axes: Sequence[AnyAxis]) -> list[Line]:
    """What is particular at the end of axes that are alike."""
    windows = [axis for axis in axes if isinstance(axis, Axis)]
    if not windows:
        return _empty([axis for axis in axes if isinstance(axis, TransposedAxis)])
    axis, lines = windows[0], []
    if axis.drops_last:
        said = (
            f"one window along {names(axes)}: it would start {axis.output * axis.stride} elements in, and the padding "
            f"before and the input end after {axis.pad_before} + {axis.size}"
        )
        lines.append(text(Span(Role.NOTE, "dropped"), said))
    if axis.overhang:
        lines.append(text(Span(Role.NOTE, "overhang"), overhang(windows)))
    if axis.unread:
        lines.append(text(Span(Role.NOTE, "never read"), unread(windows)))
    return lines


def _empty(axes: Sequence[TransposedAxis]) -> list[Line]:
    """What no stamp of a transposed layer covers."""
    axis = axes[0]
    said = f"the last {axis.beyond} of {plural(axis.output, 'element')} along {names(axes)}: no stamp covers them"
    return [text(Span(Role.NOTE, "empty"), said)] if axis.beyond else []
