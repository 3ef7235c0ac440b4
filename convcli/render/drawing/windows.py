"""What slides: a convolution's kernel, a pooling's window; one frame for each output element."""

import math
from collections.abc import Sequence
from typing import Any

from convcli.axis import Axis
from convcli.document import Role, Span
from convcli.document.elide import CHANNELS, kept
from convcli.document.pooling.header import PoolWriter, zeros_count
from convcli.document.style import NOTHING, PAD, ConvWriter, Writer
from convcli.numbers.tensor import Tensor
from convcli.problem import Convolution
from convcli.render.drawing.planes import (
    OUTPUT,
    caption,
    cells,
    extent,
    flat,
    kernel_rows,
    output_plane,
    padded_rows,
    places,
    read,
)
from convcli.render.drawing.scene import During, Mark, Place, Plane, Ring, Scene, Slot, Turns
from convcli.render.drawing.words import pooled, summed
from convcli.spec import ConvSpec, PoolSpec
from convcli.trace import AnyStep, MaxStep, PoolTrace, Step, SumTrace

WINDOW = "window"
"""The path of what moves over the input."""


def drawn(spec: ConvSpec | PoolSpec, turns: Turns) -> int:
    """How many cells are drawn: inputs with their padding and what windows hang over, kernels and outputs."""
    return cells(spec, turns, [len(axis.line) for axis in spec.axes], spec.outputs)


def frames(spec: ConvSpec | PoolSpec) -> int:
    """The frames of an output channel: one for each element."""
    return math.prod(spec.outputs)


def convolved(trace: SumTrace[Convolution], turns: Turns, writer: ConvWriter, _: Tensor) -> Scene:
    """The kernel slides over all input channels at once, for one output channel after the other."""
    spec = trace.problem.spec
    steps = tuple(trace.step((0, o, *place)) for o in range(turns.channels) for place in places(spec.outputs))
    numbers = [number for number in kept(spec.group_in, CHANNELS) if number is not None]
    inputs = tuple(_inputs(number, steps, turns, writer) for number in numbers)
    kernels = tuple(_kernels(number, turns, writer) for number in numbers)
    return Scene(
        columns=(inputs, kernels, _outputs(steps, turns, writer)),
        signs=("∗", "="),
        paths=_paths(steps, spec.axes),
        frames=tuple(summed(step, writer, turns) for step in steps),
        legend=_legend("the kernel lies, its weights in the corners", writer, counts=trace.problem.padding_counts),
        steps=steps,
        beneath=spec.rank == 1,
    )


def _inputs(number: int, steps: Sequence[Step], turns: Turns, writer: ConvWriter) -> Slot:
    """In each group of input channels the one of that number, with the kernel over it."""
    spec = writer.problem.spec
    constant = writer.number(Role.PADDING, writer.problem.pad_value.at(()))
    slot = []
    for channel, outs in read(spec, number, turns):
        name = caption("input", channel, spec.channels_in, writer)
        rows = padded_rows(channel, spec.axes, writer, constant)
        marks = tuple(_kernel_mark(number, steps[turns.of(o).start], turns, writer) for o in outs)
        slot.append(Plane(name, rows, turns.of(outs[0], outs[-1]), marks=marks))
    return tuple(slot)


def _kernel_mark(number: int, step: Step, turns: Turns, writer: ConvWriter) -> Mark:
    """The kernel on a channel of the input, its taps apart by their dilation."""
    axes, kernel = writer.problem.spec.axes, step.terms[number].kernel
    taps = tuple(
        (*_from_first(axes, (0,) * len(axes), tap), writer.number(Role.KERNEL, kernel[tap]))
        for tap in places(kernel.shape)
    )
    return Mark(Role.KERNEL, *extent([axis.span for axis in axes]), taps, WINDOW, turns.of(step.at[1]))


def _kernels(number: int, turns: Turns, writer: ConvWriter) -> Slot:
    """The kernel slices on a channel of the group, one for each output channel."""
    spec = writer.problem.spec
    backwards = ", read backwards" if spec.flipped else ""
    return tuple(
        Plane(
            writer.kernel_name(o, number) + backwards,
            kernel_rows(spec.summands((0, o))[number].other, spec.kernels, writer),
            turns.of(o),
        )
        for o in range(turns.channels)
    )


def pooled_windows(trace: PoolTrace, turns: Turns, writer: PoolWriter, output: Tensor) -> Scene:
    """The window slides over one channel after the other."""
    spec = trace.problem.spec
    steps = tuple(
        trace.step((0, c, *place)).beside(output) for c in range(turns.channels) for place in places(spec.outputs)
    )
    taps = tuple((*_from_first(spec.axes, (0,) * spec.rank, tap), None) for tap in places(spec.kernels))
    constant = Span(Role.PADDING, "0") if zeros_count(trace.problem) else None
    inputs = []
    for c in range(turns.channels):
        mark = Mark(Role.KERNEL, *extent([axis.span for axis in spec.axes]), taps, WINDOW, turns.of(c))
        rings = tuple(
            Ring(*_from_first(spec.axes, step.at[2:], step.winner), During.frame(n))
            for n, step in enumerate(steps)
            if isinstance(step, MaxStep) and step.at[1] == c
        )
        name = caption("input", c, spec.channels_in, writer)
        rows = padded_rows(c, spec.axes, writer, constant)
        inputs.append(Plane(name, rows, turns.of(c), (), rings, (mark,)))
    wins = "; ringed and marked *: the largest" if isinstance(steps[0], MaxStep) else ""
    return Scene(
        columns=((tuple(inputs),), _outputs(steps, turns, writer)),
        signs=("→",),
        paths=_paths(steps, spec.axes),
        frames=tuple(pooled(step, writer, turns) for step in steps),
        legend=_legend(f"the window lies{wins}", writer, counts=True),
        steps=steps,
        beneath=spec.rank == 1,
    )


def _outputs(steps: Sequence[AnyStep], turns: Turns, writer: Writer[Any]) -> tuple[Slot, ...]:
    coming = [(n, step.at[2:], step.value) for n, step in enumerate(steps)]
    channels = [coming[turns.of(o).start : turns.of(o).stop] for o in range(turns.channels)]
    return tuple((output_plane(o, some, turns, writer),) for o, some in enumerate(channels))


def _paths(steps: Sequence[AnyStep], axes: Sequence[Axis]) -> dict[str, tuple[Place, ...]]:
    windows = tuple(_from_first(axes, step.at[2:], (0,) * len(axes)) for step in steps)
    return {WINDOW: windows, OUTPUT: tuple(flat(step.at[2:]) for step in steps)}


def _from_first(axes: Sequence[Axis], outs: Sequence[int], taps: Sequence[int]) -> Place:
    """Where a tap of the window of an output lies, from the first tap of the first window, which begins the plane."""
    triples = zip(axes, outs, taps, strict=True)
    return flat([axis.position(out, tap) - axis.position(0, 0) for axis, out, tap in triples])


def _legend(framed: str, writer: Writer[Any], *, counts: bool) -> str:
    """What frames and dashes say."""
    spec = writer.problem.spec
    said = [f"framed: where {framed}"]
    if spec.is_padded:
        said.append(f"dashed, and {PAD} below: padding{'' if counts else ', which adds nothing'}")
    if any(axis.overhang for axis in spec.axes):
        said.append(f"{NOTHING}: where it hangs over")
    return "; ".join(said)
