"""The store as the screen uses it: reads in one thread, writes in another, neither ever in the screen's own.

Writes keep the order in which they were asked for and are never cancelled: what was decided is written, even when the
screen is gone by then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from postroom.errors import ReadOnlyState
from store.database import InstanceLock, Store

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Viewing:
    """Why this one only shows, in three lengths."""

    badge: str
    """In the status line."""
    remark: str
    """Where somebody begins to write."""
    refusal: str
    """When somebody decides something."""


BESIDE = Viewing(
    "viewer: another Postroom writes",
    "Another Postroom is the writer: only that one can send what is written here.",
    "Another Postroom is the writer here, so this one only shows. Close that one and start this one again.",
)
CLOSED = Viewing(
    "viewer: the folder cannot be written",
    "The state folder cannot be written: what you write here is not saved, and cannot be sent.",
    "The state folder cannot be written, so this only shows. “postroom doctor” says why.",
)


class Desk:
    """Two threads with a store each."""

    def __init__(self, state_dir: Path, *, session: str, writable: bool) -> None:
        self.state_dir = state_dir
        self.session = session
        """This process's mark on the undo windows that it opens."""
        self.writable = writable
        """False: another process holds the lock, or the folder is closed, and everything here is for reading."""
        self.viewing: Viewing | None = None
        """Why everything here is for reading. None: it is not."""
        if not writable:
            self.viewing = BESIDE if InstanceLock.is_held(state_dir) else CLOSED
        self._reader = _Room("reader", state_dir, session=session, writable=False)
        self._writer = _Room("writer", state_dir, session=session, writable=writable)
        self._reader.warm()

    async def read(self, query: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query in the reader's thread. Cancelled before its turn, it never runs."""
        return await asyncio.wrap_future(self._reader.submit(query, *args, **kwargs))

    def write(self, change: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> asyncio.Future[T]:
        """Queue a change, which from now on will be made; await the result to know how it went.

        Raises ReadOnlyState at once when another process is the writer.
        """
        if self.viewing is not None:
            raise ReadOnlyState(self.viewing.refusal)
        return asyncio.shield(asyncio.wrap_future(self._writer.submit(change, *args, **kwargs)))

    def warm(self) -> None:
        """Open the writer's store before the first decision has to wait for that."""
        self._writer.warm()

    def keep(self, change: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> asyncio.Future[T]:
        """Queue a change to a draft, which a viewer may make too; await it before calling the draft saved."""
        return asyncio.shield(asyncio.wrap_future(self._writer.submit(change, *args, **kwargs)))

    def keep_now(self, change: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`keep`, and wait for it: only where the screen is about to go away."""
        return self._writer.submit(change, *args, **kwargs).result()

    def close(self) -> None:
        """Finish every queued change, then close both stores."""
        self._writer.close()
        self._reader.close()


class _Room:
    """One thread and the store that only it touches."""

    def __init__(self, name: str, state_dir: Path, *, session: str, writable: bool) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"postroom-{name}")
        self._open: Callable[[], Store] = lambda: Store.open(state_dir, writable=writable, session=session)
        self._store: Store | None = None

    def submit(self, job: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Do `job(store, ...)` in the thread."""
        return self._executor.submit(lambda: job(self._opened(), *args, **kwargs))

    def warm(self) -> None:
        """Open the store before anything waits for it; what went wrong is said to whoever asks first."""
        self._executor.submit(self._opened)

    def close(self) -> None:
        """Do what is queued, then close the store where it was opened."""
        self._executor.submit(self._shut)
        self._executor.shutdown(wait=True)

    def _opened(self) -> Store:
        if self._store is None:
            self._store = self._open()
        else:
            self._store.revive()
        return self._store

    def _shut(self) -> None:
        if self._store is not None:
            self._store.close()
