"""What the screen asks of sync. The front door hands in something that does it; the screen never learns what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from postroom.records import ConversationKey
from sync.events import SyncEvent


class SyncPort(Protocol):
    """A running sync. Every call returns at once; what comes of it arrives as events."""

    def request_sync(self, workspace: str | None = None) -> None:
        """Pull now: one workspace, or all."""
        ...

    def open_thread(self, key: ConversationKey) -> None:
        """Fetch what is missing of the conversation on screen before anything else."""
        ...

    def look_up_person(self, key: ConversationKey) -> tuple[str, ...]:
        """Ask every workspace for the campaigns of a conversation's person; returns who is asked.

        Each of them answers with a `LookedUp`.
        """
        ...

    def list_campaigns(self, workspace: str | None = None) -> tuple[str, ...]:
        """Read the campaigns of one workspace, or of all, now; returns who is asked.

        Each of them answers with a `Listed`.
        """
        ...

    def wake_push(self) -> None:
        """The outbox has something new to send."""
        ...

    def set_focus(self, state: str) -> None:
        """`focused`, `idle` or `unfocused`: how often to poll."""
        ...

    def stop(self, timeout: float = 5.0) -> None:
        """End, letting a send in progress settle for at most `timeout` seconds."""
        ...


SyncFactory = Callable[[Callable[[SyncEvent], None]], SyncPort]
"""Starts sync. It is called after the first paint, with where to send events; they may come from another thread."""
