"""What became of many things that were asked for at once, line by line, while it is still becoming."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Static

from tui.screens.confirm import answer
from tui.screens.question import Passage, Question


class ReportScreen(Question[None]):
    """Nothing hangs on how long it is looked at: leaving it ends nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "leave", "Close", show=False),
        Binding("down,j", "scroll_by(1)", "Down", show=False),
        Binding("up,k", "scroll_by(-1)", "Up", show=False),
    ]

    def __init__(self, title: str, body: Content) -> None:
        super().__init__(title, guard=0)
        self._body = body

    def parts(self) -> Iterable[Widget]:
        """The lines, and the way out."""
        yield Passage(self._body)
        yield answer("Close", "esc", "leave")

    def renew(self, title: str, body: Content) -> None:
        """Show how it stands now."""
        self.query_one(".question--title", Static).update(Content.styled(title, "bold"))
        self.query_one(Passage).renew(body)

    def action_scroll_by(self, by: int) -> None:
        """Many lines are longer than the screen is high."""
        self.query_one(Passage).scroll_relative(y=by, animate=False)

    def on_button_pressed(self, _event: Button.Pressed) -> None:
        """A click closes it too."""
        self.action_leave()
