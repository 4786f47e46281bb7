"""The bottom line: the last decision and how to take it back, the keys that matter here, or one notice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from tui.cells import cell_len, fit, steady
from tui.glyphs import UNICODE, Glyphs
from tui.widgets.inks import ink

_INKS = ("text", "muted", "key", "information", "warning", "error")


class HintBar(Widget):
    """One line. A notice stands until the next `notice`; the decision stands until the next one."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"hint-bar--{name}" for name in _INKS}

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:  # noqa: A002 (as Textual calls it)
        super().__init__(id=id)
        self._glyphs = glyphs
        self._decision = ""
        self._hints: tuple[tuple[str, str], ...] = ()
        self._notice = ""
        self._severity = "information"

    def show(self, *, decision: str = "", hints: Sequence[tuple[str, str]] = ()) -> None:
        """`decision`: `done Grace Hopper`, shown as `z undo: done Grace Hopper`; `hints`: (key, verb) pairs."""
        if (decision, tuple(hints)) != (self._decision, self._hints):
            self._decision, self._hints = decision, tuple(hints)
            self.refresh()

    def notice(self, sentence: str, *, severity: str = "information") -> None:
        """One sentence in place of the decision; empty removes it. `severity`: information, warning or error."""
        if (sentence, severity) != (self._notice, self._severity):
            self._notice, self._severity = sentence, severity
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line: what was said at the left, keys at the right as far as there is room."""
        width, base = self.size.width, self.rich_style
        if y or width < 1:
            return Strip.blank(width, base)
        left = self._left()
        wide = sum(cell_len(text) for text, _ in left)
        if wide > width:
            left, wide = (
                [(fit("".join(text for text, _ in left), width, ellipsis=self._glyphs.ellipsis), left[-1][1])],
                width,
            )
        right = self._right(width - wide - 2)
        space = " " * (width - wide - sum(cell_len(text) for text, _ in right))
        pieces = [*left, (space, ink(self, "hint-bar--text")), *right]
        return Strip([Segment(text, base + style) for text, style in pieces if text], width)

    def _left(self) -> list[tuple[str, Style]]:
        """The notice with its sign, else the decision."""
        glyphs = self._glyphs
        if self._notice:
            sign = {"warning": f"{glyphs.in_doubt} ", "error": f"{glyphs.bad} "}.get(self._severity, "")
            style = self._severity if self._severity in _INKS else "information"
            return [(f" {sign}{steady(self._notice)}", ink(self, f"hint-bar--{style}"))]
        if not self._decision:
            return []
        return [(" z", ink(self, "hint-bar--key")), (f" undo: {steady(self._decision)}", ink(self, "hint-bar--text"))]

    def _right(self, room: int) -> list[tuple[str, Style]]:
        """The hints that fit; the last one, which leads to all others, is dropped last."""
        hints = list(self._hints)
        while hints and sum(cell_len(key) + cell_len(verb) + 3 for key, verb in hints) > room:
            del hints[max(len(hints) - 2, 0)]
        pieces: list[tuple[str, Style]] = []
        for key, verb in hints:
            pieces += [(key, ink(self, "hint-bar--key")), (f" {verb}  ", ink(self, "hint-bar--muted"))]
        return pieces
