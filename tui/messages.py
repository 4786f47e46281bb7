"""What reaches the screen from outside of its widgets."""

from __future__ import annotations

from textual.message import Message

from sync.events import SyncEvent


class SyncHeard(Message):
    """Sync says that something happened. Posted from sync's own thread."""

    def __init__(self, event: SyncEvent) -> None:
        super().__init__()
        self.event = event
