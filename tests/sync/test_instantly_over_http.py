"""Sync of mails with the simulated Instantly over real HTTP: what is read, sent, stopped and paused, how often."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from postroom.commands import MarkSeen, PauseCampaign, Reply, ResumeCampaign, StopLead
from postroom.records import CampaignState, ConversationKey, Enrolment, EnrolmentState, Health, Lead, ProviderName
from postroom.secrets import Secret
from providers.base import Provider
from providers.clock import SystemClock
from providers.factory import connect
from simulator.faults import Fault, FaultKind
from simulator.server import SimulatorServer
from store import outbox, queries
from store.database import Store
from store.rows import ConversationRow, InboxRow, OutboxRow, View
from sync.engine import Engine, WorkspaceSetup
from tests.conftest import MakeSimulator

IN = "instantly"


class HastyClock(SystemClock):
    """Waits between attempts, and for the provider's limit, are cut short."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.05))


class Desk:
    """An engine on a simulated Instantly, with the store opened beside it as the screen would."""

    def __init__(self, simulator: SimulatorServer, state: Path, *, per_minute: int | None = 30_000) -> None:
        self.simulator = simulator
        self._per_minute = per_minute
        setups = [WorkspaceSetup(IN, ProviderName.INSTANTLY, self._connect)]
        self.engine = Engine(state, setups, session="s")
        self.store = Store.open(state, session="s")

    def _connect(self) -> Provider:
        return connect(
            ProviderName.INSTANTLY,
            key=Secret(self.simulator.instantly_key),
            base_url=self.simulator.instantly_url,
            requests_per_minute=self._per_minute,
            deadline=0.6,
            clock=HastyClock(),
        )

    async def __aenter__(self) -> Desk:
        await self.engine.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.engine.__aexit__(None, None, None)
        self.store.close()

    def rows(self) -> list[InboxRow]:
        return queries.inbox_rows(self.store, View.ALL, workspace=IN, limit=500)

    def head(self, key: ConversationKey) -> ConversationRow:
        head = queries.conversation(self.store, key)
        assert head is not None
        return head

    def newest(self) -> ConversationRow:
        """The newest conversation that can be answered."""
        heads = [self.head(row.key) for row in self.rows()]
        return next(head for head in heads if head.sender_health is Health.GOOD)

    async def send(self, key: ConversationKey, text: str) -> OutboxRow:
        """Write and send a reply, having seen the thread as it is cached."""
        seen = queries.thread(self.store, key)[-1].key
        command = Reply(IN, key.id, text, self.head(key).sender_id, seen_upto=seen)
        return await self.engine.send_now(outbox.enqueue(self.store, command, now=time.time_ns() // 1000))

    async def enrolments(self, head: ConversationRow) -> tuple[Enrolment, ...]:
        """The campaigns that the lead of a conversation is in, asked for by a client of our own."""
        client = self._connect()
        try:
            return await client.enrolments(Lead(id=head.lead_id, name=head.row.lead_name, email=head.email))
        finally:
            await client.aclose()

    def row(self, entry: int) -> OutboxRow:
        row = outbox.row(self.store, entry)
        assert row is not None
        return row

    def bodies(self, key: ConversationKey) -> list[str]:
        return [message.body for message in queries.thread(self.store, key)]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def mails(make_simulator: MakeSimulator) -> SimulatorServer:
    """Sixty conversations by mail; nobody counts requests."""
    return make_simulator(
        conversations=20, instantly_conversations=60, instantly_mails_per_minute=None, job_seconds=0.05
    )


async def test_every_mail_arrives_and_stays_equal(mails: SimulatorServer, state: Path) -> None:
    """A first sync brings every message of every thread, and a second changes nothing."""
    space = mails.world.workspace(IN)
    async with Desk(mails, state) as desk:
        (first,) = await desk.engine.run_once()
        (second,) = await desk.engine.run_once()
        messages = sum(len(queries.thread(desk.store, row.key)) for row in desk.rows())

        assert (first.complete, second.complete) == (True, True)
        assert messages == first.messages_new == sum(len(space.history(row)) for row in space.conversations)
        assert (second.messages_new, second.conversations_changed) == (0, 0)


async def test_no_thread_is_read_by_itself_for_an_import(mails: SimulatorServer, state: Path) -> None:
    """Reads of mails are few: pages of a hundred, and now and then one mail alone."""
    async with Desk(mails, state) as desk:
        (first,) = await desk.engine.run_once()

        assert mails.traffic.count("instantly emails") <= first.messages_new // 100 + 5


async def test_a_mail_is_shown_with_its_subject_and_what_it_quotes(mails: SimulatorServer, state: Path) -> None:
    """What is new is the body; the rest is folded."""
    async with Desk(mails, state) as desk:
        await desk.engine.run_once()
        threads = [queries.thread(desk.store, row.key) for row in desk.rows()]
        quoting = [message for thread in threads for message in thread if message.quoted]

        assert quoting
        assert not any(" wrote:" in message.body or "<div" in message.body for thread in threads for message in thread)
        assert all(message.subject and message.participants for thread in threads for message in thread)


async def test_somebody_who_writes_by_mail_and_on_linkedin_is_one_person(mails: SimulatorServer, state: Path) -> None:
    """By the profile in the lead's data."""
    async with Desk(mails, state) as desk:
        await desk.engine.run_once()

        heads = [desk.head(row.key) for row in desk.rows()]

        assert any(head.profile_url and head.email for head in heads)


async def test_a_reply_is_delivered_once_and_found_again(mails: SimulatorServer, state: Path) -> None:
    """Sent, with its id, and shown as one bubble."""
    async with Desk(mails, state) as desk:
        await desk.engine.run_once()
        key = desk.newest().row.key
        row = await desk.send(key, "Tuesday at ten works well.")
        await desk.engine.run_once()

        assert row.state == "sent"
        assert len(mails.ledger.delivered(text="Tuesday at ten works well.")) == 1
        assert desk.bodies(key).count("Tuesday at ten works well.") == 1


FAULTS: list[tuple[FaultKind, dict[str, object], str, int]] = [
    ("close", {"delivered": True}, "in_doubt", 1),
    ("hang", {"delivered": True}, "in_doubt", 1),
    ("status", {"status": 500, "delivered": True}, "in_doubt", 1),
    ("status", {"status": 503}, "in_doubt", 0),
    ("status", {"status": 429}, "queued", 0),
    ("status", {"status": 400}, "failed", 0),
    ("html", {}, "in_doubt", 1),
    ("text", {"body": '{"error": "ACC_AUTH_ERROR"}'}, "in_doubt", 0),
]


@pytest.mark.parametrize(
    ("kind", "details", "outcome", "deliveries"), FAULTS, ids=[f"{k}-{list(d.values())}" for k, d, _, _ in FAULTS]
)
async def test_no_fault_sends_a_mail_twice(
    mails: SimulatorServer, state: Path, kind: FaultKind, details: dict[str, object], outcome: str, deliveries: int
) -> None:
    """Whatever happens to the answer, at most one mail reaches the lead, and the outbox says what is known."""
    async with Desk(mails, state) as desk:
        await desk.engine.run_once()
        mails.fault(Fault(kind, provider=IN, operation="reply", times=1, **details))  # type: ignore[arg-type]
        row = await desk.send(desk.newest().row.key, "Once only.")
        tries = mails.traffic.count("instantly reply")
        await desk.engine.run_once()

        assert (row.state, tries) == (outcome, 1)
        assert len(mails.ledger.delivered(text="Once only.")) == (1 if outcome == "queued" else deliveries)
        if outcome == "in_doubt":
            assert desk.row(row.id).state == ("sent" if deliveries else "in_doubt")


async def test_a_reply_is_held_when_they_wrote_meanwhile(mails: SimulatorServer, state: Path) -> None:
    """The thread is looked at once more before the mail leaves."""
    async with Desk(mails, state) as desk:
        await desk.engine.run_once()
        key = desk.newest().row.key
        space = mails.world.workspace(IN)
        mails.world.hear(space, space.by_id[key.id], "One more thing.")
        row = await desk.send(key, "Tuesday?")

        assert row.state == "held"
        assert mails.ledger.delivered() == ()


async def test_a_new_mail_of_an_old_thread_is_found_by_the_poll(mails: SimulatorServer, state: Path) -> None:
    """By when it was stored, and without reading the inbox again."""
    async with Desk(mails, state) as desk:
        await desk.engine.run_once()
        key = desk.rows()[-1].key
        space = mails.world.workspace(IN)
        mails.world.hear(space, space.by_id[key.id], "I am back.")
        before = mails.traffic.count("instantly emails")
        (report,) = await desk.engine.run_once()

        assert report.messages_new == 1
        assert (desk.rows()[0].key, desk.rows()[0].preview, desk.rows()[0].unread) == (key, "I am back.", True)
        assert mails.traffic.count("instantly emails") - before <= 4, "news, their end, and twice what is unread"


async def test_a_lead_is_stopped_by_a_move_that_is_proven(mails: SimulatorServer, state: Path) -> None:
    """Out of the campaign, into “Stopped”, which is made the first time only."""
    async with Desk(mails, state) as desk:
        await desk.engine.run_once()
        states: list[str] = []
        for head in [desk.head(row.key) for row in desk.rows()]:
            enrolled = await desk.enrolments(head) if head.email else ()
            active = next((each for each in enrolled if each.state is EnrolmentState.ACTIVE), None)
            if active is None:
                continue
            stop = StopLead(
                IN, active.campaign_id, active.campaign_name, head.lead_id, head.row.lead_name, head.profile_url, None
            )
            row = await desk.engine.send_now(outbox.enqueue(desk.store, stop, now=time.time_ns() // 1000))
            states.append(row.state)
            if len(states) == 2:
                break

        lists = [made.name for made in mails.world.workspace(IN).lists]
        assert states == ["sent", "sent"]
        assert len(mails.ledger.actions("stop")) == 2
        assert lists.count("Stopped") == 1


async def test_a_campaign_is_paused_and_resumed_and_proven(mails: SimulatorServer, state: Path) -> None:
    """A status code alone is no proof."""
    async with Desk(mails, state) as desk:
        await desk.engine.run_once()
        campaign = next(
            each for each in queries.campaigns(desk.store, workspace=IN) if each.state is CampaignState.RUNNING
        )
        paused = await desk.engine.send_now(
            outbox.enqueue(desk.store, PauseCampaign(IN, campaign.id, campaign.name), now=time.time_ns() // 1000)
        )
        resumed = await desk.engine.send_now(
            outbox.enqueue(desk.store, ResumeCampaign(IN, campaign.id, campaign.name), now=time.time_ns() // 1000)
        )

        assert (paused.state, resumed.state) == ("sent", "sent")
        assert [event.kind for event in mails.ledger.actions()] == ["pause", "resume"]


async def test_what_was_read_here_is_read_there(mails: SimulatorServer, state: Path) -> None:
    """The thread as a whole."""
    async with Desk(mails, state) as desk:
        await desk.engine.run_once()
        key = next(row.key for row in desk.rows() if row.unread and row.key.id in mails.world.workspace(IN).by_id)
        row = await desk.engine.send_now(outbox.enqueue(desk.store, MarkSeen(IN, key.id), now=time.time_ns() // 1000))

        assert row.state == "sent"
        assert mails.world.workspace(IN).by_id[key.id].seen


async def test_an_old_mail_that_was_read_elsewhere_is_read_here(mails: SimulatorServer, state: Path) -> None:
    """Though the list of unread mails says, with its short last page, that it might go on."""
    space = mails.world.workspace(IN)
    async with Desk(mails, state) as desk:
        await desk.engine.run_once()
        oldest = [row.key for row in desk.rows() if row.unread and row.key.id in space.by_id][-1]
        mails.world.record(space, "seen", conversation=oldest.id, flag=True)
        await desk.engine.run_once()
        asked = mails.traffic.count("instantly emails")
        await desk.engine.run_once()

        assert not desk.head(oldest).row.unread
        assert mails.traffic.count("instantly emails") - asked <= 3
