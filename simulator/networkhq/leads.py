"""NetworkHQ's leads and lead lists: reading, creating with partial success, enriching for credits."""

from __future__ import annotations

from simulator.answers import Answer, Call, Json
from simulator.clock import DAY, written
from simulator.dice import mix
from simulator.networkhq.asking import by_position, known_lead, lead_id, page, refused
from simulator.people import Person
from simulator.workspace import LeadList

_LEAD_TEXTS = ("first_name", "last_name", "company", "job_title", "email")
_LEAD_FIELDS = frozenset(
    {
        "first_name", "last_name", "email", "company", "company_linkedin_url", "job_title", "headline", "summary",
        "industry", "skills", "linkedin_url", "phone", "location", "gender", "date_of_birth", "notes",
        "profile_picture_url",
    }
)  # fmt: skip


def lead_lists(call: Call) -> Answer:
    """A page of lists."""
    rows, rank_of = by_position(call.workspace.lists)
    return page(call, "lead lists", rows, rank_of, lambda row: _list(call, row[1]))


def create_lead_lists(call: Call) -> Answer:
    """Make lists: 201 for all of them, 207 for some, 400 for none."""
    wanted = call.body.get("lead_lists")
    if not isinstance(wanted, list) or not wanted:
        raise refused(400, "lead_lists must hold at least one list")
    made: list[Json] = []
    malformed: list[Json] = []
    for index, entry in enumerate(wanted):
        errors = _list_errors(entry)
        if errors:
            malformed.append({"index": index, "errors": errors})
            continue
        id_ = f"ll_{mix(call.workspace.seed, 91, call.world.ledger.next_seq):016x}"
        call.world.record(
            call.workspace, "create_list", message=id_, names=(entry["name"],), text=entry.get("description") or ""
        )
        made.append(_list(call, call.workspace.lists[-1]))
    if not made:
        raise refused(400, "No list could be created")
    summary = {"attempted": len(wanted), "created": len(made), "malformed": len(malformed)}
    return Answer(207 if malformed else 201, {"data": made, "malformed": malformed, "summary": summary})


def lead_list(call: Call) -> Answer:
    """One list."""
    return Answer(json={"data": _list(call, _known_list(call))})


def lead_list_leads(call: Call) -> Answer:
    """A page of a list's leads."""
    found = _known_list(call)
    rows, rank_of = by_position(found.people)
    return page(call, f"list {found.id}", rows, rank_of, lambda row: _lead(call, call.workspace.person(row[1])))


def add_leads(call: Call) -> Answer:
    """Put leads on a list. One lead is answered with one object, several with a batch: 200, 201 or 207."""
    found, wanted = _known_list(call), call.body.get("leads")
    if not isinstance(wanted, list) or not 1 <= len(wanted) <= 100:
        raise refused(400, "leads must hold 1 to 100 leads")
    added: list[Json] = []
    malformed: list[Json] = []
    for index, entry in enumerate(wanted):
        errors = _lead_errors(entry)
        if errors:
            malformed.append({"index": index, "errors": errors})
        else:
            added.append({"index": index, **_add(call, found, entry)})
    if not added:
        raise refused(400, "No lead could be read")
    counts = [entry["result"] for entry in added]
    created = any(result != "already_in_list" for result in counts)
    if len(wanted) == 1:
        return Answer(201 if created else 200, {"data": added[0]["lead"], "result": added[0]["result"]})
    summary: Json = {"attempted": len(wanted), "malformed": len(malformed), "failed": 0}
    summary |= {result: counts.count(result) for result in ("created", "added_existing", "already_in_list")}
    status = 207 if malformed else 201 if created else 200
    return Answer(status, {"data": added, "malformed": malformed, "failed": [], "summary": summary})


def leads(call: Call) -> Answer:
    """A page of all leads, narrowed by words and by lists."""
    query = call.query.get("query", "").casefold()
    wanted = {id_ for id_ in call.query.get("list_ids", "").split(",") if id_}
    numbers = [
        number
        for number in call.workspace.people()
        if not wanted or any(made.id in wanted and number in made.people for made in call.workspace.lists)
    ]
    if query:
        numbers = [number for number in numbers if query in _searchable(call.workspace.person(number))]
    rows, rank_of = by_position(numbers)
    return page(call, "leads", rows, rank_of, lambda row: _with_lists(call, call.workspace.person(row[1])))


