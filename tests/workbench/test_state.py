from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.engine import run
from convcli.errors import FitError, UsageError
from convcli.workbench.asking import arrived, failed, posed, redone, reset, undone
from convcli.workbench.change import assigned
from convcli.workbench.edit import edited, role_of
from convcli.workbench.keys import KEYS, pressed
from convcli.workbench.moves import chosen, deepened, hovered, leading_turned, moved, part_turned, stepped
from convcli.workbench.state import Pane, State, refusing
from tests.request.problems import same
from tests.workbench.requests import state_of, states

CHANGES = [key for key in "sSpPdDkKgmftoiz" if key in KEYS]

KEYSTROKES = [
    *(key for key in KEYS if len(key) == 1), *"0123456789-./eExy", "up", "down", "left", "right", "tab", "shift+tab", "home", "end",
    "space", "pagedown", "pageup", "enter", "escape", "backspace", "ctrl+up", "ctrl+down", "ctrl+left", "ctrl+right", "f1",
]  # fmt: skip


def after(state: State, *keys: str) -> State:
    """The state after keys that do nothing outside of it."""
    for key in keys:
        found = pressed(state, key, {"space": " "}.get(key, key if len(key) == 1 else None))
        if isinstance(found, State):
            state = found
    return state


def sound(state: State) -> None:
    """What holds of every state that can be come to."""
    assert same(posed(state.asked, state.limits), state.problem)
    assert state.output is not None
    assert state.output.equals(run(state.problem).output)
    for pane in state.panes:
        assert all(0 <= i < n for i, n in zip(state.cells[pane], state.shape(pane), strict=True))
    assert state.focus in state.panes
    assert state.draft is None or not state.playing


def alike(one: State, other: State) -> bool:
    """Whether two states ask for the same and show the same."""
    kept = [(s.cells, s.focus, s.hover, s.draft, s.past, s.guessed, s.playing, s.pace) for s in (one, other)]
    return one.asked is other.asked and kept[0] == kept[1]


@given(states(), st.lists(st.sampled_from(KEYSTROKES), max_size=30))
def test_no_keys_lead_to_a_state_that_is_not_sound(state: State, keys: list[str]) -> None:
    sound(after(state, *keys))


@given(
    states(),
    st.lists(st.sampled_from([*CHANGES, "ctrl+down", "ctrl+right", "ctrl+up", "ctrl+left"]), min_size=1, max_size=8),
)
def test_undoing_and_redoing_give_back_what_was_asked(state: State, keys: list[str]) -> None:
    state = after(state, "tab")
    asked = [state.asked]
    for key in keys:
        state = after(state, key)
        asked += [] if state.refused else [state.asked]
    for before in reversed(asked[:-1]):
        state = undone(state)
        assert state.asked is before
        sound(state)
    assert undone(state).refused
    for then in asked[1:]:
        state = redone(state)
        assert state.asked is then
        sound(state)
    assert redone(state).refused


@given(states(), st.integers(-99, 99), st.data())
def test_undoing_an_edit_is_as_if_it_had_not_been(state: State, number: int, data: st.DataObject) -> None:
    pane = data.draw(st.sampled_from([pane for pane in state.panes if role_of(state.problem, pane)] or [Pane.OUTPUT]))
    if pane is Pane.OUTPUT:
        return
    index = tuple(data.draw(st.integers(0, n - 1)) for n in state.shape(pane))
    changed = edited(state, pane, index, number)
    if not changed.refused:
        assert alike(undone(changed), state)


@given(states(), st.sampled_from(CHANGES))
def test_what_is_refused_leaves_what_is_asked_and_says_why(state: State, key: str) -> None:
    found = after(state, key)
    if found.refused:
        assert found.said
        assert alike(found, state)
    else:
        assert found.past == (*state.past, state.asked)


def test_a_refusal_says_its_arithmetic() -> None:
    state = state_of("2d", {"input": np.ones((3, 3), int), "kernel": np.ones((2, 2), int)})
    found = assigned(state, "dilation", "3")
    assert found.refused
    assert found.asked is state.asked
    assert found.said == (
        "the kernel does not fit inside the padded input along height: input 3 + padding 0+0 = 3; kernel 2 at dilation 3 "
        "spans 4; expected a padded input of at least 4"
    )


