"""Sync against the simulated providers over real HTTP: the ledger says what was delivered, and how often."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from postroom.commands import PauseCampaign, Reply, ResumeCampaign, StopLead
from postroom.records import CampaignState, ConversationKey, EnrolmentState, Health, ProviderName
from postroom.secrets import Secret
from providers.base import Provider
from providers.clock import SystemClock
from providers.factory import connect
from simulator.faults import Fault, FaultKind
from simulator.server import SimulatorServer
from store import outbox, queries
from store.database import Store
from store.rows import InboxRow, OutboxRow, View
from sync.engine import Engine, WorkspaceSetup
from tests.conftest import MakeSimulator

HR, NH = "heyreach", "networkhq"
DEADLINE = 2.0


class HastyClock(SystemClock):
    """Waits between attempts, and for the provider's limit, are cut short."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.01))


class Desk:
    """An engine on a simulator, with the store opened beside it as the screen would."""

    def __init__(self, simulator: SimulatorServer, state: Path, *, per_minute: int = 30_000) -> None:
        self.simulator = simulator
        self.per_minute = per_minute
        setups = [
            WorkspaceSetup(HR, ProviderName.HEYREACH, lambda: self._connect(ProviderName.HEYREACH)),
            WorkspaceSetup(NH, ProviderName.NETWORKHQ, lambda: self._connect(ProviderName.NETWORKHQ)),
        ]
        self.engine = Engine(state, setups, session="s")
        self.store = Store.open(state, session="s")

    def _connect(self, provider: ProviderName) -> Provider:
        heyreach = provider is ProviderName.HEYREACH
        return connect(
            provider,
            key=Secret(self.simulator.heyreach_key if heyreach else self.simulator.networkhq_key),
            base_url=self.simulator.heyreach_url if heyreach else self.simulator.networkhq_url,
            requests_per_minute=self.per_minute,
            deadline=DEADLINE,
            clock=HastyClock(),
        )

    async def __aenter__(self) -> Desk:
        await self.engine.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.engine.__aexit__(None, None, None)
        self.store.close()

    def rows(self, workspace: str) -> list[InboxRow]:
        return queries.inbox_rows(self.store, View.ALL, workspace=workspace)

    def answerable(self, workspace: str) -> list[ConversationKey]:
        """Conversations that can be answered, newest first."""
        heads = [queries.conversation(self.store, row.key) for row in self.rows(workspace)]
        return [
            head.row.key
            for head in heads
            if head is not None and not head.row.blocked and head.sender_health is not Health.BROKEN
        ]

    def newest(self, workspace: str) -> ConversationKey:
        """A conversation that can be answered."""
        return self.answerable(workspace)[0]

    def write(self, key: ConversationKey, text: str) -> int:
        """Put a reply into the outbox, having seen the thread as it is cached."""
        head = queries.conversation(self.store, key)
        messages = queries.thread(self.store, key)
        assert head is not None
        seen = messages[-1].key if messages else ""
        command = Reply(key.workspace, key.id, text, head.sender_id, seen_upto=seen)
        return outbox.enqueue(self.store, command, now=time.time_ns() // 1000)

    async def send(self, key: ConversationKey, text: str) -> OutboxRow:
        return await self.engine.send_now(self.write(key, text))

    def row(self, entry: int) -> OutboxRow:
        row = outbox.row(self.store, entry)
        assert row is not None
        return row

    def delivered(self, text: str) -> int:
        return len(self.simulator.ledger.delivered(text=text))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


async def test_everything_arrives_and_stays_equal(simulator: SimulatorServer, state: Path) -> None:
    """A first sync brings every conversation of both providers, and a second finds nothing new."""
    async with Desk(simulator, state) as desk:
        first = await desk.engine.run_once()
        second = await desk.engine.run_once()

        assert [report.complete for report in first] == [True, True]
        assert [report.conversations_seen for report in first] == [26, 14]
        assert [report.conversations_changed for report in second] == [0, 0]
        assert [report.messages_new for report in second] == [0, 0]


@pytest.mark.parametrize("workspace", [HR, NH])
async def test_a_reply_is_delivered_once_and_found_again(
    make_simulator: MakeSimulator, state: Path, workspace: str
) -> None:
    """Sent, delivered once, and shown as one bubble."""
    simulator = make_simulator(pending_share=0.0)
    async with Desk(simulator, state) as desk:
        await desk.engine.run_once()
        key = desk.newest(workspace)
        row = await desk.send(key, "Tuesday at ten works well.")
        await desk.engine.run_once()

        assert row.state == ("accepted" if workspace == HR else "sent")
        assert desk.row(row.id).state == "sent"
        assert desk.delivered("Tuesday at ten works well.") == 1
        assert [m.body for m in queries.thread(desk.store, key)].count("Tuesday at ten works well.") == 1


FAULTS: list[tuple[FaultKind, dict[str, object], str, int]] = [
    ("close", {"delivered": True}, "in_doubt", 1),
    ("close", {"delivered": False}, "in_doubt", 0),
    ("reset", {"delivered": True}, "in_doubt", 1),
    ("hang", {"delivered": True}, "in_doubt", 1),
    ("status", {"status": 500, "delivered": True}, "in_doubt", 1),
    ("status", {"status": 500, "delivered": False}, "in_doubt", 0),
    ("status", {"status": 502, "delivered": True}, "in_doubt", 1),
    ("status", {"status": 503, "retry_after": "1"}, "in_doubt", 0),
    ("status", {"status": 409}, "in_doubt", 0),
    ("status", {"status": 429}, "queued", 0),
    ("status", {"status": 422}, "failed", 0),
    ("status", {"status": 401}, "failed", 0),
    ("html", {}, "in_doubt", 1),
    ("redirect", {}, "in_doubt", 0),
    ("cut", {}, "in_doubt", 1),
]


@pytest.mark.parametrize("workspace", [HR, NH])
@pytest.mark.parametrize(
    ("kind", "details", "outcome", "deliveries"), FAULTS, ids=[f"{k}-{list(d.values())}" for k, d, _, _ in FAULTS]
)
async def test_no_fault_sends_twice(
    make_simulator: MakeSimulator,
    state: Path,
    workspace: str,
    kind: FaultKind,
    details: dict[str, object],
    outcome: str,
    deliveries: int,
) -> None:
    """Whatever happens to the answer, at most one message reaches the lead, and the outbox says what is known."""
    simulator = make_simulator(pending_share=0.0)
    async with Desk(simulator, state) as desk:
        await desk.engine.run_once()
        operation = "SendMessage" if workspace == HR else "send"
        simulator.fault(Fault(kind, provider=workspace, operation=operation, times=1, **details))  # type: ignore[arg-type]
        row = await desk.send(desk.newest(workspace), "Once only.")
        tries = simulator.traffic.count(operation)
        await desk.engine.run_once()
        after = desk.row(row.id).state

        assert row.state == outcome
        assert tries == 1
        assert desk.delivered("Once only.") == (1 if outcome == "queued" else deliveries)
        if outcome == "in_doubt":
            assert after == ("sent" if deliveries else "in_doubt")


async def test_ok_false_is_doubt_and_pending_becomes_sent(make_simulator: MakeSimulator, state: Path) -> None:
    """NetworkHQ's two ways of not saying yes."""
    simulator = make_simulator(pending_seconds=0.2, pending_share=1.0)
    async with Desk(simulator, state) as desk:
        await desk.engine.run_once()
        first, second = desk.answerable(NH)[:2]
        pending = await desk.send(first, "See you then.")
        await asyncio.sleep(0.3)
        await desk.engine.run_once()
        simulator.fault(Fault("ok_false", provider=NH, operation="send", times=1))
        refused = await desk.send(second, "Not that one.")

        assert pending.state == "pending"
        assert desk.row(pending.id).state == "sent"
        assert refused.state == "in_doubt"
        assert desk.delivered("Not that one.") == 0


async def test_two_equal_replies_need_two_echoes(make_simulator: MakeSimulator, state: Path) -> None:
    """“Thanks!” twice, of which one was lost: one is found, the other stays open."""
    simulator = make_simulator()
    async with Desk(simulator, state) as desk:
        await desk.engine.run_once()
        key = desk.newest(HR)
        first = await desk.send(key, "Thanks!")
        simulator.fault(Fault("close", provider=HR, operation="SendMessage", times=1, delivered=False))
        second = await desk.send(key, "Thanks! ")
        await desk.engine.run_once()

        assert (desk.row(first.id).state, desk.row(second.id).state) == ("sent", "in_doubt")
        assert desk.delivered("Thanks!") == 1


async def test_offline_replies_leave_once_when_the_network_is_back(simulator: SimulatorServer, state: Path) -> None:
    """No connection: queued; back again: delivered, once."""
    async with Desk(simulator, state) as desk:
        await desk.engine.run_once()
        key = desk.newest(HR)
        entry = desk.write(key, "Sorry for the wait.")
        simulator.offline()
        reports = await asyncio.wait_for(desk.engine.run_once(), 60)
        waiting = desk.row(entry).state
        simulator.online()
        await desk.engine.run_once()
        await desk.engine.run_once()

        assert not any(report.complete for report in reports)
        assert waiting == "queued"
        assert desk.row(entry).state == "sent"
        assert desk.delivered("Sorry for the wait.") == 1


async def test_they_wrote_meanwhile(simulator: SimulatorServer, state: Path) -> None:
    """A reply is not sent past a message that its writer has not seen."""
    async with Desk(simulator, state) as desk:
        await desk.engine.run_once()
        key = desk.newest(HR)
        entry = desk.write(key, "As I said.")
        workspace = simulator.world.workspace(HR)
        conversation = workspace.by_id[key.id.partition("/")[2]]
        simulator.world.hear(workspace, conversation, "Please stop writing to me.")
        row = await desk.engine.send_now(entry)

        assert row.state == "held"
        assert desk.delivered("As I said.") == 0
        assert queries.thread(desk.store, key)[-1].body == "Please stop writing to me."


async def test_a_thread_that_cannot_be_read_to_its_end_lets_nothing_leave(
    simulator: SimulatorServer, state: Path
) -> None:
    """Half a thread does not tell whether they have written meanwhile."""
    async with Desk(simulator, state) as desk:
        await desk.engine.run_once()
        entry = desk.write(desk.newest(NH), "As I said.")
        simulator.fault(Fault("missing_cursor", provider=NH, operation="conversation"))
        row = await desk.engine.send_now(entry)

        assert row.state == "held"
        assert "could not be read to its end" in row.error
        assert desk.delivered("As I said.") == 0


@pytest.mark.parametrize("workspace", [HR, NH])
@pytest.mark.parametrize("kind", ["endless_cursor", "repeated_cursor", "cursor_cycle", "missing_cursor", "empty_page"])
async def test_a_list_without_an_end_is_left(
    make_simulator: MakeSimulator, state: Path, workspace: str, kind: FaultKind
) -> None:
    """A provider whose list never ends is asked a handful of times, and the report says why it is not complete."""
    simulator = make_simulator()
    operation = "GetConversationsV3" if workspace == HR else "conversations"
    simulator.fault(Fault(kind, provider=workspace))
    async with Desk(simulator, state) as desk:
        reports = {report.workspace: report for report in await desk.engine.run_once()}

        assert not reports[workspace].complete
        assert reports[workspace].reason
        assert simulator.traffic.count(operation) <= 6
        assert len(desk.rows(workspace)) == (0 if kind == "empty_page" else (26 if workspace == HR else 14))


async def test_one_bad_record_is_put_aside_and_its_page_goes_on(simulator: SimulatorServer, state: Path) -> None:
    """A record that cannot be read is counted; the others are there."""
    simulator.fault(Fault("bad_record", provider=HR, operation="GetConversationsV3", times=1, index=3, body="[1, 2]"))
    async with Desk(simulator, state) as desk:
        reports = await desk.engine.run_once()

        assert reports[0].quarantined == 1
        assert len(desk.rows(HR)) == 25


async def test_stop_pause_and_resume_are_read_back(simulator: SimulatorServer, state: Path) -> None:
    """The three actions on a campaign end as proven, and the provider agrees."""
    now = time.time_ns() // 1000
    async with Desk(simulator, state) as desk:
        await desk.engine.run_once()
        key, enrolled = await active_lead(desk)
        stop = StopLead(HR, enrolled.campaign_id, enrolled.campaign_name, enrolled.lead_id, enrolled.lead_name,
                        lead_url=enrolled.lead_url, conversation=key.id)  # fmt: skip
        stopped = await desk.engine.send_now(outbox.enqueue(desk.store, stop, now=now))
        running = next(c for c in queries.campaigns(desk.store, workspace=HR) if c.state is CampaignState.RUNNING)
        pause = PauseCampaign(HR, running.id, running.name)
        paused = await desk.engine.send_now(outbox.enqueue(desk.store, pause, now=now))
        resume = ResumeCampaign(HR, running.id, running.name)
        resumed = await desk.engine.send_now(outbox.enqueue(desk.store, resume, now=time.time_ns() // 1000))

        assert [(row.state, row.verified) for row in (stopped, paused, resumed)] == [("sent", True)] * 3
        assert [event.kind for event in simulator.ledger.actions()] == ["stop", "pause", "resume"]


async def active_lead(desk: Desk) -> tuple[ConversationKey, queries.EnrolmentRow]:  # type: ignore[name-defined]
    """A lead who is still written to, as the pane shows it."""
    for row in desk.rows(HR):
        if row.campaign_id is None:
            continue
        await desk.engine.open_thread(row.key)
        for enrolled in queries.enrolments(desk.store, row.key):
            if enrolled.state is EnrolmentState.ACTIVE:
                return row.key, enrolled
    pytest.fail("nobody is in a sequence")


@pytest.mark.slow
async def test_a_large_inbox_takes_the_requests_it_needs_and_no_more(
    make_simulator: MakeSimulator, state: Path
) -> None:
    """26,000 conversations: 275 requests at most, and the poll after it 4."""
    simulator = make_simulator(
        conversations=26_000, networkhq_share=0.0, heyreach_per_minute=None, networkhq_per_minute=None
    )
    async with Desk(simulator, state, per_minute=60_000) as desk:
        first = (await desk.engine.run_once())[0]
        listed = simulator.traffic.count("GetConversationsV3")
        simulator.traffic.clear()
        second = (await desk.engine.run_once())[0]

        assert first.complete
        assert first.conversations_seen == 26_000
        assert listed <= 275
        assert simulator.traffic.count() - simulator.traffic.count("conversations") <= 4
        assert second.conversations_changed == 0
