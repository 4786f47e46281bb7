"""CR06: killed while user.db is brought to a new schema. It has the old one or the new one, and every row."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from postroom.commands import Reply
from postroom.records import ConversationKey
from store import backup, journal, migrations_user, outbox
from store.connection import connect
from store.database import USER_FILE, Store, prepare
from tests.faults.matrix import amount
from tests.faults.shim import CHANGES, KILL, Disk
from tests.faults.short_life import lives

ROWS = {
    "draft": "select workspace, conversation, text, updated_at from draft order by 1, 2",
    "outbox": "select id, workspace, kind, payload, state, session from outbox order by 1",
    "journal": "select id, at, conversation, kind, value, inverse from journal order by 1",
}
"""What every schema has of what the person wrote and decided."""

Rows = dict[str, list[tuple[object, ...]]]


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state folder of the first Postroom, with a draft, a reply that waits and a decision."""
    state = tmp_path_factory.mktemp("old") / "state"
    prepare(state, session="old")
    now = time.time_ns() // 1000
    with closing(Store.open(state, session="old")) as store:
        for number in range(40):
            key = ConversationKey("acme", f"c{number}")
            outbox.save_draft(store, key, f"Dear number {number}, " + "and so on " * number, seen_upto="", now=now)
            journal.record(store, key, "done", now=now + number)
        outbox.enqueue(store, Reply("acme", "c1", "Thursday at ten.", "s"), now=now)
    with closing(sqlite3.connect(state / USER_FILE)) as user, user:
        _take_back_to_the_first(user)
    return state


def _take_back_to_the_first(user: sqlite3.Connection) -> None:
    """Undo every step but the first."""
    user.execute("alter table draft drop column seen")
    user.execute("drop table viewer_draft")
    user.execute("delete from _sqlite_migrations where name <> '0001_first'")
    user.execute("pragma user_version = 1")


def test_cr06_killed_at_any_statement_of_a_migration_it_is_wholly_old_or_wholly_new(old: Path, tmp_path: Path) -> None:
    """From the first statement of the upgrade to the last, and the next start finishes it."""
    rows, schema_then, schema_now = _rows(old), _schema(old), _schema(_upgraded(old, tmp_path / "upgraded"))
    assert schema_then != schema_now
    seen = set()
    for statement in range(1, 200):
        state = _copy(old, tmp_path / str(statement))
        if _migrate_and_die(state / USER_FILE, statement) == 0:
            break
        schema = _schema(state)
        assert schema in (schema_then, schema_now), statement
        assert _rows(state) == rows, statement
        seen.add(schema == schema_now)
        _finish(state, rows, schema_now)
    assert seen


def test_cr06_killed_at_any_statement_of_the_first_start_nothing_stands_in_the_way_of_the_second(
    tmp_path: Path,
) -> None:
    """A schema that was half laid out is none."""
    whole = _upgraded(None, tmp_path / "whole")
    kills = 0
    for statement in range(1, 200, amount(3, 1)):
        state = tmp_path / str(statement)
        state.mkdir(mode=0o700)
        (state / USER_FILE).touch(0o600)
        if _migrate_and_die(state / USER_FILE, statement) == 0:
            break
        prepare(state, session="next")
        assert _schema(state) == _schema(whole), statement
        kills += 1
    assert kills > 0


@pytest.mark.parametrize("chunk", range(2))
def test_cr06_killed_at_any_write_of_an_upgrade_every_row_is_there(old: Path, tmp_path: Path, chunk: int) -> None:
    """Backup and upgrade together, wherever the kill falls between two operations on the disk."""
    rows, schema_now = _rows(old), _schema(_upgraded(old, tmp_path / "upgraded"))
    state = tmp_path / "state"
    disk = Disk(state, tmp_path / "control")
    stride = amount(16, 1) * 2
    kills = 0
    with lives(state, disk) as found:
        for number in range(1 + chunk * stride // 2, 1000, stride):
            shutil.rmtree(state, ignore_errors=True)
            _copy(old, state)
            disk.arm(number, KILL, kinds=CHANGES)
            code = found.live("start").code
            disk.mend()
            if code == 0:
                break
            kills += 1
            assert code == -signal.SIGKILL
            assert _rows(state) == rows, number
            _finish(state, rows, schema_now)
    assert kills > 0


def _migrate_and_die(path: Path, statement: int) -> int:
    """Upgrade in a child that is killed when it comes to this statement. 0: it came to its end before."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            user = connect(path)
            left = iter(range(statement - 1, -1, -1))
            user.set_trace_callback(lambda _sql: None if next(left) else os.kill(os.getpid(), signal.SIGKILL))
            migrations_user.migrate(user, path)
            code = 0
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in {0, -signal.SIGKILL}
    return code


def _finish(state: Path, rows: Rows, schema: list[tuple[object, ...]]) -> None:
    """The next start: the new schema, the same rows, and a backup that can be read."""
    prepare(state, session="next")
    assert _schema(state) == schema
    assert {**_rows(state), "outbox": rows["outbox"]} == rows  # what waited may be held now
    assert all(backup.is_sound(path) for path in backup.backups(state / USER_FILE))


def _upgraded(old: Path | None, state: Path) -> Path:
    """A state folder that was upgraded in peace, or one that never was old."""
    if old is not None:
        _copy(old, state)
    prepare(state, session="peace")
    return state


def _copy(old: Path, state: Path) -> Path:
    shutil.copytree(old, state)
    return state


def _schema(state: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(state / USER_FILE)) as user:
        version = user.execute("pragma user_version").fetchone()
        tables = user.execute("select name, sql from sqlite_master where name not like 'sqlite%' order by name")
        return [version, *tables]


def _rows(state: Path) -> Rows:
    with closing(sqlite3.connect(state / USER_FILE)) as user:
        assert user.execute("pragma integrity_check").fetchone() == ("ok",)
        return {table: list(user.execute(query)) for table, query in ROWS.items()}
