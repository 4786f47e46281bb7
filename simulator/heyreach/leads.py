"""HeyReach's senders, leads, tags and lists."""

from __future__ import annotations

from simulator.answers import Answer, Call, Json
from simulator.clock import written
from simulator.dice import mix
from simulator.heyreach import shapes
from simulator.heyreach.asking import (
    identified_person,
    invalid,
    not_found,
    not_valid,
    optional_text,
    page,
    query_id,
    text,
    texts,
    whole_number,
)
from simulator.heyreach.campaigns import lead_names
from simulator.people import Person
from simulator.workspace import LeadList, Sender

COLOURS = frozenset({"Blue", "Green", "Purple", "Pink", "Red", "Cyan", "Yellow", "Orange"})


def accounts(call: Call) -> Answer:
    """A page of senders."""
    wanted = page(call.body)
    keyword = (optional_text(call.body, "keyword") or "").casefold()
    found = [seat for seat in call.workspace.senders if keyword in seat.person.name.casefold()]
    items = [shapes.sender(call, seat) for seat in found[wanted]]
    return Answer(json={"totalCount": shapes.count(call, len(found)), "items": items})


def account(call: Call) -> Answer:
    """One sender."""
    return Answer(json=shapes.sender(call, _sender(call, query_id(call, "accountId"))))


def account_status(call: Call) -> Answer:
    """How a sender's session with LinkedIn is."""
    seat = _sender(call, call.path["account_id"])
    return Answer(
        json={
            "accountId": seat.id,
            "status": "Connected" if seat.usable else "Disconnected",
            "failureReason": None if seat.usable else "The LinkedIn session has expired.",
            "profile": {},
            "salesNavigator": {} if seat.navigator else None,
            "recruiter": None,
        }
    )


def lead(call: Call) -> Answer:
    """A lead by profile address; here alone is an email address."""
    who = _lead(call)
    known = shapes.profile(call.workspace, who)
    found = mix(call.workspace.seed, 54, who.number) % 3 == 1
    return Answer(
        json={
            **known,
            "username": who.slug,
            "fullName": who.name,
            "summary": None,
            "experiences": None,
            "education": None,
            "enrichedEmailAddress": who.email if found else None,
            "customFields": [],
            "tags": list(call.workspace.tags_of(who.number)),
            "emailEnrichments": [],
        }
    )


def tags(call: Call) -> Answer:
    """The tags of a lead."""
    held = list(call.workspace.tags_of(_lead(call).number))
    return Answer(json=held if call.world.config.tags_answer == "list" else {"tags": held})


def add_tags(call: Call) -> Answer:
    """Add tags and keep what there is."""
    who, named = _tagged(call)
    held = set(call.workspace.tags_of(who.number))
    call.world.record(call.workspace, "add_tags", lead=who.url, names=tuple(named))
    return Answer(json={"newAssignedTags": [name for name in dict.fromkeys(named) if name not in held]})


def replace_tags(call: Call) -> Answer:
    """Put these tags in the place of all others."""
    who, named = _tagged(call)
    call.world.record(call.workspace, "replace_tags", lead=who.url, names=tuple(named))
    return Answer(json={"newAssignedTags": list(dict.fromkeys(named))})


def create_tags(call: Call) -> Answer:
    """Make tags that leads can be given."""
    made = call.body.get("tags")
    if not isinstance(made, list) or not made:
        raise invalid("Tags", "The Tags field is required.")
    for tag in made:
        if not isinstance(tag, dict) or not tag.get("displayName") or tag.get("color") not in COLOURS:
            raise not_valid()
    call.world.record(call.workspace, "create_tags", names=tuple(str(tag["displayName"]) for tag in made))
    return Answer()


def lists(call: Call) -> Answer:
    """A page of lists."""
    wanted = page(call.body)
    keyword, kind = (optional_text(call.body, "keyword") or "").casefold(), optional_text(call.body, "listType")
    shown = [_list(made) for made in call.workspace.lists if keyword in made.name.casefold()]
    shown = [row for row in shown if kind is None or row["listType"] == kind]
    return Answer(json={"totalCount": shapes.count(call, len(shown)), "items": shown[wanted]})


