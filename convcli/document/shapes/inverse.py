"""The answers the other way round: the layers that make a size, and the inputs that do."""

from collections.abc import Sequence

from convcli.document.formulas import with_numbers
from convcli.document.model import Block, Document, Heading, Line, Paragraph, Role, Span, text
from convcli.document.shapes.rows import aligned
from convcli.errors import plural
from convcli.layers import Bounds, Found, Inputs, Kind, Layer, chain
from convcli.spec import axis_name, times

SHOWN = 20

ORDER = (
    "Simplest first: fewest settings that are not the default, then as much padding before as after, then small "
    "numbers. Padding is tried below the kernel's span. Where the sides differ, as in p0:1, they may be swapped: p1:0."
)

GAPS = "Not every size between them: at some, a window of a pool may lie wholly in padding."


def explain_settings(
    layer: Layer, sizes: Sequence[int], want: Sequence[int], found: Found, bounds: Bounds, most: int | None = SHOWN
) -> Document:
    """The layers that make `want` of `sizes`, at most so many of them, each with its derivation."""
    title = text(f"{layer}: what makes ", Span(Role.OUTPUT, times(want)), " of ", Span(Role.INPUT, times(sizes)))
    blocks: list[Block] = [Heading(1, title), Paragraph((_tried(layer, found, bounds),), indent=2)]
    rank = len(sizes)
    if found.common:
        every = "" if rank == 1 else ", with the same settings along every axis"
        heading = text(f"{plural(len(found.common), 'layer')}{every}")
        blocks += [Heading(2, heading), *_listed(found.common, sizes, 0, most)]
    else:
        blocks.append(Paragraph((text("No one setting does along every axis: choose one for each."),)))
        for axis, layers in enumerate(found.along):
            blocks += [
                Heading(2, text(f"{plural(len(layers), 'layer')} along {axis_name(axis, rank)}")),
                *_listed(layers, sizes, axis, most),
            ]
    return (*blocks, Paragraph((text(ORDER, role=Role.NOTE),)))


def explain_inputs(layers: Sequence[Layer], want: Sequence[int], inputs: Sequence[Inputs]) -> Document:
    """The inputs from which the layers make `want`; with what the first, the last and their neighbours give."""
    title = text(f"{' → '.join(map(str, layers))}: which inputs give ", Span(Role.OUTPUT, times(want)))
    blocks: list[Block] = [Heading(1, title)]
    for axis, found in enumerate(inputs):
        end = "up, without end" if found.last is None else f"to {found.last}"
        said = (
            Span(Role.NOTE, axis_name(axis, len(want))),
            Span(Role.INPUT, f"{found.first}" if found.first == found.last else f"{found.first} {end}"),
        )
        sizes = [found.first - 1, found.first]
        if found.last is not None:
            sizes += [found.last, found.last + 1]
        chains = [_chain(layers, size, axis, len(want)) for size in dict.fromkeys(sizes) if size]
        blocks += [Paragraph((said,), indent=2, hang=1), Paragraph(tuple(chains), indent=4)]
        if found.gaps:
            blocks.append(Paragraph((text(GAPS, role=Role.NOTE),), indent=4))
    return tuple(blocks)


def _chain(layers: Sequence[Layer], size: int, axis: int, rank: int) -> Line:
    """220 → 110 → 55."""
    made, refusing = chain(layers, size, axis, rank)
    line = [Span(Role.INPUT, str(size))]
    for output in made:
        line += [Span(Role.TEXT, " → "), Span(Role.TEXT, str(output))]
    if refusing is not None:
        return (*line, Span(Role.NOTE, f" does not fit {refusing}"))
    return (*line[:-1], Span(Role.OUTPUT, line[-1].text))


def _tried(layer: Layer, found: Found, bounds: Bounds) -> Line:
    ranges = {"kernel": (1, bounds.kernel), "stride": (1, bounds.stride), "padding": (0, bounds.padding)}
    ranges |= {"dilation": (1, bounds.dilation)}
    said = [f"{name} {low}..{high}" for name, (low, high) in ranges.items() if getattr(layer, name) is None]
    if layer.kind is Kind.TRANSPOSED and layer.output_padding is None:
        said.append("output padding below stride or dilation")
    count = f"{found.tried:,} combination{'' if found.tried == 1 else 's'}"
    return text(f"tried {count}: {', '.join(said) or 'nothing is free'}", role=Role.NOTE)


def _listed(layers: Sequence[Layer], sizes: Sequence[int], axis: int, most: int | None) -> list[Block]:
    """Layers, each with the derivation along one axis."""
    shown = layers[:most]
    names = aligned([[str(layer)] for layer in shown], roles={0: Role.KERNEL})
    lines = [
        (*name, Span(Role.TEXT, "  "), *with_numbers(layer.axis(sizes[axis], axis, len(sizes))))
        for name, layer in zip(names, shown, strict=True)
    ]
    left = len(layers) - len(shown)
    if left:
        lines.append(text(f"… {left:,} more: --show all", role=Role.NOTE))
    return [Paragraph(tuple(lines), indent=2)]
