"""Entries that wait: for their time, for their provider, for room on the disk, for a decision."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from postroom.commands import ResumeCampaign
from postroom.errors import ReadOnlyState, Refused
from store import journal, outbox, outbox_waiting
from store.database import Store
from store.outbox_recovery import hold_everything
from store.outbox_states import State, move
from tests.builders import at
from tests.store.conftest import SESSION
from tests.store.outbox_hands import ADA, PAUSE, RESUME, in_state, reply, state_of


def test_what_could_not_be_reached_waits_for_its_time_and_says_why(store: Store) -> None:
    """It is tried again then, and not before."""
    number = outbox.enqueue(store, reply(), now=at(0))
    postponed = outbox_waiting.postpone(store, number, next_attempt_at=at(5), error="No network.", now=at(1))

    assert postponed
    assert outbox_waiting.next_due(store, now=at(1)) == at(5)
    assert [entry.id for entry in outbox.claimable(store, now=at(2))] == []
    assert [entry.id for entry in outbox.claimable(store, now=at(5))] == [number]


def test_only_a_queued_entry_is_postponed(store: Store) -> None:
    """One that was taken back or sent meanwhile stays as it is."""
    number = in_state(store, State.HELD)

    assert not outbox_waiting.postpone(store, number, next_attempt_at=at(5), error="No network.", now=at(1))
    assert state_of(store, number) == "held"


def test_what_waited_leaves_at_once_when_its_provider_answers_again(store: Store) -> None:
    """Only in the workspace that can be reached."""
    number = outbox.enqueue(store, reply(), now=at(0))
    outbox_waiting.postpone(store, number, next_attempt_at=at(50), error="No network.", now=at(1))

    assert outbox_waiting.hurry(store, "elsewhere") == 0
    assert outbox_waiting.hurry(store, "acme") == 1
    assert outbox_waiting.next_due(store, now=at(1)) is None
    assert [entry.id for entry in outbox.claimable(store, now=at(1))] == [number]


def test_after_a_sleep_the_whole_undo_time_begins_anew(store: Store) -> None:
    """The person gets the seconds back that the machine slept through."""
    number = outbox.enqueue(store, reply(), now=at(0), undo_seconds=10)
    known = outbox_waiting.newest(store)

    assert outbox_waiting.restart_undo(store, session=SESSION, known=known, now=at(60)) == 1
    assert outbox_waiting.next_due(store, now=at(60)) == at(60) + 10_000_000
    assert outbox_waiting.may_be_undone(store, session=SESSION)
    assert not outbox_waiting.may_be_undone(store, session="another")
    assert state_of(store, number) == "undo"


def test_an_undo_time_of_the_new_clock_stays(store: Store) -> None:
    """A reply written after the jump already counts by the right clock."""
    known = outbox_waiting.newest(store)
    outbox.enqueue(store, reply(), now=at(60), undo_seconds=10)

    assert outbox_waiting.restart_undo(store, session=SESSION, known=known, now=at(60)) == 0


def test_a_restored_file_sends_nothing_by_itself(store: Store) -> None:
    """What was being sent may have arrived; everything else waits for the person."""
    sending = outbox.enqueue(store, reply("one"), now=at(0))
    outbox.claim(store, sending, baseline=None, now=at(1))
    queued = outbox.enqueue(store, reply("two", "c2"), now=at(2))

    assert hold_everything(store, reason="This file was restored.", now=at(3)) == 2
    assert (state_of(store, sending), state_of(store, queued)) == ("in_doubt", "held")


def test_a_workspace_that_was_never_stopped_is_started_without_a_write(store: Store) -> None:
    """Saying so twice does no harm."""
    outbox.stop_lane(store, "acme", reason="The key was refused.", now=at(0))
    outbox.start_lane(store, "acme")
    before = store.user.total_changes
    outbox.start_lane(store, "acme")

    assert outbox.lane_stopped(store, "acme") == ""
    assert store.user.total_changes == before


def test_the_opposite_that_is_on_its_way_is_named(store: Store) -> None:
    """So that the person can be asked which of the two is meant; none where there is none."""
    nothing = outbox.opposite(store, RESUME)
    pause = outbox.enqueue(store, PAUSE, now=at(0))
    found = outbox.opposite(store, RESUME)

    assert nothing is None
    assert found is not None
    assert found.id == pause


def test_a_pause_is_overtaken_by_a_later_resume_that_went_out(store: Store) -> None:
    """Its effect will not be seen any more, so nobody waits for it."""
    pause = outbox.enqueue(store, PAUSE, now=at(0))
    outbox.claim(store, pause, baseline=None, now=at(1))
    outbox.settle(store, pause, state="accepted", now=at(1))
    entry = outbox.entry(store, pause)
    assert entry is not None
    early = outbox.overtaken(store, entry)
    resume = outbox.enqueue(store, RESUME, now=at(2), replace=True)
    outbox.claim(store, resume, baseline=None, now=at(3))

    assert (early, outbox.overtaken(store, entry)) == (False, True)


def test_an_opposite_that_is_leaving_is_not_called_back(store: Store) -> None:
    """Its bytes may be out: the later one waits behind it."""
    pause = in_state(store, State.SENDING, PAUSE)
    resume = outbox.enqueue(store, RESUME, now=at(2), replace=True)

    assert (state_of(store, pause), state_of(store, resume)) == ("sending", "queued")
    assert outbox.claimable(store, now=at(3)) == []


def test_a_step_that_another_has_taken_first_changes_nothing(store: Store) -> None:
    """Two hands on one entry: the second finds it elsewhere."""
    number = in_state(store, State.HELD)

    assert move(store.user, number, before="queued", after="held", now=at(1)) is False


def test_an_entry_that_is_gone_is_not_brought_back(store: Store) -> None:
    """Its person was erased while the screen still offered to undo, to hold and to send."""
    assert not outbox.undo_send(store, 7, now=at(1))
    assert not outbox.edit(store, 7, now=at(1))
    assert not outbox.hold(store, 7, "they replied", now=at(1))
    assert not outbox.release_now(store, 7, now=at(1))
    assert not outbox.claim(store, 7, baseline=None, now=at(1))
    assert outbox.rows(store, open_only=False) == []


def test_only_an_action_is_waited_for_no_more_once_the_provider_took_it(store: Store) -> None:
    """A reply that was taken may be with its lead: there is nothing to discard."""
    pause = in_state(store, State.ACCEPTED, PAUSE)
    taken = in_state(store, State.ACCEPTED, reply())

    outbox.resolve(store, pause, "discard", now=at(3))
    with pytest.raises(Refused, match="nothing to decide"):
        outbox.resolve(store, taken, "discard", now=at(3))

    assert (state_of(store, pause), state_of(store, taken)) == ("discarded", "accepted")


def test_an_action_is_asked_for_again_by_its_own_entry_unless_it_may_have_worked(store: Store) -> None:
    """A refused pause is the same pause; a doubtful resume keeps its line in the ledger."""
    pause = in_state(store, State.FAILED, PAUSE)
    resume = in_state(store, State.IN_DOUBT, ResumeCampaign("acme", "q4", "Q4"))

    assert outbox.resolve(store, pause, "resend", now=at(3)) == pause
    again = outbox.resolve(store, resume, "resend", now=at(3))
    assert again is not None
    row = outbox.row(store, again)

    assert row is not None
    assert (row.title, row.state, row.resend_of) == ("Resume Q4", "queued", resume)
    assert (state_of(store, pause), state_of(store, resume)) == ("queued", "discarded")


def test_nothing_to_undo_or_redo_is_no_fault(store: Store) -> None:
    """A fresh start has no last decision."""
    assert journal.undo(store, now=at(0)) is None
    assert journal.redo(store, now=at(0)) is None


def test_a_viewer_decides_nothing(state_dir: Path, store: Store) -> None:
    """The other Postroom keeps the decisions; this one says so."""
    with closing(Store.open(state_dir, writable=False)) as viewer, pytest.raises(ReadOnlyState):
        journal.record(viewer, ADA, "done", now=at(0))
