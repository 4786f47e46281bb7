"""A user.db from another machine or from the past sends nothing by itself."""

from __future__ import annotations

import shutil
from pathlib import Path

from postroom.commands import Reply
from store import identity, outbox
from store.database import USER_FILE, Store, prepare
from tests.builders import at


def queue_one(store: Store) -> None:
    """A reply that would leave at the next start."""
    outbox.enqueue(store, Reply("acme", "c1", "Hello", "s"), now=at(1))


def states(state_dir: Path) -> list[str]:
    """The outbox after a start."""
    prepare(state_dir, session="next")
    store = Store.open(state_dir, session="next")
    found = [row.state for row in outbox.rows(store)]
    store.close()
    return found


def test_an_ordinary_start_holds_nothing(state_dir: Path, store: Store) -> None:
    """Quitting and starting again lets a queued reply go on."""
    queue_one(store)
    store.close()

    assert [states(state_dir) for _ in range(3)] == [["queued"]] * 3


def test_a_file_put_back_by_hand_is_held(state_dir: Path, store: Store, tmp_path: Path) -> None:
    """Whoever copies yesterday's user.db back does not send yesterday's replies again."""
    queue_one(store)
    store.close()
    shutil.copyfile(state_dir / USER_FILE, tmp_path / "yesterday.db")
    prepare(state_dir, session="today")
    shutil.copyfile(tmp_path / "yesterday.db", state_dir / USER_FILE)

    assert states(state_dir) == ["held"]


def test_a_folder_copied_to_another_machine_is_held(state_dir: Path, store: Store) -> None:
    """Synced dotfiles and cloned machines do not send what the first machine sends."""
    queue_one(store)
    store.user.execute("update meta set value = 'elsewhere' where key = 'machine'")
    store.close()

    first = states(state_dir)
    store_again = Store.open(state_dir, session="next")
    reason = outbox.rows(store_again)[0].error
    store_again.close()

    assert first == ["held"]
    assert "another machine" in reason


def test_a_start_that_crashed_accuses_nobody(store: Store) -> None:
    """When the number beside the file was not written, the file is newer, not older."""
    machine = identity.this_machine()
    (store.state_dir / "generation").unlink()

    without = identity.why_foreign(store, machine=machine)
    identity.note_start(store, machine=machine)
    (store.state_dir / "generation").write_text("no number")

    assert (without, identity.why_foreign(store, machine=machine)) == ("", "")
