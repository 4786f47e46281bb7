"""What may be shown before the files have been looked after."""

from __future__ import annotations

from pathlib import Path

from postroom.records import ConversationKey
from store import glimpse, journal, writes
from store.database import Store
from tests.builders import at, conversation, inbound, lead, page


def test_it_shows_only_what_needs_no_repair(store: Store, state_dir: Path) -> None:
    """A decision that the cache has not seen, or a damaged file: then the screen shows the rows, when it has looked."""
    records = page(*(conversation(f"c{n}", inbound("Hello", minutes=n), who=lead(f"L{n}")) for n in range(3)))
    writes.apply_conversations(store, "acme", "heyreach", records, now=at(10))
    journal.record(store, ConversationKey("acme", "c1"), "done", now=at(11))

    shown = [row.key.id for row in glimpse.first_rows(state_dir, limit=10)]
    store.cache.execute("update meta set value = 0 where key = 'journal_seq'")
    behind = glimpse.first_rows(state_dir, limit=10)
    journal.project_pending(store)
    store.cache.mark_damage()
    damaged = glimpse.first_rows(state_dir, limit=10)

    assert (shown, behind, damaged) == (["c2", "c0"], [], [])
    assert glimpse.first_rows(state_dir / "nowhere", limit=10) == []
    assert not (state_dir / "nowhere").exists()
