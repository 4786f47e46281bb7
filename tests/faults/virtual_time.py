"""An event loop whose time is made up: whoever waits for something waits no longer than it takes to say so.

Sockets are real. While bytes are on their way nothing else happens; once all is quiet, the loop jumps to the moment of
the next timer. Everything that goes by the loop's time (the engine, the limiter, the simulator in the same loop) then
lives through a day in minutes, and every time-out and every pause is as long as it would be.
"""

from __future__ import annotations

import asyncio
import random
import selectors
from collections.abc import Coroutine
from typing import TypeVar

from simulator.clock import SECOND, WorldClock
from simulator.config import SimulatorConfig
from simulator.server import SimulatorServer

T = TypeVar("T")

START = 1_767_571_200_000_000
"""2026-01-05 00:00:00 UTC."""

_QUIET = 0.001
"""Bytes that are on their way through loopback arrive within this real time."""


class _Jumping(selectors.DefaultSelector):  # type: ignore[valid-type,misc]  # the system's own
    """Never sleeps while there is a next timer: the time is moved to it instead."""

    jump = staticmethod(lambda _seconds: None)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            return super().select(None)
        ready = super().select(0)
        if not ready and timeout > 0:
            ready = super().select(_QUIET)
            if not ready:
                self.jump(timeout)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop that keeps its own time, from 0."""

    def __init__(self) -> None:
        selector = _Jumping()
        super().__init__(selector)
        self._at = 0.0
        selector.jump = self.freeze

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._at

    def freeze(self, seconds: float) -> None:
        """Let so much time pass in which nothing at all happens, as for a process that is stopped."""
        self._at += seconds


class LoopClock:
    """The time of the running loop, for sync and for the providers, with a wall clock that can be set wrong."""

    def __init__(self, seed: int = 1) -> None:
        self.wrong = 0.0
        """By how many seconds the wall clock is ahead of the truth."""
        self.slept = 0.0
        """Seconds that passed on every wall while the machine, and its monotonic clock, stood still."""
        self._dice = random.Random(seed)

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    def true(self) -> int:
        """What a clock that nobody touched would show."""
        return START + round((self.monotonic() + self.slept) * SECOND)

    def now(self) -> int:
        return self.true() + round(self.wrong * SECOND)

    def wall(self) -> float:
        return self.now() / SECOND

    def random(self) -> float:
        return self._dice.random()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def simulated(clock: LoopClock, **settings: object) -> SimulatorServer:
    """A simulator, not started yet, whose time is the true one. Use it as `async with simulated(...).here()`."""
    chosen: dict[str, object] = {"conversations": 40, "networkhq_share": 0.35, "now": START, **settings}
    server = SimulatorServer(SimulatorConfig(**chosen))  # type: ignore[arg-type]  # the names are checked there
    server.world.clock = WorldClock(START, machine=clock.true)
    return server


def run_virtual(work: Coroutine[object, object, T]) -> T:
    """Run to its end in a loop of its own."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)
