"""Writing down what became of an outbox entry, and telling the screen. One small function per outcome.

The store refuses every transition that the law does not know; this file only says which one is meant.
"""

from __future__ import annotations

from postroom.errors import PostroomError
from store import outbox, outbox_waiting
from store.outbox import Baseline, OutboxEntry
from sync.clock import SECOND
from sync.echoes import announce
from sync.events import StatusChanged
from sync.link import Link


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
    outbox.settle(
        link.store,
        entry.id,
        state=state,
        remote_id=remote_id,
        matched_by=matched_by,
        error=error,
        now=link.clock.now(),
    )
    announce(link, entry, state, error)
    return state


def fail(link: Link, entry: OutboxEntry, sentence: str) -> str:
    """It is proven that the provider did not do it."""
    return finish(link, entry, "failed", error=sentence)


def doubt(link: Link, entry: OutboxEntry, sentence: str) -> str:
    """It may have happened."""
    return finish(link, entry, "in_doubt", error=sentence)


def requeue(link: Link, entry: OutboxEntry, sentence: str, *, seconds: float) -> str:
    """It is proven that nothing was sent (or harmless to repeat): try again in a while."""
    now = link.clock.now()
    outbox.settle(
        link.store,
        entry.id,
        state="queued",
        error=sentence,
        next_attempt_at=now + round(seconds * SECOND),
        now=now,
    )
    announce(link, entry, "queued", sentence)
    return "queued"


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


def state_of(link: Link, entry: OutboxEntry) -> str:
    """The state that somebody else has given the entry meanwhile: the user discarded it, or took it back."""
    row = outbox.row(link.store, entry.id)
    return row.state if row else "discarded"
