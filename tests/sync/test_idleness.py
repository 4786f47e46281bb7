"""Why a campaign of the simulated Instantly is not sending, over real HTTP: asked when it is looked at, and kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from postroom.commands import PauseCampaign
from postroom.records import CampaignKey, CampaignState
from simulator.faults import Fault
from simulator.server import SimulatorServer
from store import outbox, queries
from store.rows import CampaignRow
from tests.conftest import MakeSimulator
from tests.sync.test_instantly_over_http import IN, Desk
from tui.format import why_idle


@pytest.fixture
def mails(make_simulator: MakeSimulator) -> SimulatorServer:
    return make_simulator(conversations=20, instantly_conversations=20, instantly_mails_per_minute=None)


def campaign(desk: Desk, *, idle: bool) -> CampaignRow:
    """A running campaign that sends nothing at the moment, or one that does."""
    rows = [row for row in queries.campaigns(desk.store, workspace=IN) if row.state is CampaignState.RUNNING]
    return next(row for row in rows if ("outside its schedule" in row.state_raw) is idle and "Sub" not in row.state_raw)


def now(desk: Desk, row: CampaignRow) -> CampaignRow:
    found = queries.campaign(desk.store, CampaignKey(IN, row.id))
    assert found is not None
    return found


async def test_the_reason_is_asked_for_when_a_campaign_is_looked_at(mails: SimulatorServer, tmp_path: Path) -> None:
    """Once; whoever comes back to it at once does not ask again."""
    async with Desk(mails, tmp_path / "state") as desk:
        await desk.engine.run_once()
        idle = campaign(desk, idle=True)
        assert idle.idle == ""
        await desk.engine.open_campaign(CampaignKey(IN, idle.id))
        await desk.engine.open_campaign(CampaignKey(IN, idle.id))

        assert why_idle(now(desk, idle)) == "Instantly says: out of schedule."
        assert mails.traffic.count("instantly sending_status") == 1


async def test_a_campaign_that_sends_has_no_reason(mails: SimulatorServer, tmp_path: Path) -> None:
    """Nothing is said where nothing is wrong."""
    async with Desk(mails, tmp_path / "state") as desk:
        await desk.engine.run_once()
        busy = campaign(desk, idle=False)
        await desk.engine.open_campaign(CampaignKey(IN, busy.id))

        assert why_idle(now(desk, busy)) == ""


async def test_a_campaign_paused_here_needs_no_other_reason(mails: SimulatorServer, tmp_path: Path) -> None:
    """An older reason must not stand beside “Paused”."""
    async with Desk(mails, tmp_path / "state") as desk:
        await desk.engine.run_once()
        idle = campaign(desk, idle=True)
        await desk.engine.open_campaign(CampaignKey(IN, idle.id))
        command = PauseCampaign(IN, idle.id, idle.name)
        await desk.engine.send_now(outbox.enqueue(desk.store, command, now=1))

        assert now(desk, idle).state is CampaignState.PAUSED
        assert why_idle(now(desk, idle)) == ""


async def test_the_figures_come_although_the_reason_does_not(mails: SimulatorServer, tmp_path: Path) -> None:
    """One refused question costs its own answer alone."""
    async with Desk(mails, tmp_path / "state") as desk:
        await desk.engine.run_once()
        idle = campaign(desk, idle=True)
        mails.fault(Fault("status", provider=IN, operation="sending_status", status=403))
        await desk.engine.open_campaign(CampaignKey(IN, idle.id))

        assert now(desk, idle).statistics_at is not None
        assert now(desk, idle).idle == ""
