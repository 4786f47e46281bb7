"""NetworkHQ's campaigns (in camelCase, unlike everything else), the leads in them, and the LinkedIn accounts."""

from __future__ import annotations

from simulator.answers import Answer, Call, Json
from simulator.campaigns import Campaign, LeadState
from simulator.clock import DAY, written
from simulator.dice import Dice, mix
from simulator.networkhq.asking import by_position, lead_id, page, refused
from simulator.workspace import Sender

_STATES = {
    "DRAFT": "draft",
    "SCHEDULED": "draft",
    "IN_PROGRESS": "started",
    "STARTING": "started",
    "PAUSED": "paused",
    "FAILED": "paused",
    "FINISHED": "completed",
    "CANCELED": "completed",
}
_LEAD_STATES: dict[LeadState, tuple[str, str]] = {
    "Pending": ("active", "queued"),
    "InSequence": ("active", "active"),
    "Finished": ("completed", "completed"),
    "Paused": ("paused", "paused"),
    "Failed": ("failed", "failed"),
    "Excluded": ("excluded", "excluded"),
}
_ACTIONS = ("view_profile", "send_connection", "send_message", "send_inmail", "like_post", "follow_lead")
_LIMITS = ("follows", "messages", "inmails", "connection_requests", "profile_views", "post_likes", "comments")


def campaigns(call: Call) -> Answer:
    """A page of campaigns."""
    rows, rank_of = by_position(call.workspace.campaigns)
    return page(call, "campaigns", rows, rank_of, lambda row: _campaign(call, row[1]))


def campaign_leads(call: Call) -> Answer:
    """A page of a campaign's leads: the only way to learn which campaign a conversation belongs to."""
    campaign = call.workspace.campaign(call.path["campaign_id"])
    if campaign is None:
        raise refused(404, "Campaign not found")
    rows, rank_of = by_position(campaign.members)
    return page(call, f"leads {campaign.id}", rows, rank_of, lambda row: _campaign_lead(call, campaign, row[1]))


def linkedin_accounts(call: Call) -> Answer:
    """A page of senders."""
    rows, rank_of = by_position(call.workspace.senders)
    return page(call, "accounts", rows, rank_of, lambda row: _account(call, row[1]))


def _campaign(call: Call, made: Campaign) -> Json:
    """A campaign with its five counters."""
    leads = len(made.members)
    seats = [call.workspace.senders[index] for index in made.senders]
    return {
        "id": made.id,
        "name": made.name,
        "status": _STATES[made.state_at(call.now)],
        "totalLeads": leads,
        "connectionsSent": leads * 9 // 10,
        "messagesSent": leads * 7 // 5,
        "repliesReceived": leads * 2 // 5,
        "connectionRequestsAccepted": leads * 6 // 10,
        "linkedinAccounts": [{"id": seat.id, "profileName": _name(seat)} for seat in seats],
        "createdAt": written(made.created_at),
        "updatedAt": written(made.resumed_at or made.started_at or made.created_at),
    }


def _campaign_lead(call: Call, made: Campaign, number: int) -> Json:
    """A lead in a campaign. A few have been removed from the workspace: nothing of them is left but the row."""
    workspace = call.workspace
    who, seat = workspace.person(number), workspace.senders[made.members[number]]
    dice = Dice(workspace.seed, 81, made.index, number)
    status, display = _LEAD_STATES[made.lead_state(workspace.seed, number)]
    enrolled = made.created_at + dice.below(3 * DAY)
    gone = dice.percent(2)
    shown = {
        "id": lead_id(number),
        "name": who.name,
        "first_name": who.first,
        "last_name": who.last,
        "company": who.company,
        "linkedin_url": who.url,
    }
    done = [{action: "successful" if dice.percent(80) else None} for action in _ACTIONS[: dice.between(1, 4)]]
    return {
        "id": f"cl_{mix(made.index, number):016x}",
        "campaign_id": made.id,
        "lead": dict.fromkeys(shown) if gone else shown,
        "status": status,
        "display_status": display,
        "excluded_reason": "already_contacted" if status == "excluded" else None,
        "priority": dice.pick(("high", "medium", "low", "unknown")),
        "intent": None,
        "intent_source": None,
        "intent_reason": None,
        "intent_set_at": None,
        "sender": {"id": seat.id, "profile_name": _name(seat), "status": _status(seat)},
        "actions_performed": done,
        "parked_reason": None,
        "enrolled_at": written(enrolled),
        "next_action_at": written(call.now + dice.below(3 * DAY)) if status == "active" else None,
        "completed_at": written(min(enrolled + 9 * DAY, call.now)) if status == "completed" else None,
        "created_at": written(enrolled),
        "updated_at": written(enrolled + DAY),
    }


def _account(call: Call, seat: Sender) -> Json:
    """A LinkedIn account. One has never finished connecting."""
    anchor = call.world.clock.anchor
    return {
        "id": seat.id,
        "profile_name": _name(seat),
        "profile_url": None if seat.index == 5 else seat.person.url,
        "profile_picture_url": None,
        "status": _status(seat),
        "account_tier": "sales_navigator" if seat.navigator else "regular",
        "sending_limits": {**{f"max_{what}_per_day": 25 for what in _LIMITS}, "warmup_enabled": seat.index == 2},
        "connection_count": None if seat.index == 5 else 800 + mix(call.workspace.seed, 82, seat.index) % 4000,
        "pending_invite_count": None if seat.index == 5 else 34,
        "last_ran_at": None if seat.index == 5 else written(anchor - 120_000_000),
        "cooldown_until": written(anchor + 3 * DAY) if seat.cooling else None,
        "created_at": written(anchor - 300 * DAY),
        "updated_at": written(anchor - 120_000_000),
    }


def _status(seat: Sender) -> str:
    return "awaiting_code" if seat.index == 5 else "connected" if seat.usable else "disconnected"


def _name(seat: Sender) -> str | None:
    return None if seat.index == 5 else seat.person.name
