"""PG01 and the figure `moves`: whatever happens between two pages, the cache equals the provider when all is quiet."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from simulator.server import SimulatorServer
from tests.conftest import MakeSimulator
from tests.faults.matrix import amount, measured
from tests.faults.stand import HR, IN, NH, Stand
from tests.faults.truth import unequal
from tests.faults.unrest import EVERYTHING, MAILING, READING, Unrest

HALF_AN_HOUR, A_DAY, A_WEEK = 1860.0, 86_460.0, 604_860.0
"""After so long a poll walks the whole list: NetworkHQ's, HeyReach's, and Instantly's."""

VARIANTS = {"v3": HR, "v2": HR, "networkhq": NH, "instantly": IN}
WORLDS = {"v3": 20, "v2": 18, "networkhq": 16, "instantly": 9}
"""Of each chunk, whole: mails take the longest."""
RUNS_EACH = 10
"""Runs in one world, one after the other, the first of which begins with the import."""


def _until_the_next_poll(variant: str, *, whole: bool) -> float:
    """What moved or was read beyond a first page, which is small here, is found by the next whole walk."""
    if variant == "networkhq":
        return HALF_AN_HOUR
    if variant == "instantly":
        return A_WEEK if whole else 30
    return A_DAY if whole or variant == "v2" else 30


def small_pages(stand: Stand, variant: str) -> None:
    """V2 and mails have no pages of the server's making: the client asks for few rows. V3 must be unknown to try V2."""
    if variant == "v2":
        stand.fault("status", operation="GetConversationsV3", status=404)


async def runs(far: SimulatorServer, folder: Path, variant: str, *, seed: int, count: int) -> list[str]:
    """So many runs in one world; what was unequal after each."""
    workspace = VARIANTS[variant]
    space = far.world.workspace(workspace)
    dice = random.Random(f"{variant} {seed}")
    found: list[str] = []
    pages = {"v2": far.config.page_most + 3, "instantly": far.config.page_most * 7}
    async with Stand(far, folder, providers=[workspace], page=pages.get(variant)) as stand:
        small_pages(stand, variant)
        for number in range(count):
            everything = number % 2 == 1
            kinds = (MAILING if workspace == IN else EVERYTHING) if everything else READING
            unrest = Unrest(far.world, space, dice, kinds, most=dice.choice((2, 8, 50)))
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
    for world in range(amount(1, WORLDS[variant])):
        seed = chunk * 1000 + world
        far = make_simulator(
            seed=seed + 1, conversations=24 * (variant != "instantly"), networkhq_share=float(variant == "networkhq"),
            instantly_conversations=16 * (variant == "instantly"), pending_share=0.0,
            page_most=random.Random(seed).choice((3, 5, 9)),
            heyreach_per_minute=None, networkhq_per_minute=None, instantly_per_minute=None,
            instantly_mails_per_minute=None,
        )  # fmt: skip
        wrong = await runs(far, tmp_path / str(world), variant, seed=seed, count=RUNS_EACH)
        far.stop()
        done += RUNS_EACH
        found += wrong
    measured("moves", runs=done, unequal=len({each.rpartition(":")[0] for each in found}))
    assert found == [], "\n".join(found[:20])
