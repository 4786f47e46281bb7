"""Reading what a NetworkHQ client sent, and cutting lists into its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import TypeVar

from simulator.answers import Answer, Call, Declined, Json, open_seal, seal
from simulator.clock import SECOND
from simulator.people import Person
from simulator.threads import Conversation

T = TypeVar("T")

_CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    429: "rate_limited",
    502: "upstream_error",
    503: "unavailable",
}


def error(status: int, message: str) -> Answer:
    """NetworkHQ's error."""
    return Answer(status, {"error": {"code": _CODES.get(status, "internal_error"), "message": message}})


def refused(status: int, message: str) -> Declined:
    """NetworkHQ's error, as a way out of a handler."""
    return Declined(error(status, message))


def limit(call: Call) -> int:
    """How many records a page may have."""
    given = call.query.get("limit", "100")
    if not given.isdigit() or not 1 <= int(given) <= 500:
        raise refused(400, "limit must be between 1 and 500")
    return int(given)


def cursor_rank(call: Call, stream: str) -> tuple[int, int] | None:
    """Behind which rank the page begins. None: at the beginning. 400 when the cursor is not good, or no longer."""
    given = call.query.get("cursor")
    if given is None:
        return None
    values = open_seal(given) or {}
    made, first, second = values.get("m"), values.get("a"), values.get("b")
    if values.get("s") != stream or not isinstance(first, int) or not isinstance(second, int):
        raise refused(400, "Invalid cursor")
    if not isinstance(made, int) or call.now - made > call.world.config.cursor_seconds * SECOND:
        raise refused(400, "The cursor has expired")
    return first, second


def page(
    call: Call, stream: str, records: Iterable[T], rank_of: Callable[[T], tuple[int, int]], shown: Callable[[T], Json]
) -> Answer:
    """A page of records that are given in the order of their ranks, from behind the cursor."""
    behind, most = cursor_rank(call, stream), limit(call)
    if stream == "conversations" and "unread_only" not in call.query:
        most = min(most, call.world.config.page_most or most)
    rest = (record for record in records if behind is None or rank_of(record) > behind)
    found = list(islice(rest, most + 1))
    shown_of = [shown(record) for record in found[:most]]
    return Answer(json={"data": shown_of, **pagination(call, stream, found, rank_of, most=most)})


def pagination(
    call: Call, stream: str, found: list[T], rank_of: Callable[[T], tuple[int, int]], *, most: int | None = None
) -> Json:
    """What a page says about the next, given one record more than it shows, where there is one."""
    most = most or limit(call)
    more = len(found) > most
    cursor = None
    if more:
        first, second = rank_of(found[most - 1])
        cursor = seal({"s": stream, "m": call.now, "a": first, "b": second})
    return {"pagination": {"limit": most, "has_more": more, "next_cursor": cursor}}


def by_position(records: Iterable[T]) -> tuple[list[tuple[int, T]], Callable[[tuple[int, T]], tuple[int, int]]]:
    """Records with their positions, for lists whose order never changes."""
    return list(enumerate(records)), lambda record: (record[0], 0)


def known_conversation(call: Call) -> Conversation:
    """The conversation that the path names. 404 when there is none."""
    found = call.workspace.by_id.get(call.path["conversation_id"])
    if found is None:
        raise refused(404, "Conversation not found")
    return found


def known_lead(call: Call) -> Person:
    """The lead that the path names. 404 when there is none."""
    for number in call.workspace.people():
        if lead_id(number) == call.path["lead_id"]:
            return call.workspace.person(number)
    raise refused(404, "Lead not found")


def lead_id(number: int) -> str:
    """The id of a lead."""
    return f"lead_{number:08x}"
