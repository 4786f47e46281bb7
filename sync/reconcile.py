"""Which of our sends has arrived: counting echoes, not comparing clocks. `match` is pure.

A claim remembers how many equal texts the conversation held (`baseline`). Each one above that number is the echo of one
attempt: one to one, the oldest attempt first. Two equal replies need two echoes. Time only chooses between equal
texts, it never refuses one. Nothing is concluded from a read that began before the attempt had ended, and no number of
reads without an echo proves that a doubtful send did not arrive.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from postroom.records import Micros
from sync.clock import MINUTE

WINDOW: Micros = 2 * MINUTE
"""How much earlier than the attempt an echo may be dated and still be preferred."""

PENDING_LIMIT: Micros = 15 * MINUTE
PENDING_SYNCS = 3
"""A pending send becomes doubtful only after PENDING_LIMIT and this many complete pulls without its echo."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A send whose echo has not been seen."""

    entry_id: int
    text_hash: str
    baseline: int
    """Equal outbound texts that were there (or on their way) before this attempt."""
    known_ids: frozenset[str]
    """Provider ids of the outbound messages known at the claim; empty where messages have none."""
    claimed_at: Micros
    ended: float
    """When its outcome was known, by the same clock as `read_began`."""
    remote_id: str | None = None
    """The id that the provider gave when it took the message, if it did."""


@dataclass(frozen=True, slots=True)
class Outbound:
    """A message of ours that the provider shows in the conversation."""

    key: str
    text_hash: str
    remote_id: str | None
    sent_at: Micros | None


@dataclass(frozen=True, slots=True)
class Match:
    """An attempt and its echo."""

    entry_id: int
    remote_id: str | None
    matched_by: str
    """`id`: the provider had named it. `text`: an equal text appeared, which a colleague might also have written."""


def match(
    attempts: Sequence[Attempt],
    messages: Sequence[Outbound],
    *,
    read_began: float,
    taken: Collection[str] = (),
    skew: Micros = 0,
) -> tuple[Match, ...]:
    """The attempts of one conversation whose echo is among `messages`, read by a request made at `read_began`.

    `taken` holds provider ids that already settled other entries.
    """
    eligible = sorted((a for a in attempts if a.ended <= read_began), key=lambda attempt: attempt.entry_id)
    named = _by_id(eligible, messages)
    used = {found.remote_id for found in named if found.remote_id} | set(taken)
    settled = {found.entry_id for found in named}
    rest = [attempt for attempt in eligible if attempt.entry_id not in settled]
    matches = list(named)
    for text_hash in dict.fromkeys(attempt.text_hash for attempt in rest):
        equal = [attempt for attempt in rest if attempt.text_hash == text_hash]
        shown = [message for message in messages if message.text_hash == text_hash]
        matches += _by_count(equal, shown, used=used, skew=skew)
    return tuple(sorted(matches, key=lambda found: found.entry_id))


def overdue(*, ended_at: Micros, complete_syncs: int, now: Micros) -> bool:
    """Whether a pending send has been awaited so long that it must be shown as doubtful."""
    return now - ended_at >= PENDING_LIMIT and complete_syncs >= PENDING_SYNCS


def _by_id(attempts: Sequence[Attempt], messages: Sequence[Outbound]) -> list[Match]:
    """Attempts whose provider id is shown."""
    shown = {message.remote_id for message in messages if message.remote_id}
    return [
        Match(attempt.entry_id, attempt.remote_id, "id")
        for attempt in attempts
        if attempt.remote_id and attempt.remote_id in shown
    ]


def _by_count(
    attempts: Sequence[Attempt], messages: Sequence[Outbound], *, used: Collection[str], skew: Micros
) -> list[Match]:
    """Attempts for which the count of equal texts has risen, with the echo that fits each best."""
    matches: list[Match] = []
    left = list(messages)
    needed = 0
    for attempt in attempts:
        # An older attempt whose echo is still to come is owed one before this one.
        needed = max(attempt.baseline, needed) + 1
        unseen = [
            message
            for message in left
            if message.remote_id is None
            or (message.remote_id not in attempt.known_ids and message.remote_id not in used)
        ]
        if len(messages) < needed or not unseen:
            continue
        echo = min(unseen, key=lambda message: _distance(message, attempt, skew=skew))
        left.remove(echo)
        matches.append(Match(attempt.entry_id, echo.remote_id, "text"))
    return matches


def _distance(message: Outbound, attempt: Attempt, *, skew: Micros) -> tuple[bool, Micros]:
    """How badly an echo's time fits: first those outside the window, then by distance from the attempt."""
    if message.sent_at is None:
        return True, 0
    earliest = attempt.claimed_at - WINDOW - abs(skew)
    return message.sent_at < earliest, abs(message.sent_at - attempt.claimed_at)
