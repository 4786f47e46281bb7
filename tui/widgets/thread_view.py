"""The thread: messages as wrapped lines, and below them what is on its way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from textual.message import Message
from textual.scroll_view import ScrollView

from postroom.records import Micros
from store.rows import ConversationRow, EchoRow, MessageRow
from tui.glyphs import UNICODE, Glyphs


class ThreadView(ScrollView, can_focus=True, inherit_bindings=False):
    """One conversation, the newest message in sight."""

    class OlderWanted(Message):
        """The top of what is loaded is near: fetch the page before `before_id` and call `prepend`."""

        def __init__(self, before_id: int) -> None:
            super().__init__()
            self.before_id = before_id

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:  # noqa: A002 (as Textual calls it)
        super().__init__(id=id)

    def show(
        self,
        head: ConversationRow | None,
        messages: Sequence[MessageRow],
        echoes: Sequence[EchoRow] = (),
        *,
        now: Micros,
        tz: tzinfo,
        has_older: bool = False,
        empty: str = "",
    ) -> None:
        """Show a conversation. The same one again keeps the scroll position; another opens at its newest message.

        `has_older`: the store has messages before the first of `messages`.
        """

    def prepend(self, messages: Sequence[MessageRow], *, has_older: bool) -> None:
        """Add an older page above, without moving what is being read."""

    def show_echoes(self, echoes: Sequence[EchoRow], *, now: Micros) -> None:
        """Redraw only what is on its way (each second while an undo window runs)."""

    def scroll_lines(self, by: int) -> None:
        """Scroll by lines."""

    def scroll_pages(self, by: float) -> None:
        """Scroll by pages; 0.5 is half a page."""

    def to_top(self) -> None:
        """Go to the oldest loaded line."""

    def to_bottom(self) -> None:
        """Go to the newest line."""

    def unfold(self) -> bool:
        """Show the whole of the long message in sight. False: none was folded."""
