"""What the client asks Instantly for: budgets, targets of replies, moves, and what is known beside a page."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from postroom.errors import Forbidden, Gone, NeverSent, Refused, Rejected, Uncertain
from postroom.records import Lead, ProviderName, Verdict
from providers.base import Lane
from providers.instantly.client import Instantly
from tests.providers import samples_instantly as samples
from tests.providers.stage import Handler, Stage, staged

INSTANTLY = ProviderName.INSTANTLY
ADA = Lead(id="ada@example.com", name="Ada")

Answers = dict[str, object | Callable[[httpx.Request], httpx.Response]]


def answering(special: Answers | None = None) -> Handler:
    """Instantly when all is well, but for what `special` says, by `METHOD part of the path`."""

    def answer(request: httpx.Request) -> httpx.Response:
        for name, form in (special or {}).items():
            method, _, part = name.partition(" ")
            if method == request.method and part in request.url.path:
                return form(request) if callable(form) else httpx.Response(200, json=form)
        form = samples.in_answer(request.method, request.url.path)
        return httpx.Response(200) if form is None else httpx.Response(200, json=form)

    return answer


def client_of(stage: Stage) -> Instantly:
    assert isinstance(stage.client, Instantly)
    return stage.client


def acts(stage: Stage) -> list[str]:
    """What changed something, in order."""
    return [
        path for path in stage.paths if not path.startswith("GET") and not path.endswith(("/leads/list", "/vitals"))
    ]


async def test_a_reply_answers_their_last_mail_from_the_mailbox_that_received_it() -> None:
    """By its id, never by the thread's or the message's."""
    async with staged(INSTANTLY, answering()) as stage:
        result = await stage.client.send(samples.THREAD, "Tuesday?")

    body = json.loads(stage.requests[-1].content)
    assert (body["reply_to_uuid"], body["eaccount"], body["subject"]) == (
        samples.MAIL,
        "sender@acme.example",
        "Re: Hello",
    )
    assert body["body"] == {"text": "Tuesday?", "html": "Tuesday?"}
    assert result.remote_id == "0198b010-5456-7372-9610-956111500010"


async def test_a_thread_that_was_just_read_need_not_be_read_again_to_answer() -> None:
    """Reads of mails are few; what the last look showed is used once."""
    async with staged(INSTANTLY, answering()) as stage:
        await stage.client.thread(samples.THREAD, lane=Lane.ACTION)
        await stage.client.send(samples.THREAD, "Tuesday?")
        first = len(stage.requests)
        await stage.client.send(samples.THREAD, "Or Wednesday?")

    assert (first, len(stage.requests)) == (2, 4)


@pytest.mark.parametrize("answer", [{"error": "ACC_AUTH_ERROR"}, {}, {"id": None}])
async def test_a_reply_without_an_id_is_in_doubt(answer: object) -> None:
    """A 200 can carry an error, and is no success."""
    async with staged(INSTANTLY, answering({"POST /emails/reply": answer})) as stage:
        with pytest.raises(Uncertain):
            await stage.client.send(samples.THREAD, "Tuesday?")

    assert acts(stage) == ["POST /emails/reply"]


async def test_a_thread_whose_mailbox_is_not_told_can_be_read_though_not_answered() -> None:
    """What a reply would need is no reason to lose what they wrote; the reply fails before it leaves."""
    mails = samples.in_page(samples.in_mail(eaccount=None))
    async with staged(ProviderName.INSTANTLY, answering({"GET /emails": mails})) as stage:
        read = await client_of(stage).thread(samples.THREAD)
        with pytest.raises(Rejected, match="which mailbox"):
            await client_of(stage).send(samples.THREAD, "Thanks")

        assert [message.body for message in read.conversation.messages] == ["Interested"]
        assert acts(stage) == []


async def test_a_thread_that_cannot_be_read_first_is_proof_that_nothing_was_sent() -> None:
    """The doubt about a reading is none about the reply."""
    failing = {"GET /emails": lambda _: httpx.Response(502)}
    async with staged(INSTANTLY, answering(failing)) as stage:
        with pytest.raises(NeverSent):
            await stage.client.send(samples.THREAD, "Tuesday?")

    assert acts(stage) == []


async def test_a_missing_scope_is_named_although_it_comes_as_a_401() -> None:
    """A key that may do too little is not a wrong key."""
    said = {"statusCode": 401, "error": "Unauthorized", "message": "Invalid scope. Required: emails:read. Found: x:y"}
    async with staged(INSTANTLY, answering({"GET /emails": lambda _: httpx.Response(401, json=said)})) as stage:
        with pytest.raises(Forbidden, match="emails:read"):
            await stage.client.conversations()


async def test_a_page_is_not_lost_when_its_people_cannot_be_looked_up() -> None:
    """The names are then those of the mails; a key that may not ask is not asked for it again."""
    said = {"statusCode": 401, "error": "Unauthorized", "message": "Invalid scope. Required: leads:read. Found: x:y"}
    async with staged(INSTANTLY, answering({"POST /leads/list": lambda _: httpx.Response(401, json=said)})) as stage:
        first = await stage.client.conversations()
        await stage.client.conversations()

    assert [row.lead.name for row in first.records] == ["Ada Lovelace"]
    assert sum(path.startswith("POST /leads/list") for path in stage.paths) == 1


async def test_a_poll_asks_from_the_watermark_on_and_a_first_import_newest_first() -> None:
    """And whole bodies, which is cheaper than a look at each thread."""
    async with staged(INSTANTLY, answering()) as stage:
        await stage.client.conversations()
        await stage.client.conversations(since=1_787_140_476_149_000)

    lists = [request.url.params for request in stage.requests if request.url.path.endswith("/emails")]
    assert dict(lists[0]) == {"sort_order": "desc", "limit": "100"}
    assert dict(lists[1]) == {"sort_order": "asc", "min_timestamp_created": "2026-08-19T11:54:36.149Z", "limit": "100"}


async def test_whether_a_mail_is_an_automatic_reply_is_asked_of_itself() -> None:
    """Once for each mail, and only where new mail is looked for."""
    alone = {"GET /emails/": samples.in_mail(is_auto_reply=1)}
    async with staged(INSTANTLY, answering(alone)) as stage:
        first = await stage.client.conversations(since=1)
        await stage.client.conversations(since=1)

    assert [message.kind for message in first.records[0].messages] == ["text", "auto_reply"]
    assert stage.paths.count(f"GET /emails/{samples.MAIL}") == 1


async def test_a_mail_without_a_thread_is_read_by_itself() -> None:
    """Its conversation has its id."""
    alone = samples.in_mail("loose", thread=None)
    special: Answers = {"GET /emails/loose": alone, "GET /emails": samples.in_page()}
    async with staged(INSTANTLY, answering(special)) as stage:
        page = await stage.client.thread("loose")

    assert (page.conversation.id, [each.key for each in page.conversation.messages]) == ("loose", ["loose"])


async def test_reads_of_mails_have_a_limit_of_their_own() -> None:
    """Twelve in a minute; what else there is to read does not wait for them."""
    async with staged(INSTANTLY, answering()) as stage:
        for _ in range(13):
            await stage.client.conversations()
        waited = stage.clock.monotonic()
        for _ in range(5):
            await stage.client.campaign("c", lane=Lane.HEAD)

    assert stage.client.usage.budget == 12
    assert waited >= 60
    assert stage.clock.monotonic() - waited < 10


async def test_a_stop_moves_the_lead_into_the_stopped_list_and_follows_the_job() -> None:
    """By name out of that campaign alone; the job is followed until it has ended, then the lead is looked at."""
    states = iter(["pending", "in-progress", "success"])
    special: Answers = {"GET /background-jobs/": lambda _: httpx.Response(200, json=samples.in_job(next(states)))}
    async with staged(INSTANTLY, answering(special)) as stage:
        await stage.client.stop_lead(samples.CAMPAIGN, ADA)

    assert acts(stage) == ["POST /leads/move"]
    move = next(request for request in stage.requests if request.url.path.endswith("/leads/move"))
    assert json.loads(move.content) == {
        "ids": [samples.LEAD],
        "campaign": samples.CAMPAIGN,
        "to_list_id": samples.STOPPED,
        "copy_leads": False,
    }
    assert next(states, None) is None


async def test_the_stopped_list_is_made_when_there_is_none() -> None:
    """A list that only sounds like it is not taken."""
    made = {"id": "new-list", "name": "Stopped"}
    special: Answers = {
        "GET /lead-lists": samples.in_page({"id": "other", "name": "Stopped in May"}),
        "POST /lead-lists": made,
    }
    async with staged(INSTANTLY, answering(special)) as stage:
        await stage.client.stop_lead(samples.CAMPAIGN, ADA)

    assert acts(stage) == ["POST /lead-lists", "POST /leads/move"]


async def test_a_move_that_takes_more_than_two_minutes_is_unknown() -> None:
    """Neither done nor failed."""
    special: Answers = {"GET /background-jobs/": samples.in_job("in-progress")}
    async with staged(INSTANTLY, answering(special)) as stage:
        began = stage.clock.monotonic()
        with pytest.raises(Uncertain, match="two minutes"):
            await stage.client.stop_lead(samples.CAMPAIGN, ADA)

        assert stage.clock.monotonic() - began >= 120


async def test_a_move_that_failed_is_said() -> None:
    """The lead is still written to."""
    async with staged(INSTANTLY, answering({"GET /background-jobs/": samples.in_job("failed")})) as stage:
        with pytest.raises(Rejected, match="failed"):
            await stage.client.stop_lead(samples.CAMPAIGN, ADA)


async def test_a_move_is_believed_only_when_the_lead_has_left() -> None:
    """A job's word is no proof."""
    async with staged(INSTANTLY, answering({"GET /leads/": samples.in_lead()})) as stage:
        with pytest.raises(Uncertain, match="still shows the lead"):
            await stage.client.stop_lead(samples.CAMPAIGN, ADA)


