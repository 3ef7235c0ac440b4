"""A pane on the screen: a sheet that scrolls, of which only what is visible is made."""

from rich.segment import Segment
from rich.style import Style as Look
from rich.text import Text
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from convcli.layout import Index
from convcli.render.roles import LOOKS
from convcli.workbench.sheet import Sheet, marks
from convcli.workbench.state import Pane

CUT = ("…", ".")
"""What stands in a cell of which only a part is to be seen; in ASCII the second."""

LIT_LOOK, CHOSEN_LOOK = "reverse", "bold reverse"


class Plane(ScrollView, can_focus=False):
    """One tensor's plane."""

    class Pointed(Message):
        """The mouse is over a cell, or was pressed on one; None is no cell."""

        def __init__(self, pane: Pane, index: Index | None, *, pressed: bool) -> None:
            super().__init__()
            self.pane, self.index, self.pressed = pane, index, pressed

    def __init__(self, pane: Pane) -> None:
        super().__init__(id=pane.value)
        self.pane = pane
        self.sheet: Sheet | None = None
        self.seen: tuple[Region, Size] | None = None
        """The part that was last scrolled to, in a pane of which size."""
        self.titled = ""

    def show(self, sheet: Sheet) -> None:
        """Draw the pane as it is in a state: only the rows that are others than before, if that can be told."""
        rows_to_draw = None if self.sheet is None else sheet.differs_in(self.sheet)
        self.sheet, state, scrolled = sheet, sheet.state, self.scroll_offset
        focused = state.focus is self.pane
        title = f"* {sheet.title}" if state.ascii and focused else sheet.title
        if title != self.titled:  # to set a title is to draw the whole pane
            self.border_title, self.titled = Text(title), title
        self.set_class(focused, "chosen")
        self.virtual_size = Size(sheet.columns * self.step + 1, sheet.rows)
        rows, columns = sheet.shown
        region = Region(
            columns.start * self.step, rows.start, len(columns) * self.step + 1, min(len(rows), self.size.height)
        )
        if state.hover is None and self.seen != (region, self.size):  # else it stays where the mouse has scrolled it
            self.scroll_to_region(region, animate=False, force=True, immediate=True)
            self.seen = region, self.size
        if rows_to_draw is None or self.scroll_offset != scrolled:
            self.refresh()
        else:
            for row in rows_to_draw:
                self.refresh_line(row)

    @property
    def step(self) -> int:
        """Characters from one cell to the next."""
        return 1 if self.sheet is None else self.sheet.width + 1

    def render_line(self, y: int) -> Strip:
        """One line of what is visible."""
        sheet, width = self.sheet, self.size.width
        if sheet is None:
            return Strip.blank(width)
        left, row = self.scroll_offset.x, self.scroll_offset.y + y
        if row >= sheet.rows:
            return Strip.blank(width)
        columns = range(left // self.step, min(sheet.columns, -(-(left + width) // self.step) + 1))
        strip = Strip(self._segments(sheet, row, columns, range(left, left + width)))
        return strip.crop_extend(left - columns.start * self.step, left - columns.start * self.step + width, None)

    def _segments(self, sheet: Sheet, row: int, columns: range, seen: range) -> list[Segment]:
        segments = []
        signs = marks(sheet, row, columns)
        for column in columns:
            span, sign = sheet.span(row, column), next(signs)
            chosen = sign == sheet.signs[0]
            look = LOOKS[span.role].terminal
            look += f" {CHOSEN_LOOK}" if chosen else f" {LIT_LOOK}" if sheet.is_lit(row, column) else ""
            draft = sheet.state.draft if chosen and sheet.state.focus is self.pane else None
            shown = (span.text if draft is None else draft[-sheet.width :]).rjust(sheet.width)
            start = column * self.step + 1
            if start < seen.start or start + sheet.width > seen.stop:  # a part of a number looks like another number
                shown = CUT[sheet.state.ascii] * sheet.width
            segments.append(Segment(sign, Look.parse("bold")))
            segments.append(Segment(shown, Look.parse(look.strip() or "none")))
        segments.append(Segment(next(signs), Look.parse("bold")))
        return segments

    def _index(self, event: events.MouseEvent) -> Index | None:
        if self.sheet is None:
            return None
        offset = event.get_content_offset(self)
        if offset is None:
            return None
        row = offset.y + self.scroll_offset.y
        column = max(0, offset.x + self.scroll_offset.x - 1) // self.step
        if row >= self.sheet.rows or column >= self.sheet.columns:
            return None
        return self.sheet.canonical(row, column)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """The mouse is over a cell."""
        self.post_message(self.Pointed(self.pane, self._index(event), pressed=False))

    def on_leave(self) -> None:
        """The mouse is over none."""
        self.post_message(self.Pointed(self.pane, None, pressed=False))

    def on_click(self, event: events.Click) -> None:
        """The mouse was pressed on a cell."""
        self.post_message(self.Pointed(self.pane, self._index(event), pressed=True))
