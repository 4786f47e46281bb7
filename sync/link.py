"""One workspace as sync sees it: its provider, the store, the time and the listener, handed to every step."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

from postroom.errors import StateError
from postroom.records import ConversationKey, Micros, ProviderName
from providers.base import Provider
from store import limits
from store.database import Store
from sync.clock import DAY, HOUR, MINUTE, Clock
from sync.events import SyncEvent

REST_SECONDS = 1800.0
"""How long a list rests that a guard had to stop, or that the key may not read."""

LIMITS_SECONDS = 0.5
"""How long what a key uses may stay unwritten. A crash is taken to have come at the end of that, with all used up."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How a provider's lists are best read."""

    page_size: int
    """Conversations asked for per page."""
    windowed: bool
    """Whether the inbox can be read from a day on, newest first. Else its first page is what a poll reads."""
    full_every: Micros
    """How often the whole inbox is walked, to find what vanished or was missed."""
    leads_every: Micros | None
    """How often the leads of each campaign are read. None: never, the provider tells the campaigns of a lead."""
    overlap: Micros = 30 * MINUTE
    """How far behind the high-water mark a poll reads: providers take messages in late, and backdate them."""
    round_every: Micros = 0
    """How often a poll looks round: follows the news to the very end of their list, and asks what is unread."""
    full_page: int = 0
    """Messages of a full page where pages are of messages, oldest first, and the last one too claims to go on."""
    resumed: bool = False
    """Whether an interrupted walk over everything goes on where it was: a place in the list is good for ever."""
    stopped_leaves: bool = False
    """Whether a stopped lead is no longer in the campaign, so that its absence is the proof."""


HABITS = {
    ProviderName.HEYREACH: Habits(page_size=100, windowed=True, full_every=DAY, leads_every=None),
    ProviderName.NETWORKHQ: Habits(page_size=500, windowed=False, full_every=30 * MINUTE, leads_every=HOUR),
    ProviderName.INSTANTLY: Habits(
        # Pages are of a hundred mails, which are as few conversations as they like.
        page_size=10,
        windowed=True,
        full_every=7 * DAY,
        leads_every=None,
        overlap=10 * MINUTE,
        # Reads of mails are the scarcest of all requests.
        round_every=5 * MINUTE,
        full_page=100,
        resumed=True,
        stopped_leaves=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt, as the store takes it."""

    state: str
    error: str = ""
    remote_id: str | None = None
    matched_by: str = ""
    next_attempt_at: Micros | None = None


@dataclass(slots=True)
class Memory:
    """What sync remembers of a workspace while it runs. Losing it costs a few requests, never a wrong conclusion."""

    resting: dict[str, tuple[float, str]] = field(default_factory=dict)
    """Lists that a guard stopped or the key may not read: until when (monotonic) they rest, and why."""
    complete_pulls: deque[float] = field(default_factory=lambda: deque(maxlen=16))
    """When the last pulls began that read the inbox completely, by the monotonic clock."""
    ended: dict[int, float] = field(default_factory=dict)
    """When the attempts of this process ended, by outbox entry and the monotonic clock."""
    unreadable: dict[str, float] = field(default_factory=dict)
    """Threads that could not be read, and until when (monotonic) they are left alone."""
    opened: dict[str, float] = field(default_factory=dict)
    """When what is on screen was last fetched, by conversation id or `enrolments <lead id>` (monotonic)."""
    sends_from: float | None = None
    """When (monotonic) a limit for the day begins anew that stops the sends. None: none does."""
    on_screen: ConversationKey | None = None
    looked: float = -inf
    """When a poll last began to look at the lists (monotonic)."""
    looked_round: float = -inf
    """When a poll last looked round (monotonic)."""
    limits_kept: float = -inf
    """When it was last written down what the key has used (monotonic)."""
    unwritten: dict[int, Outcome] = field(default_factory=dict)
    """What became of attempts whose entry could not be written, as on a full disk: it is tried again."""


@dataclass(frozen=True, slots=True)
class Link:
    """Everything that one step of sync needs."""

    store: Store
    provider: Provider
    workspace: str
    clock: Clock
    emit: Callable[[SyncEvent], None]
    mark_seen: bool = True
    """Whether the provider is told what was read here."""
    memory: Memory = field(default_factory=Memory)

    def rest(self, stream: str, reason: str) -> None:
        """Leave a list alone for a while."""
        self.memory.resting[stream] = (self.clock.monotonic() + REST_SECONDS, reason)

    def rests(self, stream: str) -> str:
        """Why a list is left alone now; empty when it is not."""
        until, reason = self.memory.resting.get(stream, (0.0, ""))
        return reason if until > self.clock.monotonic() else ""

    def keep_limits(self, *, at_once: bool = False, last: bool = False) -> None:
        """Write down what the key has used, so that neither a restart nor a crash spends it twice.

        Not `at_once`: unless it was done a moment ago. `last`: nothing more leaves.
        """
        now = self.clock.monotonic()
        if at_once or last or now - self.memory.limits_kept >= LIMITS_SECONDS:
            self.memory.limits_kept = now
            state = self.provider.limiter_state(ahead=0.0 if last else LIMITS_SECONDS)
            with contextlib.suppress(StateError):
                limits.save(self.store, self.workspace, state, now=self.clock.now())

    @property
    def habits(self) -> Habits:
        """How this provider's lists are best read."""
        return HABITS[self.provider.name]

    @property
    def skew(self) -> Micros:
        """By how much the provider's clock is ahead of ours."""
        return round(self.provider.usage.skew * 1_000_000)

    def key(self, conversation: str) -> ConversationKey:
        """The natural key of one of this workspace's conversations."""
        return ConversationKey(self.workspace, conversation)
