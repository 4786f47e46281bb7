"""HeyReach's campaigns, senders and figures in Postroom's words. Pure."""

from __future__ import annotations

import math
import re

from postroom.records import (
    Campaign,
    CampaignState,
    Enrolment,
    EnrolmentState,
    Health,
    Micros,
    Sender,
    Statistics,
    StatisticsDay,
)
from providers.heyreach.wire import (
    CampaignForLead,
    CampaignLead,
    Counts,
    HeyReachCampaign,
    LinkedInAccount,
    OverallStats,
    ProgressStats,
)
from providers.shaping import identifier, known_name, line, mapped
from providers.wire import RawTime, micros, number

_CAMPAIGN_STATES = {
    "draft": CampaignState.DRAFT,
    "scheduled": CampaignState.RUNNING,
    "starting": CampaignState.RUNNING,
    "inprogress": CampaignState.RUNNING,
    "paused": CampaignState.PAUSED,
    "finished": CampaignState.FINISHED,
    "failed": CampaignState.FAILED,
    "canceled": CampaignState.CANCELED,
}
_LEAD_STATES = {
    "pending": EnrolmentState.ACTIVE,
    "insequence": EnrolmentState.ACTIVE,
    "pendingorexcludedtobecalculated": EnrolmentState.ACTIVE,
    "finished": EnrolmentState.STOPPED,
    "failed": EnrolmentState.STOPPED,
    "excluded": EnrolmentState.STOPPED,
}
"""“Paused” is missing on purpose: nothing goes out now, but it may again."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def campaign(wire: HeyReachCampaign) -> Campaign:
    """A campaign with its totals."""
    return Campaign(
        id=wire.id,
        name=line(wire.name) or f"Campaign {line(wire.id)}",
        state=campaign_state(wire.status),
        state_raw=line(wire.status),
        totals=_totals(wire.progress_stats or ProgressStats()),
        sender_ids=tuple(wire.campaign_account_ids or ()),
        created_at=micros(wire.creation_time),
    )


def campaign_state(status: str | None) -> CampaignState:
    """What HeyReach's word allows."""
    return mapped(status, _CAMPAIGN_STATES, CampaignState.UNKNOWN)


def enrolment_of_lead(wire: CampaignForLead, *, lead_id: str, lead_url: str | None) -> Enrolment:
    """One campaign of a lead, as `GetCampaignsForLead` tells it."""
    return Enrolment(
        campaign_id=wire.campaign_id,
        campaign_name=line(wire.campaign_name),
        state=mapped(wire.lead_status, _LEAD_STATES, EnrolmentState.UNKNOWN),
        state_raw=line(wire.lead_status),
        campaign_state=campaign_state(wire.campaign_status),
        lead_id=lead_id,
        lead_url=lead_url,
        enrolled_at=micros(wire.creation_time),
    )


def enrolment_in_campaign(wire: CampaignLead, *, campaign_id: str) -> Enrolment | None:
    """One lead of a campaign. None when it says nothing that a conversation could be joined on."""
    url = identifier(wire.linked_in_user_profile.profile_url) if wire.linked_in_user_profile else None
    if url is None:
        return None
    return Enrolment(
        campaign_id=campaign_id,
        campaign_name="",
        state=mapped(wire.lead_campaign_status, _LEAD_STATES, EnrolmentState.UNKNOWN),
        state_raw=line(wire.lead_campaign_status),
        campaign_state=CampaignState.UNKNOWN,
        lead_id=url,
        lead_url=url,
        enrolled_at=micros(wire.creation_time),
        note=line(wire.lead_campaign_status_message) or line(wire.error_code),
    )


def sender(wire: LinkedInAccount, *, now: Micros) -> Sender:
    """A LinkedIn seat and whether it can send at `now`."""
    health, note = _health(wire, now)
    return Sender(
        id=wire.id,
        name=known_name(wire.first_name, wire.last_name),
        health=health,
        note=note,
        profile_url=identifier(wire.profile_url),
        email=line(wire.email_address) or None,
    )


def statistics(wire: OverallStats) -> Statistics:
    """Figures per day and in all."""
    days = sorted((wire.by_day_stats or {}).items())
    overall = wire.overall_stats or Counts()
    return Statistics(
        days=tuple(StatisticsDay(key[:10], _counts(counts)) for key, counts in days if _DAY.match(key)),
        totals=_counts(overall),
        rates=_rates(overall),
    )


def _totals(stats: ProgressStats) -> dict[str, int]:
    """The totals that are counts: the one in progress is a residual, and below zero it says nothing."""
    named = {
        "leads": stats.total_users,
        "in progress": stats.total_users_in_progress,
        "pending": stats.total_users_pending,
        "finished": stats.total_users_finished,
        "failed": stats.total_users_failed,
        "stopped": stats.total_users_manually_stopped,
        "excluded": stats.total_users_excluded,
    }
    return _only_counts(named)


def _counts(counts: Counts) -> dict[str, int]:
    named = {
        "messages sent": counts.messages_sent,
        "replies": counts.total_message_replies,
        "conversations started": counts.total_message_started,
        "connections sent": counts.connections_sent,
        "connections accepted": counts.connections_accepted,
        "inmails sent": counts.inmail_messages_sent,
        "inmail replies": counts.total_inmail_replies,
        "leads contacted": counts.unique_leads_contacted,
        "profile views": counts.profile_views,
        "post likes": counts.post_likes,
        "follows": counts.follows,
    }
    return _only_counts(named)


def _only_counts(named: dict[str, int | None]) -> dict[str, int]:
    known = ((name, number(value)) for name, value in named.items())
    return {name: value for name, value in known if value is not None and value >= 0}


def _rates(counts: Counts) -> dict[str, float]:
    named = {
        "reply rate": counts.message_reply_rate,
        "inmail reply rate": counts.in_mail_reply_rate,
        "acceptance rate": counts.connection_acceptance_rate,
    }
    known = ((name, _ratio(value)) for name, value in named.items())
    return {name: value for name, value in known if value is not None}


def _ratio(value: float | None) -> float | None:
    """A ratio from 0 to 1, also where a percentage came instead."""
    if value is None or not math.isfinite(value) or not 0 <= value <= 100:
        return None
    return value if value <= 1 else value / 100


def _health(wire: LinkedInAccount, now: Micros) -> tuple[Health, str]:
    if wire.auth_is_valid is False:
        return Health.BROKEN, "Signed out of LinkedIn. Reconnect it in HeyReach."
    if wire.is_active is False:
        return Health.BROKEN, "Switched off in HeyReach."
    if wire.auth_is_valid is None:
        return Health.UNKNOWN, "HeyReach does not say whether it is signed in."
    for what, until in (("InMails", wire.in_mail_cooldown), ("connection requests", wire.connection_request_cooldown)):
        if _is_ahead(until, now):
            return Health.COOLING, f"LinkedIn holds back {what} until {line(str(until))[:10]}."
    return Health.GOOD, ""


def _is_ahead(time: RawTime, now: Micros) -> bool:
    moment = micros(time)
    return moment is not None and moment > now
