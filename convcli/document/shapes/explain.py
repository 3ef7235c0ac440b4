"""A stack of layers without data: sizes, costs and receptive fields, and how they come about."""

from collections.abc import Sequence

from convcli.axis import TransposedAxis
from convcli.document.model import Block, Document, Heading, Line, Paragraph, Role, Span, text
from convcli.document.shapes.costs import cost
from convcli.document.shapes.fields import fold, meaning, rules, single
from convcli.document.shapes.rows import table
from convcli.document.shapes.sizes import formulas, sizes
from convcli.errors import plural
from convcli.layers import AnyAxis, Fitted, Shape, Stack
from convcli.layout import shape_text
from convcli.spec import times


def explain_stack(net: Stack, dtype: str = "float32") -> Document:
    """All that can be said about layers before there are numbers; memory is counted in `dtype`."""
    blocks: list[Block] = [Heading(1, _title(net))]
    if len(net.layers) > 1:
        blocks += [Paragraph(tuple(_table(net)), indent=2), Heading(2, text("Output sizes"))]
        blocks.append(Paragraph(tuple(formulas(net.layers)), indent=2, hang=1))
        for number, fit in enumerate(net.layers, 1):
            blocks += [Heading(3, _heading(number, fit)), Paragraph(tuple(sizes(fit)), indent=2, hang=1)]
        field = [Paragraph(tuple(rules(net.layers)), indent=2, hang=1), Paragraph(((), *fold(net)), indent=2)]
    else:
        lines = (*formulas(net.layers), *sizes(net.layers[0]))
        blocks += [Paragraph(tuple(_settings(net.layers[0])), indent=2, hang=1), Heading(2, text("Output size"))]
        blocks.append(Paragraph(lines, indent=2, hang=1))
        field = [Paragraph(tuple(single(net)), indent=2, hang=1)]
    blocks += [Heading(2, text("Cost")), Paragraph(tuple(cost(net, dtype)), indent=2, hang=1)]
    return (*blocks, Heading(2, text("Receptive field")), *field, Paragraph((meaning(net),)))


def _settings(fit: Fitted) -> list[Line]:
    """What one layer does, one setting a line."""
    layer, axes = fit.layer, fit.axes
    said = {"layer": layer.kind.called}
    if layer.whole:
        said["layer"] += " over the whole input"
    else:
        said["kernel"] = _along([str(axis.kernel) for axis in axes], axes)
        said["stride"] = _along([str(axis.stride) for axis in axes], axes)
        padding = _along([_amount(axis) for axis in axes], axes)
        said["padding"] = f"{layer.padding}, {padding}" if isinstance(layer.padding, str) else padding
    if any(axis.dilation != 1 for axis in axes):
        said["dilation"] = _along([str(axis.dilation) for axis in axes], axes)
    extra = [axis.output_padding for axis in axes if isinstance(axis, TransposedAxis)]
    if any(extra):
        said["output padding"] = _along(list(map(str, extra)), axes)
    if fit.groups > 1:
        said["groups"] = f"{fit.groups}, of {plural(fit.channels_in // fit.groups, 'input channel')} each"
    return [text(Span(Role.NOTE, name), value) for name, value in said.items()]


def _amount(axis: AnyAxis) -> str:
    before, after = axis.pad_before, axis.pad_after
    if before == after:
        return f"{before} on both sides" if before else "none"
    return f"{before} before and {after} after"


def _along(values: Sequence[str], axes: Sequence[AnyAxis]) -> str:
    """One value for all axes, or each with its axis."""
    if len(set(values)) == 1:
        return values[0]
    return ", ".join(f"{value} along {axis.name}" for value, axis in zip(values, axes, strict=True))


def shape(role: Role, of: Shape) -> Span:
    """A shape, which is not folded."""
    return Span(role, shape_text(of.numbers).replace(" ", "\N{NO-BREAK SPACE}"))


def _title(net: Stack) -> Line:
    count = len(net.layers)
    name = plural(count, "layer") if count > 1 else str(net.layers[0].layer)
    return text(f"{name}: input ", shape(Role.INPUT, net.input), " → output ", shape(Role.OUTPUT, net.output))


def _heading(number: int, fit: Fitted) -> Line:
    arrow = (shape(Role.INPUT, fit.input), Span(Role.TEXT, " → "), shape(Role.OUTPUT, fit.output))
    return text(f"{number}  ", Span(Role.KERNEL, str(fit.layer)), "  ", *arrow)


def _table(net: Stack) -> list[Line]:
    """One line for each layer: what comes out, and what it costs."""
    rows = [("", "input", times(net.input.numbers), "", "")]
    for number, fit in enumerate(net.layers, 1):
        pools = fit.layer.kind.pools
        costs = ("", "") if pools else (f"{fit.parameters:,}", f"{fit.macs:,}")
        rows.append((str(number), str(fit.layer), times(fit.output.numbers), *costs))
    rows.append(("", "", "total", f"{net.parameters:,}", f"{net.macs:,}"))
    return table(("", "layer", "output", "parameters", "MACs"), rows, right=(0, 2, 3, 4))
