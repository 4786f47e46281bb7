"""Every key on one page; enter runs the one under the cursor. What has no key stands there with the palette's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui import keys
from tui.screens.question import Question

_KEYS_WIDTH = 16


class HelpScreen(Question[str]):
    """Answers with the id of the action that was picked, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
        Binding("question_mark,q", "leave", show=False),
    ]

    def __init__(self, keymap: Mapping[str, str], *, guard: float) -> None:
        super().__init__("Keys", guard=guard)
        self._keymap = keymap

    def parts(self) -> Iterable[Widget]:
        """The actions by group."""
        yield OptionList(*self._lines(), markup=False, classes="help")

    def on_mount(self) -> None:
        """The list is ready for the arrows."""
        super().on_mount()
        self.query_one(OptionList).focus()

    def action_move(self, by: int) -> None:
        """The line below or above."""
        lines = self.query_one(OptionList)
        lines.action_cursor_down() if by > 0 else lines.action_cursor_up()

    @on(OptionList.OptionSelected)
    def _picked(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click."""
        self.dismiss(event.option.id)

    def _lines(self) -> Iterable[Option]:
        palette = keys.shown("app.palette", self._keymap)
        for group, actions in keys.groups():
            yield Option(Content.styled(f"\n{group}", "bold $primary"), disabled=True)
            for action in actions:
                signs = keys.shown(action.id, self._keymap, every=True) or f"({palette})"
                yield Option(Content.assemble((f"  {signs:<{_KEYS_WIDTH}}", "bold"), action.help), id=action.id)
