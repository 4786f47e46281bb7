"""A provider on a stage: a real client, and in the network's place a handler that remembers what was asked."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from postroom.records import ProviderName
from postroom.secrets import Secret
from providers.base import Provider
from providers.factory import connect
from providers.http import Exchange
from tests.providers.virtual import EagerClock, VirtualClock

KEY = "canary-key-0123456789"

Handler = Callable[[httpx.Request], httpx.Response]


@dataclass
class Stage:
    """What happened."""

    client: Provider
    clock: VirtualClock
    requests: list[httpx.Request] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)

    @property
    def bodies(self) -> list[object]:
        """The JSON bodies that were sent; None for a request without one."""
        return [json.loads(request.content) if request.content else None for request in self.requests]

    @property
    def paths(self) -> list[str]:
        """Method and path of each request, as they went over the wire, without the base path."""
        return [
            f"{request.method} {re.sub('^/api/(public|v1|v2)', '', request.url.raw_path.decode())}"
            for request in self.requests
        ]


@asynccontextmanager
async def staged(
    provider: ProviderName, handler: Handler, *, clock: VirtualClock | None = None, deadline: float = 5.0
) -> AsyncIterator[Stage]:
    """A client whose requests `handler` answers."""
    requests: list[httpx.Request] = []
    exchanges: list[Exchange] = []
    clock = clock or EagerClock()

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return handler(request)

    client = connect(
        provider,
        key=Secret(KEY),
        transport=httpx.MockTransport(answer),
        clock=clock,
        log=exchanges.append,
        deadline=deadline,
    )
    try:
        yield Stage(client, clock, requests, exchanges)
    finally:
        await client.aclose()


def always(status: int = 200, **content: object) -> Handler:
    """A handler that gives the same answer to everything."""
    return lambda _: httpx.Response(status, **content)  # type: ignore[arg-type]


def in_turn(*answers: httpx.Response | Exception) -> Handler:
    """A handler that gives these answers, one after the other."""
    script: Iterator[httpx.Response | Exception] = iter(answers)

    def answer(_: httpx.Request) -> httpx.Response:
        outcome = next(script)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return answer
