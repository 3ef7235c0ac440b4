"""Receptive fields: the rule, the fold layer by layer, and what it says about the last output."""

from collections.abc import Sequence

from convcli.document.model import Line, Role, Span, text
from convcli.document.shapes.rows import table
from convcli.layers import Fitted, Kind, Stack


def fold(net: Stack) -> list[Line]:
    """Field, jump and first centre after each layer."""
    rows = []
    for number, (fit, along) in enumerate(zip(net.layers, net.fields, strict=True), 1):
        sizes = [f"{'' if field.exact else '<= '}{field.size}" for field in along]
        values = (sizes, [str(field.jump) for field in along], [str(field.centre) for field in along])
        rows.append((str(number), str(fit.layer), *map(_joined, values)))
    return table(("", "layer", "field", "jump", "first centre"), rows, right=(0, 2, 3, 4))


def rules(fits: Sequence[Fitted]) -> list[Line]:
    """How field, jump and centre go from a layer to the next."""
    lines = []
    if any(fit.layer.kind is not Kind.TRANSPOSED for fit in fits):
        said = "field += d·(k - 1)·jump; centre += (d·(k - 1)/2 - before)·jump; then jump *= s"
        lines.append(text(Span(Role.NOTE, "windows"), Span(Role.NOTE, said)))
    if any(fit.layer.kind is Kind.TRANSPOSED for fit in fits):
        said = (
            "jump /= s; then centre += (before - d·(k - 1)/2)·jump; the field is the largest of the outputs, which "
            "differ by where they lie between the inputs"
        )
        lines.append(text(Span(Role.NOTE, "transposed"), Span(Role.NOTE, said)))
    return lines


def single(net: Stack) -> list[Line]:
    """Field, jump and first centre of one layer, with their formulas."""
    fit, along = net.layers[0], net.fields[0]
    formulas = ("d·(k - 1) + 1", "s", "d·(k - 1)/2 - before")
    if fit.layer.kind is Kind.TRANSPOSED:
        count = (
            "ceil(k/s), the most of any output" if all(a.dilation == 1 for a in fit.axes) else "the most of any output"
        )
        formulas = (count, "1/s", "(before - d·(k - 1)/2)/s")
    values = (
        [f"{'' if field.exact else 'at most '}{field.size}" for field in along],
        [str(field.jump) for field in along],
        [str(field.centre) for field in along],
    )
    return [
        text(Span(Role.NOTE, name), f"{formula} = ", Span(Role.OUTPUT, _joined(value)))
        for name, formula, value in zip(("field", "jump", "first centre"), formulas, values, strict=True)
    ]


def meaning(net: Stack) -> Line:
    """What the last line of the fold says."""
    along = net.fields[-1]
    size = "x".join(str(field.size) for field in along)
    places = ", ".join(str(field.centre) for field in along)
    place = f"({places})" if len(along) > 1 else places
    most = "" if all(field.exact for field in along) else "at most "
    transposed = any(fit.layer.kind is Kind.TRANSPOSED for fit in net.layers)
    lone = all(size == 1 for size in net.output.sizes)
    which = "The output" if lone else "The output with the largest field" if transposed and not most else "One output"
    said = f" input elements; the first output is centred on input {place}"
    if not lone:
        said += f", each further one {_joined([str(field.jump) for field in along])} further on"
    padded = any(getattr(axis, "pad_before", 0) or getattr(axis, "pad_after", 0) for f in net.layers for axis in f.axes)
    edges = ". Elements of the padding are counted in, as at the edges." if padded else "."
    return text(f"{which} depends on {most}", Span(Role.INPUT, size), said + edges)


def _joined(values: list[str]) -> str:
    return values[0] if len(set(values)) == 1 else "x".join(values)
