"""Receptive fields: the rule, the fold layer by layer, and what it says about the last output."""

from collections.abc import Sequence
from fractions import Fraction

from convcli.axis import Axis, TransposedAxis
from convcli.document.model import Line, Role, Span, text
from convcli.document.shapes.rows import table
from convcli.layers import Field, Fitted, Kind, Stack
from convcli.spec import times


def fold(net: Stack) -> list[Line]:
    """Field, jump and first centre after each layer."""
    rows = []
    for number, (fit, along) in enumerate(zip(net.layers, net.fields, strict=True), 1):
        rows.append((str(number), str(fit.layer), *_told(along)))
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
    formulas = ("d·(k - 1) + 1 = ", "s = ", "d·(k - 1)/2 - before = ")
    if fit.layer.kind is Kind.TRANSPOSED:
        most = "ceil(k/s), the most of any output = " if all(axis.dilation == 1 for axis in fit.axes) else ""
        formulas = (most, "1/s = ", "(before - d·(k - 1)/2)/s = ")
    return [
        text(Span(Role.NOTE, name), formula, Span(Role.OUTPUT, value))
        for name, formula, value in zip(("field", "jump", "first centre"), formulas, _told(along), strict=True)
    ]


def meaning(net: Stack) -> Line:
    """What the last line of the fold says."""
    along = net.fields[-1]
    size = "x".join(str(field.size) for field in along)
    most = "" if all(field.exact for field in along) else "at most "
    transposed = any(fit.layer.kind is Kind.TRANSPOSED for fit in net.layers)
    lone = all(size == 1 for size in net.output.sizes)
    which = "The output" if lone else "The output with the largest field" if transposed and not most else "One output"
    between = any(isinstance(axis, TransposedAxis) and axis.stride > 1 for fit in net.layers for axis in fit.axes)
    said = f" input element{'' if size == '1' else 's'}; the first output is centred "
    said += f"{'near' if between else 'on'} input {_index([field.centre for field in along])}"
    if not lone:
        said += f", each further one {_index([field.jump for field in along])} further on"
    if between:
        said += "" if lone else ", on average"
        said += ": a transposed layer with a stride has its outputs between whole inputs"
    return text(f"{which} depends on {most}", Span(Role.INPUT, size), f"{said}. {_edges(net)}".rstrip())


def _edges(net: Stack) -> str:
    """What of the field is no input."""
    along, sizes = net.fields[-1], net.input.sizes
    beyond = [field.size > size for field, size in zip(along, sizes, strict=True)]
    if any(beyond):
        names = [axis.name for axis, more in zip(net.layers[0].axes, beyond, strict=True) if more]
        where = "" if all(beyond) else f" along {' and along '.join(names)}"
        lone = all(size == 1 for size in net.output.sizes)
        reaches = lone and all(_covers(field, size) for field, size in zip(along, sizes, strict=True))
        whole = ", so it reaches over all of it" if reaches else ""
        windows = all(isinstance(axis, Axis) and not axis.overhang for fit in net.layers for axis in fit.axes)
        rest = "is padding" if windows else "lies beyond its edges"
        return f"That is more than the input of {times(sizes)} has{where}{whole}; the rest {rest}."
    padded = any(axis.pad_before or axis.pad_after for fit in net.layers for axis in fit.axes)
    return "Elements of the padding are counted in, as at the edges." if padded else ""


def _covers(field: Field, size: int) -> bool:
    """Whether the first output's field holds the whole input."""
    half = Fraction(field.size - 1, 2)
    return field.exact and field.centre - half <= 0 and field.centre + half >= size - 1


def _told(along: Sequence[Field]) -> tuple[str, str, str]:
    """Field, jump and first centre along all axes: one for all that are alike."""
    sizes = [str(field.size) for field in along]
    size = sizes[0] if len(set(sizes)) == 1 else "x".join(sizes)
    jump, centre = (_joined([str(number) for number in numbers]) for numbers in zip(*map(_places, along), strict=True))
    return size if all(field.exact for field in along) else f"<= {size}", jump, centre


def _places(field: Field) -> tuple[Fraction, Fraction]:
    return field.jump, field.centre


def _joined(values: list[str]) -> str:
    return values[0] if len(set(values)) == 1 else ", ".join(values)


def _index(numbers: Sequence[Fraction]) -> str:
    """A place in the input: one number, or or one for each axis."""
    return str(numbers[0]) if len(numbers) == 1 else f"({', '.join(map(str, numbers))})"
