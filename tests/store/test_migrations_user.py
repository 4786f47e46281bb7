"""user.db goes forward one step at a time, after a backup, and an older Postroom harms nothing."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import pytest

from postroom.errors import ReadOnlyState, StateError
from postroom.records import ConversationKey
from store import backup, journal, migrations_user, outbox
from store.connection import connect
from store.database import USER_FILE, Store
from tests.builders import at

ADA = ConversationKey("acme", "c1")


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


def test_an_upgrade_backs_up_and_keeps_every_row(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is changed there is a copy; after it everything is still there."""
    outbox.save_draft(store, ADA, "Dear Ada", seen_upto="", now=at(1))
    path = store.state_dir / USER_FILE
    history = migrations_user.steps()

    @history(name="0002_test")
    def second(db: object) -> None:
        connection = db.conn  # type: ignore[attr-defined]
        connection.execute("alter table draft add column subject text not null default ''")
        connection.execute("pragma user_version = 2")

    monkeypatch.setattr(migrations_user, "VERSION", 2)
    monkeypatch.setattr(migrations_user, "steps", lambda: history)
    store.close()
    opened = Store.open(path.parent)
    draft = outbox.draft(opened, ADA)
    opened.close()
    copies = backup.backups(path)

    assert draft is not None
    assert draft.text == "Dear Ada"
    assert [p.name.endswith("-before-v2.db") for p in copies] == [True]
    with sqlite3.connect(copies[0]) as copy:
        assert copy.execute("pragma user_version").fetchone() == (1,)
    copy.close()


def test_a_failed_upgrade_leaves_the_old_file(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that breaks in the middle changes nothing at all."""
    outbox.save_draft(store, ADA, "Dear Ada", seen_upto="", now=at(1))
    history = migrations_user.steps()

    @history(name="0002_broken")
    def second(db: object) -> None:
        connection = db.conn  # type: ignore[attr-defined]
        connection.execute("alter table draft add column subject text not null default ''")
        connection.execute("insert into no_such_table values (1)")

    monkeypatch.setattr(migrations_user, "VERSION", 2)
    monkeypatch.setattr(migrations_user, "steps", lambda: history)
    store.close()
    with pytest.raises(StateError):
        Store.open(store.state_dir)
    monkeypatch.undo()
    opened = Store.open(store.state_dir)
    columns = opened.user.rows(str, "select name from pragma_table_info('draft')")
    draft = outbox.draft(opened, ADA)
    opened.close()

    assert "subject" not in columns
    assert draft is not None
