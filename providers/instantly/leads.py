"""Instantly's leads, lists, block list and jobs. One method for each operation, returning wire models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from providers.base import Lane
from providers.endpoints import WirePage, segment
from providers.http import Call
from providers.instantly.endpoints import PAGE, InstantlyEndpoints, without_none
from providers.instantly.wire import BlockListEntry, InstantlyLead, InstantlyList, Job

_READ, _UPDATE = "leads:read", "leads:update"


class LeadEndpoints(InstantlyEndpoints):
    """`/leads`, `/lead-lists`, `/block-lists-entries` and `/background-jobs`."""

    async def list_leads(
        self,
        *,
        campaign: str | None = None,
        list_id: str | None = None,
        contacts: Sequence[str] = (),
        search: str | None = None,
        cursor: str | None = None,
        lane: Lane,
    ) -> WirePage[InstantlyLead]:
        """`POST /leads/list`, a read. A lead that was just added is missing for some seconds."""
        wanted = {"campaign": campaign, "list_id": list_id, "search": search, "contacts": list(contacts) or None}
        call = Call("POST", "/leads/list", body=without_none(wanted), scope=_READ)
        return await self.page_of(InstantlyLead, call, cursor=cursor, stream="enrolments", lane=lane)

    async def get_lead(self, lead: str, *, lane: Lane) -> InstantlyLead:
        """`GET /leads/{id}`."""
        return await self.fetched(InstantlyLead, Call("GET", f"/leads/{segment(lead)}", scope=_READ), lane=lane)

    async def create_lead(self, email: str, *, campaign: str, names: Mapping[str, str] | None = None) -> InstantlyLead:
        """`POST /leads`: answers alike for a lead that was there already."""
        body = {"email": email, "campaign": campaign, "skip_if_in_campaign": True, **(names or {})}
        return await self.changed(InstantlyLead, Call("POST", "/leads", body=body, scope="leads:create"))

    async def patch_lead(self, lead: str, changes: Mapping[str, object]) -> InstantlyLead:
        """`PATCH /leads/{id}`."""
        call = Call("PATCH", f"/leads/{segment(lead)}", body=dict(changes), scope=_UPDATE)
        return await self.changed(InstantlyLead, call)

    async def delete_lead(self, lead: str) -> None:
        """`DELETE /leads/{id}`: cannot be undone and loses the statistics. Never a way to stop a lead."""
        await self.done(Call("DELETE", f"/leads/{segment(lead)}", scope="leads:delete"))

    async def move_leads(self, leads: Sequence[str], *, campaign: str, to_list: str) -> Job:
        """`POST /leads/move` out of a campaign into a list. Without ids Instantly would move everybody: refused."""
        if not leads:
            raise ValueError("No lead is named.")
        body = {"ids": list(leads), "campaign": campaign, "to_list_id": to_list, "copy_leads": False}
        return await self.changed(Job, Call("POST", "/leads/move", body=body, scope=_UPDATE))

    async def update_interest(self, email: str, value: int | None, *, campaign: str | None = None) -> None:
        """`POST /leads/update-interest-status`, done later; it may complete the lead and start automations."""
        body = {"lead_email": email, "interest_value": value} | without_none({"campaign_id": campaign})
        await self.done(Call("POST", "/leads/update-interest-status", body=body, scope=_UPDATE))

    async def leave_subsequence(self, lead: str) -> InstantlyLead:
        """`POST /leads/subsequence/remove`: stops the subsequence only."""
        call = Call("POST", "/leads/subsequence/remove", body={"id": lead}, scope=_UPDATE)
        return await self.changed(InstantlyLead, call)

    async def list_lists(
        self, *, search: str | None = None, cursor: str | None = None, lane: Lane
    ) -> WirePage[InstantlyList]:
        """`GET /lead-lists`."""
        query = {"search": search} if search else None
        call = Call("GET", "/lead-lists", query=query, scope="lead_lists:read")
        return await self.page_of(InstantlyList, call, cursor=cursor, stream="lists", lane=lane)

    async def get_list(self, list_id: str, *, lane: Lane) -> InstantlyList:
        """`GET /lead-lists/{id}`."""
        call = Call("GET", f"/lead-lists/{segment(list_id)}", scope="lead_lists:read")
        return await self.fetched(InstantlyList, call, lane=lane)

    async def create_list(self, name: str) -> InstantlyList:
        """`POST /lead-lists`."""
        call = Call("POST", "/lead-lists", body={"name": name}, scope="lead_lists:create")
        return await self.changed(InstantlyList, call)

    async def rename_list(self, list_id: str, name: str) -> InstantlyList:
        """`PATCH /lead-lists/{id}`."""
        call = Call("PATCH", f"/lead-lists/{segment(list_id)}", body={"name": name}, scope="lead_lists:update")
        return await self.changed(InstantlyList, call)

    async def delete_list(self, list_id: str) -> None:
        """`DELETE /lead-lists/{id}`."""
        await self.done(Call("DELETE", f"/lead-lists/{segment(list_id)}", scope="lead_lists:delete"))

    async def list_blocked(
        self, *, search: str | None = None, cursor: str | None = None, lane: Lane = Lane.OPEN_THREAD
    ) -> WirePage[BlockListEntry]:
        """`GET /block-lists-entries`."""
        query = {"search": search} if search else None
        call = Call("GET", "/block-lists-entries", query=query, scope="block_list_entries:read")
        return await self.page_of(BlockListEntry, call, cursor=cursor, stream="lists", lane=lane)

    async def get_blocked(self, entry: str, *, lane: Lane = Lane.OPEN_THREAD) -> BlockListEntry:
        """`GET /block-lists-entries/{id}`."""
        call = Call("GET", f"/block-lists-entries/{segment(entry)}", scope="block_list_entries:read")
        return await self.fetched(BlockListEntry, call, lane=lane)

    async def block(self, address: str) -> BlockListEntry:
        """`POST /block-lists-entries`: the whole workspace never writes to this address or domain again."""
        call = Call("POST", "/block-lists-entries", body={"bl_value": address}, scope="block_list_entries:create")
        return await self.changed(BlockListEntry, call)

    async def change_blocked(self, entry: str, address: str) -> BlockListEntry:
        """`PATCH /block-lists-entries/{id}`."""
        path = f"/block-lists-entries/{segment(entry)}"
        call = Call("PATCH", path, body={"bl_value": address}, scope="block_list_entries:update")
        return await self.changed(BlockListEntry, call)

    async def unblock(self, entry: str) -> None:
        """`DELETE /block-lists-entries/{id}`."""
        call = Call("DELETE", f"/block-lists-entries/{segment(entry)}", scope="block_list_entries:delete")
        await self.done(call)

    async def list_jobs(
        self, *, kind: str | None = None, cursor: str | None = None, lane: Lane = Lane.OPEN_THREAD
    ) -> WirePage[Job]:
        """`GET /background-jobs`."""
        query = {"type": kind} if kind else None
        call = Call("GET", "/background-jobs", query=query, scope="background-jobs:read")
        return await self.page_of(Job, call, cursor=cursor, limit=PAGE, stream="lists", lane=lane)

    async def get_job(self, job: str, *, lane: Lane) -> Job:
        """`GET /background-jobs/{id}`."""
        call = Call("GET", f"/background-jobs/{segment(job)}", scope="background-jobs:read")
        return await self.fetched(Job, call, lane=lane)
