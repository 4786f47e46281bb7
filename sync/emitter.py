"""Sends events to the screen without flooding it: changes of rows and progress are gathered for a tenth of a second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sync.events import Progressed, Pulled, SyncEvent

GATHER_SECONDS = 0.1


class Emitter:
    """Passes events on, in the loop that it is used in. What happened to an outbox entry is never held back."""

    def __init__(self, listener: Callable[[SyncEvent], None] | None) -> None:
        self._listener = listener
        self._rows: dict[str, dict[str, None]] = {}
        self._campaigns: set[str] = set()
        self._progress: dict[tuple[str, str], Progressed] = {}
        self._timer: asyncio.TimerHandle | None = None

    def __call__(self, event: SyncEvent) -> None:
        """Send the event now, or with the next gathering."""
        if self._listener is None:
            return
        match event:
            case Pulled():
                self._rows.setdefault(event.workspace, {}).update(dict.fromkeys(event.conversations))
                if event.campaigns:
                    self._campaigns.add(event.workspace)
                self._gather()
            case Progressed():
                self._progress[event.workspace, event.stream] = event
                self._gather()
            case _:
                self.flush()
                self._listener(event)

    def flush(self) -> None:
        """Send what was gathered."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._listener is None:
            return
        rows, campaigns, progress = self._rows, self._campaigns, self._progress
        self._rows, self._campaigns, self._progress = {}, set(), {}
        for workspace, conversations in rows.items():
            self._listener(Pulled(workspace, tuple(conversations), campaigns=workspace in campaigns))
        for event in progress.values():
            self._listener(event)

    def _gather(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(GATHER_SECONDS, self.flush)
