"""HeyReach's own ways: two inbox versions, ids that go out of date, and everything beyond the protocol."""

from __future__ import annotations

from typing import cast

import httpx
import pytest

from postroom.errors import Gone, ProviderError, Refused, Rejected, Unauthorised, Uncertain
from postroom.records import Lead, ProviderName
from providers.base import Lane
from tests.builders import START
from tests.providers.samples import (
    hr_campaign_for_lead,
    hr_conversation,
    hr_message,
    hr_page,
)
from tests.providers.stage import always, in_turn, staged

HEYREACH = ProviderName.HEYREACH
ID = "116968/2-YWRhLTEwMA=="
URL = "https://www.linkedin.com/in/ada-lovelace"
DAY = 86_400_000_000


async def test_all_eight_filters_are_always_sent() -> None:
    """HeyReach answers an unknown or missing filter with the whole inbox."""
    async with staged(HEYREACH, always(200, json=hr_page())) as stage:
        await stage.client.conversations(unread_only=True)

    assert stage.bodies == [
        {
            "limit": 100,
            "cursor": None,
            "filters": {
                "linkedInAccountIds": [],
                "campaignIds": [],
                "searchString": "",
                "leadLinkedInId": None,
                "leadProfileUrl": None,
                "tags": [],
                "latestAutoTagNames": [],
                "seen": False,
            },
        }
    ]


@pytest.mark.parametrize(
    ("since", "day"),
    [
        (START, "2026-01-05T00:00:00Z"),
        (START - 1, "2026-01-04T00:00:00Z"),
        (START + 400 * DAY, "2026-01-05T00:00:00Z"),
        (-5, "1970-01-01T00:00:00Z"),
    ],
)
async def test_since_is_the_midnight_before_and_never_ahead(since: int, day: str) -> None:
    """HeyReach counts in whole UTC days, and refuses a day that has not come."""
    async with staged(HEYREACH, always(200, json=hr_page())) as stage:
        await stage.client.conversations(since=since)

    assert cast("dict[str, object]", stage.bodies[0])["from"] == day


async def test_a_server_without_v3_is_read_by_v2_from_then_on() -> None:
    """The one 404 is remembered, and V2's pages follow each other with an overlap."""
    rows = [hr_conversation(f"2-{n}") for n in range(100)]
    answers = (
        httpx.Response(404),
        httpx.Response(200, json=hr_page(*rows)),
        httpx.Response(200, json=hr_page(*rows[90:])),
        httpx.Response(200, json=hr_page()),
    )
    async with staged(HEYREACH, in_turn(*answers)) as stage:
        first = await stage.client.conversations(since=START, lane=Lane.ACTION)
        second = await stage.client.conversations(cursor=first.next_cursor, lane=Lane.ACTION)
        await stage.client.conversations(lane=Lane.ACTION)

    assert [path.rpartition("/")[2] for path in stage.paths] == ["GetConversationsV3"] + ["GetConversationsV2"] * 3
    assert [cast("dict[str, object]", body).get("offset") for body in stage.bodies] == [None, 0, 90, 0]
    assert "latestAutoTagNames" not in str(stage.bodies[1])
    assert first.more
    assert not second.more


async def test_a_404_in_the_middle_of_a_walk_is_no_reason_to_change() -> None:
    """V3 was there a page ago."""
    async with staged(HEYREACH, always(404)) as stage:
        with pytest.raises(Gone):
            await stage.client.conversations(cursor="opaque")

    assert len(stage.requests) == 1


@pytest.mark.parametrize("cursor", ["v2:bad", "v2:1:xyz"])
async def test_a_damaged_cursor_is_refused_before_it_is_sent(cursor: str) -> None:
    """The walk begins again."""
    async with staged(HEYREACH, always(200, json=hr_page())) as stage:
        with pytest.raises(Rejected, match="out of date"):
            await stage.client.conversations(cursor=cursor)

    assert stage.requests == []


async def test_ids_are_encoded_in_the_path() -> None:
    """HeyReach's ids hold slashes, pluses and equals signs."""
    async with staged(HEYREACH, always(200, json=hr_conversation("2-ZWE3/zk1+TktMjA0NQ==", account=120044))) as stage:
        page = await stage.client.thread("120044/2-ZWE3/zk1+TktMjA0NQ==")

    assert stage.paths == ["GET /inbox/GetChatroom/120044/2-ZWE3%2Fzk1%2BTktMjA0NQ%3D%3D"]
    assert page.conversation.id == "120044/2-ZWE3/zk1+TktMjA0NQ=="
    assert not page.more


@pytest.mark.parametrize("status", [400, 401, 404])
async def test_an_id_that_went_out_of_date_is_looked_up_by_the_lead(status: int) -> None:
    """The thread is found again; the key is not blamed."""
    renewed = hr_page(hr_conversation("2-b3RoZXI=", account=7), hr_conversation("2-bmV3"))
    answers = httpx.Response(status, json={"errorMessage": "No."}), httpx.Response(200, json=renewed)
    async with staged(HEYREACH, in_turn(*answers)) as stage:
        page = await stage.client.thread(ID, lead_url=URL)

    assert page.conversation.id == "116968/2-bmV3"
    assert URL in str(stage.bodies[1])


