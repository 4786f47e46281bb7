"""HeyReach's records as JSON."""

from __future__ import annotations

from simulator.answers import Call, Json
from simulator.campaigns import Campaign
from simulator.clock import written
from simulator.dice import mix
from simulator.people import Person
from simulator.threads import Conversation, Spoken
from simulator.workspace import Sender, Workspace

PARTIAL = 2
"""How many messages a list row shows of a thread that it does not show whole."""

_PARTIAL_EVERY, _PARTIAL_UPTO = 12, 120
"""Which rows are not shown whole: ten of an inbox of any size, for in sampled inboxes nearly all were whole."""


def conversation(call: Call, row: Conversation, *, whole: bool, version: int = 3) -> Json:
    """A conversation with its messages; `whole=False` leaves some out of a few long ones, as lists do."""
    workspace = call.workspace
    said = workspace.history(row)
    last = said[-1]
    cut = not whole and row.index < _PARTIAL_UPTO and row.index % _PARTIAL_EVERY == 7 and len(said) > PARTIAL
    shown = said[-PARTIAL:] if cut else said
    return {
        "id": row.id,
        "read": row.seen,
        "groupChat": row.group,
        "blockedByMe": row.blocked_by_me,
        "blockedByParticipant": row.blocked_by_lead,
        "lastMessageAt": _time(last, row),
        "lastMessageText": last.text,
        "lastMessageType": "INMAIL" if last.in_mail else "TEXT",
        "lastMessageSender": _side(last),
        "totalMessages": len(said),
        "campaignId": _campaign_id(workspace, row),
        "linkedInAccountId": int(workspace.senders[row.sender].id),
        "correspondentProfile": _correspondent(workspace, row, version, answered=any(s.side == "lead" for s in said)),
        "linkedInAccount": _account(workspace, workspace.senders[row.sender]),
        "messages": [_message(spoken, row) for spoken in _ordered(call, row, shown, listed=not whole)],
    }


def profile(workspace: Workspace, who: Person) -> Json:
    """A lead, as campaigns and lists show it."""
    return {
        "linkedin_id": who.member_id,
        "profileUrl": who.url,
        "firstName": who.first,
        "lastName": who.last,
        "headline": who.headline if who.company else None,
        "imageUrl": None,
        "location": who.place or None,
        "companyName": who.company or None,
        "companyUrl": None,
        "position": who.position,
        "about": None,
        "connections": mix(workspace.seed, 51, who.number) % 500,
        "followers": mix(workspace.seed, 52, who.number) % 4000,
        "emailAddress": who.email if mix(workspace.seed, 53, who.number) % 3 == 0 else None,
    }


def campaign(call: Call, made: Campaign) -> Json:
    """A campaign. How many are in progress is what the other figures leave, and can be negative, as HeyReach's."""
    found = call.workspace.list(made.list_id)
    return {
        "id": int(made.id),
        "name": made.name,
        "creationTime": written(made.created_at, 7 if made.index % 2 else 6),
        "startedAt": None if made.started_at is None else written(made.started_at, 0),
        "linkedInUserListName": found.name if found else None,
        "linkedInUserListId": int(made.list_id),
        "campaignAccountIds": [int(call.workspace.senders[index].id) for index in made.senders],
        "status": made.state_at(call.now),
        "progressStats": progress(call.workspace, made),
        "excludeInOtherCampaigns": False,
        "excludeHasOtherAccConversations": True,
        "excludeContactedFromSenderInOtherCampaign": False,
        "excludeListId": 4411 if made.empty_list else None,
        "organizationUnitId": 12345,
    }


def progress(workspace: Workspace, made: Campaign) -> Json:
    """How far a campaign's leads are."""
    states = [made.lead_state(workspace.seed, number) for number in made.members]
    finished = states.count("Finished") + (12 if made.empty_list else 0) - len(made.stopped)
    pending, failed, excluded = states.count("Pending"), states.count("Failed"), states.count("Excluded")
    total = len(states) + (5 if made.empty_list else 0)
    return {
        "totalUsers": total,
        "totalUsersInProgress": total - finished - pending - failed - excluded - len(made.stopped),
        "totalUsersPending": pending,
        "totalUsersFinished": finished,
        "totalUsersFailed": failed,
        "totalUsersManuallyStopped": len(made.stopped),
        "totalUsersExcluded": excluded,
    }


