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
_CALM = frozenset({"ok", "syncing"})

Piece = tuple[str, Style]
"""A stretch of the line in one style."""


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
        pieces = self._fitting(inks, room)
        sentence = self._sentence(inks, room - _wide(pieces))
        self._badge_from = width - _wide(badge)
        line = [*sentence, *pieces, *badge]
        space = " " * max(width - _wide(line), 0)
        return Strip([Segment(space, base), *(Segment(text, base + style) for text, style in line if text)], width)

    def _badge(self, inks: dict[str, Style]) -> list[Piece]:
        """What waits for a decision, and whether this is a viewer."""
        pieces: list[Piece] = []
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

    def _fitting(self, inks: dict[str, Style], room: int) -> list[Piece]:
        """The workspaces, as fully as there is room: first names and budgets go, then the fresh become one number."""
        whole = [self._workspace(status, inks, full=True) for status in self._statuses]
        short = [self._workspace(status, inks) for status in self._statuses]
        for workspaces in (whole, short):
            if sum(map(_wide, workspaces)) <= room:
                return [piece for workspace in workspaces for piece in workspace]
        troubled = [status for status in self._statuses if status.state not in _CALM]
        calm = [status for status in self._statuses if status.state in _CALM]
        for worded, aged in ((True, True), (True, False), (False, False)):
            pieces = [piece for status in troubled for piece in self._workspace(status, inks, said=worded)]
            pieces += self._together(calm, inks, said=aged)
            if _wide(pieces) <= room:
                return pieces
        return self._counted(troubled, inks, room)

    def _counted(self, troubled: Sequence[WorkspaceStatus], inks: dict[str, Style], room: int) -> list[Piece]:
        """The workspaces in trouble that fit, by tag and sign, and how many more there are."""
        for number in range(len(troubled), -1, -1):
            pieces = [piece for status in troubled[:number] for piece in self._workspace(status, inks, said=False)]
            if left := len(troubled) - number:
                pieces.append((f"  {self._glyphs.bad} {left}{' more' if number else ''}", inks["alert"]))
            if _wide(pieces) <= room:
                return pieces
        return []

    def _together(self, calm: Sequence[WorkspaceStatus], inks: dict[str, Style], *, said: bool) -> list[Piece]:
        """All workspaces without trouble as one piece: how many, and how old the oldest is."""
        if len(calm) < 2:
            return [piece for status in calm for piece in self._workspace(status, inks, said=said)]
        never = any(status.synced_at is None for status in calm)
        oldest = None if never else min(status.synced_at or 0 for status in calm)
        sign, style = (self._glyphs.syncing, "muted") if never else (self._glyphs.good, "good")
        return [
            (f"  {len(calm)} ", inks["muted"]),
            (f"{sign} {age(oldest, self._now) if said else ''}".rstrip(), inks[style]),
        ]

    def _workspace(
        self, status: WorkspaceStatus, inks: dict[str, Style], *, full: bool = False, said: bool = True
    ) -> list[Piece]:
        """A workspace's state; `full`: by name where one provider has several; `said`: in words."""
        several = len({other.provider for other in self._statuses}) < len(self._statuses)
        sign, word, style = self._state(status, full=full)
        tag = steady(status.name) if several and full else provider_tag(status.provider)
        pieces = [(f"  {tag} ", inks["muted"]), (f"{sign} {word if said else ''}".rstrip(), inks[style])]
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

    def _sentence(self, inks: dict[str, Style], room: int) -> list[Piece]:
        """The first trouble in words, where there is room for most of it; offline is quiet and has no sentence."""
        for status in self._statuses:
            if status.sentence and status.state not in _CALM | {"offline"} and room >= 16:
                text = steady(f"{status.name}: {status.sentence}")
                shown = text if cell_len(text) <= room - 1 else cut(text, room - 2) + self._glyphs.ellipsis
                return [(shown, inks["late"])]
        return []


def _wide(pieces: Sequence[Piece]) -> int:
    """Cells of all pieces."""
    return sum(cell_len(text) for text, _ in pieces)
