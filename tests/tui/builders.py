"""Rows of every kind for tests of the screen, made without a store, and a source that counts what is read from it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from postroom.records import ConversationKey, Direction, Verdict
from store.rows import Anchor, InboxRow

NOW = 1_762_178_400_000_000
"""Monday 3 November 2025, 14:00 UTC."""
MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

NAMES = ("Ada Lovelace", "Grace Hopper", "Alan Turing", "Katherine Johnson", "Edsger Dijkstra", "Barbara Liskov")
COMPANIES = ("Analytical Engines", "COBOL Inc", "Bletchley Park", "Langley", "Structured GmbH", "CLU Labs")
SAID = (
    "Thanks for reaching out! Could we talk on Thursday at ten?",
    "Not the right person, try my colleague.",
    "What does it cost for a team of forty?",
    "I am out of the office until 12 November.",
)


def inbox_row(number: int = 0, **changes: object) -> InboxRow:
    """Row `number` of an inbox: the higher, the older."""
    at = NOW - 4 * MINUTE - number * 37 * MINUTE
    row = InboxRow(
        anchor=Anchor(at, number + 1),
        key=ConversationKey("acme-linkedin", f"c{number}"),
        ref=f"hr:{number:012x}",
        provider=("heyreach", "networkhq")[number % 2],
        lead_name=NAMES[number % len(NAMES)],
        company=COMPANIES[number % len(COMPANIES)],
        position="Director",
        subject="",
        preview=SAID[number % len(SAID)],
        last_direction=Direction.INBOUND,
        last_at=at,
        waiting_since=at,
        unread=False,
        starred=False,
        verdict=Verdict.NONE,
        verdict_raw="",
        folder="inbox",
        wake_at=None,
        campaign_id=None,
        blocked=False,
        gone=False,
        has_draft=False,
        outbox_state="",
        also_in=(),
        version=1,
    )
    return replace(row, **changes)  # type: ignore[arg-type] # the names of the fields are checked by replace


class ListSource:
    """A RowSource over a list, newest first. Reads wait while `gate` is closed, and are counted by name in `reads`."""

    def __init__(self, rows: Sequence[InboxRow]) -> None:
        self.rows = list(rows)
        self.reads: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def count(self) -> int:
        await self._read("count")
        return len(self.rows)

    async def row(self, key: ConversationKey) -> InboxRow | None:
        await self._read("row")
        return next((row for row in self.rows if row.key == key), None)

    async def position(self, anchor: Anchor) -> int:
        await self._read("position")
        return sum(1 for row in self.rows if row.anchor > anchor)

    async def rows_at(self, offset: int, limit: int) -> list[InboxRow]:
        await self._read("rows_at")
        return self.rows[offset : offset + limit]

    async def rows_after(self, anchor: Anchor, limit: int) -> list[InboxRow]:
        await self._read("rows_after")
        return [row for row in self.rows if row.anchor < anchor][:limit]

    async def rows_before(self, anchor: Anchor, limit: int) -> list[InboxRow]:
        await self._read("rows_before")
        return [row for row in self.rows if row.anchor > anchor][-limit:]

    async def _read(self, name: str) -> None:
        self.reads.append(name)
        await self.gate.wait()
