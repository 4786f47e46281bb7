"""Instantly's mailboxes, labels, tags, webhooks and keys. One method for each operation, returning wire models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from providers.base import Lane
from providers.endpoints import WirePage, segment
from providers.http import Call
from providers.instantly.endpoints import InstantlyEndpoints, without_none
from providers.instantly.wire import (
    Account,
    ApiKey,
    CustomTag,
    CustomTagMapping,
    InstantlyWorkspace,
    LeadLabel,
    Vitals,
    Warmup,
    Webhook,
    WebhookEventType,
    WebhookEventTypes,
    WebhookTest,
)

_TAGGED = {"account": 1, "campaign": 2}


class AdministrationEndpoints(InstantlyEndpoints):
    """`/accounts`, `/lead-labels`, `/custom-tags`, `/workspaces`, `/webhooks` and `/api-keys`."""

    async def list_accounts(self, *, cursor: str | None = None, lane: Lane) -> WirePage[Account]:
        """`GET /accounts`: the mailboxes that send."""
        call = Call("GET", "/accounts", scope="accounts:read")
        return await self.page_of(Account, call, cursor=cursor, stream="senders", lane=lane)

    async def get_account(self, email: str, *, lane: Lane = Lane.OPEN_THREAD) -> Account:
        """`GET /accounts/{email}`."""
        call = Call("GET", f"/accounts/{segment(email)}", scope="accounts:read")
        return await self.fetched(Account, call, lane=lane)

    async def test_vitals(self, emails: Sequence[str], *, lane: Lane) -> Vitals:
        """`POST /accounts/test/vitals`, a read: what the DNS of the mailboxes' domains says."""
        call = Call("POST", "/accounts/test/vitals", body={"accounts": list(emails)}, scope="accounts:read")
        return await self.fetched(Vitals, call, lane=lane)

    async def warmup(self, emails: Sequence[str], *, lane: Lane) -> Warmup:
        """`POST /accounts/warmup-analytics`, a read."""
        call = Call("POST", "/accounts/warmup-analytics", body={"emails": list(emails)}, scope="accounts:read")
        return await self.fetched(Warmup, call, lane=lane)

    async def list_labels(self, *, cursor: str | None = None, lane: Lane) -> WirePage[LeadLabel]:
        """`GET /lead-labels`: the interest statuses that the workspace has invented."""
        call = Call("GET", "/lead-labels", scope="lead-labels:read")
        return await self.page_of(LeadLabel, call, cursor=cursor, stream="lists", lane=lane)

    async def get_label(self, label: str, *, lane: Lane = Lane.OPEN_THREAD) -> LeadLabel:
        """`GET /lead-labels/{id}`."""
        call = Call("GET", f"/lead-labels/{segment(label)}", scope="lead-labels:read")
        return await self.fetched(LeadLabel, call, lane=lane)

    async def create_label(self, label: str, *, meaning: str) -> LeadLabel:
        """`POST /lead-labels`; it means `positive`, `negative` or `neutral`."""
        body = {"label": label, "interest_status_label": meaning}
        return await self.changed(LeadLabel, Call("POST", "/lead-labels", body=body, scope="lead-labels:create"))

    async def rename_label(self, label: str, name: str) -> LeadLabel:
        """`PATCH /lead-labels/{id}`."""
        call = Call("PATCH", f"/lead-labels/{segment(label)}", body={"label": name}, scope="lead-labels:update")
        return await self.changed(LeadLabel, call)

    async def list_tags(self, *, cursor: str | None = None, lane: Lane = Lane.OPEN_THREAD) -> WirePage[CustomTag]:
        """`GET /custom-tags`: tags for mailboxes and campaigns, never for leads."""
        call = Call("GET", "/custom-tags", scope="custom_tags:read")
        return await self.page_of(CustomTag, call, cursor=cursor, stream="lists", lane=lane)

    async def get_tag(self, tag: str, *, lane: Lane = Lane.OPEN_THREAD) -> CustomTag:
        """`GET /custom-tags/{id}`."""
        call = Call("GET", f"/custom-tags/{segment(tag)}", scope="custom_tags:read")
        return await self.fetched(CustomTag, call, lane=lane)

    async def create_tag(self, label: str) -> CustomTag:
        """`POST /custom-tags`."""
        call = Call("POST", "/custom-tags", body={"label": label}, scope="custom_tags:create")
        return await self.changed(CustomTag, call)

    async def rename_tag(self, tag: str, label: str) -> CustomTag:
        """`PATCH /custom-tags/{id}`."""
        call = Call("PATCH", f"/custom-tags/{segment(tag)}", body={"label": label}, scope="custom_tags:update")
        return await self.changed(CustomTag, call)

    async def delete_tag(self, tag: str) -> None:
        """`DELETE /custom-tags/{id}`."""
        await self.done(Call("DELETE", f"/custom-tags/{segment(tag)}", scope="custom_tags:delete"))

    async def toggle_tags(self, tags: Sequence[str], kind: str, ids: Sequence[str], *, assign: bool) -> None:
        """`POST /custom-tags/toggle-resource`; `kind` is `account` or `campaign`."""
        body = {"tag_ids": list(tags), "resource_type": _TAGGED[kind], "assign": assign, "resource_ids": list(ids)}
        await self.done(Call("POST", "/custom-tags/toggle-resource", body=body, scope="custom_tags:update"))

    async def list_tag_mappings(
        self, *, cursor: str | None = None, lane: Lane = Lane.OPEN_THREAD
    ) -> WirePage[CustomTagMapping]:
        """`GET /custom-tag-mappings`: which tag is on what."""
        call = Call("GET", "/custom-tag-mappings", scope="custom_tag_mappings:read")
        return await self.page_of(CustomTagMapping, call, cursor=cursor, stream="lists", lane=lane)

    async def current_workspace(self, *, lane: Lane = Lane.OPEN_THREAD) -> InstantlyWorkspace:
        """`GET /workspaces/current`."""
        call = Call("GET", "/workspaces/current", scope="workspaces:read")
        return await self.fetched(InstantlyWorkspace, call, lane=lane)

    async def list_webhooks(self, *, cursor: str | None = None, lane: Lane = Lane.OPEN_THREAD) -> WirePage[Webhook]:
        """`GET /webhooks`."""
        call = Call("GET", "/webhooks", scope="webhooks:read")
        return await self.page_of(Webhook, call, cursor=cursor, stream="lists", lane=lane)

    async def get_webhook(self, webhook: str, *, lane: Lane = Lane.OPEN_THREAD) -> Webhook:
        """`GET /webhooks/{id}`."""
        return await self.fetched(Webhook, _webhook("GET", webhook, "webhooks:read"), lane=lane)

    async def create_webhook(self, url: str, *, event: str, name: str | None = None) -> Webhook:
        """`POST /webhooks`. Its reports are not signed."""
        body = {"target_hook_url": url, "event_type": event} | without_none({"name": name})
        return await self.changed(Webhook, Call("POST", "/webhooks", body=body, scope="webhooks:create"))

    async def change_webhook(self, webhook: str, changes: Mapping[str, object]) -> Webhook:
        """`PATCH /webhooks/{id}`."""
        return await self.changed(Webhook, _webhook("PATCH", webhook, "webhooks:update", body=dict(changes)))

    async def delete_webhook(self, webhook: str) -> None:
        """`DELETE /webhooks/{id}`."""
        await self.done(_webhook("DELETE", webhook, "webhooks:delete"))

    async def webhook_event_types(self, *, lane: Lane = Lane.OPEN_THREAD) -> tuple[WebhookEventType, ...]:
        """`GET /webhooks/event-types`, the workspace's own labels among them."""
        call = Call("GET", "/webhooks/event-types", scope="webhooks:read")
        return tuple((await self.fetched(WebhookEventTypes, call, lane=lane)).event_types or ())

    async def test_webhook(self, webhook: str) -> WebhookTest:
        """`POST /webhooks/{id}/test`."""
        return await self.changed(WebhookTest, _webhook("POST", webhook, "webhooks:update", "/test"))

    async def resume_webhook(self, webhook: str) -> Webhook:
        """`POST /webhooks/{id}/resume`: enable again what was switched off for failing."""
        return await self.changed(Webhook, _webhook("POST", webhook, "webhooks:update", "/resume"))

    async def list_api_keys(self, *, cursor: str | None = None, lane: Lane = Lane.OPEN_THREAD) -> WirePage[ApiKey]:
        """`GET /api-keys`: which scopes the workspace's keys have."""
        call = Call("GET", "/api-keys", scope="api_keys:read")
        return await self.page_of(ApiKey, call, cursor=cursor, stream="lists", lane=lane)


def _webhook(method: str, webhook: str, scope: str, what: str = "", body: object = None) -> Call:
    return Call(method, f"/webhooks/{segment(webhook)}{what}", body=body, scope=scope)
