"""Local decisions: done, snooze, star, read, classify, tag, note. Append-only in user.db, projected onto the cache.

The journal is the truth; the cache's columns are its projection and can be rebuilt. A decision is one row in user.db,
then applied to the cache together with its number; at start, rows above that number are applied again. Undo appends the
inverse. Opening a conversation records `read`, which is no decision and is not undone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from postroom.errors import ReadOnlyState, Refused
from postroom.records import ConversationKey, Micros
from store.connection import Connection, transaction
from store.database import Store
from store.projection import Value, apply_entry, inverse_of, read_before, reset

_WORDS = {
    "done": "done", "snooze": "snoozed", "unsnooze": "back to the inbox", "inbox": "back to the inbox",
    "star": "starred", "unstar": "unstarred", "read": "read", "unread": "unread", "classify": "classified",
    "tag": "tagged", "untag": "untagged", "note": "note on",
    "apart": "set apart", "together": "no longer apart", "join": "joined", "unjoin": "no longer joined",
}  # fmt: skip
_AUTOMATIC = frozenset({"read"})
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo or redo did."""

    key: ConversationKey
    sentence: str
    """`done Grace Hopper`: the decision that was taken back or made again."""
    kind: str
    """The kind of that decision."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A journal row."""

    id: int
    key: ConversationKey
    kind: str
    value: Value
    opposite: str
    """The kind of its inverse."""
    opposite_value: Value
    sentence: str


_COLUMNS = "id, workspace, conversation, kind, value, inverse, sentence"

_LAST_DECISION = f"""
select {_COLUMNS} from journal j
where undoable = 1 and not exists (select 1 from journal u where u.undoes = j.id) order by id desc limit 1
"""  # a constant

_LAST_UNDONE = f"""
select {_COLUMNS} from journal j
where undoes is not null and not exists (select 1 from journal r where r.redoes = j.id)
    and id > coalesce((select max(id) from journal where undoable = 1 and redoes is null), 0)
order by id desc limit 1
"""  # a constant


def record(
    store: Store, key: ConversationKey, kind: str, value: dict[str, object] | None = None, *, now: Micros
) -> int:
    """Write a decision and apply it. Returns its journal id; 0 for reading what is read already, which writes nothing.

    `value` by kind: snooze `until` (Micros) and `unless_reply` (default true); read `upto_at` and `upto_key`;
    classify `verdict` (None takes a local one back); tag and untag `tag`; note `text`.
    """
    _check_writable(store)
    if kind not in _WORDS:
        raise Refused(f"There is no decision of the kind “{kind}”.")
    before = read_before(store.cache, key)
    if kind == "read" and value is None and not before.unread and before.lead_name:
        return 0
    completed = before.completed(kind, value or {})
    sentence = f"{_WORDS[kind]} {before.lead_name}".rstrip()
    inverse = inverse_of(before, kind, completed)
    with transaction(store.user) as user:
        number = _append(
            user, store.session, key, kind, completed, inverse, sentence, now=now, undoable=kind not in _AUTOMATIC
        )
    project_pending(store)
    return number


def undo(store: Store, *, now: Micros) -> Undone | None:
    """Append the inverse of the last decision that still holds. None: there is none."""
    _check_writable(store)
    with transaction(store.user) as user:
        entry = user.row(_entry, _LAST_DECISION)
        if entry is None:
            return None
        _append(
            user, store.session, entry.key, entry.opposite, entry.opposite_value, (entry.kind, entry.value),
            entry.sentence, now=now, undoes=entry.id,
        )  # fmt: skip
    project_pending(store)
    return Undone(entry.key, entry.sentence, entry.kind)


def redo(store: Store, *, now: Micros) -> Undone | None:
    """Make the decision again that was undone last. None: nothing was undone since the last new decision."""
    _check_writable(store)
    with transaction(store.user) as user:
        entry = user.row(_entry, _LAST_UNDONE)
        if entry is None:
            return None
        _append(
            user, store.session, entry.key, entry.opposite, entry.opposite_value, (entry.kind, entry.value),
            entry.sentence, now=now, undoable=True, redoes=entry.id,
        )  # fmt: skip
    project_pending(store)
    return Undone(entry.key, entry.sentence, entry.opposite)


def last_decision(store: Store) -> str | None:
    """What `undo` would take back, such as `done Grace Hopper`. None: nothing."""
    entry = store.user.row(_entry, _LAST_DECISION)
    return entry.sentence if entry else None


def read_upto(store: Store, key: ConversationKey) -> Micros | None:
    """Up to which moment the conversation was read here. None: it was not opened yet."""
    return read_before(store.cache, key).read_upto


def project_pending(store: Store) -> int:
    """Apply the decisions that the cache has not seen. Returns how many."""
    newest = store.user.number("select max(id) from journal")
    if store.cache.number("select value from meta where key = 'journal_seq'") == newest:
        return 0
    applied = 0
    with transaction(store.cache) as cache:
        seen = cache.number("select value from meta where key = 'journal_seq'")
        if seen > newest:
            # user.db is older than the cache (a backup was restored): what it does not know did not happen.
            reset(cache)
            seen = 0
        while entries := store.user.rows(
            _entry,
            f"select {_COLUMNS} from journal where id > ? order by id limit ?",
            (seen, _BATCH),
        ):
            _apply(cache, entries)
            seen = entries[-1].id
            applied += len(entries)
        cache.execute("update meta set value = ? where key = 'journal_seq'", (seen,))
    return applied


def project_created(store: Store, workspace: str, conversations: Sequence[str]) -> None:
    """Apply every decision about conversations that the cache has just met. Inside a transaction on the cache."""
    if not conversations:
        return
    entries = store.user.rows(
        _entry,
        f"""
        select {_COLUMNS} from journal
        where workspace = ? and conversation in (select value from json_each(?)) order by id
        """,  # a constant
        (workspace, json.dumps(list(conversations))),
    )
    _apply(store.cache, entries)


def _apply(cache: Connection, entries: Sequence[_Entry]) -> None:
    for entry in entries:
        apply_entry(cache, entry.key, entry.kind, entry.value)


def _entry(
    number: int, workspace: str, conversation: str, kind: str, value: str, inverse: str, sentence: str
) -> _Entry:
    """A row as it was written. Raises ValueError or TypeError where the disk has changed it."""
    decided, (opposite, other) = json.loads(value), json.loads(inverse)
    return _Entry(
        number, ConversationKey(workspace, conversation), kind, dict(decided), opposite, dict(other), sentence
    )


def _append(
    user: Connection,
    session: str,
    key: ConversationKey,
    kind: str,
    value: Value,
    inverse: tuple[str, Value],
    sentence: str,
    *,
    now: Micros,
    undoable: bool = False,
    undoes: int | None = None,
    redoes: int | None = None,
) -> int:
    documents = (json.dumps(value), json.dumps(inverse))
    user.execute(
        """
        insert into journal (at, session, workspace, conversation, kind, value, inverse, sentence, undoable, undoes,
            redoes)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (now, session, *key, kind, *documents, sentence, undoable, undoes, redoes),
    )
    return user.number("select last_insert_rowid()")


def _check_writable(store: Store) -> None:
    if not store.writable:
        raise ReadOnlyState(store.notice or "Another Postroom is running and keeps the decisions; this one only shows.")
