"""A person's rows, deleted from user.db or one of its backups, and from the cache with its full-text index.

Deleted is not gone: the pages are overwritten (`secure_delete`), and `compact` writes the file anew without them.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass

from postroom.errors import StateError
from postroom.records import ConversationKey
from postroom.text import profile_key
from store import kinship
from store.connection import Connection, transaction
from store.database import Store
from store.erased import Erased, conversation_fact, lead_facts
from store.outbox_states import State
from store.people import Person

OPEN = (State.UNDO, State.QUEUED, State.SENDING, State.IN_DOUBT)
"""While an entry is one of these, something is or may be on its way to the person."""

UNFINISHED = "erasing"
"""A file that lies in the state folder while somebody is being erased. Empty: it names nobody."""

_TABLES = ("journal", "draft", "outbox")
_AFTER_A_LEAD = ("stop_lead", "add_tags", "set_verdict", "never_contact")
"""Actions that name a lead and not always a conversation."""


@dataclass(frozen=True, slots=True)
class OpenSend:
    """An entry that is not settled."""

    id: int
    state: str


def open_sends(store: Store, person: Person) -> list[OpenSend]:
    """What is, or may be, on its way to the person."""
    numbers = entries_of(store.user, person)
    return store.user.rows(
        OpenSend,
        f"""
        select id, state from outbox where id in (select value from json_each(?))
            and state in ({", ".join(repr(state.value) for state in OPEN)}) order by id
        """,  # constants
        (json.dumps(numbers),),
    )


def delete_from_user(user: Connection, person: Person) -> dict[str, int]:
    """Delete their drafts, decisions, notes and outbox entries, in one transaction. Returns how many, by table."""
    keys = json.dumps(person.conversations)
    user.execute("pragma secure_delete = on")
    counts: dict[str, int] = {}
    with transaction(user):
        entries = json.dumps(entries_of(user, person))
        user.execute("delete from outbox_event where entry in (select value from json_each(?))", (entries,))
        counts["outbox"] = user.execute(
            "delete from outbox where id in (select value from json_each(?))", (entries,)
        ).rowcount
        for table in _of_conversations(user):
            found = user.execute(
                f"""
                delete from {table} where (workspace, conversation) in (
                    select value ->> 0, value ->> 1 from json_each(?)
                )
                """,  # a name from the schema
                (keys,),
            )
            counts[table] = counts.get(table, 0) + found.rowcount
    return counts


def delete_erased(user: Connection, erased: Erased) -> None:
    """Delete what a file from elsewhere still holds of people who were erased here."""
    if not erased.marks:
        return
    person = Person()
    for table in _TABLES:
        for workspace, native in user.execute(f"select distinct workspace, conversation from {table}").fetchall():
            if erased.knows([conversation_fact(str(workspace), str(native))]):
                person.conversations.append(ConversationKey(str(workspace), str(native)))
    for workspace, payload in user.execute("select workspace, payload from outbox").fetchall():
        fields = _fields(str(payload))
        lead_id, url = str(fields.get("lead_id") or ""), str(fields.get("lead_url") or "")
        if erased.knows(lead_facts(str(workspace), lead_id, url)):
            person.leads.update({(str(workspace), lead_id)} if lead_id else ())
            person.urls.update({url} if url else ())
    if person.conversations or person.leads or person.urls:
        delete_from_user(user, person)
        compact(user)


def delete_from_cache(store: Store, person: Person, *, names: set[str]) -> dict[str, int]:
    """Delete their conversations, messages and enrolments, and make the full-text index forget their words.

    A record that could not be read goes when it holds one of `names`. Everything is one transaction.
    """
    rows = json.dumps(person.rows)
    these = "(select value from json_each(:rows))"
    messages = f"(select id from message where conversation in {these})"
    counts: dict[str, int] = {}
    with transaction(store.cache) as cache:
        for name, statement in {
            "": f"""insert into message_text (message_text, rowid, body)
                select 'delete', id, body from message where conversation in {these}
                    and id not in (select id from pending_message)""",
            "names": f"""insert into conversation_text (conversation_text, rowid, lead_name, company)
                select 'delete', id, lead_name, company from named where id in {these}""",
            "versions": f"delete from message_version where message in {messages}",
            "pending": f"delete from pending_message where id in {messages}",
            "messages": f"delete from message where conversation in {these}",
            "pending names": f"delete from pending_name where id in {these}",
            "named": f"delete from named where id in {these}",
            "conversations": f"delete from conversation where id in {these}",
        }.items():
            counts[name] = cache.execute(statement, {"rows": rows}).rowcount
        counts["enrolments"] = cache.execute(
            """
            delete from enrolment where ((select name from workspace w where w.id = workspace), lead, campaign) in (
                select value ->> 0, value ->> 1, value ->> 2 from json_each(?)
            )
            """,
            (json.dumps(sorted(person.enrolments)),),
        ).rowcount
        counts["quarantined"] = _delete_quarantined(cache, names)
        kinship.forget(cache, person.persons)
        # A cursor is opaque: it may hold the id of the row where a walk was interrupted.
        cache.execute("update stream set cursor = null where cursor is not null")
        newest = store.user.number("select max(id) from journal")
        cache.execute("update meta set value = min(value, ?) where key = 'journal_seq'", (newest,))
        for index in ("message_text", "conversation_text"):
            cache.execute(f"insert into {index} ({index}) values ('optimize')")
    return {name: counts[name] for name in ("conversations", "messages", "enrolments", "quarantined")}


def compact(connection: Connection) -> None:
    """Write the file anew without what was deleted, and empty its log. Raises StateError while somebody reads it."""
    connection.execute("pragma secure_delete = on")
    connection.execute("vacuum")
    busy = connection.execute("pragma wal_checkpoint(truncate)").fetchone()
    if busy is not None and busy[0]:
        raise StateError(
            f"Another program reads {connection.path}, so its log could not be emptied. Close it and erase again."
        )


def finish_interrupted(store: Store) -> None:
    """What an erasure that was killed had deleted is now gone from the disk too. The writer's, at start."""
    flag = store.state_dir / UNFINISHED
    if flag.exists():
        with suppress(StateError):  # somebody reads the files: the next start tries again
            compact(store.user)
            compact(store.cache)
            flag.unlink(missing_ok=True)


