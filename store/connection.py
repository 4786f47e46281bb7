"""One connection to one SQLite file: how it is opened, how a transaction runs, and what a failure is called.

Every error of SQLite leaves this folder as a StateError, a sentence for the person at the screen. A damaged file leaves
a mark beside it, so that the next start rebuilds (cache) or recovers (user.db) it instead of stumbling again.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar, cast
from urllib.parse import quote

from postroom.errors import ReadOnlyState, StateError

BUSY_SECONDS = 5.0
"""How long a writer waits for another one before it says so. Writers here hold the lock for milliseconds."""

DAMAGE_MARK = ".damaged"
"""Added to a file's name: this file was seen to be damaged while it was in use."""

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FAILED_WRITES = frozenset({sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_TRUNCATE})
_TRIED = bytes(64 * 1024)

T = TypeVar("T")
Value = str | int | float | bytes | None
Row = tuple[Value, ...]
Parameters = Sequence[Value] | Mapping[str, Value]


class DiskFull(StateError):
    """There was no room to write. Nothing was changed."""


class Cursor(sqlite3.Cursor):
    """A cursor whose reads fail with a sentence."""

    def fetchall(self) -> list[Row]:
        """All rows that are left."""
        try:
            return super().fetchall()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise cast("Connection", self.connection).said(error) from error

    def fetchone(self) -> Row | None:
        """The next row. None: there is none."""
        try:
            return cast("Row | None", super().fetchone())
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise cast("Connection", self.connection).said(error) from error


class Connection(sqlite3.Connection):
    """A connection whose failures are StateErrors."""

    path: Path | None = None
    """The file. None: in memory."""
    file: tuple[int, int] | None = None
    """Which file that was when it was opened, whatever lies there now."""

    def cursor(self, factory: type[sqlite3.Cursor] | None = None) -> Cursor:  # type: ignore[override]  # narrower on purpose
        """A guarded cursor."""
        return cast("Cursor", super().cursor(factory or Cursor))

    def execute(self, sql: str, parameters: Parameters = (), /) -> Cursor:  # type: ignore[override]  # fewer kinds of values
        """Run one statement."""
        try:
            return self.cursor().execute(sql, parameters)  # sqlite3's own would be a plain cursor
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise self.said(error) from error

    def executemany(self, sql: str, parameters: Iterable[Parameters], /) -> Cursor:  # type: ignore[override]  # as above
        """Run one statement for each set of parameters."""
        try:
            return self.cursor().executemany(sql, parameters)
        except sqlite3.Error as error:
            raise self.said(error) from error

    def rows(self, make: Callable[..., T], sql: str, parameters: Parameters = ()) -> list[T]:
        """`make(*columns)` of every row."""
        found = self.execute(sql, parameters).fetchall()
        try:
            return [make(*row) for row in found]
        except (ValueError, TypeError) as error:
            raise self._unreadable() from error

    def row(self, make: Callable[..., T], sql: str, parameters: Parameters = ()) -> T | None:
        """`make(*columns)` of the first row. None: there is none."""
        row = self.execute(sql, parameters).fetchone()
        try:
            return None if row is None else make(*row)
        except (ValueError, TypeError) as error:
            raise self._unreadable() from error

    def number(self, sql: str, parameters: Parameters = ()) -> int:
        """The first column of the first row as a number; 0 when there is none."""
        row = self.execute(sql, parameters).fetchone()
        try:
            return int(row[0] or 0) if row else 0
        except (ValueError, TypeError) as error:
            raise self._unreadable() from error

    def in_place(self) -> bool:
        """Whether the file that was opened still lies where it did. SQLite writes on into one that was deleted."""
        return self.path is None or _file_at(self.path) == self.file

    def said(self, error: sqlite3.Error | UnicodeDecodeError) -> StateError:
        """The failure as a sentence; notes damage beside the file."""
        if isinstance(error, UnicodeDecodeError) or str(error).startswith("Could not decode"):
            return self._unreadable()  # a text that is none
        if _tells_damage(error):
            self.mark_damage()
        return sentence_for(error, self.path)

    def _unreadable(self) -> StateError:
        """A value that was never written like this: to SQLite the file is sound."""
        self.mark_damage(certain=True)
        return damaged(self.path)

    def mark_damage(self, *, certain: bool = False) -> None:
        """Note beside the file that it is damaged, unless another one lies there by now.

        `certain`: SQLite would not find it, however often it looks.
        """
        if self.path is None or not self.in_place():
            return
        with contextlib.suppress(OSError):
            descriptor = os.open(f"{self.path}{DAMAGE_MARK}", os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600)
            try:
                os.write(descriptor, b"certain" * certain)
            finally:
                os.close(descriptor)


