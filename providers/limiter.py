"""How many requests one key may send, and whose turn it is. Pure: the time comes in, no call waits.

Rules kept over every span of time, not on average: at most `total` and, for the background, at most the learned
ceiling in any minute; at most `burst` in any two seconds; the last `reserved` of a minute belong to user actions.
ACTION and OPEN_THREAD go first, in this order; the other lanes share 4 : 2 : 1, so that a backfill still advances.
Counting the last minute's requests, instead of filling a bucket, lets a client that was idle start at once and still
never exceed a provider's own count.
"""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from providers.base import Lane

MINUTE = 60.0
BURST_SECONDS = 2.25
"""Providers count two seconds, by when requests arrive: on the way, a late one and an early one come closer."""
MAX_FLYING = 4
"""Requests of one key on their way at the same time."""
MAX_FLYING_BACKGROUND = 2
FLOOR = 5.0
"""The background ceiling never falls below this many a minute."""
REGROWTH = 10.0
"""By how much the ceiling grows again in a minute without a 429."""

_KEPT_OF_BURST = {Lane.ACTION: 0, Lane.OPEN_THREAD: 1}
_WEIGHTS = {Lane.CHANGED: 4, Lane.HEAD: 2, Lane.BACKFILL: 1}


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one key may use at a provider, in requests a minute."""

    start: float
    """The background ceiling at first."""
    most: float
    """What the background ceiling may learn to be."""
    total: int
    """The ceiling of everything."""
    spacing: float = 0.0
    """Seconds between background requests at the starting ceiling."""
    burst: int = 10
    reserved: int = 30

    def with_background(self, per_minute: int | None) -> Allowance:
        """The allowance with its background ceiling set by the user. None: as it is."""
        if per_minute is None:
            return self
        spacing = min(self.spacing, MINUTE / per_minute)
        total = max(self.total, per_minute + self.reserved)
        burst = max(self.burst, math.ceil(2 * BURST_SECONDS * per_minute / MINUTE))
        return replace(self, start=float(per_minute), most=float(per_minute), total=total, spacing=spacing, burst=burst)


HEYREACH = Allowance(start=120, most=120, total=240)
NETWORKHQ = Allowance(start=30, most=240, total=270, spacing=1.0, burst=12)
"""NetworkHQ publishes no limit: begin at one a second, and learn."""
INSTANTLY = Allowance(start=60, most=60, total=120)
INSTANTLY_MAILS = Allowance(start=12, most=12, total=20, reserved=4)
"""Instantly takes 6,000 requests a minute, but of reads of mails only 20: the last 8 are for what is on the screen."""


@dataclass(slots=True)
class Limiter:
    """The requests of one key: those of the last minute, those on their way, and the learned ceiling."""

    allowance: Allowance
    ceiling: float = field(init=False)
    """Background requests a minute at present."""
    _spent: deque[float] = field(default_factory=deque)
    """The moments of the requests of the last minute."""
    _background: deque[float] = field(default_factory=deque)
    """Those of them that were sent in the background."""
    _flying: dict[Lane, int] = field(default_factory=lambda: dict.fromkeys(Lane, 0))
    _served: dict[Lane, float] = field(default_factory=lambda: dict.fromkeys(_WEIGHTS, 0.0))
    """How much of its share each weighted lane has had."""
    _paused_until: float = -math.inf
    _reviewed_at: float = -math.inf
    """When the ceiling last changed or was looked at."""
    _cut_at: float = -math.inf
    _limited: bool = False
    """Whether the provider has ever said 429 to this key."""

    def __post_init__(self) -> None:
        self.ceiling = self.allowance.start

    def turn(self, waiting: Collection[Lane], *, now: float) -> Lane | float:
        """The waiting lane whose request may leave now, or the seconds until one may (inf: when one comes back)."""
        self._forget(now)
        self._grow(now)
        waits: list[float] = []
        for lane in self._order(waiting):
            wait = self._wait(lane, now)
            if wait <= 0:
                return lane
            waits.append(wait)
        return min(waits, default=math.inf)

    def leave(self, lane: Lane, *, now: float) -> None:
        """A request of this lane is on its way."""
        self._spent.append(now)
        self._flying[lane] += 1
        if lane in _WEIGHTS:
            self._background.append(now)
            # A lane that was quiet does not come back with a claim on all the turns that it did not want.
            least = max(self._served.values()) - 1
            self._served[lane] = max(self._served[lane], least) + 1 / _WEIGHTS[lane]

    def arrive(self, lane: Lane) -> None:
        """A request of this lane is over, however it ended."""
        self._flying[lane] -= 1

    def limited(self, *, left_at: float, now: float, retry_after: float | None) -> None:
        """The provider said 429 to a request that left at `left_at`."""
        self._limited = True
        self.pause(MINUTE / self.ceiling if retry_after is None else retry_after, now=now)
        if left_at >= self._cut_at:
            # Requests that were on their way together are one mistake, not several.
            self.ceiling = max(min(FLOOR, self.allowance.start), self.ceiling / 2)
            self._cut_at = self._reviewed_at = now

    def pause(self, seconds: float, *, now: float) -> None:
        """Nothing but a user's action leaves for so long."""
        self._paused_until = max(self._paused_until, now + seconds)

    def left(self, *, now: float) -> int:
        """Background requests that may leave in this minute without waiting for one to be forgotten."""
        self._forget(now)
        return max(0, min(int(self.ceiling) - len(self._background), self._cap(Lane.HEAD) - len(self._spent)))

    def dump(self, *, now: float, ahead: float = 0.0) -> str:
        """What must survive a restart, as JSON: otherwise a restart loop would be a burst. Times become ages.

        `ahead`: nothing may be written for so many seconds, so what can leave in them counts as having left.
        """
        self._forget(now)
        unseen = self._possible(ahead, now) if ahead else 0
        return json.dumps(
            {
                "start": self.allowance.start,
                "ceiling": self.ceiling,
                "limited": self._limited,
                "pause": max(0.0, self._paused_until - now),
                "spent": [round(now - moment, 3) for moment in self._spent] + [-ahead] * unseen,
                "background": [round(now - moment, 3) for moment in self._background],
            }
        )

    def load(self, dumped: str, *, age: float, now: float) -> None:
        """Go on from what `dump` wrote `age` seconds ago. What cannot be read is ignored."""
        try:
            state = json.loads(dumped)
            spent, background = (
                sorted(now - max(0.0, float(ago) + age) for ago in state[name] if abs(float(ago) + age) <= MINUTE)
                for name in ("spent", "background")
            )
            ceiling, pause, limited = float(state["ceiling"]), float(state["pause"]), bool(state["limited"])
        except (ValueError, KeyError, TypeError):
            return
        self._spent, self._background = deque(spent), deque(background)
        # What was learned under another setting of the user says nothing about this one.
        if math.isfinite(ceiling) and state.get("start", self.allowance.start) == self.allowance.start:
            self.ceiling = min(max(ceiling, FLOOR), self.allowance.most)
        self._limited = limited
        if 0 < pause - age <= 900:
            self.pause(pause - age, now=now)

    def _order(self, waiting: Collection[Lane]) -> list[Lane]:
        """The waiting lanes, whose turn it is first."""
        return sorted(waiting, key=lambda lane: (min(lane, Lane.CHANGED), self._served.get(lane, 0.0), lane))

    def _wait(self, lane: Lane, now: float) -> float:
        """Seconds until a request of this lane may leave."""
        if self._crowded(lane):
            return math.inf
        waits = [_until_fewer(self._spent, self._cap(lane), MINUTE, now), self._until_calm(lane, now)]
        if lane is not Lane.ACTION:
            waits.append(self._paused_until - now)
        if lane in _WEIGHTS:
            waits += [_until_fewer(self._background, max(1, int(self.ceiling)), MINUTE, now), self._until_spaced(now)]
        return max(waits)

    def _crowded(self, lane: Lane) -> bool:
        """Whether too many are on their way for one more of this lane."""
        flying = sum(self._flying.values())
        if lane is Lane.ACTION:
            return flying >= MAX_FLYING
        if lane in _WEIGHTS and sum(self._flying[each] for each in _WEIGHTS) >= MAX_FLYING_BACKGROUND:
            return True
        return flying >= MAX_FLYING - 1

    def _cap(self, lane: Lane) -> int:
        return self.allowance.total if lane is Lane.ACTION else self.allowance.total - self.allowance.reserved

    def _until_calm(self, lane: Lane, now: float) -> float:
        """Seconds until one more is no burst. The last of each burst are kept for whoever waits at the screen."""
        burst = max(1, self.allowance.burst - _KEPT_OF_BURST.get(lane, 3))
        return _until_fewer(self._spent, burst, BURST_SECONDS, now)

    def _possible(self, ahead: float, now: float) -> int:
        """How many may leave in the next `ahead` seconds."""
        recent = sum(moment > now + ahead - BURST_SECONDS for moment in self._spent)
        return max(0, min(self.allowance.burst - recent, self.allowance.total - len(self._spent)))

    def _until_spaced(self, now: float) -> float:
        return self._background[-1] + self._spacing() - now if self._background else 0.0

    def _spacing(self) -> float:
        """Seconds between background requests: even, once the provider has been heard to refuse."""
        even = MINUTE / self.ceiling
        if self._limited and self.ceiling < self.allowance.most:
            return even
        return min(self.allowance.spacing, even)

    def _forget(self, now: float) -> None:
        for moments in (self._spent, self._background):
            while moments and moments[0] <= now - MINUTE:
                moments.popleft()

    def _grow(self, now: float) -> None:
        """Learn from a minute without a 429."""
        if self._reviewed_at == -math.inf:
            self._reviewed_at = now
        while now - self._reviewed_at >= MINUTE:
            self._reviewed_at += MINUTE
            if self._limited:
                self.ceiling = min(self.allowance.most, self.ceiling + REGROWTH)
            elif len(self._background) >= self.ceiling / 2:
                # Only a minute that was used shows that the provider takes as much.
                self.ceiling = min(self.allowance.most, self.ceiling * 2)


def _until_fewer(moments: deque[float], most: int, seconds: float, now: float) -> float:
    """Seconds until fewer than `most` of `moments` lie within the last `seconds`."""
    return moments[-most] + seconds - now if len(moments) >= most else 0.0
