"""Why a campaign is not sending: asked when it is looked at, where the provider knows."""

from __future__ import annotations

from postroom.errors import NeverSent, ProviderError, RateLimited, Unauthorised
from providers.extras import TellsWhyIdle
from store import queries
from store.writes_idle import apply_idleness
from sync.events import Pulled
from sync.link import Link

FRESH_SECONDS = 60.0
"""An answer this young is not asked for again."""


async def learn_why_idle(link: Link, campaign: str) -> None:
    """Ask the provider and keep the answer. One that only this question is refused with changes nothing else.

    Raises NeverSent, RateLimited and Unauthorised, after which nothing else need be asked.
    """
    name = f"idle {campaign}"
    asked_at = link.memory.opened.get(name)
    if not isinstance(link.provider, TellsWhyIdle) or not _is_known(link, campaign):
        return
    if asked_at is not None and link.clock.monotonic() - asked_at < FRESH_SECONDS:
        return
    try:
        sentence = await link.provider.why_not_sending(campaign)
    except (NeverSent, RateLimited, Unauthorised):
        raise
    except ProviderError:
        return
    link.memory.opened[name] = link.clock.monotonic()
    if apply_idleness(link.store, link.workspace, campaign, sentence):
        link.emit(Pulled(link.workspace, campaigns=True))


def _is_known(link: Link, campaign: str) -> bool:
    return any(row.id == campaign for row in queries.campaigns(link.store, workspace=link.workspace))
