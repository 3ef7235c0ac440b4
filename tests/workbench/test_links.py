"""What is lit, against going through every product of every output."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from convcli.layout import Index
from convcli.problem import Bilinear
from convcli.workbench.links import summands
from convcli.workbench.moves import chosen, hovered, part_turned
from convcli.workbench.sheet import Sheet
from convcli.workbench.state import Pane, State
from tests.workbench.requests import state_of, states

Meeting = tuple[Index, Index, Index]
"""An output, and what of the first and of the second operand meets in it; the first may lie beyond its edge."""


def met(state: State) -> list[tuple[Index, Index, Index, Index | None]]:
    """Every product of every output: output, position and source of the first operand, and index of the second."""
    found = []
    for at in np.ndindex(state.problem.spec.output_shape):
        for part in summands(state.problem, at):
            for meetings in itertools.product(*state.problem.spec.meetings(at[2:])):
                source = tuple(m.source for m in meetings)
                found.append((
                    at,
                    (*part.source, *(m.position for m in meetings)),
                    (*part.other, *(m.other for m in meetings)),
                    None if None in source else (*part.source, *source),
                ))  # fmt: skip
    return found  # type: ignore[return-value]


def lit_cells(state: State, pane: Pane) -> set[Index]:
    """The cells that are lit on the plane that a pane shows; those of padding too."""
    sheet = Sheet(state, pane)
    lead = state.cells[pane][:2]
    cells = itertools.product(range(sheet.rows), range(sheet.columns))
    return {(*lead, *sheet.place(row, column)) for row, column in cells if sheet.is_lit(row, column)}


def on_plane(state: State, pane: Pane, cells: set[Index]) -> set[Index]:
    """Those of some cells that lie on the plane that a pane shows."""
    index = state.cells[pane]
    plane = max(2, len(index) - 2)
    return {cell for cell in cells if cell[:plane] == index[:plane]}


def somewhere(draw: st.DrawFn, state: State) -> State:
    """The state with any output chosen, and any of the planes that belong to it."""
    state = chosen(state, Pane.OUTPUT, tuple(draw(st.integers(0, n - 1)) for n in state.problem.spec.output_shape))
    for _ in range(draw(st.integers(0, 2))):
        state = part_turned(state, 1)
    return state


@st.composite
def places(draw: st.DrawFn) -> State:
    """States anywhere."""
    return somewhere(draw, draw(states()))


def in_space(data: st.DataObject, state: State, pane: Pane) -> State:
    """The state with any cell chosen on the planes that a pane shows."""
    shape, lead = state.shape(pane), state.cells[pane][:2]
    return chosen(state, pane, (*lead, *(data.draw(st.integers(0, n - 1)) for n in shape[2:])))


@given(places())
def test_an_output_lights_the_patch_that_made_it_and_the_weights_that_met_it(state: State) -> None:
    mine = [(position, other) for out, position, other, _ in met(state) if out == state.at]
    assert lit_cells(state, Pane.INPUT) == on_plane(state, Pane.INPUT, {position for position, _ in mine})
    if isinstance(state.problem, Bilinear):
        assert lit_cells(state, Pane.KERNEL) == on_plane(state, Pane.KERNEL, {other for _, other in mine})


@given(places(), st.data())
def test_an_input_lights_every_output_that_it_reaches(state: State, data: st.DataObject) -> None:
    state = in_space(data, state, Pane.INPUT)
    reached = {out for out, _, _, source in met(state) if source == state.cells[Pane.INPUT]}
    assert lit_cells(state, Pane.OUTPUT) == on_plane(state, Pane.OUTPUT, reached)


@given(places(), st.data())
def test_an_input_lights_the_weights_that_it_meets_in_the_chosen_output(state: State, data: st.DataObject) -> None:
    if not isinstance(state.problem, Bilinear):
        return
    state = in_space(data, state, Pane.INPUT)
    here = state.cells[Pane.INPUT]
    weights = {other for out, _, other, source in met(state) if source == here and out == state.at}
    assert lit_cells(state, Pane.KERNEL) == on_plane(state, Pane.KERNEL, weights)


@given(places(), st.data())
def test_a_weight_lights_every_input_that_it_multiplies_and_every_output_that_it_feeds(
    state: State, data: st.DataObject
) -> None:
    if not isinstance(state.problem, Bilinear):
        return
    state = in_space(data, state, Pane.KERNEL)
    met_here = [(out, position) for out, position, other, _ in met(state) if other == state.cells[Pane.KERNEL]]
    positions, outs = {position for _, position in met_here}, {out for out, _ in met_here}
    assert lit_cells(state, Pane.INPUT) == on_plane(state, Pane.INPUT, positions)
    assert lit_cells(state, Pane.OUTPUT) == on_plane(state, Pane.OUTPUT, outs)


def test_the_cell_under_the_mouse_lights_in_place_of_the_chosen_one() -> None:
    state = state_of("1d", {"input": [1, 2, 3, 4], "kernel": [1, 0]})
    assert lit_cells(state, Pane.INPUT) == {(0, 0, 0), (0, 0, 1)}
    over = hovered(state, (Pane.OUTPUT, (0, 0, 2)))
    assert lit_cells(over, Pane.INPUT) == {(0, 0, 2), (0, 0, 3)}
    assert lit_cells(over, Pane.KERNEL) == {(0, 0, 0), (0, 0, 1)}
    assert lit_cells(hovered(state, (Pane.INPUT, (0, 0, 3))), Pane.OUTPUT) == {(0, 0, 2)}


def test_planes_that_do_not_belong_together_light_nothing() -> None:
    state = state_of("1d", {"input": [[1, 2], [3, 4]], "kernel": [[[1]], [[1]]]}, groups="2")
    assert lit_cells(hovered(state, (Pane.OUTPUT, (0, 1, 0))), Pane.INPUT) == set()
