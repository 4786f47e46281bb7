"""Replies in their undo window: the countdown on the screen, and the moment at which they leave.

The only clock that ticks each second, and only while something can still be taken back.
"""

from __future__ import annotations

from textual.timer import Timer

from postroom.records import Micros
from store import outbox, queries
from tui.actions.history import History
from tui.stage import Stage

TICK_SECONDS = 1.0


class Departures:
    """Watches over what is about to leave."""

    def __init__(self, stage: Stage, history: History) -> None:
        self._stage = stage
        self._history = history
        self._due: dict[int, Micros] = {}
        self._ticking: Timer | None = None

    def expect(self, entry_id: int, due: Micros) -> None:
        """A reply leaves at `due` unless it is taken back."""
        self._due[entry_id] = due
        self._wait()

    def forget(self, entry_id: int) -> None:
        """It was taken back."""
        self._due.pop(entry_id, None)

    def _wait(self) -> None:
        """Until the next whole second, or the next departure if that is sooner."""
        if self._ticking is not None:
            self._ticking.stop()
            self._ticking = None
        if self._due:
            left = (min(self._due.values()) - self._stage.now) / 1_000_000
            self._ticking = self._stage.screen.set_timer(max(0.01, min(TICK_SECONDS, left)), self._tick)

    def _tick(self) -> None:
        self._ticking = None
        now = self._stage.now
        gone = [entry_id for entry_id, due in self._due.items() if due <= now]
        for entry_id in gone:
            del self._due[entry_id]
        if gone:
            self._stage.start(self._release(gone), group="departures")
        else:
            self.redraw()
        self._wait()

    async def _release(self, entries: list[int]) -> None:
        """Let go of what is due; whether each may leave is the outbox's decision."""
        await self._stage.desk.write(outbox.release_due, now=self._stage.now, session=self._stage.desk.session)
        for entry_id in entries:
            self._history.departed(entry_id)
        self._stage.wake_push()
        await self._reread()

    def redraw(self) -> None:
        """Read again what is on its way in the conversation on screen."""
        self._stage.start(self._reread(), group="echoes", exclusive=True)

    async def _reread(self) -> None:
        dossier = self._stage.shown.dossier
        if dossier is None:
            return
        echoes = await self._stage.desk.read(queries.echoes, dossier.key)
        if self._stage.shown.dossier is not None and self._stage.shown.dossier.key == dossier.key:
            self._stage.widgets.thread.show_echoes(echoes, now=self._stage.now)
