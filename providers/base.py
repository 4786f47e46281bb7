"""What every provider can be asked: one protocol, in the vocabulary of `postroom.records`.

Rules that every implementation keeps (and the contract suite in `tests/providers` proves):
- a read may be repeated by the HTTP layer; a send or a control action is one request, never repeated;
- every failure is a `postroom.errors.ProviderError` of the right class, raised from its cause;
- a record that cannot be read becomes a `Rejection` in its page; the rest of the page is delivered;
- every text in a record has passed `postroom.text.sanitise`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from postroom.records import (
    Campaign,
    Conversation,
    Enrolment,
    Lead,
    Micros,
    Page,
    ProviderName,
    Sender,
    SendResult,
    Statistics,
)


class NotBegun(asyncio.CancelledError):
    """A cancellation that came while the request still waited for its turn: proof that no byte of it left."""


class Lane(IntEnum):
    """Who is waiting for a request. A lower lane is never kept waiting by a higher one."""

    ACTION = 0
    """A user's action and the reads that it needs first."""
    OPEN_THREAD = 1
    """What is on the screen."""
    CHANGED = 2
    """Threads whose list row changed."""
    HEAD = 3
    """The newest page of each list."""
    BACKFILL = 4
    """First import, full sweeps."""


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """One conversation read by itself: what its row says now, and one page of its messages."""

    conversation: Conversation
    next_cursor: str | None = None
    more: bool = False
    rejected: int = 0
    """How many of its messages could not be read."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a client has used so far, for the status line, `doctor` and the JSON result of sync."""

    requests: int
    """Requests that left, since the client was made."""
    budget_left: int
    """Requests that may leave now in the background without waiting."""
    budget: int
    """The background ceiling per minute at present (it halves on a 429 and grows again)."""
    skew: float
    """Seconds by which the provider's clock is ahead of ours, from the `Date` header. 0.0 when unknown."""


class Provider(Protocol):
    """A remote service and our client for it, for one workspace (one key)."""

    @property
    def name(self) -> ProviderName:
        """Which service this is."""

    @property
    def usage(self) -> Usage:
        """What the client has used so far."""

    async def check(self) -> None:
        """Prove that the key works. Raises Unauthorised, Forbidden or another ProviderError."""

    async def conversations(
        self,
        *,
        cursor: str | None = None,
        since: Micros | None = None,
        unread_only: bool = False,
        lane: Lane = Lane.HEAD,
    ) -> Page[Conversation]:
        """One page of the inbox.

        `since` narrows where the provider can (HeyReach: to that UTC day) and is ignored elsewhere.
        Raises Rejected when the cursor is no longer valid.
        """

    async def thread(
        self,
        conversation: str,
        *,
        lead_url: str | None = None,
        cursor: str | None = None,
        lane: Lane = Lane.OPEN_THREAD,
    ) -> ThreadPage:
        """One page of one conversation. `lead_url` helps where ids go stale. Raises Gone when it no longer exists."""

    async def send(self, conversation: str, text: str, *, subject: str = "") -> SendResult:
        """Send once. Raises a ProviderError whose class tells what is known about delivery."""

    async def mark_seen(self, conversation: str, *, seen: bool = True) -> None:
        """Set the provider's read mark. Raises Refused where it is not offered."""

    async def campaigns(self, *, cursor: str | None = None, lane: Lane = Lane.HEAD) -> Page[Campaign]:
        """One page of the campaigns."""

    async def campaign(self, campaign: str, *, lane: Lane = Lane.ACTION) -> Campaign:
        """One campaign as it is now. Raises Refused where the API has no such read."""

    async def pause(self, campaign: str) -> None:
        """Ask for a pause; the caller reads back. Raises Refused where it is not offered."""

    async def resume(self, campaign: str) -> None:
        """Ask for a resume; the caller reads back. Raises Refused where it is not offered."""

    async def enrolments(self, lead: Lead, *, lane: Lane = Lane.OPEN_THREAD) -> tuple[Enrolment, ...]:
        """The campaigns that a lead is in. Raises Refused where the API has no such read."""

    async def campaign_leads(
        self, campaign: str, *, cursor: str | None = None, lane: Lane = Lane.BACKFILL
    ) -> Page[Enrolment]:
        """One page of the leads of a campaign (HeyReach: pending ones may be missing)."""

    async def stop_lead(self, campaign: str, lead: Lead) -> None:
        """Ask to stop the lead in the campaign; the caller reads back. Gone: not in it. Refused: not offered."""

    async def senders(self, *, cursor: str | None = None, lane: Lane = Lane.HEAD) -> Page[Sender]:
        """One page of the identities that we write as."""

    async def statistics(
        self, campaign: str, *, start_day: str, end_day: str, lane: Lane = Lane.OPEN_THREAD
    ) -> Statistics:
        """One campaign over whole UTC days, `YYYY-MM-DD`, both included. Raises Refused where none are kept per day."""

    async def add_tags(self, lead_url: str, tags: tuple[str, ...]) -> None:
        """Add tags to a lead, keeping those it has. Raises Refused where it is not offered."""

    def limiter_state(self, *, ahead: float = 0.0) -> str:
        """What the request limiter must know after a restart, as JSON; otherwise a restart loop would be a burst.

        `ahead`: it may be the last that is written, while requests leave for so many seconds more.
        """

    def restore_limiter(self, state: str) -> None:
        """Go on from an earlier `limiter_state`. What cannot be read is ignored."""

    def forget_connections(self) -> None:
        """Connect anew from now on: the machine slept, and what was kept open is dead without knowing it."""

    async def aclose(self) -> None:
        """Close the connections."""
