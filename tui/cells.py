"""Text measured in terminal cells: made steady, cut, fitted and wrapped. Pure.

A column stays where it is only if every terminal agrees how wide the text before it is. Terminals disagree about
joined emoji, variation selectors, skin tones and flags, so `steady` takes those apart; after it, the width of a text is
the sum of the widths of its characters, and combining marks stay with their base.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from rich.cells import cell_len, get_character_cell_size

from postroom.text import sanitise

__all__ = ["cell_len", "cut", "fit", "steady", "wrap"]

Align = Literal["left", "right", "centre"]

_JOINING = re.compile("[\u200d\ufe00-\ufe0f]|(?<=[^ ])[\U0001f3fb-\U0001f3ff]")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]")
_WORDS = re.compile(r"( *)([^ ]+)")


def steady(text: str) -> str:
    """`text` as one line whose width no terminal disputes.

    Unsafe characters are made visible, joined emoji drawn side by side, skin tones and variation selectors left out, a
    flag spelled in its two letters; a combining mark without a base gets a dotted circle.
    """
    if text.isascii() and text.isprintable():
        return text
    return _steady(text)


def cut(text: str, width: int) -> str:
    """The longest beginning of a steady text that is at most `width` cells wide; no mark is parted from its base."""
    return text[: _cut_index(text, 0, width)]


def fit(text: str, width: int, *, align: Align = "left", ellipsis: str = "…") -> str:
    """`text` in exactly `width` cells: padded with spaces, or cut with an ellipsis."""
    if width <= 0:
        return ""
    text = steady(text)
    wide = cell_len(text)
    if wide > width:
        text = cut(text, width - 1).rstrip() + ellipsis
        wide = cell_len(text)
    space = " " * (width - wide)
    if align == "left":
        return text + space
    return space + text if align == "right" else space[: len(space) // 2] + text + space[len(space) // 2 :]


def wrap(text: str, width: int) -> list[str]:
    """A steady line as lines of at most `width` cells, broken at spaces, and inside a word only if no line can hold it.

    Leading spaces stay; the spaces at a break go. Always at least one line.
    """
    width = max(width, 2)
    if cell_len(text) <= width:
        return [text.rstrip(" ")]
    lines: list[str] = []
    line, used = "", 0
    for space, word in _WORDS.findall(text):
        wide = cell_len(word)
        if used + len(space) + wide <= width:
            line, used = line + space + word, used + len(space) + wide
            continue
        if line:
            lines.append(line)
        line, used = ("", 0) if lines or len(space) + 2 > width else (space, len(space))
        line, used = _broken(line, used, word, width, lines) if used + wide > width else (line + word, used + wide)
    return [*lines, line] if line else lines or [""]


def _broken(line: str, used: int, word: str, width: int, lines: list[str]) -> tuple[str, int]:
    """Put a word longer than a line into `lines`; what is left of it, and its width."""
    start = 0
    while True:
        end = _cut_index(word, start, width - used)
        if end >= len(word):
            line += word[start:]
            return line, cell_len(line)
        if end == start and not line:
            end = start + 1  # one character wider than the line: it is drawn alone rather than looped over forever
        lines.append(line + word[start:end])
        line, used, start = "", 0, end


def _cut_index(text: str, start: int, width: int) -> int:
    """The index up to which `text[start:]` is at most `width` cells wide."""
    if width <= 0:
        return start
    if text.isascii():
        return min(start + width, len(text))
    used = 0
    for index in range(start, len(text)):
        used += get_character_cell_size(text[index])
        if used > width:
            return index
    return len(text)


@lru_cache(maxsize=4096)
def _steady(text: str) -> str:
    """`steady` of a text that is not plain ASCII."""
    text = sanitise(text).replace("\n", " ")
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", _JOINING.sub("", text))
    text = _FLAG.sub(lambda match: chr(ord(match.group()) - 0x1F1E6 + ord("A")), text)
    return "◌" + text if text and get_character_cell_size(text[0]) == 0 else text
