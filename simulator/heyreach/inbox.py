"""HeyReach's inbox: listing, one thread, sending, read marks.

Kept quirks: days instead of moments in `from` and `to`; filters that nobody knows are dropped without a word, so the
whole inbox comes; a cursor that was edited is refused; the answer to a send is empty.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from simulator.answers import Answer, Call, Declined, open_seal, seal
from simulator.clock import DAY, day_start
from simulator.heyreach import shapes
from simulator.heyreach.asking import (
    error,
    ids,
    known_conversation,
    moment,
    not_found,
    not_valid,
    optional_text,
    page,
    text,
    texts,
    whole_number,
)
from simulator.threads import Conversation
from simulator.workspace import Rank


@dataclass(frozen=True, slots=True)
class Filters:
    """What a listing asks for, with the ids looked up."""

    senders: frozenset[str]
    campaigns: frozenset[str]
    search: str
    person: int | None
    tags: frozenset[str]
    automatic_tags: frozenset[str]
    seen: bool | None


def get_conversations_v3(call: Call) -> Answer:
    """A page by cursor, newest activity first."""
    limit = whole_number(call.body, "limit", default=10)
    start, end = _window(call)
    if not 1 <= limit <= 100:
        raise not_valid()
    fits = _fitting(call, _filters(call))
    if fits is _any:
        limit = min(limit, call.world.config.page_most or limit)
    rows = (row for row in _between(call.workspace.newest(after=_after(call)), start, end) if fits(row))
    shown = list(islice(rows, limit + 1))
    more = len(shown) > limit
    shown = shown[:limit]
    return Answer(
        json={
            "items": [shapes.conversation(call, row, whole=False) for row in shown],
            "totalCount": shapes.count(call, _total(call, fits, start, end)),
            "nextCursor": seal({"t": shown[-1].last_at, "i": shown[-1].index}) if more else None,
            "hasNextPage": more,
        }
    )


def get_conversations_v2(call: Call) -> Answer:
    """A page by offset."""
    wanted = page(call.body)
    fits = _fitting(call, _filters(call))
    rows = [row for row in call.workspace.newest() if fits(row)]
    if call.last_page and wanted.stop > len(rows):
        wanted = slice(max(0, len(rows) - (wanted.stop - wanted.start)), len(rows))
    return Answer(
        json={
            "totalCount": shapes.count(call, len(rows)),
            "items": [shapes.conversation(call, row, whole=False, version=2) for row in rows[wanted]],
        }
    )


def get_chatroom(call: Call) -> Answer:
    """One conversation, whole."""
    if call.raw_path.count("/") > call.raw_path.partition("/inbox/")[0].count("/") + 4:
        raise not_found()  # the id was not percent-encoded
    row = known_conversation(call, call.path["conversation_id"], int(call.path["account_id"]))
    return Answer(json=shapes.conversation(call, row, whole=True))


def send_message(call: Call) -> Answer:
    """Deliver a message. No id comes back."""
    account = whole_number(call.body, "linkedInAccountId")
    message = text(call.body, "message")
    row = known_conversation(call, text(call.body, "conversationId"), account)
    subject = optional_text(call.body, "subject") or ""
    if not message.strip() or row.blocked_by_me or row.blocked_by_lead:
        raise not_valid()
    if not call.workspace.senders[row.sender].usable:
        raise Declined(error(400, "The LinkedIn account is not connected."))
    call.world.deliver(call.workspace, row, message, subject=subject)
    return Answer(json={} if call.world.config.send_answer == "json" else None)


def set_seen_status(call: Call) -> Answer:
    """Set the read mark."""
    row = known_conversation(call, text(call.body, "conversationId"), whole_number(call.body, "linkedInAccountId"))
    seen = call.body.get("seen")
    if not isinstance(seen, bool):
        raise not_valid()
    call.world.record(call.workspace, "seen", conversation=row.id, flag=seen)
    return Answer()


def _window(call: Call) -> tuple[int, int]:
    """The days that `from` and `to` name: from the start of the first to the start of the last, which is left out.

    Without `to`: up to now.
    """
    start, end = moment(call.body, "from"), moment(call.body, "to")
    if start is not None and start > (call.now if end is None else end):
        raise not_valid()
    return 0 if start is None else day_start(start), call.now + DAY if end is None else day_start(end)


def _after(call: Call) -> Rank | None:
    """Where the page begins. 400 when the cursor was edited."""
    cursor = optional_text(call.body, "cursor")
    if cursor is None:
        return None
    values = open_seal(cursor)
    moment_at, index = (values or {}).get("t"), (values or {}).get("i")
    if not isinstance(moment_at, int) or not isinstance(index, int):
        raise Declined(error(400, "The cursor is invalid."))
    return -moment_at, index


def _between(rows: Iterator[Conversation], start: int, end: int) -> Iterator[Conversation]:
    """The rows whose newest activity is in a window, given newest first."""
    for row in rows:
        if row.last_at < start:
            return
        if row.last_at < end:
            yield row


def _total(call: Call, fits: Callable[[Conversation], bool], start: int, end: int) -> int:
    """How many rows fit in all."""
    if fits is _any and end > call.now:
        return bisect_right(call.workspace.ranks, (-start, len(call.workspace.conversations)))
    return sum(fits(row) for row in _between(call.workspace.newest(), start, end))


def _filters(call: Call) -> Filters:
    """The filters of a request. Keys that nobody knows are not looked at."""
    body = call.body.get("filters") or {}
    if not isinstance(body, dict):
        raise not_valid()
    url, member, seen = optional_text(body, "leadProfileUrl"), optional_text(body, "leadLinkedInId"), body.get("seen")
    if (url and member) or not isinstance(seen, bool | None):
        raise not_valid()
    tags = texts(body, "tags")
    if not set(tags) <= set(call.workspace.tags):
        raise not_valid()
    return Filters(
        senders=frozenset(ids(body, "linkedInAccountIds")),
        campaigns=frozenset(ids(body, "campaignIds")),
        search=(optional_text(body, "searchString") or "").casefold(),
        person=_person(call, url, member),
        tags=frozenset(tags),
        automatic_tags=frozenset(texts(body, "latestAutoTagNames")),
        seen=seen,
    )


def _person(call: Call, url: str | None, member: str | None) -> int | None:
    """Whom the filters name. 400 when that is nobody."""
    if url is None and member is None:
        return None
    found = call.workspace.find_person(url) if url else call.workspace.find_member(member or "")
    if found is None:
        raise Declined(error(400, "The lead profile could not be resolved."))
    return found.number


def _any(_: Conversation) -> bool:
    return True


def _fitting(call: Call, filters: Filters) -> Callable[[Conversation], bool]:
    """Whether a conversation fits the filters, the cheap questions first."""
    if filters == Filters(frozenset(), frozenset(), "", None, frozenset(), frozenset(), None):
        return _any

    def fits(row: Conversation) -> bool:
        workspace = call.workspace
        if filters.senders and workspace.senders[row.sender].id not in filters.senders:
            return False
        if filters.person is not None and row.person != filters.person:
            return False
        if filters.seen is not None and row.seen is not filters.seen:
            return False
        if filters.campaigns and (
            row.campaign is None
            or not row.told_campaign
            or workspace.campaigns[row.campaign].id not in filters.campaigns
        ):
            return False
        if filters.tags and filters.tags.isdisjoint(workspace.tags_of(row.person)):
            return False
        return _fits_inside(call, row, filters)

    return fits


def _fits_inside(call: Call, row: Conversation, filters: Filters) -> bool:
    """The questions that need the messages."""
    if not filters.automatic_tags and not filters.search:
        return True
    said = call.workspace.history(row)
    answered = any(spoken.side == "lead" for spoken in said)
    if filters.automatic_tags and shapes.automatic_tag(row, answered=answered) not in filters.automatic_tags:
        return False
    if not filters.search:
        return True
    who = call.workspace.person(row.person)
    return any(filters.search in place.casefold() for place in (who.name, who.company, *(s.text for s in said)))
