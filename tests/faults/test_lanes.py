"""CC05: what a user does leaves at once, however much is being read in the background."""

from __future__ import annotations

import asyncio
import bisect
import contextlib
import itertools
from pathlib import Path

from postroom.errors import ProviderError
from postroom.records import ProviderName
from providers.base import Lane, Provider
from simulator.clock import MINUTE, SECOND
from simulator.faults import Fault
from store import queries
from store.rows import InboxRow, View
from tests.faults.day import Day, a_day
from tests.faults.matrix import amount, measured
from tests.faults.virtual_time import START, run_virtual

ACTIONS = amount(25, 1500)
LATENCY = 0.3
"""Seconds that the provider takes for every answer."""

LOOKS = 2
"""Answers that a reply waits for before it leaves: the conversation's row and its thread, as they are now."""


def test_cc05_a_reply_leaves_within_a_second_while_an_import_uses_all_it_may(tmp_path: Path) -> None:
    """In 99 of 100 cases we keep it for a second at most, and never make more than 240 requests in a minute."""
    waits, asked = run_virtual(_answer_during_import(tmp_path / "state"))
    waits.sort()
    p99 = waits[min(len(waits) - 1, round(len(waits) * 0.99))]
    busiest = max(bisect.bisect_left(asked, at + MINUTE) - number for number, at in enumerate(asked))

    assert len(waits) > ACTIONS / 2, "some senders are signed out, and their replies are held"
    assert p99 <= 1.0, waits[-5:]
    assert 120 <= busiest <= 240
    measured("actions", actions=len(waits), worst_p99_seconds=round(p99, 3), worst_requests_in_a_minute=busiest)


async def _answer_during_import(folder: Path) -> tuple[list[float], list[int]]:
    """For each reply the seconds that we kept it, and the moments of all requests at HeyReach."""
    settings = {"conversations": 160, "networkhq_share": 0.1, "heyreach_per_minute": 300}
    async with a_day(folder, seed=6, **settings) as day:
        day.sim.fault(Fault("delay", provider="heyreach", seconds=LATENCY))
        rows = [row for row in queries.inbox_rows(day.store, View.ALL, limit=160) if row.provider == "heyreach"]
        provider = day.providers[ProviderName.HEYREACH]
        lanes = [Lane.BACKFILL] * 8 + [Lane.HEAD] * 2 + [Lane.CHANGED] * 2
        reading = [asyncio.create_task(_read_on(provider, rows, lane)) for lane in lanes]
        reading.append(asyncio.create_task(_look_around(provider, rows)))
        began = await _answer(day, [row for row in rows if not row.blocked])
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
        sent = [event for event in day.sim.ledger.events() if event.kind == "message"]
        waits = [(event.at - START) / SECOND - began[event.text] - LOOKS * LATENCY for event in sent]
        return waits, sorted(each.at for each in day.asked if each.provider == "heyreach")


async def _answer(day: Day, rows: list[InboxRow]) -> dict[str, float]:
    """The user answers about every eight seconds, each time as soon as the undo time is over."""
    began: dict[str, float] = {}
    for number, row in zip(range(ACTIONS), itertools.cycle(rows)):
        await asyncio.sleep(day.dice.uniform(4.0, 12.0))
        day.give(row, f"Answer {number}.", undo=0)
        began[f"Answer {number}."] = day.clock.monotonic()
        if number % 20 == 0:
            day.judge()
    await asyncio.sleep(60)
    day.judge()
    assert day.problems == []
    return began


async def _read_on(provider: Provider, rows: list[InboxRow], lane: Lane) -> None:
    """Read one thread after the other, as fast as it is allowed."""
    for row in itertools.cycle(rows):
        with contextlib.suppress(ProviderError):
            await provider.thread(row.key.id, lane=lane)


async def _look_around(provider: Provider, rows: list[InboxRow]) -> None:
    """The user looks at another thread every two seconds."""
    for row in itertools.cycle(rows):
        await asyncio.sleep(2.0)
        with contextlib.suppress(ProviderError):
            await provider.thread(row.key.id, lane=Lane.OPEN_THREAD)
