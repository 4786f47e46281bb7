"""Stop, pause and resume: asked for, then proven by reading back. A status code never counts as the effect.

Stopping and pausing are safe to repeat, so they are asked for up to five times. A resume makes messages go out: it is
asked for once, only when the campaign was just read as paused, and never again by itself. What is refused before it
was asked for has `failed`, with the reason. `accepted` means taken but not proven; `sent` means read back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from postroom.commands import Command, NeverContact, PauseCampaign, ResumeCampaign, SetVerdict, StopLead
from postroom.errors import Gone, NeverSent, PostroomError, RateLimited, Uncertain
from postroom.records import Campaign, CampaignState, EnrolmentState, Lead, Page
from providers.base import Lane, NotBegun
from store import outbox, writes
from store.outbox import OutboxEntry
from sync.clock import MINUTE
from sync.echoes import announce, awaited_too_long
from sync.events import Pulled
from sync.link import Link
from sync.outcomes import CallError, outcome_of, stops_lane
from sync.schedule import backoff
from sync.settling import (
    doubt,
    fail,
    finish,
    heed_daily_limit,
    hold,
    postpone,
    refuse,
    requeue,
    state_of,
    stop_sending,
    take,
)

KINDS = frozenset({StopLead.kind, PauseCampaign.kind, ResumeCampaign.kind})

ATTEMPTS = 5
"""How often a stop or a pause is asked for before the user is told that it could not be confirmed."""

SETTLING_SECONDS = 2.5
"""A campaign without leads is paused again about a second after a resume, so the reading back waits this long."""

READ_BACK_SECONDS = (1.0, 2.5, 5.0)
STANDING = frozenset({CampaignState.PAUSED, CampaignState.FINISHED, CampaignState.FAILED})
OVER = frozenset({CampaignState.FINISHED, CampaignState.CANCELED})
OLD = MINUTE
"""After this long, a campaign that stands otherwise than a click assumed was changed by somebody since."""

_MOVED = "NOT STOPPED: {} is no longer in “{}”, but is still written to in “{}”. Stop them there if you mean that too."
EMPTY_LIST = "It was paused again at once: most likely nobody is left in its lead list."


async def push(link: Link, entry: OutboxEntry) -> str:
    """Carry out a stop, a pause or a resume. Returns the state that the entry is in afterwards."""
    try:
        match entry.command:
            case StopLead() as stop:
                return await _stop(link, entry, stop)
            case PauseCampaign() as pause:
                return await _pause(link, entry, pause)
            case ResumeCampaign() as resume:
                return await _resume(link, entry, resume)
            case _:
                return hold(link, entry, "This Postroom does not know how to do this.")
    except CallError as error:
        return _before_claim(link, entry, error)


async def verify(link: Link, entry: OutboxEntry) -> str:
    """Look again at an action that was asked for but not proven. Never asks for the action itself."""

    async def check() -> bool:
        match entry.command:
            case StopLead() as stop:
                return await _is_stopped(link, stop)
            case PauseCampaign() as pause:
                return await _is_paused(link, pause)
            case ResumeCampaign() as resume:
                return (await _campaign(link, resume.campaign_id)).state is CampaignState.RUNNING
            case _:
                return False

    if await checked(check):
        return prove(link, entry)
    return give_up(link, entry)


async def _stop(link: Link, entry: OutboxEntry, stop: StopLead) -> str:
    if not take(link, entry, baseline=None):
        return state_of(link, entry)
    remark = ""
    try:
        await _ask(link, entry, link.provider.stop_lead(stop.campaign_id, _lead(stop)))
    except Gone:
        elsewhere = await _active_elsewhere(link, stop)
        if elsewhere:
            return fail(link, entry, _MOVED.format(stop.lead_name, stop.campaign_name, elsewhere))
        remark = f"{stop.lead_name} is not in “{stop.campaign_name}”: nothing to stop."
    except CallError as error:
        return await after_error(link, entry, error, lambda: _is_stopped(link, stop))
    finish(link, entry, "accepted", error="NOT YET STOPPED: waiting for the provider to show it.")
    if remark:
        return prove(link, entry, remark)
    return await read_back(link, entry, lambda: _is_stopped(link, stop))


async def _pause(link: Link, entry: OutboxEntry, pause: PauseCampaign) -> str:
    campaign = await _campaign(link, pause.campaign_id)
    if campaign.state in OVER:
        return refuse(link, entry, f"{_cannot(campaign, 'paused')} There is nothing to pause.", state="discarded")
    if campaign.state not in {CampaignState.RUNNING, CampaignState.PAUSED}:
        changed = link.clock.now() - entry.created_at > OLD
        return (hold if changed else refuse)(link, entry, _cannot(campaign, "paused"))
    if not take(link, entry, baseline=None):
        return state_of(link, entry)
    if campaign.state is CampaignState.PAUSED:
        finish(link, entry, "accepted")
        return prove(link, entry, "It was already paused.")
    try:
        await _ask(link, entry, link.provider.pause(pause.campaign_id))
    except CallError as error:
        return await after_error(link, entry, error, lambda: _is_paused(link, pause))
    finish(link, entry, "accepted", error="Not yet paused: waiting for the provider to show it.")
    return await read_back(link, entry, lambda: _is_paused(link, pause))


async def _resume(link: Link, entry: OutboxEntry, resume: ResumeCampaign) -> str:
    try:
        campaign = await _campaign(link, resume.campaign_id)
    except (NeverSent, RateLimited, Uncertain) as error:
        return refuse(link, entry, f"{error} A resume is never queued: ask again when there is a connection.")
    if campaign.state is not CampaignState.PAUSED:
        return refuse(link, entry, _cannot(campaign, "resumed"))
    if not take(link, entry, baseline=None):
        return state_of(link, entry)
    try:
        await link.provider.resume(resume.campaign_id)
    except NotBegun:
        fail(link, entry, "Postroom stopped before this was asked for. The campaign was not resumed.")
        raise
    except asyncio.CancelledError:
        doubt(link, entry, "Postroom stopped while this was being asked for. It may be running again.")
        raise
    except CallError as error:
        _heed_key(link, error)
        if outcome_of(error) != "in_doubt":
            return fail(link, entry, f"{error} The campaign was not resumed.")
        return await _watch_resume(link, entry, resume, state=doubt(link, entry, f"{error} It may be running again."))
    state = finish(link, entry, "accepted", error="Not yet resumed: waiting for the provider to show it.")
    return await _watch_resume(link, entry, resume, state=state)


async def _watch_resume(link: Link, entry: OutboxEntry, resume: ResumeCampaign, *, state: str) -> str:
    """See whether the campaign runs, after it had the time to be paused again."""
    await link.clock.sleep(SETTLING_SECONDS)
    try:
        campaign = await _campaign(link, resume.campaign_id)
    except CallError:
        return state
    if campaign.state is CampaignState.RUNNING:
        return prove(link, entry)
    if state == "accepted" and campaign.state in STANDING:
        return fail(link, entry, EMPTY_LIST)
    return state


async def _ask(link: Link, entry: OutboxEntry, call: Awaitable[None]) -> None:
    """Make a call that does no harm twice: if we are stopped meanwhile, it is asked for again at the next start."""
    try:
        await call
    except asyncio.CancelledError:
        requeue(link, entry, "Postroom stopped before the answer came.", seconds=0)
        raise


async def after_error(
    link: Link, entry: OutboxEntry, error: PostroomError, check: Callable[[], Awaitable[bool]]
) -> str:
    """A stop or a pause that did not succeed: done all the same, asked for again, or given up with the reason."""
    _heed_key(link, error)
    outcome = outcome_of(error)
    if outcome == "failed":
        return fail(link, entry, str(error))
    if outcome == "in_doubt":
        if await checked(check):
            finish(link, entry, "accepted")
            return prove(link, entry)
        if entry.attempts + 1 >= ATTEMPTS:
            return doubt(link, entry, f"{error} It was asked for {ATTEMPTS} times and could not be confirmed.")
    return requeue(link, entry, f"NOT YET DONE: {error}", seconds=_wait(link, entry, error))


async def read_back(link: Link, entry: OutboxEntry, check: Callable[[], Awaitable[bool]]) -> str:
    """Prove the effect, giving the provider a few seconds. What is not proven yet stays `accepted` and says so."""
    for pause in (0.0, *READ_BACK_SECONDS):
        await link.clock.sleep(pause)
        if await checked(check):
            return prove(link, entry)
    return "accepted"


async def checked(check: Callable[[], Awaitable[bool]]) -> bool:
    """Whether the effect is proven. A read that fails proves nothing."""
    try:
        return await check()
    except CallError:
        return False


def prove(link: Link, entry: OutboxEntry, remark: str = "") -> str:
    """The effect has been read back."""
    outbox.verified(link.store, entry.id, now=link.clock.now())
    announce(link, entry, "sent", remark or _done(entry.command))
    return "sent"


def give_up(link: Link, entry: OutboxEntry) -> str:
    """The effect is not shown. The opposite was asked for meanwhile, or it has been awaited for too long."""
    if outbox.overtaken(link.store, entry):
        sentence = f"{outbox.title_of(entry.command)}: the opposite was asked for before this was shown."
        return refuse(link, entry, sentence, state="discarded")
    if entry.state == "accepted" and awaited_too_long(link, entry):
        sentence = f"{_NOT_YET[entry.command.kind]}: the provider took it and has not shown it since. Look there."
        return refuse(link, entry, sentence, state="in_doubt")
    return entry.state


_NOT_YET = {
    StopLead.kind: "NOT YET STOPPED",
    PauseCampaign.kind: "Not yet paused, or resumed by somebody else",
    ResumeCampaign.kind: "Not yet resumed, or paused by somebody else",
    SetVerdict.kind: "Not shown as told",
    NeverContact.kind: "NOT YET BLOCKED",
}


def _done(command: Command) -> str:
    """What has happened, for the one who asked for it."""
    match command:
        case StopLead():
            return f"{command.lead_name} is stopped in “{command.campaign_name}”: read back from the provider."
        case PauseCampaign():
            return f"“{command.campaign_name}” is paused: read back from the provider."
        case ResumeCampaign():
            return f"“{command.campaign_name}” is running: read back from the provider."
        case NeverContact():
            return f"{command.lead_name} is on the provider's list of people never to contact: shown there."
        case SetVerdict():
            return f"{outbox.title_of(command)}: the provider was told, and shows it."
        case _:
            return ""


async def _campaign(link: Link, campaign_id: str) -> Campaign:
    """The campaign as it is now, in the cache too."""
    campaign = await link.provider.campaign(campaign_id, lane=Lane.ACTION)
    page = Page(records=(campaign,))
    if writes.apply_campaigns(link.store, link.workspace, link.provider.name, page, now=link.clock.now()):
        link.emit(Pulled(link.workspace, campaigns=True))
    return campaign


async def _is_paused(link: Link, pause: PauseCampaign) -> bool:
    return (await _campaign(link, pause.campaign_id)).state is CampaignState.PAUSED


async def _is_stopped(link: Link, stop: StopLead) -> bool:
    """Whether the lead's enrolment is shown, and no longer as one that messages may go out for."""
    lead = _lead(stop)
    enrolments = await link.provider.enrolments(lead, lane=Lane.ACTION)
    if writes.apply_enrolments(link.store, link.workspace, lead, enrolments, now=link.clock.now()):
        link.emit(Pulled(link.workspace, campaigns=True))
    states = [each.state for each in enrolments if each.campaign_id == stop.campaign_id]
    return (bool(states) or link.habits.stopped_leaves) and EnrolmentState.ACTIVE not in states


