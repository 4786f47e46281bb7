"""Whoever answers is stopped on the other channel, over real HTTP: at HeyReach for an answer by mail."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from postroom.records import ConversationKey, EnrolmentState, ProviderName
from postroom.secrets import Secret
from providers.base import Provider
from providers.factory import connect
from simulator.server import SimulatorServer
from store import outbox, queries
from store.database import Store
from store.enrolments import person_enrolments
from store.rows import OutboxRow, View
from store.stops import stop_of
from sync.engine import Engine, WorkspaceSetup
from sync.events import Settled, StatusChanged, SyncEvent
from tests.conftest import MakeSimulator

HR, IN = "heyreach", "instantly"


class Watched:
    """An engine that watches both workspaces, and what it has said."""

    def __init__(self, simulator: SimulatorServer, state: Path, *, stop_elsewhere: float | None) -> None:
        self.simulator = simulator
        self.events: list[SyncEvent] = []
        self._news = asyncio.Event()
        setups = [
            WorkspaceSetup(HR, ProviderName.HEYREACH, lambda: self._connect(ProviderName.HEYREACH)),
            WorkspaceSetup(IN, ProviderName.INSTANTLY, lambda: self._connect(ProviderName.INSTANTLY)),
        ]
        self.engine = Engine(state, setups, on_event=self._hear, session="s", stop_elsewhere=stop_elsewhere)
        self.store = Store.open(state, session="s")

    def _connect(self, provider: ProviderName) -> Provider:
        heyreach = provider is ProviderName.HEYREACH
        return connect(
            provider,
            key=Secret(self.simulator.heyreach_key if heyreach else self.simulator.instantly_key),
            base_url=self.simulator.heyreach_url if heyreach else self.simulator.instantly_url,
            requests_per_minute=30_000,
        )

    def _hear(self, event: SyncEvent) -> None:
        self.events.append(event)
        self._news.set()

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Poll and send meanwhile."""
        task = asyncio.create_task(self.engine.watch())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def until(self, claim: Callable[[], object]) -> None:
        """Until something holds, looked at whenever there is news."""
        async with asyncio.timeout(30):
            while not claim():
                self._news.clear()
                await self._news.wait()

    async def polled(self) -> None:
        """One more poll of both, whole, and what follows from it."""
        for name in (IN, IN):  # the second begins when everything that followed the first is over
            before = self._synced(name)
            self.engine.request_sync()
            await self.until(lambda: self._synced(name) > before)  # noqa: B023 (awaited at once)

    def _synced(self, name: str) -> int:
        return sum(isinstance(e, StatusChanged) and (e.workspace, e.state) == (name, "ok") for e in self.events)

    async def somebody(self) -> ConversationKey:
        """A conversation by mail with somebody whom HeyReach may still write to."""
        for row in queries.inbox_rows(self.store, View.ALL, workspace=IN, limit=500):
            await self.engine.look_up_person(row.key)
            found = person_enrolments(self.store, row.key)
            if any(each.workspace == HR and each.state is EnrolmentState.ACTIVE for each in found):
                return row.key
        raise AssertionError("Nobody by mail is written to at HeyReach.")

    def answer(self, key: ConversationKey, text: str = "Yes, gladly.") -> None:
        """Let the lead write."""
        space = self.simulator.world.workspace(IN)
        self.simulator.world.hear(space, space.by_id[key.id], text)

    def stops(self, key: ConversationKey) -> list[OutboxRow]:
        """All stops at HeyReach for the person of a conversation, newest first."""
        row = queries.inbox_row(self.store, key)
        assert row is not None
        rows = outbox.rows(self.store, open_only=False)
        return [
            each for each in rows if (each.workspace, each.kind) == (HR, "stop_lead") and row.lead_name in each.title
        ]


@pytest.fixture
def both(make_simulator: MakeSimulator) -> SimulatorServer:
    """HeyReach and Instantly, which share people; nobody counts requests."""
    return make_simulator(
        conversations=24, networkhq_share=0, instantly_conversations=24, heyreach_per_minute=None,
        instantly_per_minute=None, instantly_mails_per_minute=None, job_seconds=0.05,
    )  # fmt: skip


