"""The two database files and who may write them: opened, checked, kept private, one writer at a time.

`user.db` is precious (what the person wrote and decided); the cache can be rebuilt from the providers at any moment.
They are linked by natural keys alone, and no transaction ever spans both.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from functools import partial
from pathlib import Path

from postroom.errors import ReadOnlyState, StateError
from store import migrations_user, schema_cache
from store.connection import DAMAGE_MARK, Connection, DiskFull, connect, transaction
from store.files import COMPANIONS, close_to_others, private_file, private_folder, refuse_network, set_aside

__all__ = ["CACHE_FILE", "USER_FILE", "Connection", "InstanceLock", "Store", "look_over", "prepare", "transaction"]

USER_FILE = "user.db"
CACHE_FILE = f"cache-v{schema_cache.VERSION}.db"
_LOCK_FILE = "postroom.lock"
_MAKING = threading.Lock()
"""Held while a deleted cache is made anew: one thread makes it, the others find it made."""


class InstanceLock:
    """The right to write in a state folder, held for the process's life. The kernel releases it on `kill -9`."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    @classmethod
    def acquire(cls, state_dir: Path) -> InstanceLock | None:
        """The lock, or None when another process holds it. Never waits and never steals.

        Raises StateError when the folder cannot be used.
        """
        private_folder(state_dir)
        try:
            # Not inherited by $EDITOR or the browser: a child that lives on would keep the lock.
            descriptor = os.open(state_dir / _LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise ReadOnlyState(f"{state_dir} cannot be written, so only reading is possible here.") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return cls(descriptor)

    @staticmethod
    def is_held(state_dir: Path) -> bool:
        """Whether a process holds the lock, asked without making or changing anything."""
        try:
            descriptor = os.open(state_dir / _LOCK_FILE, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def release(self) -> None:
        """Give the lock back. Harmless when it is given back already."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class Store:
    """Both files, opened for one thread."""

    def __init__(
        self, *, user: Connection, cache: Connection, state_dir: Path, writable: bool, session: str, notice: str = ""
    ) -> None:
        self.user = user
        self.cache = cache
        self.state_dir = state_dir
        self.writable = writable
        self.session = session
        """A random id of this process: an undo window that another process opened is never continued."""
        self.notice = notice
        """Why a store that was to be written is not, for the user. Empty: nothing to say."""
        self.room_needed = 20_000_000
        """Bytes that must be free on the disk before anything is sent."""
        self.revived = 0
        """How often the cache was found deleted and opened anew."""
        self._drafts: Connection | None = None

    @classmethod
    def open(cls, state_dir: Path, *, writable: bool = True, session: str = "", glance: bool = False) -> Store:
        """Open both files; a writer creates and upgrades what is missing or old.

        A store opened for reading shows empty files where there are none. A `glance` is a short reading that leaves
        not even SQLite's companion files behind. Raises StateError with a sentence.
        """
        refuse_network(state_dir)
        if not writable:
            return cls._open_viewer(state_dir, session, notice="", glance=glance)
        private_folder(state_dir)
        user_path, cache_path = state_dir / USER_FILE, state_dir / CACHE_FILE
        private_file(user_path)
        notice = migrations_user.why_read_only(user_path)
        if notice:
            return cls._open_viewer(state_dir, session, notice=notice)
        user = connect(user_path)
        try:
            user.execute("pragma journal_mode = wal").fetchone()
            user.execute("pragma synchronous = full")
            user.execute("pragma secure_delete = on")
            migrations_user.migrate(user, user_path)
            cache = _open_cache(cache_path)
        except BaseException:
            user.close()
            raise
        return cls(user=user, cache=cache, state_dir=state_dir, writable=True, session=session)

    @classmethod
    def _open_viewer(cls, state_dir: Path, session: str, *, notice: str, glance: bool = False) -> Store:
        user = _connect_to_read(state_dir / USER_FILE, glance=glance)
        if user.path is None:
            migrations_user.create_empty(user)
        notice = notice or migrations_user.why_not_written(user)
        migrations_user.look_newer(user)
        cache = _connect_to_read(state_dir / CACHE_FILE, glance=glance)
        if cache.path is not None and schema_cache.version(cache) != schema_cache.VERSION:
            cache.close()
            cache = connect(None)
        if cache.path is None:
            schema_cache.create(cache)
        return cls(user=user, cache=cache, state_dir=state_dir, writable=False, session=session, notice=notice)

    def revive(self) -> bool:
        """Open the cache that lies in the folder now, if the one in use was deleted or is damaged; a writer makes it.

        True when it is another one now: nothing of the old one can be relied on, and sync fills it again.
        """
        path = self.state_dir / CACHE_FILE
        if self.writable:
            with _MAKING:
                _set_damaged_aside(path)
        if self.cache.in_place() or not self.user.in_place():
            return False
        with _MAKING:
            fresh = self._remade(path) if self.writable else _connect_to_read(path, glance=False)
        if fresh.path is None or schema_cache.version(fresh) != schema_cache.VERSION:
            fresh.close()
            return False
        self.cache.close()
        self.cache = fresh
        self.revived += 1
        if self.writable:
            from store import journal  # noqa: PLC0415 (it imports this module)

            journal.project_pending(self)
        return True

    def cache_is_damaged(self) -> bool:
        """Whether damage was met, and the next `revive` replaces the cache."""
        return _damage_mark(self.state_dir / CACHE_FILE).exists()

    @staticmethod
    def _remade(path: Path) -> Connection:
        """The cache in that place: a new one where there is none, without what a deleted one left beside it."""
        if not path.exists():
            for companion in COMPANIONS[1:]:
                Path(f"{path}{companion}").unlink(missing_ok=True)
        return _open_cache(path)

    @property
    def drafts(self) -> Connection:
        """user.db for writing drafts: a viewer may keep them too. Raises StateError where even that is not possible."""
        if self.writable:
            return self.user
        if self._drafts is None:
            if self.notice or self.user.path is None:
                raise ReadOnlyState(self.notice or "Drafts cannot be kept here: there is no folder to write to.")
            if migrations_user.version(self.user) < migrations_user.VERSION:
                raise ReadOnlyState("An older Postroom is the writer here: close it, and drafts can be kept.")
            self._drafts = connect(self.user.path)
            self._drafts.execute("pragma synchronous = full")
        return self._drafts

    def data_version(self) -> tuple[int, int]:
        """Changes when another connection has written to user.db or the cache: how a viewer follows the writer."""
        return self.user.number("pragma data_version"), self.cache.number("pragma data_version")

    def close(self) -> None:
        """Close both files."""
        if self._drafts is not None:
            self._drafts.close()
        self.cache.close()
        self.user.close()


def prepare(state_dir: Path, *, session: str) -> None:
    """What a writer does once, before anything else, holding the instance lock.

    Checks and, if need be, recovers user.db; upgrades it; rebuilds a damaged cache; settles what a crash left open
    (a claimed send is now in doubt, an interrupted undo window is held); re-applies decisions the cache has not seen.
    """
    # These import this module: they are needed only here, at start.
    from store import backup, drafts, erasing_rows, identity, journal, outbox_recovery, room  # noqa: PLC0415

    os.umask(0o077)
    private_folder(state_dir)
    refuse_network(state_dir)
    close_to_others(state_dir)
    room.make_room(state_dir)
    now = time.time_ns() // 1000
    try:
        backup.recover_if_damaged(state_dir / USER_FILE, now=now)
        store = Store.open(state_dir, session=session)
    except OSError as error:
        raise StateError(
            f"{state_dir} could not be used ({error.strerror}). Check the disk, then try again."
        ) from error
    try:
        if not store.writable:
            return
        machine = identity.this_machine()
        if reason := backup.restored_reason(store) or identity.why_foreign(store, machine=machine):
            room.surely(store, partial(outbox_recovery.hold_everything, store, reason=reason, now=now))
            backup.forget_restored(store)
        room.surely(store, partial(identity.note_start, store, machine=machine))
        room.keep_back(store)
        room.surely(store, partial(outbox_recovery.recover, store, session=session, now=now))
        drafts.adopt(store, now=now)
        journal.project_pending(store)
        erasing_rows.finish_interrupted(store)
        with contextlib.suppress(DiskFull):  # the full disk is told where it matters; a start needs no copy
            backup.daily(store, now=now)
    finally:
        store.close()


def look_over(state_dir: Path) -> None:
    """Read the whole cache once: what is damaged leaves its mark, and the next `revive` makes a new one.

    50,000 conversations (150 MB) take half a second of one processor; no writer waits for it, and no key.
    """
    path = state_dir / CACHE_FILE
    with contextlib.suppress(StateError):
        cache = connect(path, read_only=True)
        try:
            if cache.rows(str, "pragma integrity_check(1)") != ["ok"]:
                cache.mark_damage()
        finally:
            cache.close()


def _damage_mark(path: Path) -> Path:
    return Path(f"{path}{DAMAGE_MARK}")


def _set_damaged_aside(path: Path) -> None:
    """Rename a marked cache away, unless a second look finds it whole."""
    mark = _damage_mark(path)
    if not mark.exists():
        return
    from store.backup import is_sound  # noqa: PLC0415 (it imports this module)

    if mark.stat().st_size or not path.exists() or not is_sound(path, thorough=True, in_use=True):
        set_aside(path)
    mark.unlink(missing_ok=True)


def _open_cache(path: Path) -> Connection:
    mark = _damage_mark(path)
    _set_damaged_aside(path)
    private_file(path)
    cache = connect(path)
    try:
        _configure_cache(cache)
    except StateError as error:
        if isinstance(error, ReadOnlyState) and os.access(path, os.W_OK):
            cache.mark_damage(certain=True)  # it is the file itself that says so
        cache.close()
        if not mark.exists():
            raise
        _set_damaged_aside(path)
        private_file(path)
        cache = connect(path)
        _configure_cache(cache)
    return cache


def _configure_cache(cache: Connection) -> None:
    cache.execute("pragma journal_mode = wal").fetchone()
    cache.execute("pragma synchronous = normal")
    cache.execute("pragma mmap_size = 0").fetchone()
    cache.execute("pragma secure_delete = on")
    cache.execute("pragma cache_size = -8000")
    if schema_cache.version(cache) != schema_cache.VERSION:
        if cache.number("select count(*) from sqlite_master"):
            cache.mark_damage(certain=True)  # the version is in the file's name: within, it can be no other
        schema_cache.create(cache)


def _connect_to_read(path: Path, *, glance: bool) -> Connection:
    """A reading connection; an empty one in memory where there is no file."""
    if not path.exists() or path.stat().st_size == 0:
        return connect(None)
    if glance and not Path(f"{path}-wal").exists():
        # Nobody has it open, so the file is whole, and can be read without SQLite's leave to write beside it.
        return connect(path, read_only=True, immutable=True)
    connection = connect(path, read_only=True)
    try:
        connection.execute("select count(*) from sqlite_master").fetchone()
    except StateError:
        # A WAL file wants its index beside itself; in a folder that forbids it the main file can still be read.
        connection.close()
        connection = connect(path, read_only=True, immutable=True)
        connection.execute("select count(*) from sqlite_master").fetchone()
    return connection
