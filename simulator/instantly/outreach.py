"""Instantly's campaigns, their figures, and the mailboxes that send."""

from __future__ import annotations

from simulator.answers import Answer, Call, Json
from simulator.campaigns import Campaign
from simulator.clock import DAY, day_start, read_time, written
from simulator.dice import Dice
from simulator.instantly.asking import fields, known_campaign, page, refused, texts
from simulator.workspace import Sender

_STATES = {
    "DRAFT": 0,
    "SCHEDULED": 0,
    "STARTING": 1,
    "IN_PROGRESS": 1,
    "PAUSED": 2,
    "FINISHED": 3,
    "CANCELED": -99,
    "FAILED": -1,
}
_WORDS = {
    0: "campaign_draft",
    1: "healthy",
    2: "campaign_paused",
    3: "campaign_completed",
    4: "campaign_running_subsequences",
    -1: "campaign_accounts_unhealthy",
    -99: "campaign_account_suspended",
}


def campaigns(call: Call) -> Answer:
    """A page of campaigns."""
    return page(call, call.workspace.campaigns, lambda made: _campaign(call, made), lambda made: made.id)


def campaign(call: Call) -> Answer:
    """One campaign."""
    return Answer(json=_campaign(call, known_campaign(call)))


def activate(call: Call) -> Answer:
    """Start or resume."""
    found = known_campaign(call)
    if found.state == "CANCELED":
        raise refused(400, "Account suspended")
    call.world.record(call.workspace, "resume", campaign=found.id)
    return Answer(json=_campaign(call, found))


def pause(call: Call) -> Answer:
    """Pause."""
    found = known_campaign(call)
    call.world.record(call.workspace, "pause", campaign=found.id)
    return Answer(json=_campaign(call, found))


def sending_status(call: Call) -> Answer:
    """Why it is sending, or is not."""
    found = known_campaign(call)
    word = _WORDS[_state(call, found)]
    if word == "healthy" and found.index % 3 == 1:
        word = "out_of_schedule"
    return Answer(
        json={
            "diagnostics": {
                "campaign_id": found.id,
                "last_updated": written(call.now),
                "status": word,
                "issue_tracking": {},
            },
            "summary": {"status": word, "status_message": None},
        }
    )


def search_by_contact(call: Call) -> Answer:
    """The campaigns that an address is in."""
    workspace = call.workspace
    number = workspace.by_email().get(call.query.get("search", "").lower())
    found = [
        made
        for made in (workspace.campaigns_of(number) if number is not None else [])
        if (moved := workspace.moved.get((made.index, number or 0))) is None or call.now < moved[0]
    ]
    return Answer(json={"items": [_campaign(call, made) for made in found]})


def analytics(call: Call) -> Answer:
    """Totals of each campaign that has sent something."""
    wanted = call.query.get("id")
    rows = [
        _totals(call, made)
        for made in call.workspace.campaigns
        if made.started_at is not None and wanted in {None, made.id}
    ]
    return Answer(json=rows)


def overview(call: Call) -> Answer:
    """Totals over the days asked for."""
    days = [counts for _, counts in _days(call, call.query.get("id", ""))]
    sent = sum(counts["sent"] for counts in days)
    replies = sum(counts["unique_replies"] for counts in days)
    return Answer(
        json={
            "contacted_count": sent * 2 // 3,
            "new_leads_contacted_count": sent // 2,
            "emails_sent_count": sent,
            "open_count": sent // 2,
            "open_count_unique": sent // 3,
            "reply_count": replies + replies // 5,
            "reply_count_unique": replies,
            "reply_count_automatic": replies // 6,
            "link_click_count_unique": sent // 20,
            "bounced_count": sent // 50,
            "unsubscribed_count": sent // 90,
            "total_opportunities": replies // 3,
            "total_interested": replies // 3,
            "total_meeting_booked": replies // 9,
        }
    )


def daily(call: Call) -> Answer:
    """What was done on each day on which something was done."""
    rows = [{"date": written(day, 0)[:10], **counts} for day, counts in _days(call, call.query.get("campaign_id", ""))]
    return Answer(json=[row for row in rows if row["sent"]])


def steps(call: Call) -> Answer:
    """What each step did."""
    sent = sum(counts["sent"] for _, counts in _days(call, call.query.get("campaign_id", "")))
    rows: list[Json] = [
        {
            "step": str(step),
            "variant": "0",
            "sent": sent // (2 + step),
            "opened": sent // 4,
            "unique_opened": sent // 5,
            "replies": sent // (30 + 10 * step),
            "unique_replies": sent // (35 + 10 * step),
        }
        for step in range(3)
    ]
    return Answer(json=rows if sent else [])


