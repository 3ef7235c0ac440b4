from dataclasses import replace
from pathlib import Path

import pytest

from convcli.document import Style
from convcli.workbench.moves import gone
from convcli.workbench.state import State
from tests.goldens import check
from tests.workbench.app.screens import screen
from tests.workbench.requests import state_of

GOLDENS = Path(__file__).parents[1] / "goldens"

CHANNELS: dict[str, object] = {
    "input": [[[1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15], [4, 8, 12, 16]], [[1] * 4, [2] * 4, [3] * 4, [4] * 4]],
    "kernel": [[[[1, 0], [0, 1]], [[1, 1], [1, 1]]], [[[0, 1], [1, 0]], [[0, 0], [0, 1]]], [[[1, 1], [1, 1]], [[-1, -1], [-1, -1]]]],
}  # fmt: skip
SIGNAL: dict[str, object] = {"input": [1, 2, 3, 4], "kernel": [1, 0, -1]}
VOLUME: dict[str, object] = {
    "input": [[[1, 2, 3], [4, 5, 6], [7, 8, 9]]] * 3,
    "kernel": [[[1, 0], [0, 1]], [[0, -1], [-1, 0]]],
}
PADDED = state_of("2d", CHANNELS, padding="1", stride="2")
COMMON = (80, 24)
WIDE = (120, 40)

SCREENS: dict[str, tuple[State, tuple[str, ...], tuple[int, int]]] = {
    "textbook": (state_of("2d", CHANNELS), (), COMMON),
    "textbook-wide": (state_of("2d", CHANNELS), (), WIDE),
    "least": (state_of("2d", CHANNELS), (), (60, 16)),
    "too-narrow": (state_of("2d", CHANNELS), (), (59, 16)),
    "too-low": (state_of("2d", CHANNELS), (), (60, 15)),
    "stepped": (PADDED, ("n", "n", "n", "]"), COMMON),
    "ascii": (replace(PADDED, ascii=True), ("tab", "right"), COMMON),
    "input": (PADDED, ("tab", "down", "right", ","), COMMON),
    "kernel": (PADDED, ("tab", "tab", "right"), COMMON),
    "signal": (state_of("1d", SIGNAL, padding="same"), ("n",), COMMON),
    "volume": (state_of("3d", VOLUME), ("pagedown", "tab"), COMMON),
    "pooling": (state_of("pool2d", {"input": CHANNELS["input"]}, kernel_size="3", ceil="true", kind="avg"), ("n",), COMMON),
    "transposed": (state_of("2d", CHANNELS), ("t", "s", "n"), COMMON),
    "input-gradient": (state_of("1d", SIGNAL, grad="input"), ("n",), COMMON),
    "kernel-gradient": (state_of("1d", SIGNAL | {"dy": [10, 1]}, grad="kernel"), (), COMMON),
    "bias-gradient": (state_of("2d", CHANNELS, grad="bias"), (), COMMON),
    "typing": (PADDED, ("tab", "1", "/", "3"), COMMON),
    "typed": (PADDED, ("tab", "1", "/", "3", "enter"), COMMON),
    "no-number": (PADDED, ("tab", "1", "/", "/", "enter"), COMMON),
    "refused": (state_of("2d", CHANNELS), ("d", "d", "d"), COMMON),
    "guessing": (state_of("1d", SIGNAL), ("v", "1", "enter"), COMMON),
    "guessed": (state_of("1d", SIGNAL), ("v", "-", "2", "enter"), COMMON),
    "prompt": (state_of("1d", SIGNAL), (":", *"padding sa"), COMMON),
    "keys": (state_of("1d", SIGNAL), ("?",), COMMON),
    "keys-wide": (state_of("1d", SIGNAL), ("?",), (120, 62)),
    "from-one": (gone(replace(PADDED, style=Style(from_one=True, fractions=True)), "3,2,2"), (), COMMON),
}  # fmt: skip


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_is_as_it_was(name: str, pytestconfig: pytest.Config) -> None:
    state, keys, size = SCREENS[name]
    shown = screen(state, *keys, size=size)
    assert shown.count("\n") == size[1]
    assert not state.ascii or shown.isascii()
    check(GOLDENS / f"{name}.txt", shown.encode(), pytestconfig)
