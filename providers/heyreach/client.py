"""HeyReach as a `Provider`: every endpoint, and what the protocol asks for made of them."""

from __future__ import annotations

from datetime import UTC, datetime

from postroom.errors import Gone, Refused, Rejected
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
from providers.decoding import Undecodable, decode
from providers.endpoints import WirePage, paged
from providers.failures import Service
from providers.heyreach import outreach, records
from providers.heyreach.blacklist import BlacklistEndpoints
from providers.heyreach.campaigns import CampaignEndpoints
from providers.heyreach.inbox import InboxEndpoints
from providers.heyreach.leads import LeadEndpoints
from providers.heyreach.wire import Chatroom, ConversationFilters
from providers.http import Http

BASE_URL = "https://api.heyreach.io/api/public"
HEADER = "X-API-KEY"
SERVICE = Service("HeyReach", "api.heyreach.io", "HeyReach shows it in its settings")

_MAX_PAGES_OF_ONE_LEAD = 20


class HeyReach(InboxEndpoints, CampaignEndpoints, LeadEndpoints, BlacklistEndpoints, Client):
    """One HeyReach workspace. See `providers.base.Provider` for what each method promises."""

    def __init__(self, http: Http) -> None:
        super().__init__(http)
        self._without_v3 = False

    @property
    def name(self) -> ProviderName:
        """HeyReach."""
        return ProviderName.HEYREACH

    async def check(self) -> None:
        """Prove that the key works."""
        await self.check_api_key()

    async def conversations(
        self,
        *,
        cursor: str | None = None,
        since: Micros | None = None,
        unread_only: bool = False,
        lane: Lane = Lane.HEAD,
    ) -> Page[Conversation]:
        """One page of the inbox. HeyReach narrows it to the UTC days from `since` on; V2 cannot."""
        filters = ConversationFilters(seen=False if unread_only else None)
        page = await self._listed(filters, cursor=cursor, since=since, lane=lane)
        return paged(page, tuple(records.conversation(chat, listed=True) for chat in page.records))

    async def thread(
        self,
        conversation: str,
        *,
        lead_url: str | None = None,
        cursor: str | None = None,
        lane: Lane = Lane.OPEN_THREAD,
    ) -> ThreadPage:
        """The whole conversation; looked up by its lead where HeyReach has renewed its ids. There is one page.

        Before an action the inbox is asked for it too: GetChatroom can lag behind it by hours, and what the lead has
        just written must not be missed.
        """
        if cursor is not None:
            raise Rejected("HeyReach gives a conversation in one page.")
        account, native = _ids(conversation)
        listed = await self._of_lead(account, lead_url, lane=lane) if lead_url and lane is Lane.ACTION else []
        try:
            chat = await self.chatroom(account, native, lane=lane)
        except Gone:
            if lead_url is None:
                raise
            chat = await self._looked_up(account, native, lead_url, lane=lane)
        thread = records.conversation(chat, listed=False)
        for row in listed:
            if row.id == chat.id:
                thread = records.joined(thread, records.conversation(row, listed=False))
        return ThreadPage(thread)

    async def send(self, conversation: str, text: str, *, subject: str = "") -> SendResult:
        """Send once. HeyReach returns no id, so the best that it can say is “accepted”."""
        account, native = _ids(conversation)
        answer = await self.send_message(account, native, text, subject=subject)
        if answer.claims_json and answer.content.strip():
            try:
                decode(answer.content)
            except Undecodable as error:
                raise self.http.unreadable(answer) from error
        return SendResult("accepted")

    async def mark_seen(self, conversation: str, *, seen: bool = True) -> None:
        """Set HeyReach's read mark."""
        account, native = _ids(conversation)
        await self.set_seen_status(account, native, seen=seen)

    async def campaigns(self, *, cursor: str | None = None, lane: Lane = Lane.HEAD) -> Page[Campaign]:
        """One page of the campaigns."""
        page = await self.all_campaigns(cursor=cursor, lane=lane)
        return paged(page, tuple(map(outreach.campaign, page.records)))

    async def campaign(self, campaign: str, *, lane: Lane = Lane.ACTION) -> Campaign:
        """One campaign as it is now."""
        return outreach.campaign(await self.campaign_by_id(campaign, lane=lane))

    async def pause(self, campaign: str) -> None:
        """Ask for a pause; the caller reads back."""
        await self.pause_campaign(campaign)

    async def resume(self, campaign: str) -> None:
        """Ask for a resume; the caller reads back after a few seconds: with an empty list it pauses again."""
        await self.resume_campaign(campaign)

    async def enrolments(self, lead: Lead, *, lane: Lane = Lane.OPEN_THREAD) -> tuple[Enrolment, ...]:
        """The campaigns that a lead is in; none when HeyReach does not know the lead."""
        url = lead.profile_url
        email = lead.email if url is None else None
        linkedin_id = lead.linkedin_id if url is None and email is None else None
        if not (url or email or linkedin_id):
            raise Refused(f"HeyReach gives nothing by which {lead.name} could be found in campaigns.")
        found: dict[str, Enrolment] = {}
        cursor: str | None = None
        for _ in range(_MAX_PAGES_OF_ONE_LEAD):
            try:
                page = await self.campaigns_for_lead(
                    profile_url=url, email=email, linkedin_id=linkedin_id, cursor=cursor, lane=lane
                )
            except Gone:
                break
            for wire in page.records:
                enrolment = outreach.enrolment_of_lead(wire, lead_id=lead.id, lead_url=url)
                found[enrolment.campaign_id] = enrolment
            cursor = page.next_cursor
            if cursor is None:
                break
        return tuple(found.values())

    async def campaign_leads(
        self, campaign: str, *, cursor: str | None = None, lane: Lane = Lane.BACKFILL
    ) -> Page[Enrolment]:
        """One page of the leads of a campaign; pending ones may be missing."""
        page = await self.leads_from_campaign(campaign, cursor=cursor, lane=lane)
        mapped = (outreach.enrolment_in_campaign(wire, campaign_id=campaign) for wire in page.records)
        return paged(page, tuple(enrolment for enrolment in mapped if enrolment is not None))

    async def stop_lead(self, campaign: str, lead: Lead) -> None:
        """Ask to stop the lead in the campaign; the caller reads back. One that is stopped already is no error."""
        member_id = lead.linkedin_id if lead.profile_url is None else None
        if lead.profile_url is None and member_id is None:
            raise Refused(f"HeyReach gives nothing by which {lead.name} could be stopped. Stop the lead in HeyReach.")
        try:
            await self.stop_lead_in_campaign(campaign, lead_url=lead.profile_url, member_id=member_id)
        except Rejected as error:
            # “Cannot perform the action because the workflow is in FAILED state.”: nothing is left to stop.
            if "in FAILED state" not in str(error):
                raise

    async def senders(self, *, cursor: str | None = None, lane: Lane = Lane.HEAD) -> Page[Sender]:
        """One page of the LinkedIn seats."""
        page = await self.all_accounts(cursor=cursor, lane=lane)
        return paged(page, tuple(outreach.sender(wire, now=self.http.now) for wire in page.records))

    async def statistics(
        self, campaign: str, *, start_day: str, end_day: str, lane: Lane = Lane.OPEN_THREAD
    ) -> Statistics:
        """One campaign over whole UTC days."""
        wire = await self.overall_stats(campaigns=[campaign], start_day=start_day, end_day=end_day, lane=lane)
        return outreach.statistics(wire)

    async def add_tags(self, lead_url: str, tags: tuple[str, ...]) -> None:
        """Add tags to a lead, keeping those it has."""
        await self.assign_tags(lead_url, tags)

    async def _looked_up(self, account: int, native: str, lead_url: str, *, lane: Lane) -> Chatroom:
        """The conversation found by its lead: the same one, else the one of the same sender. Raises Gone."""
        own = await self._of_lead(account, lead_url, lane=lane)
        for chat in (*(chat for chat in own if chat.id == native), *own):
            return chat
        raise Gone("HeyReach does not know this conversation any more.")

    async def _of_lead(self, account: int, lead_url: str, *, lane: Lane) -> list[Chatroom]:
        """The sender's conversations with a lead, as the inbox has them; none when HeyReach does not know the lead."""
        try:
            page = await self._listed(ConversationFilters(lead_profile_url=lead_url), lane=lane)
        except Rejected:
            return []
        return [chat for chat in page.records if chat.linked_in_account_id == str(account)]

    async def _listed(
        self,
        filters: ConversationFilters,
        *,
        cursor: str | None = None,
        since: Micros | None = None,
        lane: Lane,
    ) -> WirePage[Chatroom]:
        """One page by V3; by V2 once a server has said that it has no V3."""
        if not self._without_v3 and not (cursor or "").startswith("v2:"):
            try:
                return await self.conversations_v3(filters, cursor=cursor, from_day=self._day(since), lane=lane)
            except Gone:
                if cursor is not None:
                    raise
                self._without_v3 = True
        return await self.conversations_v2(filters, cursor=cursor, lane=lane)

    def _day(self, since: Micros | None) -> str | None:
        """The midnight before `since`; never in the future, which HeyReach answers with 400."""
        if since is None:
            return None
        moment = datetime.fromtimestamp(max(0, min(since, self.http.now)) / 1_000_000, UTC)
        return f"{moment:%Y-%m-%d}T00:00:00Z"


def _ids(conversation: str) -> tuple[int, str]:
    ids = records.split_conversation_id(conversation)
    if ids is None:
        raise Gone("HeyReach has no such conversation.")
    return ids
