"""Both clients against the simulated providers, over real HTTP: the whole walk, a send, a stop, a pause."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from postroom.errors import NeverSent, ProviderError, RateLimited, Refused, Rejected, Unauthorised, Uncertain
from postroom.records import CampaignState, Conversation, Direction, EnrolmentState, Page, ProviderName
from postroom.secrets import Secret
from providers.base import Lane, Provider
from providers.factory import connect
from simulator.faults import Fault
from simulator.server import SimulatorServer
from tests.conftest import MakeSimulator

UNSAFE = re.compile(
    r"\\x(?:0[0-8b-f]|1[0-9a-f]|7f|8.|9.)|\\u(?:200[ef]|202[a-e]|206[6-9])|[\x00-\x08\x0b-\x1f\x7f-\x9f]"
)
"""What a terminal would obey, raw or as `repr` shows it."""

HEYREACH, NETWORKHQ = ProviderName.HEYREACH, ProviderName.NETWORKHQ


@pytest.fixture
def simulator(make_simulator: MakeSimulator) -> SimulatorServer:
    """A small quiet world without limits."""
    return make_simulator(
        seed=7,
        conversations=260,
        networkhq_share=0.4,
        heyreach_per_minute=None,
        networkhq_per_minute=None,
        pending_share=0.0,
    )


def client_for(
    server: SimulatorServer, provider: ProviderName, *, key: str | None = None, deadline: float = 5.0
) -> Provider:
    """A client for one of the simulated providers."""
    url, own = {
        HEYREACH: (server.heyreach_url, server.heyreach_key),
        NETWORKHQ: (server.networkhq_url, server.networkhq_key),
    }[provider]
    return connect(provider, key=Secret(key or own), base_url=url, requests_per_minute=60_000, deadline=deadline)


@pytest.fixture(params=[HEYREACH, NETWORKHQ])
async def client(request: pytest.FixtureRequest, simulator: SimulatorServer) -> AsyncIterator[Provider]:
    """Each provider in turn."""
    provider = client_for(simulator, request.param)
    yield provider
    await provider.aclose()


async def walked(client: Provider, **options: bool) -> list[Conversation]:
    """Every conversation of the inbox, page by page."""
    found: list[Conversation] = []
    cursor: str | None = None
    for _ in range(50):
        page: Page[Conversation] = await client.conversations(cursor=cursor, lane=Lane.BACKFILL, **options)
        assert page.rejected == ()
        found += page.records
        if not page.more:
            return found
        cursor = page.next_cursor
        assert cursor is not None
    pytest.fail("the walk does not end")


async def test_the_whole_inbox_is_read(client: Provider, simulator: SimulatorServer) -> None:
    """Every conversation once, in no more requests than the pages that there are."""
    found = await walked(client)

    assert len({each.id for each in found}) == len(found) > 80
    assert client.usage.requests <= len(found) // (100 if client.name is HEYREACH else 500) + 1
    assert all(each.lead.name and each.fingerprint for each in found)


async def test_an_unchanged_inbox_has_unchanged_fingerprints(client: Provider) -> None:
    """A second look at a quiet inbox finds no change."""
    first = {each.id: each.fingerprint for each in await walked(client)}

    assert {each.id: each.fingerprint for each in await walked(client)} == first


async def test_unread_conversations_can_be_asked_for_alone(client: Provider) -> None:
    """The filter gives what the whole list marks as unread."""
    everything = await walked(client)

    assert {each.id for each in await walked(client, unread_only=True)} == {
        each.id for each in everything if each.unread
    }


async def test_a_thread_agrees_with_its_row(client: Provider) -> None:
    """The newest message of the thread is the one that the row shows."""
    for row in [each for each in await walked(client) if each.last_at is not None][:10]:
        page = await client.thread(row.id, lead_url=row.lead.profile_url)

        assert page.conversation.id == row.id
        assert page.conversation.messages
        assert {each.key for each in row.messages} <= {each.key for each in page.conversation.messages}
        assert max(each.sent_at or 0 for each in page.conversation.messages) == row.last_at


async def test_a_reply_is_delivered_once_and_shown_in_the_thread(client: Provider, simulator: SimulatorServer) -> None:
    """One send, one line in the ledger, one message in the thread."""
    row = next(each for each in await walked(client) if not each.blocked and not each.group)
    result = await client.send(row.id, "Thanks — Tuesday at ten?")
    thread = await client.thread(row.id)
    ours = [each for each in thread.conversation.messages if each.body == "Thanks — Tuesday at ten?"]

    assert result.state in {"sent", "accepted"}
    assert [each.direction for each in ours] == [Direction.OUTBOUND]
    assert result.remote_id in {None, ours[0].remote_id}
    assert len(simulator.ledger.delivered(text="Thanks — Tuesday at ten?")) == 1
    assert simulator.traffic.count() == client.usage.requests


async def test_a_wrong_key_is_said(simulator: SimulatorServer) -> None:
    """By both, in their own ways of refusing."""
    for provider in (HEYREACH, NETWORKHQ):
        client = client_for(simulator, provider, key="wrong")
        with pytest.raises(Unauthorised):
            await client.check()
        await client.aclose()


async def test_a_right_key_is_proven(client: Provider) -> None:
    """With one request."""
    await client.check()

    assert client.usage.requests == 1


async def test_campaigns_leads_and_senders_are_read(client: Provider) -> None:
    """Everything beside the inbox, and a campaign by itself."""
    campaigns = (await client.campaigns()).records
    leads = (await client.campaign_leads(campaigns[0].id)).records
    senders = (await client.senders()).records

    assert all(each.state is not CampaignState.UNKNOWN for each in campaigns)
    assert (await client.campaign(campaigns[0].id)).id == campaigns[0].id
    assert all(each.lead_id or each.lead_url for each in leads)
    assert any(each.name for each in senders)
    assert not any(each.name == "Unknown" for each in senders)


async def test_a_lead_is_stopped_and_the_reading_proves_it(simulator: SimulatorServer) -> None:
    """At HeyReach, and irreversibly; NetworkHQ says that it cannot."""
    client = client_for(simulator, HEYREACH)
    stopped = 0
    for row in await walked(client):
        for enrolment in await client.enrolments(row.lead):
            if enrolment.state is EnrolmentState.ACTIVE:
                await client.stop_lead(enrolment.campaign_id, row.lead)
                after = {each.campaign_id: each.state for each in await client.enrolments(row.lead)}
                assert after[enrolment.campaign_id] is not EnrolmentState.ACTIVE
                stopped += 1
        if stopped:
            break
    await client.aclose()

    assert stopped


async def test_a_campaign_is_paused_and_resumed(simulator: SimulatorServer) -> None:
    """Proven by reading back."""
    client = client_for(simulator, HEYREACH)
    campaign = next(each for each in (await client.campaigns()).records if each.state is CampaignState.RUNNING)
    await client.pause(campaign.id)
    paused = await client.campaign(campaign.id)
    await client.resume(campaign.id)
    resumed = await client.campaign(campaign.id)
    await client.aclose()

    assert (paused.state, resumed.state) == (CampaignState.PAUSED, CampaignState.RUNNING)


async def test_figures_are_read_by_day(simulator: SimulatorServer) -> None:
    """HeyReach keeps them; NetworkHQ says that it does not."""
    client, other = client_for(simulator, HEYREACH), client_for(simulator, NETWORKHQ)
    campaign = (await client.campaigns()).records[0]
    statistics = await client.statistics(campaign.id, start_day="2026-01-01", end_day="2026-01-07")
    with pytest.raises(Refused):
        await other.statistics("c1", start_day="2026-01-01", end_day="2026-01-07")
    await client.aclose()
    await other.aclose()

    assert all(0 <= rate <= 1 for rate in statistics.rates.values())


FAULTS: dict[str, tuple[Fault, type[ProviderError], int]] = {
    "HF02 closes": (Fault("close"), Uncertain, 1),
    "HF03 resets": (Fault("reset"), Uncertain, 1),
    "HF04 hangs": (Fault("hang"), Uncertain, 1),
    "HF06 502 delivered": (Fault("status", status=502, delivered=True), Uncertain, 1),
    "HF06 502 not delivered": (Fault("status", status=502), Uncertain, 0),
    "HF07 503": (Fault("status", status=503, retry_after="1"), Uncertain, 0),
    "HF11 truncated": (Fault("cut"), Uncertain, 1),
    "HF11 web page": (Fault("html"), Uncertain, 1),
    "HF13 redirect": (Fault("redirect"), Uncertain, 0),
    "HF16 429": (Fault("status", status=429, retry_after="7"), RateLimited, 0),
    "HF17 drips": (Fault("drip", seconds=0.3), Uncertain, 1),
    "400": (Fault("status", status=400), Rejected, 0),
}


@pytest.mark.parametrize(("fault", "error", "delivered"), FAULTS.values(), ids=FAULTS)
async def test_a_send_that_meets_a_fault_is_one_request_and_at_most_one_delivery(
    simulator: SimulatorServer, fault: Fault, error: type[ProviderError], delivered: int
) -> None:
    """The ledger of the other side is the judge, and the error says no more than is known."""
    client = client_for(simulator, NETWORKHQ, deadline=0.6)
    row = next(each for each in await walked(client) if each.last_at is not None)
    before = simulator.traffic.count()
    simulator.fault(replace(fault, provider="networkhq"))
    with pytest.raises(error) as caught:
        await client.send(row.id, "Only once")
    await client.aclose()

    assert type(caught.value) is error
    assert simulator.traffic.count() - before == 1
    assert len(simulator.ledger.delivered(text="Only once")) == delivered


async def test_hf01_a_provider_off_the_network_got_nothing(simulator: SimulatorServer) -> None:
    """And gets it when it is back, once."""
    client = client_for(simulator, HEYREACH)
    row = next(each for each in await walked(client) if not each.blocked and not each.group)
    simulator.offline()
    with pytest.raises(NeverSent):
        await client.send(row.id, "Only once")
    simulator.online()
    await client.send(row.id, "Only once")
    await client.aclose()

    assert len(simulator.ledger.delivered(text="Only once")) == 1


async def test_hc01_a_hostile_world_leaves_no_control_code_in_any_record(make_simulator: MakeSimulator) -> None:
    """Every text field of every answer carries something that a terminal would obey; none of it gets through."""
    server = make_simulator(conversations=120, hostile=True, heyreach_per_minute=None, networkhq_per_minute=None)
    records: list[object] = []
    for provider in (HEYREACH, NETWORKHQ):
        client = client_for(server, provider)
        rows = await walked(client)
        records += [*rows, *(await client.campaigns()).records, *(await client.senders()).records]
        records += [await client.thread(each.id) for each in rows[:20]]
        await client.aclose()

    assert len(records) > 120
    assert not [each for each in records if UNSAFE.search(repr(each))]
