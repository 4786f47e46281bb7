"""HeyReach's campaigns: reading, starting, pausing, resuming, stopping a lead, adding leads."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.answers import Answer, Call, Declined, Json
from simulator.campaigns import Campaign
from simulator.clock import DAY, written
from simulator.dice import Dice, mix
from simulator.heyreach import shapes
from simulator.heyreach.asking import (
    error,
    identified_person,
    ids,
    invalid,
    known_campaign,
    moment,
    not_valid,
    optional_text,
    page,
    query_id,
    texts,
    whole_number,
)

_NOT_RESUMABLE = "The campaign you are trying to resume is not paused, finished or failed."
_ALREADY_STOPPED = "Cannot perform the action because the workflow is in FAILED state."
_NOT_IN_CAMPAIGN = "The lead was not found in the campaign."

_MESSAGE_STATES = ("None", "MessageSent", "MessageSent", "MessageReply")
_CONNECTION_STATES = ("None", "ConnectionSent", "ConnectionAccepted", "ConnectionAccepted")


def get_all(call: Call) -> Answer:
    """A page of campaigns, narrowed by word, status and sender."""
    wanted = page(call.body)
    keyword = (optional_text(call.body, "keyword") or "").casefold()
    statuses, accounts = texts(call.body, "statuses"), ids(call.body, "accountIds")
    senders = {seat.index for seat in call.workspace.senders if seat.id in accounts}
    found = [
        campaign
        for campaign in call.workspace.campaigns
        if keyword in campaign.name.casefold()
        and (not statuses or campaign.state_at(call.now) in statuses)
        and (not accounts or not senders.isdisjoint(campaign.senders))
    ]
    items = [shapes.campaign(call, campaign) for campaign in found[wanted]]
    return Answer(json={"totalCount": shapes.count(call, len(found)), "items": items})


def get_by_id(call: Call) -> Answer:
    """One campaign."""
    return Answer(json=shapes.campaign(call, known_campaign(call, query_id(call, "campaignId"))))


def pause(call: Call) -> Answer:
    """Pause what runs. What is paused already stays so; what cannot run is refused."""
    campaign = known_campaign(call, query_id(call, "campaignId"))
    state = campaign.state_at(call.now)
    if state not in {"IN_PROGRESS", "STARTING", "SCHEDULED", "PAUSED"}:
        raise Declined(error(400, "The campaign you are trying to pause is not in progress."))
    call.world.record(call.workspace, "pause", campaign=campaign.id)
    return Answer()


def resume(call: Call) -> Answer:
    """Resume what is paused, finished or failed. A campaign without leads says yes, and is paused again soon after."""
    campaign = known_campaign(call, query_id(call, "campaignId"))
    if campaign.state_at(call.now) not in {"PAUSED", "FINISHED", "FAILED"}:
        raise Declined(error(400, _NOT_RESUMABLE))
    call.world.record(call.workspace, "resume", campaign=campaign.id)
    return Answer()


def start(call: Call) -> Answer:
    """Start a draft."""
    campaign = known_campaign(call, query_id(call, "campaignId"))
    if campaign.state_at(call.now) != "DRAFT":
        raise Declined(error(400, "The campaign you are trying to start is not a draft."))
    call.world.record(call.workspace, "start", campaign=campaign.id)
    return Answer()


def stop_lead(call: Call) -> Answer:
    """Take a lead out of a campaign, for good."""
    campaign = known_campaign(call, str(whole_number(call.body, "campaignId")))
    who = identified_person(call, url="leadUrl", member="leadMemberId")
    if who is None or who.number not in campaign.members:
        raise Declined(error(404, _NOT_IN_CAMPAIGN))
    if who.number in campaign.stopped:
        raise Declined(error(400, _ALREADY_STOPPED))
    call.world.record(call.workspace, "stop", campaign=campaign.id, lead=who.url)
    return Answer()


def campaigns_for_lead(call: Call) -> Answer:
    """Where a lead is enrolled. Nobody known: an empty page."""
    wanted = page(call.body)
    who = identified_person(call, url="profileUrl", member="linkedinId", email="email")
    found = call.workspace.campaigns_of(who.number) if who else []
    items = [
        {
            "campaignId": int(campaign.id),
            "campaignName": campaign.name,
            "campaignStatus": campaign.state_at(call.now),
            "leadStatus": campaign.lead_state(call.workspace.seed, who.number if who else 0),
            "creationTime": None if campaign.state == "CANCELED" else written(campaign.created_at, 6),
        }
        for campaign in found
    ]
    name = who.name if who else None
    return Answer(
        json={"leadFullName": name, "totalCount": shapes.count(call, len(items)), "items": items[wanted]},
    )


def leads_from_campaign(call: Call) -> Answer:
    """A page of a campaign's leads. Those still pending wait in the source list and are not shown."""
    wanted = page(call.body)
    campaign = known_campaign(call, str(whole_number(call.body, "campaignId")))
    shown = [row for row in _lead_rows(call, campaign) if _in_time(call, row)]
    return Answer(json={"totalCount": shapes.count(call, len(shown)), "items": shown[wanted]})


