"""Forty workspaces in one engine: two that are sick cost the others nothing, and no key opens what is another's."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from postroom.records import ProviderName
from postroom.secrets import Secret
from providers.base import Provider
from providers.factory import connect
from providers.http import Exchange
from simulator.config import HEYREACH_PREFIX, INSTANTLY_PREFIX, NETWORKHQ_PREFIX
from simulator.faults import Fault
from simulator.server import SimulatorServer
from store import queries
from store.database import Store, prepare
from store.rows import View
from sync.engine import Engine, WorkspaceSetup
from sync.events import Pulled, StatusChanged, SyncEvent
from tests.faults.virtual_time import LoopClock, run_virtual, simulated

HR, NH, IN = ProviderName.HEYREACH, ProviderName.NETWORKHQ, ProviderName.INSTANTLY
WELL = {HR: 13, NH: 13, IN: 12}
EACH = 4
"""Conversations of one workspace."""

SICK = {"limited": HR, "silent": NH}
PREFIXES = {HR: HEYREACH_PREFIX, NH: NETWORKHQ_PREFIX, IN: INSTANTLY_PREFIX}
HEARD_AT, MINUTES = 100.0, 4
"""Seconds until somebody writes in every workspace, and how long all are watched."""


class EvenClock(LoopClock):
    """Nothing is left to chance, so that two lives can be compared; and all poll at the same moments."""

    def random(self) -> float:
        return 0.5


@dataclass
class Life:
    """What happened in a few minutes of an engine, by workspace."""

    synced: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """When it was read completely."""
    heard: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """When conversations changed on the screen."""
    states: dict[str, str] = field(default_factory=dict)
    """What its status line said last."""
    asked: dict[str, list[Exchange]] = field(default_factory=lambda: defaultdict(list))
    """The requests that its client made."""
    seen: dict[str, Counter[str]] = field(default_factory=dict)
    """The requests that the provider saw with its key."""
    held: dict[str, set[str]] = field(default_factory=dict)
    """The conversations that are here."""
    truth: dict[str, set[str]] = field(default_factory=dict)
    """The conversations that it has at its provider."""

    def heed(self, event: SyncEvent) -> None:
        now = round(asyncio.get_running_loop().time(), 2)
        if isinstance(event, Pulled) and event.conversations:
            self.heard[event.workspace].append(now)
        if isinstance(event, StatusChanged) and event.state != "syncing":
            self.states[event.workspace] = event.state
            if event.synced_at is not None:
                self.synced[event.workspace].append(now)


def test_two_sick_workspaces_make_none_of_the_others_late(tmp_path: Path) -> None:
    """One is always refused with 429, one never answers: the 38 others are read at the very same moments."""
    alone = run_virtual(_live(tmp_path / "alone", sick=False))
    beside = run_virtual(_live(tmp_path / "beside", sick=True))

    assert len(alone.synced) == sum(WELL.values())
    assert min(len(moments) for moments in alone.synced.values()) >= MINUTES * 2
    assert beside.synced == alone.synced
    assert beside.heard == alone.heard
    assert all(max(moments) > HEARD_AT for moments in beside.heard.values())
    assert (beside.states["limited"], beside.states["silent"]) == ("limited", "failed")


def test_no_key_is_ever_used_for_another_workspace(tmp_path: Path) -> None:
    """The provider saw with each key what its own workspace asked, and each inbox holds what is its own."""
    life = run_virtual(_live(tmp_path / "state", sick=True))

    assert "" not in life.seen, "a key that opens nothing"
    assert life.seen.keys() == {*life.truth, *SICK}
    for name, seen in life.seen.items():
        made = Counter(f"{each.method} {each.path}" for each in life.asked[name])
        answered = Counter(f"{each.method} {each.path}" for each in life.asked[name] if each.status is not None)
        assert answered <= seen <= made, name
    assert life.held == life.truth
    assert sum(map(len, life.held.values())) == len(set().union(*life.held.values()))


async def _live(folder: Path, *, sick: bool) -> Life:
    """Watch all of them for some minutes, in which somebody writes in each."""
    life, clock = Life(), EvenClock()
    prepare(folder, session="many")
    async with _far_sides(clock) as (well, ill):
        setups = [
            _setup(life, clock, well, f"{provider.value}-{number + 1}", provider, number)
            for provider, count in WELL.items()
            for number in range(count)
        ]
        if sick:
            # In front, where they would be in the way of everybody.
            setups[:0] = [_setup(life, clock, ill, name, provider, 0) for name, provider in SICK.items()]
        async with Engine(folder, setups, session="many", clock=clock, on_event=life.heed) as engine:
            watching = asyncio.create_task(engine.watch())
            await asyncio.sleep(HEARD_AT)
            _everybody_writes(well)
            await asyncio.sleep(MINUTES * 60 - HEARD_AT)
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching
        _note(life, well, named=lambda name: name)
        names = {provider.value: name for name, provider in SICK.items()}
        _note(life, ill, named=lambda name: names.get(name, name))
        life.truth = {space.name: set(space.by_id) for space in well.world.workspaces.values()}
    with contextlib.closing(Store.open(folder, session="many")) as store:
        rows = queries.inbox_rows(store, View.ALL, limit=1000)
        life.held = {name: set() for name in life.truth}
        for row in rows:
            # HeyReach's conversations are named by their sender too.
            life.held[row.key.workspace].add(row.key.id.partition("/")[2] or row.key.id)
    return life


@asynccontextmanager
async def _far_sides(clock: LoopClock) -> AsyncIterator[tuple[SimulatorServer, SimulatorServer]]:
    """The providers of those that are well, and of the two that are not."""
    sizes = {
        "conversations": EACH * (WELL[HR] + WELL[NH]),
        "networkhq_share": WELL[NH] / (WELL[HR] + WELL[NH]),
        "instantly_conversations": EACH * WELL[IN],
    }
    keys = {
        f"{provider.value}_keys": tuple(_key(provider, n) for n in range(count)) for provider, count in WELL.items()
    }
    async with simulated(clock, **sizes, **keys).here() as well, simulated(clock, seed=2).here() as ill:
        ill.fault(Fault("status", status=429, provider="heyreach"))
        ill.fault(Fault("hang", provider="networkhq"))
        yield well, ill


def _setup(
    life: Life, clock: LoopClock, sim: SimulatorServer, name: str, provider: ProviderName, number: int
) -> WorkspaceSetup:
    key = sim.config.keys(provider.value)[number]

    def make() -> Provider:
        url = f"{sim.url}{PREFIXES[provider]}"
        return connect(provider, key=Secret(key), base_url=url, clock=clock, log=life.asked[name].append)

    return WorkspaceSetup(name, provider, make)


def _key(provider: ProviderName, number: int) -> str:
    return f"key-{number}-of-{provider.value}"


def _everybody_writes(sim: SimulatorServer) -> None:
    for space in sim.world.workspaces.values():
        sim.world.hear(space, next(space.newest()), "And another thing.")


def _note(life: Life, sim: SimulatorServer, *, named: Callable[[str], str]) -> None:
    """What the provider saw with each key."""
    prefixes = {provider.value: prefix for provider, prefix in PREFIXES.items()}
    for each in sim.traffic.log():
        path = each.path.removeprefix(prefixes[each.provider])
        life.seen.setdefault(named(each.workspace), Counter())[f"{each.method} {path}"] += 1
