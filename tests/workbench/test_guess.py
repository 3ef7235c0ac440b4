from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.document import Role, Style, Writer
from convcli.numbers.grammar import Number, parse
from convcli.workbench.guess import answered, diagnosis, quizzed, revealed
from convcli.workbench.keys import pressed
from convcli.workbench.moves import chosen, stepped
from convcli.workbench.sheet import Sheet
from convcli.workbench.state import Pane, State
from convcli.workbench.story import story
from tests.workbench.requests import state_of, states

IMAGE = {
    "input": [[[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[2, 0, 1], [1, 3, 0], [0, 1, 2]]],
    "kernel": [[[[3, 1], [0, 2]], [[5, 0], [1, 4]]], [[[1, 1], [1, 1]], [[0, 2], [0, 0]]]],
    "bias": [100, 10],
}
"""Its first output: 3·1 + 1·2 + 2·5 = 15, and 5·2 + 1·1 + 4·3 = 23, and 100."""


def said(state: State, guess: Number) -> str:
    return diagnosis(Writer(state.problem, state.style), state.step, guess)


@pytest.mark.parametrize(
    ("guess", "mistake"),
    [
        (38, "the bias is missing"),
        (238, "the bias is in it twice"),
        (15, "that is the sum of channel 0 alone"),
        (123, "channel 0 is missing"),
        (12 + 6, "that is the sum of the patch, without the kernel"),
        (-138, "the sign is wrong"),
        (2 * 1 + 0 * 2 + 1 * 4 + 3 * 5 + 4 * 2 + 1 * 0 + 0 * 1 + 5 * 3 + 100, "that is with the kernel read backwards"),
        (138 - 10, "it is off by the product 5·2"),
        (138 + 3, "it is off by the product 1·3"),
        (138 + 1000, "that is too large"),
        (138 - 1000, "that is too small"),
        (0.1, "look at the products once more"),
    ],
)
def test_a_mistake_is_named(guess: Number, mistake: str) -> None:
    assert said(state_of("2d", IMAGE), guess) == mistake


def test_a_neighbour_is_named() -> None:
    signal = state_of("1d", {"input": [1, 2, 4, 8, 16], "kernel": [1, 10]})
    assert said(signal, 42) == "that is y[1]"
    assert said(chosen(signal, Pane.OUTPUT, (0, 0, 2)), 42) == "that is y[1]"
    assert said(chosen(state_of("2d", IMAGE), Pane.OUTPUT, (0, 1, 0, 0)), 138) == "that is y[0,0,0]"


@pytest.mark.parametrize(
    ("texts", "guess", "mistake"),
    [
        ({"kind": "max"}, -7, "that is the smallest"),
        ({"kind": "max"}, 7, "that is the largest magnitude; signs count"),
        ({"kind": "max"}, Fraction(1, 4), "that is the average"),
        ({"kind": "avg"}, 5, "that is the largest"),
        ({"kind": "avg"}, 1, "it is not divided yet"),
        ({"kind": "avg", "padding": "1", "count_include_pad": "false"}, Fraction(-7, 4), "that is divided by the 4 of all cells of the window"),
        ({"kind": "avg", "divisor": "2"}, Fraction(1, 4), "that is divided by the 4 of the cells on the input"),
        ({"kind": "lp"}, 5, "that is the largest"),
        ({"kind": "lp"}, 79, "the root is missing"),
        ({"kind": "avg"}, 50, "look at the window once more"),
    ],
)  # fmt: skip
def test_a_mistake_in_pooling_is_named(texts: dict[str, str], guess: Number, mistake: str) -> None:
    state = state_of("pool2d", {"input": [[-7, 1], [2, 5]]}, kernel_size="2", stride="2", **texts)
    assert said(state, guess) == mistake


@given(states(), st.data())
def test_what_is_right_or_reads_so_is_accepted(state: State, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(0, 3))):
        state = stepped(state, 1)
    state, value = quizzed(state), state.step.value
    shown = Writer(state.problem, state.style).number(Role.OUTPUT, value).text
    for guess in (value, value if "…" in shown else parse(shown)):
        found = answered(state, guess)
        assert not found.refused
        assert found.guessed == frozenset({state.at})
        assert found.said.startswith("right: ")
    wrong = answered(state, 10**9 + 7)
    assert wrong.refused
    assert wrong.guessed == frozenset()


def test_a_value_is_hidden_until_it_is_known() -> None:
    state = quizzed(state_of("1d", {"input": [1, 2, 3, 4], "kernel": [1, 0, -1]}))
    assert Sheet(state, Pane.OUTPUT).span(0, 0).text == "?"
    assert "Type its value" in "".join(span.text for line in story(state, 76) for span in line)
    found = pressed(pressed_all(state, "-", "2"), "enter", None)
    assert isinstance(found, State)
    assert found.said == "right: y[0] = -2"
    assert [Sheet(found, Pane.OUTPUT).span(0, column).text for column in (0, 1)] == ["-2", "?"]
    assert quizzed(found).guessed is None
    assert Sheet(quizzed(found), Pane.OUTPUT).span(0, 1).text == "-2"


def pressed_all(state: State, *keys: str) -> State:
    for key in keys:
        found = pressed(state, key, key)
        assert isinstance(found, State)
        state = found
    return state


def test_enter_on_nothing_typed_shows_the_value() -> None:
    state = quizzed(state_of("1d", {"input": [1, 2, 3, 4], "kernel": [1, 0, -1]}))
    found = pressed(state, "enter", None)
    assert isinstance(found, State)
    assert found.guessed == frozenset({(0, 0, 0)})
    assert revealed(state).guessed == frozenset({(0, 0, 0)})
    outside = replace(state, guessed=None)
    assert revealed(outside) is outside


def test_a_value_that_is_not_a_number_is_guessed_as_one() -> None:
    state = quizzed(state_of("1d", {"input": np.array([np.nan, 1]), "kernel": [1]}))
    assert not answered(state, float("nan")).refused
    assert answered(state, float("inf")).refused


def test_a_value_beyond_every_double_can_be_guessed() -> None:
    state = quizzed(state_of("1d", {"input": [10**400, 2], "kernel": [1]}))
    assert answered(state, 5).refused
    assert not answered(state, 10**400).refused


def test_the_value_that_is_shown_is_right_where_floats_round_on_the_way() -> None:
    state = quizzed(state_of("1d", {"input": np.array([1e16, 1, -1e16]), "kernel": np.ones(3)}))
    assert state.output is not None
    for number in (state.output.at(state.at), state.step.value):
        assert answered(state, number).said.startswith("right: y[0] = ")


def test_diagnoses_count_as_the_reader_does() -> None:
    state = state_of("2d", {"input": [[[1, 2], [3, 4]], [[4, 5], [6, 7]]], "kernel": [[[[1]], [[1]]]]})
    counting = replace(state, style=Style(from_one=True))
    assert said(counting, 4) == "channel 1 is missing"
    assert said(counting, 7) == "that is y[1,1,2]"
