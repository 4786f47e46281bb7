"""The law of sending: at most once by itself, never lost, never pretended."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from postroom.commands import MarkSeen
from postroom.errors import Refused, StateError
from store import outbox
from store.database import USER_FILE, Store
from store.outbox_states import State
from tests.builders import at
from tests.store.conftest import SESSION
from tests.store.outbox_hands import ADA, PAUSE, RESUME, STOP, draft_text, in_state, reply, state_of


def test_a_reply_and_its_draft_change_places_in_one_step(store: Store) -> None:
    """A text is a draft or on its way, never both and never neither."""
    outbox.save_draft(store, ADA, "Hello", seen_upto="m1#0", now=at(0))

    number = outbox.enqueue(store, reply(), now=at(1), undo_seconds=10)
    queued = (state_of(store, number), draft_text(store))
    undone = outbox.undo_send(store, number, now=at(1))

    assert queued == ("undo", None)
    assert undone
    assert (state_of(store, number), draft_text(store)) == ("discarded", "Hello")


def test_a_send_that_cannot_be_written_keeps_the_draft(store: Store) -> None:
    """When the disk fails between the two, the text is still in the composer."""
    outbox.save_draft(store, ADA, "Hello", seen_upto="", now=at(0))
    store.user.execute("create temp trigger full before insert on outbox begin select raise(abort, 'full'); end")

    with pytest.raises(Exception, match="full"):
        outbox.enqueue(store, reply(), now=at(1))

    assert draft_text(store) == "Hello"
    assert outbox.rows(store) == []


def test_undo_keeps_what_was_typed_meanwhile(store: Store) -> None:
    """Taking a reply back does not overwrite the next one that was begun."""
    number = outbox.enqueue(store, reply("first"), now=at(0), undo_seconds=10)
    outbox.save_draft(store, ADA, "second", seen_upto="", now=at(0))

    outbox.undo_send(store, number, now=at(0))

    assert draft_text(store) == "first\n\nsecond"


def test_send_pressed_twice_is_one_message(store: Store) -> None:
    """A key that repeats sends once; the same words a minute later are meant."""
    first = outbox.enqueue(store, reply("Thanks!"), now=at(0), undo_seconds=10)
    twice = outbox.enqueue(store, reply("Thanks!"), now=at(0) + 1_500_000, undo_seconds=10)
    meant = outbox.enqueue(store, reply("Thanks!"), now=at(1), undo_seconds=10)

    assert first == twice
    assert meant != first


def test_pause_pressed_twice_is_one_pause(store: Store) -> None:
    """An action that is on its way already is not asked for again."""
    assert outbox.enqueue(store, PAUSE, now=at(0)) == outbox.enqueue(store, PAUSE, now=at(5))


def test_an_empty_reply_is_refused(store: Store) -> None:
    """Nothing but white space is not a message."""
    with pytest.raises(Refused, match="empty"):
        outbox.enqueue(store, reply(" \n"), now=at(0))


def test_only_this_process_ends_its_undo_time(store: Store) -> None:
    """Undo time runs out for the one who saw it begin."""
    number = outbox.enqueue(store, reply(), now=at(0), undo_seconds=10)

    early = outbox.release_due(store, now=at(0), session=SESSION)
    foreign = outbox.release_due(store, now=at(1), session="another")
    due = outbox.release_due(store, now=at(1), session=SESSION)

    assert (early, foreign, due) == ([], [], [number])
    assert not outbox.undo_send(store, number, now=at(1))


def test_send_now_does_not_wait(store: Store) -> None:
    """Whoever is sure need not wait."""
    number = outbox.enqueue(store, reply(), now=at(0), undo_seconds=10)

    assert outbox.release_now(store, number, now=at(0))
    assert [e.id for e in outbox.claimable(store, now=at(0))] == [number]


def test_a_claim_succeeds_once(state_dir: Path, store: Store) -> None:
    """Two senders cannot both take the same message."""
    number = outbox.enqueue(store, reply(), now=at(0))
    other = Store.open(state_dir, session="other")
    claims = [outbox.claim(s, number, baseline=None, now=at(1)) for s in (store, other, store)]
    other.close()

    assert claims == [True, False, False]


def test_a_claim_is_on_disk_before_it_returns(state_dir: Path, store: Store) -> None:
    """What a foreign reader of the file sees after a claim is a claim."""
    number = outbox.enqueue(store, reply(), now=at(0))
    outbox.claim(store, number, baseline=outbox.Baseline(2, ("m1", "m2")), now=at(1))

    with sqlite3.connect(f"file:{state_dir / USER_FILE}?mode=ro", uri=True) as reader:
        seen = reader.execute("select state, attempts, baseline, known_ids from outbox").fetchall()
    reader.close()
    synchronous = store.user.number("pragma synchronous")

    assert seen == [("sending", 1, 2, '["m1", "m2"]')]
    assert synchronous == 2


def test_a_text_that_the_disk_has_changed_is_held_and_shown(store: Store) -> None:
    """One flipped letter that the database calls whole must not reach anybody."""
    number = outbox.enqueue(store, reply("See you at 9"), now=at(0))
    store.user.execute("update outbox set payload = replace(payload, 'at 9', 'at 1')")

    assert outbox.claim(store, number, baseline=None, now=at(1)) is False
    assert state_of(store, number) == "held"
    assert "disk has changed it" in outbox.rows(store)[0].error


def test_what_the_disk_has_made_unreadable_is_not_taken_apart(store: Store) -> None:
    """No draft without its words, no second pause of nothing: the file is repaired at the next start."""
    written = outbox.enqueue(store, reply("See you at 9"), now=at(0))
    failed = in_state(store, State.FAILED, PAUSE)
    store.user.execute("update outbox set payload = replace(replace(payload, 'text', 'tuxt'), '_id', '_ad')")

    for act in (
        lambda: outbox.edit(store, written, now=at(3)),
        lambda: outbox.resolve(store, failed, "resend", now=at(3)),
    ):
        with pytest.raises(StateError, match="damaged"):
            act()
    assert (state_of(store, written), state_of(store, failed)) == ("queued", "failed")
    assert draft_text(store) is None


def test_replies_of_a_conversation_leave_in_order(store: Store) -> None:
    """The second reply waits for the first; another conversation does not."""
    first = outbox.enqueue(store, reply("one"), now=at(0))
    second = outbox.enqueue(store, reply("two"), now=at(1))
    elsewhere = outbox.enqueue(store, reply("three", "c2"), now=at(2))

    assert [e.id for e in outbox.claimable(store, now=at(3))] == [first, elsewhere]
    assert not outbox.claim(store, second, baseline=None, now=at(3))


@pytest.mark.parametrize(
    ("state", "blocked"),
    [
        (State.UNDO, True), (State.QUEUED, True), (State.SENDING, True), (State.IN_DOUBT, True),
        (State.ACCEPTED, False), (State.PENDING, False), (State.SENT, False), (State.FAILED, False),
        (State.HELD, False), (State.DISCARDED, False),
    ],
)  # fmt: skip
def test_an_earlier_reply_keeps_the_next_waiting_only_while_it_matters(
    store: Store, state: State, blocked: bool
) -> None:
    """A doubtful reply pauses its conversation; a refused one does not."""
    in_state(store, state, reply("one"))
    later = outbox.enqueue(store, reply("two"), now=at(3))

    assert (later not in [e.id for e in outbox.claimable(store, now=at(4))]) == blocked


def test_stopping_a_lead_never_waits_for_a_doubtful_resume(store: Store) -> None:
    """The safe direction is always open."""
    in_state(store, State.IN_DOUBT, RESUME)
    stop = outbox.enqueue(store, STOP, now=at(3))

    assert stop in [e.id for e in outbox.claimable(store, now=at(4))]


def test_a_read_mark_never_waits_for_a_reply(store: Store) -> None:
    """Reading is told to the provider whatever became of a reply."""
    in_state(store, State.IN_DOUBT, reply())
    mark = outbox.enqueue(store, MarkSeen("acme", "c1"), now=at(3))

    assert [e.id for e in outbox.claimable(store, now=at(4))] == [mark]


def test_a_refused_key_stops_a_whole_workspace(store: Store) -> None:
    """After a 401 nothing more is tried until it is put right."""
    mine = outbox.enqueue(store, reply(), now=at(0))
    outbox.stop_lane(store, "acme", "The key was refused.")
    stopped = (outbox.lane_stopped(store, "acme"), outbox.claimable(store, now=at(1)))
    claimed = outbox.claim(store, mine, baseline=None, now=at(1))
    outbox.start_lane(store, "acme")

    assert stopped == ("The key was refused.", [])
    assert not claimed
    assert [e.id for e in outbox.claimable(store, now=at(1))] == [mine]


def test_a_later_attempt_waits_for_its_time(store: Store) -> None:
    """After “not now” the next attempt comes when it was asked for."""
    number = outbox.enqueue(store, reply(), now=at(0))
    outbox.claim(store, number, baseline=None, now=at(1))
    outbox.settle(store, number, state="queued", error="Offline.", next_attempt_at=at(5), now=at(2))

    assert outbox.claimable(store, now=at(4)) == []
    assert [e.attempts for e in outbox.claimable(store, now=at(5))] == [1]
