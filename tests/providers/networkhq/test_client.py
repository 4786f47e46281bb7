"""NetworkHQ's own ways: pending sends, opaque cursors, and everything beyond the protocol."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

import httpx
import pytest

from postroom.errors import Forbidden, Gone, Rejected, Uncertain
from postroom.records import ProviderName
from providers.base import Lane
from providers.networkhq.client import NetworkHQ
from providers.networkhq.wire import AddedLeads, NewLead
from tests.contracts import CONTRACTS, request_errors
from tests.providers.samples import (
    nhq_campaign,
    nhq_detail,
    nhq_end,
    nhq_lead,
    nhq_list,
    nhq_message,
    nhq_page,
    nhq_sent,
)
from tests.providers.stage import Stage, always, in_turn, staged

NETWORKHQ = ProviderName.NETWORKHQ
URL = "https://www.linkedin.com/in/ada-lovelace"


def client_of(stage: Stage) -> NetworkHQ:
    """The client with everything that NetworkHQ offers."""
    assert isinstance(stage.client, NetworkHQ)
    return stage.client


async def test_a_confirmed_send_has_its_id() -> None:
    """`ok`, not pending, with the message: sent."""
    async with staged(NETWORKHQ, always(200, json=nhq_sent("m7"))) as stage:
        result = await stage.client.send("conv/01 ", "Thanks")

    assert (result.state, result.remote_id) == ("sent", "m7")
    assert stage.paths == ["POST /conversations/conv%2F01%20/messages"]
    assert stage.bodies == [{"content": "Thanks"}]


async def test_hf09_a_pending_send_is_pending() -> None:
    """It will appear after NetworkHQ's next look at LinkedIn."""
    async with staged(NETWORKHQ, always(200, json=nhq_sent(pending=True, message=None))) as stage:
        result = await stage.client.send("conv_01", "Thanks")

    assert (result.state, result.remote_id) == ("pending", None)


@pytest.mark.parametrize(
    "answer",
    [
        nhq_sent(ok=False),
        nhq_sent(ok=False, pending=True),
        nhq_sent(ok=None),
        nhq_sent(pending=None),
        nhq_sent(message=None),
        nhq_sent(message={"content": "no id"}),
        {"data": None},
        {"data": []},
        {},
    ],
)
async def test_hf12_an_answer_that_confirms_nothing_is_uncertain(answer: dict[str, object]) -> None:
    """A 200 alone is no proof."""
    async with staged(NETWORKHQ, always(200, json=answer)) as stage:
        with pytest.raises(Uncertain):
            await stage.client.send("conv_01", "Thanks")

    assert len(stage.requests) == 1


async def test_a_subject_is_refused() -> None:
    """NetworkHQ has none, and dropping it would not be what was asked."""
    async with staged(NETWORKHQ, always(200, json=nhq_sent())) as stage:
        with pytest.raises(Rejected, match="subject"):
            await stage.client.send("conv_01", "Thanks", subject="Hello")

    assert stage.requests == []


async def test_a_missing_scope_is_named() -> None:
    """The sentence names what to tick when making a new key."""
    async with staged(
        NETWORKHQ, always(403, json={"error": {"code": "forbidden", "message": "Missing scope"}})
    ) as stage:
        with pytest.raises(Forbidden, match="conversations:write"):
            await stage.client.send("conv_01", "Thanks")
        with pytest.raises(Forbidden, match="linkedin_accounts:read"):
            await stage.client.senders()


async def test_the_inbox_is_asked_in_full_pages() -> None:
    """500 at a time; `unread_only` only when it is meant; and time cannot narrow it."""
    async with staged(NETWORKHQ, always(200, json=nhq_page())) as stage:
        await stage.client.conversations(since=5)
        await stage.client.conversations(unread_only=True, cursor="c_9f3a+/=", lane=Lane.ACTION)

    assert stage.paths == [
        "GET /conversations?limit=500",
        "GET /conversations?limit=500&unread_only=true&cursor=c_9f3a%2B%2F%3D",
    ]


async def test_a_thread_comes_in_pages() -> None:
    """Only the first page that is also the last is the whole thread."""
    first = {"data": nhq_detail(messages=[nhq_message("m1")]), **nhq_end("mc_1")}
    second = {"data": nhq_detail(messages=[nhq_message("m0")]), **nhq_end()}
    async with staged(NETWORKHQ, in_turn(httpx.Response(200, json=first), httpx.Response(200, json=second))) as stage:
        one = await stage.client.thread("conv_01")
        two = await stage.client.thread("conv_01", cursor=one.next_cursor)

    assert (one.more, one.next_cursor, two.more) == (True, "mc_1", False)
    assert not one.conversation.messages_complete
    assert not two.conversation.messages_complete


async def test_a_message_that_cannot_be_read_is_counted() -> None:
    """And the thread is then not called whole."""
    body = {"data": nhq_detail(messages=[nhq_message(), {"content": "no id"}]), **nhq_end()}
    async with staged(NETWORKHQ, always(200, json=body)) as stage:
        page = await stage.client.thread("conv_01")

    assert page.rejected == 1
    assert len(page.conversation.messages) == 1
    assert not page.conversation.messages_complete


async def test_a_page_without_its_paging_is_not_the_last() -> None:
    """Nobody said that there is no more."""
    async with staged(NETWORKHQ, always(200, json={"data": []})) as stage:
        page = await stage.client.conversations()

    assert (page.more, page.next_cursor) == (True, None)


