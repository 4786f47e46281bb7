"""HeyReach's operations and what they have in common."""

from __future__ import annotations

from starlette.datastructures import Headers

from simulator.answers import Answer, Call, Declined, Operation
from simulator.config import HEYREACH_PREFIX
from simulator.heyreach import blacklist, campaigns, inbox, leads, stats
from simulator.heyreach.asking import error
from simulator.serving import Rules
from simulator.simulation import Simulation
from simulator.workspace import Workspace


def _check(_: Call) -> Answer:
    """The key works: a bare 200."""
    return Answer()


_OPERATIONS = (
    Operation("auth/CheckApiKey", "GET", "/auth/CheckApiKey", _check),
    Operation("inbox/GetConversationsV3", "POST", "/inbox/GetConversationsV3", inbox.get_conversations_v3),
    Operation("inbox/GetConversationsV2", "POST", "/inbox/GetConversationsV2", inbox.get_conversations_v2),
    Operation(
        "inbox/GetChatroom",
        "GET",
        "/inbox/GetChatroom/{account_id:int}/{conversation_id:path}",
        inbox.get_chatroom,
    ),
    Operation("inbox/SendMessage", "POST", "/inbox/SendMessage", inbox.send_message),
    Operation("inbox/SetSeenStatus", "POST", "/inbox/SetSeenStatus", inbox.set_seen_status),
    Operation("campaign/GetAll", "POST", "/campaign/GetAll", campaigns.get_all),
    Operation("campaign/GetById", "GET", "/campaign/GetById", campaigns.get_by_id),
    Operation("campaign/Pause", "POST", "/campaign/Pause", campaigns.pause),
    Operation("campaign/Resume", "POST", "/campaign/Resume", campaigns.resume),
    Operation("campaign/StartCampaign", "POST", "/campaign/StartCampaign", campaigns.start),
    Operation("campaign/StopLeadInCampaign", "POST", "/campaign/StopLeadInCampaign", campaigns.stop_lead),
    Operation("campaign/GetCampaignsForLead", "POST", "/campaign/GetCampaignsForLead", campaigns.campaigns_for_lead),
    Operation("campaign/GetLeadsFromCampaign", "POST", "/campaign/GetLeadsFromCampaign", campaigns.leads_from_campaign),
    Operation("campaign/AddLeadsToCampaignV2", "POST", "/campaign/AddLeadsToCampaignV2", campaigns.add_leads),
    Operation("stats/GetOverallStats", "POST", "/stats/GetOverallStats", stats.overall_stats),
    Operation("stats/GetOverallStatsByCampaign", "POST", "/stats/GetOverallStatsByCampaign", stats.stats_by_campaign),
    Operation("li_account/GetAll", "POST", "/li_account/GetAll", leads.accounts),
    Operation("li_account/GetById", "GET", "/li_account/GetById", leads.account),
    Operation("li_account/GetAccountStatus", "GET", "/li_account/GetAccountStatus/{account_id}", leads.account_status),
    Operation("lead/GetLead", "POST", "/lead/GetLead", leads.lead),
    Operation("lead/GetTags", "POST", "/lead/GetTags", leads.tags),
    Operation("lead/AddTags", "POST", "/lead/AddTags", leads.add_tags),
    Operation("lead/ReplaceTags", "POST", "/lead/ReplaceTags", leads.replace_tags),
    Operation("lead_tags/CreateTags", "POST", "/lead_tags/CreateTags", leads.create_tags),
    Operation("blacklist/AddLeads", "POST", "/blacklist/AddLeads", blacklist.add_leads),
    Operation("blacklist/GetLeads", "POST", "/blacklist/GetLeads", blacklist.get_leads),
    Operation("list/GetAll", "POST", "/list/GetAll", leads.lists),
    Operation("list/GetById", "GET", "/list/GetById", leads.list_by_id),
    Operation("list/CreateEmptyList", "POST", "/list/CreateEmptyList", leads.create_list),
    Operation("list/AddLeadsToListV2", "POST", "/list/AddLeadsToListV2", leads.add_leads_to_list),
    Operation("list/GetLeadsFromList", "POST", "/list/GetLeadsFromList", leads.leads_from_list),
    Operation("list/GetListsForLead", "POST", "/list/GetListsForLead", leads.lists_for_lead),
)


def _authenticate(simulation: Simulation, headers: Headers) -> Workspace:
    """The workspace of `X-API-KEY`. A refusal is a bare sentence without a content type."""
    key = headers.get("x-api-key")
    if not key:
        raise Declined(Answer(401, text="Missing API key"))
    found = simulation.world.workspaces.get(key)
    if found is None or found.provider != "heyreach":
        raise Declined(Answer(401, text="Invalid API key"))
    return found


def _permit(_workspace: Workspace, _operation: Operation) -> None:
    """A HeyReach key may do everything."""


def _error(status: int, message: str) -> Answer:
    """An error; a refused key is told in plain text."""
    return Answer(401, text="Invalid API key") if status == 401 else error(status, message)


RULES = Rules(
    provider="heyreach",
    prefix=HEYREACH_PREFIX,
    operations=_OPERATIONS,
    authenticate=_authenticate,
    permit=_permit,
    error=_error,
    too_many=Answer(429),
    per_minute=lambda simulation: simulation.config.heyreach_per_minute,
)