@asynccontextmanager
async def engine(simulator: SimulatorServer, state: Path, *, stop_elsewhere: float | None) -> AsyncIterator[Watched]:
    """Everything synced once."""
    watched = Watched(simulator, state, stop_elsewhere=stop_elsewhere)
    async with watched.engine:
        await watched.engine.run_once()
        yield watched
    watched.store.close()


async def test_an_answer_by_mail_stops_the_person_at_heyreach_after_an_undo_time(
    both: SimulatorServer, tmp_path: Path
) -> None:
    """It is said who answered; the stop is read back."""
    async with engine(both, tmp_path / "state", stop_elsewhere=0.05) as desk:
        key = await desk.somebody()
        desk.answer(key)
        async with desk.watching():
            await desk.until(lambda: desk.stops(key) and all(row.verified for row in desk.stops(key)))

        said = [event.sentence for event in desk.events if isinstance(event, Settled) and event.state == "undo"]
        assert any(f"answered in {IN}" in sentence and "the outbox can take it back" in sentence for sentence in said)
        assert {event.workspace for event in both.ledger.actions("stop")} >= {HR}


async def test_a_single_sync_stops_whoever_has_answered_and_stays_for_the_undo_time(
    both: SimulatorServer, tmp_path: Path
) -> None:
    """It is said before; the next sync, that comes after the same answer, asks for nothing more."""
    async with engine(both, tmp_path / "state", stop_elsewhere=0.3) as desk:
        key = await desk.somebody()
        desk.answer(key)
        await desk.engine.run_once()
        told = [(each.workspace, each.state) for each in desk.events if isinstance(each, Settled)]
        first = desk.stops(key)
        await desk.engine.run_once()

        assert (HR, "undo") in told
        assert {row.state for row in first} == {"sent"}
        assert {event.workspace for event in both.ledger.actions("stop")} >= {HR}
        assert [row.id for row in desk.stops(key)] == [row.id for row in first]


async def test_what_was_taken_back_is_not_asked_for_again(both: SimulatorServer, tmp_path: Path) -> None:
    """Neither by the next poll nor after a restart."""
    state = tmp_path / "state"
    async with engine(both, state, stop_elsewhere=3600) as desk:
        key = await desk.somebody()
        desk.answer(key)
        async with desk.watching():
            await desk.until(lambda: desk.stops(key))
            first = desk.stops(key)
            for row in first:
                outbox.resolve(desk.store, row.id, "discard", now=1)
            await desk.polled()
    again = Watched(both, state, stop_elsewhere=3600)
    async with again.engine, again.watching():
        await again.polled()

        assert {row.id for row in again.stops(key)} == {row.id for row in first}
        assert {row.state for row in again.stops(key)} == {"discarded"}
    again.store.close()
    assert HR not in {event.workspace for event in both.ledger.actions("stop")}


async def test_what_was_taken_back_before_they_wrote_is_asked_for_anew(both: SimulatorServer, tmp_path: Path) -> None:
    """An answer is a reason of its own."""
    async with engine(both, tmp_path / "state", stop_elsewhere=3600) as desk:
        key = await desk.somebody()
        enrolled = next(each for each in person_enrolments(desk.store, key) if each.workspace == HR)
        hour_ago = time.time_ns() // 1000 - 3_600_000_000
        before = outbox.enqueue(desk.store, stop_of(enrolled, key), now=hour_ago)
        outbox.resolve(desk.store, before, "discard", now=hour_ago)
        desk.answer(key)
        async with desk.watching():
            await desk.until(lambda: [row for row in desk.stops(key) if row.state == "undo"])

        assert before not in {row.id for row in desk.stops(key) if row.state == "undo"}


async def test_without_the_setting_nobody_is_stopped_for_an_answer(both: SimulatorServer, tmp_path: Path) -> None:
    """As it is by default."""
    async with engine(both, tmp_path / "state", stop_elsewhere=None) as desk:
        key = await desk.somebody()
        desk.answer(key)
        async with desk.watching():
            await desk.polled()

        assert desk.stops(key) == []
