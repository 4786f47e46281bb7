"""CK05: whole days of made-up time, in which everything goes wrong now and then."""

from __future__ import annotations

import asyncio
import gc
import os
import time
from pathlib import Path

import pytest

from simulator.faults import Fault
from tests.faults.day import Day, a_day
from tests.faults.matrix import amount, measured
from tests.faults.virtual_time import run_virtual

MINUTES = amount(20, 24 * 60)
SUSPENDS = amount(4, 200)
JUMPS = amount(2, 50)

WEATHER = (
    Fault("status", status=500, probability=0.006),
    Fault("status", status=502, probability=0.006, delivered=True),
    Fault("status", status=503, probability=0.006, retry_after="1"),
    Fault("status", status=429, probability=0.006),
    Fault("status", status=401, probability=0.0005),
    Fault("close", probability=0.006),
    Fault("reset", probability=0.006),
    Fault("hang", probability=0.003),
    Fault("truncated", probability=0.006),
    Fault("html", probability=0.003),
    Fault("delay", probability=0.005, seconds=8.0),
)
"""Five requests in a hundred meet one of these."""

NOTICED = 11.0
"""A process that stands still for less may find its next look at the clocks hardly late."""

HOUR, DAY = 3600.0, 86_400.0
WRONG = (HOUR, -HOUR, DAY, -DAY, 3650 * DAY, -3650 * DAY, 0.0, 0.0)
"""By how much a wall clock is wrong after a jump."""


# Where a connection is given up in the very moment in which it is made, asyncio leaves its socket to the collector.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <function _SelectorTransport:pytest.PytestUnraisableExceptionWarning"
)
def test_ck05_a_day_of_faults_sleeps_and_clock_jumps_sends_nothing_twice_and_loses_nothing(tmp_path: Path) -> None:
    """Whatever happens in the background, what a person wrote is where they left it, at most once at the lead's."""
    began = time.perf_counter()
    day, memory, handles = run_virtual(_live(tmp_path / "state"))
    spent = time.perf_counter() - began

    assert day.problems == []
    assert len([event for event in day.sim.ledger.events() if event.kind == "message"]) > MINUTES / 4
    growth = memory[-1] - memory[len(memory) // 4]
    assert growth < 40.0, memory
    assert max(handles[len(handles) // 4 :]) - handles[len(handles) // 4] <= 8, handles
    measured(
        "soak",
        virtual_hours=MINUTES / 60,
        requests=day.requests,
        faults=day.faults_met,
        suspends=SUSPENDS,
        clock_jumps=JUMPS,
        double_sends=0,
        worst_MB_of_growth=round(growth, 1),
        worst_handles_more=max(handles[len(handles) // 4 :]) - handles[len(handles) // 4],
        worst_real_seconds=round(spent, 1),
    )


async def _live(folder: Path) -> tuple[Day, list[float], list[int]]:
    memory, handles = [], []
    async with a_day(folder, seed=5) as day:
        day.judge()
        calm = day.requests
        for fault in WEATHER:
            day.sim.fault(fault)
        suspends, jumps = _moments(day, SUSPENDS), _moments(day, JUMPS)
        for minute in range(MINUTES):
            await _minute(day, suspends=suspends.count(minute), jumps=jumps.count(minute))
            if minute % max(1, MINUTES // 40) == 0:
                gc.collect()
                memory.append(_resident())
                handles.append(_handles())
        day.judge()
        day.requests -= calm
        assert day.faults_met >= day.requests * 0.03
        await _calm_down(day)
    return day, memory, handles


async def _minute(day: Day, *, suspends: int, jumps: int) -> None:
    """A minute in which a person acts once or twice; the network goes away and comes back once in a while."""
    for _ in range(day.dice.randint(1, 2)):
        await day.act()
        await asyncio.sleep(day.dice.uniform(0.0, 25.0))
    for _ in range(suspends):
        day.dice.choice((day.sleep, day.stop_process))(day.dice.uniform(NOTICED, 600.0))
    for _ in range(jumps):
        day.clock.wrong = day.dice.choice(WRONG)
    if day.dice.random() < 0.02:
        await day.sim.go_offline()
        await asyncio.sleep(day.dice.uniform(5.0, 60.0))
        await day.sim.go_online()
    await asyncio.sleep(day.dice.uniform(5.0, 20.0))
    day.judge()


async def _calm_down(day: Day) -> None:
    """Nothing goes wrong any more, and nobody writes: after a while all is settled."""
    day.sim.faults.clear()
    day.clock.wrong = 0.0
    await asyncio.sleep(900.0)
    day.engine.request_sync()
    await asyncio.sleep(900.0)
    day.judge_end()


def _moments(day: Day, count: int) -> list[int]:
    return [day.dice.randrange(MINUTES) for _ in range(count)]


def _resident() -> float:
    """Megabytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _handles() -> int:
    """Files and sockets that this process has open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())
