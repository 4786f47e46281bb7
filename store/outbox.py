"""The outbox: what the person asked for, on its way to a provider. Every change is one transaction on user.db.

The draft's removal and the entry's birth are one transaction, so a text is always in exactly one place. Entries of one
lane keep their order. The legal steps are a table in `store.outbox_states`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from postroom.commands import Reply, from_json, to_json
from postroom.errors import Refused
from postroom.records import ConversationKey, Micros
from postroom.sight import Sight
from postroom.text import canonical_hash
from store.connection import Connection, transaction
from store.database import Store
from store.drafts import Draft, draft, drop_draft, restore_draft, save_draft
from store.outbox_entering import (
    Present,
    check_writable,
    enqueue,
    insert,
    opposite,
    overtaken,
    read_command,
    read_present,
)
from store.outbox_reads import (
    UNBLOCKED,
    OutboxEntry,
    attempted_replies,
    claimable,
    entry,
    lane_stopped,
    open_entries,
    row,
    rows,
    title_of,
    unsettled_count,
)
from store.outbox_recovery import expire, hold_all_undo, hold_everything, recover
from store.outbox_states import IDEMPOTENT, IllegalTransition, State, move
from store.queries import sight
from store.room import surely, why_no_sends

__all__ = [
    "IDEMPOTENT", "Baseline", "Draft", "IllegalTransition", "OutboxEntry", "State", "attempted_replies", "claim",
    "claimable", "draft", "drop_draft", "edit", "enqueue", "entry", "expire", "hold", "hold_all_undo",
    "hold_everything", "lane_stopped", "open_entries", "opposite", "overtaken", "recover", "release_due", "release_now",
    "resolve", "row", "rows", "save_draft", "settle", "start_lane", "stop_lane", "title_of", "undo_send",
    "unsettled_count", "verified",
]  # fmt: skip


_GARBLED = "The text is not the one that you wrote: the disk has changed it. Read it before it goes."


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the provider showed just before a claim: reconciliation counts from here."""

    count: int
    """Outbound messages with the same canonical text."""
    ids: tuple[str, ...] = ()
    """Remote ids of all outbound messages."""


def undo_send(store: Store, entry_id: int, *, now: Micros) -> bool:
    """Take a reply back within its undo time: discarded, and the text is a draft again. False: it was too late."""
    return _take_back(store, entry_id, State.UNDO, note="undone", now=now)


def edit(store: Store, entry_id: int, *, now: Micros) -> bool:
    """Take a reply that has not arrived back into the composer: discarded, and the text is a draft again.

    For a held, failed or queued one. False: it is in another state.
    """
    return any(
        _take_back(store, entry_id, state, note="back to the draft", now=now)
        for state in (State.HELD, State.FAILED, State.QUEUED)
    )


def release_due(store: Store, *, now: Micros, session: str) -> list[int]:
    """Queue the entries whose undo time is over and that this process put there. Returns their ids."""
    with transaction(store.user) as user:
        due = user.rows(
            int,
            "select id from outbox where state = 'undo' and undo_until <= ? and session = ? order by id",
            (now, session),
        )
        return [number for number in due if move(user, number, before="undo", after="queued", now=now, queued_at=now)]


def release_now(store: Store, entry_id: int, *, now: Micros) -> bool:
    """“Send now”: queue an entry before its undo time is over. False: it was not in it."""
    with transaction(store.user) as user:
        return move(user, entry_id, before="undo", after="queued", now=now, note="sent now", queued_at=now)


def hold(store: Store, entry_id: int, reason: str, *, now: Micros) -> bool:
    """Keep an entry from leaving until the user decides. False: it was neither in its undo time nor queued."""
    with transaction(store.user) as user:
        return any(
            move(user, entry_id, before=before, after="held", now=now, note=reason, error=reason)
            for before in (State.QUEUED, State.UNDO)
        )


def claim(store: Store, entry_id: int, *, baseline: Baseline | None, now: Micros) -> bool:
    """Take an entry for sending: committed to disk when this returns True, before the first byte leaves.

    False: somebody else has it, it was held or taken back, its lane is blocked, its workspace may not send, the disk
    has no room for the result, or the text is not the one that was written (it is held then).
    """
    if why_no_sends(store):
        return False
    with transaction(store.user) as user:
        if not user.number(f"select 1 from outbox o where id = ? and {UNBLOCKED}", (entry_id,)):
            return False
        if _is_garbled(user, entry_id):
            move(user, entry_id, before="queued", after="held", now=now, note=_GARBLED, error=_GARBLED)
            return False
        claimed = move(
            user, entry_id, before="queued", after="sending", now=now, claimed_at=now, ended_at=None, error="",
            next_attempt_at=None, baseline=baseline.count if baseline else None,
            known_ids=json.dumps(baseline.ids if baseline else ()),
        )  # fmt: skip
        if claimed:
            user.execute("update outbox set attempts = attempts + 1 where id = ?", (entry_id,))
    return claimed


def _is_garbled(user: Connection, entry_id: int) -> bool:
    """Whether a reply's text is no longer the one that was queued: a disk may change bytes that SQLite calls whole."""
    found = user.row(
        lambda kind, payload, text_hash: (from_json(kind, payload), str(text_hash)),
        "select kind, payload, text_hash from outbox where id = ? and kind = 'reply'",
        (entry_id,),
    )
    if found is None:
        return False
    command, text_hash = found
    return isinstance(command, Reply) and canonical_hash(command.text) != text_hash