def entries_of(user: Connection, person: Person) -> list[int]:
    """The outbox entries about the person: those in their conversations, and what was done to them as a lead."""
    found = user.rows(
        int,
        """
        select id from outbox where (workspace, conversation) in (
            select value ->> 0, value ->> 1 from json_each(?)
        )
        """,
        (json.dumps(person.conversations),),
    )
    for number, workspace, payload in user.execute(
        f"select id, workspace, payload from outbox where kind in ({', '.join(map(repr, _AFTER_A_LEAD))})"
    ).fetchall():
        fields = _fields(str(payload))
        lead_id, url = str(fields.get("lead_id") or ""), str(fields.get("lead_url") or "")
        if (workspace, lead_id) in person.leads or url in person.urls or (profile_key(url) or "") in person.profiles:
            found.append(int(number or 0))
    return found


def _of_conversations(user: Connection) -> list[str]:
    """Every table that is kept by conversation, those of a newer Postroom included."""
    return user.rows(
        str,
        """
        select name from sqlite_master m where type = 'table' and name <> 'outbox' and 2 = (
            select count(*) from pragma_table_info(m.name) where name in ('workspace', 'conversation')
        ) order by name
        """,
    )


def _delete_quarantined(cache: Connection, names: set[str]) -> int:
    spelled = names | {json.dumps(name)[1:-1] for name in names}
    return cache.execute(
        """
        delete from quarantine where exists (
            select 1 from json_each(?) name where instr(raw, name.value) or instr(reason, name.value)
        )
        """,
        (json.dumps(sorted(spelled)),),
    ).rowcount


def _fields(payload: str) -> dict[str, object]:
    try:
        fields = json.loads(payload)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}
