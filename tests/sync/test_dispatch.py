"""What leaves the outbox and when, and what becomes of a result that cannot be written down."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest

from postroom.commands import MarkSeen
from postroom.errors import Uncertain
from store import outbox, outbox_waiting
from store.database import USER_FILE
from sync.clock import HOUR, SECOND
from sync.dispatch import LONGEST_WAIT, Dispatcher
from tests.sync.places import WORKSPACE, Place, many


@pytest.fixture
def dispatcher(place: Place) -> Dispatcher:
    return Dispatcher(place.store, {WORKSPACE: place.link}, place.clock, session="test")


def refuse_results(place: Place) -> None:
    """From now on the file takes no result of a send, as when the disk is full."""
    with closing(sqlite3.connect(place.store.state_dir / USER_FILE)) as user:
        user.execute(
            """
            create trigger full before update on outbox when old.state = 'sending' begin
                select raise(abort, 'no room');
            end
            """
        )


def take_results(place: Place) -> None:
    with closing(sqlite3.connect(place.store.state_dir / USER_FILE)) as user:
        user.execute("drop trigger full")


async def round_of(dispatcher: Dispatcher) -> None:
    dispatcher.start_due()
    await dispatcher.drain()


@pytest.mark.parametrize(("error", "state"), [(None, "accepted"), (Uncertain("No answer."), "in_doubt")])
async def test_a_result_that_could_not_be_written_is_written_later(
    place: Place, dispatcher: Dispatcher, error: Exception | None, state: str
) -> None:
    """The disk was full when the answer came: the reply is shown as what it is once there is room, not at a restart."""
    await place.pull()
    entry = place.enqueue(place.reply())
    place.far.deliver_and_raise = error
    place.far.troubles["send"] = [lambda: refuse_results(place)]

    await round_of(dispatcher)
    meanwhile = place.row(entry.id).state
    await round_of(dispatcher)
    take_results(place)
    place.clock.advance(LONGEST_WAIT)
    await round_of(dispatcher)

    assert meanwhile == "sending"
    assert place.row(entry.id).state == state
    assert place.far.calls["send"] == 1
    assert place.settled()[-1] == state


async def test_a_read_mark_whose_result_was_lost_is_made_again(place: Place, dispatcher: Dispatcher) -> None:
    """What may be repeated is repeated, and does not stand as “sending” for ever."""
    await place.pull()
    entry = place.enqueue(MarkSeen(WORKSPACE, "c1"))
    place.far.troubles["mark_seen"] = [lambda: refuse_results(place)]

    await round_of(dispatcher)
    take_results(place)
    place.clock.advance(60)
    await round_of(dispatcher)

    assert place.row(entry.id).state == "sent"


async def test_all_that_waited_leaves_in_one_go(place: Place, dispatcher: Dispatcher) -> None:
    """What was written offline leaves with one sync, however much it is, and in its order."""
    place.far.threads |= many(6, first=10)
    await place.pull()
    for number in range(10, 16):
        place.enqueue(place.reply("One", conversation=f"c{number}"))
    place.enqueue(place.reply("Two", conversation="c10"))

    await dispatcher.push_all()

    assert len(place.far.delivered) == 7
    assert [text for conversation, text in place.far.delivered if conversation == "c10"] == ["One", "Two"]


async def test_a_clock_that_was_set_back_delays_nothing(place: Place, dispatcher: Dispatcher) -> None:
    """A reply that waits for its next attempt leaves soon, although the clock now says last year."""
    await place.pull()
    entry = place.enqueue(place.reply())
    outbox.claim(place.store, entry.id, baseline=None, now=place.clock.now())
    later = place.clock.now() + 60_000_000
    outbox.settle(place.store, entry.id, state="queued", next_attempt_at=later, now=place.clock.now())
    place.clock.at -= 365 * 24 * HOUR
    place.clock.advance(61)

    await round_of(dispatcher)

    assert place.row(entry.id).state == "accepted"
    assert len(place.far.delivered) == 1


async def test_a_suspend_of_two_seconds_begins_the_undo_time_anew(place: Place, dispatcher: Dispatcher) -> None:
    """However short the machine slept: nobody saw that time pass."""
    entry = outbox.enqueue(place.store, place.reply(), now=place.clock.now(), undo_seconds=8)
    dispatcher.start_due()
    place.clock.advance(5)
    place.clock.at += 2 * SECOND

    dispatcher.start_due()

    assert outbox_waiting.next_due(place.store, now=place.clock.now()) == place.clock.now() + 8 * SECOND
    assert place.row(entry).state == "undo"


async def test_a_program_that_was_stopped_for_six_seconds_begins_the_undo_time_anew(
    place: Place, dispatcher: Dispatcher
) -> None:
    """While something waits it looks at the clocks each second, so a look that comes that late is no busy moment."""
    entry = outbox.enqueue(place.store, place.reply(), now=place.clock.now(), undo_seconds=6)
    running = asyncio.create_task(dispatcher.run())
    await asyncio.sleep(0)
    place.clock.advance(6.5)

    dispatcher.wake()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    state = place.row(entry).state
    running.cancel()

    assert state == "undo"
