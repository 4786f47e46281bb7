"""Going: asks only when something that was written has not been sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rich.text import Text
from textual.timer import Timer

from postroom.text import sanitise
from store import outbox
from store.database import Store
from store.rows import OutboxRow
from tui import format as words
from tui.actions.replying import Replying
from tui.screens.pick import Choice, PickScreen
from tui.stage import Stage

_UNSENT = frozenset({"undo", "queued", "sending"})
_SEND, _HOLD, _WAIT = "send", "hold", "wait"
_COPY, _LEAVE = "copy", "leave"
WATCH_SECONDS = 0.3


class Leaving:
    """Quits without leaving anything hanging."""

    def __init__(self, stage: Stage, replying: Replying) -> None:
        self._stage = stage
        self._replying = replying
        self._watching: Timer | None = None
        self.last_words = ""
        """What the disk refused and the reader left behind: printed when the screen is gone."""

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What this area does, by action id."""
        return {"app.quit": self.quit}

    def quit(self) -> None:
        """Leave, or ask what becomes of what is unsent."""
        self._stage.start(self._quit(), group="ask", exclusive=True)

    async def _quit(self) -> None:
        unsaved = await self._replying.save()
        if unsaved and not await self._may_lose(unsaved):
            return
        unsent = await self._stage.desk.read(unsent_replies)
        if not unsent or not self._stage.desk.writable:
            self._exit()
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
            self._exit()
        elif choice == _SEND:
            await self._stage.desk.write(_release, now=self._stage.now)
        if choice in (_SEND, _WAIT):
            self._stage.wake_push()
            self._stage.say("Leaving as soon as everything is sent. Any key stays.")
            self._watch()

    async def _may_lose(self, texts: list[str]) -> bool:
        """Whether to leave although the disk has not taken what was written. Copying it out asks once more."""
        copied = False
        whole = "\n\n".join(texts)
        while True:
            choice = await self._stage.ask(
                PickScreen(
                    "What you wrote is NOT on the disk",
                    (
                        Choice("s", "Stay", "", note="free some space, or send it"),
                        Choice(
                            "c",
                            "Copy it to the clipboard" if not copied else "Copied: paste it somewhere now",
                            _COPY,
                            note="handed to your terminal; then asks again",
                        ),
                        Choice("l", "Leave all the same", _LEAVE, note="it is printed in the terminal, nowhere else"),
                    ),
                    opened_by="q",
                    guard=self._stage.settings.guard_seconds,
                )
            )
            if choice != _COPY:
                break
            self._stage.screen.app.copy_to_clipboard(sanitise(whole))
            copied = True
        if choice == _LEAVE:
            self.last_words = whole
        return choice == _LEAVE

    def _exit(self) -> None:
        self._stage.screen.app.exit(message=farewell([self.last_words] if self.last_words else []))

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
            self._exit()


def farewell(texts: list[str]) -> Text | None:
    """What is printed when the screen is gone: what was written and could not be kept. None: nothing."""
    if not texts:
        return None
    return Text("\n\n".join(["This could not be saved, so here it is once more:", *map(sanitise, texts)]))


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
