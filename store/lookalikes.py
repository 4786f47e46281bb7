"""Names that may be made to look like somebody else's. Only one that looks Latin and is not is looked up."""

from __future__ import annotations

from collections.abc import Iterable

from postroom.spoofing import imitates, looks_latin, mixes_scripts, skeleton
from store.connection import Connection

_CANDIDATES = 20

MIXED = "This name mixes letters of different scripts in one word."


def lookalikes(cache: Connection, names: Iterable[str]) -> dict[str, str]:
    """For each name that may not be what it seems: why, in a sentence."""
    found: dict[str, str] = {}
    for name in {name for name in names if not name.isascii()}:
        known = _known(cache, name) if looks_latin(name) else ""
        if known:
            found[name] = f"This name reads like {known}, who is also in your inbox, but is written with other letters."
        elif mixes_scripts(name):
            found[name] = MIXED
    return found


def _known(cache: Connection, name: str) -> str:
    """The lead whose name this one reads like; empty when there is none."""
    words = "".join(char if char.isalnum() else " " for char in skeleton(name)).split()
    if not words:
        return ""
    all_of_them = " ".join(f'"{word}"' for word in words)
    candidates = cache.rows(
        str,
        "select lead_name from conversation_text where conversation_text match ? limit ?",
        (f"lead_name : ({all_of_them})", _CANDIDATES),
    )
    return next((each for each in candidates if imitates(name, each)), "")
