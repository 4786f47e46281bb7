"""The history of user.db: numbered, append-only, additive. What the person wrote passes through every one unharmed.

A published step is never edited. An existing file is backed up before it is changed, and each step is one transaction.
An older Postroom reads a newer file as long as `min_reader` allows it and writes it only if `min_writer` does.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from postroom.errors import StateError
from store.connection import Connection, connect, transaction

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

VERSION = 2
"""How many steps there are; kept in the file as `user_version`, so that a start needs to look at nothing else."""

_FIRST = (
    "create table meta (key text primary key, value) without rowid",
    """create table journal (
        id integer primary key autoincrement,
        at integer not null,
        session text not null,
        workspace text not null,
        conversation text not null,
        kind text not null,
        value text not null,
        inverse text not null,
        sentence text not null,
        undoable integer not null,
        undoes integer,
        redoes integer
    )""",
    "create index journal_conversation on journal (workspace, conversation)",
    "create index journal_undoes on journal (undoes) where undoes is not null",
    "create index journal_redoes on journal (redoes) where redoes is not null",
    "create index journal_undoable on journal (id) where undoable = 1",
    """create table draft (
        workspace text not null,
        conversation text not null,
        text text not null,
        seen_upto text not null,
        updated_at integer not null,
        session text not null,
        primary key (workspace, conversation)
    ) without rowid""",
    """create table outbox (
        id integer primary key autoincrement,
        workspace text not null,
        kind text not null,
        payload text not null,
        conversation text not null,
        lane text not null,
        state text not null,
        text_hash text not null,
        created_at integer not null,
        updated_at integer not null,
        queued_at integer,
        claimed_at integer,
        ended_at integer,
        attempts integer not null default 0,
        baseline integer,
        known_ids text not null default '[]',
        remote_id text,
        error text not null default '',
        undo_until integer,
        session text not null,
        resend_of integer,
        matched_by text not null default '',
        verified integer not null default 0,
        next_attempt_at integer
    )""",
    """create index outbox_open on outbox (state, id)
        where state not in ('sent', 'discarded')""",
    "create index outbox_conversation on outbox (workspace, conversation)",
    """create table outbox_event (
        id integer primary key,
        entry integer not null,
        at integer not null,
        state text not null,
        note text not null
    )""",
    "create index outbox_event_entry on outbox_event (entry)",
    "create table stopped_lane (workspace text primary key, reason text not null, at integer not null) without rowid",
    "create table limiter (workspace text primary key, state text not null, updated_at integer not null) without rowid",
    "insert into meta values ('min_reader', 1)",
    "insert into meta values ('min_writer', 1)",
)

_SECOND = (
    "alter table draft add column seen text not null default ''",
    """create table viewer_draft (
        workspace text not null,
        conversation text not null,
        session text not null,
        text text not null,
        seen_upto text not null,
        seen text not null,
        updated_at integer not null,
        primary key (workspace, conversation, session)
    ) without rowid""",
)
_STEPS = (("0001_first", _FIRST), ("0002_drafts_of_viewers", _SECOND))


def migrate(user: Connection, path: Path, *, history: Migrations | None = None, target: int = VERSION) -> None:
    """Bring the file to `target`; nothing at all when it is there. Backs up a file that holds something first."""
    present = version(user)
    if present >= target:
        return
    # sqlite_utils costs 150 ms to import: only a first start and an upgrade pay it.
    from sqlite_utils import Database  # noqa: PLC0415

    from store.backup import make  # noqa: PLC0415 # imports this module

    if present:
        make(user, path, label=f"before-v{target}")
    with transaction(user):  # the steps become savepoints of one transaction; a second thread waits and finds it done
        (history or steps()).apply(Database(user, execute_plugins=False))


def steps(*, upto: int = VERSION) -> Migrations:
    """The steps in order, as far as an older Postroom knew them."""
    from sqlite_utils import Migrations  # noqa: PLC0415 # slow to import, see `migrate`

    history = Migrations("user")
    for number, (name, statements) in enumerate(_STEPS[:upto], start=1):
        _add(history, name, (*statements, f"pragma user_version = {number}"))
    return history


def _add(history: Migrations, name: str, statements: tuple[str, ...]) -> None:
    @history(name=name)
    def step(db: Database) -> None:
        for statement in statements:
            db.conn.execute(statement)


def create_empty(user: Connection) -> None:
    """The newest schema in an empty database in memory, for a viewer where there is no file yet."""
    with transaction(user):
        for statement in (statement for _, step in _STEPS for statement in step):
            user.execute(statement)
        user.execute(f"pragma user_version = {VERSION}")


def look_newer(user: Connection) -> None:
    """Let a file that was not upgraded yet be read like one that was: for a reader, who may not change it."""
    if version(user) == 1:
        user.execute("create temp view draft as select *, '' as seen from main.draft")
        user.execute(_SECOND[1].replace("create table", "create temp table"))


def version(user: Connection) -> int:
    """How many steps a file has behind it. 0: it is empty."""
    return user.number("pragma user_version")


def why_read_only(path: Path) -> str:
    """A sentence when the file was written by a newer Postroom that lets this one read only; else empty.

    Opens for reading alone, so a file that is refused is not changed by a byte. Raises StateError when it may not
    even be read.
    """
    if path.stat().st_size == 0:
        return ""
    probe = connect(path, read_only=True)
    try:
        return why_not_written(probe)
    finally:
        probe.close()


def why_not_written(user: Connection) -> str:
    """`why_read_only` of a file that is open. Raises StateError when it may not even be read."""
    if version(user) <= VERSION:
        return ""
    if user.number("select value from meta where key = 'min_reader'") > VERSION:
        raise StateError(
            f"{user.path} was written by a newer Postroom that this one cannot read. Please update Postroom."
        )
    if user.number("select value from meta where key = 'min_writer'") > VERSION:
        return "A newer Postroom wrote these files, so this one only reads them. Please update Postroom."
    return ""
