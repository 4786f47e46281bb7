"""Copies of user.db: made before every change of its schema and once a day, read back when it is damaged.

A damaged file is never deleted: it is renamed, what can still be read is carried over, and the newest backup fills the
gaps. Everything that was on its way is then held, because a restored outbox may know less than what was sent.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from postroom.errors import NotFound, StateError
from postroom.records import Micros
from store import erased, migrations_user
from store.connection import DAMAGE_MARK, Connection, Row, connect, transaction
from store.database import Store
from store.erasing_rows import delete_erased
from store.files import GENERATION_FILE, head, private_file, set_aside
from store.salvage import Column, as_written, header_fits, text_or_none

KEEP = 5
"""So many of the automatic ones. Those that the user asked for are kept until the user deletes them."""
ASKED = "kept"
"""The label of a backup that the user asked for."""
_DAY: Micros = 86_400_000_000
_STAMP_LENGTH = len("20260105T000000000000")
_TABLES = ("journal", "draft", "viewer_draft", "outbox", "outbox_event", "stopped_lane", "limiter")
_COLUMNS = 'select name, type, "notnull" from pragma_table_info'
_RESTORED = "These files were restored, so what was on its way may have arrived. Look before you send it again."


def backups(path: Path) -> list[Path]:
    """The file's backups, newest first."""
    found = [p for p in path.with_name("backups").glob(f"{path.stem}-*.db") if p.is_file()]
    return sorted(found, key=lambda p: p.name, reverse=True)


def make(user: Connection, path: Path, *, label: str, now: Micros | None = None) -> Path:
    """A complete copy of what is committed, mode 0600; the oldest beyond KEEP are removed. Returns its path."""
    target = path.with_name("backups") / f"{path.stem}-{_stamp(now)}-{label}.db"
    write(user, target)
    automatic = [each for each in backups(path) if not each.stem.endswith(f"-{ASKED}")]
    for old in automatic[KEEP:]:
        old.unlink(missing_ok=True)
    return target


