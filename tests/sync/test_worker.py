"""One workspace's polling: what its line says during an import, and when it is polled again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from postroom.errors import Refused
from sync.events import StatusChanged
from sync.pull import THREADS_PER_POLL
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


async def test_a_thread_that_cannot_be_read_is_said_and_not_asked_for_every_two_seconds(
    places: Callable[..., Place],
) -> None:
    """It rests; meanwhile the workspace is polled as seldom as any other."""
    place = places(long_import())
    far = place.far
    far.threads = dict(list(far.threads.items())[:1])
    far.troubles["thread"] = [Refused("This thread cannot be read.")] * 10
    worker = Worker(place.link)

    await worker.poll(all_threads=False)
    asked = far.calls["thread"]
    task = asyncio.create_task(worker.run())
    polls = far.calls["conversations"]
    for _ in range(200):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})

    assert states(place)[1] == (
        "incomplete",
        "This thread cannot be read. The messages of 1 conversation are not all here yet.",
    )
    assert far.calls["thread"] == asked
    assert far.calls["conversations"] - polls <= 3
