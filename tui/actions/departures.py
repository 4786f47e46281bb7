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
SLEPT: Micros = 4_500_000
"""When the clock has moved this much since the last look, the machine slept or the clock was set."""

SECOND_LOOK = 2.0
"""Seconds that sync, which moves the undo times after a sleep, is given before they are looked at again."""


class Departures:
    """Watches over what is about to leave."""

    def __init__(self, stage: Stage, history: History) -> None:
        self._stage = stage
        self._history = history
        self._due: dict[int, Micros] = {}
        self._ticking: Timer | None = None
        self._looked: Micros = 0

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
            self._looked = self._stage.now
            left = (min(self._due.values()) - self._looked) / 1_000_000
            self._ticking = self._stage.screen.set_timer(max(0.01, min(TICK_SECONDS, left)), self._tick)

    def _tick(self) -> None:
        self._ticking = None
        now = self._stage.now
        if abs(now - self._looked) > SLEPT:
            self._stage.wake_push()
            self._ticking = self._stage.screen.set_timer(SECOND_LOOK, self._look_again)
            return
        gone = [entry_id for entry_id, due in self._due.items() if due <= now]
        for entry_id in gone:
            del self._due[entry_id]
        if gone:
            self._stage.start(self._release(gone), group="departures")
        else:
            self.redraw()
        self._wait()

    def _look_again(self) -> None:
        self._ticking = None
        self._stage.start(self._learn(), group="departures")

    async def _learn(self) -> None:
        """Take from the outbox when what is expected leaves now."""
        for entry_id in list(self._due):
            row = await self._stage.desk.read(outbox.row, entry_id)
            if row is not None and row.state == "undo" and row.undo_until is not None:
                self._due[entry_id] = row.undo_until
            else:
                self._due.pop(entry_id, None)
                self._history.departed(entry_id)
        await self._reread()
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
