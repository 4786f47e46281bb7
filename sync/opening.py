"""What is fetched when a conversation is opened: its thread, its lead's campaigns, and how its campaign does.

Nothing here is needed to read or answer; what fails is simply not shown newer. The next pull reports the trouble.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from postroom.capabilities import Action, capability
from postroom.errors import ProviderError, RateLimited, Refused, StateError, Unauthorised
from postroom.records import ConversationKey, Lead, ProviderName
from providers.base import Lane
from store import queries, writes
from store.enrolments import leads_in
from store.rows import ConversationRow
from sync.clock import MINUTE
from sync.events import LookedUp, Pulled
from sync.idleness import learn_why_idle
from sync.link import Link
from sync.outcomes import CallError
from sync.schedule import due
from sync.threads import read_thread

FRESH_SECONDS = 60.0
"""A thread read this recently is not read again because somebody comes back to it."""

NOTHING_TO_GO_BY = {
    ProviderName.HEYREACH: "No LinkedIn profile is known to look for.",
    ProviderName.INSTANTLY: "No address is known to look for.",
    ProviderName.NETWORKHQ: "NetworkHQ's API cannot look a person up.",
}
"""Why nobody can be looked up at a provider."""

STATISTICS_EVERY = 15 * MINUTE
STATISTICS_DAYS = 30


async def open_thread(link: Link, key: ConversationKey) -> None:
    """Fetch what the screen shows of a conversation, the thread first."""
    head = queries.conversation(link.store, key)
    if head is None:
        return
    try:
        await _thread(link, head)
        await _enrolments(link, head)
        if head.row.campaign_id is not None:
            await open_campaign(link, head.row.campaign_id)
    except (Unauthorised, RateLimited):
        return
    except ProviderError:
        link.memory.opened.pop(key.id, None)


async def open_campaign(link: Link, campaign: str) -> None:
    """Fetch why a campaign is not sending, and how it did in the last 30 days, that once in a quarter of an hour.

    Nothing where the provider keeps no figures per day. Raises ProviderError.
    """
    await learn_why_idle(link, campaign)
    if not capability(link.provider.name, Action.STATISTICS_BY_DAY).offered:
        return
    known = next((row for row in queries.campaigns(link.store, workspace=link.workspace) if row.id == campaign), None)
    now = link.clock.now()
    if known is None or not due(known.statistics_at, every=STATISTICS_EVERY, now=now):
        return
    today = datetime.fromtimestamp(now / 1_000_000, UTC).date()
    start = today - timedelta(days=STATISTICS_DAYS - 1)
    statistics = await link.provider.statistics(
        campaign, start_day=start.isoformat(), end_day=today.isoformat(), lane=Lane.OPEN_THREAD
    )
    writes.apply_statistics(link.store, link.workspace, campaign, statistics, now=now)
    link.emit(Pulled(link.workspace, campaigns=True))


async def look_up_person(link: Link, key: ConversationKey) -> LookedUp:
    """Ask for every campaign in which this workspace has the person of a conversation, from wherever they wrote."""
    try:
        found = LookedUp(link.workspace, key, await _look_up(link, key))
    except (*CallError, StateError) as error:
        found = LookedUp(link.workspace, key, str(error), failed=True)
    link.emit(found)
    return found


async def _look_up(link: Link, key: ConversationKey) -> str:
    """Returns why nothing could be asked. Raises a CallError."""
    leads = leads_in(link.store, key, link.workspace, link.provider.name)
    refusal = NOTHING_TO_GO_BY[link.provider.name]
    asked = False
    for lead in leads:
        try:
            enrolments = await link.provider.enrolments(lead, lane=Lane.ACTION)
        except Refused as error:
            refusal = str(error)
            continue
        asked = True
        now = link.clock.now()
        name = link.provider.name.value
        if writes.apply_enrolments(link.store, link.workspace, lead, enrolments, now=now, provider=name):
            link.emit(Pulled(link.workspace, campaigns=True))
    return "" if asked else refusal


async def _thread(link: Link, head: ConversationRow) -> None:
    if head.row.gone or _is_fresh(link, head.row.key.id):
        return
    await read_thread(link, head.row.key.id, lead_url=head.profile_url, lane=Lane.OPEN_THREAD)
    link.memory.opened[head.row.key.id] = link.clock.monotonic()


async def _enrolments(link: Link, head: ConversationRow) -> None:
    name = f"enrolments {head.lead_id}"
    if _is_fresh(link, name):
        return
    lead = Lead(
        id=head.lead_id,
        name=head.row.lead_name,
        profile_url=head.profile_url,
        email=head.email,
        linkedin_id=head.linkedin_id,
        person=head.person,
    )
    try:
        enrolments = await link.provider.enrolments(lead, lane=Lane.OPEN_THREAD)
    except Refused:
        return
    link.memory.opened[name] = link.clock.monotonic()
    if writes.apply_enrolments(link.store, link.workspace, lead, enrolments, now=link.clock.now()):
        link.emit(Pulled(link.workspace, (head.row.key.id,), campaigns=True))


def _is_fresh(link: Link, name: str) -> bool:
    read_at = link.memory.opened.get(name)
    return read_at is not None and link.clock.monotonic() - read_at < FRESH_SECONDS
