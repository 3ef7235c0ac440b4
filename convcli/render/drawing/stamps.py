"""What stamps: a transposed convolution, one frame for each input element; then what is cropped, and the bias."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from convcli.document import Grid, Line, Role, Span
from convcli.document.elide import CHANNELS, kept
from convcli.document.model import text
from convcli.document.style import Writer
from convcli.errors import plural
from convcli.layout import Index
from convcli.numbers.grammar import Number
from convcli.numbers.tensor import Tensor
from convcli.problem import Transposed
from convcli.render.drawing.planes import caption, cells, extent, flat, input_rows, kernel_rows, places, read, sheet
from convcli.render.drawing.scene import Cell, During, Mark, Plane, Scene, Slot, Turns, Written
from convcli.render.drawing.words import TERMS
from convcli.render.grids import on_one_line
from convcli.spec import TransposedSpec
from convcli.trace import Stamp, Step, SumTrace, exact_sum, stamp

SOURCE, STAMP, KEPT = "source", "stamp", "kept"
"""The paths of what moves: over the input, over the output; and where what is kept of that begins."""

TransposedWriter = Writer[Transposed]


def drawn(spec: TransposedSpec, turns: Turns) -> int:
    """How many cells are drawn: inputs, kernels and outputs before they are cropped, and those stamped."""
    return cells(spec, turns, spec.sizes, _uncropped(spec)) + turns.whole.stop * math.prod(spec.kernels)


def _uncropped(spec: TransposedSpec) -> list[int]:
    """The lengths of an output before it is cropped, and with what output padding adds."""
    return [max(axis.full, axis.pad_before + axis.output) for axis in spec.axes]


def frames(spec: TransposedSpec) -> int:
    """The frames of an output channel: one for each element of the input, and one for what becomes of their sum."""
    return math.prod(spec.sizes) + 1


def stamped(trace: SumTrace[Transposed], turns: Turns, writer: TransposedWriter, _: Tensor) -> Scene:
    """Each element of the input stamps the kernel, all input channels at once, for one output channel after the
    other; the last frame of each channel frames what is kept."""
    problem, spec = trace.problem, trace.problem.spec
    outs = range(turns.channels)
    made = [
        [[stamp(problem, (0, c, *place), o) for c in spec.channels_of(o)] for place in places(spec.sizes)] for o in outs
    ]
    steps = [[trace.step((0, o, *place)) for place in places(spec.outputs)] for o in outs]
    numbers = [number for number in kept(spec.group_in, CHANNELS) if number is not None]
    kept_from = flat([axis.pad_before for axis in spec.axes])
    return Scene(
        columns=(
            tuple(_inputs(number, turns, writer) for number in numbers),
            tuple(_kernels(number, turns, writer) for number in numbers),
            tuple((_output(o, made[o], steps[o], turns, writer),) for o in outs),
        ),
        signs=("∗ᵀ", "="),
        paths={
            SOURCE: tuple(flat(p) for some in made for p in _and_last([s[0].source[2:] for s in some])),
            STAMP: tuple(flat(p) for some in made for p in _and_last([[at[0] for at in s[0].places] for s in some])),
            KEPT: (kept_from,) * turns.whole.stop,
        },
        frames=tuple(lines for o in outs for lines in _frames(made[o], o, writer)),
        legend=_legend(writer),
        steps=tuple(step for some in steps for step in some),
        beneath=spec.rank == 1,
    )


def _and_last(some: list[Sequence[int]]) -> list[Sequence[int]]:
    """What moves stays where it is in the closing frame."""
    return [*some, some[-1]]


def _stamping(turns: Turns, channel: int) -> During:
    """The frames of an output channel but the closing one."""
    start, stop = turns.of(channel)
    return During(start, stop - 1)


def _inputs(number: int, turns: Turns, writer: TransposedWriter) -> Slot:
    """In each group of input channels the one of that number, and the element that stamps."""
    spec = writer.problem.spec
    slot = []
    for channel, outs in read(spec, number, turns):
        marks = tuple(Mark(Role.INPUT, 1, 1, ((0, 0, None),), SOURCE, _stamping(turns, o)) for o in outs)
        name = caption("input", channel, spec.channels_in, writer)
        slot.append(Plane(name, input_rows(channel, writer), turns.of(outs[0], outs[-1]), marks=marks))
    return tuple(slot)


def _kernels(number: int, turns: Turns, writer: TransposedWriter) -> Slot:
    """What is stamped: the kernel slices from a channel of the group to each output channel."""
    spec = writer.problem.spec
    backwards = ", read backwards" if spec.flipped else ""
    slot = []
    for o in range(turns.channels):
        channel, _, leading = spec.summands((0, o))[number]
        rows = kernel_rows(leading, spec.kernels, writer)
        slot.append(Plane(_kernel_name(channel, o, writer) + backwards, rows, turns.of(o)))
    return tuple(slot)


def _kernel_name(channel: int, out: int, writer: TransposedWriter) -> str:
    spec = writer.problem.spec
    several = spec.channels_in * spec.channels_out > 1
    return f"kernel {writer.count(channel)}→{writer.count(out)}" if several else "kernel"


@dataclass(frozen=True, slots=True)
class Tally:
    """What is added to a place in a frame, and what there is in it then."""

    frame: int
    added: Number
    total: Number


def _tallies(made: Sequence[Sequence[Stamp]], first: int) -> dict[Index, list[Tally]]:
    """The tallies of each place that is stamped; the stamps of all channels fall together, in frames from `first`."""
    tallies: dict[Index, list[Tally]] = {}
    for frame, stamps in enumerate(made, first):
        channels = [one.cells() for one in stamps]
        for place in channels[0]:
            here = tallies.setdefault(place, [])
            added = exact_sum([some[place] for some in channels])
            here.append(Tally(frame, added, exact_sum([*(tally.total for tally in here[-1:]), added])))
    return tallies


def _output(
    out: int, made: Sequence[Sequence[Stamp]], steps: Sequence[Step], turns: Turns, writer: TransposedWriter
) -> Plane:
    """An output channel before it is cropped: the sums so far, and what is added to them; then what is kept."""
    spec = writer.problem.spec
    start, stop = turns.of(out)
    closing, end = stop - 1, turns.whole.stop
    offset = [axis.pad_before for axis in spec.axes]
    outputs = {tuple(at + o for at, o in zip(step.at[2:], offset, strict=True)): step.value for step in steps}
    written = []
    for place, tallies in _tallies(made, start).items():
        untils = [*(tally.frame for tally in tallies[1:]), closing if place in outputs else end]
        for tally, until in zip(tallies, untils, strict=True):
            total, added = writer.number(Role.SUM, tally.total), writer.number(Role.PRODUCT, tally.added)
            written.append(Written(*flat(place), total, During(tally.frame, until)))
            written.append(Written(*flat(place), _signed(added), During.frame(tally.frame), corner=True))
    written += [
        Written(*flat(place), writer.number(Role.OUTPUT, value), During(closing, end))
        for place, value in outputs.items()
    ]
    marks = (
        Mark(Role.KERNEL, *extent([axis.span for axis in spec.axes]), _taps(made[0][0]), STAMP, _stamping(turns, out)),
        Mark(Role.OUTPUT, *extent(spec.outputs), (), KEPT, During.frame(closing)),
    )
    rows = sheet(_uncropped(spec), lambda place: Cell(outside=place not in outputs))
    return Plane(caption("output", out, spec.channels_out, writer), rows, turns.whole, tuple(written), (), marks)


def _signed(span: Span) -> Span:
    """A number with its sign: +3."""
    return span if span.text[0] == "-" else Span(span.role, f"+{span.text}", span.rounded)


def _taps(one: Stamp) -> tuple[tuple[int, int, None], ...]:
    """The cells of a stamp from its first on."""
    first = [line[0] for line in one.places]
    return tuple((*flat([at - f for at, f in zip(place, first, strict=True)]), None) for place in one.cells())


def _frames(made: Sequence[Sequence[Stamp]], out: int, writer: TransposedWriter) -> list[tuple[Line, ...]]:
    """What is said in each frame of an output channel."""
    return [*(_stamps(one, out, writer) for one in made), (_closing(out, writer),)]


def _stamps(stamps: Sequence[Stamp], out: int, writer: TransposedWriter) -> tuple[Line, ...]:
    """x[0,1] = 3 adds 3·kernel = [0 3; 6 9]; a line for each input channel."""
    lines = []
    for number in kept(len(stamps), CHANNELS):
        if number is None:
            left = len(stamps) - CHANNELS + 1
            lines.append(text(f"… {plural(left, 'more channel')}", role=Role.NOTE))
        else:
            lines.append(_adds(stamps[number], out, writer))
    return tuple(lines)


def _adds(one: Stamp, out: int, writer: TransposedWriter) -> Line:
    problem = writer.problem
    name = f"x[{writer.place(problem.input_view.shape(one.source))}] = "
    value = writer.number(Role.INPUT, one.value)
    times = writer.multiplier(Role.INPUT, one.value)
    kernel = Span(Role.KERNEL, _kernel_name(one.source[1], out, writer))
    said = text(Span(Role.INPUT, name), value, " adds ", times, "·", kernel)
    if one.products.size > TERMS:
        return said
    rows, columns = extent(one.products.shape)
    numbers = [writer.number(Role.PRODUCT, product) for product in one.products.flat]
    grid = Grid(Role.PRODUCT, tuple(tuple(numbers[i * columns : (i + 1) * columns]) for i in range(rows)))
    return (*said, *text(" = "), *on_one_line(grid))


def _closing(out: int, writer: TransposedWriter) -> Line:
    """What becomes of the sums."""
    problem = writer.problem
    said = [Span(Role.NOTE, "framed: the output")]
    if problem.spec.is_cropped:
        said.append(Span(Role.NOTE, "; the padding crops the rest"))
    if problem.bias is not None:
        said += text("; to each is added the bias ", role=Role.NOTE)
        said.append(writer.number(Role.BIAS, problem.bias.at((out,))))
    return tuple(said)


def _legend(writer: TransposedWriter) -> str:
    cropped = "; dashed: what the padding crops" if writer.problem.spec.is_cropped else ""
    return f"framed: an input element, and where the kernel times it is added, as the corners say{cropped}"
