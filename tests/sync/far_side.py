"""A provider in memory: what is on the far side is a list of records, and every call can be told how to go wrong.

For what only a controlled clock can show. What goes over HTTP is tested with the simulator.
"""

# ruff: noqa: ARG002 # the protocol's arguments, asked for by name

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from postroom.errors import Gone, Refused
from postroom.records import (
    Campaign,
    Conversation,
    Direction,
    Enrolment,
    EnrolmentState,
    Lead,
    Message,
    Micros,
    Page,
    ProviderName,
    Sender,
    SendResult,
    Statistics,
    StatisticsDay,
)
from postroom.text import canonical_hash
from providers.base import Lane, ThreadPage, Usage
from sync.clock import VirtualClock
from tests.builders import row_fingerprint

DAY = 86_400_000_000
Trouble = BaseException | Callable[[], None]


@dataclass
class FarSide:
    """One workspace at a provider."""

    clock: VirtualClock
    provider_name: ProviderName = ProviderName.HEYREACH
    threads: dict[str, Conversation] = field(default_factory=dict)
    campaign_list: dict[str, Campaign] = field(default_factory=dict)
    sender_list: list[Sender] = field(default_factory=list)
    enrolled: dict[str, list[Enrolment]] = field(default_factory=dict)
    """By campaign."""
    page_size: int = 100
    calls: Counter[str] = field(default_factory=Counter)
    troubles: dict[str, list[Trouble]] = field(default_factory=dict)
    """What the next calls of each kind raise, or run before they answer."""
    delivered: list[tuple[str, str]] = field(default_factory=list)
    """(conversation, text) of every message that a lead has."""
    answer: SendResult = field(default_factory=lambda: SendResult("accepted"))
    deliver_and_raise: BaseException | None = None
    """Every send is delivered, and then this is raised."""
    hang: asyncio.Event | None = None
    """Sends wait for this after they have delivered."""
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once a send has delivered."""
    hidden: bool = False
    """Delivered messages do not show in the threads (yet)."""
    empty_list: bool = False
    """Campaigns that are resumed are paused again."""
    stops_at_once: bool = True
    shuffled: bool = False
    circle: bool = False
    """The whole list always says that it goes on at its beginning."""
    elsewhere: Callable[..., Awaitable[SendResult]] | None = None
    """Sends go by way of this."""
    mute: bool = False
    """The list shows no conversations at all."""

    # Provider

    @property
    def name(self) -> ProviderName:
        return self.provider_name

    @property
    def usage(self) -> Usage:
        return Usage(requests=self.calls.total(), budget_left=100, budget=120, skew=0.0)

    def limiter_state(self, *, ahead: float = 0.0) -> str:
        return "{}"

    def restore_limiter(self, state: str) -> None:
        pass

    async def check(self) -> None:
        self._called("check")

    async def conversations(
        self,
        *,
        cursor: str | None = None,
        since: Micros | None = None,
        unread_only: bool = False,
        lane: Lane = Lane.HEAD,
    ) -> Page[Conversation]:
        self._called("unread" if unread_only else "conversations")
        rows = [] if self.mute else list(self.threads.values())
        if not self.shuffled:
            rows.sort(key=lambda row: -(row.last_at or 0))
        if unread_only:
            rows = [row for row in rows if row.unread]
        if since is not None and self.provider_name is ProviderName.HEYREACH:
            rows = [row for row in rows if (row.last_at or 0) >= since // DAY * DAY]
        if self.provider_name is ProviderName.NETWORKHQ:
            rows = [replace(row, messages=(), messages_complete=False) for row in rows]
        if self.circle and since is None and not unread_only:
            return Page(records=tuple(rows), next_cursor="0", more=True)
        start = int(cursor or 0)
        more = start + self.page_size < len(rows)
        return Page(
            records=tuple(rows[start : start + self.page_size]),
            next_cursor=str(start + self.page_size) if more else None,
            more=more,
            total=len(rows),
        )

    async def thread(
        self,
        conversation: str,
        *,
        lead_url: str | None = None,
        cursor: str | None = None,
        lane: Lane = Lane.OPEN_THREAD,
    ) -> ThreadPage:
        self._called("thread")
        found = self.threads.get(conversation)
        if found is None:
            raise Gone("The conversation is not there.", status=404)
        return ThreadPage(replace(found, fingerprint="", messages_complete=True))

    async def send(self, conversation: str, text: str, *, subject: str = "") -> SendResult:
        self._called("send")
        if self.elsewhere is not None:
            return await self.elsewhere(conversation, text, subject=subject)
        self.delivered.append((conversation, text))
        self.reached.set()
        if not self.hidden:
            self.write(conversation, text, Direction.OUTBOUND, remote_id=self.answer.remote_id)
        if self.hang is not None:
            await self.hang.wait()
        if self.deliver_and_raise is not None:
            raise self.deliver_and_raise
        return self.answer

    async def mark_seen(self, conversation: str, *, seen: bool = True) -> None:
        self._called("mark_seen")

    async def campaigns(self, *, cursor: str | None = None, lane: Lane = Lane.HEAD) -> Page[Campaign]:
        self._called("campaigns")
        return Page(records=tuple(self.campaign_list.values()))

    async def campaign(self, campaign: str, *, lane: Lane = Lane.ACTION) -> Campaign:
        self._called("campaign")
        if campaign not in self.campaign_list:
            raise Gone("There is no such campaign.", status=404)
        return self.campaign_list[campaign]

    async def pause(self, campaign: str) -> None:
        self._called("pause")

    async def resume(self, campaign: str) -> None:
        self._called("resume")

    async def enrolments(self, lead: Lead, *, lane: Lane = Lane.OPEN_THREAD) -> tuple[Enrolment, ...]:
        self._called("enrolments")
        if self.provider_name is ProviderName.NETWORKHQ:
            raise Refused("NetworkHQ does not tell the campaigns of a lead.")
        return tuple(one for each in self.enrolled.values() for one in each if one.lead_url == lead.profile_url)

    async def campaign_leads(
        self, campaign: str, *, cursor: str | None = None, lane: Lane = Lane.BACKFILL
    ) -> Page[Enrolment]:
        self._called("campaign_leads")
        return Page(records=tuple(self.enrolled.get(campaign, ())))

    async def stop_lead(self, campaign: str, lead: Lead) -> None:
        self._called("stop_lead")
        mine = [one for one in self.enrolled.get(campaign, ()) if one.lead_url == lead.profile_url]
        if not mine:
            raise Gone("The lead is not in that campaign.", status=404)
        if self.stops_at_once:
            self.stop(campaign)

    async def senders(self, *, cursor: str | None = None, lane: Lane = Lane.HEAD) -> Page[Sender]:
        self._called("senders")
        return Page(records=tuple(self.sender_list))

    async def statistics(
        self, campaign: str, *, start_day: str, end_day: str, lane: Lane = Lane.OPEN_THREAD
    ) -> Statistics:
        self._called("statistics")
        return Statistics(days=(StatisticsDay(end_day, {"replies": 1, "messages sent": 4}),), totals={}, rates={})

    async def add_tags(self, lead_url: str, tags: tuple[str, ...]) -> None:
        self._called("add_tags")

    def forget_connections(self) -> None:
        self.calls["forget_connections"] += 1

    async def aclose(self) -> None:
        pass

    # What happens on the far side

    def write(
        self, conversation: str, text: str, direction: Direction = Direction.INBOUND, *, remote_id: str | None = None
    ) -> None:
        """A message appears in a conversation, now."""
        before = self.threads[conversation]
        now = self.clock.now()
        written = Message(
            key=remote_id or f"{direction.value}|{now}|{canonical_hash(text)[:16]}",
            direction=direction,
            sent_at=now,
            body=text,
            text_hash=canonical_hash(text),
            remote_id=remote_id,
        )
        same = sum(each.key == written.key for each in before.messages)
        after = replace(
            before,
            messages=(*before.messages, replace(written, ordinal=same)),
            last_at=now,
            last_text=text,
            last_direction=direction,
            unread=direction is Direction.INBOUND,
            total_messages=len(before.messages) + 1,
        )
        self.threads[conversation] = replace(after, fingerprint=row_fingerprint(after))

    def stop(self, campaign: str) -> None:
        """The leads of a campaign are written to no more."""
        self.enrolled[campaign] = [
            replace(one, state=EnrolmentState.STOPPED, state_raw="Finished") for one in self.enrolled[campaign]
        ]

    def _called(self, kind: str) -> None:
        self.calls[kind] += 1
        waiting = self.troubles.get(kind)
        if waiting:
            trouble = waiting.pop(0)
            if isinstance(trouble, BaseException):
                raise trouble
            trouble()
