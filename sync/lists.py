"""Reading what stands beside the inbox: campaigns, senders, and the leads of each campaign where only they tell."""

from __future__ import annotations

from postroom.errors import Forbidden, ProviderError, StateError
from postroom.records import Campaign, Enrolment, Page, Sender
from providers.base import Lane
from store import queries, writes
from sync.clock import MINUTE
from sync.events import Listed, Progressed, Pulled
from sync.link import Link
from sync.outcomes import CallError
from sync.report import Tally
from sync.schedule import due
from sync.walk import Walk, Walked

EVERY = 10 * MINUTE
"""How often campaigns and senders are read."""

LIST_PAGE = 100


async def read_lists(link: Link, tally: Tally, *, full: bool) -> ProviderError | None:
    """Read the lists that are due. Returns the error that ended the last one that failed."""
    failure: ProviderError | None = None
    if full or _is_due(link, tally, "campaigns", EVERY):
        failure = await _read_campaigns(link, tally)
    if full or _is_due(link, tally, "senders", EVERY):
        failure = await _read_senders(link, tally) or failure
    if link.habits.leads_every is not None and failure is None:
        failure = await _read_leads(link, tally, every=link.habits.leads_every)
    if tally.campaigns_changed:
        link.emit(Pulled(link.workspace, campaigns=True))
    return failure


async def list_campaigns(link: Link) -> Listed:
    """Read the campaigns now, whether they are due or not. Raises nothing that can be said instead."""
    tally = Tally(revived=link.store.revived)
    try:
        error = await _read_campaigns(link, tally, lane=Lane.ACTION)
        sentence = str(error) if error is not None else " ".join(tally.problems)
    except (*CallError, StateError) as failure:
        sentence = str(failure)
    if tally.campaigns_changed:
        link.emit(Pulled(link.workspace, campaigns=True))
    listed = Listed(link.workspace, sentence)
    link.emit(listed)
    return listed


async def _read_campaigns(link: Link, tally: Tally, *, lane: Lane = Lane.HEAD) -> ProviderError | None:
    async def fetch(cursor: str | None) -> Page[Campaign]:
        return await link.provider.campaigns(cursor=cursor, lane=lane)

    def take(page: Page[Campaign], _cursor: str | None) -> bool:
        changed = writes.apply_campaigns(link.store, link.workspace, link.provider.name, page, now=link.clock.now())
        _count(tally, changed, page)
        return False

    walk = Walk(name="campaigns", fetch=fetch, take=take, identity=lambda record: record.id, page_size=LIST_PAGE)
    return _close(link, tally, "campaigns", await walk.run())


async def _read_senders(link: Link, tally: Tally) -> ProviderError | None:
    async def fetch(cursor: str | None) -> Page[Sender]:
        return await link.provider.senders(cursor=cursor)

    def take(page: Page[Sender], _cursor: str | None) -> bool:
        changed = writes.apply_senders(link.store, link.workspace, page, now=link.clock.now())
        _count(tally, changed, page)
        return False

    walk = Walk(name="senders", fetch=fetch, take=take, identity=lambda record: record.id, page_size=LIST_PAGE)
    return _close(link, tally, "senders", await walk.run())


async def _read_leads(link: Link, tally: Tally, *, every: int) -> ProviderError | None:
    """The leads of each campaign: there a provider's conversations find the campaign they belong to."""
    campaigns = queries.campaigns(link.store, workspace=link.workspace)
    for done, campaign in enumerate(campaigns, start=1):
        stream = f"leads:{campaign.id}"
        if not _is_due(link, tally, stream, every):
            continue
        error = await _read_leads_of(link, tally, campaign.id, stream)
        if error is not None or tally.trapped:
            return error
        link.emit(Progressed(link.workspace, "enrolments", done, len(campaigns)))
    return None


async def _read_leads_of(link: Link, tally: Tally, campaign: str, stream: str) -> ProviderError | None:
    async def fetch(cursor: str | None) -> Page[Enrolment]:
        return await link.provider.campaign_leads(campaign, cursor=cursor, lane=Lane.BACKFILL)

    def take(page: Page[Enrolment], _cursor: str | None) -> bool:
        changed = writes.apply_campaign_leads(link.store, link.workspace, campaign, page, now=link.clock.now())
        _count(tally, changed, page)
        return False

    walked = await Walk(name="leads", fetch=fetch, take=take, identity=_lead_identity, page_size=LIST_PAGE).run()
    tally.endless += not walked.complete and walked.error is None
    return _close(link, tally, stream, walked)


def _close(link: Link, tally: Tally, stream: str, walked: Walked) -> ProviderError | None:
    """Note how a walk ended."""
    link.keep_limits()
    if walked.pages:
        writes.finish_walk(
            link.store,
            link.workspace,
            stream,
            complete=walked.complete and tally.revived == link.store.revived,
            seen=None,
            high_water=None,
            now=link.clock.now(),
        )
    tally.blame(walked.reason)
    if isinstance(walked.error, Forbidden):
        # The key may not read this list; the inbox is none the worse for it.
        link.rest(stream, walked.reason)
        return None
    if not walked.complete and walked.error is None:
        link.rest(stream, walked.reason)
    return walked.error


def _count(tally: Tally, changed: int, page: Page[Campaign] | Page[Sender] | Page[Enrolment]) -> None:
    tally.campaigns_changed |= changed > 0
    tally.quarantined += len(page.rejected)


def _is_due(link: Link, tally: Tally, stream: str, every: int) -> bool:
    """Whether a list is to be read now. One that rests is named, because it is still missing."""
    state = writes.stream_state(link.store, link.workspace, stream)
    if not due(state.complete_at, every=every, now=link.clock.now()):
        return False
    reason = link.rests(stream)
    tally.blame(reason)
    return not reason


def _lead_identity(record: Enrolment) -> str:
    return record.lead_id or record.lead_url or ""
