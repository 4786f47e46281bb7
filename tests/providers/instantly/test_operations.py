"""Every operation of Instantly's contract, asked for once, each request judged by it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

import httpx
import pytest

from postroom.records import ProviderName
from providers.base import Lane
from providers.instantly.client import Instantly
from providers.instantly.inbox import Target
from tests.contracts import document, needs_contracts, request_errors
from tests.providers.stage import staged

TARGET = Target("0198b008-5456-7372-9610-956111500008", "sender@acme.example", "Re: Hello")
ID = "0198b002-5456-7372-9610-956111500002"
WEEK = {"start_day": "2026-01-01", "end_day": "2026-01-07", "lane": Lane.ACTION}
LANE = Lane.ACTION

Ask = Callable[[Instantly], Awaitable[object]]

OPERATIONS: dict[str, Ask] = {
    "GET /emails": lambda c: c.list_emails(since=1, unread_only=True, thread="t", lane=LANE),
    "GET /emails/unread/count": lambda c: c.count_unread(lane=LANE),
    "GET /emails/{id}": lambda c: c.get_email(ID, lane=LANE),
    "PATCH /emails/{id}": lambda c: c.patch_email(ID, unread=True, remind_at=1_787_140_476_149_000),
    "POST /emails/reply": lambda c: c.reply(TARGET, "Hello"),
    "POST /emails/forward": lambda c: c.forward(TARGET, "ada@example.com", text="See below"),
    "POST /emails/threads/{thread_id}/mark-as-read": lambda c: c.mark_thread_read(ID),
    "GET /campaigns": lambda c: c.list_campaigns(cursor=ID, lane=LANE),
    "GET /campaigns/search-by-contact": lambda c: c.campaigns_of_contact("ada@example.com", lane=LANE),
    "GET /campaigns/analytics": lambda c: c.analytics([ID], lane=LANE),
    "GET /campaigns/analytics/overview": lambda c: c.overview(ID, **WEEK),  # type: ignore[arg-type]  # typed as one
    "GET /campaigns/analytics/daily": lambda c: c.daily(ID, **WEEK),  # type: ignore[arg-type]  # the same
    "GET /campaigns/analytics/steps": lambda c: c.steps(ID, **WEEK),  # type: ignore[arg-type]  # the same
    "GET /campaigns/{id}": lambda c: c.get_campaign(ID, lane=LANE),
    "POST /campaigns/{id}/activate": lambda c: c.activate_campaign(ID),
    "POST /campaigns/{id}/pause": lambda c: c.pause_campaign(ID),
    "GET /campaigns/{id}/sending-status": lambda c: c.sending_status(ID, lane=LANE),
    "POST /subsequences/{id}/pause": lambda c: c.pause_subsequence(ID),
    "POST /subsequences/{id}/resume": lambda c: c.resume_subsequence(ID),
    "POST /leads": lambda c: c.create_lead("ada@example.com", campaign=ID, names={"first_name": "Ada"}),
    "POST /leads/list": lambda c: c.list_leads(campaign=ID, contacts=["ada@example.com"], cursor=ID, lane=LANE),
    "GET /leads/{id}": lambda c: c.get_lead(ID, lane=LANE),
    "PATCH /leads/{id}": lambda c: c.patch_lead(ID, {"lt_interest_status": 1}),
    "DELETE /leads/{id}": lambda c: c.delete_lead(ID),
    "POST /leads/move": lambda c: c.move_leads([ID], campaign=ID, to_list=ID),
    "POST /leads/update-interest-status": lambda c: c.update_interest("ada@example.com", None, campaign=ID),
    "POST /leads/subsequence/remove": lambda c: c.leave_subsequence(ID),
    "GET /block-lists-entries": lambda c: c.list_blocked(search="example", lane=LANE),
    "POST /block-lists-entries": lambda c: c.block("ada@example.com"),
    "GET /block-lists-entries/{id}": lambda c: c.get_blocked(ID, lane=LANE),
    "PATCH /block-lists-entries/{id}": lambda c: c.change_blocked(ID, "example.com"),
    "DELETE /block-lists-entries/{id}": lambda c: c.unblock(ID),
    "GET /lead-lists": lambda c: c.list_lists(search="Stopped", lane=LANE),
    "POST /lead-lists": lambda c: c.create_list("Stopped"),
    "GET /lead-lists/{id}": lambda c: c.get_list(ID, lane=LANE),
    "PATCH /lead-lists/{id}": lambda c: c.rename_list(ID, "Stopped"),
    "DELETE /lead-lists/{id}": lambda c: c.delete_list(ID),
    "GET /lead-labels": lambda c: c.list_labels(lane=LANE),
    "POST /lead-labels": lambda c: c.create_label("Call in spring", meaning="neutral"),
    "GET /lead-labels/{id}": lambda c: c.get_label(ID, lane=LANE),
    "PATCH /lead-labels/{id}": lambda c: c.rename_label(ID, "Call in May"),
    "GET /custom-tags": lambda c: c.list_tags(lane=LANE),
    "POST /custom-tags": lambda c: c.create_tag("Nordics"),
    "GET /custom-tags/{id}": lambda c: c.get_tag(ID, lane=LANE),
    "PATCH /custom-tags/{id}": lambda c: c.rename_tag(ID, "Baltics"),
    "DELETE /custom-tags/{id}": lambda c: c.delete_tag(ID),
    "POST /custom-tags/toggle-resource": lambda c: c.toggle_tags([ID], "campaign", [ID], assign=True),
    "GET /custom-tag-mappings": lambda c: c.list_tag_mappings(lane=LANE),
    "GET /accounts": lambda c: c.list_accounts(lane=LANE),
    "GET /accounts/{email}": lambda c: c.get_account("sender@acme.example", lane=LANE),
    "POST /accounts/test/vitals": lambda c: c.test_vitals(["sender@acme.example"], lane=LANE),
    "POST /accounts/warmup-analytics": lambda c: c.warmup(["sender@acme.example"], lane=LANE),
    "GET /workspaces/current": lambda c: c.current_workspace(lane=LANE),
    "GET /webhooks": lambda c: c.list_webhooks(lane=LANE),
    "POST /webhooks": lambda c: c.create_webhook("https://hooks.example/x", event="reply_received", name="x"),
    "GET /webhooks/{id}": lambda c: c.get_webhook(ID, lane=LANE),
    "PATCH /webhooks/{id}": lambda c: c.change_webhook(ID, {"name": "y"}),
    "DELETE /webhooks/{id}": lambda c: c.delete_webhook(ID),
    "GET /webhooks/event-types": lambda c: c.webhook_event_types(lane=LANE),
    "POST /webhooks/{id}/test": lambda c: c.test_webhook(ID),
    "POST /webhooks/{id}/resume": lambda c: c.resume_webhook(ID),
    "GET /background-jobs": lambda c: c.list_jobs(kind="move-leads", lane=LANE),
    "GET /background-jobs/{id}": lambda c: c.get_job(ID, lane=LANE),
    "GET /api-keys": lambda c: c.list_api_keys(lane=LANE),
}
EVERYTHING = {
    "id": ID,
    "email": "sender@acme.example",
    "items": [],
    "event_types": [],
    "emails_sent_count": 1,
    "count": 3,
    "success": True,
}


@needs_contracts
@pytest.mark.contract
def test_every_operation_of_the_contract_has_a_method() -> None:
    """None is missing, and none is made up."""
    paths = document("instantly")["paths"]
    assert isinstance(paths, dict)
    listed = {f"{method.upper()} {path}" for path, each in paths.items() for method in each if method != "parameters"}

    assert set(OPERATIONS) == listed


@needs_contracts
@pytest.mark.contract
@pytest.mark.parametrize("name", OPERATIONS)
async def test_an_operation_is_asked_for_as_the_contract_says(name: str) -> None:
    """Method, path, query and body; a DELETE has neither a body nor a content type."""
    listed = name in {"GET /campaigns/analytics", "GET /campaigns/analytics/daily", "GET /campaigns/analytics/steps"}

    async with staged(
        ProviderName.INSTANTLY, lambda _: httpx.Response(200, json=[] if listed else EVERYTHING)
    ) as stage:
        assert isinstance(stage.client, Instantly)
        await OPERATIONS[name](stage.client)

    (request,), (body,) = stage.requests, stage.bodies
    query = dict(parse_qsl(request.url.query.decode()))
    path = request.url.raw_path.decode().partition("?")[0]
    assert request_errors("instantly", request.method, path, query, body) == []
    assert ("content-type" in request.headers) == (body is not None)
