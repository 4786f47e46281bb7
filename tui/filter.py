"""The last line of defence: nothing reaches the terminal that it would obey, whatever widget drew it.

Text is made safe at ingest already. This filter stands where every line of every widget passes on its way out, so that
a toast, a title or a widget of tomorrow cannot forget it. A line keeps its width: what becomes visible takes the place
of the padding, else of the end of its piece.
"""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter

from postroom.text import sanitise


def install(app: App[object]) -> None:
    """Put the output filter on the app. Call it in the app's `__init__`, after `super().__init__()`."""
    if not any(isinstance(line_filter, OutputFilter) for line_filter in app._filters):  # noqa: SLF001 (no public way)
        app._filters.append(OutputFilter())  # noqa: SLF001 (no public way)


class OutputFilter(LineFilter):
    """Passes every piece of text through the sanitiser; Textual's own control segments pass as they are."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 (Textual's signature)
        """The segments with nothing in them that a terminal would obey. A clean line comes back as it is."""
        for text, _, control in segments:
            if not control and not (text.isascii() and text.isprintable()) and shown(text) != text:
                return [_safe(segment) for segment in segments]
        return segments


@lru_cache(maxsize=4096)
def shown(text: str) -> str:
    """What is drawn for a piece of text: safe, on one line, exactly as wide as it was taken to be."""
    safe = sanitise(text).replace("\n", "␊")
    return text if safe == text else set_cell_size(safe, cell_len(text))


def _safe(segment: Segment) -> Segment:
    """The segment with its text made safe; a control segment as it is."""
    return segment if segment.control else Segment(shown(segment.text), segment.style)
