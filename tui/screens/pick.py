"""One of a few: a letter picks at once, or the arrows and enter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.screens.question import Question

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Choice(Generic[V]):
    """One line."""

    key: str
    """The letter that picks it."""
    label: str
    value: V
    note: str = ""


class PickScreen(Question[V]):
    """Answers with the value of the line that was picked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
    ]

    def __init__(
        self, title: str, choices: Sequence[Choice[V]], *, opened_by: str = "", warning: str = "", guard: float
    ) -> None:
        super().__init__(title, guard=guard)
        self._choices = tuple(choices)
        self._warning = warning
        """What every answer brings about besides. Empty: nothing."""
        self._opened_by = opened_by
        """The key that raised the question: its repeats are not an answer. Any other key counts at once (`c i`)."""

    def parts(self) -> Iterable[Widget]:
        """The warning, and the lines."""
        if self._warning:
            yield Static(Content.styled(self._warning, "$warning"), classes="question--body")
        yield OptionList(*(Option(_line(choice)) for choice in self._choices), markup=False)

    def on_mount(self) -> None:
        """The list is ready for the arrows."""
        super().on_mount()
        self.query_one(OptionList).focus()

    def on_key(self, event: events.Key) -> None:
        """A letter picks."""
        if not self.listening and event.key == self._opened_by:
            event.stop()
            return
        for choice in self._choices:
            if event.character == choice.key:
                event.stop()
                self.dismiss(choice.value)
                return
        if event.key in {"j", "k"}:
            self.action_move(1 if event.key == "j" else -1)

    def action_move(self, by: int) -> None:
        """The line below or above."""
        lines = self.query_one(OptionList)
        lines.action_cursor_down() if by > 0 else lines.action_cursor_up()

    @on(OptionList.OptionSelected)
    def _picked(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click."""
        self.dismiss(self._choices[event.option_index].value)


def _line(choice: Choice[V]) -> Content:
    """The letter, the label, and what is worth knowing beside it."""
    return Content.assemble((f"{choice.key} ", "bold $primary"), choice.label, (f"  {choice.note}", "dim"))
