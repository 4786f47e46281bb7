"""The first frame looks like the screen that takes it over, whatever is in its texts."""

from __future__ import annotations

import pyte
import pytest

from store.rows import InboxRow
from tests.tui.builders import NOW, inbox_row
from tests.tui.test_cells import HOSTILE
from tui.first_frame import draw
from tui.glyphs import ASCII, UNICODE, Glyphs
from tui.palette import DARK, LIGHT, Palette

SIZES = ((80, 24), (120, 40), (163, 48), (90, 11))


def on_terminal(text: str, columns: int, lines: int) -> list[str]:
    """What a terminal of that size shows."""
    screen = pyte.Screen(columns, lines)
    pyte.ByteStream(screen).feed(text.encode())
    return list(screen.display)


def frame(
    rows: list[InboxRow], size: tuple[int, int], *, palette: Palette | None = DARK, glyphs: Glyphs = UNICODE
) -> str:
    return draw(rows, *size, now=NOW, palette=palette, glyphs=glyphs)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("palette", [DARK, LIGHT, None])
def test_every_line_is_as_wide_as_the_terminal(size: tuple[int, int], palette: Palette | None) -> None:
    """The panes stand side by side, their frames unbroken; the newest row has the cursor."""
    shown = on_terminal(frame([inbox_row(number) for number in range(60)], size, palette=palette), *size)

    panes = 1 if size[0] < 90 else 2 if size[0] < 140 else 3
    assert shown[1].count("╭") == shown[-2].count("╯") == panes
    assert [line[0] + line[-1] for line in shown[2:-2]] == ["││"] * (size[1] - 4)
    assert shown[1].startswith("╭─ 1 Inbox ─")
    assert "Ada Lovelace" in shown[2]
    assert [line[1] for line in shown[2:-2]].count("▌") in {1, 2}


@pytest.mark.parametrize("text", HOSTILE)
def test_hc01_no_text_in_the_first_frame_is_a_code(text: str) -> None:
    """A name, a company and a preview of hostile text neither move the cursor nor break a column."""
    rows = [inbox_row(0, lead_name=text, company=text, preview=text)]
    drawn = frame(rows, (120, 12), palette=None, glyphs=ASCII)

    codes = drawn.split("\x1b")[1:]
    assert all(
        code.startswith("[") and code.split("m")[0].split("H")[0][1:].replace(";", "").isdigit() for code in codes
    )
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in drawn.replace("\x1b", ""))
