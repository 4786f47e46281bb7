"""Reading conversations by themselves: the one on screen, those that changed, those still missing their messages."""

from __future__ import annotations

from dataclasses import dataclass, replace

from postroom.commands import Reply
from postroom.errors import Forbidden, Gone, NeverSent, ProviderError, RateLimited, Unauthorised
from postroom.records import Conversation, Message, Micros, Page
from providers.base import Lane
from store import queries, writes
from store.writes import Applied, ThreadNeed
from sync.clock import HOUR
from sync.echoes import awaited_replies, settle_echoes
from sync.events import Progressed, Pulled
from sync.indexing import index
from sync.link import Link
from sync.report import Tally
from sync.walk import Walk

THREAD_PAGE = 100
REST_SECONDS = 1800.0
"""How long a thread that could not be read is left alone."""

FATAL = (Unauthorised, Forbidden, NeverSent, RateLimited)
"""Errors after which the next thread would fare no better."""

AWAITED_RECENTLY: Micros = HOUR
"""How long the thread of a send without an echo is read at every poll. Later, the lists must show it."""

INDEX_EVERY = 5
"""Threads read in a row before their messages are made searchable."""

_AWAITED_AT_ONCE = 5
_LOOKED_UP = 50


@dataclass(frozen=True, slots=True)
class ThreadRead:
    """One conversation as the provider shows it now."""

    conversation: Conversation
    """With the messages of all its pages."""
    complete: bool
    reason: str
    rejected: int
    began: float
    """When it was asked for, by the monotonic clock."""


async def fetch_thread(link: Link, conversation: str, *, lead_url: str | None, lane: Lane) -> ThreadRead:
    """All pages of a thread. Raises the ProviderError when not even the first could be read."""
    began = link.clock.monotonic()
    heads: list[Conversation] = []
    messages: dict[tuple[str, int], Message] = {}
    rejected = 0

    async def fetch(cursor: str | None) -> Page[Message]:
        nonlocal rejected
        read = await link.provider.thread(conversation, lead_url=lead_url, cursor=cursor, lane=lane)
        heads.append(read.conversation)
        rejected += read.rejected
        return Page(read.conversation.messages, next_cursor=read.next_cursor, more=read.more)

    def take(page: Page[Message], cursor: str | None) -> bool:
        if cursor is None:
            messages.clear()
        messages.update({(message.key, message.ordinal): message for message in page.records})
        return False

    walked = await Walk(name="messages", fetch=fetch, take=take, identity=_identity, page_size=THREAD_PAGE).run()
    if walked.error is not None and not heads:
        raise walked.error
    whole = replace(heads[0], messages=tuple(messages.values()), messages_complete=walked.complete)
    return ThreadRead(whole, walked.complete, walked.reason, rejected, began)


def apply_read(link: Link, read: ThreadRead) -> Applied:
    """Store what was read, settle the sends that it shows, and tell the screen."""
    link.keep_limits()
    applied = writes.apply_thread(
        link.store,
        link.workspace,
        link.provider.name,
        read.conversation,
        complete=read.complete,
        now=link.clock.now(),
    )
    settle_echoes(link, {read.conversation.id}, read_began=read.began)
    if applied.conversations_changed:
        link.emit(Pulled(link.workspace, applied.conversations_changed))
    return applied


async def read_thread(link: Link, conversation: str, *, lead_url: str | None, lane: Lane) -> tuple[ThreadRead, Applied]:
    """Fetch a thread and store it. Raises the ProviderError when it could not be read at all."""
    read = await fetch_thread(link, conversation, lead_url=lead_url, lane=lane)
    return read, apply_read(link, read)


