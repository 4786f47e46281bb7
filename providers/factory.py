"""A provider's name and a key, made into a client for it."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from postroom.errors import ConfigError
from postroom.records import ProviderName
from postroom.secrets import Secret
from providers.base import Provider
from providers.clock import Clock
from providers.heyreach import client as heyreach
from providers.http import DEADLINE_SECONDS, Exchange, Http
from providers.limiter import HEYREACH, INSTANTLY, INSTANTLY_MAILS, NETWORKHQ, Allowance
from providers.networkhq import client as networkhq
from providers.transport import KeyAuth

_MAILS_SHARE = 5
"""At Instantly one in so many of the requests that a user allows may read mails, as with what is built in."""


def connect(
    provider: ProviderName,
    *,
    key: Secret,
    base_url: str | None = None,
    requests_per_minute: int | None = None,
    proxy: str | None = None,
    log: Callable[[Exchange], None] | None = None,
    clock: Clock | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    deadline: float = DEADLINE_SECONDS,
) -> Provider:
    """A client for one workspace; no request is made yet. Call it where its event loop runs, and close it there.

    `base_url` None: the provider's own. `requests_per_minute` replaces the background ceiling. `log` hears of every
    request. `clock`, `transport` and `deadline` are for tests. Raises ConfigError.
    """
    if requests_per_minute is not None and requests_per_minute < 1:
        raise ConfigError("requests_per_minute must be at least 1.")
    others: dict[str, Allowance] = {}
    make: Callable[[Http], Provider]
    if provider is ProviderName.HEYREACH:
        auth = KeyAuth(key, header=heyreach.HEADER)
        service, default_url, allowance, make = heyreach.SERVICE, heyreach.BASE_URL, HEYREACH, heyreach.HeyReach
    elif provider is ProviderName.NETWORKHQ:
        auth = KeyAuth(key, header=networkhq.HEADER, prefix=networkhq.PREFIX)
        service, default_url, allowance, make = networkhq.SERVICE, networkhq.BASE_URL, NETWORKHQ, networkhq.NetworkHQ
    else:
        from providers.instantly import client as instantly  # noqa: PLC0415 (reading HTML takes a moment to load)
        from providers.instantly.endpoints import MAILS  # noqa: PLC0415 (the same)

        auth = KeyAuth(key, header=instantly.HEADER, prefix=instantly.PREFIX)
        service, default_url, allowance, make = instantly.SERVICE, instantly.BASE_URL, INSTANTLY, instantly.Instantly
        mails = None if requests_per_minute is None else max(1, requests_per_minute // _MAILS_SHARE)
        others = {MAILS: INSTANTLY_MAILS.with_background(mails)}
    http = Http(
        service,
        base_url=base_url or default_url,
        auth=auth,
        allowance=allowance.with_background(requests_per_minute),
        others=others,
        proxy=proxy,
        transport=transport,
        clock=clock,
        log=log,
        deadline=deadline,
    )
    return make(http)
