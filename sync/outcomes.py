"""What is known about delivery after a call to a provider: the classification table of the sending law, as data.

Only proof of non-delivery goes back to `queued`; `failed` means proven not delivered; all doubt is `in_doubt`. Pure.
"""

from __future__ import annotations

from postroom.errors import (
    Forbidden,
    Gone,
    NeverSent,
    ProviderError,
    RateLimited,
    Refused,
    Rejected,
    Unauthorised,
)

CallError = (ProviderError, Refused)
"""What a call to a provider may raise: it was made and failed, or refused before it was made."""

REFUSALS = frozenset({400, 401, 403, 404, 405, 413, 415, 422})
"""Statuses that mean: read, understood and not done. Any other 4xx leaves a doubt."""


def outcome_of(error: BaseException) -> str:
    """The outbox state after a send that ended with `error`: `queued`, `failed` or `in_doubt`."""
    if isinstance(error, (NeverSent, RateLimited)):
        return "queued"
    if isinstance(error, (Unauthorised, Forbidden, Refused)):
        return "failed"
    if isinstance(error, (Gone, Rejected)) and error.status in REFUSALS | {None}:
        return "failed"
    return "in_doubt"


def stops_lane(error: BaseException) -> bool:
    """Whether no other send of this workspace can succeed either: the key is wrong or may not send."""
    return isinstance(error, (Unauthorised, Forbidden))
