"""Whether a read that failed is tried again, and when. Decides; never waits.

stamina would have been the library for it, but its waits cannot be handed a clock, and its log goes to stdout.
"""

from __future__ import annotations

import random

from postroom.errors import NeverSent, ProviderError, RateLimited, Uncertain

MAX_ATTEMPTS = 4
MAX_ELAPSED = 60.0
"""No try starts later than this many seconds after the first."""
_BASE, _CAP = 2.0, 60.0
_QUOTA, _REFILL = 10.0, 0.5
AT_ONCE_ATTEMPTS, _AT_ONCE_CAP = 2, 0.5
"""Where nobody listens, the answer comes at once and is the same a moment later: one more try, and soon."""


class Retries:
    """The retries of one key: few for each read, and fewer in all while nothing succeeds."""

    def __init__(self, rng: random.Random | None = None) -> None:
        self._quota = _QUOTA
        self._random = rng or random.Random()  # noqa: S311 - jitter, not a secret

    def succeeded(self) -> None:
        """A read went well, which earns half a retry."""
        self._quota = min(_QUOTA, self._quota + _REFILL)

    def wait_after(self, error: ProviderError, *, attempt: int, elapsed: float) -> float | None:
        """Seconds to wait before the next try. None: do not try again."""
        if attempt >= MAX_ATTEMPTS or self._quota < 1 or not _is_passing(error):
            return None
        cap = min(_CAP, _BASE * 2 ** (attempt - 1))
        if isinstance(error, NeverSent) and error.at_once:
            if attempt >= AT_ONCE_ATTEMPTS:
                return None
            cap = _AT_ONCE_CAP
        wait = self._asked(error)
        if wait is None:
            # Full jitter: clients that failed together do not come back together.
            wait = self._random.uniform(0.1, cap)
        if elapsed + wait > MAX_ELAPSED:
            return None
        self._quota -= 1
        return wait

    def _asked(self, error: ProviderError) -> float | None:
        """What the provider asked for, with a little on top so that not all come back in the same instant."""
        if not isinstance(error, RateLimited) or error.retry_after is None:
            return None
        return error.retry_after + self._random.uniform(0.0, 0.5)


def _is_passing(error: ProviderError) -> bool:
    """Whether the same read may well succeed in a moment. One that used up its deadline would only do so again."""
    if isinstance(error, (NeverSent, RateLimited)):
        return True
    if not isinstance(error, Uncertain) or isinstance(error.__cause__, TimeoutError):
        return False
    return error.status is None or error.status >= 400
