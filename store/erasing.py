"""Erasing a person: no byte of them is left in any file of the state folder, and no sync brings them back.

They are noted as erased first, then the copies go, then user.db's rows, the cache's last: whatever interrupts it, the
person is still found and can be erased again. In the end every file is read for what names them.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from postroom.errors import Refused, StateError
from store import erased, traces
from store.backup import backups, is_sound
from store.connection import DAMAGE_MARK, Connection, connect
from store.database import CACHE_FILE, USER_FILE, Store
from store.erasing_rows import UNFINISHED, OpenSend, compact, delete_from_cache, delete_from_user, open_sends
from store.files import COMPANIONS
from store.people import Person

_LOGS = ("postroom.log", "postroom.log.1")


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was done."""

    counts: dict[str, int]
    """Rows deleted, by kind."""
    rewritten: tuple[Path, ...]
    """Backups and other copies that are whole and hold the person no more."""
    removed: tuple[Path, ...]
    """Copies that could not be rewritten: damaged ones, and caches of another version."""
    files: int
    bytes: int
    """How much was read in the end."""
    left: tuple[Path, ...]
    """Files in which something still names the person."""


def why_not(entries: Sequence[OpenSend]) -> str:
    """Why the person cannot be erased yet. Empty: nothing is on its way to them."""
    if not entries:
        return ""
    listed = ", ".join(f"#{each.id} {each.state.replace('_', ' ')}" for each in entries)
    return (
        f"Something is, or may be, on its way to them ({listed}). Erased, it could no longer be told whether it "
        "arrived. Settle it first (“postroom outbox”), or add --discard-open to give up knowing."
    )


def erase(store: Store, person: Person, *, discard_open: bool = False) -> Erasure:
    """Erase the person. Needs the instance lock. Raises Refused while something is on its way to them."""
    if reason := "" if discard_open else why_not(open_sends(store, person)):
        raise Refused(reason)
    wanted = traces.traces_of(store, person)
    names = traces.names_of(wanted, person)
    _mark_unfinished(store.state_dir)
    erased.add(store.state_dir, person.facts())
    rewritten, removed = _erase_copies(store, person)
    for name in _LOGS:
        _strike(store.state_dir / name, names)
    counts = delete_from_user(store.user, person)
    compact(store.user)
    counts |= delete_from_cache(store, person, names=names)
    compact(store.cache)
    (store.state_dir / UNFINISHED).unlink(missing_ok=True)
    found = traces.look(store, wanted)
    return Erasure(counts, tuple(rewritten), tuple(removed), found.files, found.bytes, tuple(found.left))


def _mark_unfinished(state_dir: Path) -> None:
    with contextlib.suppress(OSError):
        os.close(os.open(state_dir / UNFINISHED, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600))


def _erase_copies(store: Store, person: Person) -> tuple[list[Path], list[Path]]:
    """Erase the person from the backups and what was set aside; remove what cannot be rewritten."""
    state_dir = store.state_dir
    for unfinished in (*state_dir.glob("*.part"), *(state_dir / "backups").glob("*.part")):
        unfinished.unlink(missing_ok=True)
    rewritten: list[Path] = []
    removed: list[Path] = []
    for copy in (*backups(state_dir / USER_FILE), *_set_aside(state_dir)):
        if _erased_in(copy, person):
            rewritten.append(copy)
        else:
            _remove(copy)
            removed.append(copy)
    for cache in sorted(state_dir.glob("cache-v*.db*")):
        if (
            cache.name.removesuffix("-wal").removesuffix("-shm") != CACHE_FILE
            and cache.name != CACHE_FILE + DAMAGE_MARK
        ):
            cache.unlink(missing_ok=True)
            if not cache.name.endswith(("-wal", "-shm")):
                removed.append(cache)
    return rewritten, removed


def _set_aside(state_dir: Path) -> list[Path]:
    """Every user.db that was put aside."""
    return sorted(
        path
        for path in state_dir.glob(f"{USER_FILE}.*-*")
        if not path.name.endswith(("-wal", "-shm", "-journal", DAMAGE_MARK))
    )


def _erased_in(copy: Path, person: Person) -> bool:
    """Whether the copy is whole and holds the person no more."""
    try:
        if not is_sound(copy):
            return False
        connection = connect(copy)
        try:
            if connection.number("select count(*) from sqlite_master where name in ('journal', 'draft', 'outbox')") < 3:
                return False
            _rewrite(connection, person)
        finally:
            connection.close()
        return is_sound(copy)
    except StateError:
        return False


def _rewrite(connection: Connection, person: Person) -> None:
    connection.execute("pragma journal_mode = delete").fetchone()
    delete_from_user(connection, person)
    compact(connection)


def _remove(copy: Path) -> None:
    for suffix in (*COMPANIONS, "-journal", DAMAGE_MARK):
        Path(f"{copy}{suffix}").unlink(missing_ok=True)


def _strike(log: Path, names: set[str]) -> None:
    """Write a log anew without the lines that name the person."""
    try:
        lines = log.read_bytes().splitlines(keepends=True)
    except FileNotFoundError:
        return
    spelled = [bytes_ for name in names for bytes_ in traces.spellings(name)]
    kept = [line for line in lines if not any(bytes_ in line for bytes_ in spelled)]
    if len(kept) == len(lines):
        return
    fresh = log.with_name(f"{log.name}.part")
    descriptor = os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.writelines(kept)
    fresh.replace(log)
