"""How many requests a sync takes, beside the fewest that each provider's API allows; counted by the simulated provider.

Run `python -m benchmarks.requests`. Everything is one process whose time is made up: our own limits hold and are
waited for, so that the pace is told too, but nobody sits through it. An import takes the same requests every time.
All sizes of all providers take an hour or two of one core, most of it for NetworkHQ, whose threads come one by one.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from math import ceil
from pathlib import Path

from postroom.records import ProviderName
from postroom.secrets import Secret
from providers.factory import connect
from simulator.clock import SECOND
from simulator.server import SimulatorServer
from simulator.workspace import Workspace
from store.connection import transaction
from store.database import Store, prepare
from sync.engine import Engine, WorkspaceSetup
from sync.events import StatusChanged, SyncEvent
from sync.report import PullReport
from tests.faults.virtual_time import LoopClock, run_virtual, simulated

PAGE = {ProviderName.HEYREACH: 100, ProviderName.NETWORKHQ: 500, ProviderName.INSTANTLY: 100}
"""The most that one page may hold, of any list."""

LOOKS = {ProviderName.HEYREACH: 2, ProviderName.NETWORKHQ: 2, ProviderName.INSTANTLY: 1}
"""Fewest requests of a poll: what is new, and, where that does not tell it, what was read or marked elsewhere."""

INSTANTLY_FACTS = 4
"""Totals of campaigns, names of own interest statuses, and what the DNS and the warm-up say of mailboxes."""

HOUR = 3600.0
CALM = 1800.0
"""How long somebody has watched before a poll is counted: what follows an import is over."""
LISTS = 600.0
"""After so long a poll reads campaigns and senders too, which is counted by the hour."""


@dataclass(frozen=True, slots=True)
class Row:
    """One case."""

    provider: ProviderName
    size: int
    case: str
    fewest: int | None
    """None: there is no such figure."""
    made: int
    seconds: float = 0.0
    """How long it took at the pace that our limits allow; 0: that is not told."""
    operations: Counter[str] = field(default_factory=Counter)

    def line(self) -> str:
        """As a row of a table in Markdown."""
        above = "" if self.fewest is None else f"{100 * (self.made - self.fewest) / self.fewest:+.1f} %"
        fewest = "" if self.fewest is None else f"{self.fewest:,}"
        pace = f"{self.seconds / 60:,.1f} min" if self.seconds else ""
        return f"| {self.provider} | {self.size:,} | {self.case} | {fewest} | {self.made:,} | {above} | {pace} |"


class Polled:
    """Hears when a poll has ended."""

    def __init__(self) -> None:
        self.now = asyncio.Event()

    def heed(self, event: SyncEvent) -> None:
        """Note the end of a poll that worked."""
        if isinstance(event, StatusChanged) and event.state == "ok":
            self.now.set()


@dataclass
class Bench:
    """One workspace that is kept up to date, and its provider."""

    provider: ProviderName
    size: int
    sim: SimulatorServer
    engine: Engine
    store: Store
    clock: LoopClock
    polled: Polled

    @property
    def space(self) -> Workspace:
        """What the provider holds."""
        return self.sim.world.workspace(self.provider.value)

    async def read_all(self) -> list[Row]:
        """The first import."""
        self.sim.traffic.clear()
        began = self.clock.true()
        (report,) = await self.engine.run_once()
        if not report.complete:
            raise SystemExit(f"{self.provider}: {report.reason}")
        ended = self.sim.traffic.log()[-1].at
        rows = [self._row("first import", self._fewest(report), (ended - began) / SECOND)]
        if self.provider is ProviderName.INSTANTLY:
            mails = self.sim.traffic.count("instantly emails")
            rows.append(Row(self.provider, self.size, "of which reads of mails", self._pages(report), mails))
        return rows

    async def fill(self) -> None:
        """Bring everything here, uncounted. NetworkHQ's threads, each a request of its own, are only taken as read."""
        if self.provider is not ProviderName.NETWORKHQ:
            await self.read_all()
            return
        await self.watched("focused", HOUR / 6)
        with transaction(self.store.cache) as cache:
            cache.execute("update conversation set wanted = 0, complete = 1")

    async def poll(self, case: str, fewest: int) -> Row:
        """One poll as it is made while somebody watches."""
        self.sim.traffic.clear()
        self.polled.now.clear()
        watching = asyncio.create_task(self.engine.watch())
        await self.polled.now.wait()
        await _end(watching)
        return self._row(case, fewest)

    async def watched(self, focus: str, seconds: float = HOUR) -> Row:
        """An hour, or as long as is said, in which nothing happens."""
        self.sim.traffic.clear()
        self.engine.focus(focus)
        watching = asyncio.create_task(self.engine.watch())
        await asyncio.sleep(seconds)
        await _end(watching)
        return self._row(f"an hour, {focus}", None)

    def _fewest(self, report: PullReport) -> int:
        """What reading everything takes when no page is asked for twice and each is full."""
        page, space = PAGE[self.provider], self.space
        lists = [len(space.campaigns), len(space.senders)]
        if self.provider is ProviderName.HEYREACH:
            return sum(_pages(each, page) for each in (self.size, *lists)) + self._cut_short()
        if self.provider is ProviderName.NETWORKHQ:
            leads = [len(each.members) for each in space.campaigns]
            return sum(_pages(each, page) for each in (self.size, *lists, *leads)) + self.size
        named = _pages(len(space.by_email()), page)
        beside = sum(_pages(each, page) + 1 for each in lists)
        return self._pages(report) + named + beside + INSTANTLY_FACTS

    def _pages(self, report: PullReport) -> int:
        """Pages of all mails, and the empty one by which Instantly ends a list."""
        return _pages(report.messages_new, PAGE[self.provider]) + 1

    def _cut_short(self) -> int:
        """How many conversations HeyReach's list does not show whole: each must be read by itself, once."""
        return len({each.path for each in self.sim.traffic.log() if each.operation == "inbox/GetChatroom"})

    def _row(self, case: str, fewest: int | None, seconds: float = 0.0) -> Row:
        counts = self.sim.traffic.counts()
        return Row(self.provider, self.size, case, fewest, counts.total(), seconds, counts)


