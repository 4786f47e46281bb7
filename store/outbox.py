"""The outbox: what the person asked for, on its way to a provider. Every change is one transaction on user.db.

The draft's removal and the entry's birth are one transaction, so a text is always in exactly one place. Entries of one
lane keep their order. The legal steps are a table in `store.outbox_states`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from postroom.commands import Command, PauseCampaign, Reply, ResumeCampaign, from_json, to_json
from postroom.errors import NotFound, ReadOnlyState, Refused
from postroom.records import ConversationKey, Micros
from postroom.text import canonical_hash
from store.connection import Connection, transaction
from store.database import Store
from store.drafts import Draft, delete_draft, draft, drop_draft, restore_draft, save_draft
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
from store.outbox_states import IDEMPOTENT, IllegalTransition, State, log, move
from store.room import surely, why_no_sends

__all__ = [
    "IDEMPOTENT", "Baseline", "Draft", "IllegalTransition", "OutboxEntry", "State", "attempted_replies", "claim",
    "claimable", "draft", "drop_draft", "edit", "enqueue", "entry", "expire", "hold", "hold_all_undo",
    "hold_everything", "lane_stopped", "open_entries", "recover", "release_due", "release_now", "resolve", "row",
    "rows", "save_draft", "settle", "start_lane", "stop_lane", "title_of", "undo_send", "unsettled_count", "verified",
]  # fmt: skip

DOUBLE_KEY: Micros = 2_000_000
"""An identical reply within this time is the same key pressed twice."""

_OPPOSITES = {PauseCampaign.kind: ResumeCampaign.kind, ResumeCampaign.kind: PauseCampaign.kind}


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the provider showed just before a claim: reconciliation counts from here."""

    count: int
    """Outbound messages with the same canonical text."""
    ids: tuple[str, ...] = ()
    """Remote ids of all outbound messages."""


@dataclass(frozen=True, slots=True)
class _Present:
    """What a transition needs to know of an entry."""

    id: int
    workspace: str
    kind: str
    payload: str
    state: str
    conversation: str


def enqueue(
    store: Store,
    command: Command,
    *,
    now: Micros,
    undo_seconds: float = 0,
    resend_of: int | None = None,
    replace: bool = False,
) -> int:
    """Put a command into the outbox and, for a reply, take its draft out: one transaction. Returns the entry's id.

    The same key pressed twice gives the same entry. Raises Refused for an empty reply, and for a pause while a resume
    is open (or the other way round) unless `replace`, which discards the one that has not left yet.
    """
    _check_writable(store)
    if isinstance(command, Reply) and not command.text.strip():
        raise Refused("The reply is empty, so it was not sent.")
    payload = to_json(command)
    with transaction(store.user) as user:
        twin = _twin(user, command, payload, now=now)
        if twin and resend_of is None:
            return twin
        if command.kind in _OPPOSITES:
            _clear_opposites(user, command, replace=replace, now=now)
        if isinstance(command, Reply) and resend_of is None:
            delete_draft(user, ConversationKey(command.workspace, command.conversation))
        return _insert(user, store.session, command, payload, now=now, undo_seconds=undo_seconds, resend_of=resend_of)


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

    False: somebody else has it, it was held or taken back, its lane is blocked, its workspace may not send, or the disk
    has no room for the result.
    """
    if why_no_sends(store):
        return False
    with transaction(store.user) as user:
        if not user.number(f"select 1 from outbox o where id = ? and {UNBLOCKED}", (entry_id,)):
            return False
        claimed = move(
            user, entry_id, before="queued", after="sending", now=now, claimed_at=now, ended_at=None, error="",
            next_attempt_at=None, baseline=baseline.count if baseline else None,
            known_ids=json.dumps(baseline.ids if baseline else ()),
        )  # fmt: skip
        if claimed:
            user.execute("update outbox set attempts = attempts + 1 where id = ?", (entry_id,))
    return claimed


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
            present = _present(user, entry_id)
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
        present = _present(user, entry_id)
        if present.state in {State.SENT, State.DISCARDED}:
            return False
        return move(user, entry_id, before=present.state, after="sent", now=now, note="read back", error="", verified=1)


def resolve(store: Store, entry_id: int, how: str, *, now: Micros) -> int | None:
    """The user's word on an entry that is in doubt, failed or held: `arrived`, `resend` or `discard`.

    `resend` of one in doubt makes a new entry and returns its id; a failed or held one, which is known not to have
    arrived, is queued again itself. Raises Refused for an entry in another state.
    """
    _check_writable(store)
    with transaction(store.user) as user:
        present = _present(user, entry_id)
        if present.state not in {State.IN_DOUBT, State.FAILED, State.HELD}:
            raise Refused(f"Entry {entry_id} is {present.state.replace('_', ' ')}: there is nothing to decide.")
        if how == "arrived":
            if present.state == State.FAILED:
                raise Refused("The provider refused this one, so it cannot have arrived. Resend or discard it.")
            move(user, entry_id, before=present.state, after="sent", now=now, note="the user saw it", matched_by="user")
            return None
        if how == "discard":
            move(user, entry_id, before=present.state, after="discarded", now=now, note="discarded by the user")
            return None
        if how != "resend":
            raise Refused(f"“{how}” is no answer; say arrived, resend or discard.")
        return _resend(user, store.session, present, now=now)


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


def _insert(
    user: Connection,
    session: str,
    command: Command,
    payload: str,
    *,
    now: Micros,
    undo_seconds: float,
    resend_of: int | None,
) -> int:
    undo_until = now + round(undo_seconds * 1_000_000) if undo_seconds > 0 else None
    state = State.UNDO if undo_until is not None else State.QUEUED
    user.execute(
        """
        insert into outbox (workspace, kind, payload, conversation, lane, state, text_hash, created_at, updated_at,
            queued_at, undo_until, session, resend_of)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            command.workspace, command.kind, payload, getattr(command, "conversation", ""), command.lane, state.value,
            canonical_hash(command.text) if isinstance(command, Reply) else "", now, now,
            now if undo_until is None else None, undo_until, session, resend_of,
        ),
    )  # fmt: skip
    number = user.number("select last_insert_rowid()")
    log(user, number, state.value, f"again, for {resend_of}" if resend_of else "", now=now)
    return number


