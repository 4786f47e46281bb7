"""The law of sending as data: which state may follow which, and the one statement that moves an entry.

Automatic sending is at most once. `sending` is durable before the first byte leaves; only proof of non-delivery goes
back to `queued`; `failed` means proven not delivered; all doubt is `in_doubt`, which no clock ever ends.
"""

from __future__ import annotations

from enum import StrEnum

from postroom.errors import PostroomError
from postroom.terms import Micros
from store.connection import Connection, Value


class State(StrEnum):
    """Where an entry stands."""

    UNDO = "undo"
    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    HELD = "held"
    DISCARDED = "discarded"


_ = State  # for the tables below

FOLLOWERS: dict[State, frozenset[State]] = {
    _.UNDO: frozenset({_.QUEUED, _.HELD, _.DISCARDED}),
    _.QUEUED: frozenset({_.SENDING, _.HELD, _.FAILED, _.DISCARDED}),
    _.SENDING: frozenset({_.ACCEPTED, _.SENT, _.PENDING, _.FAILED, _.IN_DOUBT, _.QUEUED}),
    _.ACCEPTED: frozenset({_.SENT}),
    _.PENDING: frozenset({_.SENT, _.IN_DOUBT}),
    _.IN_DOUBT: frozenset({_.SENT, _.DISCARDED}),
    _.FAILED: frozenset({_.QUEUED, _.DISCARDED}),
    # A restored backup holds everything, so a held entry may have arrived: the user may say so.
    _.HELD: frozenset({_.QUEUED, _.SENT, _.DISCARDED}),
    _.SENT: frozenset(),
    _.DISCARDED: frozenset(),
}

CONTROL_FOLLOWERS: dict[State, frozenset[State]] = {
    **FOLLOWERS,
    # What a control action did can be read back, so an answer may be disproved and doubt may end. The opposite, asked
    # for later, ends the wait for an effect that nobody wants any more.
    _.ACCEPTED: frozenset({_.SENT, _.FAILED, _.QUEUED, _.IN_DOUBT, _.DISCARDED}),
    _.IN_DOUBT: frozenset({_.ACCEPTED, _.SENT, _.FAILED, _.DISCARDED}),
    # Read before anything is sent: it may be done already.
    _.QUEUED: FOLLOWERS[_.QUEUED] | {_.SENT},
}

TERMINAL = frozenset({_.SENT, _.DISCARDED})
BLOCKING = (_.UNDO, _.QUEUED, _.SENDING, _.IN_DOUBT)
"""An earlier entry in one of these keeps the later ones of its lane waiting."""

URGENCY = (
    _.IN_DOUBT, _.FAILED, _.HELD, _.SENDING, _.UNDO, _.QUEUED, _.PENDING, _.ACCEPTED,
)  # fmt: skip
"""Open states, by how much they need the eye."""

IDEMPOTENT = frozenset({"stop_lead", "pause_campaign", "mark_seen", "add_tags", "never_contact"})
"""Kinds whose repetition changes nothing, so that a crash in the middle queues them again."""


class IllegalTransition(PostroomError):
    """A state that may not follow. The entry is as it was."""


def may_follow(kind: str, state: str, following: str) -> bool:
    """Whether the law lets an entry of this kind go from `state` to `following`."""
    table = FOLLOWERS if kind == "reply" else CONTROL_FOLLOWERS
    return State(following) in table[State(state)]


def move(
    user: Connection, entry: int, *, before: str, after: str, now: Micros, note: str = "", **columns: Value
) -> bool:
    """Compare and swap: True when the entry was in `before` and is now in `after`. Inside a transaction.

    `columns` (names written in this folder) are set with it. Raises IllegalTransition when the law forbids the step.
    """
    kind = user.row(str, "select kind from outbox where id = ?", (entry,))
    if kind is None:
        return False
    if not may_follow(kind, before, after):
        raise IllegalTransition(f"Entry {entry} is {before}; it cannot become {after}.")
    sets = "".join(f", {name} = :{name}" for name in columns)
    ended = ", ended_at = :now" if State(after) not in {_.UNDO, _.QUEUED, _.SENDING} else ""
    cursor = user.execute(
        f"update outbox set state = :after, updated_at = :now{ended}{sets} where id = :id and state = :before",
        {"after": after, "now": now, "id": entry, "before": before, **columns},
    )
    if cursor.rowcount != 1:
        return False
    log(user, entry, after, note, now=now)
    return True


def log(user: Connection, entry: int, state: str, note: str, *, now: Micros) -> None:
    """Append to the ledger of what happened to an entry. Inside a transaction."""
    user.execute("insert into outbox_event (entry, at, state, note) values (?, ?, ?, ?)", (entry, now, state, note))
