"""When things are done again."""

from __future__ import annotations

import pytest

from sync.schedule import backoff, due, next_poll, poll_interval, slept


@pytest.mark.parametrize(("focus", "seconds"), [("focused", 30), ("idle", 120), ("unfocused", 300)])
def test_the_interval_follows_what_the_person_does(focus: str, seconds: float) -> None:
    """New replies show within half a minute while somebody reads, and the provider is spared otherwise."""
    assert poll_interval(focus, roll=0.5) == pytest.approx(seconds)
    assert poll_interval(focus, roll=0.0) == pytest.approx(seconds * 0.9)
    assert poll_interval(focus, roll=1.0) == pytest.approx(seconds * 1.1)


def test_waits_between_attempts_grow_to_a_minute() -> None:
    """A queued reply is tried after seconds first, then at most a minute apart."""
    assert [backoff(number, roll=1.0) for number in (1, 2, 3, 6, 60)] == [2, 4, 8, 60, 60]
    assert backoff(6, roll=0.0) > 0


def test_a_failing_workspace_is_polled_less_often() -> None:
    """A provider with trouble is given time, at most five minutes while somebody reads."""
    waits = [next_poll("focused", failures=failures, offline=False, roll=0.5) for failures in (0, 1, 2, 3, 9)]

    assert waits == [30, 30, 60, 120, 300]


def test_a_network_that_comes_back_is_noticed_soon() -> None:
    """Offline, Postroom tries again within 15 seconds however long it lasts."""
    assert next_poll("unfocused", failures=50, offline=True, roll=1.0) == 15


def test_sleep_is_noticed_by_the_clocks_or_by_a_late_wake() -> None:
    """A laptop that was closed does not send what was about to leave without another look."""
    assert slept(wall=3600, monotonic=1, asked=1)
    assert slept(wall=60, monotonic=60, asked=1)
    assert slept(wall=-3600, monotonic=1, asked=1)
    assert not slept(wall=1.5, monotonic=1.2, asked=1)


def test_a_clock_set_back_makes_things_due() -> None:
    """A date in the future is no reason to stop reading campaigns."""
    assert due(None, every=10, now=5)
    assert due(0, every=10, now=10)
    assert due(100, every=10, now=5)
    assert not due(0, every=10, now=9)
