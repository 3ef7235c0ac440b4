"""A 1x1 convolution, as the textbook has it: every output channel is a weighted sum of input channels A, B, ..."""

import math
from dataclasses import replace
from string import ascii_uppercase

from convcli.document.convolution.maps import Cell, place, planes_of, sheet
from convcli.document.elide import MAP, Kept, Plane, hidden, kept
from convcli.document.model import Block, Equation, Grid, Heading, Item, Line, Paragraph, Role, Span, Working, text
from convcli.document.patch import EQUALS, bias_of, is_stored_otherwise, policy
from convcli.document.style import ConvWriter
from convcli.errors import plural
from convcli.layout import Index
from convcli.problem import Convolution
from convcli.trace import Step, SumTrace

_FEW = 4  # input channels up to which their numbers are shown, and each output cell is written out, as 1-10


def applies(problem: Convolution) -> bool:
    """Whether every tap reads one element, in place, and the alphabet names all channels."""
    spec = problem.spec
    in_place = all(axis.kernel == axis.stride == 1 for axis in spec.axes) and not spec.is_padded
    return in_place and spec.channels_in <= len(ascii_uppercase)


def item(planes: list[Plane], trace: SumTrace[Convolution], writer: ConvWriter) -> tuple[list[Block], list[Step]]:
    """The channels of one batch item, and the steps they took."""
    batch, spec = planes[0].batch, writer.problem.spec
    of = f"Batch item {writer.count(batch)}: " if spec.batch > 1 else ""
    made, steps = list[Equation](), list[Step]()
    for plane in planes:
        equations, some = _channel(plane, trace, writer)
        made += equations
        steps += some
    title = f"{of}output channels"
    blocks: list[Block] = [*_inputs(batch, of, writer), Heading(2, text(title[0].upper() + title[1:]))]
    blocks.append(Working(tuple(made), short=True))
    if missing := _missing(writer):
        each = " of each" if len(made) > 1 else ""
        blocks.append(Paragraph((text(f"… {missing}{each} not shown", role=Role.NOTE),), indent=2))
    return blocks, steps


def _inputs(batch: int, of: str, writer: ConvWriter) -> list[Block]:
    """Which letter is which input channel, with their numbers where there are few."""
    spec = writer.problem.spec
    last = spec.channels_in - 1
    title = f"{of}input channels"
    heading = Heading(2, text(title[0].upper() + title[1:]))
    if last >= _FEW:
        which = f"{ascii_uppercase[0]}..{ascii_uppercase[last]} are channels {writer.count(0)}..{writer.count(last)}"
        return [heading, Paragraph((text(which),), indent=2)]
    made = []
    for channel in range(last + 1):

        def cell(at: Index, channel: int = channel) -> Span:
            return writer.number(Role.INPUT, writer.problem.input_at((batch, channel, *at)))

        for depth in _depths(writer):
            name = text(Span(Role.INPUT, ascii_uppercase[channel]), *_depth(depth, writer))
            made.append(Equation(name, (EQUALS, _sheet(Role.INPUT, depth, writer, cell))))
    return [heading, Working(tuple(made), short=True)]


def _channel(plane: Plane, trace: SumTrace[Convolution], writer: ConvWriter) -> tuple[list[Equation], list[Step]]:
    """Y[2] = 1·A + (-1)·B = [1-10, 2-20; 3-30, 4-40] = [-9 -18; -27 -36]."""
    outputs = writer.problem.spec.outputs
    steps: dict[Index, Step] = {}

    def step(at: Index) -> Step:
        if at not in steps:
            steps[at] = trace.step((plane.batch, plane.channel, *at))
        return steps[at]

    made = []
    for depth in _depths(writer):
        some = step(place(depth, 0, 0, len(outputs)))
        items: list[Item] = [EQUALS, *_formula(some, writer), EQUALS]
        if 1 < len(some.terms) <= _FEW:
            expressions = _sheet(Role.PRODUCT, depth, writer, lambda at: _expression(step(at), writer))
            items += [replace(expressions, commas=True), EQUALS]
        values = _sheet(Role.OUTPUT, depth, writer, lambda at: writer.number(Role.OUTPUT, step(at).value))
        if is_stored_otherwise(steps.values(), writer):
            items += [_sheet(Role.SUM, depth, writer, lambda at: writer.number(Role.SUM, step(at).total))]
            items += [policy(writer)]
        made.append(Equation(_name(plane, depth, writer), (*items, values)))
    return made, list(steps.values())


def _name(plane: Plane, depth: Index, writer: ConvWriter) -> Line:
    view = writer.problem.view
    index = ((plane.batch,) if view.batch else ()) + ((plane.channel,) if view.channels else ())
    name = f"Y[{writer.place(index)}]" if index else "Y"
    return text(Span(Role.OUTPUT, name), *_depth(depth, writer))


def _depth(depth: Index, writer: ConvWriter) -> Line:
    """Which slice of a 3-D channel it is."""
    return text(f" depth {writer.place(depth)}", role=Role.NOTE) if depth else ()


def _formula(step: Step, writer: ConvWriter) -> tuple[Line, ...]:
    """1·A + (-1)·B + bias 5, in parts that may stand on lines of their own."""
    parts: list[Line] = []
    for term in step.terms:
        (weight,) = term.kernel.ravel().tolist()
        factor = writer.multiplier(Role.KERNEL, weight) if parts else writer.number(Role.KERNEL, weight)
        plus = text("+ ") if parts else ()
        parts.append((*plus, factor, Span(Role.TEXT, "·"), Span(Role.INPUT, ascii_uppercase[term.channel])))
    return (*parts, *bias_of(step, writer))


def _expression(step: Step, writer: ConvWriter) -> Span:
    """The products of one element with their signs, as 1-10."""
    numbers = [term.sum for term in step.terms] + ([] if step.bias is None else [step.bias])
    shown = [writer.number(Role.PRODUCT, number) for number in numbers]
    signed = [span.text if not i or span.text[0] == "-" else f"+{span.text}" for i, span in enumerate(shown)]
    return Span(Role.PRODUCT, "".join(signed), any(span.rounded for span in shown))


def _sheet(role: Role, plane: Index, writer: ConvWriter, cell: Cell) -> Grid:
    return sheet(role, plane, writer, cell, *_kept(writer))


def _depths(writer: ConvWriter) -> list[Index]:
    """The slices by depth that are shown: the first ones of a volume, one of anything else."""
    outputs = writer.problem.spec.outputs
    return planes_of(outputs if writer.style.everything else (*(min(n, MAP) for n in outputs[:-2]), *outputs[-2:]))


def _missing(writer: ConvWriter) -> str:
    """What of each channel is not shown, in words; empty if nothing."""
    deep = math.prod(writer.problem.spec.outputs[:-2]) - len(_depths(writer))
    parts = [plural(deep, "slice") if deep else "", hidden(writer.plane_shape, *_kept(writer))]
    return " and ".join(part for part in parts if part)


def _kept(writer: ConvWriter) -> tuple[Kept, Kept]:
    """The rows and columns of a channel that are shown."""
    height, width = writer.plane_shape
    limit = None if writer.style.everything else MAP
    return kept(height, limit), kept(width, limit)
