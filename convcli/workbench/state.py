"""The state of the workbench: what is asked, what is looked at, what was asked before. Frozen; transitions make others.

Nothing here knows Textual.
"""

from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property

from convcli.document import Style
from convcli.errors import ConvError
from convcli.layout import Index
from convcli.limits import Limits
from convcli.numbers.grammar import Number
from convcli.numbers.tensor import Tensor
from convcli.problem import Bilinear, Problem
from convcli.request import Asked
from convcli.trace import AnyStep, trace_of
from convcli.workbench.links import Links, summands

PACES = (0.1, 0.2, 0.5, 1.0, 2.0, 4.0)
"""Seconds between two steps of playing."""


class Pane(Enum):
    """A tensor on the screen."""

    INPUT = "input"
    KERNEL = "kernel"
    OUTPUT = "output"


@dataclass(frozen=True, kw_only=True)
class State:
    """Everything that the screen shows follows from this."""

    asked: Asked
    problem: Problem
    limits: Limits
    style: Style
    start: Asked
    """What was asked first, which a reset goes back to."""
    cells: dict[Pane, Index]
    """In each pane the chosen cell, as a canonical index; what is shown is the plane that it lies in."""
    focus: Pane = Pane.OUTPUT
    hover: tuple[Pane, Index] | None = None
    """The cell under the mouse, which lights others as the chosen one does."""
    output: Tensor | None = None
    """The output (N, O, *o), unless it is still being computed."""
    draft: str | None = None
    """What is being typed into the chosen cell."""
    said: str = ""
    """What there is to say of the last thing that was done."""
    refused: bool = False
    """Whether that is why it was not done."""
    past: tuple[Asked, ...] = ()
    future: tuple[Asked, ...] = ()
    left: Asked | None = None
    """The convolution that pooling was changed to from, which its settings can be had back from."""
    guessed: frozenset[Index] | None = None
    """In guess mode, the outputs whose values were found; None where nothing is hidden."""
    playing: bool = False
    pace: float = 0.5
    ascii: bool = False
    """Whether the screen shows no sign beyond ASCII."""

    @property
    def shown_with(self) -> list[str]:
        """The options that say how numbers and indices are shown."""
        default, style = Style(), self.style
        switches = {"--fractions": style.fractions, "--from-one": style.from_one}
        digits = ["--precision", str(style.precision)] if style.precision != default.precision else []
        return [*(name for name, on in switches.items() if on), *digits]

    @property
    def at(self) -> Index:
        """The chosen output element (n, o, *s)."""
        return self.cells[Pane.OUTPUT]

    @property
    def panes(self) -> tuple[Pane, ...]:
        """The panes there are: pooling has no kernel."""
        return tuple(self.cells)

    @cached_property
    def links(self) -> Links:
        """Which cells belong together."""
        return Links(self.problem.spec)

    @cached_property
    def step(self) -> AnyStep:
        """How the chosen output element came to be."""
        found: AnyStep = trace_of(self.problem).step(self.at)
        return found

    def tensor(self, pane: Pane) -> Tensor | None:
        """What a pane shows, in canonical shape; None for an output that is not there yet."""
        if pane is Pane.OUTPUT:
            return self.output
        if pane is Pane.INPUT:
            return self.problem.source
        assert isinstance(self.problem, Bilinear)
        return self.problem.w

    def shape(self, pane: Pane) -> Index:
        """The canonical shape of what a pane shows."""
        tensor = self.tensor(pane)
        return self.problem.spec.output_shape if tensor is None else tensor.shape

    def value(self, index: Index) -> Number:
        """An element of the output: of one that is not there yet, from its trace."""
        if self.output is not None:
            return self.output.at(index)
        found: Number = trace_of(self.problem).step(index).value
        return found


def refusing(state: State, reason: ConvError | str) -> State:
    """The same state, with the reason why nothing was done."""
    if isinstance(reason, ConvError):
        reason = f"{reason.problem}: {reason.given}; expected {reason.expected}"
    return replace(state, said=" ".join(reason.split()), refused=True, draft=None)


def saying(state: State, text: str) -> State:
    """The same state with something to say."""
    return replace(state, said=text, refused=False)


def linked(state: State) -> State:
    """The state with an input plane and a kernel slice that belong to the chosen output."""
    parts = summands(state.problem, state.at)
    cells = dict(state.cells)
    part = next((part for part in parts if part.source == cells[Pane.INPUT][:2]), parts[0])
    cells[Pane.INPUT] = (*part.source, *cells[Pane.INPUT][2:])
    if Pane.KERNEL in cells:
        cells[Pane.KERNEL] = (*part.other, *cells[Pane.KERNEL][2:])
    return replace(state, cells=cells)


def followed(state: State) -> State:
    """The state with planes that belong to the chosen output, in depth too: those of a slice that it reads."""
    state = linked(state)
    if state.problem.spec.rank < 3:
        return state
    taps = {meeting.source: meeting.other for meeting in state.problem.spec.meetings(state.at[2:])[0]}
    cells, shown = dict(state.cells), state.cells[Pane.INPUT][2]
    slices = sorted(source for source in taps if source is not None)
    for depth in slices[:1] if shown not in slices else [shown]:
        cells[Pane.INPUT] = (*cells[Pane.INPUT][:2], depth, *cells[Pane.INPUT][3:])
        if Pane.KERNEL in cells:
            cells[Pane.KERNEL] = (*cells[Pane.KERNEL][:2], taps[depth], *cells[Pane.KERNEL][3:])
    return replace(state, cells=cells)


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that only the program around the state can do: write a file, copy a text, leave."""

    kind: str
    text: str = ""
    role: str = ""
    """The tensor that is to be read."""
    replacing: bool = False
    """Whether a file that is there may be replaced."""
