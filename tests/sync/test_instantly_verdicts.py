"""Telling the simulated Instantly what an answer amounts to, over real HTTP: once, read back, and only online."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from postroom.commands import SetVerdict
from postroom.records import Verdict
from simulator.faults import Fault, FaultKind
from simulator.server import SimulatorServer
from store import outbox
from store.rows import ConversationRow, OutboxRow
from tests.conftest import MakeSimulator
from tests.sync.test_instantly_over_http import IN, Desk


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def mails(make_simulator: MakeSimulator) -> SimulatorServer:
    return make_simulator(conversations=20, instantly_conversations=20, instantly_mails_per_minute=None)


def asked(head: ConversationRow, verdict: Verdict) -> SetVerdict:
    return SetVerdict(
        IN, head.lead_id, head.row.lead_name, verdict.value, head.row.campaign_id, conversation=head.row.key.id
    )


async def tell(desk: Desk, head: ConversationRow, verdict: Verdict) -> OutboxRow:
    entry = outbox.enqueue(desk.store, asked(head, verdict), now=time.time_ns() // 1000, replace=True)
    return await desk.engine.send_now(entry)


def statuses(mails: SimulatorServer) -> list[str]:
    """Every interest status that Instantly was told, in order."""
    return [event.text for event in mails.ledger.actions("interest")]


async def test_a_verdict_is_told_and_read_back(mails: SimulatorServer, state: Path) -> None:
    """An answer of 202 is no proof; what Instantly shows afterwards is."""
    async with Desk(mails, state) as desk:
        await desk.engine.run_once()
        head = desk.newest()
        other = next(v for v in (Verdict.NOT_INTERESTED, Verdict.WRONG_PERSON) if v is not head.row.verdict)
        row = await tell(desk, head, other)

        assert (row.state, row.verified) == ("sent", True)
        assert statuses(mails) == [{Verdict.NOT_INTERESTED: "-1", Verdict.WRONG_PERSON: "-2"}[other]]


async def test_what_instantly_says_already_is_not_said_again(mails: SimulatorServer, state: Path) -> None:
    """Saying it again could start its automations again."""
    async with Desk(mails, state) as desk:
        await desk.engine.run_once()
        head = desk.newest()
        await tell(desk, head, Verdict.MEETING)
        row = await tell(desk, head, Verdict.MEETING)

        assert row.state == "sent"
        assert statuses(mails) == ["2"]


async def test_a_verdict_taken_back_is_none_at_instantly_too(mails: SimulatorServer, state: Path) -> None:
    """“Nothing” is something to be told as well."""
    async with Desk(mails, state) as desk:
        await desk.engine.run_once()
        head = desk.newest()
        await tell(desk, head, Verdict.MEETING)
        row = await tell(desk, head, Verdict.NONE)

        assert row.state == "sent"
        assert statuses(mails) == ["2", ""]


FAULTS: list[tuple[FaultKind, dict[str, object], str, int]] = [
    ("close", {"delivered": True}, "sent", 1),
    ("status", {"status": 500, "delivered": True}, "sent", 1),
    ("status", {"status": 503}, "in_doubt", 0),
    ("status", {"status": 429}, "failed", 0),
    ("status", {"status": 400}, "failed", 0),
    ("status", {"status": 403}, "failed", 0),
]


@pytest.mark.parametrize(
    ("kind", "details", "outcome", "told"), FAULTS, ids=[f"{k}-{list(d.values())}" for k, d, _, _ in FAULTS]
)
async def test_a_verdict_is_asked_for_once_whatever_happens(
    mails: SimulatorServer, state: Path, kind: FaultKind, details: dict[str, object], outcome: str, told: int
) -> None:
    """A lost answer is looked up; it is never the reason to say it again."""
    async with Desk(mails, state) as desk:
        await desk.engine.run_once()
        head = desk.newest()
        mails.fault(Fault(kind, provider=IN, operation="update_interest", times=1, **details))  # type: ignore[arg-type]
        row = await tell(desk, head, Verdict.MEETING)
        await desk.engine.run_once()

        assert desk.row(row.id).state == outcome
        assert mails.traffic.count("instantly update_interest") == 1
        assert len(statuses(mails)) == told


async def test_a_refused_verdict_keeps_no_reply_from_leaving(mails: SimulatorServer, state: Path) -> None:
    """A key that may not change leads may still send."""
    async with Desk(mails, state) as desk:
        await desk.engine.run_once()
        head = desk.newest()
        mails.fault(Fault("status", provider=IN, operation="update_interest", times=1, status=403))
        verdict = await tell(desk, head, Verdict.MEETING)
        reply = await desk.send(head.row.key, "Tuesday at ten works well.")

        assert (verdict.state, reply.state) == ("failed", "sent")
        assert "stays in Postroom alone" in verdict.error


async def test_without_a_connection_nothing_is_queued(mails: SimulatorServer, state: Path) -> None:
    """It fails, and says that Instantly was not told."""
    async with Desk(mails, state) as desk:
        await desk.engine.run_once()
        head = desk.newest()
        mails.stop()
        row = await tell(desk, head, Verdict.MEETING)

        assert row.state == "failed"
        assert "not told" in row.error


async def test_a_later_verdict_takes_the_place_of_one_in_doubt(mails: SimulatorServer, state: Path) -> None:
    """What was thought before is of no interest any more, and keeps nothing waiting."""
    async with Desk(mails, state) as desk:
        await desk.engine.run_once()
        head = desk.newest()
        mails.fault(Fault("status", provider=IN, operation="update_interest", times=1, status=503))
        first = await tell(desk, head, Verdict.MEETING)
        second = await tell(desk, head, Verdict.NOT_INTERESTED)

        assert (first.state, desk.row(first.id).state, second.state) == ("in_doubt", "discarded", "sent")
        assert statuses(mails) == ["-1"]


async def test_a_crash_while_it_is_told_leaves_a_doubt_and_nothing_is_said_again(
    mails: SimulatorServer, state: Path
) -> None:
    """The next start looks, and does not repeat what may have begun something over there."""
    async with Desk(mails, state) as desk:
        await desk.engine.run_once()
        command = asked(desk.newest(), Verdict.MEETING)
        entry = outbox.enqueue(desk.store, command, now=time.time_ns() // 1000)
        assert outbox.claim(desk.store, entry, baseline=None, now=time.time_ns() // 1000)
    async with Desk(mails, state) as desk:
        outbox.recover(desk.store, session="next", now=time.time_ns() // 1000)
        await desk.engine.run_once()

        assert desk.row(entry).state == "in_doubt"
        assert statuses(mails) == []


async def test_a_verdict_that_waited_too_long_is_not_told(mails: SimulatorServer, state: Path) -> None:
    """By now somebody may have decided otherwise."""
    async with Desk(mails, state) as desk:
        await desk.engine.run_once()
        long_ago = time.time_ns() // 1000 - 3_600_000_000
        entry = outbox.enqueue(desk.store, asked(desk.newest(), Verdict.MEETING), now=long_ago)
        row = await desk.engine.send_now(entry)

        assert row.state == "failed"
        assert "not told" in row.error
        assert statuses(mails) == []
