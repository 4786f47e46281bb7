"""Message rows of the cache: read as a thread to compare with an answer, written in a few statements.

Used by `store.conversations` inside its transactions; every statement here goes to the cache.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from operator import itemgetter

from postroom.records import Direction, Message, Micros
from store.connection import Connection, Value
from store.threads import Edit, Stored, Union, moment_id, place, union

_INSERT = """
insert into message (id, conversation, key, ordinal, direction, sent_at, body, text_hash, remote_id, subject, kind,
    sent_at_raw, quoted, participants)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

_LAG: Micros = 3_600_000_000
"""How long an answer may still show what another one has shown replaced. Later it was changed back."""


class MessageWriter:
    """Collects the message rows of a page."""

    def __init__(self, cache: Connection, *, now: Micros) -> None:
        self._cache = cache
        self._now = now
        self._rows: list[tuple[Value, ...]] = []
        self._ids: set[int] = set()
        self._foreseen: set[int] = set()

    def foresee(self, messages: Iterable[Message]) -> None:
        """Ask in one statement which of the ids that these would get are taken."""
        self._foreseen = {moment_id(message.sent_at) for message in messages if message.sent_at is not None}
        ids = json.dumps(list(self._foreseen))
        self._ids.update(
            self._cache.rows(
                int, "select m.id from json_each(?) wanted cross join message m on m.id = wanted.value", (ids,)
            )
        )

    def add(self, conversation: int, stored: Sequence[Stored], joined: Union) -> None:
        """Note the new messages of one conversation, and write its edits."""
        for edit in joined.edits:
            self._edit(edit)
        self._cache.executemany(
            "update message set kind = ?, direction = ? where id = ?",
            [(known.after.kind, known.after.direction.value, known.before.id) for known in joined.relabelled],
        )
        previous: Micros = 0
        times: dict[int, Micros] = {}
        for known in stored:
            previous = known.sent_at if known.sent_at is not None else previous
            times[known.id] = previous
        ids = place(times, joined.added, taken=self._taken)
        self._ids.update(ids)
        for number, (message, _) in zip(ids, joined.added, strict=True):
            self._rows.append(_row(number, conversation, message))

    def flush(self) -> None:
        """Write what was collected; the text becomes searchable later, by `store.search.index_pending`."""
        self._rows.sort(key=itemgetter(0))  # in the order of ids the table's pages fill up better
        self._cache.executemany(_INSERT, self._rows)
        self._cache.executemany("insert into pending_message values (?)", [(row[0],) for row in self._rows])

    def _taken(self, number: int) -> bool:
        if number in self._ids:
            return True
        return number not in self._foreseen and self._cache.number("select 1 from message where id = ?", (number,)) == 1

    def _edit(self, edit: Edit) -> None:
        """Keep the old text as a version; take it out of the full-text index, which forgets only what it is told."""
        cache, number = self._cache, edit.before.id
        cache.execute(
            "insert into message_version (message, body, replaced_at) values (?, ?, ?)",
            (number, edit.before.body, self._now),
        )
        if cache.number("select 1 from pending_message where id = ?", (number,)) == 0:
            cache.execute(
                "insert into message_text (message_text, rowid, body) values ('delete', ?, ?)",
                (number, edit.before.body),
            )
            cache.execute("insert into pending_message values (?)", (number,))
        key = packed(edit.after.key)
        cache.execute(
            """
            update message set key = ?, body = ?, text_hash = ?, revision = revision + 1, ordinal = (
                select coalesce(max(other.ordinal) + 1, 0) from message other
                where other.conversation = message.conversation and other.key = ? and other.id <> message.id
            )
            where id = ?
            """,
            (key, edit.after.body, _hash(edit.after), key, number),
        )


def join(
    cache: Connection, stored: Sequence[Stored], messages: Sequence[Message], *, complete: bool, now: Micros
) -> Union:
    """What an answer adds to a stored thread. A text that was replaced a while ago is an old copy, not an edit."""
    joined = union(stored, messages, complete=complete)
    if not joined.edits:
        return joined
    edits = tuple(edit for edit in joined.edits if not _replaced_lately(cache, edit, now=now))
    return replace(joined, edits=edits)


def read_threads(cache: Connection, conversations: Sequence[int]) -> dict[int, list[Stored]]:
    """The stored messages of some conversations, in order."""
    threads: dict[int, list[Stored]] = {}
    if conversations:
        found = cache.rows(
            _read,
            """
            select m.conversation, m.id, m.key, m.ordinal, m.direction, m.sent_at, m.body, m.kind from message m
            where m.conversation in (select value from json_each(?)) order by m.conversation, m.id
            """,
            (json.dumps(list(conversations)),),
        )
        for conversation, message in found:
            threads.setdefault(conversation, []).append(message)
    return threads


def packed(digest: str) -> str | bytes:
    """A SHA-256 in half the room; anything else as it is."""
    if len(digest) != 64 or not digest.isascii():
        return digest
    try:
        raw = bytes.fromhex(digest)
    except ValueError:
        return digest
    return raw if raw.hex() == digest else digest


def unpacked(value: str | bytes) -> str:
    """What `packed` was given."""
    return value.hex() if isinstance(value, bytes) else value


def _read(
    conversation: int, number: int, key: str | bytes, ordinal: int, direction: str, sent_at: int | None, body: str,
    kind: str,
) -> tuple[int, Stored]:  # fmt: skip
    return conversation, Stored(number, unpacked(key), ordinal, direction, sent_at, body, kind)


def _row(number: int, conversation: int, message: Message) -> tuple[Value, ...]:
    return (
        number, conversation, packed(message.key), message.ordinal, message.direction.value, message.sent_at,
        message.body, _hash(message), message.remote_id, message.subject, message.kind, message.sent_at_raw,
        message.quoted, message.participants,
    )  # fmt: skip


def _hash(message: Message) -> str | bytes | None:
    """Reconciliation counts our own texts; nobody asks for the lead's."""
    return None if message.direction is Direction.INBOUND else packed(message.text_hash)


def _replaced_lately(cache: Connection, edit: Edit, *, now: Micros) -> bool:
    lately = (edit.before.id, edit.after.body, now - _LAG)
    return bool(
        cache.number("select 1 from message_version where message = ? and body = ? and replaced_at > ?", lately)
    )
