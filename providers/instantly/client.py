"""Instantly as a `Provider`: every operation, and what the protocol asks for made of them."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace

from postroom.capabilities import Action, capability
from postroom.errors import Gone, NeverSent, ProviderError, Refused, Rejected, Uncertain
from postroom.records import (
    Campaign,
    Conversation,
    Direction,
    Enrolment,
    Lead,
    Micros,
    Page,
    ProviderName,
    Sender,
    SendResult,
    Statistics,
    Verdict,
)
from providers.base import Lane, NotBegun, ThreadPage
from providers.client import Client
from providers.endpoints import paged
from providers.extras import Right
from providers.failures import Service
from providers.http import Http
from providers.instantly import outreach, records, scopes
from providers.instantly.administration import AdministrationEndpoints
from providers.instantly.endpoints import PAGE
from providers.instantly.inbox import MailEndpoints, Target
from providers.instantly.knowledge import Knowledge
from providers.instantly.stopping import Stopping, move_out
from providers.instantly.wire import Account, CampaignAnalytics, Email, InstantlyCampaign, VitalsRow, WarmupCounts

BASE_URL = "https://api.instantly.ai/api/v2"
HEADER = "Authorization"
PREFIX = "Bearer "
SERVICE = Service("Instantly", "api.instantly.ai", "in Instantly it is under Settings, Integrations, API keys")


class Instantly(MailEndpoints, Stopping, AdministrationEndpoints, Client):
    """One Instantly workspace. See `providers.base.Provider` for what each method promises."""

    def __init__(self, http: Http) -> None:
        super().__init__(http)
        self._knowledge = Knowledge(self)
        self._figures: dict[str, CampaignAnalytics] = {}
        """The totals of campaigns, as last read: a campaign read by itself does not carry them."""
        self._targets: dict[str, Target] = {}
        """What a reply would answer, from the last look at each thread. Used once, so that it is never an old one."""

    @property
    def name(self) -> ProviderName:
        """Instantly."""
        return ProviderName.INSTANTLY

    async def check(self) -> None:
        """Prove that the key works, with the smallest page of campaigns: there is no question that needs no scope."""
        await self.list_campaigns(limit=1, lane=Lane.ACTION)

    async def missing_rights(self) -> tuple[Right, ...]:
        """The scopes that Postroom needs and the key lacks, asked for one by one. Changes nothing."""
        return await scopes.missing(self.http)

    async def conversations(
        self,
        *,
        cursor: str | None = None,
        since: Micros | None = None,
        unread_only: bool = False,
        lane: Lane = Lane.HEAD,
    ) -> Page[Conversation]:
        """The conversations that one page of mails shows, each with those mails alone.

        With `since` the mails that Instantly stored from then on, oldest first; without, all, newest first: then some
        come once more with a later page, because people are asked for a hundred at a time.
        """
        page = await self.list_emails(
            cursor=cursor, since=since, unread_only=unread_only, newest_first=since is None, lane=lane
        )
        known, groups = self._knowledge, records.threads(page.records)
        long = since is None and not unread_only
        if long:
            groups = await known.gather_people(groups, place=cursor, last=not page.more, lane=lane)
        else:
            await known.learn_people(groups.values(), lane=lane)
        await known.learn_labels(page.records, lane=lane)
        if since is not None:
            await known.learn_automatic(page.records, lane=lane)
        shown = paged(page, tuple(self._shown(mails, whole=False) for mails in groups.values()))
        return replace(shown, place=known.waits_from) if long else shown

    async def thread(
        self,
        conversation: str,
        *,
        lead_url: str | None = None,  # noqa: ARG002 - ids do not go out of date here
        cursor: str | None = None,
        lane: Lane = Lane.OPEN_THREAD,
    ) -> ThreadPage:
        """One page of one conversation, the newest mails first; a mail without a thread is all there is of its own."""
        page = await self.list_emails(cursor=cursor, thread=conversation, lane=lane)
        mails = records.threads(page.records).get(conversation, [])
        if not mails and cursor is None and not page.rejected:
            mails = [await self.get_email(conversation, lane=lane)]
        if not mails:
            # The page behind a last page that carried a cursor all the same.
            return ThreadPage(Conversation(conversation, "", "", Lead(conversation, "Unknown")))
        if cursor is None:
            self._targets.pop(conversation, None)
            with contextlib.suppress(Rejected):  # what cannot be answered can be read all the same
                self._targets[conversation] = _target(mails)
        if lane is not Lane.ACTION:
            await self._knowledge.learn_people([mails], lane=lane)
            await self._knowledge.learn_labels(mails, lane=lane)
            await self._knowledge.learn_automatic(mails[::-1], lane=lane)
        # Where exactly a page ended, the next one may only be empty: it is asked for, and costs a request.
        more = page.more and len(page.records) + len(page.rejected) >= PAGE
        whole = cursor is None and not more and not page.rejected
        shown = self._shown(mails, whole=whole)
        return ThreadPage(shown, page.next_cursor if more else None, more, len(page.rejected))

    async def send(self, conversation: str, text: str, *, subject: str = "") -> SendResult:
        """Send once, as an answer to their last mail, from the mailbox that received it."""
        target = self._targets.pop(conversation, None) or await self._looked_up(conversation)
        if subject:
            target = Target(target.email, target.eaccount, subject)
        answer = await self.reply(target, text)
        if answer.id is None:
            said = f" It says: {answer.error}." if answer.error else ""
            raise Uncertain(f"Instantly did not confirm the message, so it may or may not arrive.{said}", status=200)
        return SendResult("sent", answer.id)

    async def mark_seen(self, conversation: str, *, seen: bool = True) -> None:
        """Set Instantly's read mark: of the thread, or, for “unread” and for a mail without a thread, of a mail."""
        if not seen:
            target = self._targets.get(conversation) or await self._looked_up(conversation)
            await self.patch_email(target.email, unread=True)
            return
        try:
            await self.mark_thread_read(conversation)
        except Gone:
            await self.patch_email(conversation, unread=False)

    async def campaigns(self, *, cursor: str | None = None, lane: Lane = Lane.HEAD) -> Page[Campaign]:
        """One page of the campaigns, with their totals where the key may read those."""
        page = await self.list_campaigns(cursor=cursor, lane=lane)
        await self._learn_totals([wire.id for wire in page.records], lane=lane)
        return paged(page, tuple(outreach.campaign(wire, self._figures.get(wire.id)) for wire in page.records))

    async def campaign(self, campaign: str, *, lane: Lane = Lane.ACTION) -> Campaign:
        """One campaign as it is now."""
        wire = await self.get_campaign(campaign, lane=lane)
        if campaign not in self._figures:
            await self._learn_totals([campaign], lane=lane)
        return outreach.campaign(wire, self._figures.get(campaign))

    async def pause(self, campaign: str) -> None:
        """Ask for a pause; the caller reads back."""
        await self.pause_campaign(campaign)

    async def resume(self, campaign: str) -> None:
        """Ask for a start or a resume, which are one thing here; the caller reads back."""
        await self.activate_campaign(campaign)

    async def why_not_sending(self, campaign: str, *, lane: Lane = Lane.OPEN_THREAD) -> str:
        """Why a campaign is not sending, in one sentence; empty when it is."""
        return outreach.why_not_sending(await self.sending_status(campaign, lane=lane))

    async def enrolments(self, lead: Lead, *, lane: Lane = Lane.OPEN_THREAD) -> tuple[Enrolment, ...]:
        """The campaigns that an address is in, with its standing in each."""
        email = _email_of(lead)
        if not email:
            raise Refused(f"Instantly knows no address of {lead.name}, by which campaigns could be found.")
        named = {wire.id: wire for wire in await self.campaigns_of_contact(email, lane=lane)}
        page = await self.list_leads(contacts=[email], lane=lane)
        found = {
            wire.campaign: enrolment
            for wire in page.records
            if outreach.address(wire.email) == email
            and (enrolment := outreach.enrolment(wire, named.get(wire.campaign or ""))) is not None
        }
        return tuple(found.values())

    async def campaign_leads(
        self, campaign: str, *, cursor: str | None = None, lane: Lane = Lane.BACKFILL
    ) -> Page[Enrolment]:
        """One page of the leads of a campaign; one that was just added may be missing."""
        page = await self.list_leads(campaign=campaign, cursor=cursor, lane=lane)
        of = InstantlyCampaign(id=campaign)
        mapped = (outreach.enrolment(wire.model_copy(update={"campaign": campaign}), of) for wire in page.records)
        return paged(page, tuple(enrolment for enrolment in mapped if enrolment is not None))

    async def stop_lead(self, campaign: str, lead: Lead) -> None:
        """Move the lead out of the campaign into the list “Stopped”, and follow the move to its end."""
        email = _email_of(lead)
        if not email:
            raise Refused(f"Instantly knows no address of {lead.name}. Stop the lead in Instantly.")
        await move_out(self, campaign, email)

    async def classify(self, lead: Lead, verdict: Verdict, *, campaign: str | None = None) -> None:
        """Ask for an interest status; done later, so the caller reads back. It may complete the lead."""
        if verdict not in outreach.INTEREST:
            raise Refused(f"Instantly has no interest status for “{verdict.value.replace('_', ' ')}”.")
        await self.update_interest(_email_of(lead), outreach.INTEREST[verdict], campaign=campaign)

    async def verdict_of(self, lead: Lead, *, campaign: str | None = None, lane: Lane = Lane.ACTION) -> Verdict | None:
        """What the lead's interest status means in a campaign, else wherever it is. None: unknown, or not one thing."""
        email = _email_of(lead)
        page = await self.list_leads(contacts=[email], lane=lane) if email else None
        rows = [wire for wire in page.records if outreach.address(wire.email) == email] if page else []
        rows = [wire for wire in rows if wire.campaign == campaign] or rows
        found = {outreach.verdict(wire.lt_interest_status, {}) for wire in rows}
        verdict, word = found.pop() if len(found) == 1 else (Verdict.NONE, "unknown")
        return None if verdict is Verdict.NONE and word else verdict

    async def block_lead(self, lead: Lead) -> bool:
        """Put the address on the block list, unless it is on it."""
        email = _email_of(lead)
        if not email:
            raise Refused(f"Instantly knows no address of {lead.name} that it could block.")
        if await self.is_blocked(lead):
            return True
        await self.block(email)
        return False

    async def is_blocked(self, lead: Lead, *, lane: Lane = Lane.ACTION) -> bool:
        """Whether the block list shows the address, or its whole domain."""
        email = _email_of(lead)
        domain = email.rpartition("@")[2]
        for wanted in filter(None, (email, domain)):
            page = await self.list_blocked(search=wanted, lane=lane)
            if any((found.bl_value or "").strip().lower() == wanted for found in page.records):
                return True
        return False

    async def senders(self, *, cursor: str | None = None, lane: Lane = Lane.HEAD) -> Page[Sender]:
        """One page of the mailboxes, with what their domains' DNS and their warm-up say."""
        page = await self.list_accounts(cursor=cursor, lane=lane)
        vitals, warmup = await self._wellbeing(page.records, lane=lane)
        return paged(
            page,
            tuple(
                outreach.sender(wire, vitals.get(wire.email.lower().rpartition("@")[2]), warmup.get(wire.email.lower()))
                for wire in page.records
            ),
        )

    async def statistics(
        self, campaign: str, *, start_day: str, end_day: str, lane: Lane = Lane.OPEN_THREAD
    ) -> Statistics:
        """One campaign over whole UTC days, and what each of its steps did."""
        daily = await self.daily(campaign, start_day=start_day, end_day=end_day, lane=lane)
        overview = await self.overview(campaign, start_day=start_day, end_day=end_day, lane=lane)
        steps = await self.steps(campaign, start_day=start_day, end_day=end_day, lane=lane)
        return outreach.statistics(overview, daily, steps)

    async def add_tags(self, lead_url: str, tags: tuple[str, ...]) -> None:  # noqa: ARG002
        """Not offered."""
        raise Refused(capability(ProviderName.INSTANTLY, Action.ADD_TAGS).sentence)

    def _shown(self, mails: list[Email], *, whole: bool) -> Conversation:
        known = self._knowledge
        return records.conversation(
            mails, whole=whole, automatic=known.automatic, labels=known.labels, leads=known.people
        )

    async def _looked_up(self, conversation: str) -> Target:
        """What a reply answers, read for it. A failure here is no doubt about the reply: that has not left."""
        try:
            page = await self.list_emails(thread=conversation, lane=Lane.ACTION)
            mails = records.threads(page.records).get(conversation, [])
            return _target(mails or [await self.get_email(conversation, lane=Lane.ACTION)])
        except Uncertain as error:
            raise NeverSent(f"The thread could not be read first, so nothing was sent: {error}") from error
        except asyncio.CancelledError as error:
            raise NotBegun from error

    async def _learn_totals(self, campaigns: list[str], *, lane: Lane) -> None:
        """Read the totals of campaigns; those that cannot be read stay as they were."""
        if not campaigns:
            return
        try:
            self._figures |= {row.campaign_id: row for row in await self.analytics(campaigns, lane=lane)}
        except ProviderError:
            return

    async def _wellbeing(
        self, accounts: list[Account], *, lane: Lane
    ) -> tuple[dict[str, VitalsRow], dict[str, WarmupCounts]]:
        """By domain what the DNS says, by address how warm-up goes; as far as that can be read."""
        emails = [account.email for account in accounts]
        if not emails:
            return {}, {}
        try:
            vitals = await self.test_vitals(emails, lane=lane)
            warmup = await self.warmup(emails, lane=lane)
        except ProviderError:
            return {}, {}
        rows = (*(vitals.success_list or ()), *(vitals.failure_list or ()))
        counts = {email.lower(): each for email, each in (warmup.aggregate_data or {}).items() if each is not None}
        return {row.domain.lower(): row for row in rows}, counts


def _target(mails: list[Email]) -> Target:
    """What an answer in a thread answers: their last mail, else the last at all. Given in the order of time."""
    theirs = [mail for mail in mails if records.direction(mail) is Direction.INBOUND]
    ours = [mail for mail in mails if records.direction(mail) is Direction.OUTBOUND]
    mail = (theirs or ours or mails)[-1]
    eaccount = (mail.eaccount or "").strip()
    if not eaccount:
        raise Rejected("Instantly does not say which mailbox this conversation belongs to, so it cannot be answered.")
    return Target(mail.id, eaccount, records.reply_subject(mail.subject))


def _email_of(lead: Lead) -> str:
    return outreach.address(lead.email) or outreach.address(lead.id)
