"""Draws the rows of the inbox list as strips, and keeps what it has drawn until something in it changes."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from postroom.records import Micros
from store.rows import InboxRow
from tui import cells
from tui.glyphs import Glyphs
from tui.widgets import inbox_row
from tui.widgets.inks import ink, paper

_INKS = ("text", "strong", "muted", "unread", "good", "late", "alert", "bar")
CLASSES = {f"inbox-list--{name}" for name in (*_INKS, "cursor", "cursor-blurred", "marked")}
"""The component classes of the list."""


class RowPainter:
    """A row is drawn once for each look that it has on the screen."""

    def __init__(self, widget: Widget, glyphs: Glyphs) -> None:
        self._widget = widget
        self._glyphs = glyphs
        self._inks: inbox_row.RowInks[Style] | None = None
        self._strips: LRUCache[tuple[object, ...], list[Strip]] = LRUCache(1024)
        self.form = inbox_row.columns(80)

    def resize(self, width: int) -> None:
        """Other columns from now on."""
        self.form = inbox_row.columns(width)

    def size_of(self, count: int, height: int) -> Size:
        """The size of all rows: a last page of whole rows leaves the slack of a pane of `height` lines below it."""
        lines = self.form.lines
        slack = height % lines if count > height // lines else 0
        return Size(self.form.width, count * lines + slack)

    def forget(self) -> None:
        """Colours changed: nothing drawn so far is valid."""
        self._inks = None
        self._strips.clear()

    def row(self, row: InboxRow | None, *, now: Micros, cursor: bool, marked: bool) -> list[Strip]:
        """The strips of a row; of a row on its way for None."""
        focused = self._widget.has_focus
        age = inbox_row.age_of(row, now) if row else ""
        key = (
            row and row.key,
            row and row.version,
            row and row.lookalike,
            self.form.width,
            cursor and focused + 1,
            marked,
            age,
        )
        strips = self._strips.get(key)
        if strips is None:
            strips = [Strip(line, self.form.width) for line in self._lines(row, now, cursor=cursor, marked=marked)]
            self._strips[key] = strips
        return strips

    def sentence(self, sentence: str, y: int) -> Strip:
        """Line `y` of a list without rows: one sentence, in the upper third."""
        width = self.form.width
        lines = cells.wrap(cells.steady(sentence), max(width - 4, 1))
        line = y - max(self._widget.size.height // 3 - len(lines) // 2, 0)
        base = self._widget.rich_style
        if not 0 <= line < len(lines) or not sentence:
            return Strip.blank(width, base)
        text = cells.fit(lines[line], width, align="centre")
        return Strip([Segment(text, base + ink(self._widget, "inbox-list--muted"))], width)

    def _lines(self, row: InboxRow | None, now: Micros, *, cursor: bool, marked: bool) -> list[list[Segment]]:
        """The row drawn."""
        widget = self._widget
        self._inks = inks = self._inks or _inks(widget)
        base = widget.rich_style
        if cursor:
            base = paper(widget, "inbox-list--cursor" if widget.has_focus else "inbox-list--cursor-blurred")
        elif marked:
            base = paper(widget, "inbox-list--marked")
        if row is None:
            lines = inbox_row.draw_placeholder(self.form, glyphs=self._glyphs)
            return [[Segment(line, base + inks.muted)] for line in lines]
        drawn = inbox_row.draw(row, self.form, now=now, inks=inks, glyphs=self._glyphs, cursor=cursor, marked=marked)
        # Colours of their own would leave patches where the cursor is drawn by reversing the line.
        plain = bool(base.reverse)
        return [
            [Segment(t, base + (style.without_color if plain else style)) for t, style in line if t] for line in drawn
        ]


def _inks(widget: Widget) -> inbox_row.RowInks[Style]:
    """The inks of the theme in use."""
    return inbox_row.RowInks(**{name: ink(widget, f"inbox-list--{name}") for name in _INKS})
