"""HeyReach's ways of asking: reads are mostly POST with a JSON body, and lists come in two kinds of pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from postroom.errors import Gone, Rejected
from providers.base import Lane
from providers.endpoints import Endpoints, WirePage, whole_number
from providers.failures import Answer
from providers.heyreach.paging import place_after, place_of
from providers.http import Call
from providers.wire import Wire

M = TypeVar("M", bound=Wire)

PAGE = 100
"""Rows of a page; HeyReach answers 400 to more."""


class HeyReachEndpoints(Endpoints):
    """What the groups of endpoints share."""

    page = PAGE
    """Rows asked for at once in lists that are long."""

    async def post(self, path: str, body: Mapping[str, object], *, lane: Lane) -> Answer:
        """A read that HeyReach spells as a POST."""
        return await self.http.read(Call("POST", path, body=body), lane=lane)

    async def get(self, path: str, query: Mapping[str, str] | None = None, *, lane: Lane) -> Answer:
        """A plain read."""
        return await self.http.read(Call("GET", path, query=query), lane=lane)

    async def act(
        self, path: str, body: Mapping[str, object] | None = None, *, query: Mapping[str, str] | None = None
    ) -> Answer:
        """One request that changes something, sent once. Raises Uncertain for a web page in the answer's place."""
        answer = await self.http.act(Call("POST", path, query=query, body=body))
        if answer.is_page:
            raise self.http.unreadable(answer)
        return answer

    async def offset_page(
        self,
        model: type[M],
        path: str,
        body: Mapping[str, object],
        *,
        cursor: str | None,
        stream: str,
        lane: Lane,
        prefix: str = "o",
        limit: int | None = None,
    ) -> WirePage[M]:
        """One page of a list that is paged by offset. Raises Rejected when the cursor is not one of this list's."""
        limit = limit or self.page
        place = place_of(cursor, prefix=prefix)
        if place is None:
            raise Rejected("This page of HeyReach's list is out of date. It is read again from the start.")
        answer = await self.post(path, {**body, "offset": place.offset, "limit": limit}, lane=lane)
        envelope = self.envelope(answer)
        records, rejected, items = self.listed(model, envelope, answer, under="items", stream=stream)
        following = place_after(place, [_id_of(item) for item in items], limit=limit)
        return WirePage(
            records,
            tuple(rejected),
            next_cursor=following.spelled(prefix) if following else None,
            more=following is not None,
            total=whole_number(envelope.get("totalCount")),
        )


def campaign_number(campaign: str) -> int:
    """A campaign's id as HeyReach wants it. Raises Gone when it cannot be one."""
    if not (campaign.isascii() and campaign.isdigit() and len(campaign) < 19 and int(campaign) > 0):
        raise Gone("HeyReach has no such campaign.")
    return int(campaign)


def _id_of(item: object) -> str:
    """What tells one row of a list from the others."""
    if not isinstance(item, dict):
        return repr(item)[:200]
    return str(item.get("id", item.get("campaignId", item.get("profileUrl"))))
