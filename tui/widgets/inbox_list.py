"""The inbox: a windowed list over a RowSource, drawn line by line. No key waits for a row.

The cursor moves at once, in memory; rows come in blocks around it. When the store changes, the rows around the cursor
are read again and put in place in one step: the cursor stays on its conversation, and on its line of the screen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.worker import Worker

from postroom.errors import PostroomError
from postroom.records import ConversationKey, Micros
from store.rows import InboxRow
from tui.glyphs import UNICODE, Glyphs
from tui.widgets.inbox_row import age_of
from tui.widgets.kept_lines import KeptLines, looks_the_same
from tui.widgets.reading import Place, Reader, Reading
from tui.widgets.row_painter import CLASSES, RowPainter
from tui.widgets.sight import Sight
from tui.widgets.sources import RowSource
from tui.widgets.window import Window

PATIENCE = 0.05
"""Seconds a jump waits for its rows before placeholders are drawn: most arrive sooner, and nothing flickers."""


class InboxList(ScrollView, can_focus=True, inherit_bindings=False):
    """The rows of one view. The cursor belongs to a conversation, not to a line number."""

    COMPONENT_CLASSES: ClassVar[set[str]] = CLASSES

    @dataclass
    class Moved(Message):
        """The cursor rests on another conversation, or its row has changed or arrived. Posted at once."""

        row: InboxRow | None
        """None: the list is empty, or the row is still on its way."""

    @dataclass
    class Opened(Message):
        """A second click on the row under the cursor; enter is the app's key."""

        row: InboxRow

    @dataclass
    class ReadFailed(Message):
        """Rows could not be read. What is on screen stays."""

        sentence: str

    def __init__(self, *, clock: Callable[[], Micros], glyphs: Glyphs = UNICODE, id: str | None = None) -> None:  # noqa: A002 (as Textual calls it)
        super().__init__(id=id)
        self._clock = clock
        self._glyphs = glyphs
        self._styles_cache = KeptLines()
        self._reader = Reader()
        self._painter = RowPainter(self, glyphs)
        self._place = Place()
        self._sight = Sight()
        self._ticked: Micros = 0
        self._arrived = 0
        self._opening = False
        self.opener: Worker[None] | None = None
        """Reads the first rows of the view."""
        self._loading = False
        self.empty = ""
        """The sentence shown when there are no rows."""
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

    def show(self, source: RowSource, *, keep: ConversationKey | None = None, empty: str = "") -> None:
        """Switch to another view or filter; the cursor goes to `keep` if it is there, else to the top."""
        self._reader.open(source)
        self.empty, self._opening, self._place = empty, True, Place(key=keep)
        self.opener = self.run_worker(self._read_anew(), group="rows")
        self.set_timer(PATIENCE, self._show_opening)

    async def refresh_rows(self, *, keys: frozenset[ConversationKey] | None = None) -> None:
        """Read again what is shown after `keys` (None: anything) changed. The cursor stays on its conversation."""
        if keys is None or keys:
            await self._read_anew()

    def move(self, by: int) -> None:
        """Move the cursor by rows."""
        self._go(self._place.index + by)

    def page(self, by: float) -> None:
        """Move the cursor by pages; 0.5 is half a page."""
        step = max(round(self._sight.height * abs(by)), 1) * (1 if by > 0 else -1)
        self._sight.turn(step, self.count)
        self._go(self._place.index + step)

    def to_top(self) -> None:
        """Go to the first row."""
        self._go(0)

    def to_bottom(self) -> None:
        """Go to the last row."""
        self._go(self.count - 1)

    def move_to(self, key: ConversationKey) -> None:
        """Go to a conversation, wherever it stands; nothing happens if it is not in this view."""
        held = None if self._opening else self._window.index_of(key)
        if held is not None:
            self._go(held)
        else:
            self._place = Place(key, self._place.anchor, self._place.index, sought=True)
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

    def tick(self) -> None:
        """A minute has passed: redraw the ages that have changed."""
        before, self._ticked = self._ticked, self._clock()
        for index in range(self._sight.top, self._sight.end + 1):
            row = self._window.row(index)
            if row is not None and age_of(row, before) != age_of(row, self._ticked):
                self._redraw(index)

    def notify_style_update(self) -> None:
        """Colours changed: nothing drawn so far is valid."""
        self._painter.forget()
        super().notify_style_update()

    def on_resize(self) -> None:
        """Another width, other columns; the cursor stays in sight."""
        self._painter.resize(self.scrollable_content_region.width)
        self._sight.height = max(self.size.height // self._painter.form.lines, 1)
        self._resize()
        self._sight.hold(self._place.index, self.count)
        self._paint()
        self._load_if_needed()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """The wheel or the scroll bar moved the rows: read what came into sight; the cursor stays where it was."""
        super().watch_scroll_y(old_value, new_value)
        lines = self._painter.form.lines
        if round(new_value) != self._sight.top * lines:
            self._sight.top = round(new_value) // lines
        if self._sight.top == 0 and self._arrived:
            self._note_arrived(-self._arrived)
        self._load_if_needed()

    def on_click(self, event: events.Click) -> None:
        """The first click on a row selects it, the second opens it."""
        offset = event.get_content_offset(self)
        index = (self.scroll_offset.y + offset.y) // self._painter.form.lines if offset is not None else -1
        row = self._window.row(index)
        if row is not None and index != self._place.index:
            self._go(index)
        elif row is not None and not self._opening:
            self.post_message(self.Opened(row))

    def render_line(self, y: int) -> Strip:
        """One line of the pane."""
        if y == 0:  # the first frame is drawn before the size is announced
            self._painter.resize(self.scrollable_content_region.width)
        form, window = self._painter.form, self._window
        if window.count == 0:
            return self._painter.sentence("" if self._opening else self.empty, y)
        index, part = divmod(self.scroll_offset.y + y, form.lines)
        if index >= window.count:
            return Strip.blank(form.width, self.rich_style)
        row, cursor = window.row(index), index == self._place.index and not self._opening
        marked = row is not None and row.key in self._marked
        return self._painter.row(row, now=self._clock(), cursor=cursor, marked=marked)[part]

    @property
    def _window(self) -> Window:
        """The rows held."""
        return self._reader.window

    def _go(self, index: int) -> None:
        """Put the cursor on a line of the view; a page is turned at the edge."""
        old = self._place.index
        index = max(index, 0) if self._opening else min(max(index, 0), max(self.count - 1, 0))
        self._put(index)
        if self._opening:
            return
        self._sight.hold(index, self.count)
        if self._window.covers(self._sight.top, self._sight.end):
            self._paint(old, index)
        else:
            self.set_timer(PATIENCE, self._paint)
        self._announce()
        self._load_if_needed()

    def _put(self, index: int) -> None:
        """Remember the place of the cursor, by conversation where its row is held."""
        row = None if self._opening else self._window.row(index)
        self._place = Place(index=index) if row is None else Place(row.key, row.anchor, index)

    def _paint(self, *changed: int) -> None:
        """Bring the page to the screen: all of it when it was turned, else only the changed rows."""
        y = self._sight.top * self._painter.form.lines
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
        if self.current != self._announced:
            self._announced = self.current
            self.post_message(self.Moved(self._announced))

    def _resize(self) -> None:
        """Tell the scroll bar how many rows there are, without the layout of the screen that a new size would cost."""
        size = self._painter.size_of(self.count, self.size.height)
        if size != self.virtual_size:
            self.set_reactive(ScrollView.virtual_size, size)
            if not looks_the_same(self.vertical_scrollbar, size.height):
                self._scroll_update(size)

    def _show_opening(self) -> None:
        """The rows of a new view take long: show that they are on their way."""
        if self._opening:
            self._reader.window = Window(count=self.count)
            self.refresh()

    def _load_if_needed(self) -> None:
        """Start reading, unless that is under way."""
        if self._window.wants(self._sight.top, self._sight.height) and not self._loading and not self._opening:
            self._loading = True
            self.run_worker(self._load(), group="rows")

    async def _load(self) -> None:
        """Read blocks until the screen and its margins are held."""
        try:
            while self._window.wants(self._sight.top, self._sight.height):
                waiting = not self._window.covers(self._sight.top, self._sight.end)
                if await self._reader.read_more(self._sight.top, self._sight.height) is not None:
                    self._take_in(repaint=waiting)
        except PostroomError as error:
            self.post_message(self.ReadFailed(str(error)))
        finally:
            self._loading = False

    def _take_in(self, *, repaint: bool) -> None:
        """More rows are held: the cursor may have got its row, and the view other line numbers."""
        held = self._window.index_of(self._place.key)
        index = self._place.index if held is None else held
        self._resize()
        self._sight.turn(index - self._place.index, self.count)
        self._put(min(index, max(self.count - 1, 0)))
        if repaint:
            self._paint()
        self._announce()

    async def _read_anew(self) -> None:
        """Read the rows around the cursor again and put them in place in one step."""
        try:
            found = await self._reader.read_anew(lambda: self._place)
            if found is not None:
                self._swap(found)
        except PostroomError as error:
            self._opening = False
            self.post_message(self.ReadFailed(str(error)))

    def _swap(self, found: Reading) -> None:
        """The rows read anew take the place of the old ones; the cursor keeps its line of the screen."""
        opening, self._opening = self._opening, False
        before, old = self._looks(), self._place.index
        # Who scrolled away with the wheel is not pulled back by a sync, only by a jump.
        followed = self._sight.top <= old < self._sight.end or self._place.sought
        held = found.window.index_of(self._place.key)
        index = found.index if held is None else held
        self._reader.window = found.window
        self._sight.centre(index) if opening else self._sight.follow(old, index)
        self._note_arrived(index - old if self._sight.top and not opening else -self._arrived)
        self._put(index)
        if followed:
            self._sight.hold(index, self.count)
        self._sight.turn(0, self.count)
        self._resize()
        if opening or self._looks() != before:
            self._paint()
        self._announce()
        self._load_if_needed()

    def _looks(self) -> list[object]:
        """What the page consists of: equal when nothing needs to be drawn again."""
        rows = (self._window.row(index) for index in range(self._sight.top, self._sight.end + 1))
        return [self._sight.top, self._place.index, self.count == 0, *((row.key, row.version) for row in rows if row)]

    def _note_arrived(self, more: int) -> None:
        """Say in the border how many rows came in above the page."""
        arrived, self._arrived = self._arrived, max(self._arrived + more, 0)
        if arrived != self._arrived:
            self.border_subtitle = f"{self._glyphs.newer} {self._arrived} new" if self._arrived else None