async def measure(
    provider: ProviderName,
    size: int,
    folder: Path,
    *,
    imported: bool = True,
    polls: bool = False,
    hours: bool = False,
    tell: Callable[[Row], None],
) -> None:
    """Tell the rows of one provider and one size. Not `imported`: the first import is not counted."""
    async with _bench(provider, size, folder) as bench:
        if imported:
            for row in await bench.read_all():
                tell(row)
        else:
            await bench.fill()
        if hours:
            for focus in ("focused", "idle", "unfocused"):
                tell(await bench.watched(focus))
        if polls:
            await _poll(bench, tell)


async def _poll(bench: Bench, tell: Callable[[Row], None]) -> None:
    """Tell what a poll takes while nothing happens, and what when one of all conversations has changed."""
    provider = bench.provider
    await bench.watched("unfocused", CALM)
    await asyncio.sleep(LISTS)
    await bench.poll("campaigns and senders, which are due", 0)
    await asyncio.sleep(60)
    tell(await bench.poll("poll, nothing new", LOOKS[provider]))
    await asyncio.sleep(60)
    someone = next(islice(bench.space.newest(), bench.size // 2, None))
    bench.sim.world.hear(bench.space, someone, "It is me again.")
    # NetworkHQ's list tells of something new, but not what; a list of Instantly's not whether it is automatic.
    fewest = LOOKS[provider] + (provider is not ProviderName.HEYREACH)
    tell(await bench.poll("poll, one of them wrote", fewest))


@asynccontextmanager
async def _bench(provider: ProviderName, size: int, folder: Path) -> AsyncIterator[Bench]:
    clock = LoopClock()
    prepare(folder, session="bench")
    instantly = provider is ProviderName.INSTANTLY
    settings: dict[str, object] = {
        "conversations": 0 if instantly else size,
        "networkhq_share": float(provider is ProviderName.NETWORKHQ),
        "instantly_conversations": size if instantly else 0,
        "networkhq_per_minute": None,
    }
    async with simulated(clock, **settings).here() as sim:
        key, url = {
            ProviderName.HEYREACH: (sim.heyreach_key, sim.heyreach_url),
            ProviderName.NETWORKHQ: (sim.networkhq_key, sim.networkhq_url),
            ProviderName.INSTANTLY: (sim.instantly_key, sim.instantly_url),
        }[provider]
        setup = WorkspaceSetup(
            provider.value, provider, lambda: connect(provider, key=Secret(key), base_url=url, clock=clock)
        )
        polled = Polled()
        async with Engine(folder, [setup], session="bench", clock=clock, on_event=polled.heed) as engine:
            with contextlib.closing(Store.open(folder, session="bench")) as store:
                yield Bench(provider, size, sim, engine, store, clock, polled)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _pages(records: int, page: int) -> int:
    return max(1, ceil(records / page))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=_sizes, default="1000,26000,100000", help="conversations to import")
    parser.add_argument("--polls", type=_sizes, default="1000,50000", help="conversations that are here when polled")
    parser.add_argument("--hours", type=_sizes, default="1000", help="the same for an hour in which nothing happens")
    parser.add_argument("--providers", default="heyreach,networkhq,instantly")
    parser.add_argument("--operations", action="store_true", help="also say which requests they were")
    given = parser.parse_args(arguments)
    tell = partial(_print, operations=given.operations)
    print("| provider | conversations | what | fewest | made | above | time at our limits |")
    print("|---|---:|---|---:|---:|---:|---:|")
    for provider in (ProviderName(name) for name in given.providers.split(",")):
        for size in sorted({*given.sizes, *given.polls, *given.hours}):
            imported, polls, hours = (size in chosen for chosen in (given.sizes, given.polls, given.hours))
            with tempfile.TemporaryDirectory() as folder:
                state = Path(folder) / "state"
                run_virtual(measure(provider, size, state, imported=imported, polls=polls, hours=hours, tell=tell))


def _sizes(text: str) -> list[int]:
    return [int(each) for each in text.split(",") if each]


def _print(row: Row, *, operations: bool) -> None:
    print(row.line(), flush=True)
    if operations:
        print(f"  {dict(row.operations)}", flush=True)


if __name__ == "__main__":
    main()
