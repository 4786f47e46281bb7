"""What every provider keeps, whichever it is: one suite over all, each request judged by the published contract."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

import httpx
import pytest

from postroom.capabilities import Action, capability
from postroom.errors import Forbidden, Gone, ProviderError, Refused, Unauthorised, Uncertain
from postroom.records import Lead, ProviderName
from providers.base import Lane, Provider
from tests.contracts import CONTRACTS, request_errors
from tests.providers import samples, samples_instantly
from tests.providers.stage import Handler, Stage, always, staged

HEYREACH, NETWORKHQ, INSTANTLY = ProviderName.HEYREACH, ProviderName.NETWORKHQ, ProviderName.INSTANTLY
LEAD = Lead(
    id="lead_1",
    name="Ada Lovelace",
    profile_url="https://www.linkedin.com/in/ada-lovelace",
    email="ada@example.com",
)


@dataclass(frozen=True)
class Case:
    """A provider and how it spells what the suite needs."""

    name: ProviderName
    conversation: str
    campaign: str
    row: Callable[[str], object]
    page: Callable[..., dict[str, object]]
    detail: Callable[[], dict[str, object]]
    sent: dict[str, object] | None


CASES = {
    HEYREACH: Case(
        name=HEYREACH,
        conversation="116968/2-YWRhLTEwMA==",
        campaign="594061",
        row=samples.hr_conversation,
        page=samples.hr_page,
        detail=samples.hr_conversation,
        sent=None,
    ),
    NETWORKHQ: Case(
        name=NETWORKHQ,
        conversation="conv_01",
        campaign="c1",
        row=samples.nhq_conversation,
        page=samples.nhq_page,
        detail=lambda: {"data": samples.nhq_detail(), **samples.nhq_end()},
        sent=samples.nhq_sent(),
    ),
    INSTANTLY: Case(
        name=INSTANTLY,
        conversation=samples_instantly.THREAD,
        campaign=samples_instantly.CAMPAIGN,
        row=lambda thread: samples_instantly.in_mail(f"mail-{thread}", thread=thread),
        page=samples_instantly.in_page,
        detail=lambda: samples_instantly.in_page(samples_instantly.in_mail()),
        sent=samples_instantly.in_mail(ue_type=3),
    ),
}

Ask = Callable[[Provider, Case], Awaitable[object]]

READS: dict[str, Ask] = {
    "check": lambda client, _: client.check(),
    "conversations": lambda client, _: client.conversations(since=1_767_700_000_000_000, unread_only=True),
    "thread": lambda client, case: client.thread(case.conversation),
    "campaigns": lambda client, _: client.campaigns(),
    "campaign": lambda client, case: client.campaign(case.campaign),
    "campaign_leads": lambda client, case: client.campaign_leads(case.campaign),
    "senders": lambda client, _: client.senders(),
    "enrolments": lambda client, _: client.enrolments(LEAD),
    "statistics": lambda client, case: client.statistics(case.campaign, start_day="2026-01-01", end_day="2026-01-07"),
}
ACTIONS: dict[str, tuple[Action, Ask]] = {
    "send": (Action.REPLY, lambda client, case: client.send(case.conversation, "Thanks, Ada")),
    "mark_seen": (Action.MARK_SEEN, lambda client, case: client.mark_seen(case.conversation)),
    "mark_unseen": (Action.MARK_SEEN, lambda client, case: client.mark_seen(case.conversation, seen=False)),
    "pause": (Action.PAUSE_CAMPAIGN, lambda client, case: client.pause(case.campaign)),
    "resume": (Action.RESUME_CAMPAIGN, lambda client, case: client.resume(case.campaign)),
    "stop_lead": (Action.STOP_LEAD, lambda client, case: client.stop_lead(case.campaign, LEAD)),
    "add_tags": (Action.ADD_TAGS, lambda client, _: client.add_tags(LEAD.profile_url or "", ("Hot",))),
}


@pytest.fixture(params=list(CASES))
def case(request: pytest.FixtureRequest) -> Case:
    """Each provider in turn."""
    return CASES[request.param]


def answers(case: Case) -> Handler:
    """A server that answers everything well, each endpoint in its own form."""
    forms: dict[str, object] = {
        "GetConversations": samples.hr_page(samples.hr_conversation()),
        "GetChatroom": samples.hr_conversation(),
        "campaign/GetAll": samples.hr_page(samples.hr_campaign()),
        "GetById": samples.hr_campaign(),
        "GetCampaignsForLead": samples.hr_page(samples.hr_campaign_for_lead()),
        "GetLeadsFromCampaign": samples.hr_page(samples.hr_campaign_lead()),
        "li_account/GetAll": samples.hr_page(samples.hr_account()),
        "GetOverallStats": samples.hr_stats(),
        "AddTags": {"newAssignedTags": ["Hot"]},
        "/messages": samples.nhq_sent(),
        "/leads": samples.nhq_page(samples.nhq_campaign_lead()),
        "/linkedin_accounts": samples.nhq_page(samples.nhq_account()),
        "/campaigns": samples.nhq_page(samples.nhq_campaign()),
        "/conversations/": {"data": samples.nhq_detail(), **samples.nhq_end()},
        "/conversations": samples.nhq_page(samples.nhq_conversation()),
    }

    def answer(request: httpx.Request) -> httpx.Response:
        if case.name is INSTANTLY:
            found = samples_instantly.in_answer(request.method, request.url.path)
            return httpx.Response(200) if found is None else httpx.Response(200, json=found)
        form = next((form for part, form in forms.items() if part in request.url.path), None)
        return httpx.Response(200) if form is None else httpx.Response(200, json=form)

    return answer


def changes(case: Case, stage: Stage) -> int:
    """How many of the requests changed something. Instantly reads what it needs first; the others only act."""
    if case.name is not INSTANTLY:
        return len(stage.requests)
    reads = ("/leads/list", "/accounts/")
    return sum(
        request.method != "GET" and not any(part in request.url.path for part in reads) for request in stage.requests
    )


def contract_errors(case: Case, stage: Stage) -> list[str]:
    """What the published contract says against the requests that were made. Nothing where it is absent."""
    if not CONTRACTS.is_dir():
        return []
    errors: list[str] = []
    for request, body in zip(stage.requests, stage.bodies, strict=True):
        query = dict(parse_qsl(request.url.query.decode(), keep_blank_values=True))
        path = request.url.raw_path.decode().partition("?")[0]
        errors += request_errors(case.name, request.method, path, query, body)
    return errors


@pytest.mark.parametrize("ask", READS.values(), ids=READS)
async def test_every_read_keeps_to_the_contract(case: Case, ask: Ask) -> None:
    """What is asked is what the provider documents, or it is refused with a reason and nothing is asked."""
    async with staged(case.name, answers(case)) as stage:
        refusal = ""
        try:
            await ask(stage.client, case)
        except Refused as error:
            refusal = str(error)

        assert bool(refusal) == (stage.requests == [])
        assert refusal.endswith("." if refusal else "")
        assert contract_errors(case, stage) == []


@pytest.mark.parametrize(("action", "ask"), ACTIONS.values(), ids=ACTIONS)
async def test_every_action_is_one_request_or_refused(case: Case, action: Action, ask: Ask) -> None:
    """The table of capabilities and the client say the same."""
    async with staged(case.name, answers(case)) as stage:
        if capability(case.name, action).offered:
            await ask(stage.client, case)
        else:
            with pytest.raises(Refused) as caught:
                await ask(stage.client, case)
            assert str(caught.value) == capability(case.name, action).sentence

        assert changes(case, stage) == int(capability(case.name, action).offered)
        assert contract_errors(case, stage) == []


@pytest.mark.parametrize(("action", "ask"), ACTIONS.values(), ids=ACTIONS)
@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
async def test_no_action_is_ever_repeated(case: Case, action: Action, ask: Ask, status: int) -> None:
    """Sends and control actions alike: one request, and an error that says what is known."""
    async with staged(case.name, always(status)) as stage:
        with pytest.raises((ProviderError, Refused)):
            await ask(stage.client, case)

        offered = int(capability(case.name, action).offered)
        # Instantly may fail at what it reads first, and then changes nothing.
        assert changes(case, stage) in ({0, offered} if case.name is INSTANTLY else {offered})
        assert bool(stage.requests) == bool(offered)


@pytest.mark.parametrize("ask", READS.values(), ids=READS)
@pytest.mark.parametrize(("status", "error"), [(401, Unauthorised), (403, Forbidden)])
async def test_a_refused_key_is_said_at_once(case: Case, ask: Ask, status: int, error: type[ProviderError]) -> None:
    """A wrong key is never mistaken for an outage or for something that is gone."""
    async with staged(case.name, always(status, text="Invalid API key")) as stage:
        with pytest.raises((error, Refused)):
            await ask(stage.client, case)

        assert len(stage.requests) <= 1


@pytest.mark.parametrize("ask", READS.values(), ids=READS)
@pytest.mark.parametrize(
    "content",
    [b"", b"null", b"[]", b"7", b"{", b"<html>Sign in</html>", b'{"items": 3, "data": 3}', b"\xff\xfe"],
)
async def test_an_unreadable_answer_is_never_an_empty_one(case: Case, ask: Ask, content: bytes) -> None:
    """An inbox that cannot be read must not look like an inbox without conversations."""
    async with staged(case.name, always(200, content=content)) as stage:
        if case.name is HEYREACH and ask is READS["check"] and not content.startswith(b"<"):
            # HeyReach documents a bare 200 for a key that works.
            await ask(stage.client, case)
        else:
            with pytest.raises((Uncertain, Refused, Gone)) as caught:
                await ask(stage.client, case)
            assert str(caught.value).endswith(".")


async def test_pages_follow_each_other(case: Case) -> None:
    """The cursor of one page asks for the next, and the last has none."""
    pages = iter([case.page(case.row("2-b25l"), cursor="next-1"), case.page(case.row("2-dHdv"))])

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/leads/list"):  # who the people are, asked beside the page
            return httpx.Response(200, json=samples_instantly.in_page())
        return httpx.Response(200, json=next(pages))

    async with staged(case.name, answer) as stage:
        first = await stage.client.conversations(lane=Lane.ACTION)
        second = await stage.client.conversations(cursor=first.next_cursor, lane=Lane.ACTION)

        assert (first.more, first.next_cursor) == (True, "next-1")
        assert (second.more, second.next_cursor) == (False, None)
        told = [request.url.query.decode() + request.content.decode() for request in stage.requests]
        assert ["next-1" in each for each in told if "contacts" not in each] == [False, True]
        assert contract_errors(case, stage) == []


async def test_more_without_a_cursor_is_told(case: Case) -> None:
    """The walk is then incomplete, not finished. Instantly never says that there is more, but by its cursor."""
    if case.name is INSTANTLY:
        pytest.skip("Instantly has no word for “more” but the cursor.")
    page = case.page(case.row("2-b25l"), cursor="x")
    for envelope in (page, page.get("pagination")):
        if isinstance(envelope, dict):
            envelope.pop("nextCursor", None)
            envelope.pop("next_cursor", None)
    async with staged(case.name, always(200, json=page)) as stage:
        result = await stage.client.conversations()

    assert (result.more, result.next_cursor) == (True, None)


async def test_df01_one_bad_record_in_a_page_is_set_aside(case: Case) -> None:
    """The other rows are delivered, and the bad one is described without its texts."""
    bad = {"id": None, "lastMessageText": "private words", "last_message": {"content": "private words"}}
    items = [case.row(f"2-{n}") for n in range(4)]
    async with staged(case.name, always(200, json=case.page(*items[:2], bad, *items[2:]))) as stage:
        page = await stage.client.conversations()

    assert len(page.records) == 4
    assert [each.stream for each in page.rejected] == ["messages" if case.name is INSTANTLY else "conversations"]
    assert "private words" not in page.rejected[0].raw + page.rejected[0].reason


async def test_a_thread_that_is_gone_is_said_to_be_gone(case: Case) -> None:
    """404 for a known conversation is no outage."""
    async with staged(case.name, always(404, json={"errorMessage": "Not found."})) as stage:
        with pytest.raises(Gone):
            await stage.client.thread(case.conversation)


async def test_a_client_can_be_asked_what_it_is(case: Case) -> None:
    """Its name and its use of the limit are there before any request."""
    async with staged(case.name, always(200)) as stage:
        usage = stage.client.usage

        assert stage.client.name is case.name
        assert (usage.requests, usage.skew) == (0, 0.0)
        assert usage.budget == usage.budget_left > 0
