"""What an answer says about delivery."""

from __future__ import annotations

import pytest

from postroom.errors import (
    Forbidden,
    Gone,
    NeverSent,
    ProviderError,
    RateLimited,
    Refused,
    Rejected,
    Unauthorised,
    Uncertain,
)
from sync.outcomes import outcome_of, stops_lane

TABLE: list[tuple[BaseException, str]] = [
    (NeverSent("refused"), "queued"),
    (RateLimited("slow down", retry_after=7), "queued"),
    (Unauthorised("key", status=401), "failed"),
    (Forbidden("scope", status=403), "failed"),
    (Gone("no such conversation", status=404), "failed"),
    (Refused("not offered"), "failed"),
    *[(Rejected("no", status=status), "failed") for status in (400, 405, 413, 415, 422)],
    *[(Rejected("odd", status=status), "in_doubt") for status in (402, 408, 409, 410, 425, 451)],
    *[(Uncertain("hm", status=status), "in_doubt") for status in (None, 101, 200, 303, 307, 500, 502, 503, 504, 520)],
    (ProviderError("unknown"), "in_doubt"),
    (RuntimeError("a bug"), "in_doubt"),
]


@pytest.mark.parametrize(
    ("error", "state"), TABLE, ids=[f"{type(e).__name__}-{getattr(e, 'status', '')}" for e, _ in TABLE]
)
def test_each_answer_has_one_meaning(error: BaseException, state: str) -> None:
    """Only proof that nothing was sent allows another attempt; all doubt is shown as doubt."""
    assert outcome_of(error) == state


def test_a_wrong_key_stops_every_send_of_the_workspace() -> None:
    """After a 401 or 403 no other reply is tried with that key."""
    assert stops_lane(Unauthorised("key", status=401))
    assert stops_lane(Forbidden("scope", status=403))
    assert not stops_lane(Rejected("text too long", status=422))
