"""The newest rows of the inbox, read before anything is prepared: what is on the terminal while the rest is loaded."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from postroom.errors import PostroomError
from store.connection import DAMAGE_MARK
from store.database import CACHE_FILE, USER_FILE, Store
from store.inbox import inbox_rows
from store.inbox_rows import InboxRow, View


def first_rows(state_dir: Path, *, limit: int) -> list[InboxRow]:
    """The newest of the inbox; none where the files need to be looked after first. Writes and raises nothing."""
    files = [state_dir / CACHE_FILE, state_dir / USER_FILE]
    if any(not each.exists() or Path(f"{each}{DAMAGE_MARK}").exists() for each in files):
        return []
    with suppress(PostroomError, OSError):
        store = Store.open(state_dir, writable=False, glance=True)
        try:
            return inbox_rows(store, View.INBOX, limit=limit) if _settled(store) else []
        finally:
            store.close()
    return []


def _settled(store: Store) -> bool:
    """Whether the cache knows every decision: what was done with must not be shown again, for however short a time."""
    newest = store.user.number("select max(id) from journal")
    return store.cache.number("select value from meta where key = 'journal_seq'") == newest
