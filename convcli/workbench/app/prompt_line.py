"""The line that a prompt is typed into."""

from textual.suggester import SuggestFromList
from textual.widgets import Input

from convcli.workbench.prompt import known
from convcli.workbench.state import State


class PromptLine(Input):
    """One line of text; what cannot be printed is not taken, wherever it was pasted from."""

    def __init__(self) -> None:
        super().__init__(id="prompt", compact=True, select_on_focus=False)
        self.display = False

    def validate_value(self, value: str) -> str:
        """The printable part of a text."""
        return "".join(filter(str.isprintable, value))

    def ask(self, state: State, start: str) -> None:
        """Show the line, with the beginning of what is typed and the words that it may begin with."""
        self.suggester = SuggestFromList([f"{word} " for word in known(state)])
        self.value = start
        self.display = True
        self.screen.set_focus(self)  # at once: the next key is already for this line
        self.cursor_position = len(start)
