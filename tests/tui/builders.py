"""Rows of every kind for tests of the screen, made without a store, and a source that counts what is read from it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from postroom.records import CampaignState, ConversationKey, Direction, EnrolmentState, Health, Verdict
from store.rows import Anchor, CampaignRow, ConversationRow, EchoRow, EnrolmentRow, InboxRow, MessageRow

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


def head(number: int = 0, **changes: object) -> ConversationRow:
    """The head of a thread with row `number`."""
    row = ConversationRow(
        row=inbox_row(number),
        sender_id="seat-1",
        sender_name="Jane Doe",
        sender_health=Health.GOOD,
        sender_note="",
        channel="LinkedIn",
        headline="",
        location="London",
        profile_url=None,
        email=None,
        browser_url=None,
        lead_id="lead-1",
        linkedin_id=None,
        tags=(),
        message_count=3,
        total_messages=None,
        complete=True,
        person=None,
        group=False,
    )
    return replace(row, **changes)  # type: ignore[arg-type] # the names of the fields are checked by replace


def message(number: int, body: str = "Hello", **changes: object) -> MessageRow:
    """Message `number` of a thread: the higher, the newer; an hour apart, the 100th now; odd ones are theirs."""
    inbound = bool(number % 2)
    row = MessageRow(
        id=number,
        key=f"m{number}#0",
        direction=Direction.INBOUND if inbound else Direction.OUTBOUND,
        sent_at=NOW - (100 - number) * HOUR,
        body=body,
        subject="",
        kind="text",
        edited=False,
        author="Ada Lovelace" if inbound else "Jane Doe",
    )
    return replace(row, **changes)  # type: ignore[arg-type] # the names of the fields are checked by replace


def echo(state: str, text: str = "On my way.", **changes: object) -> EchoRow:
    """A reply that is not confirmed."""
    row = EchoRow(entry_id=1, state=state, text=text, created_at=NOW, undo_until=None, sentence="")
    return replace(row, **changes)  # type: ignore[arg-type] # the names of the fields are checked by replace


def campaign(**changes: object) -> CampaignRow:
    """A running campaign with everything a provider can report."""
    row = CampaignRow(
        workspace="acme-linkedin",
        id="9",
        ref="hr:c9",
        provider="heyreach",
        name="Q3 founders",
        state=CampaignState.RUNNING,
        state_raw="IN_PROGRESS",
        totals=(("leads", 1412), ("in progress", 120)),
        rates=(("acceptance rate", 0.38), ("reply rate", 0.12)),
        days=tuple((f"2025-10-{day:02}", day % 4, day) for day in range(5, 32)),
        statistics_at=NOW,
        senders=(("Jane Doe", Health.GOOD, ""), ("Tom Roe", Health.BROKEN, "LinkedIn asks to sign in again")),
        pending_action="",
    )
    return replace(row, **changes)  # type: ignore[arg-type] # the names of the fields are checked by replace


def enrolment(**changes: object) -> EnrolmentRow:
    """A lead to whom messages may still go out."""
    row = EnrolmentRow(
        workspace="acme-linkedin",
        provider="heyreach",
        campaign_id="9",
        campaign_name="Q3 founders",
        state=EnrolmentState.ACTIVE,
        state_raw="InSequence",
        campaign_state=CampaignState.RUNNING,
        lead_id="lead-1",
        lead_name="Ada Lovelace",
        lead_url=None,
        linkedin_id=None,
        note="",
        pending_action="",
    )
    return replace(row, **changes)  # type: ignore[arg-type] # the names of the fields are checked by replace
