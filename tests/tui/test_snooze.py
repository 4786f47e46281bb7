"""A time to come back to something, as people say it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.builders import HOUR, START
from tui.snooze import CHOICES, when

NOW = START + 10 * HOUR
"""Monday 5 January 2026, 10:00 UTC."""


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("1h", "2026-01-05 11:00"),
        ("90min", "2026-01-05 11:30"),
        ("2 d", "2026-01-07 10:00"),
        ("1w", "2026-01-12 10:00"),
        ("evening", "2026-01-05 18:00"),
        ("tomorrow", "2026-01-06 08:00"),
        ("Monday", "2026-01-12 08:00"),
        ("tue", "2026-01-06 08:00"),
        ("14:30", "2026-01-05 14:30"),
        ("9:15", "2026-01-06 09:15"),
        ("2026-12-01", "2026-12-01 08:00"),
    ],
)
def test_wish_is_understood(wish: str, expected: str) -> None:
    """Spans, days, times and dates all work."""
    at = when(wish, NOW, UTC)

    assert at is not None
    assert f"{datetime.fromtimestamp(at // 1_000_000, UTC):%Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize("wish", ["", "soon", "0h", "25:00", "2020-01-01", "99999h", "13-13-2026"])
def test_what_cannot_be_read_or_has_passed_is_no_time(wish: str) -> None:
    """A wish that means nothing is refused rather than guessed."""
    assert when(wish, NOW, UTC) is None


def test_morning_is_where_the_reader_is() -> None:
    """Tomorrow at eight is eight on the reader's own clock."""
    assert when("tomorrow", NOW, ZoneInfo("Asia/Kolkata")) == START + 26.5 * HOUR


def test_every_choice_can_be_read() -> None:
    """The offered times are times, and the last one asks for words."""
    assert all(when(choice.value, NOW, UTC) for choice in CHOICES[:-1])
    assert CHOICES[-1].value == ""