async def test_a_lead_that_is_not_listed_yet_is_not_taken_for_stopped() -> None:
    """One that was just added is in the campaign some seconds before the list shows it."""
    async with staged(INSTANTLY, answering({"POST /leads/list": samples.in_page()})) as stage:
        with pytest.raises(Uncertain, match="does not show the lead yet"):
            await stage.client.stop_lead(samples.CAMPAIGN, ADA)

    assert acts(stage) == []


async def test_nobody_is_moved_where_nobody_was_found() -> None:
    """A move without ids would move everybody."""
    nobody: Answers = {"POST /leads/list": samples.in_page(), "GET /search-by-contact": {"items": []}}
    async with staged(INSTANTLY, answering(nobody)) as stage:
        with pytest.raises(Gone):
            await stage.client.stop_lead(samples.CAMPAIGN, ADA)
        with pytest.raises(ValueError, match="No lead"):
            await client_of(stage).move_leads([], campaign="c", to_list="l")

    assert acts(stage) == []


async def test_a_verdict_is_an_interest_status() -> None:
    """One that Instantly has no word for is refused."""
    async with staged(INSTANTLY, answering({"POST /update-interest-status": {"message": "x"}})) as stage:
        await client_of(stage).classify(ADA, Verdict.NOT_INTERESTED, campaign="c")
        with pytest.raises(Refused):
            await client_of(stage).classify(ADA, Verdict.CURIOUS)

    assert stage.bodies == [{"lead_email": "ada@example.com", "interest_value": -1, "campaign_id": "c"}]


