"""One line of text: a tag, a note, a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from postroom.text import sanitise_line
from tui.screens.question import Question


class PromptScreen(Question[str]):
    """Answers with a line that `problem` finds nothing wrong with, or None."""

    def __init__(
        self, title: str, *, guard: float, text: str = "", hint: str = "", problem: Callable[[str], str] = lambda _: ""
    ) -> None:
        super().__init__(title, guard=guard)
        self._text = text
        self._hint = hint
        self._problem = problem
        """What is wrong with a line, as a sentence; empty: nothing."""

    def parts(self) -> Iterable[Widget]:
        """The line, and under it what it may look like or what is wrong with it."""
        yield Input(self._text, disabled=True)
        yield Static(Content(self._hint), classes="question--hint")

    def listen(self) -> None:
        """The line takes keys only now."""
        super().listen()
        line = self.query_one(Input)
        line.disabled = False
        line.focus()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        """Enter takes the line, if it is one that can be taken."""
        text = sanitise_line(event.value)
        problem = self._problem(text)
        if problem:
            self.query_one(".question--hint", Static).update(Content(problem))
        else:
            self.dismiss(text)
