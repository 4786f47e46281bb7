"""When to do the next thing: pure arithmetic over seconds. Whoever waits brings the clock and the dice.

The intervals come from what a person can notice (30 s while they read) and what a provider's limit can bear.
"""

from __future__ import annotations

from enum import StrEnum

POLL_SECONDS = {"focused": 30.0, "idle": 120.0, "unfocused": 300.0}
"""Seconds between polls, by what the person is doing."""

JITTER = 0.1
"""Share by which an interval varies, so that many instances do not poll in step."""

BACKOFF_BASE = 2.0
BACKOFF_CAP = 60.0
OFFLINE_CAP = 15.0
"""Longest wait between attempts while nothing can be reached: a laptop that comes back should notice soon."""

FAILURE_CAP = 300.0
SLEPT_SECONDS = 5.0
"""A wait that ends this much later than asked means: we were stopped. Less can be a moment in which everything waits
for a file that another program has locked, and that must not draw an undo time out."""

APART_SECONDS = 1.0
"""A wall clock that moved this much more or less than the other means: the machine slept, or the clock was set. No busy
program can do that to them."""


class Focus(StrEnum):
    """What the person is doing with the screen."""

    FOCUSED = "focused"
    IDLE = "idle"
    UNFOCUSED = "unfocused"


def poll_interval(focus: str, *, roll: float) -> float:
    """Seconds until the next poll. `roll` is from 0 to 1; 0.5 gives the interval itself."""
    return POLL_SECONDS[Focus(focus)] * (1 - JITTER + 2 * JITTER * roll)


def backoff(failures: int, *, roll: float, base: float = BACKOFF_BASE, cap: float = BACKOFF_CAP) -> float:
    """Seconds to wait after the `failures`-th failure in a row: full jitter, never less than a quarter of `base`."""
    ceiling = min(cap, base * 2.0 ** min(max(failures, 1) - 1, 16))
    return max(base / 4, ceiling * roll)


def next_poll(focus: str, *, failures: int, offline: bool, roll: float) -> float:
    """Seconds until a workspace is polled again, after `failures` failed polls in a row (0: the last one worked)."""
    if offline:
        return backoff(failures, roll=roll, cap=OFFLINE_CAP)
    interval = poll_interval(focus, roll=roll)
    if failures == 0:
        return interval
    return min(max(interval, FAILURE_CAP), interval * 2.0 ** min(failures - 1, 4))


def slept(*, wall: float, monotonic: float, asked: float) -> bool:
    """Whether the machine was asleep during a wait of `asked` seconds that took so long by each of the two clocks."""
    return abs(wall - monotonic) > APART_SECONDS or monotonic - asked > SLEPT_SECONDS


def due(last: int | None, *, every: int, now: int) -> bool:
    """Whether something last done at `last` (None: never) is to be done again. A clock set back counts as due."""
    return last is None or not 0 <= now - last < every
