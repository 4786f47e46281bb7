"""The bottom line: the last decision and how to take it back, the keys that matter here, or one notice."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widget import Widget

from tui.glyphs import UNICODE, Glyphs


class HintBar(Widget):
    """One line. A notice stands until the next `show` or `notice`."""

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:  # noqa: A002 (as Textual calls it)
        super().__init__(id=id)

    def show(self, *, decision: str = "", hints: Sequence[tuple[str, str]] = ()) -> None:
        """`decision`: `done Grace Hopper`, shown as `z undo: done Grace Hopper`; `hints`: (key, verb) pairs."""

    def notice(self, sentence: str, *, severity: str = "information") -> None:
        """One sentence in place of the decision; empty removes it. `severity`: information, warning or error."""
