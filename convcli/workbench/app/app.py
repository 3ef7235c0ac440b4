"""The screen: panes, words around them, a prompt. Every key and click becomes a transition, and the state is drawn."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual import events, work
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, Static

from convcli.engine import run
from convcli.errors import ConvError
from convcli.workbench.app.drawn import drawn, drawn_settings
from convcli.workbench.app.keys_screen import KeysScreen
from convcli.workbench.app.plane import Plane
from convcli.workbench.app.prompt_line import PromptLine
from convcli.workbench.asking import arrived, failed
from convcli.workbench.keys import FOOTER, pressed
from convcli.workbench.moves import chosen, hovered, ticked
from convcli.workbench.prompt import obeyed
from convcli.workbench.room import Room, room
from convcli.workbench.sheet import Sheet
from convcli.workbench.state import Effect, Pane, State, refusing, saying
from convcli.workbench.story import command, heading, rows_of, said, settings, sizes, story, title

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.text import Text

    from convcli.document import Line
    from convcli.numbers.tensor import Tensor
    from convcli.problem import Problem

INTERRUPTED = 130
"""The exit code after control-C."""

TERMINATED = 143
"""The exit code after a signal to end."""

QUITTING = ("ctrl+c", "ctrl+q")
"""Keys that leave, whatever has the keys."""

LEAST = (60, 16)
"""Columns and rows below which there is no room for the panes."""


class Workbench(App[None]):
    """The interactive screen on a state."""

    CSS_PATH = "workbench.tcss"
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    TITLE = "convcalc"
    BINDINGS = [Binding("ctrl+c", "interrupt", priority=True)]  # noqa: RUF012  # as Textual has it

    def __init__(self, state: State, outside: Callable[[State, Effect], State]) -> None:
        """`outside` reads and writes files, and gives the state after it; it may raise ConvError."""
        super().__init__(ansi_color=True)
        self.state = state
        self.outside = outside
        self.computing: Problem | None = None
        self.timer: Any = None
        self.written: dict[str, Text] = {}
        self.failure: Exception | None = None

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
        yield PromptLine()
        yield Static(FOOTER, id="footer", markup=False)
        yield Static(id="small", markup=False)

    def on_mount(self) -> None:
        """The first drawing."""
        self.screen.set_class(self.state.ascii, "ascii")
        if not self.is_headless:
            with contextlib.suppress(NotImplementedError):  # where there are no signals
                asyncio.get_running_loop().add_signal_handler(signal.SIGINT, self.action_interrupt)
                asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.exit, None, TERMINATED)
        self.draw()

    def on_resize(self) -> None:
        """The screen has another size."""
        self.call_after_refresh(self.draw)

    def become(self, result: State | Effect) -> None:
        """Take the next state and draw it, or do what only the program can."""
        if isinstance(result, Effect):
            self.do(result)
            return
        before, self.state = self.state, result
        try:
            self.draw()
        except ConvError as error:  # an output that its type does not hold, met before all of them were computed
            self.state = refusing(replace(before, playing=False), error)
            self.draw()

    def obey(self, transition: Callable[[State], State | Effect]) -> None:
        """Go on from the state; what a transition cannot do is refused."""
        try:
            result = transition(self.state)
        except ConvError as error:
            result = refusing(replace(self.state, playing=False), error)
        self.become(result)

    def _handle_exception(self, error: Exception) -> None:
        """A bug of ours ends the program, and is told by who started it, below a sane terminal."""
        if self.is_headless:
            super()._handle_exception(error)
        elif self.failure is None:
            self.failure = error
            self.exit()

    def draw(self) -> None:
        """Draw the state."""
        state, width, height = self.state, self.size.width, self.size.height
        small = width < LEAST[0] or height < LEAST[1]
        self.screen.set_class(small, "small")
        if small:
            needs = f"convcalc needs {LEAST[0]} columns and {LEAST[1]} rows; here are {width} and {height}. q quits."
            self.query_one("#small", Static).update(needs)
            return
        planes = {pane: self.query_one(f"#{pane.value}", Plane) for pane in state.panes}
        sheets = {pane: Sheet(state, pane).after(plane.sheet) for pane, plane in planes.items()}
        inner = width - 4
        listed = rows_of(settings(state), width - 2)
        layout = room(sheets, width, height, len(listed))
        self._arrange(layout)
        for pane, sheet in sheets.items():
            planes[pane].show(sheet)
        self._say("#title", [title(state)])
        lines = story(state, inner)
        if layout.sizes:
            lines = [*lines, (), *sizes(state, inner)]
        self._say("#story", lines)
        self.query_one("#working").border_title = drawn([heading(state)], ascii=state.ascii)
        self._say("#command", [command(state, width - 2)])
        self._say("#said", [said(state)], wrapped=True)
        self._write("#settings", drawn_settings(listed))
        self._compute()
        self._play()

    def _arrange(self, layout: Room) -> None:
        for pane in Pane:
            plane = self.query_one(f"#{pane.value}", Plane)
            plane.display = pane in layout.widths
            if pane in layout.widths:
                plane.styles.width = layout.widths[pane]
        self.query_one("#panes").styles.height = layout.height

    def _say(self, where: str, lines: list[Line], *, wrapped: bool = False) -> None:
        self._write(where, drawn(lines, ascii=self.state.ascii, wrapped=wrapped))

    def _write(self, where: str, text: Text) -> None:
        """Draw a text anew if it is another; the screen is laid out anew only where its size is another too."""
        before = self.written.get(where)
        if before is not None and (before.plain, before.spans) == (text.plain, text.spans):
            return
        self.written[where] = text
        alike = before is not None and text.no_wrap and _rows(before) == _rows(text)
        self.query_one(where, Static).update(text, layout=not alike)

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
        self.obey(lambda state: arrived(state, problem, output))

    def _failed(self, problem: Problem, error: ConvError) -> None:
        self.obey(lambda state: failed(state, problem, error))

    def _play(self) -> None:
        """Have the next step played in time, or no more."""
        if self.timer is not None:
            self.timer.stop()
            self.timer = None
        if self.state.playing:
            self.timer = self.set_timer(self.state.pace, lambda: self.obey(ticked))

    async def on_event(self, event: events.Event) -> None:
        """A key is obeyed as it arrives, so that those behind one that opens a prompt are the prompt's."""
        ours = isinstance(event, events.Key) and self.focused is None and len(self.screen_stack) == 1
        if isinstance(event, events.Key) and ours and event.key not in QUITTING:
            key, character = event.key, event.character if event.is_printable else None
            self.obey(lambda state: pressed(state, key, character))
        else:
            await super().on_event(event)

    def on_key(self, event: events.Key) -> None:
        """A key that the prompt has no use for."""
        if event.key == "escape" and self.query_one(PromptLine).display:
            self._close()

    def on_plane_pointed(self, message: Plane.Pointed) -> None:
        """The mouse points at a cell, or chooses it."""
        pane, index = message.pane, message.index
        if message.pressed and index is not None:
            self.obey(lambda state: chosen(state, pane, index))
            return
        cell = None if index is None else (pane, index)
        after = hovered(self.state, cell)
        if after is not self.state:
            self.become(after)

    def do(self, effect: Effect) -> None:
        """Write, copy, ask, or leave."""
        if effect.kind == "quit":
            self.exit()
        elif effect.kind == "scroll":
            self.query_one("#working").scroll_relative(y=3 * int(effect.text), animate=False)
        elif effect.kind == "help":
            self.push_screen(KeysScreen())
        elif effect.kind == "prompt":
            self._ask(effect.text)
        elif effect.kind == "copy":
            self.copy_to_clipboard(effect.text)
            said = "the command was sent to the clipboard, where the terminal has one; q prints it too"
            self.become(saying(self.state, said))
        else:
            self.obey(lambda state: self.outside(state, effect))

    def _ask(self, start: str) -> None:
        self.query_one("#said").display = False
        self.query_one(PromptLine).ask(self.state, start)

    def _close(self) -> None:
        self.query_one(PromptLine).display = False
        self.query_one("#said").display = True
        self.set_focus(None)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """What the prompt was told."""
        self._close()
        self.obey(lambda state: obeyed(state, event.value))

    def action_interrupt(self) -> None:
        """Control-C, as a key or as a signal, leaves at once."""
        self.exit(return_code=INTERRUPTED)

    def action_ask(self, name: str) -> None:
        """A setting was clicked."""
        self._ask(f"{name} ")


def _rows(text: Text) -> int:
    """Rows of a text that is not wrapped."""
    return text.plain.count("\n")
