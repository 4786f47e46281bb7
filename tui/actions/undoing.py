"""`z` and `Z`: the newest thing first, whether it was a decision or a reply that has not left yet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from postroom.errors import PostroomError
from store import journal, outbox
from store.journal import Undone
from tui.actions.departures import Departures
from tui.actions.history import History, Step
from tui.actions.listing import Listing
from tui.actions.replying import Replying
from tui.actions.telling import tell_what_stands_again
from tui.stage import Stage


class Undoing:
    """Takes back, and does again."""

    def __init__(
        self, stage: Stage, listing: Listing, replying: Replying, history: History, departures: Departures
    ) -> None:
        self._stage = stage
        self._listing = listing
        self._replying = replying
        self._history = history
        self._departures = departures

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What this area does, by action id."""
        return {"app.undo": self.undo, "app.redo": self._redo}

    def undo(self, *, sentence: str = "") -> None:
        """Take back the newest thing, and say what that was, or `sentence` instead."""
        step = self._history.pop()
        if step is not None and step.queued is not None:
            self._stage.start(self._undo_send(step), group="undo")
        else:
            self._stage.start(self._undo_decision(sentence), group="undo")

    async def _undo_send(self, step: Step) -> None:
        if step.queued is None or step.key is None:
            return
        self._replying.keep_first()
        try:
            # A `z` in the same breath as the send may come before the reply is on disk.
            entry_id = await asyncio.shield(step.queued)
        except PostroomError:
            return  # it never went: its text is in the composer, and the reason has been said
        if step.done:
            await self._stage.desk.write(journal.undo, now=self._stage.now)
        taken_back = await self._stage.desk.write(outbox.undo_send, entry_id, now=self._stage.now)
        self._departures.forget(entry_id)
        if taken_back:
            self._listing.refresh()
            self._replying.bring_back(step.key)
            self._stage.say(f"Taken back: {step.words}. Nothing was sent.")
        else:
            self._listing.refresh()
            self._stage.say(f"Too late: the {step.words} has left.", severity="warning")

    async def _undo_decision(self, sentence: str) -> None:
        undone = await self._stage.desk.write(journal.undo, now=self._stage.now)
        if undone is None:
            self._stage.say("There is nothing to undo.")
        else:
            await self._show(undone, sentence or f"Taken back: {undone.sentence}.")

    def _redo(self) -> None:
        self._stage.start(self._redo_decision(), group="undo")

    async def _redo_decision(self) -> None:
        redone = await self._stage.desk.write(journal.redo, now=self._stage.now)
        if redone is None:
            self._stage.say("There is nothing to do again.")
        else:
            self._history.decided(redone.sentence)
            await self._show(redone, f"Again: {redone.sentence}.")

    async def _show(self, undone: Undone, sentence: str) -> None:
        """Go to what changed, and say it, also to a provider that had been told."""
        self._listing.show(keep=undone.key)
        self._stage.say(sentence)
        if undone.kind == "classify":
            await tell_what_stands_again(self._stage, undone, sentence)
