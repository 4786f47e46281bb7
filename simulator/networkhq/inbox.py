"""NetworkHQ's inbox: listing, one thread, sending. Nothing can be marked read.

Kept quirks: the order of the list is the configuration's choice, because the contract leaves it open; a send may be
accepted without a message, which then appears in the thread a little later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice

from simulator.answers import Answer, Call, Json
from simulator.clock import DAY, written
from simulator.dice import mix
from simulator.networkhq.asking import (
    cursor_rank,
    known_conversation,
    lead_id,
    limit,
    page,
    pagination,
    refused,
)
from simulator.threads import Conversation, Spoken
from simulator.workspace import Rank, rank

_MOST = 8000


def conversations(call: Call) -> Answer:
    """A page of conversations."""
    unread = call.query.get("unread_only", "").lower() == "true"
    account = call.query.get("linkedin_account_id")
    rows, rank_of = _ordered(call)
    fitting = (
        row for row in rows if not (unread and row.seen) and account in {None, call.workspace.senders[row.sender].id}
    )
    return page(call, "conversations", fitting, rank_of, lambda row: _listed(call, row))


def conversation(call: Call) -> Answer:
    """One conversation and a page of its messages, newest first."""
    row = known_conversation(call)
    stream = f"messages {row.id}"
    behind, most = cursor_rank(call, stream), limit(call)
    said = list(enumerate(reversed(call.workspace.history(row))))
    total = len(said)

    def rank_of(entry: tuple[int, Spoken]) -> Rank:
        # counted from the oldest, so that a new message does not shift the pages
        return entry[0] - total, 0

    found = list(islice((entry for entry in said if behind is None or rank_of(entry) > behind), most + 1))
    messages = [_message(row, spoken) for _, spoken in found[:most]]
    head = _head(call, row, tuple(spoken for _, spoken in reversed(said)))
    return Answer(json={"data": {**head, "messages": messages}, **pagination(call, stream, found, rank_of)})


def send(call: Call) -> Answer:
    """Deliver a message. The message comes back, or only the word that it is pending."""
    row = known_conversation(call)
    content = call.body.get("content")
    if not isinstance(content, str) or not content.strip():
        raise refused(400, "content is required")
    if len(content) > _MOST:
        raise refused(400, f"content must be at most {_MOST} characters")
    if not call.workspace.senders[row.sender].usable:
        raise refused(400, "The LinkedIn account is not connected")
    if row.blocked_by_me or row.blocked_by_lead:
        raise refused(400, "The conversation does not accept messages")
    event = call.world.deliver(call.workspace, row, content, pending=call.force_pending)
    message = None if event.pending else _message(row, call.workspace.history(row)[-1])
    return Answer(json={"data": {"ok": True, "pending": event.pending, "message": message}})


def _ordered(call: Call) -> tuple[Iterable[Conversation], Callable[[Conversation], Rank]]:
    """The conversations in the configured order, and their ranks in it."""
    order = call.world.config.networkhq_order
    if order == "updated":
        return call.workspace.newest(after=cursor_rank(call, "conversations")), rank
    if order == "created":
        return [row for row in call.workspace.conversations[::-1] if not row.gone], lambda row: (-row.index, 0)

    def shuffled(row: Conversation) -> Rank:
        return mix(row.seed, 71), row.index

    return sorted((row for row in call.workspace.conversations if not row.gone), key=shuffled), shuffled


def _head(call: Call, row: Conversation, said: tuple[Spoken, ...]) -> Json:
    """What list and detail have in common."""
    who, seat = call.workspace.person(row.person), call.workspace.senders[row.sender]
    answered = any(spoken.side == "lead" for spoken in said)
    unnamed = row.index % 47 == 19  # some profiles are not visible
    return {
        "id": row.id,
        "linkedin_conversation_id": f"2-{mix(call.workspace.world_seed, 72, row.person):016x}",
        "intent": row.mood.intent if answered else None,
        "is_unread": not row.seen,
        "lead": {
            "id": lead_id(row.person),
            "first_name": None if unnamed else who.first,
            "last_name": None if unnamed else who.last,
            "linkedin_url": None if unnamed else profile_url(row.index, who.url),
        },
        "linkedin_account": {"id": seat.id, "profile_name": None if seat.index == 5 else seat.person.name},
        "created_at": written(said[0].sent_at - DAY),
        "updated_at": written(max(row.last_at, said[-1].sent_at)),
    }


def profile_url(index: int, url: str) -> str:
    """A profile address; some are spelled otherwise than at HeyReach, and are the same all the same."""
    return {3: f"{url}/", 4: url.replace("www.", "")}.get(index % 13, url)


def _listed(call: Call, row: Conversation) -> Json:
    """A conversation as the list shows it: with its last message."""
    said = call.workspace.history(row)
    last = _message(row, said[-1])
    shown = {key: last[key] for key in ("id", "content", "sent_at", "direction")}
    return {**_head(call, row, said), "last_message": None if row.index % 101 == 63 else shown}


def _message(row: Conversation, spoken: Spoken) -> Json:
    """A message."""
    native = f"{row.seed:016x}_{spoken.id}"
    return {
        "id": f"msg_{native}",
        "linkedin_message_id": f"urn:li:msg:{native}",
        "content": spoken.text,
        "direction": "sent" if spoken.side == "us" else "received",
        "sent_at": written(spoken.sent_at),
        "content_type": "text",
    }
