"""The first frame: the newest rows of the inbox on the terminal, drawn before anything that takes time is loaded.

It looks as the screen will that takes it over, and nothing is cleared in between. A key that is pressed meanwhile is
not echoed; the screen obeys it when it is there. Only what has been synced, and needs no repair, is ever shown.
"""

from __future__ import annotations

import os
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from math import ceil
from pathlib import Path

from store import glimpse
from store.inbox_rows import InboxRow
from tui.glyphs import ASCII, UNICODE, Glyphs
from tui.palette import DARK, LIGHT, Palette
from tui.widgets import inbox_row

ENTER = "\x1b[?1049h"
"""Go to the alternate screen, as Textual says it."""
_LEAVE = "\x1b[?1049l\x1b[?25h"
_TITLES = ("Inbox", "Thread", "Campaign")
_CAMPAIGN = 36
_TWO, _THREE = 90, 140
"""Cells from which there is room for two panes, and for three."""

Line = list[tuple[str, tuple[str, str]]]
"""Pieces of text, each with the codes of what it is written with and of what it is written on."""


class FirstFrame:
    """Stands on the terminal until the screen takes it over, or it is taken down."""

    def __init__(self) -> None:
        self._descriptor = 2  # standard error: Textual writes there too
        self._attributes: list[int | list[bytes | int]] | None = None
        self.stands = False

    def put_up(self, state_dir: Path, *, theme: str | None, ascii_only: bool) -> None:
        """Draw it, where there is something to show and a terminal to show it on."""
        if not _fit_for_it() or (theme or "dark") not in _PALETTES:
            return
        size = os.get_terminal_size(self._descriptor)
        rows = glimpse.first_rows(state_dir, limit=size.lines) if min(size) > _LEAST else []
        if not rows:
            return
        palette = _PALETTES[theme or "dark"] if _has_colours(os.environ) else None
        glyphs = ASCII if ascii_only else UNICODE
        drawn = draw(rows, size.columns, size.lines, now=time.time_ns() // 1000, palette=palette, glyphs=glyphs)
        self._hush()
        self.stands = True
        self._write(f"{ENTER}\x1b[?25l{drawn}")

    def hand_over(self) -> bool:
        """The screen is here. Whether the alternate screen is entered already."""
        standing, self.stands = self.stands, False
        self._echo()
        return standing

    def take_down(self) -> None:
        """Give the terminal back as it was, if nobody has taken it over."""
        if self.hand_over():
            self._write(f"\x18{_LEAVE}")  # a code that was broken off is none

    def _hush(self) -> None:
        """Keys are not echoed from now on."""
        with suppress(termios.error):
            self._attributes = termios.tcgetattr(self._descriptor)
            silent = list(self._attributes)
            flags = silent[3]
            silent[3] = flags & ~termios.ECHO if isinstance(flags, int) else flags
            termios.tcsetattr(self._descriptor, termios.TCSANOW, silent)

    def _echo(self) -> None:
        attributes, self._attributes = self._attributes, None
        if attributes is not None:
            with suppress(termios.error):
                termios.tcsetattr(self._descriptor, termios.TCSANOW, attributes)

    def _write(self, text: str) -> None:
        with suppress(OSError):
            sys.stderr.flush()
            data = text.encode("utf-8", "replace")
            while data:
                data = data[os.write(self._descriptor, data) :]


_LEAST = 10
"""Cells each way below which there is no first frame."""
_PALETTES = {"dark": DARK, "light": LIGHT}


def draw(
    rows: Sequence[InboxRow], columns: int, lines: int, *, now: int, palette: Palette | None, glyphs: Glyphs
) -> str:
    """All lines of the terminal, each with its place before it. Without a palette: in the terminal's own colours."""
    paper, bar = (f"48;{_rgb(colour)}" if palette else "" for colour in _papers(palette))
    widths, height = _widths(columns), lines - 2
    panes = [_pane(width, height, number, palette, paper, glyphs) for number, width in enumerate(widths)]
    for line, written in zip(panes[0][1:-1], _rows(rows, widths[0] - 3, height, now, palette, glyphs), strict=False):
        line[1:-1] = [*written, (" ", ("", paper))]
    blank: Line = [(" " * columns, ("", bar))]
    every = [blank, *([piece for pane in panes for piece in pane[y]] for y in range(height)), blank]
    return "".join(f"\x1b[{y};1H{_coded(line)}" for y, line in enumerate(every, 1)) + "\x1b[0m"


def _rows(
    rows: Sequence[InboxRow], width: int, height: int, now: int, palette: Palette | None, glyphs: Glyphs
) -> list[Line]:
    """The rows, the first with the cursor."""
    form, inks = inbox_row.columns(width), _inks(palette)
    paper = f"48;{_rgb(palette.background)}" if palette else ""
    drawn: list[Line] = []
    for number, row in enumerate(rows[: ceil((height - 2) / form.lines)]):
        under = paper if number else _cursor(palette)
        lines = inbox_row.draw(row, form, now=now, inks=inks, glyphs=glyphs, cursor=number == 0)
        drawn += [[(text, (ink, under)) for text, ink in line] for line in lines]
    return drawn


def _widths(columns: int) -> list[int]:
    """How wide each pane is that there is room for, as `screen.tcss` says it."""
    if columns < _TWO:
        return [columns]
    campaign = [_CAMPAIGN] if columns >= _THREE else []
    rest = columns - sum(campaign)
    return [rest * 2 // 5, rest - rest * 2 // 5, *campaign]


def _pane(width: int, height: int, number: int, palette: Palette | None, paper: str, glyphs: Glyphs) -> list[Line]:
    """An empty pane with its frame; the first has the keys."""
    corners, side, rule = ("++++", "|", "-") if glyphs is ASCII else ("╭╮╰╯", "│", "─")
    faint = 0.4 if glyphs is ASCII else 0.2
    frame = (_ink(palette, "primary") if number == 0 else _ink(palette, "foreground", faint), paper)
    named = (_ink(palette, "primary", bold=True) if number == 0 else _ink(palette, "foreground", 0.6), paper)
    title = f" {number + 1} {_TITLES[number]} "
    top: Line = [
        (corners[0] + rule, frame), (title, named), (rule * (width - 3 - len(title)) + corners[1], frame),
    ]  # fmt: skip
    edge = (side, frame)
    middle: list[Line] = [[edge, (" " * (width - 2), ("", paper)), edge] for _ in range(height - 2)]
    return [top, *middle, [(corners[2] + rule * (width - 2) + corners[3], frame)]]


def _inks(palette: Palette | None) -> inbox_row.RowInks[str]:
    return inbox_row.RowInks(
        text=_ink(palette, "foreground"),
        strong=_ink(palette, "foreground", bold=True),
        muted=_ink(palette, "foreground", 0.7),
        unread=_ink(palette, "primary", bold=True),
        good=_ink(palette, "success"),
        late=_ink(palette, "warning"),
        alert=_ink(palette, "error", bold=True),
        bar=_ink(palette, "primary"),
    )


def _ink(palette: Palette | None, name: str, share: float = 1.0, *, bold: bool = False) -> str:
    """A colour to write with, laid over the background by `share`."""
    weight = "1;" if bold else ""
    if palette is None:
        return f"{weight}2" if share < 1 else weight.rstrip(";")
    return f"{weight}38;{_rgb(_mixed(palette, name, share))}"


def _papers(palette: Palette | None) -> tuple[str, str]:
    """What the panes and the two bars are on."""
    return (palette.background, palette.panel) if palette else ("", "")


def _cursor(palette: Palette | None) -> str:
    return f"48;{_rgb(_mixed(palette, 'primary', 0.26))}" if palette else "7"


def _mixed(palette: Palette, name: str, share: float) -> str:
    """A colour over the background, `share` of it."""
    over, under = str(getattr(palette, name)), palette.background
    parts = (int(over[i : i + 2], 16) * share + int(under[i : i + 2], 16) * (1 - share) for i in (1, 3, 5))
    return "#" + "".join(f"{int(part):02x}" for part in parts)


def _rgb(colour: str) -> str:
    return "2;" + ";".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))


def _coded(line: Line) -> str:
    """A line as the terminal takes it. Its texts were made steady, so nothing in them is a code."""
    return "".join(f"\x1b[0;{';'.join(filter(None, paint))}m{text}" for text, paint in line if text)


def _fit_for_it() -> bool:
    """Whether Textual will draw on this terminal as it does on most."""
    utf8 = sys.stderr.encoding.lower().replace("-", "") == "utf8"
    return utf8 and sys.stderr.isatty() and not any(os.environ.get(name) for name in ("TEXTUAL_DRIVER", "TEXTUAL_ANSI"))


def _has_colours(environment: Mapping[str, str]) -> bool:
    """Whether the terminal takes the theme's own colours, by what Textual goes by."""
    return environment.get("COLORTERM", "").lower() in {"truecolor", "24bit"} and not environment.get("NO_COLOR")
