"""What people mean by a time to come back to something. Pure: the present and the time zone come in."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from postroom.records import Micros
from tui.screens.pick import Choice

MORNING = time(8)
EVENING = time(18)

CHOICES: tuple[Choice[str], ...] = (
    Choice("h", "In an hour", "1h"),
    Choice("e", "This evening", "evening", note="18:00"),
    Choice("t", "Tomorrow", "tomorrow", note="8:00"),
    Choice("m", "Monday", "monday", note="8:00"),
    Choice("w", "In a week", "7d"),
    Choice("o", "Another time …", ""),
)

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPAN = re.compile(r"(\d{1,4})\s*(m|min|h|d|w)")
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def when(wish: str, now: Micros, tz: tzinfo) -> Micros | None:
    """The moment that a wish means: `3h`, `2d`, `evening`, `tomorrow`, `monday`, `14:30`, `2026-12-01`.

    None when it cannot be read or has passed.
    """
    here = datetime.fromtimestamp(now // 1_000_000, UTC).astimezone(tz)
    moment = _moment(wish.strip().lower(), here)
    if moment is None or moment <= here:
        return None
    return int(moment.timestamp()) * 1_000_000


def _moment(wish: str, here: datetime) -> datetime | None:
    """The wish as a moment, in the reader's own time."""
    span = _SPAN.fullmatch(wish)
    if span:
        return here + timedelta(**{_UNITS[span[2]]: int(span[1])})
    if wish == "evening":
        return _next(here, EVENING)
    if wish == "tomorrow":
        return _at(here.date() + timedelta(days=1), MORNING, here)
    if len(wish) >= 3:
        for number, name in enumerate(_DAYS):
            if name.startswith(wish):
                return _at(here.date() + timedelta(days=(number - here.weekday() - 1) % 7 + 1), MORNING, here)
    try:
        return (
            _next(here, time.fromisoformat(wish.zfill(5)))
            if ":" in wish
            else _at(date.fromisoformat(wish), MORNING, here)
        )
    except ValueError:
        return None


def _next(here: datetime, clock: time) -> datetime:
    """That time today, or tomorrow when it has passed."""
    moment = _at(here.date(), clock, here)
    return moment if moment > here else moment + timedelta(days=1)


def _at(day: date, clock: time, here: datetime) -> datetime:
    """A day and a time where the reader is."""
    return datetime.combine(day, clock, tzinfo=here.tzinfo)
