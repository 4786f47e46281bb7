"""Yes or no: `y` does it, or a typed word where it cannot be taken back. Enter never does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input

from tui.screens.question import Passage, Question


class ConfirmScreen(Question[bool]):
    """Asks before something that reaches other people or cannot be taken back. Its answer is True, None, or False.

    False is the wider answer, where one is offered: more than was asked, and to be asked about in its turn.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "agree", "Yes", show=False),
        Binding("n", "leave", "No", show=False),
        Binding("w", "widen", "Wider", show=False),
        Binding("down,j", "scroll_by(1)", "Down", show=False),
        Binding("up,k", "scroll_by(-1)", "Up", show=False),
    ]

    def __init__(
        self,
        title: str,
        body: Content,
        *,
        verb: str,
        guard: float,
        typed: str = "",
        wider: str = "",
        cancel: str = "Cancel",
    ) -> None:
        super().__init__(title, guard=guard)
        self._body = body
        self._verb = verb
        """What is agreed to; empty: nothing yet, and no key agrees."""
        self._typed = typed
        """A word to type instead of pressing `y`; empty: `y` will do."""
        self._wider = "" if typed else wider
        """The verb of the wider answer; empty: there is none, as where a word is typed."""
        self._cancel = cancel

    def parts(self) -> Iterable[Widget]:
        """What it is about, and the two ways out."""
        yield Passage(self._body)
        if self._typed:
            yield Input(placeholder=f"type “{self._typed}”, then enter", disabled=True)
        yield answer(self._verb, "enter" if self._typed else "y", "agree")
        if self._wider:
            yield answer(self._wider, "w", "widen")
        yield answer(self._cancel, "esc", "leave")

    def renew(self, body: Content, *, verb: str) -> None:
        """What is asked has changed while it is on the screen: a key counts only once that could be seen."""
        if verb != self._verb:
            self._verb = verb
            self.query_one(Button).label = _label(verb, "enter" if self._typed else "y")
            self.guard_anew()
        self.query_one(Passage).renew(body)

    def listen(self) -> None:
        """The input, where there is one, takes keys only now."""
        super().listen()
        for box in self.query(Input):
            box.disabled = False
            box.focus()

    def action_scroll_by(self, by: int) -> None:
        """A long list is read to its end before it is agreed to."""
        self.query_one(Passage).scroll_relative(y=by, animate=False)

    def action_agree(self) -> None:
        """`y`, where no word has to be typed."""
        if not self._typed and self._verb:
            self.dismiss(True)

    def action_widen(self) -> None:
        """`w`, where there is a wider answer."""
        if self._wider:
            self.dismiss(False)

    @on(Input.Submitted)
    def _typed_word(self, event: Input.Submitted) -> None:
        """Only the very word agrees."""
        if event.value.strip().casefold() == self._typed.casefold():
            self.dismiss(True)
        else:
            event.input.value = ""

    @on(Button.Pressed)
    def _clicked(self, event: Button.Pressed) -> None:
        """A click says the same as its key; the word still has to be typed."""
        if event.button.name == "leave":
            self.action_leave()
        elif event.button.name == "widen":
            self.action_widen()
        else:
            self.action_agree()


def answer(verb: str, key: str, name: str) -> Button:
    """A button that says its verb and its key. It takes no focus: enter must never confirm."""
    button = Button(_label(verb, key), name=name, compact=True)
    button.can_focus = False
    return button


def _label(verb: str, key: str) -> Content:
    if not verb:
        return Content.styled("       Nothing to do yet", "dim")
    return Content.assemble((f"{key:<7}", "bold"), verb)
