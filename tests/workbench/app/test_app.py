from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from textual import events
from textual.pilot import Pilot

from convcli.errors import OutputError
from convcli.workbench.app.app import INTERRUPTED, Workbench
from convcli.workbench.app.plane import Plane
from convcli.workbench.edit import edited
from convcli.workbench.moves import gone
from convcli.workbench.state import Effect, Pane, State, saying
from tests.workbench.app.screens import played, screen, text
from tests.workbench.requests import state_of

SIGNAL: dict[str, object] = {"input": [1, 2, 3, 4], "kernel": [1, 0, -1]}
IMAGE: dict[str, object] = {"input": np.arange(16).reshape(4, 4), "kernel": [[1, 2], [3, 4]]}
LARGE: dict[str, object] = {"input": np.ones((1, 3, 224, 224), np.int64), "kernel": np.ones((8, 3, 3, 3), np.int64)}

Bench = Pilot[Any]


async def settled(app: Workbench, pilot: Bench) -> None:
    """Wait until the output that is being computed has come."""
    for _ in range(200):
        if app.state.output is not None:
            break
        await pilot.pause(0.05)
    await pilot.pause()


def test_the_mouse_over_a_cell_lights_what_belongs_to_it_and_lets_go() -> None:
    async def script(app: Workbench, pilot: Bench) -> None:
        await pilot.hover("#output", offset=(2 + 4 * 1, 2))  # past the border, in the second column and row
        await pilot.pause()
        assert app.state.hover == (Pane.OUTPUT, (0, 0, 1, 1))
        assert "[ 5  6]" in text(app)
        await pilot.hover("#footer")
        await pilot.pause()
        assert app.state.hover is None
        assert app.state.at == (0, 0, 0, 0)

    played(state_of("2d", IMAGE), script)


def test_a_click_chooses_and_a_key_goes_on_from_there() -> None:
    async def script(app: Workbench, pilot: Bench) -> None:
        await pilot.click("#input", offset=(2 + 3 * 2, 3))
        await pilot.pause()
        assert (app.state.focus, app.state.cells[Pane.INPUT]) == (Pane.INPUT, (0, 0, 2, 2))
        await pilot.press("right")
        assert app.state.cells[Pane.INPUT] == (0, 0, 2, 3)
        assert app.state.hover is None

    played(state_of("2d", IMAGE), script)


def test_a_click_on_padding_or_beside_the_cells_chooses_nothing() -> None:
    async def script(app: Workbench, pilot: Bench) -> None:
        before = app.state.cells
        await pilot.click("#input", offset=(2, 1))
        await pilot.click("#output", offset=(40, 6))
        await pilot.click("#output", offset=(0, 0))
        await pilot.pause()
        assert app.state.cells == before

    played(state_of("2d", IMAGE, padding="1"), script)


def test_a_click_on_a_setting_asks_for_it() -> None:
    async def script(app: Workbench, pilot: Bench) -> None:
        at = text(app).splitlines()
        row = next(number for number, line in enumerate(at) if "padding 0" in line)
        await pilot.click(offset=(at[row].index("padding"), row))
        await pilot.press(*"same", "enter")
        assert app.state.asked.texts["padding"] == "same"

    played(state_of("2d", IMAGE), script)


def test_the_prompt_is_left_with_escape_and_nothing_has_changed() -> None:
    async def script(app: Workbench, pilot: Bench) -> None:
        before = app.state
        await pilot.press(":", *"stride 2", "escape")
        assert app.state is before
        await pilot.press("s")
        assert app.state.asked.texts == {"stride": "2"}

    played(state_of("2d", IMAGE), script)


def test_the_wheel_scrolls_a_pane_and_the_mouse_does_not_scroll_it_back() -> None:
    async def script(app: Workbench, pilot: Bench) -> None:
        await settled(app, pilot)
        plane = app.query_one("#input", Plane)
        plane.scroll_to(y=40, animate=False, immediate=True)
        await pilot.pause()
        await pilot.hover("#input", offset=(10, 4))
        await pilot.pause()
        assert app.state.hover is not None
        assert plane.scroll_offset.y == 40
        await pilot.press("n")
        await pilot.pause()
        assert plane.scroll_offset.y < 40

    played(state_of("2d", LARGE, padding="1"), script)