async def test_a_thread_is_marked_read_as_a_whole_and_unread_by_its_last_mail() -> None:
    """Instantly has no opposite for a thread."""
    async with staged(INSTANTLY, answering()) as stage:
        await stage.client.mark_seen(samples.THREAD)
        await stage.client.mark_seen(samples.THREAD, seen=False)

    assert acts(stage) == [f"POST /emails/threads/{samples.THREAD}/mark-as-read", f"PATCH /emails/{samples.MAIL}"]
    assert stage.bodies[-1] == {"is_unread": True}


async def test_a_campaign_keeps_its_totals_when_it_is_read_by_itself() -> None:
    """A look before a pause must not empty the pane."""
    async with staged(INSTANTLY, answering()) as stage:
        alone = await stage.client.campaign(samples.CAMPAIGN)
        again = await stage.client.campaign(samples.CAMPAIGN)

    assert alone.totals == again.totals == {"messages sent": 4}
    assert sum("/analytics" in path for path in stage.paths) == 1


async def test_why_a_campaign_does_not_send_is_a_sentence() -> None:
    """From the diagnosis, in Instantly's own words where it has some."""
    async with staged(INSTANTLY, answering()) as stage:
        assert await client_of(stage).why_not_sending("c") == "Instantly says: out of schedule."


async def test_every_request_says_who_asks() -> None:
    """Without a name of its own a client may be taken for a robot and turned away."""
    async with staged(INSTANTLY, answering()) as stage:
        await stage.client.check()

    assert stage.requests[0].headers["user-agent"] == "postroom"
    assert stage.requests[0].headers["authorization"].startswith("Bearer ")


async def test_the_narrow_limit_outlives_a_restart() -> None:
    """Otherwise a restart loop would be a burst of reads of mails."""
    async with staged(INSTANTLY, answering()) as first:
        for _ in range(12):
            await first.client.conversations()
        state = first.client.limiter_state()
    async with staged(INSTANTLY, answering(), clock=first.clock) as second:
        fresh = second.client.usage.budget_left
        second.client.restore_limiter(state)

        assert (fresh, second.client.usage.budget_left) == (12, 0)
