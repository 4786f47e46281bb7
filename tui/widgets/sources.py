"""Where the inbox list gets its rows: a protocol the app implements over its reader thread."""

from __future__ import annotations

from typing import Protocol

from postroom.records import ConversationKey
from store.rows import Anchor, InboxRow


class RowSource(Protocol):
    """One view (or filter, or search) of the inbox, in its order. Every method may be slow; none blocks the screen."""

    async def count(self) -> int:
        """How many rows there are."""
        ...

    async def row(self, key: ConversationKey) -> InboxRow | None:
        """The row of a conversation as it is now, whether or not it is in this view. None: it is not in the cache."""
        ...

    async def position(self, anchor: Anchor) -> int:
        """How many rows stand before `anchor`."""
        ...

    async def rows_at(self, offset: int, limit: int) -> list[InboxRow]:
        """Rows from an offset: for jumps only."""
        ...

    async def rows_after(self, anchor: Anchor, limit: int) -> list[InboxRow]:
        """The rows that follow `anchor`, in order."""
        ...

    async def rows_before(self, anchor: Anchor, limit: int) -> list[InboxRow]:
        """The nearest rows that stand before `anchor`, in the view's order."""
        ...
