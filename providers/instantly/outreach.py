"""Instantly's campaigns, leads, mailboxes and figures in Postroom's words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from postroom.records import (
    Campaign,
    CampaignState,
    Enrolment,
    EnrolmentState,
    Health,
    Sender,
    Statistics,
    StatisticsDay,
    Verdict,
)
from providers.instantly.wire import (
    Account,
    CampaignAnalytics,
    Day,
    InstantlyCampaign,
    InstantlyLead,
    Overview,
    SendingStatus,
    Step,
    VitalsRow,
    WarmupCounts,
)
from providers.shaping import identifier, known_name, line
from providers.wire import micros, number

# Three sets of numbers that look alike and are not: campaigns, leads and mailboxes.
_CAMPAIGN_STATES: dict[int, tuple[CampaignState, str]] = {
    0: (CampaignState.DRAFT, "Draft"),
    1: (CampaignState.RUNNING, "Active"),
    2: (CampaignState.PAUSED, "Paused"),
    3: (CampaignState.FINISHED, "Completed"),
    4: (CampaignState.RUNNING, "Running Subsequences"),
    -1: (CampaignState.FAILED, "Accounts Unhealthy"),
    -2: (CampaignState.FAILED, "Bounce Protect"),
    -99: (CampaignState.UNKNOWN, "Account Suspended"),
}
_LEAD_STATES: dict[int, tuple[EnrolmentState, str]] = {
    1: (EnrolmentState.ACTIVE, "Active"),
    2: (EnrolmentState.UNKNOWN, "Paused"),
    3: (EnrolmentState.STOPPED, "Completed"),
    -1: (EnrolmentState.STOPPED, "Bounced"),
    -2: (EnrolmentState.STOPPED, "Unsubscribed"),
    -3: (EnrolmentState.STOPPED, "Skipped"),
}
"""A paused lead is left open on purpose: nothing goes out now, but it may again."""
_ACCOUNT_STATES: dict[int, tuple[Health, str]] = {
    1: (Health.GOOD, ""),
    2: (Health.COOLING, "Paused in Instantly."),
    3: (Health.COOLING, "Instantly is doing maintenance on this mailbox."),
    -1: (Health.BROKEN, "Instantly cannot connect to this mailbox. Reconnect it in Instantly."),
    -2: (Health.BROKEN, "Too many soft bounces: Instantly has stopped this mailbox."),
    -3: (Health.BROKEN, "Instantly reports an error when this mailbox sends. Look at it in Instantly."),
}
_IDLE = {
    1: "outside its schedule",
    2: "waiting for a lead",
    3: "its daily limit is reached",
    4: "its mailboxes' limits are reached",
    99: "an error at Instantly",
}
"""Why an active campaign sends nothing at the moment."""
_VERDICTS = {
    0: (Verdict.OUT_OF_OFFICE, "Out of office"),
    1: (Verdict.INTERESTED, "Interested"),
    2: (Verdict.MEETING, "Meeting booked"),
    3: (Verdict.MEETING, "Meeting completed"),
    4: (Verdict.MEETING, "Won"),
    -1: (Verdict.NOT_INTERESTED, "Not interested"),
    -2: (Verdict.WRONG_PERSON, "Wrong person"),
    -3: (Verdict.NOT_INTERESTED, "Lost"),
    -4: (Verdict.LATER, "No show"),
}
INTEREST: dict[Verdict, int | None] = {
    Verdict.NONE: None,
    Verdict.INTERESTED: 1,
    Verdict.MEETING: 2,
    Verdict.OUT_OF_OFFICE: 0,
    Verdict.NOT_INTERESTED: -1,
    Verdict.WRONG_PERSON: -2,
}
"""What a verdict is called at Instantly. Those that it has no word for are missing."""
_POOR_WARMUP = 80.0


def campaign(wire: InstantlyCampaign, totals: CampaignAnalytics | None = None) -> Campaign:
    """A campaign, with its totals where some are known."""
    state, word = campaign_state(wire.status)
    idle = _IDLE.get(wire.not_sending_status or 0, "")
    if state is CampaignState.RUNNING and idle:
        word = f"{word}: {idle}"
    return Campaign(
        id=wire.id,
        name=line(wire.name) or f"Campaign {line(wire.id)}",
        state=state,
        state_raw=word,
        totals=_totals(totals) if totals is not None else {},
        sender_ids=tuple(email for each in wire.email_list or () if (email := identifier(each.strip().lower()))),
        created_at=micros(wire.timestamp_created),
    )


def campaign_state(status: int | None) -> tuple[CampaignState, str]:
    """What a campaign's number means."""
    if status is None:
        return CampaignState.UNKNOWN, ""
    return _CAMPAIGN_STATES.get(status, (CampaignState.UNKNOWN, f"status {status}"))


def enrolment(wire: InstantlyLead, of: InstantlyCampaign | None = None) -> Enrolment | None:
    """A lead in its campaign. None when it is in none, or says nothing that a conversation could be joined on."""
    email = address(wire.email)
    if wire.campaign is None or not email:
        return None
    status = wire.status
    state, word = (
        (EnrolmentState.UNKNOWN, "")
        if status is None
        else _LEAD_STATES.get(status, (EnrolmentState.UNKNOWN, f"status {status}"))
    )
    return Enrolment(
        campaign_id=wire.campaign,
        campaign_name=line(of.name) if of else "",
        state=state,
        state_raw=word,
        campaign_state=campaign_state(of.status)[0] if of else CampaignState.UNKNOWN,
        lead_id=email,
        lead_email=email,
        enrolled_at=micros(wire.timestamp_created),
    )


