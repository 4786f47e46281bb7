"""HF15, HF17, PG08 on the screen: what the person in front of it sees and can do while a provider misbehaves."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC
from pathlib import Path
from statistics import median

import pytest

from postroom.records import ProviderName
from postroom.secrets import Secret
from providers.base import Provider
from providers.factory import connect
from simulator.faults import Fault
from simulator.server import SimulatorServer
from store import outbox
from store.database import InstanceLock, prepare
from sync.beside import SyncThread
from sync.engine import WorkspaceSetup
from sync.events import SyncEvent
from tests.conftest import MakeSimulator
from tests.faults.stand import BOTH, HR, SEND, Stand
from tests.tui.conftest import Clock, Desktop
from tui.app import PostroomApp
from tui.settings import ScreenSettings

SETTINGS = ScreenSettings(timezone=UTC, burst_seconds=0, guard_seconds=0, undo_seconds=0.05)


@asynccontextmanager
async def seat(
    state: Path, far: SimulatorServer | None, workspace: str = HR, *, deadline: float = 4.0
) -> AsyncIterator[Desktop]:
    """A screen over a state folder, with a sync of its own that speaks to the simulator; without one: offline."""
    lock = InstanceLock.acquire(state)
    assert lock is not None
    prepare(state, session="s")

    def made() -> Provider:
        assert far is not None
        return connect(
            ProviderName(workspace),
            key=Secret(far.heyreach_key if workspace == HR else far.networkhq_key),
            base_url=far.heyreach_url if workspace == HR else far.networkhq_url,
            requests_per_minute=60_000,
            deadline=deadline,
        )

    def factory(hear: Callable[[SyncEvent], None]) -> SyncThread:
        setup = WorkspaceSetup(workspace, ProviderName(workspace), made)
        thread = SyncThread(state, [setup], on_event=hear, session="s")
        thread.start()
        return thread

    app = PostroomApp(state, session="s", writable=True, sync=factory if far else None, settings=SETTINGS)
    try:
        async with app.run_test(size=(150, 40)) as pilot:
            shown = Desktop(app, pilot, Clock(), state)
            await shown.until(lambda: app.main.stage.shown.dossier is not None)
            yield shown
    finally:
        app.close()
        lock.release()


@pytest.fixture
def far(make_simulator: MakeSimulator) -> SimulatorServer:
    """Providers without a limit."""
    return make_simulator(heyreach_per_minute=None, networkhq_per_minute=None, pending_share=0.0)


@pytest.mark.parametrize("workspace", BOTH)
async def test_hf15_a_refused_key_is_one_notice_over_an_inbox_that_can_be_read(
    far: SimulatorServer, tmp_path: Path, workspace: str
) -> None:
    """It is said once and stays said; every conversation opens, and what is written then waits in the outbox."""
    async with seat(tmp_path / "state", far, workspace) as desk:
        await desk.until(lambda: len(far.traffic.log()) > 4 and desk.app.main.stage.row is not None)
        far.fault(Fault("status", provider=workspace, status=401))
        for _ in range(3):
            await desk.press("R")
        await desk.until(lambda: "key" in desk.text.lower())
        stopped = desk.read(lambda store: outbox.lane_stopped(store, workspace))
        asked = far.traffic.count()
        names = set()
        for _ in range(6):
            await desk.press("j")
            names.add(desk.row.lead_name)
        await desk.until(lambda: desk.app.main.stage.shown.dossier is not None)

        assert stopped
        assert len(names) >= 5
        assert desk.text.count(stopped) <= 1
        assert far.traffic.count(SEND[workspace]) == 0
        assert far.traffic.count() - asked < 30


@pytest.mark.parametrize("workspace", BOTH)
async def test_hf17_no_key_waits_for_an_answer_that_drips(far: SimulatorServer, tmp_path: Path, workspace: str) -> None:
    """The list and every thread come one byte at a time: moving through the inbox is as quick as before."""
    async with Stand(far, tmp_path / "state", providers=[workspace]) as stand:
        await stand.sync()
    async with seat(tmp_path / "state", far, workspace, deadline=20.0) as desk:
        calm = await pressed(desk)
        far.traffic.clear()
        far.fault(Fault("drip", provider=workspace, seconds=0.3))
        await desk.press("R")
        dripping = await pressed(desk)
        assert far.traffic.count() > 0
        far.faults.clear()

    # A machine that is busy with other tests is slow in both.
    assert median(dripping) < max(0.1, 2 * median(calm))
    assert max(dripping) < max(1.0, 3 * max(calm))


async def pressed(desk: Desktop) -> list[float]:
    """How long the screen took for each of some keys."""
    took = []
    for key in "jjjjjjjjjjkkkkkkkkkk":
        began = time.perf_counter()
        await desk.pilot.press(key)
        took.append(time.perf_counter() - began)
    return took


@pytest.mark.parametrize("workspace", BOTH)
async def test_pg08_a_conversation_that_is_gone_is_drawn_so_read_and_not_answered(
    far: SimulatorServer, tmp_path: Path, workspace: str
) -> None:
    """Its row carries the sign, its thread is there, and `r` says why there is nothing to write."""
    async with Stand(far, tmp_path / "state", providers=[workspace]) as stand:
        await stand.sync()
        key = stand.answerable(workspace)[0]
        words = stand.bodies(key)
        stand.remove(key)
        for _ in range(2):
            await stand.sync_next_day()
        place = [row.key for row in stand.rows(workspace)].index(key)
    async with seat(tmp_path / "state", None) as desk:
        for _ in range(place):
            await desk.press("j")
        await desk.until(lambda: desk.app.main.stage.shown.dossier is not None)
        assert desk.row.key == key
        assert desk.row.gone
        assert "∅" in desk.text
        assert "gone at the provider" in desk.text
        assert words[-1].split("\n")[0][:20] in desk.text
        await desk.press("r")

        assert not desk.app.main.widgets.composer.display
        assert "gone" in desk.said
    assert far.traffic.count(SEND[workspace]) == 0
