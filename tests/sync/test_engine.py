"""The engine: polls and sends side by side, survives trouble, ends promptly."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from postroom.commands import Reply
from postroom.errors import NeverSent, SecretError, Unauthorised
from postroom.records import ConversationKey, ProviderName
from providers.base import Provider
from store import journal, limits, outbox, queries
from store.database import Store
from sync.clock import VirtualClock
from sync.engine import Engine, WorkspaceSetup
from sync.events import Pulled, Settled, StatusChanged, SyncEvent
from tests.builders import at, campaign, conversation, enrolment, inbound
from tests.sync.places import WORKSPACE, far_side, setup

C1 = ConversationKey(WORKSPACE, "c1")


class Listener:
    """Hears events and can wait for one."""

    def __init__(self) -> None:
        self.events: list[SyncEvent] = []
        self._waiting: list[tuple[Callable[[SyncEvent], bool], asyncio.Event]] = []

    def __call__(self, event: SyncEvent) -> None:
        self.events.append(event)
        for wanted, happened in self._waiting:
            if wanted(event):
                happened.set()

    async def until(self, wanted: Callable[[SyncEvent], bool]) -> None:
        """Come back when such an event was heard."""
        happened = asyncio.Event()
        self._waiting.append((wanted, happened))
        if not any(map(wanted, self.events)):
            await asyncio.wait_for(happened.wait(), 5)

    async def until_state(self, state: str) -> None:
        """Come back when an outbox entry is in that state."""
        await self.until(lambda event: isinstance(event, Settled) and event.state == state)


def written(text: str = "Gladly", workspace: str = WORKSPACE) -> Reply:
    return Reply(workspace, "c1", text, "sender-1", seen_upto="")


@asynccontextmanager
async def watching(engine: Engine) -> AsyncIterator[None]:
    task = asyncio.create_task(engine.watch())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def enqueue(state: Path, text: str = "Gladly", *, undo_seconds: float = 0, session: str = "s") -> int:
    """Write a reply as the screen does, in its own store, having seen the whole thread."""
    store = Store.open(state, session=session)
    try:
        messages = queries.thread(store, C1)
        command = Reply(WORKSPACE, "c1", text, "sender-1", seen_upto=messages[-1].key if messages else "")
        return outbox.enqueue(store, command, now=time.time_ns() // 1000, undo_seconds=undo_seconds)
    finally:
        store.close()


async def test_one_round_reports_every_workspace_in_order(state: Path) -> None:
    """`sync --once` reads all workspaces and says what each brought."""
    second = far_side()
    async with Engine(state, [setup(far_side()), setup(second, "beta")], clock=VirtualClock(at(600))) as engine:
        reports = await engine.run_once()

    assert [(report.workspace, report.complete) for report in reports] == [(WORKSPACE, True), ("beta", True)]


async def test_trouble_of_one_workspace_stays_its_own(state: Path) -> None:
    """A key that cannot be read, or a provider that is down, leaves the other workspaces alone."""

    def no_key() -> Provider:
        raise SecretError("The variable HEYREACH_API_KEY is not set.")

    down = far_side()
    down.troubles["conversations"] = [NeverSent("No connection.")]
    listener = Listener()
    setups = [WorkspaceSetup("locked", ProviderName.HEYREACH, no_key), setup(down, "down"), setup(far_side())]
    async with Engine(state, setups, on_event=listener, clock=VirtualClock(at(600))) as engine:
        reports = await engine.run_once()
        rows = {row.name: row.state for row in queries.workspaces(engine_store(engine))}

    assert [report.complete for report in reports] == [False, False, True]
    assert "HEYREACH_API_KEY" in reports[0].reason
    assert rows == {"locked": "denied", "down": "offline", WORKSPACE: "ok"}


def engine_store(engine: Engine) -> Store:
    return engine._store


async def test_a_fault_of_ours_is_told_and_survived(state: Path) -> None:
    """An unforeseen failure ends one poll, not the program."""
    far = far_side()
    far.troubles["conversations"] = [RuntimeError("a bug")]
    async with Engine(state, [setup(far)], clock=VirtualClock(at(600))) as engine:
        first, second = (await engine.run_once())[0], (await engine.run_once())[0]

    assert not first.complete
    assert "Something went wrong" in first.reason
    assert second.complete


async def test_a_reply_leaves_at_once_when_woken(state: Path) -> None:
    """A reply does not wait for the next poll."""
    far, listener = far_side(), Listener()
    async with Engine(state, [setup(far)], on_event=listener, session="s") as engine, watching(engine):
        await listener.until(lambda event: isinstance(event, StatusChanged) and event.state == "ok")
        enqueue(state)
        engine.wake_push()
        await listener.until_state("accepted")

    assert far.delivered == [("c1", "Gladly")]


async def test_a_reply_leaves_when_its_undo_time_is_over(state: Path) -> None:
    """After the undo window it goes by itself, and not before."""
    far, listener = far_side(), Listener()
    async with Engine(state, [setup(far)], on_event=listener, session="s") as engine, watching(engine):
        await listener.until(lambda event: isinstance(event, StatusChanged) and event.state == "ok")
        enqueue(state, undo_seconds=0.15)
        engine.wake_push()
        await asyncio.sleep(0.05)
        early = list(far.delivered)
        await listener.until_state("accepted")

    assert early == []
    assert far.delivered == [("c1", "Gladly")]


async def test_an_undo_time_of_another_run_is_never_continued(state: Path) -> None:
    """What an earlier Postroom left in its undo time does not leave by itself."""
    far = far_side()
    async with Engine(state, [setup(far)], session="new") as engine:
        await engine.run_once()
        entry = enqueue(state, undo_seconds=0.001, session="old")
        await asyncio.sleep(0.01)
        await engine.push_due()
        row = outbox.row(engine_store(engine), entry)

    assert row is not None
    assert row.state == "undo"
    assert far.delivered == []


async def test_sleep_begins_the_undo_time_anew(state: Path) -> None:
    """A laptop closed near the end of the undo time: nobody saw it pass, so all of it is there again."""
    clock, far = VirtualClock(at(600)), far_side()
    async with Engine(state, [setup(far)], clock=clock, session="s") as engine:
        await engine.run_once()
        store = engine_store(engine)
        entry = outbox.enqueue(store, written(), now=clock.now(), undo_seconds=10)
        states = []
        for asleep, awake in ((0, 4), (0, 4), (3600, 0), (0, 4), (0, 4), (-7200, 0), (0, 4), (0, 4), (0, 4)):
            clock.at += asleep * 1_000_000
            clock.advance(awake)
            await engine.push_due()
            row = outbox.row(store, entry)
            assert row is not None
            states.append(row.state == "undo")

    assert states == [True] * 8 + [False]
    assert far.calls["forget_connections"] == 2


async def test_send_now_waits_for_the_outcome(state: Path) -> None:
    """The command line sends one entry and learns what became of it."""
    clock, far = VirtualClock(at(600)), far_side()
    async with Engine(state, [setup(far)], clock=clock, session="s") as engine:
        await engine.run_once()
        entry = outbox.enqueue(engine_store(engine), written(), now=clock.now(), undo_seconds=60)
        row = await engine.send_now(entry)

    assert row.state == "accepted"
    assert far.delivered == [("c1", "Gladly")]


async def test_what_waited_offline_leaves_once_when_the_network_is_back(state: Path) -> None:
    """Queued without a connection, sent exactly once afterwards."""
    clock, far = VirtualClock(at(600)), far_side()
    async with Engine(state, [setup(far)], clock=clock, session="s") as engine:
        await engine.run_once()
        entry = outbox.enqueue(engine_store(engine), written(), now=clock.now())
        far.troubles["thread"] = [NeverSent("No connection."), NeverSent("No connection.")]
        far.troubles["conversations"] = [NeverSent("No connection.")]
        await engine.run_once()
        queued = outbox.row(engine_store(engine), entry)
        await engine.run_once()
        await engine.run_once()

    assert queued is not None
    assert queued.state == "queued"
    assert far.delivered == [("c1", "Gladly")]


async def test_a_refused_key_keeps_the_queue_and_a_good_one_lets_it_go(state: Path) -> None:
    """A 401 while polling stops sending before a reply can fail; when the key works again, the reply leaves."""
    clock, far = VirtualClock(at(600)), far_side()
    async with Engine(state, [setup(far)], clock=clock, session="s") as engine:
        await engine.run_once()
        far.troubles["conversations"] = [Unauthorised("The key was revoked.", status=401)]
        await engine.run_once()
        entry = outbox.enqueue(engine_store(engine), written(), now=clock.now())
        await engine.push_due()
        stopped = outbox.row(engine_store(engine), entry)
        await engine.run_once()
        let_go = outbox.row(engine_store(engine), entry)

    assert stopped is not None
    assert let_go is not None
    assert (stopped.state, let_go.state) == ("queued", "accepted")


async def test_ending_lets_a_send_come_to_its_end(state: Path) -> None:
    """A send that is answered while Postroom ends is settled by its answer."""
    clock, far = VirtualClock(at(600)), far_side()
    far.hang = asyncio.Event()
    async with Engine(state, [setup(far)], clock=clock, session="s") as engine:
        await engine.run_once()
        entry = outbox.enqueue(engine_store(engine), written(), now=clock.now())
        sending = asyncio.create_task(engine.push_due())
        await far.reached.wait()
        asyncio.get_running_loop().call_later(0.05, far.hang.set)
    await sending

    assert state_of(state, entry) == "accepted"


async def test_ending_leaves_a_send_without_an_answer_in_doubt(state: Path) -> None:
    """A send that hangs does not keep Postroom from ending, and is not called anything but doubtful."""
    clock, far = VirtualClock(at(600)), far_side()
    far.hang = asyncio.Event()
    async with Engine(state, [setup(far)], clock=clock, session="s") as engine:
        await engine.run_once()
        entry = outbox.enqueue(engine_store(engine), written(), now=clock.now())
        sending = asyncio.create_task(engine.push_due())
        await far.reached.wait()
    await sending

    assert state_of(state, entry) == "in_doubt"


def state_of(state: Path, entry: int) -> str:
    store = Store.open(state)
    try:
        row = outbox.row(store, entry)
        return row.state if row else ""
    finally:
        store.close()


async def test_a_fault_of_ours_does_not_hammer_the_provider(state: Path) -> None:
    """A reply that cannot be handled here for now is left alone for a while, and not lost."""
    clock, far = VirtualClock(at(600)), far_side()
    async with Engine(state, [setup(far)], clock=clock, session="s") as engine:
        await engine.run_once()
        far.troubles["thread"] = [RuntimeError("a bug")]
        entry = outbox.enqueue(engine_store(engine), written(), now=clock.now())
        for _ in range(5):
            await engine.push_due()
        reads = far.calls["thread"]
        clock.advance(31)
        await engine.push_due()

    assert reads == 1
    assert state_of(state, entry) == "accepted"


async def test_the_limit_used_is_kept_over_a_restart(state: Path) -> None:
    """Restarting does not spend the provider's limit twice."""
    far = far_side()
    restored: list[str] = []
    far.restore_limiter = restored.append  # type: ignore[method-assign]  # a recording double
    for _ in range(2):
        async with Engine(state, [setup(far)], clock=VirtualClock(at(600))) as engine:
            await engine.run_once()
    store = Store.open(state)
    kept = limits.load(store, WORKSPACE)
    store.close()

    assert restored == ["", "{}"]
    assert kept == "{}"


