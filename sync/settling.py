"""Writing down what became of an outbox entry, and telling the screen. One small function per outcome.

The store refuses every transition that the law does not know; this file only says which one is meant.
"""

from __future__ import annotations

from postroom.errors import PostroomError, RateLimited
from store import outbox, outbox_waiting
from store.outbox import Baseline, OutboxEntry
from sync.clock import SECOND
from sync.echoes import announce
from sync.events import StatusChanged
from sync.link import Link, Outcome


def take(link: Link, entry: OutboxEntry, *, baseline: Baseline | None) -> bool:
    """Claim the entry durably, before the first byte leaves. False: it is not ours to send (any more)."""
    claimed = outbox.claim(link.store, entry.id, baseline=baseline, now=link.clock.now())
    if claimed:
        announce(link, entry, "sending")
    return claimed


def finish(
    link: Link,
    entry: OutboxEntry,
    state: str,
    *,
    remote_id: str | None = None,
    matched_by: str = "",
    error: str = "",
) -> str:
    """Settle the entry in `state`. Its attempt has ended now: only later reads may show its echo."""
    link.memory.ended[entry.id] = link.clock.monotonic()
    return record(link, entry, Outcome(state, error, remote_id, matched_by))


def record(link: Link, entry: OutboxEntry, outcome: Outcome) -> str:
    """Write the outcome of an attempt down and tell the screen. Until that has worked it is remembered."""
    link.memory.unwritten[entry.id] = outcome
    outbox.settle(
        link.store,
        entry.id,
        state=outcome.state,
        remote_id=outcome.remote_id,
        matched_by=outcome.matched_by,
        error=outcome.error,
        next_attempt_at=outcome.next_attempt_at,
        now=link.clock.now(),
    )
    del link.memory.unwritten[entry.id]
    announce(link, entry, outcome.state, outcome.error)
    return outcome.state


def record_late(link: Link) -> None:
    """Write down what could not be written when it happened. Raises StateError while it still cannot be."""
    for entry_id, outcome in list(link.memory.unwritten.items()):
        entry = outbox.entry(link.store, entry_id)
        if entry is None or entry.state != "sending":
            del link.memory.unwritten[entry_id]
        else:
            record(link, entry, outcome)


def remember_broken(link: Link, entry: OutboxEntry) -> None:
    """An attempt ended by a fault of ours: unless more is known, it may have done what it was to do."""
    if entry.command.kind in outbox.IDEMPOTENT:
        outcome = Outcome("queued", "Something went wrong here: it is done again.")
    else:
        outcome = Outcome("in_doubt", "Something went wrong while this was being sent. It may have arrived.")
    link.memory.ended.setdefault(entry.id, link.clock.monotonic())
    link.memory.unwritten.setdefault(entry.id, outcome)


def fail(link: Link, entry: OutboxEntry, sentence: str) -> str:
    """It is proven that the provider did not do it."""
    return finish(link, entry, "failed", error=sentence)


def doubt(link: Link, entry: OutboxEntry, sentence: str) -> str:
    """It may have happened."""
    return finish(link, entry, "in_doubt", error=sentence)


def requeue(link: Link, entry: OutboxEntry, sentence: str, *, seconds: float) -> str:
    """It is proven that nothing was sent (or harmless to repeat): try again in a while."""
    next_attempt_at = link.clock.now() + round(seconds * SECOND)
    return record(link, entry, Outcome("queued", sentence, next_attempt_at=next_attempt_at))


def postpone(link: Link, entry: OutboxEntry, sentence: str, *, seconds: float) -> str:
    """It has not been claimed, because it could not be checked: try again in a while."""
    now = link.clock.now()
    postponed = outbox_waiting.postpone(
        link.store, entry.id, next_attempt_at=now + round(seconds * SECOND), error=sentence, now=now
    )
    if not postponed:
        return state_of(link, entry)
    announce(link, entry, "queued", sentence)
    return "queued"


def hold(link: Link, entry: OutboxEntry, sentence: str) -> str:
    """Give it back to the person who wrote it, with the reason."""
    if not outbox.hold(link.store, entry.id, sentence, now=link.clock.now()):
        return state_of(link, entry)
    announce(link, entry, "held", sentence)
    return "held"


def refuse(link: Link, entry: OutboxEntry, sentence: str, *, state: str = "failed") -> str:
    """Settle what is not on its way: `failed` before it was asked for, or another end, with the reason as a notice."""
    try:
        outbox.settle(link.store, entry.id, state=state, error=sentence, now=link.clock.now())
    except outbox.IllegalTransition:
        return state_of(link, entry)
    announce(link, entry, state, sentence)
    return state


def drop(link: Link, entry: OutboxEntry) -> str:
    """Give up something that nobody needs to hear of."""
    outbox.settle(link.store, entry.id, state="failed", now=link.clock.now())
    outbox.resolve(link.store, entry.id, "discard", now=link.clock.now())
    announce(link, entry, "discarded")
    return "discarded"


def stop_sending(link: Link, error: PostroomError) -> None:
    """The key is refused: nothing else of this workspace is sent until it is accepted again."""
    outbox.stop_lane(link.store, link.workspace, str(error), now=link.clock.now())
    link.emit(StatusChanged(link.workspace, "denied", str(error)))


def heed_daily_limit(link: Link, error: PostroomError) -> None:
    """The provider takes no more today: nothing else of this workspace is sent until its limit begins anew."""
    if isinstance(error, RateLimited) and error.until_reset is not None:
        link.memory.sends_from = link.clock.monotonic() + error.until_reset
        outbox.stop_lane(link.store, link.workspace, str(error), now=link.clock.now())
        link.emit(StatusChanged(link.workspace, "limited", str(error)))


def state_of(link: Link, entry: OutboxEntry) -> str:
    """The state that somebody else has given the entry meanwhile: the user discarded it, or took it back."""
    row = outbox.row(link.store, entry.id)
    return row.state if row else "discarded"
