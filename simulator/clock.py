"""The world's time, in microseconds since the epoch in UTC, and the ways in which providers write it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class WorldClock:
    """Time as the providers see it: the machine's, or running on from a given moment. It never goes back.

    `machine` stands in for the machine's own time where a test lets it pass.
    """

    def __init__(self, start: int | None = None, *, machine: Callable[[], int] | None = None) -> None:
        self._machine = machine or machine_time
        self.anchor = self._machine() // HOUR * HOUR if start is None else start
        """The moment the world is made for."""
        self._ahead = 0 if start is None else start - self._machine()
        self._last = 0

    def now(self) -> int:
        """The present moment; later than at every earlier call."""
        self._last = max(self._last + 1, self._machine() + self._ahead)
        return self._last

    def catch_up(self, moment: int) -> None:
        """Be no earlier than `moment` from now on: something happened then."""
        self._last = max(self._last, moment)
        if self._machine() + self._ahead < moment:
            self._ahead = moment - self._machine()

    def advance(self, seconds: float) -> None:
        """Let time pass at once."""
        self._ahead += round(seconds * SECOND)


def machine_time() -> int:
    """The machine's wall clock."""
    return time.time_ns() // 1000


def written(moment: int, digits: int = 3) -> str:
    """A moment as ISO 8601 with `digits` fractional digits (up to 7, as one provider sends) and `Z`."""
    when = _EPOCH + timedelta(microseconds=moment)
    text = when.strftime("%Y-%m-%dT%H:%M:%S")
    if digits == 0:
        return f"{text}Z"
    return f"{text}.{f'{when.microsecond:06d}7'[:digits]}Z"


def read_time(text: str) -> int:
    """A moment from ISO 8601. Raises ValueError when it cannot be read. Without an offset it is UTC."""
    parsed = datetime.fromisoformat(text)
    aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(microseconds=1)


def day_start(moment: int) -> int:
    """The start of the UTC day that holds the moment."""
    return moment // DAY * DAY
