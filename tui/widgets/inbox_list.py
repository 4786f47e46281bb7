"""The inbox: a windowed list over a RowSource, drawn line by line. No key waits for a row.

The cursor moves at once, in memory; rows come in blocks around it. When the store changes, the rows around the cursor
are read again and put in place in one step: the cursor stays on its conversation, and on its line of the screen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from postroom.errors import PostroomError
from postroom.records import ConversationKey, Micros
from store.rows import InboxRow
from tui.glyphs import UNICODE, Glyphs
from tui.widgets.reading import Place, Reader, Reading
from tui.widgets.row_painter import CLASSES, RowPainter
from tui.widgets.sources import RowSource
from tui.widgets.window import Window

PATIENCE = 0.05
"""Seconds a jump waits for its rows before placeholders are drawn: most arrive sooner, and nothing flickers."""


class InboxList(ScrollView, can_focus=True, inherit_bindings=False):
    """The rows of one view. The cursor belongs to a conversation, not to a line number."""

    COMPONENT_CLASSES: ClassVar[set[str]] = CLASSES

    class Moved(Message):
        """The cursor rests on another conversation, or its row has changed or arrived. Posted at once."""

        def __init__(self, row: InboxRow | None) -> None:
            super().__init__()
            self.row = row
            """None: the list is empty, or the row is still on its way."""

    class Opened(Message):
        """A second click on the row under the cursor; enter is the app's key."""

        def __init__(self, row: InboxRow) -> None:
            super().__init__()
            self.row = row

    class ReadFailed(Message):
        """Rows could not be read. What is on screen stays."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    def __init__(self, *, clock: Callable[[], Micros], glyphs: Glyphs = UNICODE, id: str | None = None) -> None:  # noqa: A002 (as Textual calls it)
        super().__init__(id=id)
        self._clock = clock
        self._glyphs = glyphs
        self._reader = Reader()
        self._painter = RowPainter(self, glyphs)
        self._place = Place()
        self._top = 0
        self._arrived = 0
        self._opening = False
        self._loading = False
        self._empty = ""
        self._announced: InboxRow | None = None
        self._marked: frozenset[ConversationKey] = frozenset()

    @property
    def current(self) -> InboxRow | None:
        """The row under the cursor. None: the list is empty, or the row is still on its way."""
        return None if self._opening else self._window.row(self._place.index)

    @property
    def index(self) -> int:
        """The cursor's line in the view, from 0."""
        return self._place.index

    @property
    def count(self) -> int:
        """How many rows the view has, as last read."""
        return self._window.count

    @property
    def in_sight(self) -> int:
        """How many whole rows the pane shows."""
        return max(self.size.height // self._painter.form.lines, 1)

    def show(self, source: RowSource, *, keep: ConversationKey | None = None, empty: str = "") -> None:
        """Switch to another view or filter; the cursor goes to `keep` if it is there, else to the top.

        `empty` is the sentence shown when there are no rows.
        """
        self._reader.open(source)
        self._empty, self._opening, self._place = empty, True, Place(key=keep)
        self.run_worker(self._read_anew(), group="rows")
        self.set_timer(PATIENCE, self._show_opening)

    async def refresh_rows(self, *, keys: frozenset[ConversationKey] | None = None) -> None:
        """Read again what is shown after the store changed. The cursor stays on its conversation.

        `keys`: what changed; None when anything may have.
        """
        if keys is None or keys:
            await self._read_anew()

    def move(self, by: int) -> None:
        """Move the cursor by rows."""
        self._go(self._place.index + by)

    def page(self, by: float) -> None:
        """Move the cursor by pages; 0.5 is half a page."""
        step = max(round(self.in_sight * abs(by)), 1) * (1 if by > 0 else -1)
        self._top = min(max(self._top + step, 0), self._last_top)
        self._go(self._place.index + step)

    def to_top(self) -> None:
        """Go to the first row."""
        self._go(0)

    def to_bottom(self) -> None:
        """Go to the last row."""
        self._go(self._window.count - 1)

    def move_to(self, key: ConversationKey) -> None:
        """Go to a conversation, wherever it stands; nothing happens if it is not in this view."""
        held = None if self._opening else self._window.index_of(key)
        if held is not None:
            self._go(held)
        else:
            self._place = Place(key, self._place.anchor, self._place.index)
            self.run_worker(self._read_anew(), group="rows")

    def advance_after_removal(self, *, direction: int = 1) -> None:
        """Take the current row out at once (done, snoozed, ...) and rest on the next (1) or the one above (-1)."""
        if self.current is None:
            return
        index = self._place.index
        self._reader.remove(index)
        self._resize()
        self._go(index if direction > 0 else index - 1)
        self.refresh()

    def put_back(self) -> None:
        """Show again what `advance_after_removal` took out, because it could not be done after all."""
        self._reader.put_back()
        self.run_worker(self._read_anew(), group="rows")

    def replace_row(self, row: InboxRow) -> None:
        """Draw a changed row at once, before the store is read again (star, read mark, draft)."""
        index = self._window.replace(row)
        if index is not None:
            self._redraw(index)
            self._announce()

    def mark(self, keys: frozenset[ConversationKey]) -> None:
        """Show these rows as selected."""
        self._marked = keys
        self.refresh()

    def loaded(self) -> list[InboxRow]:
        """The rows held now, in order: what `v` and `*` can select without reading."""
        return list(self._window.rows)

    def tick(self) -> None:
        """A minute has passed: redraw the ages."""
        self.refresh()

    def notify_style_update(self) -> None:
        """Colours changed: nothing drawn so far is valid."""
        self._painter.forget()
        super().notify_style_update()

    def on_resize(self) -> None:
        """Another width, other columns; the cursor stays in sight."""
        self._painter.resize(self.scrollable_content_region.width)
        self._resize()
        self._keep_in_sight()
        self._paint()
        self._load_if_needed()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """The wheel or the scroll bar moved the rows: read what came into sight; the cursor stays where it was."""
        super().watch_scroll_y(old_value, new_value)
        lines = self._painter.form.lines
        if round(new_value) != self._top * lines:
            self._top = round(new_value) // lines
        if self._top == 0 and self._arrived:
            self._note_arrived(-self._arrived)
        self._load_if_needed()

    def on_click(self, event: events.Click) -> None:
        """The first click on a row selects it, the second opens it."""
        offset = event.get_content_offset(self)
        if offset is None or self._opening:
            return
        index = (self.scroll_offset.y + offset.y) // self._painter.form.lines
        row = self._window.row(index)
        if row is not None and index == self._place.index:
            self.post_message(self.Opened(row))
        elif row is not None:
            self._go(index)

    def render_line(self, y: int) -> Strip:
        """One line of the pane."""
        form, window = self._painter.form, self._window
        if window.count == 0:
            return self._painter.sentence("" if self._opening else self._empty, y)
        index, part = divmod(self.scroll_offset.y + y, form.lines)
        if index >= window.count:
            return Strip.blank(form.width, self.rich_style)
        row = window.row(index)
        cursor = index == self._place.index and not self._opening
        return self._painter.row(
            row, now=self._clock(), cursor=cursor, marked=row is not None and row.key in self._marked
        )[part]

    @property
    def _window(self) -> Window:
        """The rows held."""
        return self._reader.window

    @property
    def _last_top(self) -> int:
        """The first row of the last page."""
        return max(self._window.count - self.in_sight, 0)

    def _go(self, index: int) -> None:
        """Put the cursor on a line of the view; a page is turned at the edge."""
        old = self._place.index
        index = max(index, 0) if self._opening else min(max(index, 0), max(self._window.count - 1, 0))
        self._put(index)
        if self._opening:
            return
        self._keep_in_sight()
        if self._window.covers(self._top, self._top + self.in_sight):
            self._paint(old, index)
        else:
            self.set_timer(PATIENCE, self._paint)
        self._announce()
        self._load_if_needed()

    def _put(self, index: int) -> None:
        """Remember the place of the cursor, by conversation where its row is held."""
        row = None if self._opening else self._window.row(index)
        self._place = Place(index=index) if row is None else Place(row.key, row.anchor, index)

    def _keep_in_sight(self) -> None:
        """Turn the page when the cursor has left it."""
        index = self._place.index
        if index < self._top:
            self._top = index - self.in_sight + 1
        elif index >= self._top + self.in_sight:
            self._top = index
        self._top = min(max(self._top, 0), self._last_top)

    def _paint(self, *changed: int) -> None:
        """Bring the page to the screen: all of it when it was turned, else only the changed rows."""
        y = self._top * self._painter.form.lines
        if y != self.scroll_offset.y:
            self.scroll_to(y=y, animate=False, force=True)
        elif not changed:
            self.refresh()
        for index in changed:
            self._redraw(index)

    def _redraw(self, index: int) -> None:
        """Draw one row again."""
        lines = self._painter.form.lines
        y = index * lines - self.scroll_offset.y
        if -lines < y < self.size.height:
            self.refresh(Region(0, y, self.size.width, lines))

    def _announce(self) -> None:
        """Tell the app where the cursor rests, once."""
        row = self.current
        if row != self._announced:
            self._announced = row
            self.post_message(self.Moved(row))

    def _resize(self) -> None:
        """Tell the scroll bar how many rows there are, without the layout of the screen that a new size would cost."""
        lines = self._painter.form.lines
        slack = self.size.height % lines if self._window.count > self.in_sight else 0
        size = Size(self._painter.form.width, self._window.count * lines + slack)
        if size != self.virtual_size:
            self.set_reactive(ScrollView.virtual_size, size)
            self._scroll_update(size)

    def _show_opening(self) -> None:
        """The rows of a new view take long: show that they are on their way."""
        if self._opening:
            self._reader.window = Window(count=self._window.count)
            self.refresh()

    def _load_if_needed(self) -> None:
        """Start reading when the screen is near the end of the rows held."""
        if not self._loading and not self._opening and self._window.wants(self._top, self.in_sight) is not None:
            self._loading = True
            self.run_worker(self._load(), group="rows")

    async def _load(self) -> None:
        """Read blocks until the screen and its margins are held."""
        try:
            while self._window.wants(self._top, self.in_sight) is not None:
                waiting = not self._window.covers(self._top, self._top + self.in_sight)
                if await self._reader.read_more(self._top, self.in_sight) is not None:
                    self._take_in(repaint=waiting)
        except PostroomError as error:
            self.post_message(self.ReadFailed(str(error)))
        finally:
            self._loading = False

    def _take_in(self, *, repaint: bool) -> None:
        """More rows are held: the cursor may have got its row, and the view other line numbers."""
        held = self._window.index_of(self._place.key) if self._place.key else None
        index = self._place.index if held is None else held
        self._top += index - self._place.index
        self._resize()
        self._put(min(index, max(self._window.count - 1, 0)))
        self._keep_in_sight()
        if repaint:
            self._paint()
        self._announce()

    async def _read_anew(self) -> None:
        """Read the rows around the cursor again and put them in place in one step."""
        try:
            found = await self._reader.read_anew(lambda: self._place)
        except PostroomError as error:
            self._opening = False
            self.post_message(self.ReadFailed(str(error)))
            return
        if found is not None:
            self._swap(found)

    def _swap(self, found: Reading) -> None:
        """The rows read anew take the place of the old ones; the cursor keeps its line of the screen."""
        opening, self._opening = self._opening, False
        before = self._looks()
        held = found.window.index_of(self._place.key)
        index = found.index if held is None else held
        line = self._place.index - self._top
        self._reader.window = found.window
        if opening:
            self._top = 0 if index < self.in_sight else index - self.in_sight // 2
        elif self._top > 0 or index >= self.in_sight:
            self._note_arrived(index - self._place.index)
            self._top = index - line
        self._put(index)
        self._keep_in_sight()
        self._resize()
        if opening or self._looks() != before:
            self._paint()
        self._announce()
        self._load_if_needed()

    def _looks(self) -> list[object]:
        """What the page consists of: equal when nothing needs to be drawn again."""
        rows = (self._window.row(index) for index in range(self._top, self._top + self.in_sight + 1))
        return [self._top, self._place.index, self._window.count == 0, *((row.key, row.version) for row in rows if row)]

    def _note_arrived(self, more: int) -> None:
        """Say in the border how many rows came in above the page."""
        self._arrived = max(self._arrived + more, 0)
        sign = self._glyphs.newer
        self.border_subtitle = f"{sign} {self._arrived} new" if self._arrived else None
