"""What every dialog has in common: a box, a title, and deaf ears for the first moment.

A key held down a little too long must not answer the question that it raised, so keys count only after `guard` seconds.
Words from outside reach the box as Content or Text, never as markup.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, ScreenResultType
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static


class Passage(VerticalScroll, can_focus=False):
    """A text that may be longer than the terminal is high: it scrolls, and leaves room for the answers below it."""

    def __init__(self, text: Content) -> None:
        super().__init__(classes="question--passage")
        self._text = Static(text)

    def compose(self) -> ComposeResult:
        """The text alone."""
        yield self._text

    def renew(self, text: Content) -> None:
        """Show another text; what was scrolled to stays."""
        self._text.update(text)


class Question(ModalScreen[ScreenResultType]):
    """A dialog. Escape leaves it without an answer."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave", show=False)]
    AUTO_FOCUS = ""

    def __init__(self, title: str, *, guard: float) -> None:
        super().__init__()
        self._title = title
        self._guard = guard
        self.listening = guard <= 0
        """Whether keys count yet."""
        self._guarding: Timer | None = None

    def compose(self) -> ComposeResult:
        """The box with its title; the dialog's own parts come from `parts`."""
        with Vertical(classes="question"):
            yield Static(Content.styled(self._title, "bold"), classes="question--title")
            yield from self.parts()

    def parts(self) -> Iterable[Widget]:
        """What stands under the title."""
        return ()

    def on_mount(self) -> None:
        """Start to listen after a moment."""
        self.guard_anew()

    def guard_anew(self) -> None:
        """Listen after a moment only: what is asked has just come to be seen."""
        if self._guarding is not None:
            self._guarding.stop()
        self.listening = self._guard <= 0
        if self.listening:
            self.listen()
        else:
            self._guarding = self.set_timer(self._guard, self.listen)

    def listen(self) -> None:
        """Keys count from now on."""
        self.listening = True

    def on_key(self, event: events.Key) -> None:
        """Keys that came too early go nowhere; escape always works."""
        if not self.listening and event.key != "escape":
            event.stop()

    def action_leave(self) -> None:
        """Close without an answer."""
        self.dismiss(None)
