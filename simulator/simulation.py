"""One running simulation: the world, the faults, what was asked, how fast, and who is cut off."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from simulator.clock import MINUTE
from simulator.config import SimulatorConfig
from simulator.faults import Faults
from simulator.world import World


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what became of it. The key is not kept."""

    at: int
    provider: str
    operation: str
    method: str
    path: str
    query: str
    status: int
    """0: no answer was given."""
    fault: str
    """The kind of the fault that it met, or nothing."""
    milliseconds: float
    workspace: str = ""
    """The name of the workspace that its key opens; empty: none."""


class Traffic:
    """What was asked; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._log: deque[Exchange] = deque(maxlen=20_000)

    def arrived(self, provider: str, operation: str) -> None:
        """A request has arrived: count it, whatever becomes of it."""
        with self._lock:
            self._counts[f"{provider} {operation}"] += 1

    def ended(self, exchange: Exchange) -> None:
        """A request has been answered, or never will be."""
        with self._lock:
            self._log.append(exchange)

    def counts(self) -> Counter[str]:
        """Requests by `provider operation`, such as `heyreach inbox/SendMessage`."""
        with self._lock:
            return Counter(self._counts)

    def count(self, operation: str = "") -> int:
        """Requests for an operation (`SendMessage`, `inbox/SendMessage`, `heyreach inbox/SendMessage`), or all."""
        return sum(
            number
            for name, number in self.counts().items()
            if not operation or name == operation or name.endswith((f" {operation}", f"/{operation}"))
        )

    def log(self) -> tuple[Exchange, ...]:
        """The latest requests that have ended, oldest first."""
        with self._lock:
            return tuple(self._log)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._counts.clear()
            self._log.clear()


class Bucket:
    """A limit of requests in any 60 seconds."""

    def __init__(self, per_minute: int | None) -> None:
        self._per_minute = per_minute
        self._times: deque[int] = deque()

    def take(self, now: int) -> bool:
        """Whether one more request at a moment of world time is within the limit; if so it counts."""
        if self._per_minute is None:
            return True
        while self._times and self._times[0] <= now - MINUTE:
            self._times.popleft()
        if len(self._times) >= self._per_minute:
            return False
        self._times.append(now)
        return True


@dataclass(slots=True)
class Simulation:
    """Everything that the server's applications share."""

    config: SimulatorConfig
    world: World
    faults: Faults
    traffic: Traffic = field(default_factory=Traffic)
    buckets: dict[str, Bucket] = field(default_factory=dict)
    """By key."""
    cut_off: set[str] = field(default_factory=set)
    """Providers whose connections are closed without an answer."""
    meanwhile: Callable[[str, str, bytes], None] | None = None
    """Called with provider, operation and body just before a request is done: what happens between two requests."""

    def bucket(self, key: str, per_minute: int | None) -> Bucket:
        """The bucket of a key."""
        return self.buckets.setdefault(key, Bucket(per_minute))


def make_simulation(config: SimulatorConfig) -> Simulation:
    """A simulation at its beginning, or where its ledger file left it."""
    world = World(config)
    return Simulation(config=world.config, world=world, faults=Faults(world.config.seed))