async def test_the_same_conversation_is_preferred_to_a_newer_one() -> None:
    """Where the id is still listed, it is the one."""
    listed = hr_page(hr_conversation("2-bmV3"), hr_conversation())
    async with staged(HEYREACH, in_turn(httpx.Response(400), httpx.Response(200, json=listed))) as stage:
        page = await stage.client.thread(ID, lead_url=URL)

    assert page.conversation.id == ID


async def test_before_an_action_the_inbox_is_asked_for_what_the_thread_lags_behind() -> None:
    """GetChatroom can lag by hours: the lead's newest message, which only the inbox shows, is in the thread."""
    newest = hr_message("Please stop", at="2026-01-06T11:00:00Z")
    first, second = hr_message("Worth a chat?", at="2026-01-05T09:00:00Z", sender="ME"), hr_message()
    row = hr_conversation(messages=[second, newest], totalMessages=3, lastMessageAt="2026-01-06T11:00:00Z")
    lagging = hr_conversation(messages=[second, first])
    answers = httpx.Response(200, json=hr_page(row)), httpx.Response(200, json=lagging)
    async with staged(HEYREACH, in_turn(*answers)) as stage:
        page = await stage.client.thread(ID, lead_url=URL, lane=Lane.ACTION)

    assert [message.body for message in page.conversation.messages] == ["Worth a chat?", "Sounds good", "Please stop"]
    assert page.conversation.messages_complete
    assert len(stage.requests) == 2


async def test_a_lead_that_the_inbox_does_not_know_hides_no_thread() -> None:
    """An address that HeyReach cannot resolve is answered with 400: the thread alone has to do."""
    answers = httpx.Response(400, json={"errorMessage": "No."}), httpx.Response(200, json=hr_conversation())
    async with staged(HEYREACH, in_turn(*answers)) as stage:
        page = await stage.client.thread(ID, lead_url=URL, lane=Lane.ACTION)

    assert len(page.conversation.messages) == 2


@pytest.mark.parametrize("status", [400, 401, 404])
async def test_without_the_lead_a_lost_id_is_gone(status: int) -> None:
    """There is nothing else to look it up by."""
    async with staged(HEYREACH, always(status)) as stage:
        with pytest.raises(Gone):
            await stage.client.thread(ID)


@pytest.mark.parametrize(
    "listed", [httpx.Response(200, json=hr_page()), httpx.Response(400, json={"errorMessage": "Not resolved."})]
)
async def test_a_lead_that_heyreach_does_not_know_is_gone(listed: httpx.Response) -> None:
    """“No such lead” is no outage."""
    async with staged(HEYREACH, in_turn(httpx.Response(404), listed)) as stage:
        with pytest.raises(Gone):
            await stage.client.thread(ID, lead_url=URL)


@pytest.mark.parametrize("text", ["Invalid API key", "Missing API key"])
async def test_a_401_that_speaks_of_the_key_is_about_the_key(text: str) -> None:
    """Only then does the workspace stop."""
    async with staged(HEYREACH, always(401, text=text)) as stage:
        with pytest.raises(Unauthorised, match=text):
            await stage.client.thread(ID, lead_url=URL)

    assert len(stage.requests) == 1


@pytest.mark.parametrize("conversation", ["", "conv_01", "x/y", "7/"])
async def test_a_foreign_id_is_gone_without_a_request(conversation: str) -> None:
    """It can be nobody's."""
    async with staged(HEYREACH, always(200)) as stage:
        for ask in (stage.client.thread(conversation), stage.client.mark_seen(conversation)):
            with pytest.raises(Gone):
                await ask
        with pytest.raises(Gone):
            await stage.client.send(conversation, "x")

    assert stage.requests == []


async def test_a_thread_has_one_page() -> None:
    """A cursor for it is a mistake."""
    async with staged(HEYREACH, always(200)) as stage:
        with pytest.raises(Rejected):
            await stage.client.thread(ID, cursor="x")


@pytest.mark.parametrize("content", [b"", b"OK", b"null", b'{"anything": 1}'])
async def test_any_200_to_a_send_is_accepted(content: bytes) -> None:
    """HeyReach documents no body, so none is asked for."""
    async with staged(HEYREACH, always(200, content=content)) as stage:
        result = await stage.client.send(ID, "Thanks", subject="Partnership")

    assert (result.state, result.remote_id) == ("accepted", None)
    assert stage.bodies == [
        {
            "linkedInAccountId": 116968,
            "conversationId": "2-YWRhLTEwMA==",
            "message": "Thanks",
            "subject": "Partnership",
        }
    ]


