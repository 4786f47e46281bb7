"""HeyReach's campaigns, figures and senders. One method for each endpoint, returning wire models."""

from __future__ import annotations

from collections.abc import Sequence

from providers.base import Lane
from providers.endpoints import WirePage, segment
from providers.heyreach.endpoints import HeyReachEndpoints, campaign_number
from providers.heyreach.wire import (
    AccountStatus,
    AddedLeads,
    CampaignForLead,
    CampaignLead,
    HeyReachCampaign,
    LinkedInAccount,
    NewLead,
    OverallStats,
    StatsByCampaign,
)


class CampaignEndpoints(HeyReachEndpoints):
    """`/campaign`, `/stats` and `/li_account`."""

    async def all_campaigns(self, *, cursor: str | None, lane: Lane) -> WirePage[HeyReachCampaign]:
        """`campaign/GetAll`."""
        return await self.offset_page(
            HeyReachCampaign, "/campaign/GetAll", {}, cursor=cursor, stream="campaigns", lane=lane
        )

    async def campaign_by_id(self, campaign: str, *, lane: Lane) -> HeyReachCampaign:
        """`campaign/GetById`."""
        answer = await self.get("/campaign/GetById", _of_campaign(campaign), lane=lane)
        return self.one(HeyReachCampaign, self.decoded(answer), answer)

    async def pause_campaign(self, campaign: str) -> None:
        """`campaign/Pause`."""
        await self.act("/campaign/Pause", query=_of_campaign(campaign))

    async def resume_campaign(self, campaign: str) -> None:
        """`campaign/Resume`: only from PAUSED, FINISHED or FAILED."""
        await self.act("/campaign/Resume", query=_of_campaign(campaign))

    async def start_campaign(self, campaign: str) -> None:
        """`campaign/StartCampaign`: only from DRAFT."""
        await self.act("/campaign/StartCampaign", query=_of_campaign(campaign))

    async def stop_lead_in_campaign(self, campaign: str, *, lead_url: str | None, member_id: str | None) -> None:
        """`campaign/StopLeadInCampaign`. All three keys are sent; the URL exactly as HeyReach gave it."""
        body = {"campaignId": campaign_number(campaign), "leadMemberId": member_id, "leadUrl": lead_url}
        await self.act("/campaign/StopLeadInCampaign", body)

    async def campaigns_for_lead(
        self,
        *,
        profile_url: str | None = None,
        email: str | None = None,
        linkedin_id: str | None = None,
        cursor: str | None = None,
        lane: Lane,
    ) -> WirePage[CampaignForLead]:
        """`campaign/GetCampaignsForLead`, by the one of the three that is given."""
        identity = {"email": email, "linkedinId": linkedin_id, "profileUrl": profile_url}
        return await self.offset_page(
            CampaignForLead,
            "/campaign/GetCampaignsForLead",
            identity,
            cursor=cursor,
            stream="enrolments",
            lane=lane,
        )

    async def leads_from_campaign(
        self, campaign: str, *, cursor: str | None = None, lane: Lane
    ) -> WirePage[CampaignLead]:
        """`campaign/GetLeadsFromCampaign`. Pending leads may be missing: an empty page is not “no leads”."""
        body = {"campaignId": campaign_number(campaign), "timeFilter": "Everywhere"}
        return await self.offset_page(
            CampaignLead, "/campaign/GetLeadsFromCampaign", body, cursor=cursor, stream="enrolments", lane=lane
        )

    async def add_leads_to_campaign(self, campaign: str, leads: Sequence[tuple[str, NewLead]]) -> AddedLeads:
        """`campaign/AddLeadsToCampaignV2`, each with the id of its sender. Never resumes a campaign by itself."""
        pairs = [{"linkedInAccountId": int(account), "lead": lead.spelled()} for account, lead in leads]
        body = {
            "campaignId": campaign_number(campaign),
            "accountLeadPairs": pairs,
            "resumeFinishedCampaign": False,
            "resumePausedCampaign": False,
        }
        answer = await self.act("/campaign/AddLeadsToCampaignV2", body)
        return self.one(AddedLeads, self.decoded(answer), answer)

    async def overall_stats(
        self, *, campaigns: Sequence[str], accounts: Sequence[str] = (), start_day: str, end_day: str, lane: Lane
    ) -> OverallStats:
        """`stats/GetOverallStats` over whole days. An empty selection means everything."""
        body = _stats_request(campaigns, accounts, start_day, end_day)
        answer = await self.post("/stats/GetOverallStats", body, lane=lane)
        stats = self.one(OverallStats, self.envelope(answer), answer)
        if stats.overall_stats is None and stats.by_day_stats is None:
            raise self.http.unreadable(answer)
        return stats

    async def overall_stats_by_campaign(
        self, *, campaigns: Sequence[str], accounts: Sequence[str] = (), start_day: str, end_day: str, lane: Lane
    ) -> StatsByCampaign:
        """`stats/GetOverallStatsByCampaign`: slow, and quick to answer 429."""
        body = _stats_request(campaigns, accounts, start_day, end_day)
        answer = await self.post("/stats/GetOverallStatsByCampaign", body, lane=lane)
        return self.one(StatsByCampaign, self.envelope(answer), answer)

    async def all_accounts(self, *, cursor: str | None, lane: Lane) -> WirePage[LinkedInAccount]:
        """`li_account/GetAll`."""
        return await self.offset_page(
            LinkedInAccount, "/li_account/GetAll", {}, cursor=cursor, stream="senders", lane=lane
        )

    async def account_by_id(self, account: str, *, lane: Lane = Lane.OPEN_THREAD) -> LinkedInAccount:
        """`li_account/GetById`."""
        answer = await self.get("/li_account/GetById", {"accountId": account}, lane=lane)
        return self.one(LinkedInAccount, self.decoded(answer), answer)

    async def account_status(self, account: str, *, lane: Lane = Lane.OPEN_THREAD) -> AccountStatus:
        """`li_account/GetAccountStatus`."""
        answer = await self.get(f"/li_account/GetAccountStatus/{segment(account)}", lane=lane)
        return self.one(AccountStatus, self.envelope(answer), answer)


def _of_campaign(campaign: str) -> dict[str, str]:
    return {"campaignId": str(campaign_number(campaign))}


def _stats_request(
    campaigns: Sequence[str], accounts: Sequence[str], start_day: str, end_day: str
) -> dict[str, object]:
    return {
        "accountIds": [int(account) for account in accounts],
        "campaignIds": [campaign_number(campaign) for campaign in campaigns],
        "startDate": f"{start_day}T00:00:00.000Z",
        "endDate": f"{end_day}T23:59:59.999Z",
    }
