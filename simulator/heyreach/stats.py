"""HeyReach's figures: per UTC day, for a selection of campaigns and senders, made from the seed."""

from __future__ import annotations

from simulator.answers import Answer, Call, Json
from simulator.campaigns import Campaign
from simulator.clock import DAY, day_start, written
from simulator.dice import Dice
from simulator.heyreach.asking import ids, moment, not_found, not_valid

_COUNTS = (
    "profileViews",
    "postLikes",
    "follows",
    "messagesSent",
    "totalMessageStarted",
    "totalMessageReplies",
    "inmailMessagesSent",
    "totalInmailStarted",
    "totalInmailReplies",
    "connectionsSent",
    "connectionsAccepted",
)

Counts = dict[str, int]


def overall_stats(call: Call) -> Answer:
    """Figures of the chosen campaigns and senders, for each UTC day and in all."""
    start, end, campaigns, share = _selection(call)
    days = {written(day, 0): _counts(call, campaigns, day, share) for day in range(start, end + 1, DAY)}
    overall = _sum(list(days.values()))
    return Answer(
        json={
            "byDayStats": {day: _rated(counts) for day, counts in days.items()},
            "overallStats": _overall(overall),
        }
    )


def stats_by_campaign(call: Call) -> Answer:
    """The same for each campaign; where all are asked for, one that was deleted is among them."""
    start, end, campaigns, share = _selection(call)
    days = {
        day: {campaign.id: _counts(call, [campaign], day, share) for campaign in campaigns}
        for day in range(start, end + 1, DAY)
    }
    named = {campaign.id: campaign.name for campaign in campaigns}
    overall = [
        _told(id_, name) | _overall(_sum([counts[id_] for counts in days.values()])) for id_, name in named.items()
    ]
    if not ids(call.body, "campaignIds"):
        overall.append(_told("500001", None) | _overall(_sum([])))
    by_day = {
        written(day, 0): [_told(id_, named[id_]) | _rated(figures) for id_, figures in counts.items()]
        for day, counts in days.items()
    }
    return Answer(json={"byDayStats": by_day, "overallStats": overall})


def _told(id_: str, name: str | None) -> Json:
    """Which campaign a row is about."""
    return {"campaignId": int(id_), "campaignName": name, "isCampaignDeleted": name is None}


def _overall(counts: Counts) -> Json:
    """Counts over all days, with their rates and the people behind them."""
    return _rated(counts) | {"uniqueLeadsContacted": counts["connectionsSent"] * 9 // 10}


def _sum(days: list[Counts]) -> Counts:
    """Counts of several days together."""
    return {key: sum(day[key] for day in days) for key in _COUNTS}


def _selection(call: Call) -> tuple[int, int, list[Campaign], float]:
    """First day, last day, campaigns, and the part of their senders that is asked for."""
    campaigns, accounts = ids(call.body, "campaignIds", required=True), ids(call.body, "accountIds", required=True)
    start, end = moment(call.body, "startDate"), moment(call.body, "endDate")
    if start is None or end is None or start > end or end - start > 800 * DAY:
        raise not_valid()
    chosen = [made for made in call.workspace.campaigns if not campaigns or made.id in campaigns]
    if campaigns and not chosen:
        raise not_found()
    known = sum(seat.id in accounts for seat in call.workspace.senders)
    share = known / len(call.workspace.senders) if accounts else 1.0
    return day_start(start), day_start(end), chosen, share


def _counts(call: Call, campaigns: list[Campaign], day: int, share: float) -> Counts:
    """What the campaigns did on one day."""
    counts = dict.fromkeys(_COUNTS, 0)
    for campaign in campaigns:
        if campaign.started_at is None or not day_start(campaign.started_at) <= day <= call.now:
            continue
        dice = Dice(call.workspace.seed, 62, campaign.index, day // DAY)
        busy = dice.between(4, 40) if (day // DAY + 3) % 7 < 5 else 0  # nothing goes out at the weekend
        sent = int(busy * share)
        started = sent * 3 // 4
        for key, number in zip(
            _COUNTS,
            (
                sent * 3 // 2,
                sent // 5,
                sent // 8,
                sent,
                started,
                started * dice.between(5, 30) // 100,
                sent // 6,
                sent // 6,
                sent // 30,
                sent * 4 // 3,
                sent * 4 // 3 * dice.between(20, 45) // 100,
            ),
            strict=True,
        ):
            counts[key] += number
    return counts


def _rated(counts: Counts) -> Json:
    """Counts with the rates that follow from them, as ratios."""
    return {
        **counts,
        "messageReplyRate": _ratio(counts["totalMessageReplies"], counts["totalMessageStarted"]),
        "inMailReplyRate": _ratio(counts["totalInmailReplies"], counts["totalInmailStarted"]),
        "connectionAcceptanceRate": _ratio(counts["connectionsAccepted"], counts["connectionsSent"]),
    }


def _ratio(part: int, whole: int) -> float:
    return round(part / whole, 8) if whole else 0.0
