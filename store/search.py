"""Search: literal words in names, companies and texts, newest first. What the user typed is never a query language.

Names are indexed from their first letter on, texts from two. The index is filled in batches after the rows are
committed, so an import is never held up by it. Message ids grow with time, so the newest matches are the first found.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence

from store.connection import Value, transaction
from store.database import Store
from store.inbox import WHERE, rows_where
from store.rows import InboxRow, View
from store.workspaces import number_of

_MESSAGES_LOOKED_AT = 4000
"""Of a common word, only the newest messages are looked at."""

_LETTERS = ("L", "N", "M")


def search(store: Store, text: str, *, workspace: str | None = None, limit: int = 200) -> list[InboxRow]:
    """Conversations in which every word occurs: in the name or company, or in one message. Newest first."""
    query = literal(text)
    if query is None:
        return []
    ids = _named(store, query, workspace, limit) | _written(store, text, query, workspace)
    return _rows(store, ids, "true", limit)


def filter_rows(
    store: Store, view: View, text: str, *, workspace: str | None = None, limit: int = 500
) -> list[InboxRow]:
    """The rows of a view whose name, company or messages have the words, for filtering as you type. Newest first.

    One letter filters names alone: nearly every message has it.
    """
    query = literal(text)
    if query is None:
        return []
    ids = _named(store, query, workspace, None) | _written(store, text, query, workspace)
    return _rows(store, ids, WHERE[view], limit)


def index_pending(store: Store, *, limit: int = 2000) -> int:
    """Make the next `limit` new messages (and all new names) searchable. Returns about how many messages are left."""
    cache = store.cache
    if not cache.number("select exists (select 1 from pending_message) or exists (select 1 from pending_name)"):
        return 0
    with transaction(cache):
        _index_names(store, limit)
        last = cache.number(
            "select max(id) from (select id from pending_message order by id limit ?)",
            (limit,),
        )
        cache.execute(
            """
            insert into message_text (rowid, body)
            select m.id, m.body from pending_message p join message m on m.id = p.id where p.id <= ? order by p.id
            """,
            (last,),
        )
        cache.execute("delete from pending_message where id <= ?", (last,))
    return cache.number("select count(*) from (select 1 from pending_message limit 100000)") + cache.number(
        "select count(*) from (select 1 from pending_name limit 100000)"
    )


def literal(text: str) -> str | None:
    """The words of `text` as a query that means just them, the last one as a beginning. None: there is no word."""
    words = "".join(char if _is_letter(char) else " " for char in text).split()
    if not words:
        return None
    quoted = " ".join(f'"{word}"' for word in words)
    return quoted if text[-1:].isspace() else f"{quoted} *"


def _is_letter(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] in _LETTERS or category == "Co"


def _index_names(store: Store, limit: int) -> None:
    """Names change now and then: the index must be told the old one to forget it."""
    cache = store.cache
    ids = json.dumps(cache.rows(int, "select id from pending_name order by id limit ?", (limit,)))
    these = "(select value from json_each(:ids))"
    for statement in (
        f"""insert into conversation_text (conversation_text, rowid, lead_name, company)
            select 'delete', id, lead_name, company from named where id in {these}""",
        f"""insert into named (id, lead_name, company)
            select id, lead_name, company from conversation where id in {these}
            on conflict do update set lead_name = excluded.lead_name, company = excluded.company""",
        f"""insert into conversation_text (rowid, lead_name, company)
            select id, lead_name, company from named where id in {these}""",
        f"delete from pending_name where id in {these}",
    ):
        cache.execute(statement, {"ids": ids})


def _named(store: Store, query: str, workspace: str | None, limit: int | None) -> set[int]:
    """Conversations by name or company."""
    del workspace, limit
    return set(
        store.cache.rows(
            int,
            "select rowid from conversation_text where conversation_text match ? order by rowid desc limit ?",
            (query, _MESSAGES_LOOKED_AT * 5),
        )
    )


def _written(store: Store, text: str, query: str, workspace: str | None) -> set[int]:
    """Conversations by the newest messages that match."""
    del workspace
    if len(text.strip()) < 2:
        return set()
    return set(
        store.cache.rows(
            int,
            """
            select distinct m.conversation from (
                select rowid as id from message_text where message_text match ? order by rowid desc limit ?
            ) found cross join message m on m.id = found.id
            """,
            (query, _MESSAGES_LOOKED_AT),
        )
    )


def _rows(store: Store, ids: set[int], where: str, limit: int) -> list[InboxRow]:
    if not ids:
        return []
    return rows_where(store, f"c.id in (select value from json_each(:ids)) and {where}", _ids(sorted(ids)), limit=limit)


def _ids(ids: Sequence[int]) -> dict[str, Value]:
    return {"ids": json.dumps(ids)}


__all__ = ["filter_rows", "index_pending", "literal", "number_of", "search"]
