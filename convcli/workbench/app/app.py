"""The screen: panes, words around them, a prompt. Every key and click becomes a transition, and the state is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual import events, work
from textual.app import App, ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from convcli.engine import run
from convcli.errors import ConvError
from convcli.render.glyphs import in_ascii
from convcli.render.roles import LOOKS
from convcli.workbench.app.keys_screen import KeysScreen
from convcli.workbench.app.plane import Plane
from convcli.workbench.keys import FOOTER, pressed
from convcli.workbench.moves import chosen, hovered, ticked
from convcli.workbench.prompt import known, obeyed
from convcli.workbench.room import Room, room
from convcli.workbench.sheet import Sheet
from convcli.workbench.state import Effect, Pane, State, arrived, failed, refusing, saying
from convcli.workbench.story import command, said, settings, sizes, story, title

if TYPE_CHECKING:
    from collections.abc import Callable

    from convcli.document import Line
    from convcli.numbers.tensor import Tensor
    from convcli.problem import Problem

LEAST = (60, 16)
"""Columns and rows below which there is no room for the panes."""


class Workbench(App[None]):
    """The interactive screen on a state."""

    CSS_PATH = "workbench.tcss"
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    TITLE = "convcalc"

    def __init__(self, state: State, outside: Callable[[State, Effect], State]) -> None:
        """`outside` reads and writes files, and gives the state after it; it may raise ConvError."""
        super().__init__(ansi_color=True)
        self.state = state
        self.outside = outside
        self.computing: Problem | None = None
        self.timer: Any = None

    def compose(self) -> ComposeResult:
        """The title, the panes, the working, the settings, the command, the message or prompt, and the keys."""
        yield Static(id="title")
        with Horizontal(id="panes"):
            for pane in Pane:
                yield Plane(pane)
        with VerticalScroll(id="working", can_focus=False):
            yield Static(id="story")
        yield Static(id="settings")
        yield Static(id="command")
        yield Static(id="said")
        yield Input(id="prompt", compact=True, select_on_focus=False)
        yield Static(FOOTER, id="footer", markup=False)
        yield Static(id="small", markup=False)

    def on_mount(self) -> None:
        """The first drawing."""
        self.query_one("#prompt", Input).display = False
        self.draw()

    def on_resize(self) -> None:
        """The screen has another size."""
        self.call_after_refresh(self.draw)

    def become(self, result: State | Effect) -> None:
        """Take the next state and draw it, or do what only the program can."""
        if isinstance(result, Effect):
            self.do(result)
            return
        self.state = result
        self.draw()

    def draw(self) -> None:
        """Draw the state."""
        state, width, height = self.state, self.size.width, self.size.height
        small = width < LEAST[0] or height < LEAST[1]
        self.screen.set_class(small, "small")
        if small:
            needs = f"convcalc needs {LEAST[0]} columns and {LEAST[1]} rows; here are {width} and {height}. q quits."
            self.query_one("#small", Static).update(needs)
            return
        sheets = {pane: Sheet(state, pane) for pane in state.panes}
        layout = room(sheets, width, height)
        self._arrange(layout)
        for pane in Pane:
            if pane in sheets:
                self.query_one(f"#{pane.value}", Plane).show(state)
        self._say("#title", [title(state)])
        inner = width - 4
        lines = story(state, inner)
        if layout.sizes:
            lines = [*lines, (), *sizes(state, inner)]
        self._say("#story", lines)
        self._say("#command", [command(state)])
        self._say("#said", [said(state)])
        self.query_one("#settings", Static).update(_settings(state))
        self._compute()
        self._play()

    def _arrange(self, layout: Room) -> None:
        for pane in Pane:
            plane = self.query_one(f"#{pane.value}", Plane)
            plane.display = pane in layout.widths
            if pane in layout.widths:
                plane.styles.width = layout.widths[pane]
        self.query_one("#panes").styles.height = layout.height
        self.query_one("#settings").styles.height = layout.settings

    def _say(self, where: str, lines: list[Line]) -> None:
        spans = (tuple(map(in_ascii, line)) if self.state.ascii else line for line in lines)
        drawn = (Text.assemble(*((span.text, LOOKS[span.role].terminal) for span in line)) for line in spans)
        self.query_one(where, Static).update(Text("\n", no_wrap=True).join(drawn))

    def _compute(self) -> None:
        """Have an output computed that the state does without so far."""
        if self.state.output is None and self.computing is not self.state.problem:
            self.computing = self.state.problem
            self._run(self.state.problem)

    @work(thread=True, exclusive=True)
    def _run(self, problem: Problem) -> None:
        try:
            output = run(problem).output
        except ConvError as error:
            self.call_from_thread(self._failed, problem, error)
        else:
            self.call_from_thread(self._arrived, problem, output)

    def _arrived(self, problem: Problem, output: Tensor) -> None:
        self.become(arrived(self.state, problem, output))

    def _failed(self, problem: Problem, error: ConvError) -> None:
        self.become(failed(self.state, problem, error))

    def _play(self) -> None:
        """Have the next step played in time, or no more."""
        if self.timer is not None:
            self.timer.stop()
            self.timer = None
        if self.state.playing:
            self.timer = self.set_timer(self.state.pace, lambda: self.become(ticked(self.state)))

    def on_key(self, event: events.Key) -> None:
        """A key that no prompt has taken."""
        if self.query_one("#prompt", Input).display:
            if event.key == "escape":
                self._close()
            return
        event.prevent_default()
        event.stop()
        self.become(pressed(self.state, event.key, event.character if event.is_printable else None))

    def on_plane_pointed(self, message: Plane.Pointed) -> None:
        """The mouse points at a cell, or chooses it."""
        if message.pressed and message.index is not None:
            self.become(chosen(self.state, message.pane, message.index))
            return
        cell = None if message.index is None else (message.pane, message.index)
        after = hovered(self.state, cell)
        if after is not self.state:
            self.become(after)

    def do(self, effect: Effect) -> None:
        """Write, copy, ask, or leave."""
        if effect.kind == "quit":
            self.exit()
        elif effect.kind == "help":
            self.push_screen(KeysScreen())
        elif effect.kind == "prompt":
            self._ask(effect.text)
        elif effect.kind == "copy":
            self.copy_to_clipboard(effect.text)
            self.become(saying(self.state, "the command was sent to the clipboard, where the terminal has one"))
        else:
            try:
                self.become(self.outside(self.state, effect))
            except ConvError as error:
                self.become(refusing(self.state, error))

    def _ask(self, start: str) -> None:
        prompt = self.query_one("#prompt", Input)
        prompt.suggester = SuggestFromList([f"{word} " for word in known(self.state)])
        prompt.value = start
        prompt.display = True
        self.query_one("#said").display = False
        prompt.focus()
        prompt.cursor_position = len(start)

    def _close(self) -> None:
        self.query_one("#prompt", Input).display = False
        self.query_one("#said").display = True
        self.set_focus(None)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """What the prompt was told."""
        self._close()
        self.become(obeyed(self.state, event.value))

    def action_ask(self, name: str) -> None:
        """A setting was clicked."""
        self._ask(f"{name} ")


def _settings(state: State) -> Text:
    """The settings, each with its key, to be clicked on."""
    line = Text()
    for number, (key, name, now) in enumerate(settings(state)):
        part = Text.assemble((key, "bold underline"), f" {name} ", (now, "bold"))
        part.apply_meta({"@click": f"app.ask('{name}')"})
        line.append("   " if number else "")
        line.append_text(part)
    return line