@pytest.mark.parametrize(("content", "kind"), [(b"<html>Sign in</html>", "text/html"), (b'{"half', "application/json")])
async def test_hf11_an_answer_from_somebody_else_is_no_acceptance(content: bytes, kind: str) -> None:
    """A sign-in page or half a document does not come from HeyReach's own hand."""
    async with staged(HEYREACH, always(200, content=content, headers={"Content-Type": kind})) as stage:
        with pytest.raises(Uncertain):
            await stage.client.send(ID, "Thanks")

    assert len(stage.requests) == 1


async def test_a_lead_is_stopped_by_the_address_that_heyreach_gave() -> None:
    """Unchanged, with all three keys; without an address by its member id."""
    async with staged(HEYREACH, always(200)) as stage:
        await stage.client.stop_lead("7", Lead(id="x", name="Ada", profile_url=URL + "/?Odd=1", linkedin_id="58"))
        await stage.client.stop_lead("7", Lead(id="x", name="Ada", linkedin_id="58"))

    assert stage.bodies == [
        {"campaignId": 7, "leadMemberId": None, "leadUrl": URL + "/?Odd=1"},
        {"campaignId": 7, "leadMemberId": "58", "leadUrl": None},
    ]


async def test_stopping_a_stopped_lead_is_no_error() -> None:
    """The caller reads back anyway."""
    said = {"errorMessage": "Cannot perform the action because the workflow is in FAILED state."}
    async with staged(HEYREACH, always(400, json=said)) as stage:
        await stage.client.stop_lead("7", Lead(id="x", name="Ada", profile_url=URL))

    assert len(stage.requests) == 1


@pytest.mark.parametrize(("status", "error"), [(404, Gone), (400, Rejected)])
async def test_a_stop_that_fails_is_said(status: int, error: type[ProviderError]) -> None:
    """Not in the campaign, or refused: both reach the user."""
    async with staged(HEYREACH, always(status, json={"errorMessage": "No."})) as stage:
        with pytest.raises(error):
            await stage.client.stop_lead("7", Lead(id="x", name="Ada", profile_url=URL))


async def test_a_lead_that_nothing_names_cannot_be_stopped_or_found() -> None:
    """The refusal says what to do instead, and nothing is asked."""
    nobody = Lead(id="x", name="LinkedIn Member")
    async with staged(HEYREACH, always(200)) as stage:
        with pytest.raises(Refused, match="LinkedIn Member"):
            await stage.client.stop_lead("7", nobody)
        with pytest.raises(Refused, match="LinkedIn Member"):
            await stage.client.enrolments(nobody)

    assert stage.requests == []


@pytest.mark.parametrize(
    ("lead", "identity"),
    [
        (Lead(id="x", name="A", profile_url=URL, email="a@example.com"), ("profileUrl", URL)),
        (Lead(id="x", name="A", email="a@example.com", linkedin_id="5"), ("email", "a@example.com")),
        (Lead(id="x", name="A", linkedin_id="5"), ("linkedinId", "5")),
    ],
)
async def test_the_campaigns_of_a_lead_are_asked_by_one_name(lead: Lead, identity: tuple[str, str]) -> None:
    """The profile address before the email address before LinkedIn's id."""
    async with staged(HEYREACH, always(200, json=hr_page(hr_campaign_for_lead()))) as stage:
        enrolments = await stage.client.enrolments(lead)

    assert [each.campaign_id for each in enrolments] == ["594061"]
    body = cast("dict[str, object]", stage.bodies[0])
    given = {name: value for name, value in body.items() if name in {"profileUrl", "email", "linkedinId"} and value}
    assert given == dict([identity])


async def test_all_campaigns_of_a_lead_are_read() -> None:
    """Also those on the second page; each once."""
    first = [hr_campaign_for_lead(n) for n in range(1, 101)]
    answers = (
        httpx.Response(200, json=hr_page(*first)),
        httpx.Response(200, json=hr_page(*first[90:], hr_campaign_for_lead(101))),
    )
    async with staged(HEYREACH, in_turn(*answers)) as stage:
        enrolments = await stage.client.enrolments(Lead(id="x", name="A", profile_url=URL))

    assert len(enrolments) == 101


async def test_a_lead_that_heyreach_does_not_know_is_in_no_campaign() -> None:
    """404 here is an empty list."""
    async with staged(HEYREACH, always(404)) as stage:
        assert await stage.client.enrolments(Lead(id="x", name="A", profile_url=URL)) == ()


@pytest.mark.parametrize("campaign", ["", "x", "-1", "0", "1.5", "9" * 30, "７"])
async def test_a_campaign_id_that_is_none_is_gone_without_a_request(campaign: str) -> None:
    """HeyReach's are whole numbers."""
    async with staged(HEYREACH, always(200)) as stage:
        with pytest.raises(Gone):
            await stage.client.campaign(campaign)

    assert stage.requests == []
