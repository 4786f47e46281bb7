"""The inbox: a windowed list over a RowSource, drawn line by line. No key waits for a row."""

from __future__ import annotations

from collections.abc import Callable

from textual.message import Message
from textual.scroll_view import ScrollView

from postroom.records import ConversationKey, Micros
from store.rows import InboxRow
from tui.glyphs import UNICODE, Glyphs
from tui.widgets.sources import RowSource


class InboxList(ScrollView, can_focus=True, inherit_bindings=False):
    """The rows of one view. The cursor belongs to a conversation, not to a line number."""

    class Moved(Message):
        """The cursor rests on another conversation, or its row has changed or arrived. Posted at once."""

        def __init__(self, row: InboxRow | None) -> None:
            super().__init__()
            self.row = row
            """None: the list is empty, or the row is still on its way."""

    class Opened(Message):
        """A second click on the row under the cursor. (Enter is the app's key.)"""

        def __init__(self, row: InboxRow) -> None:
            super().__init__()
            self.row = row

    class ReadFailed(Message):
        """Rows could not be read. What is on screen stays."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    def __init__(self, *, clock: Callable[[], Micros], glyphs: Glyphs = UNICODE, id: str | None = None) -> None:
        super().__init__(id=id)

    @property
    def current(self) -> InboxRow | None:
        """The row under the cursor. None: the list is empty, or the row is still on its way."""

    @property
    def index(self) -> int:
        """The cursor's line in the view, from 0."""

    @property
    def count(self) -> int:
        """How many rows the view has, as last read."""

    def show(self, source: RowSource, *, keep: ConversationKey | None = None, empty: str = "") -> None:
        """Switch to another view or filter; the cursor goes to `keep` if it is there, else to the top.

        `empty` is the sentence shown when there are no rows.
        """

    async def refresh_rows(self, *, keys: frozenset[ConversationKey] | None = None) -> None:
        """Read again what is shown after the store changed. The cursor stays on its conversation.

        `keys`: what changed; None when anything may have.
        """

    def move(self, by: int) -> None:
        """Move the cursor by rows."""

    def page(self, by: float) -> None:
        """Move the cursor by pages; 0.5 is half a page."""

    def to_top(self) -> None:
        """Go to the first row."""

    def to_bottom(self) -> None:
        """Go to the last row."""

    def move_to(self, key: ConversationKey) -> None:
        """Go to a conversation, wherever it stands; nothing happens if it is not in this view."""

    def advance_after_removal(self, *, direction: int = 1) -> None:
        """Take the current row out at once (it was done, snoozed, ...) and rest on the next (1) or the one above (-1)."""

    def replace_row(self, row: InboxRow) -> None:
        """Draw a changed row at once, before the store is read again (star, read mark, draft)."""

    def mark(self, keys: frozenset[ConversationKey]) -> None:
        """Show these rows as selected."""

    def loaded(self) -> list[InboxRow]:
        """The rows held now, in order: what `v` and `*` can select without reading."""

    def tick(self) -> None:
        """A minute has passed: redraw the ages."""
