"""How the screen is shared out: widths of the panes, their height, and what is left for words."""

from dataclasses import dataclass

from convcli.workbench.sheet import Sheet
from convcli.workbench.state import Pane

AROUND = 3
"""Border and last sign of a pane."""

LEAST = 14
"""Columns that no pane goes below."""


@dataclass(frozen=True, slots=True)
class Room:
    """Columns of each pane, rows of all, and whether the sizes are derived below the working."""

    widths: dict[Pane, int]
    height: int
    sizes: bool


def room(sheets: dict[Pane, Sheet], width: int, height: int, settings: int) -> Room:
    """The sharing for a screen of so many columns and rows, with so many rows of settings."""
    needs = {
        pane: max(sheet.columns * (sheet.width + 1) + AROUND, len(sheet.title) + 6) for pane, sheet in sheets.items()
    }
    tallest = max(sheet.rows for sheet in sheets.values())
    widths = shared(needs, width)
    scrolled = any(widths[pane] < sheet.columns * (sheet.width + 1) + AROUND for pane, sheet in sheets.items())
    panes = min(tallest + 2 + scrolled, max(5, (height - settings - 4) * 3 // 5))
    return Room(widths, panes, height >= 30)


def shared(needs: dict[Pane, int], width: int) -> dict[Pane, int]:
    """Columns for each, none more than it needs while another lacks some; what is left over goes to the last.

    >>> shared({Pane.INPUT: 100, Pane.KERNEL: 20, Pane.OUTPUT: 90}, 80)
    {<Pane.INPUT: 'input'>: 30, <Pane.KERNEL: 'kernel'>: 20, <Pane.OUTPUT: 'output'>: 30}
    """
    left, given = width, {}
    for done, (pane, need) in enumerate(sorted(needs.items(), key=lambda item: item[1])):
        given[pane] = min(max(need, LEAST), left // (len(needs) - done))
        left -= given[pane]
    last = list(needs)[-1]
    given[last] += left
    return {pane: given[pane] for pane in needs}
