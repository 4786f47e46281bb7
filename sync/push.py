"""Carrying one outbox entry to its provider, under the sending law.

A reply is checked against the thread as it is now, claimed durably, sent exactly once, and settled by what is known of
its delivery. Whatever ends a send without an answer, a cancelled task included, leaves it in doubt.
"""

from __future__ import annotations

import asyncio

from postroom.commands import AddTags, MarkSeen, NeverContact, Reply, SetVerdict
from postroom.errors import Gone, PostroomError, ProviderError, RateLimited, Rejected
from postroom.records import SendResult
from providers.base import Lane, NotBegun
from store import outbox, queries
from store.outbox import OutboxEntry
from sync import blocking, control, telling
from sync.clock import MINUTE
from sync.echoes import baseline
from sync.link import Link
from sync.outcomes import CallError, outcome_of, stops_lane
from sync.preconditions import RENEWED, Situation, expired, not_offered, objection
from sync.schedule import backoff
from sync.settling import (
    doubt,
    drop,
    fail,
    finish,
    heed_daily_limit,
    hold,
    postpone,
    refuse,
    requeue,
    state_of,
    stop_sending,
    take,
)
from sync.threads import apply_read, fetch_thread

LIMITED_FOR = 15 * MINUTE
"""A reply that the provider's limit holds back longer than this goes back to its writer."""

SEEN_ATTEMPTS = 3
"""A read mark is a courtesy: after this many attempts it is dropped without a word."""


async def push(link: Link, entry: OutboxEntry) -> str:
    """Do what the entry asks, once, if it may still be done. Returns the state that it is in afterwards."""
    refusal = not_offered(link.provider.name, entry.command)
    if refusal:
        return drop(link, entry) if isinstance(entry.command, MarkSeen) else hold(link, entry, refusal)
    stale = expired(entry.command, asked_at=entry.queued_at or entry.created_at, now=link.clock.now())
    if stale:
        return refuse(link, entry, stale)
    match entry.command:
        case Reply():
            return await _push_reply(link, entry, entry.command)
        case MarkSeen() | AddTags():
            return await _push_courtesy(link, entry, entry.command)
        case NeverContact():
            return await blocking.push(link, entry, entry.command)
        case SetVerdict():
            return await telling.push(link, entry, entry.command)
        case _:
            return await control.push(link, entry)


async def _push_reply(link: Link, entry: OutboxEntry, reply: Reply) -> str:
    """Look, claim, send, settle."""
    stopped = outbox.lane_stopped(link.store, link.workspace)
    try:
        sentence = await _look(link, entry, reply)
    except Gone:
        return hold(link, entry, "This conversation no longer exists at the provider, so nothing can be sent in it.")
    except Rejected as error:
        return hold(link, entry, str(error))
    except ProviderError as error:
        return _could_not_look(link, entry, error, stopped=stopped)
    if sentence:
        return hold(link, entry, sentence)
    if not take(link, entry, baseline=baseline(link, reply.conversation, reply.text)):
        return state_of(link, entry)
    try:
        result = await link.provider.send(reply.conversation, reply.text, subject=reply.subject)
    except NotBegun:
        requeue(link, entry, "Postroom stopped before this had left.", seconds=0)
        raise
    except asyncio.CancelledError:
        doubt(link, entry, "Postroom stopped while this was being sent. It may have arrived.")
        raise
    except CallError as error:
        return _after_error(link, entry, error)
    except Exception:
        # Whatever broke, bytes may have left: R4, all doubt is `in_doubt`.
        doubt(link, entry, "Something went wrong while this was being sent. It may have arrived.")
        raise
    return _after_answer(link, entry, result)


async def _look(link: Link, entry: OutboxEntry, reply: Reply) -> str:
    """Read the thread as it is now into the cache; the sentence that holds the reply back, or nothing."""
    key = link.key(reply.conversation)
    before = queries.conversation(link.store, key)
    known = {message.key for message in queries.thread(link.store, key)}
    read = await fetch_thread(
        link, reply.conversation, lead_url=before.profile_url if before else None, lane=Lane.ACTION
    )
    apply_read(link, read)
    if not read.complete:
        return f"The conversation could not be read to its end, so this was not sent. {read.reason}"
    if read.conversation.id != reply.conversation:
        return RENEWED
    head = queries.conversation(link.store, key)
    if head is None:
        return "This conversation is not known here any more: sync, then send again."
    situation = Situation(
        head=head,
        blocked=read.conversation.blocked or head.row.blocked,
        messages=queries.thread(link.store, key),
        known=known,
        ours=_our_messages(link, entry, reply),
    )
    return objection(reply, situation)


