"""Waiting in the outbox: until when an entry waits, and what a sleeping machine does to its undo time."""

from __future__ import annotations

from postroom.records import Micros
from store.connection import transaction
from store.database import Store
from store.outbox_states import log

LONGEST_UNDO: Micros = 300_000_000
"""The configuration allows no longer undo time."""


def postpone(store: Store, entry_id: int, *, next_attempt_at: Micros, error: str, now: Micros) -> bool:
    """Let a queued entry wait, because what must be read before it leaves could not be. False: it is not queued."""
    with transaction(store.user) as user:
        cursor = user.execute(
            """
            update outbox set next_attempt_at = ?, error = ?, updated_at = ?, attempts = attempts + 1
            where id = ? and state = 'queued'
            """,
            (next_attempt_at, error, now, entry_id),
        )
        if cursor.rowcount == 1:
            log(user, entry_id, "queued", error, now=now)
        return cursor.rowcount == 1


def hurry(store: Store, workspace: str) -> int:
    """What waited to be tried again need wait no longer: its provider can be reached again. Returns how many."""
    with transaction(store.user) as user:
        cursor = user.execute(
            """
            update outbox set next_attempt_at = null
            where state = 'queued' and workspace = ? and next_attempt_at is not null
            """,
            (workspace,),
        )
        return cursor.rowcount


def next_due(store: Store, *, now: Micros) -> Micros | None:
    """When the next entry leaves its undo time or may be tried again. None: nothing waits for a time after `now`."""
    soonest = store.user.number(
        """
        select coalesce(min(case state when 'undo' then undo_until else next_attempt_at end), 0) from outbox
        where state in ('undo', 'queued') and state not in ('sent', 'discarded')
            and case state when 'undo' then undo_until else next_attempt_at end > ?
        """,
        (now,),
    )
    return soonest or None


def restart_undo(store: Store, *, session: str, known: int, now: Micros) -> int:
    """Begin this process's open undo times anew: the machine slept or the clock jumped. Returns how many.

    An entry after `known` may have been made since, by the new clock: an end that is right by that clock stays.
    """
    with transaction(store.user) as user:
        found = user.rows(
            lambda number, end, began: (int(number), int(end) - int(began)),
            """
            select id, undo_until, (select max(at) from outbox_event where entry = o.id and state = 'undo')
            from outbox o
            where state = 'undo' and session = :session
                and (id <= :known or undo_until not between :now and :now + :longest)
            """,
            {"session": session, "known": known, "now": now, "longest": LONGEST_UNDO},
        )
        for number, window in found:
            end = now + min(max(window, 0), LONGEST_UNDO)
            user.execute("update outbox set undo_until = ?, updated_at = ? where id = ?", (end, now, number))
            log(user, number, "undo", "begun anew", now=now)
        return len(found)


def may_be_undone(store: Store, *, session: str) -> bool:
    """Whether a session has entries in their undo time."""
    return bool(store.user.number("select 1 from outbox where state = 'undo' and session = ? limit 1", (session,)))


def newest(store: Store) -> int:
    """The number of the newest entry; 0 when there is none."""
    return store.user.number("select coalesce(max(id), 0) from outbox")
