"""A message in the thread that is almost a reply whose arrival nobody knows: shown to the person, never concluded from.

Providers shorten addresses and cut long texts, so what arrived may not be what was sent, letter by letter. Likeness is
no proof: it is only pointed at, and the person says whether that is it.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from postroom.commands import Reply
from postroom.records import ConversationKey, Direction, Micros
from postroom.text import canonical
from store import outbox_reads, queries
from store.database import Store
from store.rows import OutboxRow

ENOUGH = 0.9
"""How much of two texts must be the same, addresses apart."""

DOUBTED = frozenset({"in_doubt", "pending", "accepted"})
EARLIER: Micros = 120_000_000
"""How much earlier than the attempt the message may be dated."""

_COMPARED = 2_000
_WHOLE = 20
_ADDRESS = re.compile(r"\bhttps?://\S+|\bwww\.\S+")
_CUT = ("…", "...")


def looks_like(store: Store, row: OutboxRow) -> str:
    """What the thread shows that is almost this reply; empty when nothing is, or nobody has to decide."""
    entry = outbox_reads.entry(store, row.id) if row.state in DOUBTED else None
    if entry is None or not isinstance(entry.command, Reply) or entry.claimed_at is None:
        return ""
    key = ConversationKey(row.workspace, row.conversation)
    for message in reversed(queries.thread(store, key, limit=50)):
        new = (message.sent_at or 0) >= entry.claimed_at - EARLIER
        if message.direction is Direction.OUTBOUND and new and alike(entry.command.text, message.body):
            return message.body
    return ""


def alike(ours: str, theirs: str) -> bool:
    """Whether `theirs`, another text, may be what a provider made of `ours`: addresses shortened, the end cut off."""
    if canonical(ours) == canonical(theirs):
        return False  # equal texts are counted, see `sync.reconcile`: this one belongs to another send
    sent, shown = _plain(ours), _plain(theirs)
    if shown.endswith(_CUT):
        start = shown.rstrip(".…").rstrip()
        if len(start) >= _WHOLE and sent.startswith(start):
            return True
    matcher = SequenceMatcher(None, sent[:_COMPARED], shown[:_COMPARED])
    return matcher.real_quick_ratio() >= ENOUGH and matcher.quick_ratio() >= ENOUGH and matcher.ratio() >= ENOUGH


def _plain(text: str) -> str:
    return _ADDRESS.sub("@", canonical(text))
