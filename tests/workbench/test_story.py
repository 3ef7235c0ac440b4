from dataclasses import replace

import numpy as np

from convcli.document import Line
from convcli.workbench.room import room
from convcli.workbench.sheet import Sheet
from convcli.workbench.state import Pane, State
from convcli.workbench.story import command, heading, rows_of, settings, story, title
from tests.workbench.requests import state_of


def words(*lines: Line) -> str:
    return "\n".join("".join(span.text for span in line) for line in lines)


def test_an_element_of_too_many_products_has_its_value_only() -> None:
    state = state_of("2d", {"input": np.ones((1, 150, 150), int), "kernel": np.ones((1, 1, 142, 142), int)})
    assert words(heading(state)) == "y[0,0,0] = 20164"
    assert words(*story(state, 76)) == "the sum of 20,164 products, too many to be written out here"


def test_a_command_that_is_too_long_keeps_its_settings_in_sight() -> None:
    state = state_of("1d", {"input": list(range(100, 200)), "kernel": [1, 0, -1]}, padding="same", stride="2")
    shown = words(command(state, 60))
    assert len(shown) <= 60
    assert shown.endswith("-s 2 -p same")
    assert words(command(state, 2000)).count("199") == 1
    assert words(command(replace(state, ascii=True), 60)).isascii()


def test_a_command_that_cannot_be_typed_says_what_to_do() -> None:
    state = state_of("1d", {"input": list(range(500)), "kernel": [1]})
    assert words(command(state, 80)) == "too large to be typed: w saves the problem to a file"


def test_the_title_of_a_gradient_is_that_of_its_convolution() -> None:
    state = state_of("1d", {"input": [1, 2, 3, 4], "kernel": [1, 0]}, grad="bias")
    assert words(title(state)) == "convcalc  conv1d.bias_gradient  1@4 * 2 -> 1@3  exact"


def test_settings_that_were_given_are_shown_and_none_is_broken() -> None:
    state = state_of("1d", {"input": [1, 2, 3, 4], "kernel": [1, 0]}, dtype="float32", layout="nchw")
    listed = settings(state)
    assert (":", "dtype", "float32") in listed
    for width in (30, 78, 200):
        rows = rows_of(listed, width)
        assert [entry for row in rows for entry in row] == listed
        assert all(len("   ".join(" ".join(entry) for entry in row)) <= width for row in rows)


def sheet(state: State, pane: Pane) -> list[str]:
    found = Sheet(state, pane)
    return [
        "".join(f"{found.span(row, column).text:>4}" for column in range(found.columns)) for row in range(found.rows)
    ]


def test_padding_shows_what_it_stands_for() -> None:
    signal = {"input": [1, 2, 3], "kernel": [1, 1]}
    assert sheet(state_of("1d", signal, padding="2"), Pane.INPUT) == ["  ░0  ░0   1   2   3  ░0  ░0"]
    assert sheet(state_of("1d", signal, padding="1", pad_value="1/3"), Pane.INPUT) == ["░0.333333   1   2   3░0.333333"]
    for mode, shown in (("reflect", "░2"), ("replicate", "░1"), ("circular", "░3")):
        assert sheet(state_of("1d", signal, padding="1:0", padding_mode=mode), Pane.INPUT) == [f"  {shown}   1   2   3"]
    pool = {"input": [1, 2, 3]}
    assert sheet(state_of("pool1d", pool, kernel_size="2", padding="1:0"), Pane.INPUT) == ["   ░   1   2   3"]
    hanging = state_of("pool1d", pool, kernel_size="2", padding="0", ceil="true", kind="avg")
    assert sheet(hanging, Pane.INPUT) == ["   1   2   3   ·"]


def test_an_output_that_is_not_there_yet_shows_the_chosen_element_only() -> None:
    state = state_of("3d", {"input": np.ones((3, 60, 60, 60), int), "kernel": np.ones((1, 3, 3, 3, 3), int)})
    assert state.output is None
    found = Sheet(state, Pane.OUTPUT)
    assert [found.span(0, column).text for column in (0, 1)] == ["81", "…"]


def test_numbers_of_a_large_tensor_have_room() -> None:
    for values in (np.arange(-5000, 5000), np.linspace(-1, 1, 10000) * 1e-9):
        state = state_of("1d", {"input": values, "kernel": [1]})
        found = Sheet(state, Pane.INPUT)
        assert all(len(found.span(0, column).text) <= found.width for column in range(0, 10000, 7))


def test_panes_share_the_screen_and_leave_room_for_words() -> None:
    for size in (2, 30, 300):
        state = state_of("2d", {"input": np.full((size, size), 1000), "kernel": [[1]]})
        sheets = {pane: Sheet(state, pane) for pane in state.panes}
        for width, height in ((60, 16), (80, 24), (120, 40), (300, 100)):
            found = room(sheets, width, height, 2)
            assert sum(found.widths.values()) == width
            assert min(found.widths.values()) >= 14
            assert 3 <= found.height <= height - 2 - 4 - 4


def test_both_values_are_told_where_the_arithmetic_shows() -> None:
    state = state_of("1d", {"input": np.array([1e16, 1, -1e16]), "kernel": np.ones(3)})
    told = words(*story(state, 80))
    assert "engine" in told
    assert "exact sum rounded once 1.0" in told


def test_a_sheet_of_the_same_numbers_is_not_measured_anew() -> None:
    state = state_of("1d", {"input": [1, 2, 300], "kernel": [1]})
    before = Sheet(state, Pane.INPUT)
    moved = replace(state, cells={**state.cells, Pane.INPUT: (0, 0, 2)})
    assert Sheet(moved, Pane.INPUT).after(before).measured == before.width == 3
    other = state_of("1d", {"input": [1, 2, 3], "kernel": [1]})
    assert Sheet(other, Pane.INPUT).after(before).measured is None
    assert Sheet(state, Pane.INPUT).after(None).measured is None
