"""HeyReach's leads, tags and lists. One method for each endpoint, returning wire models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from providers.base import Lane
from providers.endpoints import WirePage
from providers.heyreach.endpoints import HeyReachEndpoints
from providers.heyreach.wire import AddedLeads, AssignedTags, LeadList, NewLead, Profile


class LeadEndpoints(HeyReachEndpoints):
    """`/lead`, `/lead_tags` and `/list`."""

    async def lead(self, profile_url: str, *, lane: Lane = Lane.OPEN_THREAD) -> Profile:
        """`lead/GetLead`: with the email address, which the inbox does not carry."""
        answer = await self.post("/lead/GetLead", {"profileUrl": profile_url}, lane=lane)
        return self.one(Profile, self.envelope(answer), answer)

    async def tags(self, profile_url: str, *, lane: Lane = Lane.OPEN_THREAD) -> tuple[str, ...]:
        """`lead/GetTags`. Its answer is not published: a list, bare or under `tags`, of names or of objects."""
        answer = await self.post("/lead/GetTags", {"profileUrl": profile_url}, lane=lane)
        value = self.decoded(answer)
        if isinstance(value, dict):
            value = value.get("tags")
        if not isinstance(value, list):
            raise self.http.unreadable(answer)
        return tuple(name for name in map(_tag_name, value) if name)

    async def assign_tags(self, profile_url: str, tags: Sequence[str]) -> AssignedTags:
        """`lead/AddTags`: keeps the tags that the lead has."""
        return await self._write_tags("/lead/AddTags", profile_url, tags)

    async def replace_tags(self, profile_url: str, tags: Sequence[str]) -> AssignedTags:
        """`lead/ReplaceTags`: takes away the tags that are not named."""
        return await self._write_tags("/lead/ReplaceTags", profile_url, tags)

    async def create_tags(self, tags: Mapping[str, str]) -> None:
        """`lead_tags/CreateTags`: names to colours, which are HeyReach's eight."""
        body = {"tags": [{"displayName": name, "color": color} for name, color in tags.items()]}
        await self.act("/lead_tags/CreateTags", body)

    async def lists(self, *, cursor: str | None = None, lane: Lane = Lane.BACKFILL) -> WirePage[LeadList]:
        """`list/GetAll`."""
        return await self.offset_page(LeadList, "/list/GetAll", {}, cursor=cursor, stream="lists", lane=lane)

    async def list_by_id(self, list_id: str, *, lane: Lane = Lane.OPEN_THREAD) -> LeadList:
        """`list/GetById`."""
        answer = await self.get("/list/GetById", {"listId": list_id}, lane=lane)
        return self.one(LeadList, self.decoded(answer), answer)

    async def create_list(self, name: str, *, list_type: str = "USER_LIST") -> LeadList:
        """`list/CreateEmptyList`: asked once, since every call makes a list."""
        answer = await self.act("/list/CreateEmptyList", {"name": name, "type": list_type})
        return self.one(LeadList, self.decoded(answer), answer)

    async def add_leads_to_list(self, list_id: str, leads: Sequence[NewLead]) -> AddedLeads:
        """`list/AddLeadsToListV2`."""
        body = {"listId": int(list_id), "leads": [lead.spelled() for lead in leads]}
        answer = await self.act("/list/AddLeadsToListV2", body)
        return self.one(AddedLeads, self.decoded(answer), answer)

    async def leads_from_list(
        self, list_id: str, *, cursor: str | None = None, lane: Lane = Lane.BACKFILL
    ) -> WirePage[Profile]:
        """`list/GetLeadsFromList`, a thousand at a time."""
        return await self.offset_page(
            Profile,
            "/list/GetLeadsFromList",
            {"listId": int(list_id)},
            cursor=cursor,
            stream="leads",
            lane=lane,
            limit=1000,
        )

    async def lists_for_lead(
        self, profile_url: str, *, cursor: str | None = None, lane: Lane = Lane.OPEN_THREAD
    ) -> WirePage[LeadList]:
        """`list/GetListsForLead`."""
        identity = {"email": None, "linkedinId": None, "profileUrl": profile_url}
        return await self.offset_page(
            LeadList, "/list/GetListsForLead", identity, cursor=cursor, stream="lists", lane=lane
        )

    async def _write_tags(self, path: str, profile_url: str, tags: Sequence[str]) -> AssignedTags:
        body = {"leadProfileUrl": profile_url, "tags": list(tags), "createTagIfNotExisting": True}
        answer = await self.act(path, body)
        return self.one(AssignedTags, self.envelope(answer), answer)


def _tag_name(value: object) -> str:
    """A tag, as a name or as an object that has one."""
    if isinstance(value, dict):
        value = value.get("displayName") or value.get("name")
    return value if isinstance(value, str) else ""