def _twin(user: Connection, command: Command, payload: str, *, now: Micros) -> int:
    """An open entry that asks for the same; 0 when there is none. A reply may be meant twice, but not within 2 s."""
    since = now - DOUBLE_KEY if isinstance(command, Reply) else 0
    return user.number(
        """
        select id from outbox where state in ('undo', 'queued', 'sending') and state not in ('sent', 'discarded')
            and workspace = ? and kind = ? and payload = ? and created_at >= ? order by id desc limit 1
        """,
        (command.workspace, command.kind, payload, since),
    )


def _clear_opposites(user: Connection, command: Command, *, replace: bool, now: Micros) -> None:
    opposites = user.rows(
        _Present,
        """
        select id, workspace, kind, payload, state, conversation from outbox
        where state in ('undo', 'queued', 'sending', 'in_doubt', 'accepted') and state not in ('sent', 'discarded')
            and workspace = ? and lane = ? and kind = ? order by id
        """,
        (command.workspace, command.lane, _OPPOSITES[command.kind]),
    )
    for opposite in opposites:
        asked = title_of(from_json(opposite.kind, opposite.payload))
        if not replace:
            raise Refused(f"“{asked}” is on its way. Decide which of the two you mean, then ask again.")
        if opposite.state in {State.UNDO, State.QUEUED}:
            move(user, opposite.id, before=opposite.state, after="discarded", now=now, note="replaced by the opposite")


def _take_back(store: Store, entry_id: int, state: State, *, note: str, now: Micros) -> bool:
    _check_writable(store)
    with transaction(store.user) as user:
        if not move(user, entry_id, before=state, after="discarded", now=now, note=note):
            return False
        present = _present(user, entry_id)
        command = from_json(present.kind, present.payload)
        if isinstance(command, Reply):
            key = ConversationKey(command.workspace, command.conversation)
            restore_draft(user, key, command.text, seen_upto=command.seen_upto, session=store.session, now=now)
        return True


def _resend(user: Connection, session: str, present: _Present, *, now: Micros) -> int:
    if present.state != State.IN_DOUBT:
        move(
            user, present.id, before=present.state, after="queued", now=now, note="resent by the user", error="",
            next_attempt_at=None, queued_at=now,
        )  # fmt: skip
        return present.id
    move(user, present.id, before="in_doubt", after="discarded", now=now, note="sent again by the user")
    command = from_json(present.kind, present.payload)
    return _insert(user, session, command, present.payload, now=now, undo_seconds=0, resend_of=present.id)


def _present(user: Connection, entry_id: int) -> _Present:
    present = user.row(
        _Present, "select id, workspace, kind, payload, state, conversation from outbox where id = ?", (entry_id,)
    )
    if present is None:
        raise NotFound(f"There is no entry {entry_id} in the outbox.")
    return present


def _check_writable(store: Store) -> None:
    if not store.writable:
        raise ReadOnlyState(store.notice or "Another Postroom is running and does the sending; this one only shows.")
