"""The right end of the top line: how fresh each workspace is, what waits for a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.message import Message
from textual.widget import Widget

from postroom.records import Micros
from tui.glyphs import UNICODE, Glyphs


@dataclass(frozen=True, slots=True)
class WorkspaceStatus:
    """What the status line says of one workspace."""

    name: str
    provider: str
    state: str
    """As in `sync.events.StatusChanged`."""
    sentence: str = ""
    synced_at: Micros | None = None
    budget_left: int | None = None
    budget: int | None = None
    progress: str = ""
    """`threads 120/400` while a walk runs; else empty."""


class StatusBar(Widget):
    """One line per workspace's state, one badge for what is in doubt."""

    class DoubtPicked(Message):
        """The badge was clicked."""

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:  # noqa: A002 (as Textual calls it)
        super().__init__(id=id)

    def show(
        self,
        statuses: Sequence[WorkspaceStatus],
        *,
        in_doubt: int = 0,
        unsettled: int = 0,
        viewer: bool = False,
        now: Micros,
    ) -> None:
        """`in_doubt` of the `unsettled` entries (in doubt, failed, held) are in doubt."""
