"""Nothing reaches the terminal that it would obey."""

from __future__ import annotations

import pytest
from rich.control import Control
from rich.segment import ControlType, Segment
from rich.text import Text
from textual.app import App, ComposeResult
from textual.color import Color
from textual.filter import LineFilter
from textual.widgets import Label

from tui.filter import OutputFilter, install, shown

CONTROLS = [chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0))]
BIDI = list("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _raw(text: str) -> list[str]:
    return [char for char in text if char in CONTROLS or char in BIDI or 0xD800 <= ord(char) <= 0xDFFF]


@pytest.mark.parametrize("first", [*CONTROLS, *BIDI, "\ud800"])
def test_hc02_no_control_passes_singly_or_in_pairs(first: str) -> None:
    """Every control code, alone and before every other, is taken out of what is drawn."""
    drawn = [shown(f"a{first}{second}b   ") for second in ["", *CONTROLS, *BIDI]]

    assert [_raw(text) for text in drawn] == [[]] * len(drawn)


def test_a_cleaned_piece_keeps_its_width() -> None:
    """What becomes visible takes the place of the padding."""
    assert (shown("a\x1b[31mb   "), shown("\x1b")) == ("a␛[31mb  ", "")


def test_a_clean_line_is_the_same_object() -> None:
    """The filter costs nothing where there is nothing to do."""
    line = [Segment("Ada ✓ 日本 ▌"), Segment("x")]

    assert OutputFilter().apply(line, Color(0, 0, 0)) is line


def test_textuals_own_control_segments_pass() -> None:
    """What Textual itself tells the terminal is not remote text."""
    control = Control((ControlType.CURSOR_MOVE_TO, 1, 1)).segment

    assert OutputFilter().apply([control, Segment("\x1b")], Color(0, 0, 0))[0] == control


class Shown(App[None]):
    def __init__(self) -> None:
        super().__init__()
        install(self)
        install(self)

    def compose(self) -> ComposeResult:
        yield Label(Text("name\x1b]0;title\x07 \x9b31m \u202e end"))


async def test_it_stands_in_every_widgets_way() -> None:
    """A label and a toast that were handed raw text are drawn safe."""
    app = Shown()
    async with app.run_test(notifications=True) as pilot:
        app.notify("toast \x1b[2J", title="t\x07", markup=False)
        await pilot.pause()
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        drawn = "".join(segment.text for strip in strips for segment in strip if not segment.control)
        filters: list[LineFilter] = [each for each in app.get_line_filters() if isinstance(each, OutputFilter)]

    assert "name␛]0;title" in drawn
    assert "toast ␛[2" in drawn
    assert _raw(drawn) == []
    assert len(filters) == 1
