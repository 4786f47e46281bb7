"""Time for tests of waiting: nothing passes until the test says so."""

from __future__ import annotations

import asyncio
import heapq
import itertools

START_WALL = 1_767_571_200.0
"""2026-01-05 00:00:00 UTC."""


class VirtualClock:
    """A `providers.clock.Clock` that only moves when told, waking sleepers in order."""

    def __init__(self) -> None:
        self.time = 0.0
        self.slept: list[float] = []
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    def monotonic(self) -> float:
        return self.time

    def wall(self) -> float:
        return START_WALL + self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        waker: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.time + seconds, next(self._numbers), waker))
        await waker

    async def advance(self, seconds: float) -> None:
        """Let so much time pass, and everything happen that happens in it."""
        end = self.time + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            self.time, _, waker = heapq.heappop(self._sleepers)
            if not waker.done():
                waker.set_result(None)
            await settle()
        self.time = end
        await settle()


class EagerClock(VirtualClock):
    """A clock for one sleeper at a time: every sleep is over at once, and the time has passed."""

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)


async def settle() -> None:
    """Let every task run until it waits for something."""
    for _ in range(30):
        await asyncio.sleep(0)
