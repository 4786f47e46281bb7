"""What each key has used of its provider's limit, so that a restart does not spend it twice. Opaque to the store."""

from __future__ import annotations

from postroom.records import Micros
from store.connection import transaction
from store.database import Store


def save(store: Store, workspace: str, state: str, *, now: Micros) -> None:
    """Keep the limiter's state."""
    with transaction(store.user) as user:
        user.execute(
            """
            insert into limiter (workspace, state, updated_at) values (?, ?, ?)
            on conflict do update set state = excluded.state, updated_at = excluded.updated_at
            """,
            (workspace, state, now),
        )


def load(store: Store, workspace: str) -> str:
    """The state last kept; empty when there is none."""
    return store.user.row(str, "select state from limiter where workspace = ?", (workspace,)) or ""
