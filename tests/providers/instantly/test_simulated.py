"""The client against the simulated Instantly, over real HTTP: the whole walk, what goes wrong, what is hostile."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from postroom.errors import Forbidden, NeverSent, ProviderError, RateLimited, Rejected, Unauthorised, Uncertain
from postroom.records import Conversation, Direction, Health, ProviderName
from postroom.secrets import Secret
from providers.base import Lane, Provider
from providers.factory import connect
from simulator.config import INSTANTLY_KEY
from simulator.faults import Fault
from simulator.server import SimulatorServer
from tests.conftest import MakeSimulator

UNSAFE = re.compile(
    r"(?<!\\)\\x(?:0[0-8b-f]|1[0-9a-f]|7f|8.|9.)|(?<!\\)\\u(?:200[ef]|202[a-e]|206[6-9])"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f]"
)
"""What a terminal would obey, raw or as `repr` shows it; a backslash that was written is only text."""


def client_for(server: SimulatorServer, *, key: str = INSTANTLY_KEY, deadline: float = 5.0) -> Provider:
    return connect(
        ProviderName.INSTANTLY,
        key=Secret(key),
        base_url=server.instantly_url,
        requests_per_minute=60_000,
        deadline=deadline,
    )


@pytest.fixture
def simulator(make_simulator: MakeSimulator) -> SimulatorServer:
    """A small quiet world without limits."""
    return make_simulator(seed=7, conversations=8, instantly_conversations=60, instantly_mails_per_minute=None)


@pytest.fixture
async def client(simulator: SimulatorServer) -> AsyncIterator[Provider]:
    provider = client_for(simulator)
    yield provider
    await provider.aclose()


async def walked(client: Provider) -> list[Conversation]:
    """What every page of the inbox shows."""
    found: list[Conversation] = []
    cursor: str | None = None
    for _ in range(50):
        page = await client.conversations(cursor=cursor, lane=Lane.BACKFILL)
        assert page.rejected == ()
        found += page.records
        if not page.more:
            return found
        cursor = page.next_cursor
    pytest.fail("the walk does not end")


async def answerable(client: Provider) -> Conversation:
    """A conversation whose mailbox can send."""
    good = {sender.id for sender in (await client.senders()).records if sender.health is Health.GOOD}
    return next(row for row in await walked(client) if row.sender_id in good and len(row.messages) > 1)


async def test_every_mail_is_in_some_page(client: Provider, simulator: SimulatorServer) -> None:
    """The pages of mails are the whole inbox."""
    space = simulator.world.workspace("instantly")

    keys = {message.key for row in await walked(client) for message in row.messages}

    assert len(keys) == sum(len(space.history(row)) for row in space.conversations)


async def test_a_thread_holds_what_the_pages_showed(client: Provider) -> None:
    """In the order of time, complete."""
    for row in (await walked(client))[:8]:
        page = await client.thread(row.id)
        times = [message.sent_at or 0 for message in page.conversation.messages]

        assert (page.conversation.id, page.more, page.conversation.messages_complete) == (row.id, False, True)
        assert {message.key for message in row.messages} <= {message.key for message in page.conversation.messages}
        assert times == sorted(times)


async def test_a_thread_says_which_mails_are_automatic_replies(client: Provider, simulator: SimulatorServer) -> None:
    """Only a mail read by itself tells."""
    space = simulator.world.workspace("instantly")
    away = next(row for row in space.conversations if row.mood.name == "out_of_office")

    page = await client.thread(away.id)

    kinds = {message.kind for message in page.conversation.messages if message.direction is Direction.INBOUND}
    assert "auto_reply" in kinds


async def test_a_wrong_key_is_said_and_a_right_one_proven(client: Provider, simulator: SimulatorServer) -> None:
    """With one request."""
    wrong = client_for(simulator, key="wrong")
    with pytest.raises(Unauthorised):
        await wrong.check()
    await wrong.aclose()
    await client.check()

    assert client.usage.requests == 1


async def test_a_key_without_a_scope_is_told_which(make_simulator: MakeSimulator) -> None:
    """Although the answer is a 401."""
    server = make_simulator(instantly_conversations=5, scopes={INSTANTLY_KEY: ("campaigns:read", "emails:read")})
    client = client_for(server)
    await client.check()
    rows = (await client.conversations()).records
    with pytest.raises(Forbidden, match="emails:create"):
        await client.send(rows[0].id, "Hello")
    await client.aclose()

    assert rows


FAULTS: dict[str, tuple[Fault, type[ProviderError], int]] = {
    "closes": (Fault("close"), Uncertain, 1),
    "resets": (Fault("reset"), Uncertain, 1),
    "hangs": (Fault("hang"), Uncertain, 1),
    "502 delivered": (Fault("status", status=502, delivered=True), Uncertain, 1),
    "503": (Fault("status", status=503, retry_after="1"), Uncertain, 0),
    "truncated": (Fault("cut"), Uncertain, 1),
    "web page": (Fault("html"), Uncertain, 1),
    "redirect": (Fault("redirect"), Uncertain, 0),
    "error in a 200": (Fault("text", body='{"error":"ACC_UNKNOWN_ERROR"}'), Uncertain, 0),
    "429": (Fault("status", status=429), RateLimited, 0),
    "400": (Fault("status", status=400), Rejected, 0),
}


@pytest.mark.parametrize(("fault", "error", "delivered"), FAULTS.values(), ids=FAULTS)
async def test_a_reply_that_meets_a_fault_is_one_request_and_at_most_one_delivery(
    simulator: SimulatorServer, fault: Fault, error: type[ProviderError], delivered: int
) -> None:
    """The ledger of the other side is the judge, and the error says no more than is known."""
    client = client_for(simulator, deadline=0.6)
    row = await answerable(client)
    simulator.fault(replace(fault, provider="instantly", operation="reply"))
    with pytest.raises(error) as caught:
        await client.send(row.id, "Only once")
    await client.aclose()

    assert type(caught.value) is error
    assert simulator.traffic.count("instantly reply") == 1
    assert len(simulator.ledger.delivered(text="Only once")) == delivered


async def test_a_provider_off_the_network_got_nothing(client: Provider, simulator: SimulatorServer) -> None:
    """And gets it when it is back, once."""
    row = await answerable(client)
    simulator.offline()
    with pytest.raises(NeverSent):
        await client.send(row.id, "Only once")
    simulator.online()
    await client.send(row.id, "Only once")

    assert len(simulator.ledger.delivered(text="Only once")) == 1


async def test_a_hostile_world_leaves_no_control_code_in_any_record(make_simulator: MakeSimulator) -> None:
    """Every text field of every answer carries something that a terminal would obey; none of it gets through."""
    server = make_simulator(instantly_conversations=60, hostile=True, instantly_mails_per_minute=None)
    client = client_for(server)
    rows = await walked(client)
    records: list[object] = [*rows, *(await client.campaigns()).records, *(await client.senders()).records]
    records += [await client.thread(row.id) for row in rows[:10]]
    await client.aclose()

    assert len(records) > 70
    assert not [each for each in records if UNSAFE.search(repr(each))]
