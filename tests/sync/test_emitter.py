"""Events on their way to the screen."""

from __future__ import annotations

import asyncio

from sync.emitter import GATHER_SECONDS, Emitter
from sync.events import Progressed, Pulled, Settled, SyncEvent


async def test_changes_are_gathered() -> None:
    """A thousand changed rows redraw the screen once, not a thousand times."""
    heard: list[SyncEvent] = []
    emit = Emitter(heard.append)
    for number in range(1000):
        emit(Pulled("acme", (f"c{number % 10}",)))
    emit(Pulled("acme", campaigns=True))
    emit(Progressed("acme", "threads", 1))
    emit(Progressed("acme", "threads", 2))
    early = list(heard)
    await asyncio.sleep(GATHER_SECONDS * 1.5)

    assert early == []
    assert heard == [
        Pulled("acme", tuple(f"c{n}" for n in range(10)), campaigns=True),
        Progressed("acme", "threads", 2),
    ]


async def test_what_became_of_a_reply_is_told_at_once() -> None:
    """The outcome of a send waits for nothing, and comes after the rows that it belongs to."""
    heard: list[SyncEvent] = []
    emit = Emitter(heard.append)
    emit(Pulled("acme", ("c1",)))
    emit(Settled("acme", 1, "reply", "sent", "c1"))

    assert [type(event) for event in heard] == [Pulled, Settled]


async def test_nobody_listening_costs_nothing() -> None:
    """The command line without a screen needs no events."""
    emit = Emitter(None)
    emit(Pulled("acme", ("c1",)))
    emit.flush()
