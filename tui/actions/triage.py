"""Decisions about a conversation: done, read, starred, snoozed, classified, tagged, noted.

A decision is on the screen at once and in the journal before the next key is needed. Every one can be undone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace

from postroom.records import Verdict
from store import journal, writes
from store.rows import InboxRow, View
from tui import format as words
from tui.actions.history import History, Step
from tui.actions.telling import stood, tell_verdict, told_besides
from tui.screens.pick import Choice, PickScreen
from tui.screens.prompt import PromptScreen
from tui.snooze import CHOICES, when
from tui.stage import Stage


@dataclass(frozen=True, slots=True)
class Verb:
    """A decision before it meets a conversation."""

    kind: str
    """As the journal calls it."""
    words: str
    """As `z` says it: `done`."""
    look: Callable[[InboxRow], InboxRow]
    """What the row looks like from now on."""
    value: Mapping[str, object] | None = None
    moves: bool = False
    """The conversation goes to another folder."""
    tells: Verdict | None = None
    """What the provider is told besides, where it can be."""
    undoable: bool = True
    """Whether `z` takes it back; having read something cannot be."""


DONE = Verb("done", "done", lambda row: replace(row, folder="done"), moves=True)
BACK = Verb("inbox", "back in the inbox:", lambda row: replace(row, folder="inbox"), moves=True)
STAR = Verb("star", "starred", lambda row: replace(row, starred=True))
UNSTAR = Verb("unstar", "star off", lambda row: replace(row, starred=False))
READ = Verb("read", "read", lambda row: replace(row, unread=False), undoable=False)
UNREAD = Verb("unread", "unread", lambda row: replace(row, unread=True))

_VERDICTS = (
    Choice("i", "Interested", Verdict.INTERESTED),
    Choice("u", "Curious", Verdict.CURIOUS),
    Choice("n", "Not interested", Verdict.NOT_INTERESTED),
    Choice("l", "Later", Verdict.LATER),
    Choice("m", "Meeting", Verdict.MEETING),
    Choice("o", "Out of office", Verdict.OUT_OF_OFFICE),
    Choice("w", "Wrong person", Verdict.WRONG_PERSON),
    Choice("d", "Do not contact", Verdict.DO_NOT_CONTACT, note="a mark in Postroom; it stops nothing by itself"),
    Choice("x", "Nothing", Verdict.NONE, note="take the mark away"),
)


class Triage:
    """Decides on the conversation under the cursor."""

    def __init__(self, stage: Stage, history: History) -> None:
        self._stage = stage
        self._history = history
        self._last: Verb | None = None

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What this area does, by action id."""
        return {
            "inbox.done": self.done,
            "inbox.done_next": self.done,
            "inbox.done_prev": lambda: self.done(direction=-1),
            "inbox.unread": lambda: self._toggle(lambda row: row.unread, on=READ, off=UNREAD),
            "inbox.star": lambda: self._toggle(lambda row: row.starred, on=UNSTAR, off=STAR),
            "inbox.snooze": lambda: self._asking(self._snooze),
            "lead.classify": lambda: self._asking(self._classify),
            "lead.tag": lambda: self._asking(self._tag),
            "lead.note": lambda: self._asking(self._note),
            "app.repeat": self._repeat,
        }

    def done(self, *, direction: int = 1) -> None:
        """The conversation under the cursor is done with, or in the view of what is done, taken back from there."""
        row = self._stage.row
        if row is not None:
            self.decide(BACK if row.folder == "done" else DONE, row, direction=direction)

    def decide(self, verb: Verb, row: InboxRow, *, direction: int = 1, alone: bool = True) -> None:
        """Show a decision at once and write it down. Not `alone`: it is taken back together with something else."""
        # Queued before anything is drawn: another process being the writer must not look like a decision.
        value = dict(verb.value) if verb.value else None
        if value is not None and verb.tells is not None:
            value["was"] = stood(row)
        written = self._stage.desk.write(journal.record, row.key, verb.kind, value, now=self._stage.now)
        inbox = self._stage.widgets.inbox
        looked = replace(verb.look(row), version=row.version + 1)
        here = self._stage.row
        if here is not None and here.key == row.key and verb.moves and not _stays(looked, self._stage):
            inbox.advance_after_removal(direction=direction)
        else:
            inbox.replace_row(looked)
        self._last = verb
        if verb.tells is not None:
            self._stage.start(tell_verdict(self._stage, row, verb.tells), group="decisions")
        step = self._history.decided(f"{verb.words} {row.lead_name}") if verb.undoable and alone else None
        self._stage.start(self._settle(written, step), group="decisions")

    def wake_due(self) -> None:
        """Bring the snoozed conversations back whose time has come."""
        if self._stage.desk.writable:
            self._stage.start(self._wake_due(), group="decisions")

    async def _wake_due(self) -> None:
        if await self._stage.desk.write(writes.wake_due, self._stage.now):
            await self._stage.widgets.inbox.refresh_rows()
            self._stage.recount()

    async def _settle(self, written: asyncio.Future[int], step: Step | None) -> None:
        """Wait for the disk; a decision that is not on it goes back on the screen."""
        try:
            await written
        except Exception:
            self._stage.widgets.inbox.put_back()
            if step is not None:
                self._history.forget(step)
            raise
        self._stage.recount()

    def _toggle(self, claim: Callable[[InboxRow], bool], *, on: Verb, off: Verb) -> None:
        """One verb where the claim holds, the other where it does not."""
        row = self._stage.row
        if row is not None:
            self.decide(on if claim(row) else off, row)

    def _repeat(self) -> None:
        row = self._stage.row
        if self._last is None:
            self._stage.say("There is nothing to repeat yet.")
        elif row is not None:
            self.decide(self._last, row)

    def _asking(self, question: Callable[[InboxRow], Coroutine[object, object, None]]) -> None:
        """Start a decision that needs a word from the reader."""
        row = self._stage.row
        if row is not None:
            self._stage.start(question(row), group="ask", exclusive=True)

    async def _classify(self, row: InboxRow) -> None:
        verdict = await self._stage.ask(
            PickScreen(
                f"{row.lead_name} is",
                _VERDICTS,
                opened_by="c",
                warning=told_besides(row),
                guard=self._stage.settings.guard_seconds,
            )
        )
        if verdict is not None:
            self.decide(
                Verb(
                    "classify",
                    f"{words.verdict_tag(verdict) or 'unclassified'}:",
                    lambda shown: replace(shown, verdict=verdict),
                    value={"verdict": None if verdict is Verdict.NONE else verdict.value},
                    tells=verdict,
                ),
                row,
            )

    async def _snooze(self, row: InboxRow) -> None:
        guard = self._stage.settings.guard_seconds
        wish = await self._stage.ask(PickScreen("Snooze until", CHOICES, opened_by="b", guard=guard))
        if wish == "":
            wish = await self._stage.ask(
                PromptScreen(
                    "Snooze until",
                    guard=guard,
                    hint="3h, 2d, monday, 14:30, 2026-12-01",
                    problem=lambda text: "" if when(text, self._stage.now, self._stage.tz) else "I cannot read that.",
                )
            )
        wake_at = when(wish, self._stage.now, self._stage.tz) if wish else None
        if wake_at is not None:
            look = Verb(
                "snooze",
                "snoozed",
                lambda shown: replace(shown, folder="snoozed", wake_at=wake_at),
                value={"until": wake_at},
                moves=True,
            )
            self.decide(look, row)

    async def _tag(self, row: InboxRow) -> None:
        dossier = self._stage.shown.dossier
        tags = dossier.head.tags if dossier is not None and dossier.key == row.key else ()
        tag = await self._stage.ask(
            PromptScreen(
                f"Tag {row.lead_name}",
                guard=self._stage.settings.guard_seconds,
                hint=f"Has: {', '.join(tags)}. One of them again takes it away." if tags else "A word or two.",
            )
        )
        if tag:
            kind = "untag" if tag in tags else "tag"
            self.decide(Verb(kind, f"{kind} “{tag}”:", lambda shown: shown, value={"tag": tag}), row)

    async def _note(self, row: InboxRow) -> None:
        note = await self._stage.ask(
            PromptScreen(
                f"Note on {row.lead_name}",
                guard=self._stage.settings.guard_seconds,
                hint="Only here: it never leaves this machine.",
            )
        )
        if note:
            self.decide(Verb("note", "noted:", lambda shown: shown, value={"text": note}), row)


def _stays(row: InboxRow, stage: Stage) -> bool:
    """Whether a row that moved to another folder is still part of what is listed."""
    view = stage.shown.view
    if stage.shown.searching or view is View.ALL:
        return True
    return row.folder == (view.value if view in (View.DONE, View.SNOOZED) else "inbox")
