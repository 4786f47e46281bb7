"""What sync and the outbox did lately, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from postroom.records import Micros
from tui import format as words
from tui.screens.question import Question


class ActivityScreen(Question[None]):
    """The newest line first."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("exclamation_mark,q", "leave", show=False)]

    def __init__(self, lines: Sequence[tuple[Micros, str]], *, tz: tzinfo, guard: float) -> None:
        super().__init__("Activity", guard=guard)
        self._lines = lines
        self._tz = tz

    def parts(self) -> Iterable[Widget]:
        """The lines, or that there are none."""
        drawn = [Content.assemble((f"{words.clock(at, self._tz)}  ", "dim"), sentence) for at, sentence in self._lines]
        text = Content("\n").join(drawn) if drawn else Content("Nothing has happened since Postroom was started.")
        yield VerticalScroll(Static(text), classes="activity")
