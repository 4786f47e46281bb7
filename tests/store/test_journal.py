"""Decisions are kept for ever, undone in any number, and outlive the cache."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from postroom.errors import Refused, StateError
from postroom.records import ConversationKey, Verdict
from store import journal, queries, writes
from store.database import CACHE_FILE, USER_FILE, Store
from store.rows import ConversationRow
from tests.builders import at, conversation, inbound, lead, page

ADA = ConversationKey("acme", "c1")
GRACE = ConversationKey("acme", "c2")


def fill(store: Store) -> None:
    """Two conversations."""
    records = page(
        conversation("c1", inbound(minutes=1), unread=True),
        conversation("c2", inbound(minutes=2), who=lead("Grace Hopper"), unread=False),
    )
    writes.apply_conversations(store, "acme", "heyreach", records, now=at(5))


def head(store: Store, key: ConversationKey = ADA) -> ConversationRow:
    """What the screen shows of a conversation."""
    row = queries.conversation(store, key)
    assert row is not None
    return row


def state(store: Store) -> list[tuple[object, ...]]:
    """Everything about both conversations that decisions change."""
    shown = []
    for key in (ADA, GRACE):
        found = head(store, key)
        row = found.row
        shown.append((row.folder, row.wake_at, row.starred, row.verdict, row.unread, sorted(found.tags), found.note))
    return shown


def test_each_decision_shows_at_once(store: Store) -> None:
    """What was pressed is what is seen."""
    fill(store)
    journal.record(store, ADA, "star", now=at(6))
    journal.record(store, ADA, "classify", {"verdict": "meeting"}, now=at(7))
    journal.record(store, ADA, "tag", {"tag": "vip"}, now=at(8))
    journal.record(store, ADA, "note", {"text": "prefers mornings"}, now=at(9))
    journal.record(store, ADA, "read", {"upto_at": at(1)}, now=at(10))
    journal.record(store, ADA, "snooze", {"until": at(600)}, now=at(11))
    shown = head(store)

    assert (shown.row.folder, shown.row.wake_at, shown.row.starred) == ("snoozed", at(600), True)
    assert (shown.row.verdict, shown.row.unread) == (Verdict.MEETING, False)
    assert (shown.tags, shown.note) == (("vip",), "prefers mornings")
    assert journal.read_upto(store, ADA) == at(1)


def test_undo_says_what_it_takes_back(store: Store) -> None:
    """z shows what it will undo before, and what it undid after."""
    fill(store)
    journal.record(store, GRACE, "done", now=at(6))
    offered = journal.last_decision(store)
    undone = journal.undo(store, now=at(7))

    assert offered == "done Grace Hopper"
    assert undone == journal.Undone(GRACE, "done Grace Hopper", "done")
    assert head(store, GRACE).row.folder == "inbox"
    assert journal.last_decision(store) is None


def test_a_new_decision_ends_redo(store: Store) -> None:
    """After deciding anew there is nothing to do again."""
    fill(store)
    journal.record(store, ADA, "done", now=at(6))
    journal.undo(store, now=at(7))
    journal.record(store, ADA, "star", now=at(8))

    assert journal.redo(store, now=at(9)) is None


def test_opening_is_not_undone(store: Store) -> None:
    """z takes the last decision back, not the fact that something was opened since."""
    fill(store)
    journal.record(store, GRACE, "done", now=at(6))
    journal.record(store, ADA, "read", now=at(7))
    again = journal.record(store, ADA, "read", now=at(8))

    undone = journal.undo(store, now=at(9))

    assert again == 0
    assert undone is not None
    assert undone.kind == "done"
    assert not head(store).row.unread


def test_marking_unread_can_be_undone(store: Store) -> None:
    """u and z leave it as it was."""
    fill(store)
    journal.record(store, GRACE, "unread", now=at(6))
    marked = head(store, GRACE).row.unread
    journal.undo(store, now=at(7))

    assert (marked, head(store, GRACE).row.unread) == (True, False)


def test_an_old_answer_does_not_end_done(store: Store) -> None:
    """Done again by redo holds only against what was known when it was decided."""
    fill(store)
    journal.record(store, ADA, "done", now=at(6))
    journal.undo(store, now=at(7))
    later = conversation("c1", inbound(minutes=1), inbound("more", minutes=8), unread=True)
    writes.apply_conversations(store, "acme", "heyreach", page(later), now=at(9))

    journal.redo(store, now=at(10))

    assert head(store).row.folder == "inbox"


def test_an_unknown_decision_is_refused(store: Store) -> None:
    """A word that means nothing is not written down."""
    with pytest.raises(Refused, match="sing"):
        journal.record(store, ADA, "sing", now=at(6))


def test_a_decision_about_something_not_cached_waits_for_it(store: Store) -> None:
    """Decisions made while the cache is empty apply when the conversation is read again."""
    journal.record(store, ADA, "done", {"inbound_at": at(1)}, now=at(3))

    fill(store)

    assert head(store).row.folder == "done"


def test_decisions_the_cache_missed_are_applied_at_start(store: Store) -> None:
    """A crash between deciding and showing loses nothing."""
    fill(store)
    store.user.execute(
        """
        insert into journal (at, session, workspace, conversation, kind, value, inverse, sentence, undoable)
        values (1, '', 'acme', 'c1', 'star', '{}', '["unstar", {}]', 'starred Ada Lovelace', 1)
        """
    )

    applied = journal.project_pending(store)
    nothing = journal.project_pending(store)

    assert (applied, nothing) == (1, 0)
    assert head(store).row.starred


@pytest.mark.parametrize("column", ["value", "inverse"])
def test_a_decision_that_the_disk_has_changed_is_damage_and_said(store: Store, column: str) -> None:
    """Read for the rebuilt cache, it ends in a sentence and leaves its mark for the repair at the next start."""
    fill(store)
    journal.record(store, ADA, "star", now=at(6))
    store.user.execute(f"update journal set {column} = replace({column}, '}}', ')')")
    store.cache.execute("update meta set value = 0 where key = 'journal_seq'")

    for read in (lambda: journal.project_pending(store), lambda: journal.undo(store, now=at(7))):
        with pytest.raises(StateError, match="damaged"):
            read()
    assert (store.state_dir / f"{USER_FILE}.damaged").read_bytes() == b"certain"
    assert head(store).row.starred


def test_a_restored_journal_takes_the_cache_back(store: Store) -> None:
    """After an older user.db was restored, the inbox shows what that file knows."""
    fill(store)
    journal.record(store, ADA, "star", now=at(6))
    journal.record(store, GRACE, "done", now=at(7))
    store.user.execute("delete from journal where id = 2")

    journal.project_pending(store)

    assert head(store).row.starred
    assert head(store, GRACE).row.folder == "inbox"


def test_a_decision_of_a_newer_postroom_is_left_to_it(store: Store) -> None:
    """After a downgrade the others still apply, and the unknown one is kept."""
    fill(store)
    store.user.execute(
        """
        insert into journal (at, session, workspace, conversation, kind, value, inverse, sentence, undoable)
        values (1, '', 'acme', 'c1', 'levitate', '{}', '["land", {}]', 'levitated Ada Lovelace', 1)
        """
    )
    journal.record(store, ADA, "star", now=at(6))

    assert (head(store).row.starred, head(store).row.folder) == (True, "inbox")
    assert store.user.number("select count(*) from journal where kind = 'levitate'") == 1


def test_what_was_done_and_then_snoozed_is_done_again_after_undo(store: Store) -> None:
    """Undo leads one step back, not to the inbox."""
    fill(store)
    journal.record(store, ADA, "done", now=at(6))
    journal.record(store, ADA, "snooze", {"until": at(600)}, now=at(7))

    journal.undo(store, now=at(8))

    assert head(store).row.folder == "done"


def test_what_was_snoozed_is_snoozed_the_same_way_after_undo(store: Store) -> None:
    """One until they reply, the other even if they do."""
    fill(store)
    journal.record(store, ADA, "snooze", {"until": at(600)}, now=at(6))
    journal.record(store, GRACE, "snooze", {"until": at(600), "unless_reply": False}, now=at(7))
    for key in (ADA, GRACE):
        journal.record(store, key, "done", now=at(8))
        journal.undo(store, now=at(9))
    snoozed = [head(store, key).row.folder for key in (ADA, GRACE)]
    later = [
        conversation("c1", inbound(minutes=1), inbound("more", minutes=10), unread=True),
        conversation("c2", inbound(minutes=2), inbound("more", minutes=10), who=lead("Grace Hopper"), unread=True),
    ]
    writes.apply_conversations(store, "acme", "heyreach", page(*later), now=at(11))

    assert snoozed == ["snoozed", "snoozed"]
    assert [head(store, key).row.folder for key in (ADA, GRACE)] == ["inbox", "snoozed"]


DECISIONS = st.lists(
    st.tuples(
        st.sampled_from([ADA, GRACE]),
        st.one_of(
            st.sampled_from([("done", {}), ("inbox", {}), ("star", {}), ("unstar", {}), ("unread", {})]),
            st.builds(lambda m: ("snooze", {"until": at(m)}), st.integers(100, 200)),
            st.builds(lambda m: ("snooze", {"until": at(m), "unless_reply": False}), st.integers(100, 200)),
            st.builds(lambda v: ("classify", {"verdict": v}), st.sampled_from(["interested", "later", None])),
            st.builds(lambda t: ("tag", {"tag": t}), st.sampled_from(["vip", "x"])),
            st.builds(lambda t: ("untag", {"tag": t}), st.sampled_from(["vip", "x"])),
            st.builds(lambda t: ("note", {"text": t}), st.sampled_from(["", "call", "write"])),
        ),
    ),
    max_size=12,
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(DECISIONS)
def test_any_decisions_can_be_undone_and_redone(
    store: Store, decisions: list[tuple[ConversationKey, tuple[str, dict[str, object]]]]
) -> None:
    """However much was decided, undo leads back step by step, and redo forward again."""
    fill(store)
    states = [state(store)]
    for n, (key, (kind, value)) in enumerate(decisions):
        journal.record(store, key, kind, value, now=at(10 + n))
        states.append(state(store))
    for before in reversed(states[:-1]):
        assert journal.undo(store, now=at(50)) is not None
        assert before == state(store)
    for after in states[1:]:
        assert journal.redo(store, now=at(60)) is not None
        assert after == state(store)
    for _ in decisions:
        journal.undo(store, now=at(70))

    assert states[0] == state(store)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(DECISIONS, st.integers(0, 3))
def test_a_rebuilt_cache_shows_the_same(
    store: Store, decisions: list[tuple[ConversationKey, tuple[str, dict[str, object]]]], undos: int
) -> None:
    """Deleting the cache and reading everything again gives the same inbox."""
    fill(store)
    for n, (key, (kind, value)) in enumerate(decisions):
        journal.record(store, key, kind, value, now=at(10 + n))
    for _ in range(undos):
        journal.undo(store, now=at(50))
    shown = state(store)
    session = store.session
    other = store.state_dir / "other"
    other.mkdir(mode=0o700, exist_ok=True)
    for leftover in other.iterdir():
        leftover.unlink()
    store.user.execute("vacuum into ?", (str(other / "user.db"),))

    rebuilt = Store.open(other, session=session)
    assert (other / CACHE_FILE).exists()
    fill(rebuilt)
    journal.project_pending(rebuilt)
    again = state(rebuilt)
    rebuilt.close()

    assert shown == again
