"""Settling sends by what the providers show: the acting half of `sync.reconcile`, over the store.

Called after every read of a conversation, with the time at which that read was asked for. That time, and the end of
each attempt, are told by the monotonic clock: a wall clock that is set back must neither hide nor invent an echo. What
ended before this process began has ended before every read it makes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby
from math import inf

from postroom.commands import Reply
from postroom.text import canonical_hash
from store import outbox, queries
from store.outbox import Baseline, OutboxEntry
from sync.events import Settled
from sync.link import Link
from sync.reconcile import Attempt, Match, Outbound, match, overdue

AWAITED = frozenset({"accepted", "pending", "in_doubt"})
"""States of a send that only its echo (or the user) can settle."""

_BY_TEXT = "{}: an equal text has appeared in the thread, so it counts as sent."

BEFORE = -inf
"""When an attempt ended that was made before this process began."""


def settle_echoes(link: Link, conversations: Collection[str] | None, *, read_began: float) -> int:
    """Settle what has arrived in these conversations (None: in any), as a read asked for at `read_began` showed them.

    Returns how many entries were settled.
    """
    awaited = [
        entry for entry in awaited_replies(link) if conversations is None or _conversation(entry) in conversations
    ]
    awaited.sort(key=lambda entry: (_conversation(entry), entry.id))
    settled = 0
    for conversation, entries in groupby(awaited, key=_conversation):
        group = list(entries)
        by_id = {entry.id: entry for entry in group}
        others = _spoken_for(link, conversation)
        for found in _matches(link, conversation, [*others, *group], read_began=read_began):
            if found.entry_id in by_id:
                settled += _settle(link, by_id[found.entry_id], found)
    return settled


def awaited_replies(link: Link) -> list[OutboxEntry]:
    """The workspace's replies that were given to the provider and have not been seen since."""
    entries = outbox.open_entries(link.store, workspace=link.workspace)
    return [entry for entry in entries if isinstance(entry.command, Reply) and entry.state in AWAITED]


def doubt_overdue(link: Link) -> None:
    """Show as doubtful what the provider called pending and has not shown for too long."""
    now = link.clock.now()
    for entry in awaited_replies(link):
        if entry.state == "pending" and awaited_too_long(link, entry):
            sentence = (
                "The provider took it but has not shown it since. It may have arrived: look before sending again."
            )
            outbox.settle(link.store, entry.id, state="in_doubt", error=sentence, now=now)
            announce(link, entry, "in_doubt", sentence)


def awaited_too_long(link: Link, entry: OutboxEntry) -> bool:
    """Whether an attempt has not been shown for too long, by the clock and by complete pulls."""
    ended = link.memory.ended.get(entry.id, BEFORE)
    pulls = sum(began >= ended for began in link.memory.complete_pulls)
    return overdue(ended_at=entry.ended_at or entry.created_at, complete_syncs=pulls, now=link.clock.now())


def baseline(link: Link, conversation: str, text: str) -> Baseline:
    """How many equal texts of ours a conversation shows or still owes, and their ids: taken just before a claim."""
    text_hash = canonical_hash(text)
    shown = queries.outbound_with_hash(link.store, link.key(conversation), text_hash)
    awaited = [entry for entry in awaited_replies(link) if _conversation(entry) == conversation]
    seen_by_user = _spoken_for(link, conversation)
    found = {each.entry_id for each in _matches(link, conversation, seen_by_user, read_began=inf)}
    owed = [
        entry
        for entry in (*awaited, *(entry for entry in seen_by_user if entry.id not in found))
        if entry.text_hash == text_hash
    ]
    return Baseline(count=len(shown) + len(owed), ids=queries.known_ids(link.store, link.key(conversation)))


def _spoken_for(link: Link, conversation: str) -> list[OutboxEntry]:
    """Sends that the user settled as arrived: their echoes, which may still be to come, belong to no other send."""
    return [
        entry
        for entry in outbox.attempted_replies(link.store, link.workspace, conversation)
        if entry.state == "sent" and entry.matched_by == "user" and entry.baseline is not None
    ]


def _taken(link: Link, conversation: str) -> frozenset[str]:
    """The provider's ids of messages that are known to be other sends."""
    entries = outbox.attempted_replies(link.store, link.workspace, conversation)
    return frozenset(entry.remote_id for entry in entries if entry.state == "sent" and entry.remote_id)


def announce(link: Link, entry: OutboxEntry, state: str, sentence: str = "") -> None:
    """Tell the screen that an entry changed its state."""
    conversation = getattr(entry.command, "conversation", "")
    link.emit(Settled(link.workspace, entry.id, entry.command.kind, state, conversation, sentence))


def _matches(link: Link, conversation: str, entries: Sequence[OutboxEntry], *, read_began: float) -> tuple[Match, ...]:
    if not entries:
        return ()
    hashes = {entry.text_hash for entry in entries}
    messages = [
        Outbound(key, text_hash, remote_id, sent_at)
        for text_hash in sorted(hashes)
        for key, remote_id, sent_at in queries.outbound_with_hash(link.store, link.key(conversation), text_hash)
    ]
    attempts = [
        Attempt(
            entry_id=entry.id,
            text_hash=entry.text_hash,
            baseline=entry.baseline or 0,
            known_ids=frozenset(entry.known_ids),
            claimed_at=entry.claimed_at or entry.created_at,
            ended=link.memory.ended.get(entry.id, BEFORE),
            remote_id=entry.remote_id,
        )
        for entry in entries
    ]
    return match(attempts, messages, read_began=read_began, taken=_taken(link, conversation), skew=link.skew)


def _settle(link: Link, entry: OutboxEntry, found: Match) -> bool:
    """Whether the echo settled it. False: the user has settled it since it was read, and their word stands."""
    try:
        settled = outbox.settle(
            link.store,
            entry.id,
            state="sent",
            remote_id=found.remote_id,
            matched_by=found.matched_by,
            now=link.clock.now(),
        )
    except outbox.IllegalTransition:
        return False
    if settled:
        announce(
            link, entry, "sent", _BY_TEXT.format(outbox.title_of(entry.command)) if found.matched_by == "text" else ""
        )
    return settled


def _conversation(entry: OutboxEntry) -> str:
    return entry.command.conversation if isinstance(entry.command, Reply) else ""