def _tells_damage(error: sqlite3.Error) -> bool:
    """Whether SQLite met what it cannot have written, such as the number of a schema format that does not exist."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB} or str(error) == "unsupported file format"


def damaged(path: Path | None) -> StateError:
    """The sentence for a file that cannot be read as it was written."""
    where = str(path) if path else "the local data"
    return StateError(f"{where} is damaged. Restart Postroom: it keeps the damaged file and repairs what it can.")


def sentence_for(error: sqlite3.Error, path: Path | None) -> StateError:
    """What a SQLite error means to a person, and what they can do."""
    where = str(path) if path else "the local data"
    extended = getattr(error, "sqlite_errorcode", 0)
    code = extended & 0xFF
    if extended in _FAILED_WRITES and path is not None and _no_room_beside(path):
        return DiskFull(
            f"A quota or a limit on the size of files is used up, so nothing was saved in {where}. "
            "Free some space and try again."
        )
    if code == sqlite3.SQLITE_FULL or extended == sqlite3.SQLITE_IOERR_SHMSIZE:
        return DiskFull(f"The disk is full, so nothing was saved in {where}. Free some space and try again.")
    if code == sqlite3.SQLITE_READONLY:
        return ReadOnlyState(f"{where} cannot be written here, so nothing was saved.")
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return StateError(f"Another program is using {where}. Close it and try again; nothing was changed.")
    if _tells_damage(error):
        return damaged(path)
    if code == sqlite3.SQLITE_CANTOPEN:
        return StateError(f"{where} cannot be opened. Check that the folder exists and belongs to you.")
    if code == sqlite3.SQLITE_IOERR:
        return StateError(f"The disk reported an error at {where}, so nothing was saved. Check the disk.")
    return StateError(f"{where} could not be used: {error}.")


def _no_room_beside(path: Path) -> bool:
    """Whether no more can be written there: to SQLite a quota and a limit on the size of files are a broken disk."""
    import tempfile  # noqa: PLC0415 (asked for by a failure alone)

    try:
        end = max((each.stat().st_size for each in (path, Path(f"{path}-wal")) if each.exists()), default=0)
        with tempfile.TemporaryFile(dir=path.parent) as probe:
            os.pwrite(probe.fileno(), _TRIED, end)
    except OSError as error:
        return error.errno in _NO_ROOM
    return False


def connect(path: Path | None, *, read_only: bool = False, immutable: bool = False) -> Connection:
    """Open `path`, or an empty database in memory for None. Nothing is written by opening."""
    mode = "?mode=ro" if read_only else "?mode=rw"
    uri = f"file:{quote(str(path))}{mode}{'&immutable=1' if immutable else ''}" if path else ":memory:"
    try:
        connection = sqlite3.connect(
            uri, uri=path is not None, timeout=BUSY_SECONDS, isolation_level=None, factory=Connection
        )
    except sqlite3.Error as error:
        raise sentence_for(error, path) from error
    connection.path = path
    connection.file = _file_at(path) if path else None
    return connection


def _file_at(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextlib.contextmanager
def transaction(connection: Connection) -> Iterator[Connection]:
    """Everything inside is saved, or nothing: `begin immediate … commit`, rolled back when anything is raised."""
    if not connection.in_place():
        raise StateError(
            f"{connection.path} was deleted or moved while Postroom runs, so nothing is saved there any more. "
            "Put it back, or keep a copy of what you wrote, quit and start again."
        )
    connection.execute("begin immediate")
    try:
        yield connection
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:
            with contextlib.suppress(StateError):  # the first failure is the one to tell
                connection.execute("rollback")
        raise
