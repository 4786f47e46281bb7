"""A full disk stops the sending, not the saving."""

from __future__ import annotations

import pytest

from postroom.commands import Reply
from postroom.errors import StateError
from postroom.records import ConversationKey
from store import outbox, room
from store.connection import DiskFull
from store.database import Store
from tests.builders import at

ADA = ConversationKey("acme", "c1")


def test_some_room_is_kept_back(store: Store) -> None:
    """The ballast is real bytes, of its owner alone."""
    ballast = store.state_dir / "ballast"

    assert ballast.stat().st_size == room.BALLAST
    assert ballast.stat().st_blocks * 512 >= room.BALLAST


def test_a_draft_is_saved_on_a_full_disk(store: Store) -> None:
    """The room that was kept back is given up for what the person wrote."""
    failures = [DiskFull("The disk is full.")]
    saved: list[str] = []

    def save() -> None:
        if failures:
            raise failures.pop()
        saved.append("Dear Ada")

    room.surely(store, save)

    assert saved == ["Dear Ada"]
    assert not (store.state_dir / "ballast").exists()


def test_when_nothing_is_left_the_user_is_told(store: Store) -> None:
    """Without any room the failure is a sentence, once the ballast is gone."""
    limit = store.user.number("pragma page_count") + 1
    store.user.execute(f"pragma max_page_count = {limit}").fetchone()

    for _ in range(2):
        with pytest.raises(StateError, match="The disk is full"):
            outbox.save_draft(store, ADA, "long " * 50_000, seen_upto="", now=at(1))

    assert not (store.state_dir / "ballast").exists()


def test_without_room_nothing_is_sent(store: Store) -> None:
    """A send whose result could not be written down does not happen, and the reason is shown."""
    number = outbox.enqueue(store, Reply("acme", "c1", "Hello", "s"), now=at(1))
    store.room_needed = 1 << 62

    claimed = outbox.claim(store, number, baseline=None, now=at(2))

    assert not claimed
    assert outbox.claimable(store, now=at(2)) == []
    assert "nearly full" in outbox.lane_stopped(store, "acme")
