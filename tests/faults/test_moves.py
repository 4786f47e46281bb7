"""PG01 and the figure `moves`: whatever happens between two pages, the cache equals the provider when all is quiet."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from simulator.server import SimulatorServer
from tests.conftest import MakeSimulator
from tests.faults.matrix import amount, measured
from tests.faults.stand import HR, NH, Stand, native
from tests.faults.unrest import EVERYTHING, READING, Unrest

HALF_AN_HOUR, A_DAY = 1860.0, 86_460.0
"""After so long a poll walks the whole list: NetworkHQ's, and HeyReach's."""

VARIANTS = ("v3", "v2", "networkhq")
RUNS_EACH = 10
"""Runs in one world, one after the other, the first of which begins with the import."""


def unequal(stand: Stand, workspace: str, *, gone_too: bool) -> list[str]:
    """What is not as the provider has it: rows, order, latest messages, texts, read marks."""
    space = stand.simulator.world.workspace(workspace)
    here = {native(row.key): row for row in stand.rows(workspace) if not row.gone}
    there = {row.id: row for row in space.newest()}
    found = [f"missing: {each}" for each in there.keys() - here.keys()]
    if gone_too:
        found += [f"not gone: {each}" for each in here.keys() - there.keys()]
    for name, row in here.items():
        if name not in there:
            continue
        said = space.history(there[name])
        stored = stand.thread(row.key)
        if [m.body for m in stored if m.body not in {"[INMAIL]", "[NO TEXT]"}] != [s.text for s in said if s.text]:
            pairs = zip([m.body for m in stored], [s.text for s in said], strict=False)
            first = next((n for n, (mine, theirs) in enumerate(pairs) if mine != theirs), min(len(stored), len(said)))
            part = slice(max(0, first - 1), first + 3)
            found.append(
                f"thread of {name} at {first} of {len(stored)}/{len(said)}: "
                f"{[m.body[:20] for m in stored[part]]} is not {[s.text[:20] for s in said[part]]}"
            )
        if (row.last_at or 0) // 1000 != said[-1].sent_at // 1000:
            found.append(f"last_at of {name}")
        if row.unread == there[name].seen:
            found.append(f"unread of {name}: {row.unread}")
    order = [(row.last_at or 0) // 1000 for row in stand.rows(workspace)]
    if order != sorted(order, reverse=True):
        found.append("order")
    return found


def _until_the_next_poll(variant: str, *, whole: bool) -> float:
    """What moved or was read beyond a first page, which is small here, is found by the next whole walk."""
    if variant == "networkhq":
        return HALF_AN_HOUR
    return A_DAY if whole or variant == "v2" else 30


def small_pages(stand: Stand, variant: str) -> None:
    """V2 has no pages of the server's making: let the client ask for few rows, and V3 be unknown."""
    if variant == "v2":
        stand.fault("status", operation="GetConversationsV3", status=404)


async def runs(far: SimulatorServer, folder: Path, variant: str, *, seed: int, count: int) -> list[str]:
    """So many runs in one world; what was unequal after each."""
    workspace = NH if variant == "networkhq" else HR
    space = far.world.workspace(workspace)
    dice = random.Random(f"{variant} {seed}")
    found: list[str] = []
    async with Stand(
        far, folder, providers=[workspace], page=far.config.page_most + 3 if variant == "v2" else None
    ) as stand:
        small_pages(stand, variant)
        for number in range(count):
            everything = number % 2 == 1
            unrest = Unrest(far.world, space, dice, EVERYTHING if everything else READING, most=dice.choice((2, 8, 50)))
            far.meanwhile(unrest)
            for _ in range(dice.randint(1, 2)):
                await stand.sync(after=dice.choice((1, 30, 700)))
            far.meanwhile(None)
            for _ in range(2):
                await stand.sync(after=_until_the_next_poll(variant, whole=everything))
            wrong = unequal(stand, workspace, gone_too=everything)
            found += [f"{variant}, seed {seed}, run {number}: {each}" for each in wrong]
    return found


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("chunk", range(amount(1, 16)))
async def test_pg01_what_moves_between_pages_is_there_when_all_is_quiet(
    make_simulator: MakeSimulator, tmp_path: Path, variant: str, chunk: int
) -> None:
    """Moves, replies, edits, read marks and deletions between any two requests: two quiet polls later all is equal."""
    done, found = 0, []
    for world in range(amount(1, 21)):
        seed = chunk * 1000 + world
        far = make_simulator(
            seed=seed + 1, conversations=24, networkhq_share=float(variant == "networkhq"),
            page_most=random.Random(seed).choice((3, 5, 9)), pending_share=0.0,
            heyreach_per_minute=None, networkhq_per_minute=None,
        )  # fmt: skip
        wrong = await runs(far, tmp_path / str(world), variant, seed=seed, count=RUNS_EACH)
        far.stop()
        done += RUNS_EACH
        found += wrong
    measured("moves", runs=done, unequal=len({each.rpartition(":")[0] for each in found}))
    assert found == [], "\n".join(found[:20])
