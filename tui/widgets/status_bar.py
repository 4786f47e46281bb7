"""The right end of the top line: how fresh each workspace is, what waits for a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from postroom.records import Micros
from tui.cells import cell_len, cut, steady
from tui.format import age, provider_tag
from tui.glyphs import UNICODE, Glyphs
from tui.widgets.inks import ink

_INKS = ("text", "muted", "good", "late", "alert")


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
    """One line: a piece for each workspace, the first error as a sentence, a badge for what is in doubt."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"status-bar--{name}" for name in _INKS}

    class DoubtPicked(Message):
        """The badge was clicked."""

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:  # noqa: A002 (as Textual calls it)
        super().__init__(id=id)
        self._glyphs = glyphs
        self._statuses: tuple[WorkspaceStatus, ...] = ()
        self._counts = (0, 0, 0)
        """How many entries are in doubt, how many wait for a decision, how many effects are not shown yet."""
        self._viewer = ""
        self._now: Micros = 0
        self._badge_from = 0

    def show(
        self,
        statuses: Sequence[WorkspaceStatus],
        *,
        in_doubt: int = 0,
        unsettled: int = 0,
        unproven: int = 0,
        viewer: str = "",
        now: Micros,
    ) -> None:
        """`in_doubt` of the `unsettled` entries (in doubt, failed, held) are; `unproven`: actions without proof.

        `viewer`: why this only shows.
        """
        before = (self._statuses, self._counts, self._viewer, self._now // 60_000_000)
        self._statuses, self._counts = tuple(statuses), (in_doubt, unsettled, unproven)
        self._viewer, self._now = viewer, now
        if before != (self._statuses, self._counts, viewer, now // 60_000_000):
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        """The badge leads to what it counts."""
        if any(self._counts) and event.x >= self._badge_from:
            self.post_message(self.DoubtPicked())

    def render_line(self, y: int) -> Strip:
        """The line, right-aligned: the badge always in sight, then what is wrong, then who is fresh."""
        width, base = self.size.width, self.rich_style
        if y or width < 1:
            return Strip.blank(width, base)
        inks = {name: ink(self, f"status-bar--{name}") for name in _INKS}
        badge = self._badge(inks)
        room = width - _wide(badge)
        pieces = self._workspaces(inks, full=True)
        if _wide(pieces) > room:
            pieces = self._workspaces(inks, full=False)
        if _wide(pieces) > room:
            pieces = self._workspaces(inks, full=False, worst_first=True)
        pieces = _cut_to([*pieces], room)
        sentence = self._sentence(inks, room - _wide(pieces))
        self._badge_from = width - _wide(badge)
        line = [*sentence, *pieces, *badge]
        space = " " * max(width - _wide(line), 0)
        return Strip([Segment(space, base), *(Segment(text, base + style) for text, style in line if text)], width)

    def _badge(self, inks: dict[str, Style]) -> list[tuple[str, Style]]:
        """What waits for a decision, and whether this is a viewer."""
        pieces: list[tuple[str, Style]] = []
        if self._viewer:
            pieces.append((f"  {self._viewer}", inks["late"]))
        in_doubt, unsettled, unproven = self._counts
        others = unsettled - in_doubt
        if unproven:
            pieces.append((f"  {self._glyphs.pending} {unproven} not confirmed", inks["late"]))
        if in_doubt:
            pieces.append((f"  {self._glyphs.in_doubt} {in_doubt} in doubt", inks["alert"]))
        if others > 0:
            pieces.append((f"  {self._glyphs.failed} {others} not sent", inks["alert"]))
        return [*pieces, (" ", inks["text"])]

    def _workspaces(self, inks: dict[str, Style], *, full: bool, worst_first: bool = False) -> list[tuple[str, Style]]:
        """Each workspace's state; `full` with its name where one provider has several, and its budget."""
        several = len({status.provider for status in self._statuses}) < len(self._statuses)
        pieces: list[tuple[str, Style]] = []
        in_order = sorted(self._statuses, key=lambda status: worst_first and status.state in {"ok", "syncing"})
        for status in in_order:
            sign, word, style = self._state(status, full=full)
            tag = steady(status.name) if several and full else provider_tag(status.provider)
            pieces += [(f"  {tag} ", inks["muted"]), (f"{sign} {word}".rstrip(), inks[style])]
            if full and steady(status.progress) not in {"", word}:
                pieces.append((f" {steady(status.progress)}", inks["muted"]))
            if full and status.budget and status.budget_left is not None and status.budget_left * 5 < status.budget:
                pieces.append((f" {status.budget_left}/{status.budget}", inks["late"]))
        return pieces

    def _state(self, status: WorkspaceStatus, *, full: bool) -> tuple[str, str, str]:
        """Sign, word and ink of a workspace's state. The first sync has no age: how far it is stands in its place."""
        if status.state == "syncing" and status.synced_at is None:
            progress = steady(status.progress) or "first sync"
            return self._glyphs.syncing, progress if full else progress.split()[-1], "muted"
        glyphs, fresh = self._glyphs, age(status.synced_at, self._now) or "never"
        return {
            "ok": (glyphs.good, fresh, "good"),
            "syncing": (glyphs.syncing, fresh, "muted"),
            "offline": (glyphs.offline, f"offline {fresh}", "muted"),
            "limited": (glyphs.cooling, f"limited {fresh}", "late"),
            "incomplete": (glyphs.cooling, f"incomplete {fresh}", "late"),
            "denied": (glyphs.bad, "key refused", "alert"),
            "failed": (glyphs.bad, f"failed {fresh}", "alert"),
        }.get(status.state, (glyphs.unknown, f"{status.state} {fresh}", "late"))

    def _sentence(self, inks: dict[str, Style], room: int) -> list[tuple[str, Style]]:
        """The first trouble in words, where there is room for most of it; offline is quiet and has no sentence."""
        for status in self._statuses:
            if status.sentence and status.state not in {"ok", "syncing", "offline"} and room >= 16:
                text = steady(f"{status.name}: {status.sentence}")
                shown = text if cell_len(text) <= room - 1 else cut(text, room - 2) + self._glyphs.ellipsis
                return [(shown, inks["late"])]
        return []


def _wide(pieces: list[tuple[str, Style]]) -> int:
    """Cells of all pieces."""
    return sum(cell_len(text) for text, _ in pieces)


def _cut_to(pieces: list[tuple[str, Style]], room: int) -> list[tuple[str, Style]]:
    """The pieces that fit."""
    while pieces and _wide(pieces) > room:
        pieces.pop()
    return pieces
