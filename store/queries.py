"""Reads for the screen and the command line. Each function is a few indexed queries, bounded by what is shown.

The inbox has its own file and is offered here too, so that readers have one door.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from postroom.commands import Reply
from postroom.errors import Ambiguous, NotFound
from postroom.records import ConversationKey, Health, Micros
from postroom.sight import Sight, sight_of
from store.campaigns import campaign, campaigns, find_campaign
from store.database import Store
from store.enrolments import enrolments, person_enrolments
from store.inbox import (
    finish,
    inbox_count,
    inbox_position,
    inbox_row,
    inbox_rows,
    inbox_rows_at,
    inbox_rows_before,
    next_unread,
    rows_where,
    view_counts,
)
from store.kinship import same_person
from store.messages import packed, unpacked
from store.outbox_reads import OutboxEntry, open_entries
from store.outbox_states import State
from store.rows import Anchor, ConversationRow, EchoRow, InboxRow, QuarantineRow, View, WorkspaceRow
from store.timeline import thread, timeline

__all__ = [
    "Anchor", "View", "campaign", "campaigns", "conversation", "echoes", "enrolments", "find_campaign",
    "find_conversation", "finish", "inbox_count", "inbox_position", "inbox_row", "inbox_rows", "inbox_rows_at",
    "inbox_rows_before", "known_ids", "message_versions", "next_unread", "outbound_with_hash",
    "person_enrolments", "quarantined", "same_person", "sight", "thread", "timeline", "view_counts", "workspaces",
]  # fmt: skip

SIGHT = 200
"""Messages of a thread that are before somebody's eyes, the newest."""

_CONVERSATION = """(
    select id from conversation
    where native = :native and workspace = (select id from workspace where name = :workspace)
)"""

_ECHO_SENTENCES = {
    State.IN_DOUBT: "It may have arrived. View it at the provider, then say: it arrived, resend, or discard.",
    State.PENDING: "The provider took it and will show it later.",
}


def workspaces(store: Store) -> list[WorkspaceRow]:
    """What is known of every workspace that was ever synced, by name."""
    return store.cache.rows(
        WorkspaceRow,
        """
        select name, provider, synced_at, state, sentence,
            (select coalesce(sum(n), 0) from tally t where t.workspace = w.id),
            (select coalesce(sum(n), 0) from tally t where t.workspace = w.id and t.unread = 1 and t.folder = 'inbox'),
            (select count(*) from quarantine q where q.workspace = w.id)
        from workspace w order by name
        """,
    )


def conversation(store: Store, key: ConversationKey) -> ConversationRow | None:
    """The head of the thread pane. None: it is not in the cache."""
    row = inbox_row(store, key)
    if row is None:
        return None

    def head(
        sender_id: str, sender_name: str, health: str | None, note: str | None, channel: str, headline: str,
        location: str, profile_url: str | None, email: str | None, browser_url: str | None, lead_id: str,
        linkedin_id: str | None, tags_remote: str, tags_local: str, message_count: int, total: int | None,
        complete: int, person: str | None, is_group: int, private_note: str,
    ) -> ConversationRow:  # fmt: skip
        tags = dict.fromkeys([*json.loads(tags_remote), *json.loads(tags_local)])
        return ConversationRow(
            row, sender_id, sender_name, Health(health or Health.UNKNOWN), note or "", channel, headline, location,
            profile_url, email, browser_url, lead_id, linkedin_id, tuple(tags), message_count, total, bool(complete),
            person, bool(is_group), private_note,
        )  # fmt: skip

    return store.cache.row(
        head,
        f"""
        select c.sender_id, coalesce(nullif(c.sender_name, ''), s.name, ''), s.health, s.note, c.channel, c.headline,
            c.location, c.profile_url, c.email, c.browser_url, c.lead_id, c.linkedin_id, c.tags_remote, c.tags_local,
            c.message_count, c.total_messages, c.complete, c.person, c.is_group, c.note
        from conversation c left join sender s on s.workspace = c.workspace and s.native = c.sender_id
        where c.id = {_CONVERSATION}
        """,
        _parameters(key),
    )


def sight(store: Store, key: ConversationKey, *, upto: str | None = None) -> Sight:
    """What somebody sees who has the thread before them as the cache has it, or as far as the message `upto`."""
    head = conversation(store, key)
    messages = thread(store, key, limit=SIGHT)
    if upto is not None:
        last = next((index for index, message in enumerate(messages) if message.key == upto), -1)
        messages = messages[: last + 1]
    whole = head is not None and head.complete and len(messages) < SIGHT
    newest = (head.row.last_at or 0) if head is not None and upto is None else 0
    return sight_of(messages, whole=whole, newest=newest)


