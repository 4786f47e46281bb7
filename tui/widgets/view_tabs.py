"""The views with their counts, the active one highlighted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from store.rows import View, ViewCount
from tui.cells import cell_len, fit, steady
from tui.format import short_count
from tui.glyphs import UNICODE, Glyphs
from tui.widgets.inks import ink, paper

TITLES: dict[View, str] = {
    View.INBOX: "Inbox",
    View.NEEDS_REPLY: "Needs reply",
    View.INTERESTED: "Interested",
    View.WAITING: "Waiting",
    View.SNOOZED: "Snoozed",
    View.DONE: "Done",
    View.ALL: "All",
}
_INKS = ("active", "text", "muted", "workspace", "filter")
_COUNTED = {View.INBOX, View.NEEDS_REPLY, View.INTERESTED, View.WAITING, View.SNOOZED}


class ViewTabs(Widget):
    """A click picks a view."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"view-tabs--{name}" for name in ("active", "text", "muted", "workspace", "filter")
    }

    @dataclass
    class Picked(Message):
        """A view was clicked."""

        view: View

    class WorkspacePicked(Message):
        """The workspace's name was clicked."""

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:  # noqa: A002 (as Textual calls it)
        super().__init__(id=id)
        self._glyphs = glyphs
        self._counts: dict[View, ViewCount] = {}
        self._active = View.INBOX
        self._workspace: str | None = None
        self._views: tuple[View, ...] = tuple(View)
        self._filter = ""
        self._spans: list[tuple[int, int, View | None]] = []

    def show(
        self,
        counts: Mapping[View, ViewCount],
        *,
        active: View,
        workspace: str | None = None,
        views: Sequence[View] = tuple(View),
        filter_text: str = "",
    ) -> None:
        """`workspace` None: all of them. `filter_text`: what the list is filtered by, shown instead of the views."""
        shown = (dict(counts), active, workspace, tuple(views), filter_text)
        if shown != (self._counts, self._active, self._workspace, self._views, self._filter):
            self._counts, self._active, self._workspace, self._views, self._filter = shown
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Pick what was clicked."""
        for start, end, view in self._spans:
            if start <= event.x < end:
                self.post_message(self.WorkspacePicked() if view is None else self.Picked(view))

    def render_line(self, y: int) -> Strip:
        """The line: the workspace, then the views."""
        width, base = self.size.width, self.rich_style
        if y or width < 1:
            return Strip.blank(width, base)
        name = (
            f" {fit(self._workspace, min(cell_len(steady(self._workspace)), 18))} {self._glyphs.down} "
            if self._workspace
            else ""
        )
        pieces: list[tuple[str, Style, View | None]] = [(name or " ", ink(self, "view-tabs--workspace"), None)]
        if self._filter:
            text = f"{TITLES[self._active]} {self._glyphs.dot} filter: {steady(self._filter)}"
            pieces.append((text, ink(self, "view-tabs--filter"), self._active))
        else:
            pieces += self._tabs(width - cell_len(pieces[0][0]))
        self._spans = []
        at = 0
        for text, _, view in pieces:
            self._spans.append((at, at + cell_len(text), view))
            at += cell_len(text)
        return Strip([Segment(text, base + style) for text, style, _ in pieces if text]).adjust_cell_length(width, base)

    def _tabs(self, room: int) -> list[tuple[str, Style, View | None]]:
        """The tabs: with all counts, else with the active one's alone, else the active one and what fits beside it."""
        active = self._active
        for way in ([(view, True) for view in self._views], [(view, view is active) for view in self._views]):
            tabs = [tab for view, counted in way for tab in self._tab(view, counted=counted)]
            if _wide(tabs) <= room:
                return tabs
        at = self._views.index(active) if active in self._views else 0
        first = last = at
        tabs = self._tab(active, counted=True)
        while first > 0 or last < len(self._views) - 1:
            forwards = last < len(self._views) - 1 and (last - at <= at - first or first == 0)
            more = self._tab(self._views[last + 1 if forwards else first - 1], counted=False)
            if _wide(tabs) + _wide(more) > room:
                break
            tabs = [*tabs, *more] if forwards else [*more, *tabs]
            first, last = (first, last + 1) if forwards else (first - 1, last)
        return tabs

    def _tab(self, view: View, *, counted: bool) -> list[tuple[str, Style, View | None]]:
        """One tab: its title, and its count in a fainter ink."""
        number = self._counts.get(view)
        count = f" {short_count(number.total)}" if counted and number and number.total and view in _COUNTED else ""
        title = TITLES[view]
        if view is self._active:
            return [(f" {title}{count} ", paper(self, "view-tabs--active"), view)]
        return [(f" {title}", ink(self, "view-tabs--text"), view), (f"{count} ", ink(self, "view-tabs--muted"), view)]


def _wide(pieces: list[tuple[str, Style, View | None]]) -> int:
    """Cells of all pieces."""
    return sum(cell_len(text) for text, _, _ in pieces)
