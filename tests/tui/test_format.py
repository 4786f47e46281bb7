"""How times, counts and words are written."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from postroom.records import Verdict
from tests.tui.builders import DAY, HOUR, MINUTE, NOW
from tui import format as write


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        (-5 * DAY, "now"),
        (0, "now"),
        (59_000_000, "now"),
        (MINUTE, "1m"),
        (59 * MINUTE, "59m"),
        (HOUR, "1h"),
        (23 * HOUR, "23h"),
        (DAY, "1d"),
        (13 * DAY, "13d"),
        (14 * DAY, "2w"),
        (364 * DAY, "52w"),
        (365 * DAY, "1y"),
        (365 * DAY * 3000, "99y"),
    ],
)
def test_an_age_is_short_and_never_in_the_future(ago: int, expected: str) -> None:
    """A column of ages stays three characters wide, whatever a provider's clock says."""
    assert write.age(NOW - ago, NOW) == expected


def test_what_is_not_known_is_left_empty() -> None:
    """A message without a time shows no time rather than a made-up one."""
    assert (write.age(None, NOW), write.until(None, NOW), write.clock(None, UTC)) == ("", "", "")


def test_an_undo_window_counts_down_to_zero() -> None:
    """The seconds left are rounded up, so `0s` means that it is over."""
    assert [write.seconds_left(NOW + left, NOW) for left in (8_000_000, 7_000_001, 1, 0, -5)] == [
        "8s",
        "8s",
        "1s",
        "0s",
        "0s",
    ]


def test_a_day_is_named_where_the_reader_is() -> None:
    """A message of 23:30 UTC belongs to the next day in Tokyo."""
    at = NOW + 9 * HOUR + 30 * MINUTE

    assert (write.day(at, at, UTC), write.day(at, at, ZoneInfo("Asia/Tokyo"))) == (
        "Today, Monday 3 November",
        "Today, Tuesday 4 November",
    )


def test_older_days_carry_their_year_when_it_is_another() -> None:
    """Yesterday is called so; last year's days say which year."""
    days = [write.day(NOW - ago * DAY, NOW, UTC) for ago in (1, 2, 400)]

    assert days == ["Yesterday, Sunday 2 November", "Saturday 1 November", "Sunday 29 September 2024"]


def test_the_end_of_summer_time_does_not_split_a_day() -> None:
    """The hour that comes twice is on one day both times."""
    zone = ZoneInfo("Europe/Berlin")
    first = 1_761_436_800_000_000 + 10 * MINUTE  # 26 October 2025, 02:10, before and after the clocks go back

    assert write.same_day(first, first + HOUR, zone)


@pytest.mark.parametrize("at", [2**62, -(2**62), 253_402_300_799_000_000])
def test_impossible_times_are_drawn_anyway(at: int) -> None:
    """A provider's year 9999 or minus 5000 cannot stop the screen."""
    drawn = [
        write.day(at, NOW, ZoneInfo(zone)) + write.clock(at, ZoneInfo(zone))
        for zone in ("Pacific/Kiritimati", "Etc/GMT+12")
    ]

    assert all(drawn)


def test_counts_fit_their_column() -> None:
    """A tab's count is at most six characters, and never rounded up."""
    numbers = (0, 999, 1234, 9999, 12_399, 99_999, 456_999, 1_290_000)

    assert [write.short_count(number) for number in numbers] == [
        "0", "999", "1,234", "9,999", "12.3k", "99.9k", "456k", "1.2M",
    ]  # fmt: skip


def test_a_rate_never_claims_more_than_it_is() -> None:
    """99.9 % is not 100 %, and 0.4 % is not nothing."""
    assert [write.percent(ratio) for ratio in (0, 0.004, 0.12, 0.999, 1)] == ["0 %", "0.4 %", "12 %", "99 %", "100 %"]


def test_words_for_one_and_for_many() -> None:
    """One lead is not `1 leads`."""
    assert (write.plural(1, "lead"), write.plural(1412, "lead")) == ("1 lead", "1,412 leads")


def test_an_unknown_verdict_is_shown_in_the_providers_word() -> None:
    """What maps to no verdict of ours is shown as it came."""
    assert (write.verdict_tag(Verdict.OUT_OF_OFFICE), write.verdict_tag(Verdict.NONE, "nurture")) == ("away", "nurture")
    assert write.verdict_tag(Verdict.NONE, "NEEDS_LABEL") == "needs label"


def test_an_unknown_provider_still_has_a_tag() -> None:
    """A provider of a newer version does not break the row."""
    assert [write.provider_tag(name) for name in ("heyreach", "networkhq", "instantly", "lemlist")] == [
        "HR",
        "NHQ",
        "IN",
        "LEM",
    ]
