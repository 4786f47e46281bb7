"""One workspace's polling: what its line says during an import, and when it is polled again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from postroom.errors import NeverSent, RateLimited, Uncertain
from store import outbox, outbox_waiting
from sync.events import StatusChanged
from sync.pull import THREADS_PER_POLL
from sync.threads import backlog
from sync.worker import Worker
from tests.sync.far_side import FarSide
from tests.sync.places import Place, far_side, many


def long_import() -> FarSide:
    """More threads than one pull reads, none of which is whole in the list."""
    far = far_side()
    threads = many(THREADS_PER_POLL + 5)
    far.threads = {name: replace(thread, messages_complete=False) for name, thread in threads.items()}
    return far


def states(place: Place) -> list[tuple[str, str]]:
    return [(event.state, event.sentence) for event in place.events if isinstance(event, StatusChanged)]


async def test_a_first_import_is_calm_until_it_is_over(places: Callable[..., Place]) -> None:
    """No warning while threads come in pull by pull."""
    place = places(long_import())
    worker = Worker(place.link)

    await worker.poll(all_threads=False)
    await worker.poll(all_threads=False)

    assert states(place) == [("syncing", ""), ("syncing", ""), ("syncing", ""), ("ok", "")]


async def test_a_thread_that_cannot_be_read_is_said_and_rests(places: Callable[..., Place]) -> None:
    """It is named as trouble, and is no reason to poll again at once."""
    place = places(long_import())
    place.far.threads = dict(list(place.far.threads.items())[:1])
    place.far.troubles["thread"] = [Uncertain("This thread cannot be read.")]

    await Worker(place.link).poll(all_threads=False)

    state, sentence = states(place)[-1]
    assert (state, sentence[:27]) == ("incomplete", "This thread cannot be read.")
    assert not backlog(place.link)


async def test_what_waited_offline_waits_no_longer_when_the_network_is_back(place: Place) -> None:
    """Plugged in again, a reply leaves at once, and not after the pause of its last attempt."""
    await place.pull()
    worker, recovered = Worker(place.link), []
    worker.on_recovered = lambda: recovered.append(True)
    for kind in ("conversations", "thread"):
        place.far.troubles[kind] = [NeverSent("No connection.")]
    await worker.poll(all_threads=False)
    entry = place.enqueue(place.reply())
    outbox_waiting.postpone(place.store, entry.id, next_attempt_at=place.clock.now() + 60 * 10**6, error="", now=1)
    waiting = outbox.claimable(place.store, now=place.clock.now())
    await worker.poll(all_threads=False)

    assert waiting == []
    assert recovered == [True]
    assert [each.id for each in outbox.claimable(place.store, now=place.clock.now())] == [entry.id]


async def test_a_limit_for_the_day_stops_the_sends_until_it_begins_anew(place: Place) -> None:
    """Nothing is tried a minute later: the line says why, the replies stay queued, and they leave after the reset."""
    worker = Worker(place.link)
    await worker.poll(all_threads=True)
    place.far.troubles["send"] = [RateLimited("HeyReach takes no more today.", until_reset=3600)]
    entry = place.enqueue(place.reply())
    refused = await place.push(entry)
    stopped = []
    for minutes in (1, 30, 28):
        place.clock.advance(minutes * 60)
        worker.request()
        await worker.poll(all_threads=False)
        stopped.append(outbox.claimable(place.store, now=place.clock.now()))
    told = states(place)[-1]
    place.clock.advance(120)
    await worker.poll(all_threads=False)

    assert refused.state == "queued"
    assert stopped == [[], [], []]
    assert told == ("limited", "HeyReach takes no more today.")
    assert [each.id for each in outbox.claimable(place.store, now=place.clock.now())] == [entry.id]
    assert (await place.push(entry)).state == "accepted"
