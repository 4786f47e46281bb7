"""Instantly's campaigns, their subsequences and figures. One method for each operation, returning wire models."""

from __future__ import annotations

from collections.abc import Sequence

from providers.base import Lane
from providers.endpoints import WirePage, segment
from providers.http import Call
from providers.instantly.endpoints import PAGE, InstantlyEndpoints
from providers.instantly.wire import (
    CampaignAnalytics,
    Day,
    InstantlyCampaign,
    Overview,
    SendingStatus,
    Step,
    Subsequence,
)

_READ, _UPDATE, _FOLLOW_UPS = "campaigns:read", "campaigns:update", "subsequences:update"


class CampaignEndpoints(InstantlyEndpoints):
    """`/campaigns` and `/subsequences`."""

    async def list_campaigns(
        self, *, cursor: str | None = None, limit: int = PAGE, lane: Lane
    ) -> WirePage[InstantlyCampaign]:
        """`GET /campaigns`."""
        call = Call("GET", "/campaigns", scope=_READ)
        return await self.page_of(InstantlyCampaign, call, cursor=cursor, limit=limit, stream="campaigns", lane=lane)

    async def get_campaign(self, campaign: str, *, lane: Lane) -> InstantlyCampaign:
        """`GET /campaigns/{id}`."""
        return await self.fetched(InstantlyCampaign, _of(campaign, "", _READ, "GET"), lane=lane)

    async def activate_campaign(self, campaign: str) -> InstantlyCampaign:
        """`POST /campaigns/{id}/activate`: starts a draft and resumes what is paused."""
        return await self.changed(InstantlyCampaign, _of(campaign, "/activate", _UPDATE))

    async def pause_campaign(self, campaign: str) -> InstantlyCampaign:
        """`POST /campaigns/{id}/pause`. Whether its subsequences stop with it is not documented."""
        return await self.changed(InstantlyCampaign, _of(campaign, "/pause", _UPDATE))

    async def sending_status(self, campaign: str, *, lane: Lane) -> SendingStatus:
        """`GET /campaigns/{id}/sending-status`: why it is not sending."""
        return await self.fetched(SendingStatus, _of(campaign, "/sending-status", _READ, "GET"), lane=lane)

    async def campaigns_of_contact(self, email: str, *, lane: Lane) -> list[InstantlyCampaign]:
        """`GET /campaigns/search-by-contact`: those that an address is in."""
        call = Call("GET", "/campaigns/search-by-contact", query={"search": email}, scope=_READ)
        answer = await self.http.read(call, lane=lane)
        return self.listed(InstantlyCampaign, self.envelope(answer), answer, under="items", stream="enrolments")[0]

    async def analytics(self, campaigns: Sequence[str] = (), *, lane: Lane) -> list[CampaignAnalytics]:
        """`GET /campaigns/analytics`: the totals of one campaign, or of all. One that has sent nothing is missing."""
        query = {"id": campaigns[0]} if len(campaigns) == 1 else None
        found = await self.rows_of(
            CampaignAnalytics, Call("GET", "/campaigns/analytics", query=query, scope=_READ), lane=lane
        )
        return [row for row in found if not campaigns or row.campaign_id in campaigns]

    async def overview(self, campaign: str, *, start_day: str, end_day: str, lane: Lane) -> Overview:
        """`GET /campaigns/analytics/overview`."""
        query = {"id": campaign, "start_date": start_day, "end_date": end_day}
        return await self.fetched(
            Overview, Call("GET", "/campaigns/analytics/overview", query=query, scope=_READ), lane=lane
        )

    async def daily(self, campaign: str, *, start_day: str, end_day: str, lane: Lane) -> list[Day]:
        """`GET /campaigns/analytics/daily`."""
        return await self.rows_of(Day, _figures("daily", campaign, start_day, end_day), lane=lane)

    async def steps(self, campaign: str, *, start_day: str, end_day: str, lane: Lane) -> list[Step]:
        """`GET /campaigns/analytics/steps`."""
        return await self.rows_of(Step, _figures("steps", campaign, start_day, end_day), lane=lane)

    async def pause_subsequence(self, subsequence: str) -> Subsequence:
        """`POST /subsequences/{id}/pause`."""
        return await self.changed(
            Subsequence, Call("POST", f"/subsequences/{segment(subsequence)}/pause", scope=_FOLLOW_UPS)
        )

    async def resume_subsequence(self, subsequence: str) -> Subsequence:
        """`POST /subsequences/{id}/resume`."""
        return await self.changed(
            Subsequence, Call("POST", f"/subsequences/{segment(subsequence)}/resume", scope=_FOLLOW_UPS)
        )


def _of(campaign: str, what: str, scope: str, method: str = "POST") -> Call:
    return Call(method, f"/campaigns/{segment(campaign)}{what}", scope=scope)


def _figures(what: str, campaign: str, start_day: str, end_day: str) -> Call:
    query = {"campaign_id": campaign, "start_date": start_day, "end_date": end_day}
    return Call("GET", f"/campaigns/analytics/{what}", query=query, scope=_READ)
