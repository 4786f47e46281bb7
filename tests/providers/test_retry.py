"""Whether a read is tried again, decided without waiting."""

from __future__ import annotations

import random

import pytest

from postroom.errors import Forbidden, Gone, NeverSent, ProviderError, RateLimited, Rejected, Unauthorised, Uncertain
from providers.retry import Retries


@pytest.fixture
def retries() -> Retries:
    """The retries of one key, with known dice."""
    return Retries(random.Random(7))


@pytest.mark.parametrize(
    "error", [NeverSent("x"), Uncertain("x"), Uncertain("x", status=500), Uncertain("x", status=425), RateLimited("x")]
)
def test_what_may_pass_is_tried_again(retries: Retries, error: ProviderError) -> None:
    """After a short, random wait."""
    wait = retries.wait_after(error, attempt=1, elapsed=0.0)

    assert wait is not None
    assert 0.1 <= wait <= 2.0


@pytest.mark.parametrize(
    "error",
    [
        Rejected("x"),
        Unauthorised("x"),
        Forbidden("x"),
        Gone("x"),
        Uncertain("x", status=302),
        Uncertain("x", status=200),
    ],
)
def test_what_will_not_change_is_not_tried_again(retries: Retries, error: ProviderError) -> None:
    """The same question would get the same answer."""
    assert retries.wait_after(error, attempt=1, elapsed=0.0) is None


def test_a_read_that_used_up_its_deadline_is_not_tried_again(retries: Retries) -> None:
    """Half a minute is what the user waits, not two."""
    error = Uncertain("x")
    error.__cause__ = TimeoutError()

    assert retries.wait_after(error, attempt=1, elapsed=30.0) is None


def test_a_refused_connection_is_tried_once_more_and_soon(retries: Retries) -> None:
    """Where nothing listens, nobody waits nine seconds to hear it."""
    wait = retries.wait_after(NeverSent("x", at_once=True), attempt=1, elapsed=0.0)

    assert wait is not None
    assert wait <= 0.5
    assert retries.wait_after(NeverSent("x", at_once=True), attempt=2, elapsed=0.5) is None
    assert retries.wait_after(NeverSent("x"), attempt=2, elapsed=0.5) is not None


def test_no_try_starts_after_a_minute(retries: Retries) -> None:
    """Sync comes back anyway."""
    assert retries.wait_after(NeverSent("x"), attempt=2, elapsed=59.95) is None
    assert retries.wait_after(RateLimited("x", retry_after=61.0), attempt=1, elapsed=0.0) is None
    assert retries.wait_after(NeverSent("x"), attempt=4, elapsed=0.0) is None


def test_the_wait_that_is_asked_for_is_kept(retries: Retries) -> None:
    """And a little more, so that not all come back in one instant."""
    wait = retries.wait_after(RateLimited("x", retry_after=7.0), attempt=1, elapsed=0.0)

    assert wait is not None
    assert 7.0 <= wait <= 7.5


def test_success_earns_retries_back(retries: Retries) -> None:
    """Ten in an outage; one more for every two reads that went well."""
    used = sum(retries.wait_after(NeverSent("x"), attempt=1, elapsed=0.0) is not None for _ in range(20))
    retries.succeeded()
    too_early = retries.wait_after(NeverSent("x"), attempt=1, elapsed=0.0)
    retries.succeeded()

    assert (used, too_early) == (10, None)
    assert retries.wait_after(NeverSent("x"), attempt=1, elapsed=0.0) is not None
