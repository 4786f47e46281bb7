"""Time, handed in: the limiter and the retries wait on it, so a test can run an hour of them at once."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """Where time comes from."""

    def monotonic(self) -> float:
        """Seconds that only go forward, from no particular start."""

    def wall(self) -> float:
        """Seconds since the epoch, as the machine believes."""

    async def sleep(self, seconds: float) -> None:
        """Come back after `seconds`."""


class SystemClock:
    """The machine's own time."""

    def monotonic(self) -> float:
        """See `Clock`."""
        return time.monotonic()

    def wall(self) -> float:
        """See `Clock`."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """See `Clock`."""
        await asyncio.sleep(seconds)
