"""What of a list need not be drawn again: lines that only move, and a scroll bar that would look as it did.

Textual frames and filters each line by its place on the screen, so a list that moved by one row would draw all of them
anew, in the middle of a key. Here what was made of a strip belongs to that strip, wherever it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from rich.terminal_theme import TerminalTheme
from textual._styles_cache import StylesCache
from textual.cache import LRUCache
from textual.color import Color
from textual.content import Content
from textual.css.styles import StylesBase
from textual.geometry import Size, Spacing
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.style import Style

_Title = tuple[Content, Color, Color, Style] | None


class KeptLines(StylesCache):
    """For a widget whose `render_line` gives the same strip for what looks the same."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: LRUCache[tuple[object, ...], tuple[Strip, Strip]] = LRUCache(512)

    def render_line(  # noqa: PLR0917 (as Textual calls it)
        self,
        styles: StylesBase,
        y: int,
        size: Size,
        content_size: Size,
        padding: Spacing,
        base_background: Color,
        background: Color,
        render_content_line: Callable[[int], Strip],
        border_title: _Title,
        border_subtitle: _Title,
        opacity: float,
        ansi_theme: TerminalTheme,
        native_ansi: bool,
    ) -> Strip:
        """A line with its frame: the one made before, if its content and its frame are the same."""

        def framed(content: Callable[[int], Strip]) -> Strip:
            return super(KeptLines, self).render_line(
                styles, y, size, content_size, padding, base_background, background, content, border_title,
                border_subtitle, opacity, ansi_theme, native_ansi,
            )  # fmt: skip

        inner = y - styles.gutter.top
        if not 0 <= inner < content_size.height:
            return framed(render_content_line)
        content = render_content_line(inner)
        key = (id(content), size.width, content_size.width, base_background, background, styles.border, opacity)
        kept = self._kept.get(key)
        if kept is None or kept[0] is not content:
            self._kept[key] = kept = (content, framed(lambda _: content))
        return kept[1]


def looks_the_same(bar: ScrollBar, total: int) -> bool:
    """Whether a vertical scroll bar looks for `total` lines as it does for those it knows of."""
    thumb = _thumb(bar, total)
    return thumb is not None and thumb == _thumb(bar, int(bar.window_virtual_size))


def _thumb(bar: ScrollBar, total: int) -> tuple[int, int] | None:
    """Where the thumb begins and how long it is, in eighths of a line. None: nothing to scroll, or too far."""
    height = int(bar.window_size)
    if height <= 0 or bar.position > total - height:
        return None
    thumb = max(1, height * height / total)
    return int((height - thumb) * bar.position / max(total - height, 1) * 8), ceil(thumb * 8)