def test_a_large_output_arrives_while_its_first_element_is_there() -> None:
    async def script(app: Workbench, pilot: Bench) -> None:
        assert "y[0,0,0,0] = 12" in text(app)
        await settled(app, pilot)
        assert app.state.output is not None
        assert "▐12▌18 18" in text(app)

    state = state_of("2d", LARGE, padding="1")
    assert state.output is None
    assert state.value(state.at) == 12
    played(state, script)


def test_a_large_output_that_overflows_takes_back_what_led_to_it() -> None:
    async def script(app: Workbench, pilot: Bench) -> None:
        await settled(app, pilot)
        start = app.state.asked
        await pilot.press("tab", "tab", *"120", "enter")
        for _ in range(100):
            if app.state.refused:
                break
            await pilot.pause(0.05)
        assert app.state.refused
        assert "int8" in app.state.said
        assert app.state.asked is start
        assert app.state.future == ()
        await settled(app, pilot)

    played(state_of("2d", LARGE, padding="1", dtype="int8"), script)


def test_an_output_that_overflows_is_not_gone_to_before_all_are_computed() -> None:
    async def script(app: Workbench, pilot: Bench) -> None:
        app.computing = app.state.problem  # as if it took long
        await pilot.press("n")
        assert app.state.at == (0, 0, 0, 1)
        await pilot.press(">", ">", "space")
        for _ in range(100):
            if not app.state.playing:
                break
            await pilot.pause(0.05)
        assert app.state.at == (0, 0, 0, 1)
        assert not app.state.playing
        assert "int8" in text(app)

    image = np.ones((1, 3, 224, 224), np.int64)
    image[0, 0, 1, 3] = 127
    played(state_of("2d", LARGE | {"input": image}, padding="1", dtype="int8"), script)


def test_a_change_after_which_the_chosen_output_overflows_is_refused_at_once() -> None:
    state = gone(state_of("2d", LARGE, padding="1", dtype="int8"), "0,0,5,5")
    after = edited(state, Pane.KERNEL, (0, 0, 1, 1), 120)
    assert after.refused
    assert after.asked is state.asked


def test_playing_steps_by_itself_and_stops_at_the_end() -> None:
    async def script(app: Workbench, pilot: Bench) -> None:
        await pilot.press(">", ">", "space")
        assert app.state.playing
        assert "playing, 0.1 s a step" in text(app)
        for _ in range(100):
            if not app.state.playing:
                break
            await pilot.pause(0.05)
        assert app.state.at == (0, 0, 2, 2)
        assert app.timer is None

    played(state_of("2d", IMAGE), script)


def test_playing_pauses() -> None:
    async def script(app: Workbench, pilot: Bench) -> None:
        await pilot.press("<", "<", "space", "space")
        assert not app.state.playing
        assert app.timer is None

    played(state_of("2d", IMAGE), script)


def test_files_are_written_by_the_program_around_and_its_errors_shown() -> None:
    told: list[Effect] = []

    def outside(state: State, effect: Effect) -> State:
        told.append(effect)
        if effect.text == "full":
            raise OutputError("the disk is full", given="full", expected="space", fix="make room")
        return saying(state, "written")

    async def script(app: Workbench, pilot: Bench) -> None:
        await pilot.press("w", *"p.yaml", "enter")
        assert app.state.said == "written"
        await pilot.press("x", *"full", "enter")
        assert app.state.refused
        assert app.state.said == "the disk is full: full; expected space"

    played(state_of("1d", SIGNAL), script, outside=outside)
    assert told == [Effect("save", "p.yaml"), Effect("export", "full")]


