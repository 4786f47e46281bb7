"""PG11 and PG12: an inbox of 50,000 costs no more requests to look at than one of fifty."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path

import pytest

from store import queries
from store.rows import View
from tests.conftest import MakeSimulator
from tests.faults.matrix import amount
from tests.faults.stand import HR, NH, Stand

SIZES = {HR: amount(800, 50_000), NH: amount(100, 3_000)}
"""NetworkHQ's threads are read one by one, so that its import takes a request for each; its polls do not."""


@asynccontextmanager
async def imported(make_simulator: MakeSimulator, folder: Path, workspace: str) -> AsyncIterator[Stand]:
    """A large inbox, of which everything has been read."""
    far = make_simulator(
        conversations=SIZES[workspace],
        networkhq_share=float(workspace == NH),
        heyreach_per_minute=None,
        networkhq_per_minute=None,
    )
    async with Stand(far, folder, providers=[workspace], deadline=60) as stand:
        first = (await stand.sync())[0]
        assert first.complete, first.reason
        assert first.conversations_seen == SIZES[workspace]
        yield stand


@pytest.mark.parametrize("workspace", [HR, NH])
async def test_pg11_a_large_inbox_in_which_nothing_happens_costs_four_requests(
    make_simulator: MakeSimulator, tmp_path: Path, workspace: str
) -> None:
    """Poll after poll, a minute apart."""
    async with imported(make_simulator, tmp_path, workspace) as stand:
        traffic = stand.simulator.traffic
        for _ in range(5):
            traffic.clear()
            report = (await stand.sync(after=60))[0]

            assert report.complete, report.reason
            assert report.conversations_changed == 0
            assert traffic.count() <= 4, traffic.counts()


@pytest.mark.parametrize("workspace", [HR, NH])
async def test_pg12_one_of_many_that_changed_costs_six_and_is_on_top_at_once(
    make_simulator: MakeSimulator, tmp_path: Path, workspace: str
) -> None:
    """However far down it was."""
    async with imported(make_simulator, tmp_path, workspace) as stand:
        space, traffic = stand.simulator.world.workspace(workspace), stand.simulator.traffic
        for place in (0, SIZES[workspace] // 2, SIZES[workspace] - 1):
            row = next(islice(space.newest(), place, None))
            stand.simulator.world.hear(space, row, f"It is me again, from place {place}.")
            traffic.clear()
            report = (await stand.sync(after=60))[0]

            assert report.complete, report.reason
            assert traffic.count() <= 6, traffic.counts()
            assert queries.inbox_rows(stand.store, View.INBOX, limit=1)[0].preview.endswith(f"from place {place}.")
