"""Going: asks only when something that was written has not been sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.timer import Timer

from store import outbox
from store.database import Store
from store.rows import OutboxRow
from tui import format as words
from tui.actions.replying import Replying
from tui.screens.pick import Choice, PickScreen
from tui.stage import Stage

_UNSENT = frozenset({"undo", "queued", "sending"})
_SEND, _HOLD, _WAIT = "send", "hold", "wait"
WATCH_SECONDS = 0.3


class Leaving:
    """Quits without leaving anything hanging."""

    def __init__(self, stage: Stage, replying: Replying) -> None:
        self._stage = stage
        self._replying = replying
        self._watching: Timer | None = None

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What this area does, by action id."""
        return {"app.quit": self.quit}

    def quit(self) -> None:
        """Leave, or ask what becomes of what is unsent."""
        self._stage.start(self._quit(), group="ask", exclusive=True)

    async def _quit(self) -> None:
        self._replying.save_now()
        unsent = await self._stage.desk.read(unsent_replies)
        if not unsent or not self._stage.desk.writable:
            self._stage.screen.app.exit()
            return
        choice = await self._stage.ask(
            PickScreen(
                f"{words.plural(len(unsent), 'action')} not sent yet",
                (
                    Choice("s", "Send now and leave", _SEND, note="leaves as soon as the provider has answered"),
                    Choice("h", "Hold and leave", _HOLD, note="nothing is sent until you say so"),
                    Choice("w", "Wait", _WAIT, note="leaves by itself when all are sent; z still takes back"),
                ),
                opened_by="q",
                guard=self._stage.settings.guard_seconds,
            )
        )
        if choice == _HOLD:
            await self._stage.desk.write(_hold, now=self._stage.now)
            self._stage.screen.app.exit()
        elif choice == _SEND:
            await self._stage.desk.write(_release, now=self._stage.now)
        if choice in (_SEND, _WAIT):
            self._stage.wake_push()
            self._stage.say("Leaving as soon as everything is sent. Any key stays.")
            self._watch()

    def stay(self) -> None:
        """A key was pressed: the reader is still here."""
        if self._watching is not None:
            self._watching.stop()
            self._watching = None

    def _watch(self) -> None:
        self._watching = self._stage.screen.set_timer(WATCH_SECONDS, self._look)

    def _look(self) -> None:
        self._stage.start(self._leave_when_sent(), group="leaving", exclusive=True)

    async def _leave_when_sent(self) -> None:
        if self._watching is None:
            return
        if await self._stage.desk.read(unsent_replies):
            self._watch()
        else:
            self._stage.screen.app.exit()


def unsent_replies(store: Store) -> list[OutboxRow]:
    """What would still go out by itself. A read mark is not worth a question."""
    return [row for row in outbox.rows(store) if row.state in _UNSENT and row.kind != "mark_seen"]


def _release(store: Store, *, now: int) -> None:
    """End every undo window."""
    for row in outbox.rows(store):
        if row.state == "undo":
            outbox.release_now(store, row.id, now=now)


def _hold(store: Store, *, now: int) -> None:
    """Keep what has not left: it waits for the reader's word."""
    outbox.hold_all_undo(store, now=now, reason="Held when Postroom was closed.")
    for row in outbox.rows(store):
        if row.state == "queued" and row.kind != "mark_seen":
            outbox.hold(store, row.id, "Held when Postroom was closed.", now=now)