def test_the_command_is_copied_to_the_clipboard() -> None:
    async def script(app: Workbench, pilot: Bench) -> None:
        await pilot.press("c")
        assert app.clipboard == "convcalc 1d -i '1 2 3 4' -k '1 0 -1'"
        assert "clipboard" in text(app)

    played(state_of("1d", SIGNAL), script)


@pytest.mark.parametrize(("key", "code"), [("q", 0), ("ctrl+q", 0), ("ctrl+c", INTERRUPTED)])
def test_a_key_quits(key: str, code: int) -> None:
    apps = []

    async def script(app: Workbench, pilot: Bench) -> None:
        apps.append(app)
        await pilot.press(key)

    played(state_of("1d", SIGNAL), script)
    assert apps[0].return_code == code


def test_the_keys_are_closed_by_any_key_but_those_that_scroll() -> None:
    async def script(app: Workbench, pilot: Bench) -> None:
        await pilot.press("?", "down")
        assert len(app.screen_stack) == 2
        before = app.state
        await pilot.press("s")
        assert len(app.screen_stack) == 1
        assert app.state is before

    played(state_of("1d", SIGNAL), script)


def test_a_long_working_is_scrolled_by_keys() -> None:
    async def script(app: Workbench, pilot: Bench) -> None:
        working = app.query_one("#working")
        await pilot.press(")", ")")
        await pilot.pause()
        assert working.scroll_offset.y == 6
        await pilot.press("(")
        await pilot.pause()
        assert working.scroll_offset.y == 3

    played(state_of("2d", {"input": np.ones((4, 6, 6), int), "kernel": np.ones((1, 4, 3, 3), int)}), script)


def test_another_size_of_the_terminal_is_drawn_anew() -> None:
    async def script(app: Workbench, pilot: Bench) -> None:
        await pilot.resize_terminal(50, 10)
        await pilot.pause()
        assert "convcalc needs 60 columns and 16 rows; here are 50 and 10." in " ".join(text(app).split())
        await pilot.press("n")
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        assert "y[0,1]" in text(app)

    played(state_of("2d", IMAGE), script)


UNSAFE = {"\x1b", "\u202e", "\u2066"}
HOSTILE = "x[red]\x1b[31m\u202e[@click=app.quit]\u2066.yaml"


def test_names_of_files_stay_inert_everywhere() -> None:
    state = state_of("1d", {"input": [1, 2], "kernel": [1]})
    state = replace(state, asked=replace(state.asked, sources={"input": HOSTILE}))

    def outside(state: State, effect: Effect) -> State:
        return saying(state, f"written to {effect.text}")

    async def script(app: Workbench, pilot: Bench) -> None:
        for keys in ((), ("?",), ("escape", ":")):
            await pilot.press(*keys)
            await pilot.pause()
            assert not UNSAFE & set(text(app))
        assert "x[red]\\x1b[31m\\u202e[@click=app.quit]\\u2066" in text(app)
        await pilot.press("escape")
        for told in ("save ", "padding ", "at ", ""):
            await pilot.press(":", *told)
            app.post_message(events.Paste(HOSTILE))
            for key in ("right", "enter"):
                await pilot.pause()
                assert "x[red]" in text(app)
                assert not UNSAFE & set(text(app))
                await pilot.press(key)

    played(state, script, outside=outside)


def test_without_colour_the_screen_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    state = gone(state_of("2d", IMAGE, padding="1"), "1,1")
    coloured = screen(state, "tab", "right")
    monkeypatch.setenv("NO_COLOR", "1")

    async def script(app: Workbench, pilot: Bench) -> None:
        await pilot.press("tab", "right")
        assert app.no_color

    assert played(state, script) == coloured


def test_a_name_beyond_ascii_is_escaped_where_only_ascii_can_be_shown() -> None:
    state = state_of("1d", {"input": [1, 2], "kernel": [1]})
    state = replace(state, ascii=True, asked=replace(state.asked, sources={"input": "é.yaml"}))
    shown = screen(state)
    assert shown.isascii()
    assert "\\xe9.yaml" in shown