def write(user: Connection, target: Path) -> None:
    """A complete copy of what is committed, mode 0600, read back before it gets its name. Raises StateError."""
    unfinished = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(mode=0o700, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        os.close(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StateError(f"No copy can be made in {target.parent} ({error.strerror}).") from error
    try:
        user.execute("vacuum into ?", (str(unfinished),))
        sound = is_sound(unfinished)
    except StateError:
        unfinished.unlink(missing_ok=True)
        raise
    if not sound:
        unfinished.unlink(missing_ok=True)
        raise StateError(f"The backup {target} could not be read back, so nothing was changed. Check the disk.")
    unfinished.replace(target)


def daily(store: Store, *, now: Micros) -> Path | None:
    """Back user.db up unless it was within the last day. None: not needed."""
    path = store.user.path
    if path is None or not store.user.number("select exists (select 1 from journal) + exists (select 1 from outbox)"):
        return None
    newest = next(iter(backups(path)), None)
    if newest is not None and newest.name[: len(path.stem) + 1 + _STAMP_LENGTH] > f"{path.stem}-{_stamp(now - _DAY)}":
        return None
    return make(store.user, path, label="daily", now=now)


def restore(path: Path, source: Path, *, now: Micros) -> Path | None:
    """Put a backup in the place of user.db, whose present file is set aside. Needs the instance lock.

    Returns where the present file is now; None: there was none.

    At the next start everything that was on its way is held, and nobody who was erased here is in it. Raises StateError
    when the backup is not sound, is none, or is a newer Postroom's.
    """
    check(source)
    fresh = path.with_name(f"{path.name}.part")
    copied = connect(source, read_only=True)
    try:
        write(copied, fresh)  # with what a log beside the source holds
    finally:
        copied.close()
    connection = connect(fresh)
    try:
        delete_erased(connection, erased.read(path.parent))
        connection.execute("insert or replace into meta values ('restored', ?)", (now,))
    finally:
        connection.close()
    aside = set_aside(path, word="replaced") if path.exists() else None
    fresh.replace(path)
    return aside


def check(source: Path) -> None:
    """Raise NotFound or StateError when a file cannot be restored."""
    if not source.is_file():
        raise NotFound(f"There is no backup {source}. “postroom restore --list” shows those there are.")
    if not is_sound(source):
        raise StateError(f"{source} is damaged, so it was not restored. Choose another backup.")
    connection = connect(source, read_only=True)
    try:
        tables = connection.rows(str, "select name from sqlite_master where name in ('journal', 'draft', 'outbox')")
    finally:
        connection.close()
    if len(tables) != 3:
        raise StateError(f"{source} is no backup of Postroom, so it was not restored.")
    if migrations_user.why_read_only(source):
        raise StateError(f"{source} was written by a newer Postroom, so it was not restored. Please update Postroom.")


def restored_reason(store: Store) -> str:
    """Why everything must be held: the file was restored and not started since. Empty: it was not."""
    return _RESTORED if store.user.number("select 1 from meta where key = 'restored'") else ""


def forget_restored(store: Store) -> None:
    """Everything is held now."""
    with transaction(store.user) as user:
        user.execute("delete from meta where key = 'restored'")


def recover_if_damaged(path: Path, *, now: Micros) -> None:
    """Check user.db; when it is damaged, set it aside and build a new one from what can be read and the newest backup.

    Raises StateError when the file cannot be opened for another reason than damage.
    """
    fresh = path.with_name(f"{path.name}.part")
    if not path.exists() and fresh.exists():
        fresh.replace(path)  # a recovery was interrupted in its last step
    mark = Path(f"{path}{DAMAGE_MARK}")
    certain = mark.exists() and mark.stat().st_size > 0  # a value was met that was never written like this
    if not path.exists() or (not path.stat().st_size and _is_new(path)):
        return
    if path.stat().st_size and not certain and is_sound(path, thorough=mark.exists()):
        return
    fresh.unlink(missing_ok=True)
    private_file(fresh)
    target = connect(fresh)
    try:
        migrations_user.migrate(target, fresh)
        for table in _TABLES:
            _carry(table, path, target)
        target.execute("insert or replace into meta values ('restored', ?)", (now,))
    finally:
        target.close()
    set_aside(path)
    fresh.replace(path)
    mark.unlink(missing_ok=True)


def _is_new(path: Path) -> bool:
    """Whether an empty file is one that a first start has just made: nothing beside it tells of an earlier life."""
    mark = Path(f"{path}{DAMAGE_MARK}")
    return not (mark.exists() or backups(path) or path.with_name(GENERATION_FILE).exists())


def _carry(table: str, path: Path, target: Connection) -> None:
    """Bring a table over from the damaged file, and where that breaks off, what the newest sound backup has besides."""
    if _copy(table, path, target):
        return
    for backup in backups(path):
        if is_sound(backup):
            _copy(table, backup, target)
            return


def _copy(table: str, source_path: Path, target: Connection) -> bool:
    """Copy the rows that the target lacks. False: not every row could be read as it was written."""
    try:
        source = connect(source_path, read_only=True)
    except StateError:
        return False
    try:
        theirs = set(source.rows(str, f"select name from pragma_table_info('{table}')"))
        columns = [each for each in target.rows(Column, f"{_COLUMNS}('{table}')") if each.name in theirs]
        if not columns:
            return False
        source.text_factory = text_or_none
        whole, rows = _readable(source, table, [column.name for column in columns])
    except StateError:
        return False
    finally:
        source.close()
    written = [row for row in rows if as_written(columns, row)]
    names = ", ".join(column.name for column in columns)
    with transaction(target):
        target.executemany(f"insert or ignore into {table} ({names}) values ({', '.join('?' * len(columns))})", written)
    return whole and len(written) == len(rows)


def _readable(source: Connection, table: str, columns: list[str]) -> tuple[bool, list[Row]]:
    """The rows that can be read from the front and, when that breaks off, from the back."""
    rows: list[Row] = []
    for direction in ("", "order by rowid desc"):
        try:
            cursor = source.execute(f"select {', '.join(columns)} from {table} {direction}")
            while (row := cursor.fetchone()) is not None:
                rows.append(row)
        except StateError:
            continue
        return not direction, rows
    return False, rows


def is_sound(path: Path, *, thorough: bool = False, in_use: bool = False) -> bool:
    """Whether the file is a whole database. Raises StateError when that cannot be found out.

    A sector that could not be read once looks like damage to SQLite: only what looks so twice is. `in_use`: this
    process may have it open elsewhere.
    """
    return any(_looks_sound(path, thorough=thorough, in_use=in_use) for _ in range(2))


def _looks_sound(path: Path, *, thorough: bool, in_use: bool) -> bool:
    mark = Path(f"{path}{DAMAGE_MARK}")
    with suppress(OSError):
        log = Path(f"{path}-wal")
        logged = log.exists() and log.stat().st_size > 0  # a page that breaks off is whole in there
        if not header_fits(head(path, in_use=in_use), size=None if logged else path.stat().st_size):
            return False
    mark.unlink(missing_ok=True)  # comes back when the check meets damage
    # Its first write may have died before it had a write-ahead log: only a writer can roll that back.
    connection = connect(path, read_only=not Path(f"{path}-journal").exists())
    try:
        verdict = connection.rows(str, "pragma integrity_check(1)" if thorough else "pragma quick_check(1)")
    except StateError:
        if mark.exists():
            return False
        raise
    finally:
        connection.close()
        mark.unlink(missing_ok=True)
    return verdict == ["ok"]


def _stamp(now: Micros | None) -> str:
    moment = datetime.fromtimestamp(now / 1e6, UTC) if now is not None else datetime.now(UTC)
    return f"{moment:%Y%m%dT%H%M%S%f}"
