"""Search: literal words in names, companies and texts, newest first. What the user typed is never a query language.

Names are indexed from their first letter on, texts from two. The index is filled in batches after the rows are
committed, page after page of an import, which is never held up by it. Message ids grow with time, so the newest
matches are the first found.
"""

from __future__ import annotations

import json
import unicodedata
from itertools import islice

from store import schema_cache
from store.connection import Value, transaction
from store.database import Store
from store.inbox import WHERE, rows_where, scan_names
from store.inbox_rows import InboxRow, View
from store.workspaces import number_of

FREQUENT = 10_000
"""More conversations than this with such a name: they are so frequent that walking the view finds them sooner."""

_MESSAGES = 2000
"""Of a common word, only the newest messages are looked at."""

_SPELLINGS = 200
"""More words than this with such a beginning are left to SQLite."""

_NEWEST_OF_PERSON = """not exists (
    select 1 from conversation o indexed by conversation_person
    where o.person = c.person and (o.sort_at, o.id) > (c.sort_at, c.id)
        and o.id in (select value from json_each(:ids)) and (:workspace is null or o.workspace = :workspace)
)"""

_MESSAGES_OF_ALL = 10_000
"""The same when only those of one workspace count."""


def search(store: Store, text: str, *, workspace: str | None = None, limit: int = 200) -> list[InboxRow]:
    """Conversations in which every word occurs: in the name and company, or in one message. Newest first.

    Somebody who is found in several conversations is shown once, by the newest of them.
    """
    return filter_rows(store, View.ALL, text, workspace=workspace, limit=limit, once=True)


def filter_rows(
    store: Store,
    view: View,
    text: str,
    *,
    workspace: str | None = None,
    limit: int = 500,
    frequent: int = FREQUENT,
    once: bool = False,
) -> list[InboxRow]:
    """The rows of a view in whose name and company, or in one of whose messages, every word occurs. Newest first.

    The last word may be unfinished. One letter looks in names alone: nearly every message has it. `once`: of a person
    who has several, the newest alone.
    """
    words = words_of(text)
    if not words:
        return []
    unfinished = not text[-1:].isspace()
    number = number_of(store.cache, workspace) if workspace is not None else None
    spelled = _spelled_out(store, words) if unfinished else query_for(words, unfinished=False)
    found = set(_written(store, spelled, number)) if spelled and len("".join(words)) > 1 else set()
    named = _named(store, query_for(words, unfinished=unfinished), frequent + 1)
    if len(named) <= frequent:
        return _rows(store, view, found.union(named), number, limit, once=once)
    matching = (
        row_id
        for row_id, lead_name, company in scan_names(store, view, workspace=workspace)
        if row_id in found or _names(words, f"{lead_name} {company}")
    )
    return _rows(store, view, set(islice(matching, limit)), number, limit, once=once)


def index_pending(store: Store, *, limit: int = 200) -> int:
    """Make the next `limit` new names and messages searchable. Returns how many are left, or that it is thousands."""
    cache = store.cache
    if not cache.number("select exists (select 1 from pending_message) or exists (select 1 from pending_name)"):
        return 0
    with transaction(cache):
        _index_names(store, limit)
        last = cache.number("select max(id) from (select id from pending_message order by id limit ?)", (limit,))
        cache.execute(
            """
            insert into message_text (rowid, body)
            select m.id, m.body from pending_message p join message m on m.id = p.id where p.id <= ? order by p.id
            """,
            (last,),
        )
        cache.execute("delete from pending_message where id <= ?", (last,))
    return cache.number(
        """
        select (select count(*) from (select 1 from pending_message limit 1000))
            + (select count(*) from (select 1 from pending_name limit 1000))
        """
    )


def words_of(text: str) -> list[str]:
    """The words of what was typed, split where the index splits."""
    return "".join(char if _in_word(char) else " " for char in text).split()


def query_for(words: list[str], *, unfinished: bool) -> str:
    """A query that means just these words, the last one as a beginning when it is unfinished."""
    quoted = " ".join(f'"{word}"' for word in words)
    return f"{quoted} *" if unfinished else quoted


def _in_word(char: str) -> bool:
    """As `schema_cache` tells the index, which knows no phrases: a word of ours must be one word there."""
    category = unicodedata.category(char)
    return (category[0] in "LN" or category in {"Mn", "Mc", "Co"}) and ord(char) not in schema_cache.NO_LETTERS


def _names(words: list[str], name: str) -> bool:
    """Whether each word begins a word of the name; accents and case do not count, as in the index."""
    parts = [_plain(part) for part in words_of(name)]
    return all(any(part.startswith(_plain(word)) for part in parts) for word in words)


def _plain(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)).casefold()


def _index_names(store: Store, limit: int) -> None:
    """Names change now and then: the index must be told the old one to forget it."""
    ids = json.dumps(store.cache.rows(int, "select id from pending_name order by id limit ?", (limit,)))
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
        store.cache.execute(statement, {"ids": ids})


def _named(store: Store, query: str, limit: int) -> list[int]:
    """Conversations by name and company."""
    return store.cache.rows(
        int,
        "select rowid from conversation_text where conversation_text match ? order by rowid limit ?",
        (query, limit),
    )


def _spelled_out(store: Store, words: list[str]) -> str:
    """The query for an unfinished last word, with each word that it begins in its place, or "" where there is none.

    Longer beginnings have no index: SQLite would gather every text with them before it shows the newest.
    """
    *whole, begun = words
    if len(begun) <= schema_cache.BEGINNING or not begun.isascii():  # what the index makes of other letters, it knows
        return query_for(words, unfinished=True)
    begun = begun.lower()
    spellings = store.cache.rows(
        str,
        "select term from message_word where term between ? and ? limit ?",
        (begun, f"{begun}\U0010ffff", _SPELLINGS + 1),
    )
    if len(spellings) > _SPELLINGS:
        return query_for(words, unfinished=True)
    any_of_them = " OR ".join(f'"{word}"' for word in spellings)
    return " AND ".join([*(f'"{word}"' for word in whole), f"({any_of_them})"]) if spellings else ""


def _written(store: Store, query: str, workspace: int | None) -> list[int]:
    """Conversations by the newest messages that match."""
    return store.cache.rows(
        int,
        """
        select distinct m.conversation from (
            select rowid as id from message_text where message_text match ? order by rowid desc limit ?
        ) found cross join message m on m.id = found.id
        """,
        (query, _MESSAGES if workspace is None else _MESSAGES_OF_ALL),
    )


def _rows(store: Store, view: View, ids: set[int], workspace: int | None, limit: int, *, once: bool) -> list[InboxRow]:
    if not ids:
        return []
    where = WHERE[view]
    parameters: dict[str, Value] = {"ids": json.dumps(list(ids)), "workspace": workspace}
    if workspace is not None:
        where += " and c.workspace = :workspace"
    if once:
        where += f" and {_NEWEST_OF_PERSON}"
    # The ids lead: left to choose, the planner would walk the view's index and ask for each row whether it is meant.
    source = "json_each(:ids) wanted cross join conversation c on c.id = wanted.value"
    return rows_where(store, where, parameters, limit=limit, source=source)
