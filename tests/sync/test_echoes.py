"""Sends and their echoes: an echo settles the send that made it, and no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from postroom.commands import MarkSeen
from postroom.errors import Uncertain
from postroom.records import Direction, ProviderName, SendResult
from store import outbox
from sync.events import Settled, SyncEvent
from sync.pull import pull
from sync.push import push
from tests.builders import conversation, inbound
from tests.sync.far_side import FarSide
from tests.sync.places import WORKSPACE, Place


async def test_a_late_echo_of_what_the_user_settled_settles_no_other_send(place: Place) -> None:
    """The first “Thanks!” was seen in LinkedIn; when the thread shows it at last, the second is still in doubt."""
    await place.pull()
    place.far.hidden = True
    place.far.deliver_and_raise = Uncertain("No answer.")
    first = await place.send("Thanks!")
    outbox.resolve(place.store, first.id, "arrived", now=place.clock.now())
    second = await place.send("Thanks!")

    place.far.write("c1", "Thanks!", Direction.OUTBOUND)
    await place.pull()
    after_one_echo = place.row(second.id).state
    place.far.write("c1", "Thanks!", Direction.OUTBOUND)
    await place.pull()

    assert (second.state, after_one_echo) == ("in_doubt", "in_doubt")
    assert place.row(second.id).state == "sent"


async def test_what_the_user_saw_and_the_thread_shows_is_owed_no_more(place: Place) -> None:
    """An echo that is in the thread already when the user settles its send does not hold back the next one's."""
    await place.pull()
    place.far.hidden = True
    place.far.deliver_and_raise = Uncertain("No answer.")
    first = await place.send("Thanks!")
    outbox.resolve(place.store, first.id, "arrived", now=place.clock.now())
    place.far.write("c1", "Thanks!", Direction.OUTBOUND)
    await place.pull()
    second = await place.send("Thanks!")

    place.far.write("c1", "Thanks!", Direction.OUTBOUND)
    await place.pull()

    assert place.row(second.id).state == "sent"


async def test_an_id_that_was_answered_settles_only_its_own_send(places: Callable[..., Place], place: Place) -> None:
    """A message that the provider named and shows late is not taken for the echo of an equal one in doubt."""
    networkhq = places(FarSide(place.clock, provider_name=ProviderName.NETWORKHQ))
    await networkhq.pull()
    networkhq.far.hidden = True
    networkhq.far.answer = SendResult("sent", remote_id="m-1")
    await networkhq.send("Thanks!")
    networkhq.far.deliver_and_raise = Uncertain("No answer.")
    second = await networkhq.send("Thanks!")

    networkhq.far.write("c1", "Thanks!", Direction.OUTBOUND, remote_id="m-1")
    await networkhq.pull()
    after_the_first = networkhq.row(second.id).state
    networkhq.far.write("c1", "Thanks!", Direction.OUTBOUND, remote_id="m-2")
    await networkhq.pull()

    assert after_the_first == "in_doubt"
    assert (networkhq.row(second.id).state, networkhq.row(second.id).remote_id) == ("sent", "m-2")


async def test_our_own_reply_is_known_however_much_was_done_since(place: Place) -> None:
    """After hundreds of read marks our own last message is still ours, and does not hold the next one back."""
    await place.pull()
    second = place.reply("Two")
    await push(place.link, place.enqueue(place.reply("One")))
    for number in range(250):
        entry = place.enqueue(MarkSeen(WORKSPACE, f"other-{number}"))
        outbox.claim(place.store, entry.id, baseline=None, now=place.clock.now())
        outbox.settle(place.store, entry.id, state="sent", now=place.clock.now())

    row = await place.push(place.enqueue(second))

    assert row.state == "accepted"


@pytest.mark.parametrize(("word", "state"), [("arrived", "sent"), ("discard", "discarded")])
async def test_the_users_word_stands_where_an_echo_comes_at_the_same_moment(
    place: Place, word: str, state: str
) -> None:
    """Two doubts end in one pull; the user settles the second while the screen is told of the first."""
    place.far.threads["c2"] = conversation("c2", inbound("Hi", minutes=3))
    await place.pull()
    place.far.hidden = True
    place.far.deliver_and_raise = Uncertain("No answer.")
    first, second = [await place.send("Thanks!", conversation=each) for each in ("c1", "c2")]
    for each in ("c1", "c2"):
        place.far.write(each, "Thanks!", Direction.OUTBOUND)

    def told(event: SyncEvent) -> None:
        place.events.append(event)
        if isinstance(event, Settled) and event.entry_id == first.id:
            outbox.resolve(place.store, second.id, word, now=place.clock.now())

    place.clock.advance(1)
    report, _ = await pull(replace(place.link, emit=told), all_threads=True)

    assert (place.row(first.id).state, place.row(second.id).state) == ("sent", state)
    assert place.row(second.id).matched_by == ("user" if word == "arrived" else "")
    assert report.complete, report.reason
