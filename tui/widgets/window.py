"""The rows held in memory: one run of the view around what is on screen, grown at both ends, trimmed far away. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from postroom.records import ConversationKey
from store.rows import InboxRow

BLOCK = 128
"""Rows of one read."""

MARGIN = 64
"""A neighbouring block is fetched when fewer rows than this are left beyond the screen."""

MOST = 6 * BLOCK
"""Rows held at most; what is farthest from the screen goes first."""


class Read(Enum):
    """Which read the window needs next."""

    AFTER = "after"
    BEFORE = "before"
    JUMP = "jump"
    END = "end"


@dataclass(slots=True)
class Window:
    """Rows `start` to `start + len(rows)` of `count`."""

    start: int = 0
    rows: list[InboxRow] = field(default_factory=list)
    count: int = 0

    @property
    def end(self) -> int:
        """The index after the last row held."""
        return self.start + len(self.rows)

    def row(self, index: int) -> InboxRow | None:
        """The row at an index of the view. None: not held."""
        return self.rows[index - self.start] if self.start <= index < self.end else None

    def index_of(self, key: ConversationKey | None) -> int | None:
        """Where a conversation stands in the view. None: it is not held."""
        return next((self.start + i for i, row in enumerate(self.rows) if row.key == key), None)

    def covers(self, first: int, last: int) -> bool:
        """Whether all rows of the view from `first` up to `last` (not included) are held."""
        return self.start <= max(first, 0) and min(last, self.count) <= self.end

    def wants(self, top: int, visible: int) -> Read | None:
        """What to read next when the screen shows `visible` rows from `top`. None: enough is held."""
        if self.count == 0:
            return None
        if not self.rows or top >= self.end + BLOCK or top + visible <= self.start - BLOCK:
            return Read.END if top + visible > self.count - BLOCK and self.count > 2 * BLOCK else Read.JUMP
        if self.end < self.count and top + visible + MARGIN > self.end:
            return Read.AFTER
        return Read.BEFORE if self.start > 0 and top - MARGIN < self.start else None

    def add_after(self, rows: Sequence[InboxRow]) -> None:
        """Put the rows that follow behind. Fewer than a block means that the view ends with them."""
        self.rows.extend(rows)
        if len(rows) < BLOCK:
            self.count = self.end
        self.count = max(self.count, self.end)
        surplus = len(self.rows) - MOST
        if surplus > 0:
            del self.rows[:surplus]
            self.start += surplus

    def add_before(self, rows: Sequence[InboxRow]) -> None:
        """Put the rows that stand before in front. Where there are more or fewer than was thought, all lines move."""
        start = self.start - len(rows) if len(rows) == BLOCK else 0
        start = max(start, 0)
        self.count += start + len(rows) - self.start
        self.start = start
        self.rows[:0] = rows
        del self.rows[MOST:]

    def remove(self, index: int) -> None:
        """Take one row out; those below move up."""
        if self.start <= index < self.end:
            del self.rows[index - self.start]
            self.count -= 1

    def replace(self, row: InboxRow) -> int | None:
        """Put a changed row in the place of the one with its key; its index, or None when it is not held."""
        index = self.index_of(row.key)
        if index is not None:
            self.rows[index - self.start] = row
        return index
