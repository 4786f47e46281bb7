"""What sync writes into the cache: each function is one transaction, and repeating it changes nothing more.

Streams and campaigns have their own files and are offered here too, so that sync has one door.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace

from postroom.records import Conversation, ConversationKey, Micros, Page
from store import erased, journal
from store.connection import transaction
from store.conversations import Merged, merge_page, merge_thread
from store.database import Store
from store.streams import (
    StreamState,
    ThreadNeed,
    count_incomplete,
    finish_walk,
    incomplete_threads,
    keep_cursor,
    keep_rejections,
    known_fingerprints,
    missing_conversations,
    quarantine,
    set_workspace_status,
    stream_state,
    thread_unknown,
)
from store.workspaces import place_of
from store.writes_campaigns import (
    apply_campaign_leads,
    apply_campaigns,
    apply_enrolments,
    apply_senders,
    apply_statistics,
)

__all__ = [
    "Applied", "StreamState", "ThreadNeed", "apply_campaign_leads", "apply_campaigns", "apply_conversations",
    "apply_enrolments", "apply_senders", "apply_statistics", "apply_thread", "clear_unread", "count_incomplete",
    "finish_walk", "incomplete_threads", "known_fingerprints", "mark_gone", "missing_conversations", "quarantine",
    "set_workspace_status", "stream_state", "thread_unknown", "wake_due", "without_erased",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Applied:
    """What an answer changed."""

    conversations_seen: int
    conversations_changed: tuple[str, ...]
    """Native ids of rows that were written."""
    messages_seen: int
    messages_new: int
    quarantined: int
    conversations_new: int = 0


def without_erased(store: Store, workspace: str, page: Page[Conversation]) -> Page[Conversation]:
    """The page without people who were erased here: nothing of them is kept, counted or shown again."""
    known = erased.known_in(store.state_dir)
    if not known.marks:
        return page
    return replace(
        page,
        records=tuple(each for each in page.records if not known.is_conversation(workspace, each)),
        rejected=tuple(each for each in page.rejected if not known.is_rejection(workspace, each)),
    )


def apply_conversations(
    store: Store,
    workspace: str,
    provider: str,
    page: Page[Conversation],
    *,
    stream: str = "conversations",
    cursor: str | None = None,
    now: Micros,
) -> Applied:
    """Take a page of the inbox in: rows, messages, counts, cursor and the journal's projection in one transaction.

    A row whose fingerprint is known and whose messages are all stored is not written; nobody who was erased is.
    """
    page = without_erased(store, workspace, page)
    with transaction(store.cache) as cache:
        place = place_of(cache, workspace, provider)
        merged = merge_page(cache, place, page.records, now=now)
        journal.project_created(store, workspace, merged.created)
        keep_rejections(cache, place.id, page.rejected, now=now)
        if cursor is not None:
            keep_cursor(cache, place.id, stream, cursor)
    return _applied(len(page.records), merged, len(page.rejected))


def apply_thread(
    store: Store, workspace: str, provider: str, thread: Conversation, *, complete: bool, now: Micros
) -> Applied:
    """Take one conversation's messages in: a union that never shrinks. `complete`: this is the whole thread."""
    if erased.known_in(store.state_dir).is_conversation(workspace, thread):
        return _applied(1, Merged(), 0)
    with transaction(store.cache) as cache:
        place = place_of(cache, workspace, provider)
        merged = merge_thread(cache, place, thread, complete=complete, now=now)
        journal.project_created(store, workspace, merged.created)
    return _applied(1, merged, 0)


def mark_gone(store: Store, workspace: str, conversation_id: str, *, now: Micros) -> None:
    """Note that the provider has the conversation no longer. It stays readable; sends are refused."""
    del now
    with transaction(store.cache) as cache:
        cache.execute(
            """
            update conversation set gone = 1, missed = 0, wanted = 0, version = version + 1
            where native = ? and gone = 0 and workspace = (select id from workspace where name = ?)
            """,
            (conversation_id, workspace),
        )


def clear_unread(
    store: Store, workspace: str, *, shown: Collection[str], since: Micros | None = None
) -> tuple[str, ...]:
    """Take the mark from conversations that the provider had as unread and no longer shows among the unread.

    `since`: only those active after it. Their fingerprints are forgotten, so that whatever a list says of them next is
    taken in. Returns their native ids.
    """
    with transaction(store.cache) as cache:
        cleared = cache.rows(
            str,
            """
            update conversation set unread_remote = 0, unread = 0, fingerprint = '', version = version + 1
            where unread = 1 and unread_remote = 1 and gone = 0 and coalesce(last_at, 0) > :since
                and workspace = (select id from workspace where name = :workspace)
                and native not in (select value from json_each(:shown))
            returning native
            """,
            {"workspace": workspace, "since": -1 if since is None else since, "shown": json.dumps(list(shown))},
        )
    return tuple(cleared)


def wake_due(store: Store, now: Micros) -> list[ConversationKey]:
    """Bring the snoozed conversations back whose time has come. Returns them."""
    query = """
        select w.name, c.native from conversation c join workspace w on w.id = c.workspace
        where c.folder = 'snoozed' and c.wake_at <= ? order by c.wake_at
    """
    if not store.cache.rows(ConversationKey, query, (now,)):
        return []
    with transaction(store.cache) as cache:
        woken = cache.rows(ConversationKey, query, (now,))
        cache.execute(
            """
            update conversation set folder = 'inbox', wake_at = null, handled_at = null, version = version + 1
            where folder = 'snoozed' and wake_at <= ?
            """,
            (now,),
        )
    return woken


def _applied(seen: int, merged: Merged, quarantined: int) -> Applied:
    return Applied(
        conversations_seen=seen,
        conversations_changed=tuple(merged.changed),
        messages_seen=merged.messages_seen,
        messages_new=merged.messages_new,
        quarantined=quarantined,
        conversations_new=len(merged.created),
    )
