"""Time and chance, handed in, so that a test can run an hour of polling in no time and repeat every roll of the dice.

`now` is the wall clock, for what is stored and shown; every wait and deadline uses `monotonic`.
"""

from __future__ import annotations

import asyncio
import random
import time
from typing import Protocol

from postroom.records import Micros

SECOND: Micros = 1_000_000
MINUTE: Micros = 60 * SECOND
HOUR: Micros = 60 * MINUTE
DAY: Micros = 24 * HOUR


class Clock(Protocol):
    """Where time and chance come from."""

    def now(self) -> Micros:
        """Microseconds since the epoch, as the machine believes."""

    def monotonic(self) -> float:
        """Seconds that only go forward, from no particular start."""

    def random(self) -> float:
        """A number from 0.0 up to, not including, 1.0."""

    async def sleep(self, seconds: float) -> None:
        """Come back after `seconds`."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> Micros:
        """See `Clock`."""
        return time.time_ns() // 1000

    def monotonic(self) -> float:
        """See `Clock`."""
        return time.monotonic()

    def random(self) -> float:
        """See `Clock`."""
        return random.random()  # noqa: S311 # jitter, not a secret

    async def sleep(self, seconds: float) -> None:
        """See `Clock`."""
        await asyncio.sleep(seconds)


class VirtualClock:
    """Time that passes only where somebody sleeps or `advance` is called. Chance is always the same."""

    def __init__(self, now: Micros = 1_767_571_200_000_000, *, roll: float = 0.5) -> None:
        self.at = now
        self.elapsed = 0.0
        self.roll = roll
        self.slept: list[float] = []
        """Every wait that was asked for, in order."""

    def now(self) -> Micros:
        """See `Clock`."""
        return self.at

    def monotonic(self) -> float:
        """See `Clock`."""
        return self.elapsed

    def random(self) -> float:
        """See `Clock`."""
        return self.roll

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once, and give the other tasks a turn."""
        self.slept.append(seconds)
        self.advance(seconds)
        await asyncio.sleep(0)

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass, on the wall and in truth."""
        self.at += round(seconds * SECOND)
        self.elapsed += max(0.0, seconds)
