"""What the person wrote survives a damaged file, a restored backup and an upgrade."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from postroom.commands import Reply
from postroom.errors import NotFound, StateError
from postroom.records import ConversationKey
from store import backup, journal, outbox
from store.database import USER_FILE, Store, prepare
from tests.builders import DAY, at

ADA = ConversationKey("acme", "c1")


def fill(store: Store) -> None:
    """A draft, a decision, and one reply of each kind on its way."""
    outbox.save_draft(store, ADA, "Dear Ada", seen_upto="", now=at(1))
    journal.record(store, ADA, "star", now=at(2))
    outbox.enqueue(store, Reply("acme", "c2", "queued", "s"), now=at(3))
    sending = outbox.enqueue(store, Reply("acme", "c3", "sending", "s"), now=at(3))
    outbox.claim(store, sending, baseline=None, now=at(4))


def states(state_dir: Path) -> dict[str, str]:
    """The outbox by text after the next start."""
    prepare(state_dir, session="next")
    store = Store.open(state_dir, session="next")
    found = {row.text: row.state for row in outbox.rows(store)}
    store.close()
    return found


def draft_text(state_dir: Path) -> str | None:
    """Ada's draft, as the file has it."""
    store = Store.open(state_dir, writable=False)
    draft = outbox.draft(store, ADA)
    store.close()
    return draft.text if draft else None


def test_a_backup_is_whole_private_and_one_of_five(store: Store) -> None:
    """Backups can be read by their owner alone, and do not fill the disk."""
    fill(store)
    path = store.state_dir / USER_FILE
    made = [backup.make(store.user, path, label="test", now=at(n)) for n in range(8)]

    assert backup.backups(path) == made[:2:-1]
    assert {stat.S_IMODE(p.stat().st_mode) for p in made[3:]} == {0o600}
    assert stat.S_IMODE(made[-1].parent.stat().st_mode) == 0o700


def test_there_is_one_backup_a_day(store: Store) -> None:
    """Starting often does not push the good backups out."""
    assert backup.daily(store, now=at(0)) is None
    fill(store)

    made = [backup.daily(store, now=at(0) + n * DAY // 2) is not None for n in range(5)]

    assert made == [True, False, True, False, True]


def test_a_restored_backup_sends_nothing_by_itself(state_dir: Path, store: Store) -> None:
    """A restored outbox may know less than what was sent, so everything is held."""
    fill(store)
    path = state_dir / USER_FILE
    copy = backup.make(store.user, path, label="test", now=at(5))
    outbox.save_draft(store, ADA, "later words", seen_upto="", now=at(6))
    store.close()

    backup.restore(path, copy, now=at(7))

    assert states(state_dir) == {"queued": "held", "sending": "in_doubt"}
    assert draft_text(state_dir) == "Dear Ada"
    assert len(list(state_dir.glob(f"{USER_FILE}.replaced-*"))) >= 1


def test_a_restored_reply_can_be_sent_after_all(state_dir: Path, store: Store) -> None:
    """Held once, not at every start."""
    fill(store)
    copy = backup.make(store.user, state_dir / USER_FILE, label="test", now=at(5))
    store.close()
    backup.restore(state_dir / USER_FILE, copy, now=at(7))
    prepare(state_dir, session="next")
    opened = Store.open(state_dir, session="next")
    held = next(row.id for row in outbox.rows(opened) if row.text == "queued")
    outbox.resolve(opened, held, "resend", now=at(8))
    opened.close()

    assert states(state_dir)["queued"] == "queued"


def test_a_damaged_or_missing_backup_is_refused(tmp_path: Path, state_dir: Path, store: Store) -> None:
    """A backup that cannot be read does not replace a file that can."""
    store.close()
    (tmp_path / "bad.db").write_bytes(b"nothing" * 1000)

    with pytest.raises(StateError, match="damaged"):
        backup.restore(state_dir / USER_FILE, tmp_path / "bad.db", now=at(1))
    with pytest.raises(NotFound):
        backup.restore(state_dir / USER_FILE, tmp_path / "none.db", now=at(1))


def test_a_file_of_garbage_is_replaced_by_the_backup(state_dir: Path, store: Store) -> None:
    """When nothing of the file is left, the newest backup is, and the garbage is kept."""
    fill(store)
    backup.make(store.user, state_dir / USER_FILE, label="test", now=at(5))
    store.close()
    (state_dir / USER_FILE).write_bytes(b"garbage " * 5000)

    found = states(state_dir)

    assert found == {"queued": "held", "sending": "in_doubt"}
    assert draft_text(state_dir) == "Dear Ada"
    kept = [p.read_bytes() for p in state_dir.glob(f"{USER_FILE}.corrupt-*")]
    assert b"garbage " * 5000 in kept


def test_a_truncated_file_gives_what_is_left(state_dir: Path, store: Store) -> None:
    """A file cut in the middle keeps its readable half; the backup fills the rest."""
    fill(store)
    for n in range(400):
        outbox.save_draft(store, ConversationKey("acme", f"d{n}"), f"draft {n} " * 20, seen_upto="", now=at(5))
    backup.make(store.user, state_dir / USER_FILE, label="test", now=at(6))
    outbox.enqueue(store, Reply("acme", "c9", "after the backup", "s"), now=at(7))
    store.close()
    path = state_dir / USER_FILE
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])

    found = states(state_dir)
    reader = Store.open(state_dir, writable=False)
    drafts = reader.user.number("select count(*) from draft")
    reader.close()

    assert drafts == 401
    assert found["queued"] == "held"
    assert "queued" not in found.values()