@given(states())
def test_stepping_visits_every_output_once_both_ways(state: State) -> None:
    outputs = list(np.ndindex(state.problem.spec.output_shape))
    visited, backwards = [], []
    for _ in outputs:
        visited.append(state.at)
        state = stepped(state, 1)
    assert visited == outputs
    for _ in outputs:
        state = stepped(state, -1)
        backwards.append(state.at)
    assert backwards == outputs[::-1]


@given(states(), st.data())
def test_the_planes_shown_belong_to_the_chosen_output(state: State, data: st.DataObject) -> None:
    at = tuple(data.draw(st.integers(0, n - 1)) for n in state.problem.spec.output_shape)
    state = chosen(state, Pane.OUTPUT, at)
    assert state.at == at
    seen = set()
    for _ in range(20):
        lead = state.cells[Pane.INPUT][:2]
        seen.add(lead)
        if state.problem.symbol in ("y", "dx"):
            assert lead[0] == at[0]
        state = part_turned(state, 1)
    if hasattr(state.step, "terms"):
        assert len(seen) == len(state.step.terms)
    else:
        assert seen == {at[:2]}
    back = part_turned(part_turned(state, 1), -1)
    assert back.cells == state.cells


def test_moving_stops_at_the_edges_and_planes_go_round() -> None:
    state = state_of("3d", {"input": np.ones((2, 2, 3, 3, 3), int), "kernel": np.ones((3, 2, 2, 2, 2), int)})
    assert moved(state, -1, -1).at == state.at
    assert moved(state, 5, 5).at == (0, 0, 0, 1, 1)
    assert deepened(state, 9).at == (0, 0, 1, 0, 0)
    assert leading_turned(state, 1, -1).at == (0, 2, 0, 0, 0)
    assert leading_turned(state, 0, 3).at == (1, 0, 0, 0, 0)
    assert deepened(state_of("1d", {"input": [1, 2], "kernel": [1]}), 1).refused


def test_an_output_that_was_computed_for_another_problem_is_dropped() -> None:
    state = state_of("1d", {"input": [1, 2, 3], "kernel": [1]})
    other = after(state, "s")
    found = run(state.problem).output
    assert arrived(other, state.problem, found) is other
    assert arrived(replace(state, output=None), state.problem, found).output is found
    error = FitError("too large", given="1", expected="0", fix="none")
    assert failed(other, state.problem, error) is other


def test_a_change_whose_output_cannot_be_computed_is_taken_back() -> None:
    state = after(state_of("1d", {"input": [1, 2, 3], "kernel": [1]}), "s")
    error = FitError("too large", given="300", expected="at most 127", fix="none")
    found = failed(state, state.problem, error)
    assert found.asked is state.past[0]
    assert (found.past, found.future) == ((), ())
    assert found.refused
    assert found.said == "too large: 300; expected at most 127"


def test_what_overflows_is_refused() -> None:
    state = state_of("1d", {"input": [100, 1], "kernel": [1]}, dtype="int8")
    found = edited(state, Pane.KERNEL, (0, 0, 0), 2)
    assert found.refused
    assert found.asked is state.asked
    assert "200" in found.said


def test_a_reset_goes_back_to_the_start_and_can_be_undone() -> None:
    start = state_of("1d", {"input": [1, 2, 3], "kernel": [1]})
    state = after(start, "s", "p")
    assert reset(state).asked is start.asked
    assert undone(reset(state)).asked is state.asked


def test_all_gradients_at_once_are_refused() -> None:
    with pytest.raises(UsageError, match="one gradient at a time"):
        state_of("1d", {"input": [1, 2, 3], "kernel": [1]}, grad="all")


def test_a_message_is_one_line() -> None:
    state = state_of("1d", {"input": [1, 2], "kernel": [1]})
    assert refusing(state, "a\n  b").said == "a b"


def test_the_mouse_over_the_same_cell_changes_nothing() -> None:
    state = state_of("1d", {"input": [1, 2], "kernel": [1]})
    over = hovered(state, (Pane.INPUT, (0, 0, 1)))
    assert over.hover == (Pane.INPUT, (0, 0, 1))
    assert hovered(over, (Pane.INPUT, (0, 0, 1))) is over
    assert hovered(over, None).hover is None
