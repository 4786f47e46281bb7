"""The thin shell around the limiter: callers wait here for their turn."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from providers.base import Lane
from providers.clock import Clock
from providers.limiter import Limiter


class Turnstile:
    """Lets one request after the other leave, in the order and at the pace that the limiter decides."""

    def __init__(self, limiter: Limiter, clock: Clock) -> None:
        self.limiter = limiter
        self._clock = clock
        self._queues: dict[Lane, deque[asyncio.Future[None]]] = {lane: deque() for lane in Lane}
        self._alarm: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def turn(self, lane: Lane, *, patience: float | None = None) -> AsyncIterator[None]:
        """Wait for a turn, and hold it. Raises TimeoutError after `patience` seconds without one."""
        ticket: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues[lane].append(ticket)
        self._admit()
        try:
            async with asyncio.timeout(None if ticket.done() else patience):
                await ticket
            yield
        finally:
            if ticket.done() and not ticket.cancelled():
                self.limiter.arrive(lane)
            else:
                ticket.cancel()
            self._admit()

    async def aclose(self) -> None:
        """Stop the alarm; whoever still waits is turned away."""
        for queue in self._queues.values():
            while queue:
                queue.popleft().cancel()
        if self._alarm is not None:
            self._alarm.cancel()
            await asyncio.gather(self._alarm, return_exceptions=True)
            self._alarm = None

    def _admit(self) -> None:
        """Let pass whoever may, and set the alarm for the next."""
        while waiting := self._waiting():
            now = self._clock.monotonic()
            decision = self.limiter.turn(waiting, now=now)
            if not isinstance(decision, Lane):
                self._set_alarm(decision)
                return
            self.limiter.leave(decision, now=now)
            self._queues[decision].popleft().set_result(None)

    def _waiting(self) -> list[Lane]:
        """The lanes that somebody waits in."""
        for queue in self._queues.values():
            while queue and queue[0].done():
                queue.popleft()
        return [lane for lane, queue in self._queues.items() if queue]

    def _set_alarm(self, seconds: float) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        # Without a time, the next request that comes back opens the way.
        if math.isfinite(seconds):
            self._alarm = asyncio.create_task(self._ring(seconds))

    async def _ring(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._alarm = None
        self._admit()