async def _active_elsewhere(link: Link, stop: StopLead) -> str:
    """The campaign that the lead may have been moved to: active there, with no stop of its own. Empty: none."""
    try:
        enrolments = await link.provider.enrolments(_lead(stop), lane=Lane.ACTION)
    except CallError:
        return ""
    entries = [each.command for each in outbox.open_entries(link.store, workspace=link.workspace)]
    stopping = {each.campaign_id for each in entries if isinstance(each, StopLead) and each.lead_id == stop.lead_id}
    active = (each for each in enrolments if each.state is EnrolmentState.ACTIVE and each.campaign_id not in stopping)
    return next((each.campaign_name or each.campaign_id for each in active), "")


def _before_claim(link: Link, entry: OutboxEntry, error: PostroomError) -> str:
    """The campaign could not be read first, so nothing was asked for."""
    _heed_key(link, error)
    if outcome_of(error) == "failed":
        return refuse(link, entry, str(error))
    return postpone(link, entry, f"Not yet done: {error}", seconds=_wait(link, entry, error))


def _heed_key(link: Link, error: PostroomError) -> None:
    heed_daily_limit(link, error)
    if stops_lane(error):
        stop_sending(link, error)


def _cannot(campaign: Campaign, done: str) -> str:
    if campaign.state is CampaignState.UNKNOWN:
        return (
            f"“{campaign.name}” is in a state that Postroom does not know ({campaign.state_raw}), so it was not {done}."
        )
    return f"“{campaign.name}” is {campaign.state.value} ({campaign.state_raw}), so it cannot be {done}."


def _lead(stop: StopLead) -> Lead:
    return Lead(id=stop.lead_id, name=stop.lead_name, profile_url=stop.lead_url, linkedin_id=stop.linkedin_id)


def _wait(link: Link, entry: OutboxEntry, error: PostroomError) -> float:
    if isinstance(error, RateLimited) and error.retry_after is not None:
        return error.retry_after
    return backoff(entry.attempts + 1, roll=link.clock.random())