def add_leads(call: Call) -> Answer:
    """Put leads into a campaign. A sender that is not the campaign's, or cannot send, adds nobody."""
    campaign = known_campaign(call, str(whole_number(call.body, "campaignId")))
    pairs = call.body.get("accountLeadPairs")
    if not isinstance(pairs, list) or not 1 <= len(pairs) <= 100:
        raise invalid("AccountLeadPairs", "The AccountLeadPairs field is required.")
    counts = {"addedLeadsCount": 0, "updatedLeadsCount": 0, "failedLeadsCount": 0}
    for pair in pairs:
        counts[_add_lead(call, campaign, pair)] += 1
    if (call.body.get("resumePausedCampaign") and campaign.state == "PAUSED") or (
        call.body.get("resumeFinishedCampaign") and campaign.state == "FINISHED"
    ):
        call.world.record(call.workspace, "resume", campaign=campaign.id)
    return Answer(json=counts)


def _add_lead(call: Call, campaign: Campaign, pair: object) -> str:
    """Add one lead; the name of the count that grows by it."""
    lead = pair.get("lead") if isinstance(pair, dict) else None
    seat = call.workspace.sender(str(pair.get("linkedInAccountId"))) if isinstance(pair, dict) else None
    if not isinstance(lead, dict) or seat is None or seat.index not in campaign.senders or not seat.usable:
        return "failedLeadsCount"
    url = lead.get("profileUrl")
    if not isinstance(url, str) or "/in/" not in url:
        return "failedLeadsCount"
    known = call.workspace.find_person(url)
    held = known is not None and known.number in campaign.members
    call.world.record(
        call.workspace, "add_to_campaign", campaign=campaign.id, sender=seat.id, lead=url, names=lead_names(lead)
    )
    return "updatedLeadsCount" if held else "addedLeadsCount"


def lead_names(lead: Json) -> tuple[str, ...]:
    """What a client tells of a lead that it adds."""
    keys = ("firstName", "lastName", "companyName", "position", "emailAddress")
    return tuple(str(lead.get(key) or "") for key in keys)


def _lead_rows(call: Call, campaign: Campaign) -> Iterator[Json]:
    """The leads of a campaign that HeyReach lists. The three statuses are independent of each other."""
    for number, seat_index in campaign.members.items():
        state = campaign.lead_state(call.workspace.seed, number)
        if state == "Pending":
            continue
        dice = Dice(call.workspace.seed, 61, campaign.index, number)
        created = campaign.created_at + dice.below(DAY * 3)
        acted = min(created + dice.below(DAY * 20), call.world.clock.anchor)
        seat = call.workspace.senders[seat_index]
        failed = state == "Failed"
        yield {
            "id": 60_000 + mix(campaign.index, number) % 9_000_000,
            "linkedInUserProfileId": f"AC{mix(call.workspace.world_seed, number):016x}",
            "linkedInUserProfile": shapes.profile(call.workspace, call.workspace.person(number)),
            "lastActionTime": written(acted, 6),
            "failedTime": written(acted, 1) if failed else None,
            "creationTime": written(created, 7),
            "leadCampaignStatus": state,
            "leadConnectionStatus": dice.pick(_CONNECTION_STATES),
            "leadMessageStatus": dice.pick(_MESSAGE_STATES),
            "errorCode": "CannotSendMessage" if failed else None,
            "leadCampaignStatusMessage": "The message could not be sent" if failed else None,
            "linkedInSenderId": int(seat.id),
            "linkedInSenderFullName": seat.person.name,
        }


def _in_time(call: Call, row: Json) -> bool:
    """Whether a lead fits the time filter."""
    start, end = moment(call.body, "timeFrom"), moment(call.body, "timeTo")
    if start is None and end is None:
        return True
    keys = {
        "CreationTime": ("creationTime",),
        "LastActionTakenTime": ("lastActionTime",),
        "FailedTime": ("failedTime",),
        "LastActionTakenOrFailedTime": ("lastActionTime", "failedTime"),
        "Everywhere": ("creationTime", "lastActionTime", "failedTime"),
    }.get(str(call.body.get("timeFilter", "Everywhere")))
    if keys is None:
        raise not_valid()
    low, high = written(start or 0, 3), written(end if end is not None else call.now + DAY, 3)
    return any(low <= str(row[key]) <= high for key in keys if row[key] is not None)
