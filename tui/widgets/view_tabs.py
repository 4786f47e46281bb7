"""The views with their counts, the active one highlighted. What waits for the reader is counted at any width."""

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
_SHORT = {**TITLES, View.NEEDS_REPLY: "Reply", View.INTERESTED: "Interest", View.SNOOZED: "Snooze"}
"""What they are called where there is less room."""
_FIRST = (View.INBOX, View.NEEDS_REPLY)
"""Those whose counts are in sight wherever they fit at all, whichever view is active."""
_NAME, _SHORT_NAME, _NARROW = 18, 8, 50
"""Cells of a workspace's name, and in a line narrower than the last."""

_INKS = ("active", "text", "muted", "workspace", "filter")
_COUNTED = {View.INBOX, View.NEEDS_REPLY, View.INTERESTED, View.WAITING, View.SNOOZED}

Piece = tuple[str, Style, View | None]
"""A stretch of the line in one style, and the view that a click on it picks. None: the workspace."""


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
        longest = _NAME if width >= _NARROW else _SHORT_NAME
        name = (
            f" {fit(self._workspace, min(cell_len(steady(self._workspace)), longest))} {self._glyphs.down} "
            if self._workspace
            else ""
        )
        pieces: list[Piece] = [(name or " ", ink(self, "view-tabs--workspace"), None)]
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

    def _tabs(self, room: int) -> list[Piece]:
        """All tabs with their counts, by shorter titles if need be; else the first, the active one, and what fits."""
        every = dict.fromkeys(self._views, True)
        first = {view: True for view in self._views if view in _FIRST or view is self._active}
        for titles in (TITLES, _SHORT):
            if _wide(tabs := self._drawn(every, titles)) <= room:
                return tabs
        for shown, titles in ((first, TITLES), (first, _SHORT), ({self._active: True}, _SHORT)):
            if _wide(self._drawn(shown, titles)) <= room:
                return self._drawn(self._filled(shown, titles, room), titles)
        return self._drawn({self._active: True}, _SHORT)

    def _filled(self, shown: Mapping[View, bool], titles: Mapping[View, str], room: int) -> dict[View, bool]:
        """More views beside those shown, the nearest first, with their counts or without, until one does not fit."""
        filled = dict(shown)
        at = self._views.index(self._active) if self._active in self._views else 0
        for view in sorted(self._views, key=lambda view: abs(self._views.index(view) - at)):
            more = [{view: counted, **filled} for counted in (True, False)]
            fitting = next((each for each in more if _wide(self._drawn(each, titles)) <= room), None)
            if fitting is None:
                break
            filled = fitting
        return filled

    def _drawn(self, shown: Mapping[View, bool], titles: Mapping[View, str]) -> list[Piece]:
        """These tabs in their order, each with its count or without."""
        return [
            piece
            for view in dict.fromkeys((*self._views, self._active))
            if view in shown
            for piece in self._tab(view, titles[view], counted=shown[view])
        ]

    def _tab(self, view: View, title: str, *, counted: bool) -> list[Piece]:
        """One tab: its title, and its count in a fainter ink."""
        number = self._counts.get(view)
        count = f" {short_count(number.total)}" if counted and number and number.total and view in _COUNTED else ""
        if view is self._active:
            return [(f" {title}{count} ", paper(self, "view-tabs--active"), view)]
        return [(f" {title}", ink(self, "view-tabs--text"), view), (f"{count} ", ink(self, "view-tabs--muted"), view)]


def _wide(pieces: list[Piece]) -> int:
    """Cells of all pieces."""
    return sum(cell_len(text) for text, _, _ in pieces)
