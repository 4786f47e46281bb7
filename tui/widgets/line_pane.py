"""A pane of ready lines that scrolls by itself: for what is small enough to be laid out at once."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class LinePane(Widget, can_focus=True):
    """Subclasses lay their lines out in `lay_out`; `renew` makes them do it again."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (as Textual calls it)
        super().__init__(id=id)
        self._laid_out: list[list[tuple[str, Style]]] | None = None
        self._first = 0
        self._base: Style | None = None

    def lay_out(self, width: int) -> list[list[tuple[str, Style]]]:
        """The lines for a pane of this width."""
        raise NotImplementedError

    def renew(self, *, from_top: bool = False) -> None:
        """What is shown has changed."""
        self._laid_out = None
        self._first = 0 if from_top else self._first
        self.refresh()

    def scroll_lines(self, by: int) -> None:
        """Scroll by lines."""
        first = min(max(self._first + by, 0), max(len(self._lines) - self.size.height, 0))
        if first != self._first:
            self._first = first
            self.refresh()

    def notify_style_update(self) -> None:
        """Colours changed."""
        self._laid_out = None
        super().notify_style_update()

    def on_resize(self) -> None:
        """Lines wrap anew."""
        self._laid_out = None
        self.scroll_lines(0)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel."""
        event.stop()
        self.scroll_lines(2)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel."""
        event.stop()
        self.scroll_lines(-2)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of the pane. What they are written on is worked out once for all of them."""
        self._base = None
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line of the pane."""
        base = self._base = self._base or self.rich_style
        width, number = self.size.width, y + self._first
        line = self._lines[number] if number < len(self._lines) else []
        return Strip([Segment(text, base + style) for text, style in line if text]).adjust_cell_length(width, base)

    @property
    def _lines(self) -> list[list[tuple[str, Style]]]:
        """The lines, laid out once."""
        if self._laid_out is None:
            self._laid_out = self.lay_out(self.size.width)
        return self._laid_out
