"""NetworkHQ's 14 operations and what they have in common."""

from __future__ import annotations

from starlette.datastructures import Headers

from simulator.answers import Declined, Operation
from simulator.config import NETWORKHQ_PREFIX
from simulator.networkhq import inbox, leads, outreach
from simulator.networkhq.asking import error
from simulator.serving import Rules
from simulator.simulation import Simulation
from simulator.workspace import Workspace

_OPERATIONS = (
    Operation("campaigns", "GET", "/campaigns", outreach.campaigns, "campaigns:read"),
    Operation("campaign_leads", "GET", "/campaigns/{campaign_id}/leads", outreach.campaign_leads, "campaigns:read"),
    Operation("linkedin_accounts", "GET", "/linkedin_accounts", outreach.linkedin_accounts, "linkedin_accounts:read"),
    Operation("lead_lists", "GET", "/lead_lists", leads.lead_lists, "lead_lists:read"),
    Operation("create_lead_lists", "POST", "/lead_lists", leads.create_lead_lists, "lead_lists:write"),
    Operation("lead_list", "GET", "/lead_lists/{lead_list_id}", leads.lead_list, "lead_lists:read"),
    Operation("lead_list_leads", "GET", "/lead_lists/{lead_list_id}/leads", leads.lead_list_leads, "lead_lists:read"),
    Operation("add_leads", "POST", "/lead_lists/{lead_list_id}/leads", leads.add_leads, "leads:write"),
    Operation("leads", "GET", "/leads", leads.leads, "leads:read"),
    Operation("lead", "GET", "/leads/{lead_id}", leads.lead, "leads:read"),
    Operation("enrich", "POST", "/leads/{lead_id}/enrich", leads.enrich, "leads:write"),
    Operation("conversations", "GET", "/conversations", inbox.conversations, "conversations:read"),
    Operation("conversation", "GET", "/conversations/{conversation_id}", inbox.conversation, "conversations:read"),
    Operation("send", "POST", "/conversations/{conversation_id}/messages", inbox.send, "conversations:write"),
)


def _authenticate(simulation: Simulation, headers: Headers) -> Workspace:
    """The workspace of the bearer's key."""
    scheme, _, key = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        raise Declined(error(401, "Missing API key"))
    found = simulation.world.workspaces.get(key.strip())
    if found is None or found.provider != "networkhq":
        raise Declined(error(401, "Invalid API key"))
    return found


def _permit(workspace: Workspace, operation: Operation) -> None:
    """A key may do what its scopes name."""
    if operation.scope not in workspace.scopes:
        raise Declined(error(403, f"Missing scope: {operation.scope}"))


RULES = Rules(
    provider="networkhq",
    prefix=NETWORKHQ_PREFIX,
    operations=_OPERATIONS,
    authenticate=_authenticate,
    permit=_permit,
    error=error,
    too_many=error(429, "Too many requests"),
    per_minute=lambda simulation: simulation.config.networkhq_per_minute,
)
