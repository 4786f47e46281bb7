"""The files are private, one process writes them, and a damaged cache costs nothing that a person made."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from postroom.errors import ReadOnlyState, StateError
from postroom.records import ConversationKey
from store import journal, outbox, queries, writes
from store.database import CACHE_FILE, USER_FILE, InstanceLock, Store, prepare
from store.rows import View
from tests.builders import at, conversation, inbound, page

ADA = ConversationKey("acme", "c1")


def _fill(store: Store) -> None:
    writes.apply_conversations(store, "acme", "heyreach", page(conversation("c1", inbound())), now=at(5))


def test_everything_is_private_whatever_the_umask(tmp_path: Path) -> None:
    """Nobody else on the machine can read the messages."""
    before = os.umask(0)
    try:
        lock = InstanceLock.acquire(tmp_path / "state")
        store = Store.open(tmp_path / "state")
        _fill(store)
        modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "state").iterdir()}
        store.close()
    finally:
        os.umask(before)
    assert lock is not None
    lock.release()

    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    assert set(modes.values()) == {0o600}
    assert {USER_FILE, f"{USER_FILE}-wal", CACHE_FILE, f"{CACHE_FILE}-wal", "postroom.lock"} <= set(modes)


def test_files_that_were_open_to_others_are_closed(state_dir: Path, store: Store) -> None:
    """A folder that was copied about becomes private again."""
    store.close()
    state_dir.chmod(0o755)
    (state_dir / USER_FILE).chmod(0o644)

    Store.open(state_dir).close()

    assert stat.S_IMODE(state_dir.stat().st_mode) == 0o700
    assert stat.S_IMODE((state_dir / USER_FILE).stat().st_mode) == 0o600


def test_a_second_process_is_told_that_it_may_not_write(state_dir: Path) -> None:
    """Two Postrooms never write the same files; the second one learns it at once."""
    lock = InstanceLock.acquire(state_dir)
    ask = (
        "import sys, pathlib; from store.database import InstanceLock as L; print(L.acquire(pathlib.Path(sys.argv[1])))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", ask, str(state_dir)], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert lock is not None
    lock.release()

    again = InstanceLock.acquire(state_dir)

    assert answer == "None"
    assert again is not None
    again.release()


def test_a_child_does_not_inherit_the_lock(state_dir: Path) -> None:
    """An editor that outlives Postroom does not keep the next start from writing."""
    lock = InstanceLock.acquire(state_dir)
    child = subprocess.Popen(
        [sys.executable, "-c", "input(print('up', flush=True) or '')"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        close_fds=False,
    )
    assert child.stdout is not None
    up = child.stdout.readline()
    assert lock is not None
    lock.release()

    again = InstanceLock.acquire(state_dir)
    child.communicate(b"\n")

    assert up == b"up\n"
    assert again is not None
    again.release()


def test_reading_imports_nothing_slow() -> None:
    """The first screen does not wait for libraries that only an upgrade needs."""
    ask = (
        "import sys, store.database, store.queries; "
        "print(sorted({'sqlite_utils', 'pydantic', 'httpx', 'textual', 'click'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout.strip()

    assert shown == "[]"


def test_a_second_start_does_not_load_the_migrations(state_dir: Path, store: Store) -> None:
    """Only the first start and an upgrade pay for them."""
    store.close()
    ask = (
        "import sys, pathlib; from store.database import Store, prepare; d = pathlib.Path(sys.argv[1]); "
        "prepare(d, session='s'); Store.open(d).close(); print('sqlite_utils' in sys.modules)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", ask, str(state_dir)], capture_output=True, text=True, check=True
    ).stdout.strip()

    assert shown == "False"


def test_a_deleted_cache_loses_no_decision(state_dir: Path, store: Store) -> None:
    """After the cache was deleted, what was done is done again as soon as it is read again."""
    _fill(store)
    journal.record(store, ADA, "done", now=at(6))
    journal.record(store, ADA, "note", {"text": "call on Monday"}, now=at(7))
    store.close()
    for leftover in state_dir.glob(f"{CACHE_FILE}*"):
        leftover.unlink()
    prepare(state_dir, session="next")

    with_new_cache = Store.open(state_dir, session="next")
    _fill(with_new_cache)
    row = queries.inbox_row(with_new_cache, ADA)
    head = queries.conversation(with_new_cache, ADA)
    with_new_cache.close()

    assert row is not None
    assert row.folder == "done"
    assert head is not None
    assert head.note == "call on Monday"


@pytest.mark.parametrize("garbage", [b"not a database at all" * 400, b"SQLite format 3\x00" + b"\xff" * 9000])
def test_a_damaged_cache_is_set_aside_and_rebuilt(state_dir: Path, store: Store, garbage: bytes) -> None:
    """A disk error in the cache costs a sync, never a draft."""
    _fill(store)
    outbox.save_draft(store, ADA, "Dear Ada", seen_upto="", now=at(6))
    store.close()
    (state_dir / CACHE_FILE).write_bytes(garbage)
    prepare(state_dir, session="next")

    opened = Store.open(state_dir, session="next")
    counts = queries.view_counts(opened)
    draft = outbox.draft(opened, ADA)
    opened.close()

    assert counts[View.ALL].total == 0
    assert draft is not None
    assert draft.text == "Dear Ada"
    kept = [p for p in state_dir.iterdir() if p.name.startswith(f"{CACHE_FILE}.corrupt-")]
    assert garbage in [p.read_bytes() for p in kept]


def test_a_cache_whose_format_does_not_exist_is_rebuilt(state_dir: Path, store: Store) -> None:
    """SQLite calls one flipped bit of its header a newer file, which would be there at every start."""
    _fill(store)
    store.close()
    path = state_dir / CACHE_FILE
    flipped = bytearray(path.read_bytes())
    flipped[47] ^= 8
    path.write_bytes(bytes(flipped))

    prepare(state_dir, session="next")

    opened = Store.open(state_dir, session="next")
    assert queries.inbox_rows(opened, View.ALL) == []
    opened.close()


def test_damage_found_while_running_is_repaired_at_the_next_start(state_dir: Path, store: Store) -> None:
    """A page that rots in the middle of the file is a sentence now and a rebuilt cache next time."""
    _fill(store)
    rotten = store.cache.number("select rootpage from sqlite_master where name = 'conversation_by_time'")
    store.close()
    path = state_dir / CACHE_FILE
    whole = bytearray(path.read_bytes())
    whole[(rotten - 1) * 4096 : rotten * 4096] = b"\xff" * 4096
    path.write_bytes(bytes(whole))

    broken = Store.open(state_dir)
    with pytest.raises(StateError, match="damaged"):
        queries.inbox_rows(broken, View.ALL)
    broken.close()
    repaired = Store.open(state_dir)
    rows = queries.inbox_rows(repaired, View.ALL)
    repaired.close()

    assert rows == []


def test_a_viewer_reads_and_follows_the_writer(state_dir: Path, store: Store) -> None:
    """A second Postroom shows what the first one fetches."""
    _fill(store)
    viewer = Store.open(state_dir, writable=False)
    before = viewer.data_version()
    journal.record(store, ADA, "star", now=at(7))
    after = viewer.data_version()
    row = queries.inbox_row(viewer, ADA)
    viewer.close()

    assert before != after
    assert row is not None
    assert row.starred


def test_a_viewer_may_keep_drafts_and_nothing_else(state_dir: Path, store: Store) -> None:
    """What is typed in the second window is kept; what it decides is refused with the reason."""
    _fill(store)
    viewer = Store.open(state_dir, writable=False, session="viewer")
    outbox.save_draft(viewer, ADA, "typed in the viewer", seen_upto="", now=at(8))
    with pytest.raises(ReadOnlyState, match="Another Postroom"):
        journal.record(viewer, ADA, "done", now=at(9))
    viewer.close()

    draft = outbox.draft(store, ADA)

    assert draft is not None
    assert (draft.text, draft.session) == ("typed in the viewer", "viewer")


def test_a_viewer_without_files_shows_an_empty_inbox(tmp_path: Path) -> None:
    """Looking into a folder that holds nothing yet neither fails nor makes anything."""
    viewer = Store.open(tmp_path / "nothing", writable=False)
    rows = queries.inbox_rows(viewer, View.INBOX)
    viewer.close()

    assert rows == []
    assert not (tmp_path / "nothing").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_can_be_looked_at(state_dir: Path, store: Store) -> None:
    """A mounted backup or a full disk still shows the inbox."""
    _fill(store)
    store.close()
    state_dir.chmod(0o500)
    viewer = Store.open(state_dir, writable=False)
    rows = queries.inbox_rows(viewer, View.INBOX)
    viewer.close()
    with pytest.raises(ReadOnlyState):
        InstanceLock.acquire(state_dir)
    state_dir.chmod(0o700)

    assert [row.key for row in rows] == [ADA]


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    """The message names the folder and the way out."""
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StateError, match="--state-dir"):
        Store.open(tmp_path / "file" / "state")


def test_a_full_disk_is_a_sentence_and_changes_nothing(store: Store) -> None:
    """Nothing is half saved when the disk is full."""
    _fill(store)
    limit = store.user.number("pragma page_count") + 1
    store.user.execute(f"pragma max_page_count = {limit}").fetchone()

    with pytest.raises(StateError, match="The disk is full"):
        outbox.save_draft(store, ADA, "long " * 50_000, seen_upto="", now=at(6))

    assert outbox.draft(store, ADA) is None


def test_another_program_with_the_write_lock_is_a_sentence(state_dir: Path, store: Store) -> None:
    """A foreign tool that holds the file makes Postroom say so, not fail."""
    other = Store.open(state_dir)
    other.user.execute("begin immediate")
    store.user.execute("pragma busy_timeout = 10").fetchone()
    with pytest.raises(StateError, match="Another program"):
        outbox.save_draft(store, ADA, "x", seen_upto="", now=at(6))
    other.user.execute("rollback")
    other.close()

    outbox.save_draft(store, ADA, "y", seen_upto="", now=at(6))
