"""The views with their counts, the active one highlighted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.message import Message
from textual.widget import Widget

from store.rows import View, ViewCount
from tui.glyphs import UNICODE, Glyphs

TITLES: dict[View, str] = {
    View.INBOX: "Inbox",
    View.NEEDS_REPLY: "Needs reply",
    View.INTERESTED: "Interested",
    View.WAITING: "Waiting",
    View.SNOOZED: "Snoozed",
    View.DONE: "Done",
    View.ALL: "All",
}


class ViewTabs(Widget):
    """A click picks a view."""

    class Picked(Message):
        """A view was clicked."""

        def __init__(self, view: View) -> None:
            super().__init__()
            self.view = view

    class WorkspacePicked(Message):
        """The workspace's name was clicked."""

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:  # noqa: A002 (as Textual calls it)
        super().__init__(id=id)

    def show(
        self, counts: Mapping[View, ViewCount], *, active: View, workspace: str | None = None,
        views: Sequence[View] = tuple(View), filter_text: str = "",
    ) -> None:  # fmt: skip
        """`workspace` None: all of them. `filter_text`: what the list is filtered by, shown instead of counts."""