async def read_missing(link: Link, tally: Tally, *, limit: int | None) -> int:
    """Read threads whose messages are not all here, the one on screen first, then the newest, at most `limit`.

    None: all. Returns how many are still missing. What cannot be read is noted in the tally and left alone for a while.
    """
    total = writes.count_incomplete(link.store, link.workspace)
    for done, need in enumerate(_readable(link, limit=total if limit is None else limit), start=1):
        fresh = need.conversation in tally.changed and need.conversation not in tally.new
        lane = Lane.CHANGED if fresh else Lane.BACKFILL
        if not await _read_one(link, tally, need.conversation, lead_url=need.lead_url, lane=lane) or tally.trapped:
            break
        link.emit(Progressed(link.workspace, "threads", done, total))
        if done % INDEX_EVERY == 0:
            await index(link)
    return writes.count_incomplete(link.store, link.workspace)


def backlog(link: Link) -> bool:
    """Whether the next pull would read threads; what could not be read a moment ago rests first."""
    return bool(_readable(link, limit=1))


async def read_awaited(link: Link, tally: Tally) -> None:
    """Look for the echoes of recent sends where the lists have not shown them."""
    newest = link.clock.now() - AWAITED_RECENTLY
    recent = [entry for entry in awaited_replies(link) if (entry.ended_at or entry.created_at) >= newest]
    conversations = dict.fromkeys(entry.command.conversation for entry in recent if isinstance(entry.command, Reply))
    for conversation in list(conversations)[:_AWAITED_AT_ONCE]:
        lead_url = _lead_url(link, conversation)
        if not await _read_one(link, tally, conversation, lead_url=lead_url, lane=Lane.CHANGED):
            return


async def read_absent(link: Link, tally: Tally) -> None:
    """Look up what two whole walks did not show; what the provider then calls gone is marked gone, never deleted."""
    for need in writes.missing_conversations(link.store, link.workspace, limit=_LOOKED_UP):
        if not await _read_one(link, tally, need.conversation, lead_url=need.lead_url, lane=Lane.BACKFILL, gone=True):
            return


async def _read_one(
    link: Link, tally: Tally, conversation: str, *, lead_url: str | None, lane: Lane, gone: bool = False
) -> bool:
    """Read one thread. `gone`: a 404 proves that it is. False: no other thread need be tried now."""
    try:
        read, applied = await read_thread(link, conversation, lead_url=lead_url, lane=lane)
    except Gone:
        if gone:
            writes.mark_gone(link.store, link.workspace, conversation, now=link.clock.now())
            link.emit(Pulled(link.workspace, (conversation,)))
        else:
            writes.thread_unknown(link.store, link.workspace, conversation)
        link.memory.unreadable[conversation] = link.clock.monotonic() + REST_SECONDS
        return True
    except ProviderError as error:
        tally.blame(str(error))
        link.memory.unreadable[conversation] = link.clock.monotonic() + REST_SECONDS
        return not isinstance(error, FATAL)
    if not read.complete:
        link.memory.unreadable[conversation] = link.clock.monotonic() + REST_SECONDS
        tally.endless += 1
    tally.add(applied)
    tally.quarantined += read.rejected
    tally.blame(read.reason)
    return True


def _readable(link: Link, *, limit: int) -> list[ThreadNeed]:
    """Threads whose messages are not all here, without those that rest: the one on screen, then the newest."""
    now, seen = link.clock.monotonic(), link.memory.on_screen
    resting = {conversation for conversation, until in link.memory.unreadable.items() if until > now}
    needs = writes.incomplete_threads(link.store, link.workspace, limit=limit + len(resting))
    if seen is not None and seen.workspace == link.workspace:
        needs = [*writes.incomplete_threads(link.store, link.workspace, limit=1, only=seen.id), *needs]
    readable = {need.conversation: need for need in needs if need.conversation not in resting}
    return list(readable.values())[:limit]


def _lead_url(link: Link, conversation: str) -> str | None:
    row = queries.conversation(link.store, link.key(conversation))
    return row.profile_url if row else None


def _identity(message: Message) -> str:
    return f"{message.key}#{message.ordinal}"
