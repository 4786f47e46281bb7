"""user.db goes forward one step at a time, after a backup, and an older Postroom harms nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from postroom.errors import ReadOnlyState, StateError
from postroom.records import ConversationKey
from store import backup, journal, migrations_user, outbox
from store.connection import connect
from store.database import USER_FILE, Store
from store.files import private_file, private_folder
from tests.builders import at

ADA = ConversationKey("acme", "c1")
NEXT = migrations_user.VERSION + 1


def newer(store: Store, *, reader: int, writer: int) -> Path:
    """The file as a newer Postroom would leave it."""
    outbox.save_draft(store, ADA, "Dear Ada", seen_upto="", now=at(1))
    store.user.execute("pragma user_version = 99")
    store.user.execute("update meta set value = ? where key = 'min_reader'", (reader,))
    store.user.execute("update meta set value = ? where key = 'min_writer'", (writer,))
    store.close()
    return store.state_dir / USER_FILE


def digest(path: Path) -> str:
    """What is in the file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_first_start_makes_the_newest_schema(store: Store) -> None:
    """A new file is up to date, step by step, and needs no backup."""
    steps = migrations_user.steps()

    assert store.user.number("pragma user_version") == migrations_user.VERSION
    assert store.user.number("select count(*) from _sqlite_migrations") == migrations_user.VERSION
    assert "0001_first" in repr(steps)
    assert backup.backups(store.state_dir / USER_FILE) == []


def test_an_empty_viewer_has_the_schema_of_the_steps(store: Store) -> None:
    """What a viewer shows without a file is laid out like the real one."""
    empty = connect(None)
    migrations_user.create_empty(empty)
    sql = "select name, sql from sqlite_master where name not like '%sqlite%' order by name"

    assert store.user.execute(sql).fetchall() == empty.execute(sql).fetchall()
    empty.close()


def test_a_newer_file_that_forbids_reading_is_refused_untouched(store: Store) -> None:
    """An old Postroom says that it is old, and changes no byte."""
    path = newer(store, reader=99, writer=99)
    before = digest(path)

    with pytest.raises(StateError, match="update Postroom"):
        Store.open(path.parent)

    assert before == digest(path)


def test_a_newer_file_that_allows_reading_is_read(store: Store) -> None:
    """After a downgrade the drafts are there, and writing is refused with the reason."""
    path = newer(store, reader=1, writer=99)
    before = digest(path)

    opened = Store.open(path.parent)
    draft = outbox.draft(opened, ADA)
    with pytest.raises(ReadOnlyState, match="newer Postroom"):
        journal.record(opened, ADA, "done", now=at(2))
    with pytest.raises(ReadOnlyState, match="newer Postroom"):
        outbox.save_draft(opened, ADA, "x", seen_upto="", now=at(2))
    opened.close()

    assert draft is not None
    assert not opened.writable
    assert before == digest(path)


def test_a_newer_file_that_allows_writing_is_written(store: Store) -> None:
    """An additive change leaves an older Postroom in service."""
    path = newer(store, reader=1, writer=1)

    opened = Store.open(path.parent)
    outbox.save_draft(opened, ADA, "written by the old one", seen_upto="", now=at(2))
    draft = outbox.draft(opened, ADA)
    opened.close()

    assert draft is not None
    assert draft.text == "written by the old one"


def further(*statements: str) -> Migrations:
    """The history with one more step."""
    history = migrations_user.steps()

    @history(name="next_test")
    def following(db: Database) -> None:
        for statement in (*statements, f"pragma user_version = {NEXT}"):
            db.conn.execute(statement)

    return history


def test_an_upgrade_backs_up_and_keeps_every_row(store: Store) -> None:
    """Before anything is changed there is a copy; after it everything is still there."""
    outbox.save_draft(store, ADA, "Dear Ada", seen_upto="", now=at(1))
    path = store.state_dir / USER_FILE

    for _ in range(2):
        history = further("alter table draft add column subject text not null default ''")
        migrations_user.migrate(store.user, path, history=history, target=NEXT)
    draft = outbox.draft(store, ADA)
    copies = backup.backups(path)
    copy = connect(copies[0], read_only=True)
    version = migrations_user.version(copy)
    copy.close()

    assert draft is not None
    assert (draft.text, migrations_user.version(store.user)) == ("Dear Ada", NEXT)
    assert [p.name.endswith(f"-before-v{NEXT}.db") for p in copies] == [True]
    assert version == migrations_user.VERSION


def test_a_failed_upgrade_leaves_the_old_file(store: Store) -> None:
    """A step that breaks in the middle changes nothing at all."""
    outbox.save_draft(store, ADA, "Dear Ada", seen_upto="", now=at(1))
    history = further("alter table draft add column subject text", "insert into no_such_table values (1)")

    with pytest.raises(StateError):
        migrations_user.migrate(store.user, store.state_dir / USER_FILE, history=history, target=NEXT)
    draft = outbox.draft(store, ADA)

    assert "subject" not in store.user.rows(str, "select name from pragma_table_info('draft')")
    assert draft is not None
    assert migrations_user.version(store.user) == migrations_user.VERSION


def first_version(folder: Path) -> Path:
    """The folder as the first Postroom left it, with a draft."""
    path = folder / USER_FILE
    private_folder(folder)
    private_file(path)
    old = connect(path)
    migrations_user.migrate(old, path, history=migrations_user.steps(upto=1), target=1)
    old.execute("insert into draft values ('acme', 'c1', 'Dear Ada', '', 1, 's')")
    old.close()
    return path


def test_a_file_of_the_first_postroom_is_read_before_it_is_upgraded(state_dir: Path) -> None:
    """Reading changes nothing, and shows the draft all the same."""
    path = first_version(state_dir)
    viewer = Store.open(state_dir, writable=False, session="viewer")

    draft = outbox.draft(viewer, ADA)
    with pytest.raises(ReadOnlyState, match="older Postroom"):
        outbox.save_draft(viewer, ADA, "x", seen_upto="", now=at(1))
    viewer.close()

    assert draft is not None
    assert draft.text == "Dear Ada"
    assert first_step(path)


def first_step(path: Path) -> bool:
    """Whether the file still has the first version."""
    opened = connect(path, read_only=True)
    version = migrations_user.version(opened)
    opened.close()
    return version == 1


def test_a_file_of_the_first_postroom_is_upgraded_with_its_draft(state_dir: Path) -> None:
    """The draft comes through the upgrade."""
    first_version(state_dir)

    store = Store.open(state_dir)
    draft = outbox.draft(store, ADA)
    store.close()

    assert draft is not None
    assert (draft.text, draft.seen) == ("Dear Ada", "")
