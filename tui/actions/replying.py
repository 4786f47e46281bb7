"""Writing and sending a reply.

What is written is kept: a draft is on disk half a second after the last key, leaving the composer keeps it, and a reply
that cannot be sent stays where it is. Nothing is sent without a modified key, and once only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial

from postroom.capabilities import Action, capability
from postroom.commands import Reply
from postroom.errors import NotFound, PostroomError, ReadOnlyState
from postroom.records import ConversationKey, ProviderName
from postroom.sight import Sight
from store import outbox
from store.rows import EchoRow, InboxRow
from tui import format as words
from tui.actions.departures import Departures
from tui.actions.history import History, Step
from tui.actions.reading import Reading
from tui.actions.triage import DONE, Triage
from tui.children import edit_text
from tui.dossier import Dossier, read_dossier
from tui.screens.confirm import ConfirmScreen
from tui.stage import Pane, Stage
from tui.writing import closed, completed, keep, problem, question, remark_on

RETRY_SECONDS = 5.0
"""After so long a draft that the disk refused is handed over again."""

_ECHO = -1
"""The id of an echo that is drawn before the outbox has given it one."""


class Replying:
    """The composer and what becomes of its text."""

    def __init__(
        self, stage: Stage, reading: Reading, triage: Triage, history: History, departures: Departures
    ) -> None:
        self._stage = stage
        self._reading = reading
        self._triage = triage
        self._history = history
        self._departures = departures
        self._sight: Sight | None = None
        """What was in sight when the composer was opened. None: the thread and the draft are being read."""
        self._unsaved: dict[ConversationKey, tuple[str, Sight]] = {}
        """Drafts on their way to the disk, or refused by it: newer than what a dossier says."""
        stage.on_dossier = self._see_more

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What this area does, by action id. Sending and parking are the composer's own keys."""
        composer = self._stage.widgets.composer
        return {
            "reply.open": self.open,
            "reply.send": lambda: self.send(composer.text, done=False),
            "reply.send_done": lambda: self.send(composer.text, done=True),
            "reply.editor": self.edit,
            "reply.park": lambda: self.park(composer.text),
        }

    def open(self) -> None:
        """Open the composer on the conversation under the cursor, with its draft."""
        row, dossier = self._stage.row, self._stage.shown.dossier
        if row is None:
            return
        if self._stage.shown.writing == row.key:
            self._stage.go_pane(Pane.THREAD)
            return
        self.park(self._stage.widgets.composer.text)
        if dossier is not None and dossier.key == row.key:
            self._open(dossier)
        else:
            self._open_before_read(row)

    def moved_on(self) -> None:
        """The cursor rests elsewhere. Whoever went there leaves the reply; a sync that moved it interrupts nobody."""
        row, writing = self._stage.row, self._stage.shown.writing
        if row is not None and writing not in (None, row.key) and self._stage.pane is Pane.INBOX:
            self.park(self._stage.widgets.composer.text)

    def park(self, text: str) -> None:
        """Leave the composer; the draft is kept."""
        key = self._stage.shown.writing
        if key is None:
            return
        self._close()
        self._keep(key, text, self._sight)

    def autosave(self, text: str) -> None:
        """The composer's text has changed a moment ago. What was written elsewhere before is no draft of this one."""
        key = self._stage.shown.writing
        if key is not None and self._sight is not None and text == self._stage.widgets.composer.text:
            self._keep(key, text, self._sight)

    def keep_first(self) -> None:
        """Let what is in the composer be on disk before whatever is asked of it next."""
        text = self._stage.widgets.composer.text
        (self.park if self._sight is None else self.autosave)(text)

    def save_now(self) -> list[str]:
        """The screen is about to go away: put what is unsaved on disk. Returns the texts that the disk refuses."""
        refused = []
        for key, (text, sight) in self._to_save().items():
            try:
                self._stage.desk.keep_now(keep, key, text, sight, self._stage.now)
            except PostroomError:
                refused.append(text)
        return [text for text in refused if text.strip()]

    async def save(self) -> list[str]:
        """`save_now`, while the screen goes on."""
        refused = []
        for key, (text, sight) in self._to_save().items():
            try:
                await self._stage.desk.keep(keep, key, text, sight, self._stage.now)
            except PostroomError:
                refused.append(text)
        return [text for text in refused if text.strip()]

    def send(self, text: str, *, done: bool) -> None:
        """Send what is in the composer, after asking where there is something to ask."""
        dossier = self._stage.shown.dossier
        if dossier is None or self._stage.shown.writing != dossier.key or self._sight is None:
            return
        hindrance = problem(dossier.head.row, text)
        if hindrance:
            self._stage.say(hindrance, severity="warning")
            return
        doubt = question(dossier, text, self._sight, guard=self._stage.settings.guard_seconds)
        if doubt is not None:
            self._stage.start(self._ask_and_send(doubt, dossier, text, done=done), group="ask", exclusive=True)
        else:
            self._send(dossier, text, done=done)

    def bring_back(self, key: ConversationKey) -> None:
        """A reply was taken back: its text is in the draft again, and here it is to go on with."""
        self._stage.start(self._bring_back(key), group="open", exclusive=True)

    def edit(self) -> None:
        """Go on writing in the reader's editor; an empty file changes nothing."""
        composer = self._stage.widgets.composer
        if self._stage.shown.writing is None:
            return
        self.save_now()
        with self._stage.screen.app.suspend():
            text = edit_text(composer.text, self._stage.desk.state_dir, self._stage.settings.child_environment())
        if text is not None:
            composer.text = text
            composer.move_cursor(composer.document.end)

    def _open(self, dossier: Dossier, *, text: str | None = None) -> None:
        """Show the composer with the draft, or with `text` in its place."""
        head = dossier.head
        draft, _ = self._unsaved.get(dossier.key, (dossier.draft, None))
        if self._refused(head.row):
            return
        self._sight = dossier.sight
        self._show(
            dossier.key,
            lead=head.row.lead_name,
            sender=words.sender(head.sender_name),
            channel=head.channel,
            text=draft if text is None else text,
        )
        self._stage.start(self._remark(dossier.key), group="remark", exclusive=True)

    def _open_before_read(self, row: InboxRow) -> None:
        """The panes have not caught up with the cursor, but the next letters already belong to the reply."""
        if self._refused(row):
            return
        self._sight = None
        self._show(row.key, lead=row.lead_name, sender="…", channel="…", text="")
        self._stage.start(self._open_when_read(row.key), group="open", exclusive=True)

    async def _open_when_read(self, key: ConversationKey) -> None:
        dossier = await self._read(key)
        if self._stage.shown.writing != key:
            return
        if dossier is None:
            self._close()
            raise NotFound("This conversation is not in the cache any more.")
        self._stage.show_dossier(dossier)
        self._open(dossier, text=dossier.draft + self._stage.widgets.composer.text)

    async def _remark(self, key: ConversationKey) -> None:
        """Say what whoever goes on with this draft must know, as the disk has it now."""
        dossier = await self._read(key)
        remark = remark_on(dossier, viewing=self._stage.desk.viewing) if dossier is not None else ""
        if remark and self._stage.shown.writing == key:
            self._stage.say(remark, severity="warning")

    def _read(self, key: ConversationKey) -> Awaitable[Dossier | None]:
        """The conversation, read in the writer's thread: after what is still to be written."""
        return self._stage.desk.keep(
            read_dossier, key, viewer=not self._stage.desk.writable, everywhere=self._stage.shown.everywhere
        )

    def _refused(self, row: InboxRow) -> bool:
        """Whether nobody can write here; if so, say why."""
        answer = capability(ProviderName(row.provider), Action.REPLY)
        reason = closed(row) or ("" if answer.offered else answer.sentence)
        if reason:
            self._stage.say(reason, severity="warning")
        return bool(reason)

    def _show(self, key: ConversationKey, *, lead: str, sender: str, channel: str, text: str) -> None:
        composer = self._stage.widgets.composer
        self._stage.shown.writing = key
        composer.open(lead=lead, sender=sender, channel=channel, text=text)
        composer.display = True
        self._stage.go_pane(Pane.THREAD)

    def _close(self) -> None:
        self._stage.shown.writing = None
        self._stage.widgets.composer.display = False
        self._stage.go_pane(self._stage.pane)
        self._reading.moved(self._stage.row)

    async def _bring_back(self, key: ConversationKey) -> None:
        if self._stage.shown.writing not in (None, key):
            self.park(self._stage.widgets.composer.text)
        self._stage.widgets.inbox.move_to(key)
        dossier = await self._read(key)
        if dossier is not None:
            self._stage.show_dossier(dossier)
            self._open(dossier, text=dossier.draft)

    def _see_more(self, dossier: Dossier) -> None:
        """The rest of the thread has come while the composer is open: what is older is in sight from now on."""
        if self._sight is not None and self._stage.shown.writing == dossier.key:
            self._sight = completed(dossier, self._sight)

    def _to_save(self) -> dict[ConversationKey, tuple[str, Sight | None]]:
        """What the disk may not have: what is in the composer, and what it refused before."""
        wanted: dict[ConversationKey, tuple[str, Sight | None]] = dict(self._unsaved)
        if self._stage.shown.writing is not None:
            wanted[self._stage.shown.writing] = (self._stage.widgets.composer.text, self._sight)
        return wanted

    def _keep(self, key: ConversationKey, text: str, sight: Sight | None) -> None:
        """Queue the draft for the disk now, so that what is asked for later comes later."""
        kept = self._stage.desk.keep(keep, key, text, sight, self._stage.now)
        if sight is not None:
            self._unsaved[key] = (text, sight)
        self._stage.start(self._kept(kept, key, text), group="drafts")

    async def _kept(self, kept: Awaitable[None], key: ConversationKey, text: str) -> None:
        composer = self._stage.widgets.composer
        try:
            await kept
        except PostroomError as error:
            composer.show_saved(False)
            if not isinstance(error, ReadOnlyState):
                self._stage.screen.set_timer(RETRY_SECONDS, partial(self._keep_again, key, text))
            raise
        if self._unsaved.get(key, ("", None))[0] == text and key in self._unsaved:
            del self._unsaved[key]
            self._redraft(key, text)
        if self._stage.shown.writing == key:
            if composer.text == text:  # else more has been written meanwhile
                composer.show_saved(True)
        else:
            self._reading.reload()
            await self._stage.widgets.inbox.refresh_rows(keys=frozenset({key}))

    def _keep_again(self, key: ConversationKey, text: str) -> None:
        """A full disk or a lock held elsewhere is over some time: nobody need press a key for it."""
        unsaved = self._unsaved.get(key)
        if unsaved is not None and unsaved[0] == text:
            self._keep(key, *unsaved)

    def _redraft(self, key: ConversationKey, text: str) -> None:
        """The panes' copy of a draft is as it is now."""
        dossier = self._stage.shown.dossier
        if dossier is not None and dossier.key == key:
            self._stage.shown.dossier = replace(dossier, draft=text)

    async def _ask_and_send(self, doubt: ConfirmScreen, dossier: Dossier, text: str, *, done: bool) -> None:
        if await self._stage.ask(doubt) and self._stage.shown.writing == dossier.key:
            # The reader has been shown the newest message, here or in the thread.
            self._sight = dossier.sight
            self._send(dossier, text, done=done)

    def _send(self, dossier: Dossier, text: str, *, done: bool) -> None:
        """Hand the text to the outbox and show it as on its way; both before anything is waited for."""
        row, undo_seconds, now = dossier.head.row, self._stage.settings.undo_seconds, self._stage.now
        sight = self._sight or Sight("", "")
        command = Reply(
            workspace=dossier.key.workspace,
            conversation=dossier.key.id,
            text=text,
            sender_id=dossier.head.sender_id,
            sender_name=dossier.head.sender_name,
            lead_name=row.lead_name,
            seen_upto=sight.upto,
            seen=sight.mark,
        )
        queued = self._stage.desk.write(outbox.enqueue, command, now=now, undo_seconds=undo_seconds)
        due = now + round(undo_seconds * 1_000_000)
        self._unsaved.pop(dossier.key, None)
        self._redraft(dossier.key, "")
        begun = self._stage.widgets.composer.text.removeprefix(text)
        self._stage.widgets.composer.flush()
        self._close()
        if begun.strip():  # typed while it was asked whether to send
            self._keep(dossier.key, begun, sight)
        state = "undo" if undo_seconds > 0 else "queued"
        echo = EchoRow(entry_id=_ECHO, state=state, text=text, created_at=now, undo_until=due, sentence="")
        self._stage.widgets.thread.show_echoes([*dossier.echoes, echo], now=now)
        self._stage.widgets.thread.to_bottom()
        if done:
            self._stage.go_pane(Pane.INBOX)
            self._triage.decide(DONE, row, alone=False)
        # From now on `z` takes the reply back, whether or not the disk is as fast as the fingers.
        words = f"reply to {row.lead_name}"
        step = self._history.sending(words, queued, key=dossier.key, done=done) if undo_seconds > 0 else None
        self._stage.start(self._settle(queued, dossier, command, due, step), group="sending")

    async def _settle(
        self, queued: asyncio.Future[int], dossier: Dossier, command: Reply, due: int, step: Step | None
    ) -> None:
        """The reply is on disk, or its text is back in the composer."""
        try:
            entry_id = await asyncio.shield(queued)
        except PostroomError:
            self._give_back(dossier, command)
            if step is not None:
                self._history.forget(step)
            raise
        if step is not None:
            self._departures.expect(entry_id, due)
        else:
            self._stage.wake_push()
        self._departures.redraw()
        await self._stage.widgets.inbox.refresh_rows(keys=frozenset({dossier.key}))

    def _give_back(self, dossier: Dossier, command: Reply) -> None:
        """The outbox did not take it: the text is a draft again, above what has been begun since."""
        text, writing = command.text, self._stage.shown.writing
        if writing == dossier.key and (begun := self._stage.widgets.composer.text).strip():
            text = f"{text}\n\n{begun}"
        if writing in (None, dossier.key):
            self._open(dossier, text=text)
        self._keep(dossier.key, text, Sight(command.seen_upto, command.seen))