def settle(
    store: Store,
    entry_id: int,
    *,
    state: str,
    remote_id: str | None = None,
    error: str = "",
    matched_by: str = "",
    next_attempt_at: Micros | None = None,
    now: Micros,
) -> bool:
    """Record what became of an entry. False: it was there already.

    Raises IllegalTransition when the law forbids the step, NotFound when there is no such entry.
    """

    def save() -> bool:
        with transaction(store.user) as user:
            present = read_present(user, entry_id)
            if present.state == state:
                return False
            return move(
                user, entry_id, before=present.state, after=state, now=now, note=error or matched_by, error=error,
                matched_by=matched_by, next_attempt_at=next_attempt_at,
                **({"remote_id": remote_id} if remote_id is not None else {}),
            )  # fmt: skip

    return surely(store, save)


def verified(store: Store, entry_id: int, *, now: Micros) -> bool:
    """Reading back has shown the effect of a control action: it is sent, and proven. False: it ended before."""
    with transaction(store.user) as user:
        present = read_present(user, entry_id)
        if present.state in {State.SENT, State.DISCARDED}:
            return False
        return move(user, entry_id, before=present.state, after="sent", now=now, note="read back", error="", verified=1)


def resolve(store: Store, entry_id: int, how: str, *, now: Micros, seen: Sight | None = None) -> int | None:
    """The user's word on an entry that is in doubt, failed or held: `arrived`, `resend` or `discard`.

    What has not left yet, and an action that nobody waits for any more, can be discarded too. `resend` of one in doubt
    makes a new entry and returns its id; a failed or held one, which is known not to have arrived, is queued again
    itself. What was before the user's eyes then is `seen`, or else what the cache holds: anything else in the thread
    holds it again. Raises Refused for an entry in another state.
    """
    check_writable(store)
    with transaction(store.user) as user:
        present = read_present(user, entry_id)
        if how == "discard" and _droppable(present):
            move(user, entry_id, before=present.state, after="discarded", now=now, note="discarded by the user")
            return None
        if present.state not in {State.IN_DOUBT, State.FAILED, State.HELD}:
            raise Refused(f"Entry {entry_id} is {present.state.replace('_', ' ')}: there is nothing to decide.")
        if how == "arrived":
            if present.state == State.FAILED:
                raise Refused("The provider refused this one, so it cannot have arrived. Resend or discard it.")
            move(user, entry_id, before=present.state, after="sent", now=now, note="the user saw it", matched_by="user")
            return None
        if how != "resend":
            raise Refused(f"“{how}” is no answer; say arrived, resend or discard.")
        return _resend(store, user, present, seen=seen, now=now)


def stop_lane(store: Store, workspace: str, reason: str, *, now: Micros = 0) -> None:
    """Send nothing more from a workspace until `start_lane`: its key was refused."""
    with transaction(store.user) as user:
        user.execute(
            """
            insert into stopped_lane (workspace, reason, at) values (?, ?, ?)
            on conflict do update set reason = excluded.reason where reason <> excluded.reason
            """,
            (workspace, reason, now),
        )


def start_lane(store: Store, workspace: str) -> None:
    """Let a workspace send again."""
    if store.user.number("select 1 from stopped_lane where workspace = ?", (workspace,)):
        with transaction(store.user) as user:
            user.execute("delete from stopped_lane where workspace = ?", (workspace,))


def _take_back(store: Store, entry_id: int, state: State, *, note: str, now: Micros) -> bool:
    check_writable(store)
    with transaction(store.user) as user:
        if not move(user, entry_id, before=state, after="discarded", now=now, note=note):
            return False
        command = read_command(user, entry_id)
        if isinstance(command, Reply):
            key = ConversationKey(command.workspace, command.conversation)
            restore_draft(
                user, key, command.text, seen_upto=command.seen_upto, seen=command.seen, session=store.session, now=now
            )
        return True


def _droppable(present: Present) -> bool:
    """Whether an entry may be discarded: what may have reached a lead is first looked for."""
    if present.state == State.ACCEPTED:
        return present.kind != Reply.kind
    return present.state in {State.UNDO, State.QUEUED, State.IN_DOUBT, State.FAILED, State.HELD}


def _resend(store: Store, user: Connection, present: Present, *, seen: Sight | None, now: Micros) -> int:
    command = read_command(user, present.id)
    if isinstance(command, Reply):
        seen = seen or sight(store, ConversationKey(command.workspace, command.conversation))
        command = replace(command, seen_upto=seen.upto, seen=seen.mark)
    payload = to_json(command)
    if present.state != State.IN_DOUBT:
        move(
            user, present.id, before=present.state, after="queued", now=now, note="resent by the user", error="",
            next_attempt_at=None, queued_at=now, payload=payload,
        )  # fmt: skip
        return present.id
    move(user, present.id, before="in_doubt", after="discarded", now=now, note="sent again by the user")
    return insert(user, store.session, command, payload, now=now, undo_seconds=0, resend_of=present.id)
