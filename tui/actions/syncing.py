"""What sync has to say, brought to the screen without moving anything under the reader's eyes.

News is gathered for a moment and shown in one go: the rows on screen are read again, the cursor stays on its
conversation, and the thread only when it is the one that changed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace

from textual.timer import Timer

from postroom.commands import NeverContact, PauseCampaign, ResumeCampaign, StopLead
from postroom.records import ConversationKey, Micros
from store import outbox, queries
from store.database import Store
from store.rows import WorkspaceRow
from sync.events import Listed, LookedUp, Progressed, Pulled, Settled, StatusChanged, SyncEvent
from tui.actions.departures import Departures
from tui.actions.listing import Listing
from tui.actions.reading import Reading
from tui.screens.activity import ActivityScreen
from tui.stage import Stage
from tui.widgets.status_bar import WorkspaceStatus

GATHER_SECONDS = 0.1
KEPT = 200
"""Lines of the activity."""

_BROKEN = frozenset({"denied", "failed"})
"""States of a workspace that need the reader; the others only stand in the status line."""
_QUIET = frozenset({"ok", "syncing", "offline"})
_ASKED = frozenset({StopLead.kind, PauseCampaign.kind, ResumeCampaign.kind, NeverContact.kind})
"""Actions whose proof the reader waits for: it takes the place of “not yet”."""

_UNDER_WAY = frozenset({"queued", "sending", "accepted", "pending"})
_LOUD = frozenset({"failed", "in_doubt", "held"})


class Syncing:
    """Hears sync and keeps the status line true."""

    def __init__(self, stage: Stage, listing: Listing, reading: Reading, departures: Departures) -> None:
        self._stage = stage
        self._listing = listing
        self._reading = reading
        self._departures = departures
        self._statuses: dict[str, WorkspaceStatus] = {}
        self._whole: dict[str, int] = {}
        """Threads that an import under way had to read when it began."""
        self._changed: set[ConversationKey] = set()
        self._campaigns = False
        self._everything = False
        self._gathering: Timer | None = None
        self._version: tuple[int, int] | None = None
        """Of the databases, as a viewer saw them last."""
        self.looked_up: Callable[[LookedUp], None] = lambda _: None
        """Called when a workspace has said where a person stands."""
        self.listed: Callable[[Listed], None] = lambda _: None
        """Called when the campaigns of a workspace were read because they were asked for."""
        self.settled: Callable[[Settled], None] = lambda _: None
        """Called when an entry of the outbox has come further."""
        self._lines: deque[tuple[Micros, str]] = deque(maxlen=KEPT)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What this area does, by action id."""
        return {"sync.now": self._sync_now, "app.activity": self._show_activity}

    def hear(self, event: SyncEvent) -> None:
        """Take in one event; it is shown with those that follow closely."""
        match event:
            case Pulled(workspace, conversations, campaigns):
                self._changed.update(ConversationKey(workspace, each) for each in conversations)
                self._campaigns = self._campaigns or campaigns
                self._everything = self._everything or not (conversations or campaigns)
            case Progressed():
                self._progress(event)
            case StatusChanged():
                self._status(event)
            case Settled():
                self._settled(event)
                self.settled(event)
            case LookedUp():
                self.looked_up(event)
            case Listed():
                self.listed(event)
        if self._gathering is None:
            self._gathering = self._stage.screen.set_timer(GATHER_SECONDS, self._show)

    def refresh_status(self) -> None:
        """Draw the status line from what the store knows: at the start, and each minute."""
        self._stage.start(self._read_status(), group="status", exclusive=True)

    def follow_writer(self) -> None:
        """In a viewer: show what the writer has changed since the last look."""
        self._stage.start(self._follow(), group="follow", exclusive=True)

    def _show(self) -> None:
        """Show what was gathered."""
        self._gathering = None
        keys = None if self._everything else frozenset(self._changed)
        dossier = self._stage.shown.dossier
        if dossier is not None and (keys is None or self._campaigns or dossier.key in keys):
            self._reading.reload()
        if keys is None or keys:
            self._listing.refresh(keys)
        self._changed, self._campaigns, self._everything = set(), False, False
        self.refresh_status()

    async def _follow(self) -> None:
        version = await self._stage.desk.read(Store.data_version)
        if version != self._version:
            self._version = version
            self._everything = True
            self._show()

    def _progress(self, event: Progressed) -> None:
        """How far the walk is. An import over several pulls counts on where the pull before ended."""
        known = self._statuses.get(event.workspace)
        if known is None:
            return
        done, total, first = event.done, event.total or 0, known.synced_at is None
        if event.stream == "threads":
            whole = self._whole[event.workspace] = max(self._whole.get(event.workspace, 0), total)
            done, total = done + whole - total, whole
        words = "importing" if first and event.stream == "threads" else event.stream
        self._statuses[event.workspace] = replace(known, progress=f"{words} {done}" + (f"/{total}" if total else ""))

    def _status(self, event: StatusChanged) -> None:
        known = self._statuses.get(event.workspace) or WorkspaceStatus(event.workspace, "", event.state)
        if event.state != "syncing":
            self._whole.pop(event.workspace, None)
        self._statuses[event.workspace] = replace(
            known,
            state=event.state,
            sentence=event.sentence,
            synced_at=event.synced_at or known.synced_at,
            budget_left=event.budget_left,
            budget=event.budget,
            progress=known.progress if event.state == "syncing" else "",
        )
        if event.sentence and event.sentence != known.sentence:
            self._note(f"{event.workspace}: {event.sentence}")
            if event.state in _BROKEN:
                self._stage.say(f"{event.workspace}: {event.sentence}", severity="warning")

    def _settled(self, event: Settled) -> None:
        self._everything = self._everything or not event.conversation
        if event.conversation:
            self._changed.add(ConversationKey(event.workspace, event.conversation))
        if event.sentence:
            self._note(event.sentence)
            if event.state in _LOUD:
                self._stage.say(event.sentence, severity="error" if event.state != "held" else "warning")
            elif event.state in {"sent", "discarded", "undo"} and event.kind in _ASKED:
                self._stage.say(event.sentence)

    def _note(self, sentence: str) -> None:
        self._lines.append((self._stage.now, sentence))

    async def _read_status(self) -> None:
        rows, in_doubt, unsettled, unproven = await self._stage.desk.read(_read_status)
        for row in rows:
            self._statuses[row.name] = _merged(self._statuses.get(row.name), row)
        self._stage.shown.statuses = tuple(self._statuses.values())
        self._stage.shown.fetched = any(row.conversations or row.synced_at is not None for row in rows)
        self._listing.explain()
        viewing = self._stage.desk.viewing
        viewer = viewing.badge if viewing is not None else ""
        # Where there is something to say, the status line gets room from the tabs.
        self._stage.screen.set_class(bool(unsettled or unproven or viewer) or self._troubled(), "-trouble")
        self._stage.widgets.status.show(
            self._stage.shown.statuses,
            in_doubt=in_doubt,
            unsettled=unsettled,
            unproven=unproven,
            viewer=viewer,
            now=self._stage.now,
        )

    def _troubled(self) -> bool:
        """Whether a workspace is in a state that needs words."""
        return any(status.state not in _QUIET for status in self._statuses.values())

    def _sync_now(self) -> None:
        if self._stage.sync is None:
            self._stage.say("There is nothing to sync with here.", severity="warning")
        else:
            self._stage.sync.request_sync(self._stage.shown.workspace)
            self._stage.say("Asking for news.")

    def _show_activity(self) -> None:
        screen = ActivityScreen(
            tuple(reversed(self._lines)), tz=self._stage.tz, guard=self._stage.settings.guard_seconds
        )
        self._stage.screen.app.push_screen(screen)


def _merged(known: WorkspaceStatus | None, row: WorkspaceRow) -> WorkspaceStatus:
    """What sync said last goes before what the store remembers of an earlier run."""
    if known is None:
        return WorkspaceStatus(row.name, row.provider, row.state, row.sentence, row.synced_at)
    return replace(known, provider=row.provider, synced_at=max(known.synced_at or 0, row.synced_at or 0) or None)


def _read_status(store: Store) -> tuple[list[WorkspaceRow], int, int, int]:
    """The workspaces; how many entries are in doubt, wait for a decision, and are asked for but not read back."""
    rows = outbox.rows(store)
    in_doubt = sum(row.state == "in_doubt" for row in rows)
    unproven = sum(row.kind in _ASKED and row.state in _UNDER_WAY for row in rows)
    return queries.workspaces(store), in_doubt, outbox.unsettled_count(store), unproven