async def test_opening_a_conversation_fetches_what_is_shown(state: Path) -> None:
    """Thread, enrolments and figures of the open conversation are fetched, and not again a moment later."""
    clock, far = VirtualClock(at(600)), far_side()
    far.campaign_list["q3"], far.enrolled["q3"] = campaign(), [enrolment()]
    far.threads["c1"] = conversation("c1", inbound("Hello", minutes=2), campaign_id="q3")
    async with Engine(state, [setup(far)], clock=clock) as engine:
        await engine.run_once()
        await engine.open_thread(C1)
        await engine.open_thread(C1)
        enrolled = queries.enrolments(engine_store(engine), C1)
        figures = queries.campaigns(engine_store(engine))[0]

    assert (far.calls["thread"], far.calls["enrolments"], far.calls["statistics"]) == (1, 1, 1)
    assert [each.campaign_id for each in enrolled] == ["q3"]
    assert figures.statistics_at == clock.now()


async def test_a_snoozed_conversation_comes_back(state: Path) -> None:
    """When its time has come it is in the inbox again, and the screen is told."""
    far, listener = far_side(), Listener()
    async with Engine(state, [setup(far)], on_event=listener, session="s") as engine:
        await engine.run_once()
        store = engine_store(engine)
        journal.record(store, C1, "snooze", {"until": at(0)}, now=at(0))
        async with watching(engine):
            await listener.until(lambda event: isinstance(event, Pulled) and event.conversations == ("c1",))