def _our_messages(link: Link, entry: OutboxEntry, reply: Reply) -> list[set[str]]:
    """For each reply given to the provider from here in this conversation, the messages that may be it."""
    key = link.key(reply.conversation)
    return [
        {shown for shown, _, _ in queries.outbound_with_hash(link.store, key, other.text_hash)}
        for other in outbox.attempted_replies(link.store, link.workspace, reply.conversation)
        if other.id != entry.id and other.state in {"sent", "accepted", "pending", "in_doubt", "discarded"}
    ]


def _could_not_look(link: Link, entry: OutboxEntry, error: ProviderError, *, stopped: str) -> str:
    """Nothing was sent, because the thread could not be read first. `stopped`: why nothing was sent before, if so."""
    if stops_lane(error):
        if not stopped and outbox.lane_stopped(link.store, link.workspace):
            # Another reply, looked up at the same time, has said so: this one waits with the rest of the queue.
            return postpone(link, entry, "", seconds=0)
        stop_sending(link, error)
        return fail(link, entry, str(error))
    if isinstance(error, RateLimited) and _limited_too_long(link, entry):
        return hold(link, entry, f"{error} It waited over 15 minutes: send again when you like.")
    return postpone(link, entry, str(error), seconds=_wait(link, entry, error))


def _after_error(link: Link, entry: OutboxEntry, error: PostroomError) -> str:
    """Settle a send that did not succeed, by what its error proves."""
    state = outcome_of(error)
    heed_daily_limit(link, error)
    if stops_lane(error):
        stop_sending(link, error)
    if state == "failed":
        return fail(link, entry, str(error))
    if state == "in_doubt":
        return doubt(link, entry, str(error))
    requeue(link, entry, str(error), seconds=_wait(link, entry, error))
    if isinstance(error, RateLimited) and _limited_too_long(link, entry):
        return hold(link, entry, f"{error} It waited over 15 minutes: send again when you like.")
    return "queued"


def _after_answer(link: Link, entry: OutboxEntry, result: SendResult) -> str:
    """Settle a send that the provider took: `sent`, `accepted` or `pending`."""
    state = result.state if result.state in {"sent", "accepted", "pending"} else "in_doubt"
    matched_by = "id" if state == "sent" and result.remote_id else ""
    return finish(link, entry, state, remote_id=result.remote_id, matched_by=matched_by)


async def _push_courtesy(link: Link, entry: OutboxEntry, command: MarkSeen | AddTags) -> str:
    """Do what harms nobody when it is done twice or not at all, and never bother the user with it."""
    if not take(link, entry, baseline=None):
        return state_of(link, entry)
    if isinstance(command, MarkSeen) and not link.mark_seen:
        return drop(link, entry)
    try:
        if isinstance(command, MarkSeen):
            await link.provider.mark_seen(command.conversation)
        else:
            await link.provider.add_tags(command.lead_url, command.tags)
    except CallError as error:
        if stops_lane(error):
            stop_sending(link, error)
        if outcome_of(error) == "failed" or entry.attempts + 1 >= SEEN_ATTEMPTS:
            return drop(link, entry)
        return requeue(link, entry, str(error), seconds=_wait(link, entry, error))
    except asyncio.CancelledError:
        requeue(link, entry, "Postroom stopped before the answer came.", seconds=0)
        raise
    return finish(link, entry, "sent")


def _limited_too_long(link: Link, entry: OutboxEntry) -> bool:
    return link.clock.now() - (entry.queued_at or entry.created_at) >= LIMITED_FOR


def _wait(link: Link, entry: OutboxEntry, error: PostroomError) -> float:
    """Seconds until the next attempt: what the provider asked for, else longer with each attempt."""
    if isinstance(error, RateLimited) and error.retry_after is not None:
        return error.retry_after
    return backoff(entry.attempts + 1, roll=link.clock.random())
