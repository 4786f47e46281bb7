"""Where the inbox list gets its rows: a view straight from the store, or the result of a filter or a search."""

from __future__ import annotations

from collections.abc import Callable

from postroom.records import ConversationKey
from store import queries
from store.database import Store
from store.rows import Anchor, InboxRow, View
from tui.desk import Desk


class ViewSource:
    """One view, of one workspace or of all, read block by block however long it is."""

    def __init__(self, desk: Desk, view: View, *, workspace: str | None) -> None:
        self._desk, self._view, self._workspace = desk, view, workspace

    async def count(self) -> int:
        """How many conversations the view has."""
        return await self._desk.read(queries.inbox_count, self._view, workspace=self._workspace)

    async def row(self, key: ConversationKey) -> InboxRow | None:
        """The conversation's row, in this view or not."""
        return await self._desk.read(queries.inbox_row, key)

    async def position(self, anchor: Anchor) -> int:
        """How many rows stand before `anchor`."""
        return await self._desk.read(queries.inbox_position, self._view, workspace=self._workspace, anchor=anchor)

    async def rows_at(self, offset: int, limit: int) -> list[InboxRow]:
        """Rows from an offset: for jumps only."""
        return await self._desk.read(
            queries.inbox_rows_at, self._view, workspace=self._workspace, offset=offset, limit=limit
        )

    async def rows_after(self, anchor: Anchor, limit: int) -> list[InboxRow]:
        """The rows that follow `anchor`."""
        return await self._desk.read(
            queries.inbox_rows, self._view, workspace=self._workspace, after=anchor, limit=limit
        )

    async def rows_before(self, anchor: Anchor, limit: int) -> list[InboxRow]:
        """The nearest rows before `anchor`, in the view's order."""
        return await self._desk.read(
            queries.inbox_rows_before, self._view, workspace=self._workspace, before=anchor, limit=limit
        )


class FoundSource:
    """What a filter or a search found: a bounded list, read again whenever it is counted."""

    def __init__(self, desk: Desk, find: Callable[[Store], list[InboxRow]]) -> None:
        self._desk, self._find = desk, find
        self._rows: list[InboxRow] = []

    async def count(self) -> int:
        """Search again; how much was found."""
        self._rows = await self._desk.read(self._find)
        return len(self._rows)

    async def row(self, key: ConversationKey) -> InboxRow | None:
        """The conversation's row, found or not."""
        return await self._desk.read(queries.inbox_row, key)

    async def position(self, anchor: Anchor) -> int:
        """How many found rows stand before `anchor`."""
        return next(
            (index for index, row in enumerate(self._rows) if _order(row.anchor) >= _order(anchor)), len(self._rows)
        )

    async def rows_at(self, offset: int, limit: int) -> list[InboxRow]:
        """Found rows from an offset."""
        return self._rows[offset : offset + limit]

    async def rows_after(self, anchor: Anchor, limit: int) -> list[InboxRow]:
        """The found rows that follow `anchor`."""
        return [row for row in self._rows if _order(row.anchor) > _order(anchor)][:limit]

    async def rows_before(self, anchor: Anchor, limit: int) -> list[InboxRow]:
        """The nearest found rows before `anchor`."""
        return [row for row in self._rows if _order(row.anchor) < _order(anchor)][-limit:]


def _order(anchor: Anchor) -> tuple[int, int]:
    """Newest first, as every view is ordered."""
    return -anchor.sort_at, -anchor.rowid
