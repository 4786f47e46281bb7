"""What a program may write to a terminal while it runs: an allow-list. Whatever is not on it came from somebody's text.

Textual positions the cursor, colours text and names a shape for the pointer. At its start and end it also switches
modes; those are judged by what they leave behind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pyte

RUNNING = re.compile(
    rb"\x1b\[[0-9;:]*m"  # colours
    rb"|\x1b\[[0-9]+;[0-9]+H"  # where the next piece goes
    rb"|\x1b\]22;[a-z-]*\x07"  # the pointer's shape
    rb"|\r?\n"
)
_CUT_OFF = re.compile(rb"\x1b(?:\[[0-9;]*)?\Z")
_SWITCHING = re.compile(
    rb"\x1b\[\?(?:1049|1000|1002|1003|1004|1006|1015|1016|2004|2048|2026|25|7)[hl]"
    rb"|\x1b\[\?(?:2026|2048)\$p|\x1b\[>1u|\x1b\[>[0-9]+u|\x1b\[<u|\x1b\[[0-9]*J|\x1b\[H|\x1b\[c|\x1b\[s|\x1b\[u"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_HIDING = re.compile(
    "[\u061c\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad\U000e0000-\U000e0fff]"
)


@dataclass
class Judgement:
    """What was found in the bytes that a program wrote."""

    controls: list[str] = field(default_factory=list)
    """Control bytes that no sequence of the allow-list accounts for, each with its surroundings."""
    hiding: list[str] = field(default_factory=list)
    """Characters that hide or turn round what they stand beside."""
    changes: list[str] = field(default_factory=list)
    """What is not as it was in the state of the terminal."""


def judge(raw: bytes, *, switching: bool = False, cut: bool = False) -> Judgement:
    """Judge bytes written while a program ran; with `switching`, also at its start or end.

    `cut`: the bytes may end in the middle of a colour, since the program went on after them.
    """
    rest = RUNNING.sub(b"", raw)
    if cut:
        rest = _CUT_OFF.sub(b"", rest)
    if switching:
        rest = _SWITCHING.sub(b"", rest)
    text = rest.decode("utf-8", "backslashreplace")
    found = Judgement()
    found.controls = [_around(text, match) for match in _CONTROL.finditer(text)]
    found.hiding = [_around(text, match) for match in _HIDING.finditer(text)]
    found.changes = [f"not UTF-8: {rest[error.start : error.start + 20]!r}" for error in _broken(rest)]
    return found


def state(screen: pyte.Screen) -> dict[str, object]:
    """What a sequence could have changed for good, as the emulator keeps it."""
    return {
        "title": screen.title,
        "icon": screen.icon_name,
        "modes": frozenset(screen.mode),
        "margins": screen.margins,
        "charset": (screen.charset, screen.g0_charset, screen.g1_charset),
        "tab stops": frozenset(screen.tabstops),
        "saved cursors": len(screen.savepoints),
        "size": (screen.columns, screen.lines),
    }


def left_on(raw: bytes) -> set[bytes]:
    """The private modes that were switched on and not off again, less the two that a terminal starts with."""
    on: set[bytes] = set()
    for mode, way in re.findall(rb"\x1b\[\?([0-9]+)([hl])", raw):
        on.add(mode) if way == b"h" else on.discard(mode)
    return on - {b"25", b"7"}


def _around(text: str, match: re.Match[str]) -> str:
    return ascii(text[max(0, match.start() - 20) : match.end() + 20])


def _broken(raw: bytes) -> list[UnicodeDecodeError]:
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return [error]
    return []