def verdict(status: float | None, labels: Mapping[int, str]) -> tuple[Verdict, str]:
    """What an interest status means, and its word; one of the workspace's own shows its label."""
    value = number(status)
    if value is None:
        return Verdict.NONE, ""
    return _VERDICTS.get(value, (Verdict.NONE, labels.get(value, f"interest status {value}")))


def sender(wire: Account, vitals: VitalsRow | None = None, warmup: WarmupCounts | None = None) -> Sender:
    """A mailbox, whether it can send, and what may keep its mail out of inboxes."""
    health, note = Health.UNKNOWN, "Instantly does not say how it is."
    if wire.status is not None:
        health, note = _ACCOUNT_STATES.get(wire.status, (Health.UNKNOWN, f"Instantly calls it “status {wire.status}”."))
    if wire.setup_pending and health is Health.GOOD:
        health, note = Health.COOLING, "Its set-up at Instantly is not finished."
    if health is Health.GOOD:
        note = " ".join(filter(None, (_dns_note(vitals), _warmup_note(wire, warmup))))
    email = wire.email.lower()
    return Sender(
        id=email,
        name=known_name(wire.first_name, wire.last_name) or line(email),
        health=health,
        note=note,
        email=email,
    )


def statistics(overview: Overview, days: Sequence[Day], steps: Sequence[Step]) -> Statistics:
    """One campaign over some days, and what each of its steps did."""
    listed = {
        day.date[:10]: _counts(
            {
                "messages sent": day.sent,
                "replies": day.unique_replies if day.unique_replies is not None else day.replies,
                "automatic replies": day.replies_automatic,
                "opened": day.unique_opened,
                "clicked": day.unique_clicks,
            }
        )
        for day in days
    }
    replies = overview.reply_count_unique if overview.reply_count_unique is not None else overview.reply_count
    totals = _counts(
        {
            "messages sent": overview.emails_sent_count,
            "contacted": overview.contacted_count,
            "replies": replies,
            "automatic replies": overview.reply_count_automatic,
            "bounced": overview.bounced_count,
            "interested": overview.total_interested,
            "meetings": overview.total_meeting_booked,
        }
    )
    for step in steps:
        name = f"step {_counted_from_one(step.step)}{_variant(step.variant)}"
        totals |= _counts({f"{name} sent": step.sent, f"{name} replies": step.unique_replies})
    contacted = totals.get("contacted", 0)
    rates = {} if not contacted else {"reply rate": min(1.0, totals.get("replies", 0) / contacted)}
    return Statistics(tuple(StatisticsDay(day, listed[day]) for day in sorted(listed)), totals, rates)


def why_not_sending(wire: SendingStatus) -> str:
    """Why a campaign is not sending, in one sentence; empty when it is, or when nobody knows."""
    said = line(wire.summary.status_message) if wire.summary else ""
    word = (wire.diagnostics.status if wire.diagnostics else None) or (wire.summary.status if wire.summary else None)
    if not word or word == "healthy":
        return ""
    return said or f"Instantly says: {line(word).replace('_', ' ')}."


def address(email: str | None) -> str:
    """An email address as ids are made of it; empty for none."""
    kept = identifier((email or "").strip().lower())
    return kept if kept and "@" in kept and " " not in kept else ""


def _totals(wire: CampaignAnalytics) -> dict[str, int]:
    return _counts(
        {
            "leads": wire.leads_count,
            "contacted": wire.contacted_count,
            "finished": wire.completed_count,
            "messages sent": wire.emails_sent_count,
            "replies": wire.reply_count,
            "bounced": wire.bounced_count,
            "unsubscribed": wire.unsubscribed_count,
        }
    )


def _counts(named: Mapping[str, int | None]) -> dict[str, int]:
    known = ((name, number(value)) for name, value in named.items())
    return {name: value for name, value in known if value is not None and value >= 0}


def _counted_from_one(step: str | None) -> str:
    """A step as people count: Instantly begins at 0."""
    text = line(step)
    return str(int(text) + 1) if text.isascii() and text.isdigit() and len(text) < 5 else text or "?"


def _variant(variant: str | None) -> str:
    text = line(variant)
    return chr(ord("A") + int(text)) if text.isascii() and text.isdigit() and int(text) < 26 else text


def _dns_note(vitals: VitalsRow | None) -> str:
    if vitals is None or vitals.allPass is not False:
        return ""
    checks = {"MX": vitals.mx, "SPF": vitals.spf, "DKIM": vitals.dkim, "DMARC": vitals.dmarc}
    failed = ", ".join(name for name, passed in checks.items() if passed is False)
    return f"Its domain fails {failed or 'a DNS check'}, so its mail may be taken for spam."


def _warmup_note(wire: Account, warmup: WarmupCounts | None) -> str:
    score = warmup.health_score if warmup is not None and warmup.health_score is not None else wire.stat_warmup_score
    value = number(score)
    return f"Its warm-up score is {value} of 100." if value is not None and 0 < value < _POOR_WARMUP else ""
