"""Which key does what: one table, that the screen obeys and its help shows."""

from collections.abc import Callable
from dataclasses import dataclass

from convcli.workbench.asking import redone, reset, undone
from convcli.workbench.change import ceiled, flipped, nudged, operated, regrouped, remoded, transposed_toggled
from convcli.workbench.edit import STARTS, cancelled, committed, grown, opened, rubbed, typed
from convcli.workbench.guess import quizzed, revealed
from convcli.workbench.moves import (
    deepened,
    ended,
    leading_turned,
    moved,
    paced,
    part_turned,
    played,
    stepped,
    turned,
)
from convcli.workbench.prompt import copied
from convcli.workbench.state import Effect, Pane, State

Transition = Callable[[State], State | Effect]


@dataclass(frozen=True, slots=True)
class Key:
    """One key, by its character or by its name."""

    key: str
    does: str
    transition: Transition


def _asking(start: str) -> Transition:
    """A prompt is opened, with the beginning of what is typed."""
    return lambda state: Effect("prompt", start)


def _entered(state: State) -> State:
    """Enter on the chosen cell: type on, or in guess mode show the value."""
    if state.focus is Pane.OUTPUT and state.guessed is not None:
        return revealed(state)
    return opened(state)


GROUPS: dict[str, tuple[Key, ...]] = {
    "Look": (
        Key("up", "cell up", lambda s: moved(s, -1, 0)),
        Key("down", "cell down", lambda s: moved(s, 1, 0)),
        Key("left", "cell left", lambda s: moved(s, 0, -1)),
        Key("right", "cell right", lambda s: moved(s, 0, 1)),
        Key("tab", "next pane", lambda s: turned(s, 1)),
        Key("shift+tab", "pane before", lambda s: turned(s, -1)),
        Key(",", "next input channel of the sum", lambda s: part_turned(s, 1)),
        Key(";", "input channel before", lambda s: part_turned(s, -1)),
        Key("]", "next output channel", lambda s: leading_turned(s, 1, 1)),
        Key("[", "output channel before", lambda s: leading_turned(s, 1, -1)),
        Key("}", "next batch item", lambda s: leading_turned(s, 0, 1)),
        Key("{", "batch item before", lambda s: leading_turned(s, 0, -1)),
        Key("pagedown", "plane behind, of a volume", lambda s: deepened(s, 1)),
        Key("pageup", "plane before", lambda s: deepened(s, -1)),
        Key(")", "working further down", lambda state: Effect("scroll", "1")),
        Key("(", "working further up", lambda state: Effect("scroll", "-1")),
    ),
    "Step": (
        Key("n", "next output", lambda s: stepped(s, 1)),
        Key("b", "output before", lambda s: stepped(s, -1)),
        Key("home", "first output", lambda s: ended(s, last=False)),
        Key("end", "last output", lambda s: ended(s, last=True)),
        Key("space", "play, pause", played),
        Key(">", "play faster", lambda s: paced(s, -1)),
        Key("<", "play slower", lambda s: paced(s, 1)),
        Key("a", "go at an index", _asking("at ")),
        Key("v", "hide the values and guess; show them again", quizzed),
    ),
    "Edit": (
        Key("0-9 - .", "type a number: 3, -.5, 1/3, .nan", lambda s: s),
        Key("enter", "type on; take it and go down", _entered),
        Key("escape", "leave it as it was", cancelled),
        Key("ctrl+down", "one row more", lambda s: grown(s, -2, 1)),
        Key("ctrl+up", "one row less", lambda s: grown(s, -2, -1)),
        Key("ctrl+right", "one column more", lambda s: grown(s, -1, 1)),
        Key("ctrl+left", "one column less", lambda s: grown(s, -1, -1)),
        Key("u", "undo", undone),
        Key("r", "redo", redone),
        Key("z", "back to the start", reset),
    ),
    "Set": (
        Key("s", "stride larger (S smaller)", lambda s: nudged(s, "stride", 1)),
        Key("S", "stride smaller", lambda s: nudged(s, "stride", -1)),
        Key("p", "padding larger (P smaller)", lambda s: nudged(s, "padding", 1)),
        Key("P", "padding smaller", lambda s: nudged(s, "padding", -1)),
        Key("d", "dilation larger (D smaller)", lambda s: nudged(s, "dilation", 1)),
        Key("D", "dilation smaller", lambda s: nudged(s, "dilation", -1)),
        Key("k", "pooling: window larger (K smaller)", lambda s: nudged(s, "kernel-size", 1)),
        Key("K", "pooling: window smaller", lambda s: nudged(s, "kernel-size", -1)),
        Key("g", "groups", regrouped),
        Key("m", "padding mode", remoded),
        Key("f", "flip: true convolution", flipped),
        Key("t", "transposed", transposed_toggled),
        Key("o", "operation: convolution, max, avg, lp", operated),
        Key("i", "pooling: ceil mode", ceiled),
        Key(":", "anything by its name: padding same", _asking("")),
    ),
    "Keep": (
        Key("c", "copy the command", copied),
        Key("w", "save the problem as YAML", _asking("save ")),
        Key("x", "export: .html .svg .md .tex .png; numpy y.py", _asking("export ")),
        Key("?", "these keys", lambda state: Effect("help")),
        Key("q", "quit", lambda state: Effect("quit")),
    ),
}
"""Every key, by purpose."""

KEYS = {key.key: key.transition for keys in GROUPS.values() for key in keys}

FOOTER = "? keys  q quit  n next  space play  Tab pane  0-9 edit  u undo  : set  w save"
"""The keys that are shown all the time."""


def pressed(state: State, key: str, character: str | None) -> State | Effect:
    """What a key does: to a number that is being typed, to begin one, or by the table."""
    if state.draft is not None:
        drafting = _drafting(state, key, character)
        if drafting is not None:
            return drafting
    if character is not None and character in STARTS:
        return typed(state, character)
    transition = KEYS.get(character or "") or KEYS.get(key)
    return state if transition is None else transition(state)


def _drafting(state: State, key: str, character: str | None) -> State | None:
    """What a key does to a number that is being typed; None for one that does nothing to it."""
    if key == "enter":
        return revealed(state) if state.draft == "" and state.focus is Pane.OUTPUT else committed(state, 1, 0)
    if key == "tab":
        return committed(state, 0, 1)
    if key == "escape":
        return cancelled(state)
    if key == "backspace":
        return rubbed(state)
    if key in ("up", "down", "left", "right"):
        rows, columns = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}[key]
        return committed(state, rows, columns)
    return typed(state, character) if character is not None and character.isprintable() else None
