"""Paging by offset over a list that shifts while it is read. Pure.

Each page begins ten rows before the end of the one before; when none of those ten is met again, rows have vanished
above and one page is read over. The cursor carries the ten, so that nothing else has to be remembered.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

OVERLAP = 10


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next page begins, and what it should begin with."""

    offset: int = 0
    anchor: tuple[str, ...] = ()
    """Marks of the last rows read. Empty: nothing is expected."""

    def spelled(self, prefix: str) -> str:
        """The cursor."""
        return f"{prefix}:{self.offset}:{'.'.join(self.anchor)}"


def place_of(cursor: str | None, *, prefix: str) -> Place | None:
    """The place that `cursor` spells; the start for None. None when it is no cursor of this list."""
    if cursor is None:
        return Place()
    match = re.fullmatch(rf"{prefix}:(\d{{1,9}}):((?:[0-9a-f]{{8}}\.?)*)", cursor)
    return Place(int(match[1]), tuple(filter(None, match[2].split(".")))) if match else None


def place_after(place: Place, ids: Sequence[str], *, limit: int) -> Place | None:
    """Where to go on after a page with these ids. None: it was the last."""
    marks = tuple(hashlib.sha256(each.encode("utf-8", "replace")).hexdigest()[:8] for each in ids)
    if place.anchor and marks and not set(place.anchor) & set(marks):
        # Rows vanished above: what should be here has moved to the page before.
        return Place(max(0, place.offset - limit))
    at_end = len(ids) < limit or marks[-OVERLAP:] == place.anchor
    if at_end:
        return None
    overlap = min(OVERLAP, limit // 2)
    return Place(place.offset + len(ids) - overlap, marks[-overlap:] if overlap else ())