def lead(call: Call) -> Answer:
    """One lead."""
    return Answer(json={"data": _with_lists(call, known_lead(call))})


def enrich(call: Call) -> Answer:
    """Look a lead up for a credit. What went wrong is told inside a 200."""
    who = known_lead(call)
    charged = False
    if who.number in call.workspace.enriched:
        status = "already_enriched"
    elif call.workspace.credits <= 0:
        status = "insufficient_credits"
    elif mix(call.workspace.seed, 92, who.number) % 12 == 0:
        status = "failed"
    else:
        status, charged = "enriched", True
        call.world.record(call.workspace, "enrich", lead=who.url)
    told = {"status": status, "charged": charged, "credits_remaining": call.workspace.credits}
    return Answer(json={"data": _lead(call, who), "enrichment": told})


def _add(call: Call, found: LeadList, entry: Json) -> Json:
    """Put one lead on a list, and say what that did."""
    url = str(entry["linkedin_url"])
    known = call.workspace.find_person(url)
    result = "created" if known is None else "already_in_list" if known.number in found.people else "added_existing"
    names = tuple(str(entry.get(key) or "") for key in _LEAD_TEXTS)
    call.world.record(call.workspace, "add_to_list", message=found.id, lead=url, names=names)
    who = call.workspace.welcome(url, names)[0]
    return {"result": result, "lead": _lead(call, who)}


def _list_errors(entry: object) -> list[Json]:
    """What is wrong with a list that is to be made."""
    name = entry.get("name") if isinstance(entry, dict) else None
    if not isinstance(name, str) or not 1 <= len(name) <= 120:
        return [{"field": "name", "message": "name must have 1 to 120 characters"}]
    return []


def _lead_errors(entry: object) -> list[Json]:
    """What is wrong with a lead that is to be added."""
    if not isinstance(entry, dict):
        return [{"field": "", "message": "a lead is an object"}]
    errors: list[Json] = [{"field": key, "message": "unknown field"} for key in entry if key not in _LEAD_FIELDS]
    url = entry.get("linkedin_url")
    if not isinstance(url, str) or "/in/" not in url:
        errors.append({"field": "linkedin_url", "message": "linkedin_url must be a LinkedIn profile address"})
    return errors


def _known_list(call: Call) -> LeadList:
    """The list that the path names. 404 when there is none."""
    found = call.workspace.list(call.path["lead_list_id"])
    if found is None:
        raise refused(404, "Lead list not found")
    return found


def _list(call: Call, made: LeadList) -> Json:
    """A list."""
    return {
        "id": made.id,
        "workspace_name": "Acme",
        "name": made.name,
        "description": made.description or None,
        "is_default": made is call.workspace.lists[0],
        "created_by": "user_1",
        "created_at": written(made.created_at),
        "updated_at": written(made.created_at),
        "lead_count": len(made.people),
    }


def _lead(call: Call, who: Person) -> Json:
    """A lead. The email address is known of some, and of everybody who was enriched."""
    enriched = call.workspace.enriched.get(who.number)
    created = call.workspace.anchor - 130 * DAY
    return {
        "id": lead_id(who.number),
        "first_name": who.first,
        "last_name": who.last,
        "email": who.email if enriched or who.number % 3 == 0 else None,
        "company": who.company or None,
        "job_title": who.position or None,
        "headline": who.headline if who.company else None,
        "linkedin_url": who.url,
        "phone": None,
        "location": who.place or None,
        "profile_enriched_at": None if enriched is None else written(enriched),
        "company_details": None,
        "enrichment_failed": False,
        "created_at": written(created),
        "updated_at": written(enriched or created),
    }


def _with_lists(call: Call, who: Person) -> Json:
    """A lead and the lists it is on."""
    held = [made.id for made in call.workspace.lists if who.number in made.people]
    return {**_lead(call, who), "lead_list_ids": held}


def _searchable(who: Person) -> str:
    return f"{who.name} {who.company} {who.email}".casefold()
