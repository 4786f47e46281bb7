"""What time and crashes do to the outbox. Recovery is idempotent: a crash within it changes nothing of its result."""

from __future__ import annotations

from postroom.records import Micros
from store.connection import transaction
from store.database import Store
from store.outbox_states import IDEMPOTENT, State, move

REPLY_EXPIRES: Micros = 4 * 3_600_000_000
PAUSE_EXPIRES: Micros = 30 * 60_000_000

_INTERRUPTED = "Postroom ended while this was being sent, so it may have arrived."
_UNDO_LOST = "Postroom ended before the undo time was over, so this was not sent."
_REPLY_EXPIRED = "This waited for more than four hours, so it was not sent. Read it again, then resend it."
_PAUSE_EXPIRED = "This waited for more than 30 minutes, so it was not sent. Look at the campaign, then pause it again."


def recover(store: Store, *, session: str, now: Micros) -> int:
    """Settle what another process left open. Returns how many entries were moved.

    A reply or resume that was being sent is in doubt; an action whose repetition changes nothing is queued again; an
    undo time that the user could not see the end of is held.
    """
    moved = 0
    with transaction(store.user) as user:
        for number, kind, owner, state in user.rows(
            _four, "select id, kind, session, state from outbox where state in ('sending', 'undo') order by id"
        ):
            if owner == session and state == State.UNDO:
                continue
            after, error = _recovered(kind, state)
            moved += move(
                user, number, before=state, after=after, now=now, note="found at start", error=error,
                next_attempt_at=None,
            )  # fmt: skip
    return moved


def hold_all_undo(store: Store, *, now: Micros, reason: str) -> int:
    """Hold everything that is in its undo time: the user quits and wants to decide later. Returns how many."""
    return _hold(store, ("undo",), reason=reason, now=now)


def hold_everything(store: Store, *, reason: str, now: Micros) -> int:
    """Hold all that could leave by itself: the file was restored, so it may know less than what was sent."""
    with transaction(store.user) as user:
        sending = user.rows(int, "select id from outbox where state = 'sending' order by id")
        for number in sending:
            move(user, number, before="sending", after="in_doubt", now=now, note=reason, error=_INTERRUPTED)
    return len(sending) + _hold(store, ("undo", "queued"), reason=reason, now=now)


def expire(store: Store, now: Micros) -> list[int]:
    """Hold queued replies and pauses that have waited too long to still be what the user means. Returns their ids."""
    limits = (("reply", REPLY_EXPIRES, _REPLY_EXPIRED), ("pause_campaign", PAUSE_EXPIRES, _PAUSE_EXPIRED))
    with transaction(store.user) as user:
        held: list[int] = []
        for kind, limit, reason in limits:
            late = user.rows(
                int,
                """
                select id from outbox where state = 'queued' and kind = ? and coalesce(queued_at, created_at) <= ?
                order by id
                """,
                (kind, now - limit),
            )
            held += [
                n for n in late if move(user, n, before="queued", after="held", now=now, note=reason, error=reason)
            ]
    return held


def _hold(store: Store, states: tuple[str, ...], *, reason: str, now: Micros) -> int:
    moved = 0
    with transaction(store.user) as user:
        for state in states:
            for number in user.rows(int, "select id from outbox where state = ? order by id", (state,)):
                moved += move(user, number, before=state, after="held", now=now, note=reason, error=reason)
    return moved


def _recovered(kind: str, state: str) -> tuple[State, str]:
    if state == State.UNDO:
        return State.HELD, _UNDO_LOST
    if kind in IDEMPOTENT:
        return State.QUEUED, ""
    return State.IN_DOUBT, _INTERRUPTED


def _four(number: int, kind: str, owner: str, state: str) -> tuple[int, str, str, str]:
    return number, kind, owner, state
