"""A cache that is deleted under a running program is made anew; nothing that was written or decided is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from postroom.errors import StateError
from postroom.records import ConversationKey
from store import journal, outbox, queries, writes
from store.database import CACHE_FILE, USER_FILE, Store, prepare
from store.rows import View
from tests.builders import at, conversation, inbound, page
from tests.store.visitors import come_and_go

NOW = at(600)
KEY = ConversationKey("acme", "c1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    prepare(tmp_path, session="s")
    return tmp_path


def fetch(store: Store) -> None:
    writes.apply_conversations(
        store, "acme", "heyreach", page(conversation("c1", inbound("Tell me more", minutes=2))), now=NOW
    )


def delete_cache(folder: Path) -> None:
    for file in folder.glob(f"{CACHE_FILE}*"):
        file.unlink()


@pytest.mark.parametrize("whole", [True, False], ids=["with its companions", "alone"])
def test_dk10_a_deleted_cache_is_made_anew_and_filled_again(folder: Path, whole: bool) -> None:
    """Reader and writer find the new one; a decision made before still holds in it."""
    writer, reader = Store.open(folder, session="s"), Store.open(folder, writable=False)
    fetch(writer)
    journal.record(writer, KEY, "done", now=NOW)
    delete_cache(folder) if whole else (folder / CACHE_FILE).unlink()

    assert (writer.revive(), reader.revive()) == (True, True)
    assert queries.inbox_count(reader, View.ALL) == 0
    fetch(writer)
    row = queries.inbox_row(reader, KEY)
    assert row is not None
    assert row.folder == "done"
    writer.close()
    reader.close()


def test_dk10_a_reader_shows_what_it_had_until_there_is_a_new_cache(folder: Path) -> None:
    """The screen does not go blank because a file is gone."""
    writer, reader = Store.open(folder, session="s"), Store.open(folder, writable=False)
    fetch(writer)
    delete_cache(folder)

    assert reader.revive() is False
    assert queries.inbox_count(reader, View.ALL) == 1
    writer.close()
    reader.close()


def test_dk10_nothing_is_written_into_a_deleted_cache(folder: Path) -> None:
    """It would be gone at the next start."""
    writer = Store.open(folder, session="s")
    delete_cache(folder)

    with pytest.raises(StateError, match="deleted or moved"):
        fetch(writer)
    writer.close()


def test_dk10_a_deleted_user_db_takes_nothing_and_says_so(folder: Path) -> None:
    """What cannot be kept is refused, so that nothing is sent that nobody will know of; put back, it goes on."""
    writer = Store.open(folder, session="s")
    fetch(writer)
    (folder / USER_FILE).rename(folder / "elsewhere")
    with pytest.raises(StateError, match=r"user\.db was deleted or moved"):
        outbox.save_draft(writer, KEY, "Gladly", seen_upto="", now=NOW)
    (folder / "elsewhere").rename(folder / USER_FILE)
    outbox.save_draft(writer, KEY, "Gladly", seen_upto="", now=NOW)
    draft = outbox.draft(writer, KEY)
    writer.close()

    assert draft is not None
    assert draft.text == "Gladly"


def test_a_cache_that_is_looked_at_while_in_use_keeps_its_log(folder: Path) -> None:
    """A second look finds it whole, and another program that comes and goes does not take the log away."""
    writer = Store.open(folder, session="s")
    fetch(writer)
    writer.cache.mark_damage()

    assert not writer.revive()
    come_and_go(folder / CACHE_FILE)
    assert (folder / f"{CACHE_FILE}-wal").exists()
    writer.close()
