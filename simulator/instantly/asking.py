"""Reading what an Instantly client sent, with Instantly's own complaints where it cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import islice
from typing import TypeVar

from simulator.answers import Answer, Call, Declined, Json
from simulator.campaigns import Campaign

T = TypeVar("T")

_ERRORS = {
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    429: "Too Many Requests",
}


def error(status: int, message: str) -> Answer:
    """Instantly's error."""
    return Answer(
        status, {"statusCode": status, "error": _ERRORS.get(status, "Internal Server Error"), "message": message}
    )


def refused(status: int, message: str) -> Declined:
    """Instantly's error, as a way out of a handler."""
    return Declined(error(status, message))


def fields(call: Call, *, required: Collection[str] = (), optional: Collection[str] = ()) -> Json:
    """The body, which must hold the required fields and no others than those named."""
    for name in call.body:
        if name not in required and name not in optional:
            raise refused(400, f"body must NOT have additional properties: {name}")
    for name in required:
        if name not in call.body:
            raise refused(400, f"body must have required property '{name}'")
    return dict(call.body)


def text(body: Mapping[str, object], name: str) -> str:
    """A text of the body that must not be empty."""
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise refused(400, f"body/{name} must be string")
    return value


def texts(body: Mapping[str, object], name: str) -> list[str]:
    """A list of texts of the body; an absent one is empty."""
    value = body.get(name, [])
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise refused(400, f"body/{name} must be array")
    return value


def limit(call: Call, *, body: bool = False) -> int:
    """How many records a page may have."""
    given = str(call.body.get("limit", 100)) if body else call.query.get("limit", "100")
    number = int(given) if given.isdigit() else 0
    if not 1 <= number <= 100:
        raise refused(400, "limit must be <= 100")
    return number


def page(
    call: Call, records: Iterable[T], shown: Callable[[T], Json], id_of: Callable[[T], str], *, body: bool = False
) -> Answer:
    """A page of records from behind `starting_after`. The last page that has rows still carries a cursor."""
    most = limit(call, body=body)
    behind = call.body.get("starting_after") if body else call.query.get("starting_after")
    rest = iter(records)
    if behind:
        for record in rest:
            if id_of(record) == behind:
                break
    found = list(islice(rest, most))
    cursor = id_of(found[-1]) if found else None
    return Answer(json={"items": [shown(record) for record in found], "next_starting_after": cursor})


def known_campaign(call: Call, id_: str | None = None) -> Campaign:
    """The campaign that the path names. 404 when there is none."""
    found = call.workspace.campaign(id_ if id_ is not None else call.path["campaign_id"])
    if found is None:
        raise refused(404, "Campaign not found")
    return found
