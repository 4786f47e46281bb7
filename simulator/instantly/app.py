"""Instantly's operations that a view of inbox, campaigns and leads needs, and what they have in common."""

from __future__ import annotations

from starlette.datastructures import Headers

from simulator.answers import Declined, Operation
from simulator.config import EVERYTHING, INSTANTLY_PREFIX
from simulator.instantly import inbox, leads, outreach
from simulator.instantly.asking import error
from simulator.serving import Rules
from simulator.simulation import Simulation
from simulator.workspace import Workspace

_MAILS = "mails"
_CAMPAIGNS, _LEADS, _CHANGE = "campaigns:read", "leads:read", "leads:update"

_OPERATIONS = (
    Operation("emails", "GET", "/emails", inbox.emails, "emails:read", _MAILS),
    Operation("unread_count", "GET", "/emails/unread/count", inbox.unread_count, "emails:read"),
    Operation("reply", "POST", "/emails/reply", inbox.reply, "emails:create"),
    Operation("mark_read", "POST", "/emails/threads/{thread_id}/mark-as-read", inbox.mark_read, "emails:update"),
    Operation("email", "GET", "/emails/{email_id}", inbox.email, "emails:read", _MAILS),
    Operation("patch_email", "PATCH", "/emails/{email_id}", inbox.patch_email, "emails:update"),
    Operation("campaigns", "GET", "/campaigns", outreach.campaigns, _CAMPAIGNS),
    Operation("search_by_contact", "GET", "/campaigns/search-by-contact", outreach.search_by_contact, _CAMPAIGNS),
    Operation("analytics", "GET", "/campaigns/analytics", outreach.analytics, _CAMPAIGNS),
    Operation("overview", "GET", "/campaigns/analytics/overview", outreach.overview, _CAMPAIGNS),
    Operation("daily", "GET", "/campaigns/analytics/daily", outreach.daily, _CAMPAIGNS),
    Operation("steps", "GET", "/campaigns/analytics/steps", outreach.steps, _CAMPAIGNS),
    Operation("campaign", "GET", "/campaigns/{campaign_id}", outreach.campaign, _CAMPAIGNS),
    Operation("activate", "POST", "/campaigns/{campaign_id}/activate", outreach.activate, "campaigns:update"),
    Operation("pause", "POST", "/campaigns/{campaign_id}/pause", outreach.pause, "campaigns:update"),
    Operation("sending_status", "GET", "/campaigns/{campaign_id}/sending-status", outreach.sending_status, _CAMPAIGNS),
    Operation("create_lead", "POST", "/leads", leads.create_lead, "leads:create"),
    Operation("list_leads", "POST", "/leads/list", leads.list_leads, _LEADS),
    Operation("move_leads", "POST", "/leads/move", leads.move_leads, _CHANGE),
    Operation("update_interest", "POST", "/leads/update-interest-status", leads.update_interest, _CHANGE),
    Operation("lead", "GET", "/leads/{lead_id}", leads.lead, _LEADS),
    Operation("patch_lead", "PATCH", "/leads/{lead_id}", leads.patch_lead, _CHANGE),
    Operation("lists", "GET", "/lead-lists", leads.lists, "lead_lists:read"),
    Operation("create_list", "POST", "/lead-lists", leads.create_list, "lead_lists:create"),
    Operation("list", "GET", "/lead-lists/{list_id}", leads.one_list, "lead_lists:read"),
    Operation("labels", "GET", "/lead-labels", leads.labels, "lead-labels:read"),
    Operation("blocked", "GET", "/block-lists-entries", leads.blocked, "block_list_entries:read"),
    Operation("block", "POST", "/block-lists-entries", leads.block, "block_list_entries:create"),
    Operation("unblock", "DELETE", "/block-lists-entries/{entry_id}", leads.unblock, "block_list_entries:delete"),
    Operation("jobs", "GET", "/background-jobs", leads.jobs, "background-jobs:read"),
    Operation("job", "GET", "/background-jobs/{job_id}", leads.job, "background-jobs:read"),
    Operation("accounts", "GET", "/accounts", outreach.accounts, "accounts:read"),
    Operation("vitals", "POST", "/accounts/test/vitals", outreach.vitals, "accounts:read"),
    Operation("warmup", "POST", "/accounts/warmup-analytics", outreach.warmup, "accounts:read"),
    Operation("account", "GET", "/accounts/{email}", outreach.account, "accounts:read"),
    Operation("workspace", "GET", "/workspaces/current", outreach.current_workspace, "workspaces:read"),
    Operation("tags", "GET", "/custom-tags", inbox.nothing, "custom_tags:read"),
    Operation("webhooks", "GET", "/webhooks", inbox.nothing, "webhooks:read"),
)


def _authenticate(simulation: Simulation, headers: Headers) -> Workspace:
    """The workspace of the bearer's key."""
    scheme, _, key = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        raise Declined(error(401, "Missing authorization header"))
    found = simulation.world.workspaces.get(key.strip())
    if found is None or found.provider != "instantly":
        raise Declined(error(401, "Invalid API key"))
    return found


def _permit(workspace: Workspace, operation: Operation) -> None:
    """A key may do what its scopes name. That it may not is told as a 401, against what is documented."""
    if EVERYTHING not in workspace.scopes and operation.scope not in workspace.scopes:
        found = ", ".join(sorted(workspace.scopes))
        raise Declined(error(401, f"Invalid scope. Required: {operation.scope}. Found: {found}"))


RULES = Rules(
    provider="instantly",
    prefix=INSTANTLY_PREFIX,
    operations=_OPERATIONS,
    authenticate=_authenticate,
    permit=_permit,
    error=error,
    too_many=error(429, "Rate limit exceeded"),
    per_minute=lambda simulation: simulation.config.instantly_per_minute,
    narrow=lambda simulation: {_MAILS: simulation.config.instantly_mails_per_minute},
)
