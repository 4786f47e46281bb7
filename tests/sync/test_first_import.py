"""A long first import while somebody already works: what comes first, what is not waited for or read twice."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from postroom.records import ConversationKey, ProviderName
from postroom.secrets import Secret
from providers.base import Provider
from providers.factory import connect
from simulator.clock import SECOND
from simulator.server import SimulatorServer
from simulator.workspace import Workspace
from store import queries, search, writes
from store.database import Store, prepare
from store.rows import View
from sync.engine import Engine, WorkspaceSetup
from tests.faults.virtual_time import LoopClock, run_virtual, simulated

NH, IN = ProviderName.NETWORKHQ, ProviderName.INSTANTLY


class EvenClock(LoopClock):
    """Every poll comes exactly when its turn is."""

    def random(self) -> float:
        return 0.5


@dataclass
class Scene:
    """One workspace at its provider, and what is here of it."""

    provider: ProviderName
    sim: SimulatorServer
    store: Store
    folder: Path
    clock: LoopClock

    @property
    def space(self) -> Workspace:
        return self.sim.world.workspace(self.provider.value)

    @asynccontextmanager
    async def watched(self, seconds: float) -> AsyncIterator[Engine]:
        """An engine that has watched for so long, and goes on until the block ends."""
        setup = WorkspaceSetup("w", self.provider, self._connect)
        async with Engine(self.folder, [setup], session="import", clock=self.clock) as engine:
            watching = asyncio.create_task(engine.watch())
            await asyncio.sleep(seconds)
            yield engine
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching

    async def finish(self) -> bool:
        """Read all that is missing; whether it is complete."""
        async with Engine(self.folder, [WorkspaceSetup("w", self.provider, self._connect)], clock=self.clock) as engine:
            (report,) = await engine.run_once()
            return report.complete

    def shown(self) -> list[str]:
        """The conversations on the screen, from the top."""
        return [row.key.id for row in queries.inbox_rows(self.store, View.ALL, limit=5000)]

    def newest(self) -> list[str]:
        """The same at the provider."""
        return [row.id for row in self.space.newest()]

    def bodies(self, conversation: str) -> list[str]:
        return [message.body for message in queries.thread(self.store, ConversationKey("w", conversation))]

    def finds(self, conversation: str) -> bool:
        """Whether a search for what was said there first leads there."""
        words = self.bodies(conversation)[0].split()[:4]
        found = search.filter_rows(self.store, View.ALL, " ".join(words), limit=5000)
        return conversation in {row.key.id for row in found}

    def known(self) -> set[str]:
        """Whose company is on the screen, by address."""
        heads = (queries.conversation(self.store, ConversationKey("w", each)) for each in self.shown())
        return {head.email for head in heads if head is not None and head.email and head.row.company}

    def enrolled(self) -> set[str]:
        """The people whom the provider can tell the company of: those in its campaigns."""
        members = {number for made in self.space.campaigns for number in made.members}
        return {self.space.person(row.person).email for row in self.space.by_id.values() if row.person in members}

    def messages(self) -> int:
        """How many messages are here."""
        return sum(len(self.bodies(conversation)) for conversation in self.shown())

    def said(self) -> int:
        """How many there are."""
        return sum(len(self.space.history(row)) for row in self.space.by_id.values())

    def _connect(self) -> Provider:
        sim, mails = self.sim, self.provider is IN
        key, url = (sim.instantly_key, sim.instantly_url) if mails else (sim.networkhq_key, sim.networkhq_url)
        return connect(self.provider, key=Secret(key), base_url=url, clock=self.clock)


@asynccontextmanager
async def scene(folder: Path, provider: ProviderName, size: int) -> AsyncIterator[Scene]:
    clock = EvenClock()
    mails = provider is IN
    sizes = {"conversations": 0 if mails else size, "instantly_conversations": size if mails else 0}
    prepare(folder, session="import")
    async with simulated(clock, networkhq_share=1.0, **sizes).here() as sim:
        with contextlib.closing(Store.open(folder, session="import")) as store:
            yield Scene(provider, sim, store, folder, clock)


def test_mails_come_newest_first_and_can_be_worked_on_before_the_rest_is_here(tmp_path: Path) -> None:
    """Seconds after the start the top of the inbox is what it will be in the end."""

    async def live() -> None:
        async with scene(tmp_path / "state", IN, 400) as at, at.watched(5):
            shown = at.shown()
            assert 50 < len(shown) < 400
            # A mail that knows no thread stands alone, named after itself; the first part tells whose it is.
            alone = {each[:8] for each in shown if each not in at.space.by_id}
            here, there = ([each for each in rows if each[:8] not in alone] for rows in (shown, at.newest()))
            assert here[:40] == there[:40]
            assert at.finds(here[0]), "and searched for"

    run_virtual(live())


def test_threads_of_networkhq_come_newest_first(tmp_path: Path) -> None:
    """All rows are there at once; their messages follow from the top."""

    async def live() -> None:
        async with scene(tmp_path / "state", NH, 120) as at, at.watched(60):
            missing = {need.conversation for need in writes.incomplete_threads(at.store, "w", limit=500)}
            read = [conversation for conversation in at.newest() if conversation not in missing]
            assert 10 < len(read) < 100
            assert len(at.shown()) == 120
            assert read == at.newest()[: len(read)]
            assert at.finds(read[0])

    run_virtual(live())


@pytest.mark.parametrize(("provider", "size"), [(NH, 120), (IN, 400)])
def test_what_is_opened_during_an_import_is_read_at_once(tmp_path: Path, provider: ProviderName, size: int) -> None:
    """The last of the rows that are not whole, whose messages would come last."""

    async def live() -> None:
        async with scene(tmp_path / "state", provider, size) as at, at.watched(10) as engine:
            whole = {each: len(at.space.history(row)) for each, row in at.space.by_id.items()}
            last = [each for each in at.shown() if each in whole and len(at.bodies(each)) < whole[each]][-1]
            before = at.clock.monotonic()
            await engine.open_thread(ConversationKey("w", last))
            assert len(at.bodies(last)) == whole[last]
            assert at.clock.monotonic() - before < 3.0
            assert at.messages() < at.said()

    run_virtual(live())


def test_a_restart_reads_no_thread_of_networkhq_again(tmp_path: Path) -> None:
    """What is here stays, and the rest follows."""

    async def live() -> None:
        async with scene(tmp_path / "state", NH, 120) as at:
            async with at.watched(60):
                pass
            assert at.messages() < at.said()
            assert await at.finish()
            assert at.messages() == at.said()
            assert at.sim.traffic.count("networkhq conversation") <= 121, "one may have been on its way"

    run_virtual(live())


def test_an_import_of_mails_is_taken_up_where_it_was_and_misses_nothing_meanwhile(tmp_path: Path) -> None:
    """It takes minutes: what is written in between is on screen before its end, before and after a restart."""

    async def live() -> None:
        async with scene(tmp_path / "state", IN, 1000) as at:
            pages = at.said() // 100 + 2
            oldest = at.newest()[-1]
            async with at.watched(10):
                at.sim.world.hear(at.space, at.space.by_id[oldest], "While you import.")
                await asyncio.sleep(140)
                assert at.messages() < at.said() - 100
                assert at.shown()[0] == oldest
            assert at.known() < at.enrolled()
            at.sim.world.hear(at.space, at.space.by_id[at.newest()[5]], "While you were away.")
            assert await at.finish()
            assert at.messages() == at.said()
            assert at.known() == at.enrolled(), "names come a hundred at a time, and none is forgotten"
            assert at.sim.traffic.count("instantly list_leads") <= len(at.enrolled()) / 100 + 6
            assert at.sim.traffic.count("instantly emails") <= pages + 8, "eight for what is new, none read again"

    run_virtual(live())


def test_a_poll_of_mails_reads_one_page_and_looks_round_every_five_minutes(tmp_path: Path) -> None:
    """Reads of mails are few; what was read elsewhere is noticed all the same."""

    async def live() -> None:
        async with scene(tmp_path / "state", IN, 40) as at:
            assert await at.finish()
            async with at.watched(10):
                unread = next(row for row in queries.inbox_rows(at.store, View.ALL, limit=100) if row.unread)
                at.sim.world.record(at.space, "seen", conversation=unread.key.id, flag=True)
                at.sim.traffic.clear()
                await asyncio.sleep(600)
            moments = Counter(each.at // SECOND for each in at.sim.traffic.log() if each.operation == "emails")
            assert len(moments) == 20
            assert sorted(moments.values())[:18] == [1] * 18
            assert unread.key not in {
                row.key for row in queries.inbox_rows(at.store, View.ALL, limit=100) if row.unread
            }

    run_virtual(live())


def test_whoever_asks_for_mails_now_is_told_at_once_what_was_read_elsewhere(tmp_path: Path) -> None:
    """A poll that was asked for looks round, however lately another did."""

    async def live() -> None:
        async with scene(tmp_path / "state", IN, 40) as at:
            assert await at.finish()
            async with at.watched(10) as engine:
                unread = next(row for row in queries.inbox_rows(at.store, View.ALL, limit=100) if row.unread)
                at.sim.world.record(at.space, "seen", conversation=unread.key.id, flag=True)
                engine.request_sync()
                await asyncio.sleep(5)
                rows = queries.inbox_rows(at.store, View.ALL, limit=100)
            assert unread.key not in {row.key for row in rows if row.unread}

    run_virtual(live())
