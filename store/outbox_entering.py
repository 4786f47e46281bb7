"""How a command comes into the outbox: one transaction with its draft's removal, never two for one key pressed twice.

A reply takes along what its writer had seen, so that anything else in the thread holds it back. An action whose
opposite is still on its way is refused until the user has said which of the two is meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as changed

from postroom.commands import Command, PauseCampaign, Reply, ResumeCampaign, SetVerdict, from_json, to_json
from postroom.errors import NotFound, ReadOnlyState, Refused
from postroom.records import ConversationKey, Micros
from postroom.text import canonical_hash
from store.connection import Connection, transaction
from store.database import Store
from store.drafts import delete_draft
from store.outbox_reads import OutboxEntry, row, title_of
from store.outbox_states import State, log, move
from store.queries import sight
from store.rows import OutboxRow

DOUBLE_KEY: Micros = 2_000_000
"""An identical reply within this time is the same key pressed twice."""

_OPPOSITES = {
    PauseCampaign.kind: ResumeCampaign.kind,
    ResumeCampaign.kind: PauseCampaign.kind,
    SetVerdict.kind: SetVerdict.kind,
}
"""What makes an action pointless: its opposite, or, of a verdict, a later one."""


@dataclass(frozen=True, slots=True)
class Present:
    """What a transition needs to know of an entry."""

    id: int
    kind: str
    state: str


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
    is open (or the other way round) unless `replace`, after which nobody waits for that one any more.
    """
    check_writable(store)
    if isinstance(command, Reply) and not command.text.strip():
        raise Refused("The reply is empty, so it was not sent.")
    if isinstance(command, Reply) and not command.seen:
        command = _with_sight(store, command)
    payload = to_json(command)
    with transaction(store.user) as user:
        twin = _twin(user, command, payload, now=now)
        if twin and resend_of is None:
            return twin
        _clear_opposites(user, command, replace=replace, now=now)
        if isinstance(command, Reply) and resend_of is None:
            delete_draft(user, ConversationKey(command.workspace, command.conversation))
        return insert(user, store.session, command, payload, now=now, undo_seconds=undo_seconds, resend_of=resend_of)


def insert(
    user: Connection,
    session: str,
    command: Command,
    payload: str,
    *,
    now: Micros,
    undo_seconds: float,
    resend_of: int | None,
) -> int:
    """Put a command into the outbox, inside a transaction. Returns its number."""
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


def _with_sight(store: Store, reply: Reply) -> Reply:
    """The reply with what the cache holds up to the message that its writer saw last: more was not in sight."""
    found = sight(store, ConversationKey(reply.workspace, reply.conversation), upto=reply.seen_upto or None)
    return changed(reply, seen=found.mark)


def _twin(user: Connection, command: Command, payload: str, *, now: Micros) -> int:
    """An open entry that asks for the same; 0 when there is none. A reply may be meant twice, but not within 2 s."""
    since = now - DOUBLE_KEY if isinstance(command, Reply) else 0
    return user.number(
        """
        select id from outbox where state in ('undo', 'queued', 'sending') and state not in ('sent', 'discarded')
            and workspace = ? and kind = ? and json_remove(payload, '$.seen') = json_remove(?, '$.seen')
            and created_at >= ? order by id desc limit 1
        """,
        (command.workspace, command.kind, payload, since),
    )


def opposite(store: Store, command: Command) -> OutboxRow | None:
    """The newest entry on its way that asks for the opposite, to be decided on first. None: there is none."""
    for number in reversed(_opposites(store.user, command)):
        return row(store, number.id)
    return None


def overtaken(store: Store, entry: OutboxEntry) -> bool:
    """Whether the opposite was asked for later and has gone out: this one's effect will not be seen any more."""
    command = entry.command
    return command.kind in _OPPOSITES and bool(
        store.user.number(
            """
            select 1 from outbox where workspace = ? and lane = ? and kind = ? and id > ?
                and state in ('sending', 'accepted', 'pending', 'in_doubt', 'sent')
            """,
            (command.workspace, command.lane, _OPPOSITES[command.kind], entry.id),
        )
    )


def _opposites(user: Connection, command: Command) -> list[Present]:
    if command.kind not in _OPPOSITES:
        return []
    return user.rows(
        Present,
        """
        select id, kind, state from outbox
        where state in ('undo', 'queued', 'sending', 'in_doubt', 'accepted') and state not in ('sent', 'discarded')
            and workspace = ? and lane = ? and kind = ? order by id
        """,
        (command.workspace, command.lane, _OPPOSITES[command.kind]),
    )


def _clear_opposites(user: Connection, command: Command, *, replace: bool, now: Micros) -> None:
    for other in _opposites(user, command):
        if not replace:
            asked = title_of(read_command(user, other.id))
            raise Refused(
                f"“{asked}” (#{other.id}) is on its way. Decide which of the two you mean: "
                f"“postroom outbox resolve {other.id} --discard” drops that one; then ask again."
            )
        if other.state != State.SENDING:
            move(user, other.id, before=other.state, after="discarded", now=now, note="replaced by the opposite")


def read_present(user: Connection, entry_id: int) -> Present:
    """The entry as it is now. Raises NotFound."""
    present = user.row(Present, "select id, kind, state from outbox where id = ?", (entry_id,))
    if present is None:
        raise NotFound(f"There is no entry {entry_id} in the outbox.")
    return present


def read_command(user: Connection, entry_id: int) -> Command:
    """What an entry asks for, which is there.

    Raises StateError where the disk has changed it, PostroomError where only a newer Postroom knows it.
    """
    [command] = user.rows(from_json, "select kind, payload from outbox where id = ?", (entry_id,))
    return command


def check_writable(store: Store) -> None:
    """Raise ReadOnlyState where another process is the writer."""
    if not store.writable:
        raise ReadOnlyState(store.notice or "Another Postroom is running and does the sending; this one only shows.")
