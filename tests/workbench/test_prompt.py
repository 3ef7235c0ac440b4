from dataclasses import replace

import pytest

from convcli.request.words import command_line
from convcli.workbench.guess import quizzed
from convcli.workbench.keys import FOOTER, GROUPS, KEYS, pressed
from convcli.workbench.moves import gone, turned
from convcli.workbench.prompt import VERBS, copied, known, obeyed
from convcli.workbench.state import Effect, Pane, State
from tests.workbench.requests import state_of

SIGNAL = {"input": [1, 2, 3, 4], "kernel": [1, 0, -1]}

IMAGE = {"input": [[[1, 2, 3, 4]] * 4] * 2, "kernel": [[[[1, 0], [0, 1]]] * 2] * 3}


def told(state: State, text: str) -> State:
    found = obeyed(state, text)
    assert isinstance(found, State)
    return found


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("padding same", {"padding": "same"}),
        ("padding 1:2,0:1", {"padding": "1:2,0:1"}),
        ("  stride   2 ", {"stride": "2"}),
        ("flip true", {"flip": "true"}),
        ("pad-value 1/3", {"pad-value": "1/3"}),
        ("layout nchw", {"layout": "nchw"}),
        ("grad kernel", {"grad": "kernel"}),
        ("dtype float32", {"dtype": "float32"}),
        ("dilation 1", {}),
        ("padding", {}),
        ("transposed true", {"transposed": "true"}),
    ],
)
def test_a_setting_is_what_it_is_told(text: str, settings: dict[str, str]) -> None:
    state = told(state_of("2d", IMAGE), text)
    assert not state.refused
    assert state.asked.texts == settings


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("paddng 1", "there is no paddng here; did you mean padding?"),
        ("ceil true", "ceil is a setting of pooling"),
        ("xyzzy", "there is no xyzzy here; there are at, size, "),
        ("stride x", "stride takes integers: stride `x`; expected "),
        ("transposed maybe", "transposed is neither true nor false"),
        ("kernel-size 2", "kernel-size is a setting of pooling"),
        ("at 0,9,9", "there is no such output element"),
        ("at x", "at takes integers"),
        ("size a", "size takes integers"),
        ("savee x", "there is no savee here; did you mean save?"),
        ("size 2,2", "choose one with Tab"),
        ("size 2,2,2", "sizes are 2 numbers from 1 on, not 2x2x2"),
        ("save", "say where to: save problem.yaml"),
        ("export ", "say where to: export page.html"),
        ("grad all", "the workbench shows one gradient at a time"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(text: str, why: str) -> None:
    state = state_of("2d", IMAGE)
    if text == "size 2,2,2":
        state = turned(state, 1)
    found = told(state, text)
    assert found.refused
    assert why in found.said
    assert found.asked is state.asked


def test_a_pooling_has_no_groups() -> None:
    found = told(state_of("pool1d", {"input": [1, 2]}, kernel_size="2"), "groups 2")
    assert found.said == "groups is a setting of convolutions"


def test_an_index_is_gone_to_as_it_is_shown() -> None:
    state = state_of("2d", IMAGE, layout="nchw")
    assert told(state, "at 2,1,0").at == (0, 2, 1, 0)
    assert gone(state, "2,1,0").at == (0, 2, 1, 0)


def test_a_size_is_that_of_the_focused_pane() -> None:
    state = state_of("1d", SIGNAL)
    assert told(state, "size 5").refused
    assert told(turned(state, 1), "size 6").shape(Pane.INPUT) == (1, 1, 6)
    assert told(state_of("2d", IMAGE), "size 3x3").refused


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("save p.yaml", Effect("save", "p.yaml")),
        ("export page.html", Effect("export", "page.html")),
        ("input @arange:5,5", Effect("read", "@arange:5,5", "input")),
        ("kernel 1 2; 3 4", Effect("read", "1 2; 3 4", "kernel")),
        ("bias", Effect("read", "", "bias")),
    ],
)
def test_files_are_for_the_program_around(text: str, effect: Effect) -> None:
    assert obeyed(state_of("2d", IMAGE), text) == effect


def test_nothing_typed_does_nothing() -> None:
    state = state_of("1d", SIGNAL)
    assert obeyed(state, "  ") is state


def test_every_word_of_the_prompt_is_known() -> None:
    for state in (state_of("2d", IMAGE), state_of("pool1d", {"input": [1, 2]}, kernel_size="2")):
        for word in known(state):
            found = obeyed(state, word)
            assert isinstance(found, Effect) or "there is no" not in found.said
    assert set(VERBS) < set(known(state_of("2d", IMAGE)))


def test_the_command_is_copied_if_it_can_be_typed() -> None:
    state = state_of("1d", SIGNAL)
    assert copied(state) == Effect("copy", "convcalc 1d -i '1 2 3 4' -k '1 0 -1'")
    large = state_of("1d", {"input": list(range(500)), "kernel": [1]})
    assert command_line(large.asked) is None
    found = copied(large)
    assert isinstance(found, State)
    assert "too large" in found.said


def test_every_key_does_something_somewhere() -> None:
    volume = state_of("3d", {"input": [[[[[1, 2], [3, 4]]] * 2] * 2] * 2, "kernel": [[[[[1]]]] * 2] * 2}, padding="1")
    pooled = state_of("pool2d", {"input": [[1, 2, 3]] * 3}, kernel_size="2", stride="1")
    asked = state_of("1d", SIGNAL)
    typing = pressed(asked, "v", "v")
    assert isinstance(typing, State)
    draft = pressed(typing, "5", "5")
    assert isinstance(draft, State)
    middle = [volume, pooled, asked, draft, typing]
    for key in KEYS:
        character = " " if key == "space" else key if len(key) == 1 else None
        if key == "0-9 - .":
            continue
        starts = [*middle, *(s for m in middle if isinstance(s := pressed(m, "end", None), State))]
        starts += [s for m in middle if isinstance(s := pressed(m, "s", "s"), State)]
        starts += [s for m in starts if isinstance(s := pressed(m, "u", "u"), State)]
        assert any(pressed(start, key, character) != start for start in starts), key


def test_every_key_is_explained_once() -> None:
    keys = [key.key for group in GROUPS.values() for key in group]
    assert len(keys) == len(set(keys))
    assert all(key.does for group in GROUPS.values() for key in group)
    assert len(FOOTER) <= 158


def test_a_key_that_means_nothing_does_nothing() -> None:
    state = state_of("1d", SIGNAL)
    assert pressed(state, "f1", None) is state
    assert pressed(state, "é", "é") is state


def test_keys_belong_to_a_number_while_it_is_typed() -> None:
    def after(*keys: str) -> State:
        state = turned(state_of("1d", SIGNAL), 1)
        for key in keys:
            found = pressed(state, key, key if len(key) == 1 else None)
            assert isinstance(found, State)
            state = found
        return state

    assert after("5", "backspace", "7").draft == "7"
    assert (after("5", "escape").draft, after("5", "escape").past) == (None, ())
    for key, column in (("tab", 1), ("enter", 0), ("right", 1), ("left", 0), ("down", 0), ("up", 0)):
        state = after("5", key)
        assert (state.asked.tensors["input"].numbers(), state.cells[Pane.INPUT][-1]) == ([5, 2, 3, 4], column)


def test_enter_on_nothing_typed_shows_a_hidden_value() -> None:
    state = quizzed(state_of("1d", SIGNAL))
    found = pressed(replace(state, draft=""), "enter", None)
    assert isinstance(found, State)
    assert found.guessed == frozenset({state.at})
