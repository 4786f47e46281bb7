"""Names that may be made to look like somebody else's: a lead's, a company's, one of the reader's own senders'.

Only one that looks Latin and is not is looked up.
"""

from __future__ import annotations

from collections.abc import Iterable

from postroom.spoofing import imitates, looks_latin, mixes_scripts, skeleton
from store.connection import Connection

_CANDIDATES = 20
_MOST_SENDERS = 5000

MIXED = "This name mixes letters of different scripts in one word."


def lookalikes(cache: Connection, names: Iterable[str]) -> dict[str, str]:
    """For each lead's name that may not be what it seems: why, in a sentence."""
    found: dict[str, str] = {}
    for name in {name for name in names if not name.isascii()}:
        known = _known(cache, name) if looks_latin(name) else ""
        if known:
            found[name] = f"This name reads like {known}, but is written with other letters."
        elif mixes_scripts(name):
            found[name] = MIXED
    return found


def lookalike_companies(cache: Connection, companies: Iterable[str]) -> dict[str, str]:
    """For each company whose name reads like that of another one, written with other letters: so in a sentence."""
    suspects = {name for name in companies if not name.isascii() and looks_latin(name)}
    known = {name: _indexed(cache, name, "company") for name in suspects}
    return {
        name: f"Their company reads like {real}, but is written with other letters."
        for name, real in known.items()
        if real
    }


def _known(cache: Connection, name: str) -> str:
    """Who or what a lead's name reads like, in words; empty when there is nobody."""
    if lead := _indexed(cache, name, "lead_name"):
        return f"{lead}, who is also in your inbox"
    senders = cache.rows(str, "select distinct name from sender order by name limit ?", (_MOST_SENDERS,))
    if sender := next((each for each in senders if imitates(name, each)), ""):
        return f"{sender}, who is one of your own senders"
    if company := _indexed(cache, name, "company"):
        return f"{company}, a company in your inbox"
    return ""


def _indexed(cache: Connection, name: str, column: str) -> str:
    """What stands in a column of the index and is read like `name`; empty when nothing does."""
    words = "".join(char if char.isalnum() else " " for char in skeleton(name)).split()
    if not words:
        return ""
    all_of_them = " ".join(f'"{word}"' for word in words)
    candidates = cache.rows(
        str,
        f"select {column} from conversation_text where conversation_text match ? limit ?",  # a constant of this file
        (f"{column} : ({all_of_them})", _CANDIDATES),
    )
    return next((each for each in candidates if imitates(name, each)), "")