async def test_one_campaign_is_found_in_the_list() -> None:
    """NetworkHQ cannot be asked for one."""
    pages = nhq_page(nhq_campaign("c1"), cursor="n"), nhq_page(nhq_campaign("c2", status="paused"))
    async with staged(NETWORKHQ, in_turn(*(httpx.Response(200, json=page) for page in pages))) as stage:
        campaign = await stage.client.campaign("c2")

    assert campaign.state_raw == "paused"


async def test_a_campaign_that_is_not_in_the_list_is_gone() -> None:
    """After the last page, not before."""
    async with staged(NETWORKHQ, always(200, json=nhq_page(nhq_campaign("c1")))) as stage:
        with pytest.raises(Gone):
            await stage.client.campaign("c2")


@pytest.mark.parametrize("cursor", ["same", None])
async def test_pg04_pg05_a_list_without_end_proves_nothing(cursor: str | None) -> None:
    """A cursor that repeats or is missing ends the search, and the campaign is not called gone."""
    page = nhq_page(nhq_campaign("c1"), cursor="same")
    page["pagination"] = {"limit": 500, "has_more": True, "next_cursor": cursor}
    async with staged(NETWORKHQ, always(200, json=page)) as stage:
        with pytest.raises(Uncertain, match="does not come to an end"):
            await stage.client.campaign("c2")

    assert len(stage.requests) <= 2


@pytest.mark.parametrize("value", [".", "..", "a/../b"])
async def test_an_id_cannot_climb_out_of_its_place(value: str) -> None:
    """An id from an answer never becomes another path."""
    async with staged(NETWORKHQ, always(404)) as stage:
        with pytest.raises(Gone):
            await client_of(stage).get_lead(value)

    path = stage.requests[0].url.raw_path.decode()
    assert path.count("/") == 4
    assert not path.endswith("/" + value)


LEADS = [NewLead(linkedin_url=URL, first_name="Ada")]
BATCH = {
    "data": [{"index": 0, "result": "created", "lead": nhq_lead()}],
    "malformed": [{"index": 1, "errors": [{"field": "linkedin_url", "message": "Invalid URL"}]}],
    "failed": [],
    "summary": {"attempted": 2, "created": 1, "malformed": 1},
}
Ask = Callable[[NetworkHQ], Awaitable[object]]
BEYOND: dict[str, tuple[Ask, object]] = {
    "unread of an account": (
        lambda c: c.list_conversations(account="acc_1", unread_only=True, lane=Lane.HEAD),
        nhq_page(),
    ),
    "lead lists": (lambda c: c.list_lead_lists(), nhq_page(nhq_list())),
    "create lists": (
        lambda c: c.create_lead_lists(["Founders"]),
        {"data": [nhq_list()], "malformed": [], "summary": {"attempted": 1}},
    ),
    "lead list": (lambda c: c.get_lead_list("ll_1"), {"data": nhq_list()}),
    "leads of list": (lambda c: c.list_leads_of_list("ll_1"), nhq_page(nhq_lead())),
    "add leads": (lambda c: c.add_leads_to_list("ll_1", LEADS), BATCH),
    "leads": (lambda c: c.list_leads(query="ada", list_ids=["ll_1", "ll_2"]), nhq_page(nhq_lead())),
    "lead": (lambda c: c.get_lead("lead_1"), {"data": nhq_lead()}),
    "enrich": (
        lambda c: c.enrich_lead("lead_1"),
        {"data": nhq_lead(), "enrichment": {"status": "insufficient_credits", "charged": False}},
    ),
}


@pytest.mark.parametrize(("ask", "body"), BEYOND.values(), ids=BEYOND)
async def test_everything_else_that_networkhq_offers_is_asked_as_documented(ask: Ask, body: object) -> None:
    """One method for each operation, one request for each call."""
    async with staged(NETWORKHQ, always(200, json=body)) as stage:
        await ask(client_of(stage))

        assert len(stage.requests) == 1
        request = stage.requests[0]
        if CONTRACTS.is_dir():
            path, _, query = request.url.raw_path.decode().partition("?")
            assert request_errors("networkhq", request.method, path, dict(parse_qsl(query)), stage.bodies[0]) == []


async def test_added_leads_have_one_form_for_one_and_for_many() -> None:
    """NetworkHQ answers with a lead or with a batch; here it is always a batch."""
    single = {"data": nhq_lead(), "result": "already_in_list"}
    async with staged(NETWORKHQ, in_turn(httpx.Response(200, json=single), httpx.Response(207, json=BATCH))) as stage:
        one = await client_of(stage).add_leads_to_list("ll_1", LEADS)
        many = await client_of(stage).add_leads_to_list("ll_1", LEADS * 2)

    for added in (one, many):
        assert isinstance(added, AddedLeads)
        assert added.data is not None
        assert added.data[0].lead is not None
    assert one.summary is not None
    assert one.summary.already_in_list == 1
    assert many.malformed is not None
    assert many.malformed[0].index == 1


async def test_a_207_without_a_body_is_an_empty_result() -> None:
    """NetworkHQ declares none for it."""
    async with staged(NETWORKHQ, always(207)) as stage:
        created = await client_of(stage).create_lead_lists(["Founders"])

    assert created.data is None