def sender(call: Call, seat: Sender) -> Json:
    """A LinkedIn seat. Its scalars are texts where the configuration says so, and always for the last one."""
    loose = call.world.config.loose_numbers or seat.index == 5
    shown: Json = {
        "isActive": True,
        "activeCampaigns": _active_campaigns(call.workspace, seat),
        "authIsValid": seat.usable,
        "isValidNavigator": seat.navigator,
        "isValidRecruiter": False,
    }
    limits = {"messageLimit": 40, "messageLimitMax": 100, "inMailLimit": 20, "inMailLimitMax": 50}
    return {
        "id": int(seat.id),
        "emailAddress": seat.person.email,
        "firstName": seat.person.first,
        "lastName": seat.person.last,
        **({key: str(value) for key, value in shown.items()} if loose else shown),
        "profileUrl": seat.person.url,
        "accountLimits": {**limits, "connectioRequestLimit": 25, "connectioRequestMax": 40},
        "connectionRequestCooldown": written(call.world.clock.anchor + 3 * 86_400_000_000, 0) if seat.cooling else None,
        "connectionNoteCooldown": None,
        "inMailCooldown": None,
        "searchCooldown": None,
    }


def count(call: Call, number: int) -> int | str:
    """A total, as a text where the configuration says so."""
    return str(number) if call.world.config.loose_numbers else number


def automatic_tag(row: Conversation, *, answered: bool) -> str | None:
    """The label that HeyReach's classifier gave, once the lead has answered."""
    return row.mood.tag if answered else None


def _ordered(call: Call, row: Conversation, said: tuple[Spoken, ...], *, listed: bool) -> tuple[Spoken, ...]:
    """Messages in the order in which they are shown; the contract promises none."""
    order = call.world.config.message_order
    newest_first = order == "newest" or (order == "mixed" and (row.index % 5 == 3 or not listed))
    return said[::-1] if newest_first else said


def _message(spoken: Spoken, row: Conversation) -> Json:
    """A message. It has no id."""
    return {
        "createdAt": _time(spoken, row),
        "body": spoken.text,
        "subject": spoken.subject,
        "postLink": None,
        "isInMail": spoken.in_mail,
        "sender": _side(spoken),
    }


def _side(spoken: Spoken) -> str:
    return "ME" if spoken.side == "us" else "CORRESPONDENT"


def _time(spoken: Spoken, row: Conversation) -> str:
    """When it was sent: to the millisecond, and for some conversations with seven digits, as HeyReach writes them."""
    return written(spoken.sent_at, 7 if row.index % 9 == 4 else 3)


def _campaign_id(workspace: Workspace, row: Conversation) -> int | None:
    """The campaign, as far as HeyReach tells: null or 0 where it does not."""
    if row.campaign is None or not row.told_campaign:
        return 0 if row.index % 2 else None
    return int(workspace.campaigns[row.campaign].id)


def _correspondent(workspace: Workspace, row: Conversation, version: int, *, answered: bool) -> Json:
    """The lead of a conversation. V3 knows the automatic tags, V2 an email address that is always null."""
    who = workspace.person(row.person)
    tag = automatic_tag(row, answered=answered)
    bare = row.index % 37 == 11  # some profiles are all but empty
    return {
        "id": f"p{who.number}",
        "linkedin_id": who.member_id,
        "profileUrl": who.url,
        "firstName": who.first,
        "lastName": who.last,
        "headline": None if bare else who.headline,
        "imageUrl": None,
        "location": None if bare else who.place,
        "companyName": None if bare else who.company,
        "companyUrl": None,
        "position": None if bare else who.position,
        "about": None,
        "connections": mix(workspace.seed, 51, who.number) % 500,
        "followers": mix(workspace.seed, 52, who.number) % 4000,
        "tags": list(workspace.tags_of(who.number)),
        **(
            {"autoTags": [{"name": tag}] if tag else []} if version == 3 else {"emailAddress": None, "customFields": []}
        ),
    }


def _account(workspace: Workspace, seat: Sender) -> Json:
    """The seat of a conversation."""
    return {
        "id": int(seat.id),
        "emailAddress": seat.person.email,
        "firstName": seat.person.first,
        "lastName": seat.person.last,
        "isActive": True,
        "activeCampaigns": _active_campaigns(workspace, seat),
        "authIsValid": seat.usable,
        "isValidNavigator": seat.navigator,
        "isValidRecruiter": False,
    }


def _active_campaigns(workspace: Workspace, seat: Sender) -> int:
    return sum(made.state == "IN_PROGRESS" and seat.index in made.senders for made in workspace.campaigns)
