"""Going through the inbox: the cursor, the panes, and what counts as read.

Moving never marks as read. A conversation that was opened counts as read after a second in front of the reader, with
the terminal in focus; the provider is told where it can be told and the workspace wants it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from textual.timer import Timer

from postroom.capabilities import Action, capability
from postroom.commands import MarkSeen
from postroom.records import ConversationKey, ProviderName
from store import journal, outbox, queries
from store.rows import InboxRow
from tui.dossier import PAGE, Dossier, read_dossier, read_page
from tui.stage import Pane, Stage

SETTLE_SECONDS = 0.06
"""How long the cursor rests before the panes follow it, while a key is held."""
FETCH_SECONDS = 0.6
"""How long the cursor rests before a thread that is not all here is asked for."""


class Reading:
    """Moves the cursor and lets the panes follow."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._settling: Timer | None = None
        self._reading: Timer | None = None
        self._fetching: Timer | None = None

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What this area does, by action id."""
        widgets = self._stage.widgets
        return {
            "list.down": lambda: self._step(1),
            "list.up": lambda: self._step(-1),
            "list.half_down": lambda: self._page(0.5),
            "list.half_up": lambda: self._page(-0.5),
            "list.top": lambda: self._end(top=True),
            "list.bottom": lambda: self._end(top=False),
            "list.next_unread": lambda: self._seek(backwards=False),
            "list.prev_unread": lambda: self._seek(backwards=True),
            "thread.open": self.open,
            "thread.channels": self._switch_channels,
            "thread.unfold": lambda: None if widgets.thread.unfold() else self._page(0.5),
        }

    def moved(self, row: InboxRow | None) -> None:
        """The cursor rests elsewhere, or on the same conversation with news."""
        shown = self._stage.shown
        if row is None or shown.writing not in (None, row.key):
            return  # a reply is being written: its thread stays in front of the writer
        if shown.dossier is not None and shown.dossier.key == row.key:
            if shown.dossier.head.row.version != row.version:
                self.reload()
            return
        shown.opened = row.key if self._stage.pane is Pane.THREAD else None
        self._stop(self._reading)
        held = self._settling is not None
        self._stop(self._settling)
        self._settling = self._stage.screen.set_timer(SETTLE_SECONDS, self._settle)
        if not held:
            self._stage.screen.call_after_refresh(self.reload)

    def reload(self) -> None:
        """Read again what the panes show."""
        key = self._wanted()
        if key is None:
            self._clear()
        else:
            self._stage.start(self._load(key), group="dossier", exclusive=True)

    def open(self) -> None:
        """Go to the thread of the row under the cursor."""
        row = self._stage.row
        if row is None:
            return
        self._stage.shown.opened = row.key
        self._stage.go_pane(Pane.THREAD)
        if self._stage.sync is not None:
            self._stage.sync.open_thread(row.key)
        self.in_front()

    def in_front(self) -> None:
        """The opened conversation is before the reader from now on (again): a second later it counts as read."""
        self._stop(self._reading)
        if self._stage.shown.opened is not None:
            self._reading = self._stage.screen.set_timer(self._stage.settings.read_seconds, self._read)

    def older(self, before_id: int) -> None:
        """Fetch the page above the oldest message shown."""
        dossier = self._stage.shown.dossier
        if dossier is not None:
            self._stage.start(self._older(dossier.key, before_id), group="older", exclusive=True)

    def left(self) -> None:
        """The thread is no longer open."""
        self._stage.shown.opened = None
        self._stop(self._reading)

    def _switch_channels(self) -> None:
        """All that was said with this person, or only this conversation."""
        shown = self._stage.shown
        shown.everywhere = not shown.everywhere
        self._stage.widgets.thread.forget_older()
        self.reload()
        self._stage.say("All channels of this person." if shown.everywhere else "Only this conversation.")

    def _settle(self) -> None:
        """No key has moved the cursor for a while."""
        self._settling = None
        row, dossier = self._stage.row, self._stage.shown.dossier
        if row is not None and (dossier is None or dossier.key != row.key):
            self.reload()

    def _step(self, by: int) -> None:
        widgets = self._stage.widgets
        if self._stage.pane is Pane.THREAD:
            widgets.thread.scroll_lines(by)
        elif self._stage.pane is Pane.CAMPAIGN:
            widgets.campaign.scroll_lines(by)
        else:
            widgets.inbox.move(by)

    def _page(self, by: float) -> None:
        widgets = self._stage.widgets
        if self._stage.pane is Pane.THREAD:
            widgets.thread.scroll_pages(by)
        elif self._stage.pane is Pane.CAMPAIGN:
            widgets.campaign.scroll_lines(round(by * widgets.campaign.size.height))
        else:
            widgets.inbox.page(by)

    def _end(self, *, top: bool) -> None:
        widgets = self._stage.widgets
        if self._stage.pane is Pane.THREAD:
            widgets.thread.to_top() if top else widgets.thread.to_bottom()
        elif self._stage.pane is Pane.INBOX:
            widgets.inbox.to_top() if top else widgets.inbox.to_bottom()

    def _seek(self, *, backwards: bool) -> None:
        self._stage.start(self._find_unread(backwards=backwards), group="seek", exclusive=True)

    async def _find_unread(self, *, backwards: bool) -> None:
        shown, row = self._stage.shown, self._stage.row
        found = await self._stage.desk.read(
            queries.next_unread,
            shown.view,
            workspace=shown.workspace,
            anchor=row.anchor if row else None,
            backwards=backwards,
        )
        if found is None:
            self._stage.say(f"Nothing unread {'above' if backwards else 'below'}.")
        else:
            self._stage.widgets.inbox.move_to(found.key)

    async def _load(self, key: ConversationKey) -> None:
        dossier = await self._stage.desk.read(
            read_dossier, key, viewer=not self._stage.desk.writable, everywhere=self._stage.shown.everywhere
        )
        if self._wanted() != key:
            return
        if dossier is None:
            self._clear()
            return
        arrived = self._stage.shown.dossier is None or self._stage.shown.dossier.key != key
        self._stage.show_dossier(dossier)
        if arrived:
            self._stop(self._fetching)
            self._fetching = self._stage.screen.set_timer(FETCH_SECONDS, self._fetch)
            if self._stage.shown.opened == key:
                self.in_front()

    async def _older(self, key: ConversationKey, before_id: int) -> None:
        everywhere = self._stage.shown.everywhere
        messages = await self._stage.desk.read(read_page, key, everywhere=everywhere, before_id=before_id)
        dossier = self._stage.shown.dossier
        if dossier is not None and dossier.key == key and everywhere == self._stage.shown.everywhere:
            self._stage.widgets.thread.prepend(messages, has_older=len(messages) == PAGE)

    def _fetch(self) -> None:
        """Ask for what is missing of a thread that has been looked at for a moment."""
        dossier, row = self._stage.shown.dossier, self._stage.row
        here = dossier is not None and row is not None and dossier.key == row.key
        if here and dossier is not None and self._stage.sync is not None and _incomplete(dossier):
            self._stage.sync.open_thread(dossier.key)

    def _read(self) -> None:
        """A second has passed in front of the opened conversation."""
        row = self._stage.row
        focused = self._stage.screen.app.app_focus
        if row is None or row.key != self._stage.shown.opened or not row.unread or not focused:
            return
        if self._stage.desk.writable:
            self._stage.start(self._mark_read(row), group="read")

    async def _mark_read(self, row: InboxRow) -> None:
        await self._stage.desk.write(journal.record, row.key, "read", now=self._stage.now)
        self._stage.widgets.inbox.replace_row(replace(row, unread=False, version=row.version + 1))
        self._stage.recount()
        tell = self._stage.settings.mark_seen and capability(ProviderName(row.provider), Action.MARK_SEEN).offered
        if tell:
            await self._stage.desk.write(
                outbox.enqueue, MarkSeen(workspace=row.key.workspace, conversation=row.key.id), now=self._stage.now
            )
            self._stage.wake_push()

    def _wanted(self) -> ConversationKey | None:
        """Whose thread belongs in the panes: that of the reply being written, else that of the row under the cursor."""
        row = self._stage.row
        return self._stage.shown.writing or (row.key if row is not None else None)

    def _clear(self) -> None:
        """There is no conversation to show."""
        self._stage.shown.dossier = None
        self._stage.widgets.thread.show(None, (), now=self._stage.now, tz=self._stage.tz)
        self._stage.widgets.campaign.clear()

    @staticmethod
    def _stop(timer: Timer | None) -> None:
        if timer is not None:
            timer.stop()


def _incomplete(dossier: Dossier) -> bool:
    """Whether something of it may still be fetched."""
    return not dossier.head.complete or (not dossier.enrolments and not dossier.head.group)