def accounts(call: Call) -> Answer:
    """A page of mailboxes."""
    return page(call, call.workspace.senders, lambda seat: _account(call, seat), lambda seat: seat.id)


def account(call: Call) -> Answer:
    """One mailbox."""
    found = call.workspace.sender(call.path["email"])
    if found is None:
        raise refused(404, "Account not found")
    return Answer(json=_account(call, found))


def vitals(call: Call) -> Answer:
    """What the DNS of the mailboxes' domains says."""
    domains = sorted({email.rpartition("@")[2] for email in texts(fields(call, required=("accounts",)), "accounts")})
    rows = [
        {"domain": domain, "allPass": True, "mx": True, "spf": True, "dkim": True, "dmarc": True} for domain in domains
    ]
    return Answer(json={"status": "success", "success_list": rows, "failure_list": []})


def warmup(call: Call) -> Answer:
    """How warm-up goes."""
    emails = texts(fields(call, required=("emails",)), "emails")
    counts = {
        email: {"sent": 40, "received": 38, "landed_inbox": 39, "landed_spam": 1, "health_score": 97}
        for email in emails
    }
    return Answer(json={"email_date_data": {}, "aggregate_data": counts})


def current_workspace(call: Call) -> Answer:
    """The workspace."""
    return Answer(
        json={
            "id": call.workspace.organization,
            "name": "Acme",
            "owner": call.workspace.organization,
            "timestamp_created": written(call.workspace.anchor - 300 * DAY),
            "timestamp_updated": written(call.workspace.anchor),
            "plan_id": "pid_hg_v1",
        }
    )


def _state(call: Call, made: Campaign) -> int:
    """A campaign's number."""
    state = _STATES[made.state_at(call.now)]
    return 4 if state == 1 and made.index == 6 and made.resumed_at is None else state


def _campaign(call: Call, made: Campaign) -> Json:
    """A campaign."""
    state = _state(call, made)
    return {
        "id": made.id,
        "name": made.name,
        "status": state,
        "not_sending_status": 1 if state == 1 and made.index % 3 == 1 else None,
        "campaign_schedule": {"schedules": []},
        "sequences": [],
        "email_list": [call.workspace.senders[index].id for index in made.senders],
        "daily_limit": 100,
        "stop_on_reply": True,
        "open_tracking": False,
        "organization": call.workspace.organization,
        "timestamp_created": written(made.created_at),
        "timestamp_updated": written(made.resumed_at or made.started_at or made.created_at),
    }


def _totals(call: Call, made: Campaign) -> Json:
    leads = len(made.members)
    return {
        "campaign_name": made.name,
        "campaign_id": made.id,
        "campaign_status": _state(call, made),
        "campaign_is_evergreen": False,
        "leads_count": leads,
        "contacted_count": leads * 9 // 10,
        "emails_sent_count": leads * 2,
        "reply_count": leads * 2 // 5,
        "bounced_count": leads // 40,
        "unsubscribed_count": leads // 60,
        "completed_count": leads // 4,
    }


def _days(call: Call, campaign_id: str) -> list[tuple[int, dict[str, int]]]:
    """What a campaign did on each day asked for."""
    made = known_campaign(call, campaign_id)
    try:
        start, end = (read_time(f"{call.query[name]}T00:00:00Z") for name in ("start_date", "end_date"))
    except (KeyError, ValueError):
        raise refused(400, "start_date and end_date must be days") from None
    found = []
    for day in range(day_start(start), min(end, call.now) + 1, DAY):
        dice = Dice(call.workspace.seed, 306, made.index, day // DAY)
        idle = made.started_at is None or day < day_start(made.started_at) or (day // DAY + 3) % 7 >= 5
        sent = 0 if idle else dice.between(20, 80)
        found.append(
            (
                day,
                {
                    "sent": sent,
                    "contacted": sent * 2 // 3,
                    "opened": sent // 2,
                    "unique_opened": sent // 3,
                    "replies": sent // 9,
                    "unique_replies": sent * dice.between(5, 12) // 100,
                    "replies_automatic": sent // 40,
                    "clicks": sent // 20,
                    "unique_clicks": sent // 20,
                },
            )
        )
    return found


def _account(call: Call, seat: Sender) -> Json:
    """A mailbox: one has lost its connection, one is paused."""
    return {
        "email": seat.id,
        "timestamp_created": written(call.workspace.anchor - 200 * DAY),
        "timestamp_updated": written(call.workspace.anchor),
        "first_name": seat.person.first,
        "last_name": seat.person.last,
        "organization": call.workspace.organization,
        "status": 2 if seat.cooling else 1 if seat.usable else -1,
        "warmup_status": 1,
        "provider_code": 2,
        "daily_limit": 40,
        "stat_warmup_score": 97,
        "setup_pending": False,
    }
