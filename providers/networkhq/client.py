"""NetworkHQ as a `Provider`: every operation, and what the protocol asks for made of them."""

from __future__ import annotations

from typing import NoReturn

from postroom.capabilities import Action, capability
from postroom.errors import Gone, Refused, Rejected, Uncertain
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
from providers.base import Lane, ThreadPage
from providers.client import Client
from providers.endpoints import paged
from providers.failures import Service
from providers.networkhq import records
from providers.networkhq.endpoints import NetworkHQEndpoints

BASE_URL = "https://sneakattack.networkhq.io/api/v1"
HEADER = "Authorization"
PREFIX = "Bearer "
SERVICE = Service("NetworkHQ", "sneakattack.networkhq.io", "in NetworkHQ it is under Settings, API keys")

_MAX_PAGES_OF_CAMPAIGNS = 40


class NetworkHQ(NetworkHQEndpoints, Client):
    """One NetworkHQ workspace. See `providers.base.Provider` for what each method promises."""

    @property
    def name(self) -> ProviderName:
        """NetworkHQ."""
        return ProviderName.NETWORKHQ

    async def check(self) -> None:
        """Prove that the key works, with the smallest page of the inbox."""
        await self.list_conversations(limit=1, lane=Lane.ACTION)

    async def conversations(
        self,
        *,
        cursor: str | None = None,
        since: Micros | None = None,  # noqa: ARG002 - NetworkHQ cannot narrow by time
        unread_only: bool = False,
        lane: Lane = Lane.HEAD,
    ) -> Page[Conversation]:
        """One page of the inbox."""
        page = await self.list_conversations(cursor=cursor, unread_only=unread_only, lane=lane)
        return paged(page, tuple(map(records.row, page.records)))

    async def thread(
        self,
        conversation: str,
        *,
        lead_url: str | None = None,  # noqa: ARG002 - ids do not go out of date here
        cursor: str | None = None,
        lane: Lane = Lane.OPEN_THREAD,
    ) -> ThreadPage:
        """One page of one conversation."""
        detail, page, lost = await self.get_conversation(conversation, cursor=cursor, lane=lane)
        whole = cursor is None and not page.more and lost == 0
        return ThreadPage(records.thread(detail, whole=whole), page.next_cursor, page.more, lost)

    async def send(self, conversation: str, text: str, *, subject: str = "") -> SendResult:
        """Send once. `pending`: accepted, and it will appear after NetworkHQ's next look at LinkedIn."""
        if subject:
            raise Rejected("NetworkHQ has no messages with a subject.")
        result = await self.send_message(conversation, text)
        if result.ok and result.pending:
            return SendResult("pending")
        if result.ok and result.pending is False and result.message is not None:
            return SendResult("sent", result.message.id)
        raise Uncertain("NetworkHQ did not confirm the message. It may or may not arrive.", status=200)

    async def mark_seen(self, conversation: str, *, seen: bool = True) -> None:  # noqa: ARG002
        """Not offered."""
        _refuse(Action.MARK_SEEN)

    async def campaigns(self, *, cursor: str | None = None, lane: Lane = Lane.HEAD) -> Page[Campaign]:
        """One page of the campaigns."""
        page = await self.list_campaigns(cursor=cursor, lane=lane)
        return paged(page, tuple(map(records.campaign, page.records)))

    async def campaign(self, campaign: str, *, lane: Lane = Lane.ACTION) -> Campaign:
        """One campaign as it is now, found in the list: NetworkHQ cannot be asked for one."""
        cursor: str | None = None
        for _ in range(_MAX_PAGES_OF_CAMPAIGNS):
            page = await self.campaigns(cursor=cursor, lane=lane)
            for record in page.records:
                if record.id == campaign:
                    return record
            if not page.more:
                raise Gone("NetworkHQ has no such campaign any more.")
            if page.next_cursor is None or page.next_cursor == cursor:
                break
            cursor = page.next_cursor
        raise Uncertain("NetworkHQ's list of campaigns does not come to an end, so the campaign was not found.")

    async def pause(self, campaign: str) -> None:  # noqa: ARG002
        """Not offered."""
        _refuse(Action.PAUSE_CAMPAIGN)

    async def resume(self, campaign: str) -> None:  # noqa: ARG002
        """Not offered."""
        _refuse(Action.RESUME_CAMPAIGN)

    async def enrolments(
        self,
        lead: Lead,  # noqa: ARG002
        *,
        lane: Lane = Lane.OPEN_THREAD,  # noqa: ARG002
    ) -> tuple[Enrolment, ...]:
        """Not offered: the leads of every campaign are read instead, and joined."""
        raise Refused("NetworkHQ cannot be asked for the campaigns of one lead.")

    async def campaign_leads(
        self, campaign: str, *, cursor: str | None = None, lane: Lane = Lane.BACKFILL
    ) -> Page[Enrolment]:
        """One page of the leads of a campaign."""
        page = await self.list_campaign_leads(campaign, cursor=cursor, lane=lane)
        mapped = (records.enrolment(wire, campaign_id=campaign) for wire in page.records)
        return paged(page, tuple(enrolment for enrolment in mapped if enrolment is not None))

    async def stop_lead(self, campaign: str, lead: Lead) -> None:  # noqa: ARG002
        """Not offered."""
        _refuse(Action.STOP_LEAD)

    async def senders(self, *, cursor: str | None = None, lane: Lane = Lane.HEAD) -> Page[Sender]:
        """One page of the LinkedIn accounts."""
        page = await self.list_accounts(cursor=cursor, lane=lane)
        return paged(page, tuple(records.sender(wire, now=self.http.now) for wire in page.records))

    async def statistics(
        self,
        campaign: str,  # noqa: ARG002
        *,
        start_day: str,  # noqa: ARG002
        end_day: str,  # noqa: ARG002
        lane: Lane = Lane.OPEN_THREAD,  # noqa: ARG002
    ) -> Statistics:
        """Not offered: the totals are on the campaign."""
        _refuse(Action.STATISTICS_BY_DAY)

    async def add_tags(self, lead_url: str, tags: tuple[str, ...]) -> None:  # noqa: ARG002
        """Not offered."""
        _refuse(Action.ADD_TAGS)


def _refuse(action: Action) -> NoReturn:
    """Say why the action is not offered, in the words of the table of capabilities."""
    raise Refused(capability(ProviderName.NETWORKHQ, action).sentence)
