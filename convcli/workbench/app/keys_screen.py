"""The keys, over the panes."""

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from convcli.workbench.keys import GROUPS


class KeysScreen(ModalScreen[None]):
    """Every key and what it does; any key closes it, but those that scroll."""

    AUTO_FOCUS = "VerticalScroll"

    def compose(self) -> ComposeResult:
        """The table of keys."""
        lines = []
        for group, keys in GROUPS.items():
            lines.append(Text(group, "bold"))
            lines += [Text.assemble((f"  {key.key:<11}", "cyan"), key.does) for key in keys]
        with VerticalScroll() as table:
            table.border_title = "any other key closes"
            yield Static(Text("\n").join(lines))

    def on_key(self, event: events.Key) -> None:
        """Close."""
        if event.key not in ("up", "down", "pageup", "pagedown", "home", "end"):
            event.stop()
            self.dismiss()
