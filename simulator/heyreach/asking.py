"""Reading what a HeyReach client sent, with HeyReach's own complaints where it cannot be read."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.answers import Answer, Call, Declined
from simulator.campaigns import Campaign
from simulator.clock import read_time
from simulator.people import Person
from simulator.threads import Conversation


def error(status: int, message: str) -> Answer:
    """HeyReach's usual error."""
    return Answer(status, {"errorMessage": message})


def invalid(field: str, message: str) -> Declined:
    """HeyReach's complaint about a field of the model."""
    return Declined(
        Answer(
            400,
            {
                "type": "https://tools.ietf.org/html/rfc7231#section-6.5.1",
                "title": "One or more validation errors occurred.",
                "status": 400,
                "errors": {field: [message]},
            },
        )
    )


def not_valid() -> Declined:
    """HeyReach's complaint about everything else."""
    return Declined(error(400, "The request is not valid."))


def not_found() -> Declined:
    """Nothing has that id."""
    return Declined(error(404, "Not found."))


def whole_number(body: Mapping[str, object], field: str, *, default: int | None = None) -> int:
    """An integer of the body."""
    value = body.get(field, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise invalid(_title(field), f"The {_title(field)} field is required.")
    return value


def text(body: Mapping[str, object], field: str) -> str:
    """A text of the body that must not be empty."""
    value = body.get(field)
    if not isinstance(value, str) or not value:
        raise invalid(_title(field), f"The {_title(field)} field is required.")
    return value


def optional_text(body: Mapping[str, object], field: str) -> str | None:
    """A text of the body, None when it is absent, null or empty."""
    value = body.get(field)
    if value is not None and not isinstance(value, str):
        raise not_valid()
    return value or None


def texts(body: Mapping[str, object], field: str) -> list[str]:
    """A list of texts of the body; an absent one is empty."""
    value = body.get(field)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise invalid(_title(field), f"The {_title(field)} field is not valid.")
    return value


def ids(body: Mapping[str, object], field: str, *, required: bool = False) -> list[str]:
    """A list of integer ids of the body, as texts; an absent one is empty."""
    value = body.get(field)
    if value is None and not required:
        return []
    if not isinstance(value, list) or not all(isinstance(entry, int) for entry in value):
        raise invalid(_title(field), f"The {_title(field)} field is required.")
    return [str(entry) for entry in value]


def moment(body: Mapping[str, object], field: str) -> int | None:
    """A time of the body, None when it is absent or null."""
    value = optional_text(body, field)
    if value is None:
        return None
    try:
        return read_time(value)
    except ValueError:
        raise not_valid() from None


def page(body: Mapping[str, object], *, most: int = 100) -> slice:
    """The part of a list that offset and limit ask for."""
    offset, limit = whole_number(body, "offset", default=0), whole_number(body, "limit", default=100)
    if offset < 0 or not 1 <= limit <= most:
        raise not_valid()
    return slice(offset, offset + limit)


def query_id(call: Call, field: str) -> str:
    """An id of the query string."""
    value = call.query.get(field, "")
    if not value.lstrip("-").isdigit():
        raise invalid(_title(field), f"The {_title(field)} field is required.")
    return value


def known_campaign(call: Call, id_: str) -> Campaign:
    """The campaign with that id. 404 when there is none."""
    found = call.workspace.campaign(id_)
    if found is None:
        raise not_found()
    return found


def known_conversation(call: Call, id_: str, account: int) -> Conversation:
    """The conversation with that id, of that account. 404 when there is none."""
    found = call.workspace.by_id.get(id_)
    if found is None or call.workspace.senders[found.sender].id != str(account):
        raise not_found()
    return found


def identified_person(call: Call, *, url: str, member: str, email: str = "") -> Person | None:
    """The person that a body names by profile address, member id or email. 400 when it names none of them."""
    named_url, named_member = optional_text(call.body, url), optional_text(call.body, member)
    named_email = optional_text(call.body, email) if email else None
    if named_url is not None:
        return call.workspace.find_person(named_url)
    if named_member is not None:
        return call.workspace.find_member(named_member)
    if named_email is not None:
        return call.workspace.find_email(named_email)
    raise not_valid()


def _title(field: str) -> str:
    return field[0].upper() + field[1:]
