"""CC06 and CC10: the provider's limit when others use it too, and when the program starts again and again."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from pathlib import Path

import pytest

from simulator.clock import MINUTE, SECOND
from simulator.server import SimulatorServer
from simulator.simulation import Exchange
from store.database import prepare
from sync.engine import Engine
from tests.faults.day import setups
from tests.faults.matrix import amount
from tests.faults.virtual_time import LoopClock, run_virtual, simulated

OTHERS = 250
"""Requests a minute that another tool makes with the same key; 300 are allowed."""


def test_cc06_another_tool_on_the_same_key_is_given_way_and_the_import_goes_on(tmp_path: Path) -> None:
    """After two minutes hardly any of our requests are refused, and threads still come in."""
    minutes = amount(8, 60)
    asked, threads = run_virtual(_beside_another_tool(tmp_path / "state", minutes))
    start = asked[0].at
    late = [each for each in asked if each.at > start + 2 * MINUTE]
    refused = [each for each in late if each.status == 429]

    assert len(refused) <= max(1, 0.01 * len(late))
    assert len(late) > 20 * (minutes - 2)
    assert threads > 15 * (minutes - 2)


async def _beside_another_tool(folder: Path, minutes: int) -> tuple[list[Exchange], int]:
    clock = LoopClock()
    prepare(folder, session="cc06")
    settings = {"conversations": 60 * minutes, "networkhq_share": 1.0, "networkhq_per_minute": 300}
    async with simulated(clock, **settings).here() as sim:
        another = asyncio.create_task(_another_tool(sim))
        asked: list[Exchange] = []
        only = [each for each in setups(sim, clock) if each.name == "acme-networkhq"]
        async with Engine(folder, only, session="cc06", clock=clock) as engine:
            watching = asyncio.create_task(engine.watch())
            for _ in range(minutes):
                await asyncio.sleep(60)
                asked += sim.traffic.log()
                sim.traffic.clear()
            await _end(watching)
        await _end(another)
        late = asked[0].at + 2 * MINUTE
        threads = [each for each in asked if each.operation == "conversation" and each.at > late and each.status == 200]
    return asked, len(threads)


async def _another_tool(sim: SimulatorServer) -> None:
    """Uses up the key's limit at an even pace, without asking how it went."""
    bucket = sim._simulation.bucket(sim.networkhq_key, 300)
    while True:
        bucket.take(sim.world.now())
        await asyncio.sleep(60 / OTHERS)


@pytest.mark.parametrize("ending", ["left", "killed"])
def test_cc10_starting_again_and_again_spends_no_more_than_running_on(tmp_path: Path, ending: str) -> None:
    """Twenty starts in a minute: what the last life has asked counts in the next, however that life ended."""
    killed = ending == "killed"
    moments = run_virtual(_restart(tmp_path, killed=killed))
    minute = max(sum(each <= other < each + MINUTE for other in moments) for each in moments)
    burst = max(sum(each <= other < each + 2 * SECOND for other in moments) for each in moments)

    assert len(moments) > 60
    assert minute <= (240 if killed else 120)
    assert burst <= 10


async def _restart(folder: Path, *, killed: bool) -> list[int]:
    """Live 20 times for up to three seconds each, all the time with a long import before it; when it asked."""
    clock = LoopClock()
    async with simulated(clock, conversations=1500, networkhq_share=0.0, heyreach_per_minute=300).here() as sim:
        state = folder / "state-0"
        for life in range(20):
            prepare(state, session=f"life-{life}")
            only = [each for each in setups(sim, clock) if each.name == "acme-linkedin"]
            async with Engine(state, only, session=f"life-{life}", clock=clock) as engine:
                watching = asyncio.create_task(engine.watch())
                await asyncio.sleep(0.5 + 2.5 * clock.random())
                if killed:
                    # What a SIGKILL leaves is what is in the folder at this moment.
                    state = Path(shutil.copytree(state, folder / f"state-{life + 1}"))
                await _end(watching)
        return [each.at for each in sim.traffic.log()]


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
