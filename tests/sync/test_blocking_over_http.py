"""“Never contact” at the simulated Instantly and HeyReach, over real HTTP: asked for until it is shown."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from postroom.commands import Command, NeverContact
from postroom.records import ProviderName
from postroom.secrets import Secret
from providers.base import Provider
from providers.factory import connect
from simulator.faults import Fault, FaultKind
from simulator.server import SimulatorServer
from store import blocks, outbox, queries
from store.database import Store
from store.rows import OutboxRow, View
from sync.engine import Engine, WorkspaceSetup
from tests.conftest import MakeSimulator
from tests.sync.test_instantly_over_http import HastyClock

SERVICES = {ProviderName.INSTANTLY: "block", ProviderName.HEYREACH: "blacklist/AddLeads"}
"""How the simulator calls the operation that puts somebody on the list."""


class Desk:
    """An engine on one simulated provider, with the store opened beside it as the screen would."""

    def __init__(self, simulator: SimulatorServer, state: Path, provider: ProviderName) -> None:
        self.simulator = simulator
        self.provider = provider
        self.engine = Engine(state, [WorkspaceSetup(provider, provider, self._connect)], session="s")
        self.store = Store.open(state, session="s")

    def _connect(self) -> Provider:
        name = self.provider.value
        return connect(
            self.provider,
            key=Secret(getattr(self.simulator, f"{name}_key")),
            base_url=getattr(self.simulator, f"{name}_url"),
            requests_per_minute=30_000,
            deadline=0.6,
            clock=HastyClock(),
        )

    async def __aenter__(self) -> Desk:
        await self.engine.__aenter__()
        await self.engine.run_once()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.engine.__aexit__(None, None, None)
        self.store.close()

    def wish(self) -> NeverContact:
        """About the lead of the newest conversation that can be blocked."""
        rows = queries.inbox_rows(self.store, View.ALL, workspace=self.provider, limit=20)
        return next(iter(commands for row in rows for commands in blocks.blocks_of(self.store, [row.key])[0]))

    async def push(self, command: Command) -> OutboxRow:
        return await self.engine.send_now(outbox.enqueue(self.store, command, now=time.time_ns() // 1000))

    def row(self, entry: int) -> OutboxRow:
        row = outbox.row(self.store, entry)
        assert row is not None
        return row

    def listed(self) -> list[str]:
        """Who is on the provider's list."""
        return list(self.simulator.world.workspace(self.provider).blocked.values())


@pytest.fixture
def simulator(make_simulator: MakeSimulator) -> SimulatorServer:
    return make_simulator(
        conversations=6, instantly_conversations=6, instantly_mails_per_minute=None, heyreach_per_minute=None
    )


@pytest.mark.parametrize("provider", SERVICES)
async def test_a_lead_is_put_on_the_list_and_shown_there(
    simulator: SimulatorServer, tmp_path: Path, provider: ProviderName
) -> None:
    """By the address at Instantly, by the profile at HeyReach."""
    async with Desk(simulator, tmp_path / "state", provider) as desk:
        wish = desk.wish()
        row = await desk.push(wish)

        assert (row.state, row.verified) == ("sent", True)
        assert desk.listed() == [wish.lead_url if provider is ProviderName.HEYREACH else wish.lead_id]


@pytest.mark.parametrize("provider", SERVICES)
async def test_whoever_is_on_the_list_already_is_not_put_there_twice(
    simulator: SimulatorServer, tmp_path: Path, provider: ProviderName
) -> None:
    """And that is as good as having been put there."""
    async with Desk(simulator, tmp_path / "state", provider) as desk:
        wish = desk.wish()
        await desk.push(wish)
        row = await desk.push(wish)

        assert row.state == "sent"
        assert len(desk.listed()) == 1


FAULTS: list[tuple[FaultKind, dict[str, object], str, int]] = [
    ("close", {"delivered": True}, "sent", 1),
    ("status", {"status": 500, "delivered": True}, "sent", 1),
    ("status", {"status": 503}, "queued", 0),
    ("status", {"status": 400}, "failed", 0),
    ("status", {"status": 403}, "failed", 0),
]


@pytest.mark.parametrize("provider", SERVICES)
@pytest.mark.parametrize(
    ("kind", "details", "outcome", "listed"), FAULTS, ids=[f"{k}-{list(d.values())}" for k, d, _, _ in FAULTS]
)
async def test_what_is_not_shown_is_never_called_done(
    simulator: SimulatorServer,
    tmp_path: Path,
    provider: ProviderName,
    kind: FaultKind,
    details: dict[str, object],
    outcome: str,
    listed: int,
) -> None:
    """A lost answer is looked up; what is not there is asked for again; a refusal says so."""
    async with Desk(simulator, tmp_path / "state", provider) as desk:
        simulator.fault(
            Fault(kind, provider=provider, operation=SERVICES[provider], times=1, **details)  # type: ignore[arg-type]
        )
        row = await desk.push(desk.wish())

        assert (row.state, len(desk.listed())) == (outcome, listed)
        assert outbox.lane_stopped(desk.store, provider) == ""


async def test_what_heyreach_does_not_take_has_failed_with_its_reason(
    simulator: SimulatorServer, tmp_path: Path
) -> None:
    """A 200 is no proof: the entry may have been refused within it."""
    async with Desk(simulator, tmp_path / "state", ProviderName.HEYREACH) as desk:
        row = await desk.push(NeverContact("heyreach", "x", "Ada", "https://www.linkedin.com/company/acme"))

        assert row.state == "failed"
        assert "did not put Ada on its blacklist" in row.error
        assert desk.listed() == []


async def test_networkhq_keeps_no_such_list_and_says_so(simulator: SimulatorServer, tmp_path: Path) -> None:
    """There is no command to be carried out, but a reason."""
    async with Desk(simulator, tmp_path / "state", ProviderName.NETWORKHQ) as desk:
        rows = queries.inbox_rows(desk.store, View.ALL, workspace=ProviderName.NETWORKHQ, limit=1)
        commands, reasons = blocks.blocks_of(desk.store, [row.key for row in rows])

        assert commands == []
        assert "no list of people never to contact" in reasons[0]
