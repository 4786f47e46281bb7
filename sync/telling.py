"""Telling a provider what a lead's answers amount to: looked at, said once, and read back.

It may have effects of its own over there, so it is never repeated by itself and never queued: without a connection it
has `failed`, and the verdict stays in Postroom, which says so.
"""

from __future__ import annotations

import asyncio

from postroom.commands import SetVerdict
from postroom.errors import PostroomError, Unauthorised
from postroom.records import Lead, Verdict
from providers.base import NotBegun
from providers.extras import TakesVerdicts
from store.outbox import OutboxEntry
from sync import control
from sync.link import Link
from sync.outcomes import CallError, outcome_of
from sync.settling import doubt, fail, finish, heed_daily_limit, refuse, state_of, stop_sending, take

KINDS = frozenset({SetVerdict.kind})

NOT_TOLD = "{} The provider was not told: the verdict on {} stays in Postroom alone."
_MAYBE = "{} Whether the provider was told what you think of {} is not known."


async def push(link: Link, entry: OutboxEntry, told: SetVerdict) -> str:
    """Say it once. Returns the state that the entry is in afterwards."""
    provider = link.provider
    if not isinstance(provider, TakesVerdicts):
        return refuse(link, entry, NOT_TOLD.format("It takes no verdicts.", told.lead_name))
    try:
        already = await _is_shown(provider, told)
    except CallError as error:
        _heed(link, error)
        return refuse(link, entry, NOT_TOLD.format(error, told.lead_name))
    if not take(link, entry, baseline=None):
        return state_of(link, entry)
    if already:
        finish(link, entry, "accepted")
        return control.prove(link, entry)
    try:
        await provider.classify(_lead(told), Verdict(told.verdict), campaign=told.campaign_id)
    except NotBegun:
        fail(link, entry, NOT_TOLD.format("Postroom stopped before this was said.", told.lead_name))
        raise
    except asyncio.CancelledError:
        doubt(link, entry, _MAYBE.format("Postroom stopped while this was being said.", told.lead_name))
        raise
    except CallError as error:
        _heed(link, error)
        if outcome_of(error) != "in_doubt":
            return fail(link, entry, NOT_TOLD.format(error, told.lead_name))
        doubt(link, entry, _MAYBE.format(error, told.lead_name))
        return await verify(link, entry)
    finish(link, entry, "accepted", error="Told, and not shown yet.")
    return await control.read_back(link, entry, lambda: _is_shown(provider, told))


async def verify(link: Link, entry: OutboxEntry) -> str:
    """Look again whether it is shown. Never says it again."""
    provider, told = link.provider, entry.command
    if not isinstance(provider, TakesVerdicts) or not isinstance(told, SetVerdict):
        return entry.state
    if await control.checked(lambda: _is_shown(provider, told)):
        return control.prove(link, entry)
    control.give_up(link, entry)
    return state_of(link, entry)


async def _is_shown(provider: TakesVerdicts, told: SetVerdict) -> bool:
    return await provider.verdict_of(_lead(told), campaign=told.campaign_id) is Verdict(told.verdict)


def _heed(link: Link, error: PostroomError) -> None:
    """A key that is refused sends nothing else either; one that only may not do this still sends."""
    heed_daily_limit(link, error)
    if isinstance(error, Unauthorised):
        stop_sending(link, error)


def _lead(told: SetVerdict) -> Lead:
    return Lead(id=told.lead_id, name=told.lead_name)
