"""Which conversations are listed: the view, the workspace, the filter and the search."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from postroom.records import ConversationKey
from store import queries, search
from store.rows import View, WorkspaceRow
from tui import format as words
from tui.screens.pick import Choice, PickScreen
from tui.sources import FoundSource, ViewSource
from tui.stage import Stage
from tui.widgets.sources import RowSource

_VIEWS = tuple(View)
_EMPTY: dict[View, str] = {
    View.INBOX: "Inbox zero. Nothing waits for you here.",
    View.NEEDS_REPLY: "Nobody waits for an answer.",
    View.INTERESTED: "Nobody interested is waiting. c says what an answer amounts to.",
    View.WAITING: "You are waiting for nobody.",
    View.SNOOZED: "Nothing is snoozed. b hides a conversation until a time.",
    View.DONE: "Nothing is done yet. e says that a conversation is.",
    View.ALL: "There is no conversation.",
}
_NOTHING_YET = "Nothing has been fetched yet. The first sync brings conversations here as it reads them."
_ALL = ""
"""The choice of every workspace, for a dialog whose None means that it was left."""


class Listing:
    """Keeps the list, its tabs and its counts showing what was asked for."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What this area does, by action id."""
        return {
            "view.next": lambda: self.turn(1),
            "view.prev": lambda: self.turn(-1),
            "filter.open": self.open_filter,
            "filter.clear": self.clear,
            "workspace.switch": self.pick_workspace,
        }

    @property
    def filtered(self) -> bool:
        """Whether less than the view is shown, or a filter is being typed."""
        return bool(self._stage.shown.filter_text) or self._stage.widgets.filter.display

    def show(self, *, keep: ConversationKey | None = None) -> None:
        """List anew what is asked for now; the cursor goes to `keep` if it is there."""
        self._stage.widgets.inbox.show(self._source(), keep=keep, empty=self._empty())
        self._stage.recount()

    def explain(self) -> None:
        """Say why there is nothing, if there is nothing, by what is known now."""
        inbox, empty = self._stage.widgets.inbox, self._empty()
        if inbox.empty != empty:
            inbox.empty = empty
            inbox.refresh()

    def refresh(self, keys: frozenset[ConversationKey] | None = None) -> None:
        """Read again what is on screen; the cursor stays on its conversation."""
        self._stage.start(self._stage.widgets.inbox.refresh_rows(keys=keys), group="refresh")
        self._stage.recount()

    def go(self, view: View) -> None:
        """Show a view from its top."""
        shown = self._stage.shown
        shown.view = view
        if not shown.searching:
            self._forget_filter()
        self.show()

    def turn(self, by: int) -> None:
        """The next view, or the one before."""
        self.go(_VIEWS[(_VIEWS.index(self._stage.shown.view) + by) % len(_VIEWS)])

    def open_filter(self) -> None:
        """A line to type into; the list follows."""
        line = self._stage.widgets.filter
        line.display = True
        line.focus()

    def filter(self, text: str) -> None:
        """Show only what matches, as it is typed."""
        shown = self._stage.shown
        if text.strip() == shown.filter_text and not shown.searching:
            return
        shown.filter_text, shown.searching = text.strip(), False
        self.show()

    def search(self, text: str) -> None:
        """Look through every message of every view."""
        shown = self._stage.shown
        shown.filter_text, shown.searching = text.strip(), bool(text.strip())
        self._stage.widgets.filter.display = bool(text.strip())
        self._stage.widgets.inbox.focus()
        self.show()

    def clear(self) -> None:
        """The whole view again, the cursor where it is."""
        row = self._stage.row
        was_filtered = bool(self._stage.shown.filter_text)
        if self._stage.widgets.filter.has_focus:
            self._stage.widgets.inbox.focus()
        self._forget_filter()
        if was_filtered:
            self.show(keep=row.key if row else None)

    def pick_workspace(self) -> None:
        """Ask which workspace to show."""
        self._stage.start(self._pick_workspace(), group="ask", exclusive=True)

    async def _pick_workspace(self) -> None:
        rows = await self._stage.desk.read(queries.workspaces)
        choices = [Choice("0", "All workspaces", _ALL), *(_choice(n, row) for n, row in enumerate(rows, 1))]
        picked = await self._stage.ask(
            PickScreen("Show", choices, opened_by="w", guard=self._stage.settings.guard_seconds)
        )
        if picked is not None:
            self._stage.shown.workspace = picked or None
            self.show()

    def _forget_filter(self) -> None:
        shown, line = self._stage.shown, self._stage.widgets.filter
        shown.filter_text, shown.searching = "", False
        line.value = ""
        line.display = False

    def _empty(self) -> str:
        shown = self._stage.shown
        if shown.filter_text:
            return f"Nothing matches “{shown.filter_text}”. {self._stage.key('filter.clear')} shows the whole view."
        return _EMPTY[shown.view] if shown.fetched else _NOTHING_YET

    def _source(self) -> RowSource:
        shown, desk = self._stage.shown, self._stage.desk
        if shown.searching:
            return FoundSource(desk, partial(search.search, text=shown.filter_text, workspace=shown.workspace))
        if shown.filter_text:
            return FoundSource(
                desk,
                partial(search.filter_rows, view=shown.view, text=shown.filter_text, workspace=shown.workspace),
            )
        return ViewSource(desk, shown.view, workspace=shown.workspace)


def _choice(number: int, row: WorkspaceRow) -> Choice[str]:
    """A workspace as a line to pick."""
    note = f"{words.provider_name(row.provider)} · {words.plural(row.conversations, 'conversation')}"
    return Choice(str(number) if number < 10 else "", row.name, row.name, note=note)