def list_by_id(call: Call) -> Answer:
    """One list."""
    return Answer(json=_list(_known_list(call, query_id(call, "listId"))))


def create_list(call: Call) -> Answer:
    """Make a list. Names are not unique: asking twice makes two."""
    name, kind = text(call.body, "name"), call.body.get("type", "USER_LIST")
    if kind not in {"USER_LIST", "COMPANY_LIST"}:
        raise not_valid()
    id_ = str(200_000 + call.world.ledger.next_seq)
    call.world.record(call.workspace, "create_list", message=id_, names=(name,), flag=kind == "COMPANY_LIST")
    return Answer(
        json={
            "id": int(id_),
            "name": name,
            "count": 0,
            "listType": kind,
            "creationTime": written(call.now, 7),
            "isDeleted": False,
            "campaigns": None,
            "search": None,
            "status": "UNKNOWN",
        }
    )


def add_leads_to_list(call: Call) -> Answer:
    """Put leads on a list."""
    found, leads = _known_list(call, str(whole_number(call.body, "listId"))), call.body.get("leads")
    if not isinstance(leads, list) or not 1 <= len(leads) <= 100:
        raise invalid("Leads", "The Leads field is required.")
    counts = {"addedLeadsCount": 0, "updatedLeadsCount": 0, "failedLeadsCount": 0}
    for entry in leads:
        url = entry.get("profileUrl") if isinstance(entry, dict) else None
        if not isinstance(url, str) or "/in/" not in url:
            counts["failedLeadsCount"] += 1
            continue
        known = call.workspace.find_person(url)
        held = known is not None and known.number in found.people
        call.world.record(call.workspace, "add_to_list", message=found.id, lead=url, names=lead_names(entry))
        counts["updatedLeadsCount" if held else "addedLeadsCount"] += 1
    return Answer(json=counts)


def leads_from_list(call: Call) -> Answer:
    """A page of a list's leads."""
    wanted = page(call.body, most=1000)
    found = _known_list(call, str(whole_number(call.body, "listId")))
    keyword = (optional_text(call.body, "keyword") or "").casefold()
    people = [call.workspace.person(number) for number in found.people]
    shown = [who for who in people if keyword in who.name.casefold()]
    items = [{**shapes.profile(call.workspace, who), "customUserFields": []} for who in shown[wanted]]
    return Answer(json={"totalCount": shapes.count(call, len(shown)), "items": items})


def lists_for_lead(call: Call) -> Answer:
    """The lists that a lead is on."""
    wanted = page(call.body)
    who = identified_person(call, url="profileUrl", member="linkedinId", email="email")
    held = [made for made in call.workspace.lists if who is not None and who.number in made.people]
    items = [{"listId": int(made.id), "listName": made.name} for made in held[wanted]]
    return Answer(json={"totalCount": shapes.count(call, len(held)), "items": items})


def _sender(call: Call, id_: str) -> Sender:
    """The sender with that id. 404 when there is none."""
    found = call.workspace.sender(id_)
    if found is None:
        raise not_found()
    return found


def _lead(call: Call) -> Person:
    """The lead that `profileUrl` names. 404 when there is none."""
    found = call.workspace.find_person(text(call.body, "profileUrl"))
    if found is None:
        raise not_found()
    return found


def _tagged(call: Call) -> tuple[Person, list[str]]:
    """Whom a request tags, and with what. 400 for a tag that is not there and must not be made."""
    who = identified_person(call, url="leadProfileUrl", member="leadLinkedInId")
    named = texts(call.body, "tags")
    if who is None:
        raise not_found()
    if not call.body.get("createTagIfNotExisting") and not set(named) <= set(call.workspace.tags):
        raise not_valid()
    return who, named


def _known_list(call: Call, id_: str) -> LeadList:
    """The list with that id. 404 when there is none."""
    found = call.workspace.list(id_)
    if found is None:
        raise not_found()
    return found


def _list(made: LeadList) -> Json:
    """A list as JSON."""
    return {
        "id": int(made.id),
        "name": made.name,
        "listType": "COMPANY_LIST" if made.companies else "USER_LIST",
        "totalItemsCount": 12 if made.companies else len(made.people),
        "creationTime": written(made.created_at, 6),
        "campaignIds": [int(id_) for id_ in made.campaigns],
    }
