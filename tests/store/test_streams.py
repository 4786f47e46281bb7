"""A walk that did not finish proves nothing, and many absences at once are an outage."""

from __future__ import annotations

from postroom.records import Rejection
from store import queries, writes
from store.database import Store
from store.rows import View
from tests.builders import DAY, HOUR, at, conversation, inbound, page


def fill(store: Store, count: int) -> list[str]:
    """So many conversations."""
    ids = [f"c{n}" for n in range(count)]
    records = page(*(conversation(name, inbound(minutes=n)) for n, name in enumerate(ids)))
    writes.apply_conversations(store, "acme", "heyreach", records, now=at(100))
    return ids


def walk(store: Store, seen: list[str] | None, *, complete: bool = True, high: int | None = None, now: int = 0) -> None:
    """The end of a walk over the inbox."""
    writes.finish_walk(store, "acme", "conversations", complete=complete, seen=seen, high_water=high, now=at(200) + now)


def missing(store: Store) -> list[str]:
    """Conversations that must be looked up."""
    return [need.conversation for need in writes.missing_conversations(store, "acme", limit=50)]


def test_a_stream_remembers_where_it_stands(store: Store) -> None:
    """The next sync starts where the last one ended."""
    fill(store, 1)
    never = writes.stream_state(store, "acme", "conversations")
    walk(store, None, high=at(90))
    walk(store, None, high=at(80), now=1)
    state = writes.stream_state(store, "acme", "conversations")

    assert never == writes.StreamState()
    assert (state.high_water, state.complete_at, state.full_at, state.cursor) == (at(90), at(200) + 1, None, None)


def test_an_incomplete_walk_moves_nothing(store: Store) -> None:
    """Half a list neither raises the high water nor misses anybody."""
    ids = fill(store, 3)
    walk(store, None, high=at(50))
    for _ in range(3):
        walk(store, ids[:1], complete=False, high=at(90))

    assert writes.stream_state(store, "acme", "conversations").high_water == at(50)
    assert missing(store) == []


def test_twice_absent_is_looked_up(store: Store) -> None:
    """One complete walk without it may be chance; two are worth a question."""
    ids = fill(store, 20)
    walk(store, ids[1:])
    once = missing(store)
    walk(store, ids[1:])

    assert (once, missing(store)) == ([], ["c0"])


def test_what_is_seen_again_is_not_missing(store: Store) -> None:
    """A row that a shifting list skipped once starts afresh."""
    ids = fill(store, 20)
    walk(store, ids[1:])
    walk(store, ids)
    walk(store, ids[1:])

    assert missing(store) == []


def test_many_absences_at_once_are_an_outage(store: Store) -> None:
    """A provider that forgets a third of its inbox is not believed."""
    ids = fill(store, 40)
    for _ in range(3):
        walk(store, ids[15:])
        walk(store, [])

    assert missing(store) == []
    assert queries.inbox_count(store, View.ALL) == 40


def test_gone_conversations_are_not_known_any_more(store: Store) -> None:
    """What was deleted at the provider is read anew if it comes back."""
    fill(store, 2)
    writes.mark_gone(store, "acme", "c0", now=at(300))

    assert list(writes.known_fingerprints(store, "acme")) == ["c1"]


def test_a_workspaces_line_says_how_it_is(store: Store) -> None:
    """The status bar knows when a workspace last synced although it fails now."""
    writes.set_workspace_status(store, "acme", "heyreach", state="ok", sentence="", synced_at=at(1), now=at(1))
    writes.set_workspace_status(
        store, "acme", "heyreach", state="denied", sentence="The key was refused.", synced_at=None, now=at(2)
    )
    before = store.cache.total_changes
    writes.set_workspace_status(
        store, "acme", "heyreach", state="denied", sentence="The key was refused.", synced_at=None, now=at(3)
    )
    row = queries.workspaces(store)[0]

    assert (row.state, row.sentence, row.synced_at) == ("denied", "The key was refused.", at(1))
    assert store.cache.total_changes == before


def test_a_record_that_stays_unreadable_is_counted_by_the_hour(store: Store) -> None:
    """A bad record in every poll does not write in every poll."""
    bad = Rejection("campaigns", "no id", "{}")
    fill(store, 1)
    for moment in (at(0), at(1), at(0) + 2 * HOUR, at(0) + DAY):
        writes.quarantine(store, "acme", (bad,), now=moment)

    assert [row.seen for row in queries.quarantined(store, workspace="acme")] == [3]
