"""The messages of one conversation, or of all conversations of a person as one timeline, a page at a time.

Message ids grow with time over all conversations, so a person's timeline is read in the same order as a thread.
"""

from __future__ import annotations

from postroom.records import ConversationKey, Direction
from store.database import Store
from store.kinship import same_person
from store.messages import unpacked
from store.rows import MessageRow

_COLUMNS = """
select m.id, m.key, m.ordinal, m.direction, m.sent_at, m.body, m.subject, m.kind, m.revision, c.lead_name,
    coalesce(nullif(c.sender_name, ''), s.name, ''), w.name, c.native,
    w.provider, m.quoted, m.participants
"""
_JOINS = """
cross join conversation c on c.id = m.conversation cross join workspace w on w.id = c.workspace
left join sender s on s.workspace = c.workspace and s.native = c.sender_id
"""
_PAGE = "m.id < coalesce(:before, 9223372036854775807) order by m.id desc limit :limit"


def thread(store: Store, key: ConversationKey, *, before_id: int | None = None, limit: int = 200) -> list[MessageRow]:
    """The newest `limit` messages in order of time; with `before_id`, the page before that message."""
    return store.cache.rows(
        _message,
        f"""
        {_COLUMNS} from message m indexed by message_in_order {_JOINS}
        where m.conversation = (
            select id from conversation
            where native = :native and workspace = (select id from workspace where name = :workspace)
        ) and {_PAGE}
        """,
        {"workspace": key.workspace, "native": key.id, "before": before_id, "limit": limit},
    )[::-1]


def timeline(store: Store, key: ConversationKey, *, before_id: int | None = None, limit: int = 200) -> list[MessageRow]:
    """The same for all conversations of the person whom `key` belongs to, each message with where it was written."""
    members = same_person(store, key)
    if len(members) == 1:
        return thread(store, key, before_id=before_id, limit=limit)
    newest: list[MessageRow] = []
    for member in members:
        newest += thread(store, member, before_id=before_id, limit=limit)
    return sorted(newest, key=lambda message: message.id)[-limit:]


def _message(
    number: int, packed_key: str | bytes, ordinal: int, direction: str, sent_at: int | None, body: str,
    subject: str, kind: str, revision: int, lead_name: str, sender_name: str, workspace: str, native: str,
    provider: str, quoted: str, participants: str,
) -> MessageRow:  # fmt: skip
    author = {"in": lead_name, "out": sender_name}.get(direction, "")
    return MessageRow(
        number, f"{unpacked(packed_key)}#{ordinal}", Direction(direction), sent_at, body, subject, kind, revision > 0,
        author, quoted, participants, ConversationKey(workspace, native), provider,
    )  # fmt: skip
