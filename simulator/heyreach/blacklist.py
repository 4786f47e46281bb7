"""HeyReach's blacklist: who is never written to by anybody in the workspace."""

from __future__ import annotations

from simulator.answers import Answer, Call, Json
from simulator.heyreach.asking import invalid, optional_text, page

_WAYS = ("profileUrl", "linkedInProfileId", "email", "fullName")


def add_leads(call: Call) -> Answer:
    """Put people on it. A 200 says of each whether it is new, there already, or not to be read."""
    leads = call.body.get("leads")
    if not isinstance(leads, list) or not 1 <= len(leads) <= 100:
        raise invalid("Leads", "Between 1 and 100 leads are required.")
    entries: list[Json] = []
    duplicates: list[str] = []
    errors: list[str] = []
    for index, lead in enumerate(leads):
        value = next((str(lead[way]) for way in _WAYS if lead.get(way)), "") if isinstance(lead, dict) else ""
        known = {text: id_ for id_, text in call.workspace.blocked.items()}
        if not value or (lead.get("profileUrl") and "/in/" not in value):
            errors.append(f"Entry {index}: invalid profile URL")
            continue
        if value in known:
            duplicates.append(value)
        else:
            call.world.record(call.workspace, "block", message=f"b{call.world.ledger.next_seq}", text=value)
        id_ = next(id_ for id_, text in call.workspace.blocked.items() if text == value)
        entries.append({"inputIndex": index, "id": id_, "created": value not in known})
    added = sum(bool(entry["created"]) for entry in entries)
    return Answer(json={"added": added, "entries": entries, "duplicates": duplicates, "validationErrors": errors})


def get_leads(call: Call) -> Answer:
    """A page of it, newest first."""
    wanted = page(call.body)
    search = (optional_text(call.body, "search") or "").casefold()
    found = [(id_, value) for id_, value in call.workspace.blocked.items() if search in value.casefold()][::-1]
    items: list[Json] = [
        {
            "id": id_,
            "profileUrl": value if "/in/" in value else None,
            "email": value if "@" in value else None,
            "fullName": None,
            "matchingStatus": "Matched",
            "resolutionStage": "Resolved",
        }
        for id_, value in found[wanted]
    ]
    return Answer(json={"totalCount": len(found), "items": items})
