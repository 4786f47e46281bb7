"""Never to be contacted: asked for until it is shown, as a stop is: it only ever keeps messages from going out."""

from __future__ import annotations

import asyncio

from postroom.commands import NeverContact
from postroom.errors import Forbidden
from postroom.records import Lead
from providers.extras import Blocks
from store.outbox import OutboxEntry
from sync import control
from sync.link import Link
from sync.outcomes import CallError
from sync.settling import fail, finish, hold, requeue, state_of, take

KINDS = frozenset({NeverContact.kind})


async def push(link: Link, entry: OutboxEntry, wish: NeverContact) -> str:
    """Ask for it. Returns the state that the entry is in afterwards."""
    provider = link.provider
    if not isinstance(provider, Blocks):
        return hold(link, entry, "This provider keeps no list of people never to contact.")
    lead = _lead(wish)
    if not take(link, entry, baseline=None):
        return state_of(link, entry)
    try:
        proven = await provider.block_lead(lead)
    except asyncio.CancelledError:
        requeue(link, entry, "Postroom stopped before the answer came.", seconds=0)
        raise
    except Forbidden as error:
        # A key that may not do this may still send.
        return fail(link, entry, str(error))
    except CallError as error:
        return await control.after_error(link, entry, error, lambda: provider.is_blocked(lead))
    finish(link, entry, "accepted", error="NOT YET BLOCKED: waiting for the provider to show it.")
    if proven:
        return control.prove(link, entry)
    return await control.read_back(link, entry, lambda: provider.is_blocked(lead))


async def verify(link: Link, entry: OutboxEntry) -> str:
    """Look again whether it is shown."""
    provider, wish = link.provider, entry.command
    if not isinstance(provider, Blocks) or not isinstance(wish, NeverContact):
        return entry.state
    if await control.checked(lambda: provider.is_blocked(_lead(wish))):
        return control.prove(link, entry)
    return control.give_up(link, entry)


def _lead(wish: NeverContact) -> Lead:
    return Lead(
        id=wish.lead_id,
        name=wish.lead_name,
        profile_url=wish.lead_url,
        email=wish.email,
        linkedin_id=wish.linkedin_id,
    )
