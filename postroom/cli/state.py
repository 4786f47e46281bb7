"""How a verb gets at the state folder: to read it beside a running screen, or to act as its one writer."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from postroom.errors import NotFound, ReadOnlyState, StateError
from store.database import InstanceLock, Store, prepare
from store.workspaces import names_of


@dataclass(frozen=True, slots=True)
class Desk:
    """What an acting verb works with: it holds the lock, so nobody else writes."""

    store: Store
    state_dir: Path
    session: str


@contextmanager
def reading(state_dir: Path, *, glance: bool = False) -> Iterator[Store]:
    """The databases for reading; a screen or a sync may be at work at the same time. A `glance` leaves no trace."""
    if not exists(state_dir):
        raise StateError(f"There is nothing in {state_dir} yet. “postroom sync” fetches your conversations.")
    store = Store.open(state_dir, writable=False, glance=glance)
    try:
        yield store
    finally:
        store.close()


def exists(state_dir: Path) -> bool:
    """Whether there is a state folder. Raises StateError for one that cannot be used."""
    try:
        found = state_dir.stat()
        next(state_dir.iterdir(), None)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StateError(
            f"The state folder {state_dir} cannot be read ({error.strerror}). Choose another with --state-dir."
        ) from error
    return stat.S_ISDIR(found.st_mode)


@contextmanager
def acting(state_dir: Path) -> Iterator[Desk]:
    """The databases for writing. Raises ReadOnlyState while another Postroom has them."""
    import secrets  # noqa: PLC0415 (who only reads needs no session)

    lock = InstanceLock.acquire(state_dir)
    if lock is None:
        raise ReadOnlyState(
            f"Another Postroom is open with {state_dir}, and only one may write. "
            "Do it there, or close it and try again. Reading verbs such as list and show work beside it."
        )
    try:
        session = secrets.token_hex(8)
        prepare(state_dir, session=session)
        store = Store.open(state_dir, session=session)
        try:
            if not store.writable:
                raise ReadOnlyState(store.notice)
            yield Desk(store, state_dir, session)
        finally:
            store.close()
    finally:
        lock.release()


def check_workspace(store: Store, name: str | None) -> None:
    """Raise NotFound, naming those there are, for a workspace that has never been synced."""
    names = known(store) if name is not None else []
    if name is not None and name not in names:
        choice = f" There are: {', '.join(names)}." if names else ""
        raise NotFound(f"There is no workspace “{name}” here.{choice}")


def known(store: Store) -> list[str]:
    """The workspaces that were ever synced."""
    return names_of(store.cache)
