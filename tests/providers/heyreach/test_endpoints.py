"""HeyReach beyond the protocol: campaigns, figures, senders, leads, tags and lists, each asked as documented."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

import pytest

from postroom.errors import Uncertain
from postroom.records import ProviderName
from providers.base import Lane
from providers.heyreach.client import HeyReach
from providers.heyreach.wire import NewLead
from tests.contracts import CONTRACTS, request_errors
from tests.providers.samples import hr_account, hr_counts, hr_list, hr_page, hr_profile
from tests.providers.stage import Stage, always, staged

HEYREACH = ProviderName.HEYREACH
URL = "https://www.linkedin.com/in/ada-lovelace"


def client_of(stage: Stage) -> HeyReach:
    """The client with everything that HeyReach offers."""
    assert isinstance(stage.client, HeyReach)
    return stage.client


LEAD = NewLead(first_name="Ada", last_name="Lovelace", profile_url=URL, custom_fields=(("color", "blue"),))
Ask = Callable[[HeyReach], Awaitable[object]]
BEYOND: dict[str, tuple[Ask, object]] = {
    "start": (lambda c: c.start_campaign("7"), None),
    "add to campaign": (lambda c: c.add_leads_to_campaign("7", [("116968", LEAD)]), {"addedLeadsCount": 1}),
    "by campaign": (
        lambda c: c.overall_stats_by_campaign(
            campaigns=["7"], accounts=["5"], start_day="2026-01-01", end_day="2026-01-02", lane=Lane.BACKFILL
        ),
        {"byDayStats": {"2026-01-01T00:00:00Z": [hr_counts(campaignId=7)]}, "overallStats": []},
    ),
    "account": (lambda c: c.account_by_id("116968"), hr_account()),
    "account status": (lambda c: c.account_status("116968"), {"accountId": "116968", "status": "Connected"}),
    "lead": (lambda c: c.lead(URL), hr_profile()),
    "tags": (lambda c: c.tags(URL), {"tags": ["Hot"]}),
    "replace tags": (lambda c: c.replace_tags(URL, ["Cold"]), {"newAssignedTags": ["Cold"]}),
    "create tags": (lambda c: c.create_tags({"Hot": "Red"}), None),
    "lists": (lambda c: c.lists(), hr_page(hr_list())),
    "list": (lambda c: c.list_by_id("188213"), hr_list()),
    "create list": (lambda c: c.create_list("New"), hr_list(1)),
    "add to list": (lambda c: c.add_leads_to_list("188213", [LEAD]), {"addedLeadsCount": 1}),
    "leads of list": (lambda c: c.leads_from_list("188213"), hr_page(hr_profile())),
    "lists of lead": (lambda c: c.lists_for_lead(URL), hr_page(hr_list())),
}


@pytest.mark.parametrize(("ask", "body"), BEYOND.values(), ids=BEYOND)
async def test_everything_else_that_heyreach_offers_is_asked_as_documented(ask: Ask, body: object) -> None:
    """One method for each endpoint, one request for each call."""
    handler = always(200) if body is None else always(200, json=body)
    async with staged(HEYREACH, handler) as stage:
        await ask(client_of(stage))

        assert len(stage.requests) == 1
        request = stage.requests[0]
        if CONTRACTS.is_dir():
            path, _, query = request.url.raw_path.decode().partition("?")
            assert request_errors("heyreach", request.method, path, dict(parse_qsl(query)), stage.bodies[0]) == []


@pytest.mark.parametrize(
    "body", [{"tags": ["Hot", "Cold"]}, ["Hot", {"displayName": "Cold"}], [{"name": "Hot"}, "Cold", 7]]
)
async def test_tags_are_read_in_either_form(body: object) -> None:
    """The form of the answer is not published."""
    async with staged(HEYREACH, always(200, json=body)) as stage:
        assert await client_of(stage).tags(URL) == ("Hot", "Cold")


async def test_tags_in_no_form_are_unreadable() -> None:
    """Nothing is guessed from what is no list."""
    async with staged(HEYREACH, always(200, json={"tags": 7})) as stage:
        with pytest.raises(Uncertain):
            await client_of(stage).tags(URL)
