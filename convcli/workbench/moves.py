"""Where one looks: the chosen cells, the planes that are shown, stepping through the outputs."""

import math
from dataclasses import replace

from convcli.errors import ConvError
from convcli.layout import Index
from convcli.reading.settings import parse_index
from convcli.workbench.links import summands
from convcli.workbench.state import PACES, Pane, State, followed, refusing, saying


def focused(state: State, pane: Pane) -> State:
    """Another pane has the keys."""
    return saying(replace(state, focus=pane, draft=None), "") if pane in state.cells else state


def turned(state: State, by: int) -> State:
    """The next pane has the keys, or the one before."""
    panes = state.panes
    return focused(state, panes[(panes.index(state.focus) + by) % len(panes)])


def chosen(state: State, pane: Pane, index: Index) -> State:
    """A cell is chosen: one of the input or the kernel keeps the chosen output, where that has a part in it."""
    moved = saying(replace(state, cells={**state.cells, pane: index}, focus=pane, draft=None, hover=None), "")
    return followed(moved) if pane is Pane.OUTPUT else moved


def moved(state: State, rows: int, columns: int) -> State:
    """The chosen cell of the focused pane moves, as far as there are cells."""
    shape, index = state.shape(state.focus), list(state.cells[state.focus])
    for axis, by in ((-1, columns), (-2, rows)):
        if -axis <= state.problem.spec.rank:
            index[axis] = min(max(index[axis] + by, 0), shape[axis] - 1)
    return chosen(state, state.focus, tuple(index))


def deepened(state: State, by: int) -> State:
    """The plane behind, in the focused pane of a volume."""
    if state.problem.spec.rank < 3:
        return refusing(state, "only volumes have planes behind each other")
    index, shape = list(state.cells[state.focus]), state.shape(state.focus)
    index[2] = min(max(index[2] + by, 0), shape[2] - 1)
    return chosen(state, state.focus, tuple(index))


def part_turned(state: State, by: int) -> State:
    """The next input channel that takes part in the chosen output, with its kernel slice."""
    parts = summands(state.problem, state.at)
    sources = [part.source for part in parts]
    part = parts[(sources.index(state.cells[Pane.INPUT][:2]) + by) % len(parts)]
    cells = {**state.cells, Pane.INPUT: (*part.source, *state.cells[Pane.INPUT][2:])}
    if Pane.KERNEL in cells:
        cells[Pane.KERNEL] = (*part.other, *cells[Pane.KERNEL][2:])
    return saying(replace(state, cells=cells, draft=None), "")


def leading_turned(state: State, axis: int, by: int) -> State:
    """The next batch item (axis 0) or output channel (axis 1) of the output."""
    shape, index = state.problem.spec.output_shape, list(state.at)
    index[axis] = (index[axis] + by) % shape[axis]
    return _output_at(state, tuple(index))


def _output_at(state: State, at: Index) -> State:
    """Another output is looked at; the keys stay where they are."""
    return replace(chosen(state, Pane.OUTPUT, at), focus=state.focus)


def stepped(state: State, by: int) -> State:
    """The next output in row-major order, or the one before; round the end."""
    shape = state.problem.spec.output_shape
    return _output_at(state, _unravelled((_ravelled(state.at, shape) + by) % math.prod(shape), shape))


def ended(state: State, *, last: bool) -> State:
    """The first output, or the last."""
    shape = state.problem.spec.output_shape
    return _output_at(state, tuple(n - 1 for n in shape) if last else (0,) * len(shape))


def _ravelled(index: Index, shape: Index) -> int:
    place = 0
    for i, n in zip(index, shape, strict=True):
        place = place * n + i
    return place


def _unravelled(place: int, shape: Index) -> Index:
    index = []
    for n in reversed(shape):
        place, i = divmod(place, n)
        index.append(i)
    return tuple(reversed(index))


def gone(state: State, text: str) -> State:
    """The output element that a text names, as `--at` does."""
    view, first = state.problem.view, int(state.style.from_one)
    try:
        at = view.element(
            parse_index(text), state.problem.spec.output_shape, given=f"at {text}", write="write at with", first=first
        )
    except ConvError as error:
        return refusing(state, error)
    return _output_at(state, at)


def played(state: State) -> State:
    """Playing begins, or pauses; at the last output it begins anew."""
    shape = state.problem.spec.output_shape
    if not state.playing and _ravelled(state.at, shape) == math.prod(shape) - 1:
        state = ended(state, last=False)
    return saying(replace(state, playing=not state.playing, draft=None), "")


def ticked(state: State) -> State:
    """The next output of a play, which ends at the last one."""
    shape = state.problem.spec.output_shape
    if not state.playing or _ravelled(state.at, shape) == math.prod(shape) - 1:
        return replace(state, playing=False)
    return stepped(state, 1)


def paced(state: State, by: int) -> State:
    """Playing gets slower, or faster."""
    pace = PACES[min(max(PACES.index(state.pace) + by, 0), len(PACES) - 1)]
    return saying(replace(state, pace=pace), f"{pace:g} s a step")


def hovered(state: State, cell: tuple[Pane, Index] | None) -> State:
    """The mouse is over a cell, or over none."""
    return state if state.hover == cell else replace(state, hover=cell)