def test_without_file_and_backup_there_is_a_fresh_start(state_dir: Path, store: Store) -> None:
    """Even the worst case starts, and says nothing was on its way."""
    store.close()
    (state_dir / USER_FILE).write_bytes(b"garbage " * 5000)

    assert states(state_dir) == {}


def test_a_false_alarm_changes_nothing(state_dir: Path, store: Store) -> None:
    """A file that was called damaged and proves whole goes on as it is."""
    fill(store)
    store.close()
    (state_dir / f"{USER_FILE}.damaged").touch()

    found = states(state_dir)

    assert found == {"queued": "queued", "sending": "in_doubt"}
    assert list(state_dir.glob(f"{USER_FILE}.corrupt-*")) == []
    assert not (state_dir / f"{USER_FILE}.damaged").exists()


def test_a_recovery_that_was_killed_is_finished(state_dir: Path, store: Store) -> None:
    """Between the damaged file's renaming and the new one's, nothing is lost."""
    fill(store)
    store.close()
    (state_dir / USER_FILE).rename(state_dir / f"{USER_FILE}.part")

    states(state_dir)

    assert draft_text(state_dir) == "Dear Ada"


def test_a_file_that_was_emptied_is_no_new_one(state_dir: Path, store: Store) -> None:
    """Cut to nothing, it once passed for that of a first start, and every draft was gone beside a good backup."""
    fill(store)
    backup.make(store.user, state_dir / USER_FILE, label="test", now=at(5))
    store.close()
    (state_dir / USER_FILE).write_bytes(b"")

    found = states(state_dir)

    assert found == {"queued": "held", "sending": "in_doubt"}
    assert draft_text(state_dir) == "Dear Ada"


@pytest.mark.parametrize(
    "garble",
    [
        "update draft set text = cast(x'ff41' as text)",
        "update outbox set state = 'quduED' where payload like '%queued%'",
        "update outbox set payload = replace(payload, 'workspace', 'workspacf') where payload like '%queued%'",
        "update outbox set payload = 'x' || payload where payload like '%queued%'",
        "update outbox set created_at = 'soon' where payload like '%queued%'",
    ],
    ids=["no text", "no state", "no command", "no JSON", "no number"],
)
def test_a_value_that_was_never_written_like_this_comes_from_the_backup(
    state_dir: Path, store: Store, garble: str
) -> None:
    """SQLite calls such a file whole; once it was met, the file is kept and the rest of it is carried over."""
    fill(store)
    path = state_dir / USER_FILE
    backup.make(store.user, path, label="test", now=at(5))
    store.user.execute(garble)
    store.close()
    (state_dir / f"{USER_FILE}.damaged").write_bytes(b"certain")

    found = states(state_dir)
    kept = set(state_dir.glob(f"{USER_FILE}.corrupt-*"))

    assert found == {"queued": "held", "sending": "in_doubt"}
    assert draft_text(state_dir) == "Dear Ada"
    assert states(state_dir) == found
    assert set(state_dir.glob(f"{USER_FILE}.corrupt-*")) == kept != set()


def test_a_decision_that_the_disk_has_changed_comes_from_the_backup(state_dir: Path, store: Store) -> None:
    """The start that meets it says so; the next one has it back and can undo it."""
    fill(store)
    backup.make(store.user, state_dir / USER_FILE, label="test", now=at(5))
    store.user.execute("update journal set inverse = 'x' || inverse")
    store.cache.execute("update meta set value = 0 where key = 'journal_seq'")
    store.close()

    with pytest.raises(StateError, match="damaged"):
        prepare(state_dir, session="next")
    found = states(state_dir)
    repaired = Store.open(state_dir, session="next")
    undone = journal.undo(repaired, now=at(6))
    repaired.close()

    assert found == {"queued": "held", "sending": "in_doubt"}
    assert undone == journal.Undone(ADA, "starred", "star")


def test_a_repair_keeps_what_only_a_newer_postroom_knows(state_dir: Path, store: Store) -> None:
    """It is held and shown, for that one to go on with."""
    fill(store)
    store.user.execute("update outbox set kind = 'teleport' where payload like '%queued%'")
    store.close()
    (state_dir / f"{USER_FILE}.damaged").write_bytes(b"certain")

    assert states(state_dir) == {"": "held", "sending": "in_doubt"}


def test_a_text_that_is_none_is_damage(store: Store) -> None:
    """Read as it is, and said in a sentence that does not repeat it."""
    fill(store)
    store.user.execute("update draft set text = cast(x'ff41' as text)")

    with pytest.raises(StateError, match="damaged"):
        outbox.draft(store, ADA)

    assert (store.state_dir / f"{USER_FILE}.damaged").read_bytes() == b"certain"


@pytest.mark.parametrize("byte", [18, 19, 44, 47])
def test_a_header_that_sqlite_takes_for_a_newer_one_is_damage(state_dir: Path, store: Store, byte: int) -> None:
    """One flipped bit there once locked the person out: SQLite says “unsupported”, or reads and never writes."""
    fill(store)
    path = state_dir / USER_FILE
    backup.make(store.user, path, label="test", now=at(5))
    store.close()
    content = bytearray(path.read_bytes())
    content[byte] ^= 0x20
    path.write_bytes(content)

    found = states(state_dir)

    assert found == {"queued": "held", "sending": "in_doubt"}
    assert draft_text(state_dir) == "Dear Ada"


def test_a_file_whose_last_page_breaks_off_is_damaged(state_dir: Path, store: Store) -> None:
    """SQLite reads zeroes there, and a text that ended on it would end in nothing."""
    fill(store)
    path = state_dir / USER_FILE
    store.close()
    path.write_bytes(path.read_bytes()[:-10])

    found = states(state_dir)

    assert found == {"queued": "held", "sending": "in_doubt"}