def message_versions(store: Store, message_id: int) -> list[tuple[str, Micros]]:
    """The texts that a message had before, oldest first, each with the time it was replaced."""
    return store.cache.rows(
        lambda body, at: (str(body), int(at)),
        "select body, replaced_at from message_version where message = ? order by id limit 100",
        (message_id,),
    )


def echoes(store: Store, key: ConversationKey) -> list[EchoRow]:
    """Replies that the thread does not show yet, oldest first. One whose message is in the thread is left out."""
    shown: dict[str, int] = {}
    rows: list[EchoRow] = []
    for entry in _replies(store, key):
        if entry.state in {State.SENDING, State.ACCEPTED, State.PENDING} and entry.baseline is not None:
            if entry.text_hash not in shown:
                shown[entry.text_hash] = len(outbound_with_hash(store, key, entry.text_hash)) - entry.baseline
            if shown[entry.text_hash] > 0:
                shown[entry.text_hash] -= 1
                continue
        rows.append(_echo(entry))
    return rows


def outbound_with_hash(
    store: Store, key: ConversationKey, text_hash: str
) -> list[tuple[str, str | None, Micros | None]]:
    """Our messages with that canonical text: (`key#ordinal`, remote id, time), in order. Reconciliation counts them."""
    return store.cache.rows(
        lambda packed_key, ordinal, remote_id, sent_at: (f"{unpacked(packed_key)}#{ordinal}", remote_id, sent_at),
        f"""
        select key, ordinal, remote_id, sent_at from message m indexed by message_in_order
        where conversation = {_CONVERSATION} and text_hash = :hash and direction = 'out' order by id
        """,
        {**_parameters(key), "hash": packed(text_hash)},
    )


def known_ids(store: Store, key: ConversationKey) -> tuple[str, ...]:
    """The remote ids of all our messages in a conversation, in order."""
    return tuple(
        store.cache.rows(
            str,
            f"""
            select remote_id from message m indexed by message_in_order
            where conversation = {_CONVERSATION} and direction = 'out' and remote_id is not null order by id
            """,
            _parameters(key),
        )
    )


def find_conversation(store: Store, ref: str) -> InboxRow:
    """The conversation by its ref, a unique prefix of it, or the provider's id. Raises NotFound or Ambiguous."""
    found: Sequence[InboxRow] = ()
    if ref:
        found = rows_where(store, "c.ref >= :ref and c.ref < :ref || '~'", {"ref": ref}, limit=3)
        exact = [row for row in found if row.ref == ref]
        found = exact or found or rows_where(store, "c.native = :native", {"native": ref}, limit=3)
    if not found:
        raise NotFound(f"No conversation has the id “{ref}”. `postroom list` shows the ids.")
    if len(found) > 1:
        names = ", ".join(f"{row.ref} ({row.lead_name})" for row in found)
        raise Ambiguous(f"“{ref}” fits several conversations, such as {names}. Give more of the id.")
    return found[0]


def quarantined(store: Store, *, workspace: str | None = None, limit: int = 100) -> list[QuarantineRow]:
    """Records that could not be read, the newest first."""
    return store.cache.rows(
        QuarantineRow,
        """
        select w.name, q.stream, q.reason, q.raw, q.seen, q.first_at, q.last_at
        from quarantine q join workspace w on w.id = q.workspace
        where :workspace is null or w.name = :workspace order by q.last_at desc, q.id desc limit :limit
        """,
        {"workspace": workspace, "limit": limit},
    )


def _replies(store: Store, key: ConversationKey) -> list[OutboxEntry]:
    return [entry for entry in open_entries(store, key.workspace, key.id) if isinstance(entry.command, Reply)]


def _echo(entry: OutboxEntry) -> EchoRow:
    text = entry.command.text if isinstance(entry.command, Reply) else ""
    sentence = entry.error or _ECHO_SENTENCES.get(State(entry.state), "")
    return EchoRow(entry.id, entry.state, text, entry.created_at, entry.undo_until, sentence)


def _parameters(key: ConversationKey) -> dict[str, str | int | float | bytes | None]:
    return {"workspace": key.workspace, "native": key.id}
