"""Answers become rows: the union of messages, the derived standing, and nothing written where nothing changed.

Used by `store.writes` inside its transactions; every statement here goes to the cache.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from postroom.records import Conversation, Direction, Micros, Verdict
from postroom.text import short_ref
from store import kinship
from store.connection import Connection, Value
from store.messages import MessageWriter, join, read_threads
from store.standing import Standing, derive
from store.threads import Stored, Union
from store.workspaces import Place


@dataclass(frozen=True, slots=True)
class Existing:
    """A conversation's row as the cache has it."""

    id: int
    fingerprint: str
    lead_name: str
    company: str
    total_messages: int | None
    message_count: int
    complete: bool
    wanted: bool
    gone: bool
    standing: Standing


@dataclass(slots=True)
class Merged:
    """What a page did."""

    changed: list[str] = field(default_factory=list)
    messages_seen: int = 0
    messages_new: int = 0
    created: list[str] = field(default_factory=list)
    """Native ids of conversations that were not in the cache before."""


_PROVIDED = (
    "sender_id", "sender_name", "channel", "lead_id", "lead_name", "company", "position", "headline", "location",
    "profile_url", "email", "linkedin_id", "tags_remote", "verdict_remote", "verdict_raw", "blocked",
    "is_group", "browser_url",
)  # fmt: skip
_DERIVED = (
    "last_at", "last_direction", "preview", "sort_at", "last_inbound_at", "waiting_since", "unread_remote", "unread",
    "folder", "handled_at", "wake_at",
)  # fmt: skip
_COUNTED = ("fingerprint", "total_messages", "message_count", "complete", "wanted")
_LAST = ("subject", "campaign_id")

_ALL = ("id", "workspace", "native", "ref", *_PROVIDED, *_DERIVED, *_COUNTED, *_LAST)
_SETS = ", ".join(f"{name} = ?" for name in (*_PROVIDED, *_DERIVED, *_COUNTED))
_THREAD_SETS = ", ".join(f"{name} = ?" for name in (*_DERIVED, *_COUNTED))
# Only the constants above are put into these statements.
_INSERT = f"insert into conversation ({', '.join(_ALL)}) values ({', '.join('?' * len(_ALL))})"
_UPDATE = (
    f"update conversation set {_SETS}, subject = coalesce(nullif(?, ''), subject), "
    "campaign_id = coalesce(?, campaign_id), gone = 0, missed = 0, version = version + 1 where id = ?"
)
_UPDATE_FRAGMENT = _UPDATE.replace(" email = ?", " email = coalesce(?, email)").replace(
    " verdict_remote = ?", " verdict_remote = coalesce(nullif(?, 'none'), verdict_remote)"
)
for _name in ("sender_name", "company", "position", "profile_url", "verdict_raw"):
    _UPDATE_FRAGMENT = _UPDATE_FRAGMENT.replace(f" {_name} = ?", f" {_name} = coalesce(nullif(?, ''), {_name})")
"""For a row made of some messages only: what those do not say stays as it was."""
_UPDATE_THREAD = f"update conversation set {_THREAD_SETS}, gone = 0, missed = 0, version = version + 1 where id = ?"
_COUNT = """
insert into tally values (?, ?, ?, ?, ?, ?) on conflict do update set n = n + excluded.n
"""
_INTERESTED = frozenset({Verdict.INTERESTED, Verdict.CURIOUS, Verdict.MEETING})
"""As the column `interested` says it."""
_EXISTING = """
select native, id, fingerprint, lead_name, company, total_messages, message_count, complete, wanted, gone,
    last_at, last_direction, preview, sort_at, last_inbound_at, waiting_since, unread_remote, unread,
    folder, handled_at, wake_at
from conversation where workspace = ? and native in (select value from json_each(?))
"""


def merge_page(cache: Connection, place: Place, records: Sequence[Conversation], *, now: Micros) -> Merged:
    """Bring a page of list rows in."""
    latest = {record.id: record for record in records}  # a provider may repeat a row within a page
    existing = _existing(cache, place, latest)
    threads = read_threads(cache, [existing[r.id].id for r in latest.values() if r.messages and r.id in existing])
    writer = _PageWriter(cache, place, now=now)
    writer.foresee([record for record in latest.values() if record.id not in existing])
    for record in latest.values():
        before = existing.get(record.id)
        writer.add(record, before, threads.get(before.id, []) if before else [])
    return writer.flush()


def merge_thread(cache: Connection, place: Place, thread: Conversation, *, complete: bool, now: Micros) -> Merged:
    """Bring one conversation's messages in; what else the row says stays as the list said it."""
    before = _existing(cache, place, {thread.id: thread}).get(thread.id)
    if before is None:
        # Without a fingerprint its list row will count as changed, and fill in the rest.
        return merge_page(
            cache,
            place,
            [replace(thread, fingerprint="", messages_complete=complete, fragment=thread.fragment and not complete)],
            now=now,
        )
    merged = Merged(messages_seen=len(thread.messages))
    stored = read_threads(cache, [before.id]).get(before.id, [])
    joined = join(cache, stored, thread.messages, complete=complete, now=now)
    standing = derive(before.standing, thread, _times(stored, joined), now=now)
    count = len(stored) + len(joined.added)
    total = thread.total_messages if thread.total_messages is not None else before.total_messages
    whole = (complete or before.complete) and (total is None or count >= total)
    wanted = before.wanted and not complete
    facts = (standing, total, count, whole, wanted, False)
    known = (before.standing, before.total_messages, before.message_count, before.complete, before.wanted, before.gone)
    if facts == known and not joined.edits and not joined.relabelled:
        return merged
    # A mark that the row's fingerprint does not know of: whatever the list says next is news.
    fingerprint = before.fingerprint if standing.unread_remote == before.standing.unread_remote else ""
    counted = (fingerprint, total, count, int(whole), int(wanted))
    cache.execute(_UPDATE_THREAD, (*_derived(standing), *counted, before.id))
    messages = MessageWriter(cache, now=now)
    messages.add(before.id, stored, joined)
    messages.flush()
    merged.changed.append(thread.id)
    merged.messages_new = len(joined.added)
    return merged


class _PageWriter:
    """Decides row by row, then writes the page in a few statements."""

    def __init__(self, cache: Connection, place: Place, *, now: Micros) -> None:
        self._cache = cache
        self._place = place
        self._now = now
        self._next_id = cache.number("select max(id) from conversation") + 1
        self._inserts: list[tuple[Value, ...]] = []
        self._updates: list[tuple[Value, ...]] = []
        self._fragments: list[tuple[Value, ...]] = []
        self._kinds: Counter[tuple[str, str, bool, bool]] = Counter()
        self._renamed: list[tuple[Value, ...]] = []
        self._messages = MessageWriter(cache, now=now)
        self._merged = Merged()
        self._written: list[int] = []

    def foresee(self, records: Sequence[Conversation]) -> None:
        """Prepare for the messages of conversations that are new."""
        self._messages.foresee(message for record in records for message in record.messages)

    def add(self, record: Conversation, before: Existing | None, stored: Sequence[Stored]) -> None:
        """Take one list row in, unless it says nothing new."""
        self._merged.messages_seen += len(record.messages)
        joined = join(self._cache, stored, record.messages, complete=record.messages_complete, now=self._now)
        if record.fragment:
            record = _placed(record, before, stored)
        same = before is not None and before.fingerprint == record.fingerprint and not before.gone
        news = joined.added or joined.edits or joined.relabelled
        if same and not news and not record.fragment:
            return
        times = _times(stored, joined)
        standing = derive(before.standing if before else None, record, times, now=self._now)
        if before is not None and same and not news and _says_nothing(record, before, standing):
            return
        counted = _counted(before, record, standing, times, unsure=joined.unsure)
        last = (next((m.subject for m in reversed(record.messages) if m.subject), ""), record.campaign_id)
        columns = (*_provided(record), *_derived(standing), *counted, *last)
        if before is None:
            number = self._next_id
            self._next_id += 1
            ref = short_ref(self._place.provider, self._place.name, record.id)
            self._inserts.append((number, self._place.id, record.id, ref, *columns))
            interested = record.verdict in _INTERESTED
            self._kinds[standing.folder, standing.last_direction, interested, standing.unread] += 1
            self._merged.created.append(record.id)
        else:
            number = before.id
            (self._fragments if record.fragment else self._updates).append((*columns, number))
        if before is None or (before.lead_name, before.company) != (record.lead.name, record.lead.company):
            self._renamed.append((number,))
        self._messages.add(number, stored, joined)
        self._merged.messages_new += len(joined.added)
        self._merged.changed.append(record.id)
        self._written.append(number)

    def flush(self) -> Merged:
        """Write the page."""
        self._cache.executemany(_INSERT, self._inserts)
        self._cache.executemany(_COUNT, [(self._place.id, *kind, count) for kind, count in self._kinds.items()])
        self._cache.executemany(_UPDATE, self._updates)
        self._cache.executemany(_UPDATE_FRAGMENT, self._fragments)
        self._cache.executemany("insert into pending_name values (?) on conflict do nothing", self._renamed)
        self._messages.flush()
        kinship.settle(self._cache, self._written)
        return self._merged


def _existing(cache: Connection, place: Place, records: dict[str, Conversation]) -> dict[str, Existing]:
    return dict(cache.rows(_read_existing, _EXISTING, (place.id, json.dumps(list(records)))))


def _read_existing(
    native: str, number: int, fingerprint: str, lead_name: str, company: str, total: int | None, count: int,
    complete: int, wanted: int, gone: int, last_at: int | None, last_direction: str, preview: str, sort_at: int,
    last_inbound_at: int | None, waiting_since: int | None, unread_remote: int | None, unread: int, folder: str,
    handled_at: int | None, wake_at: int | None,
) -> tuple[str, Existing]:  # fmt: skip
    standing = Standing(
        last_at, last_direction, preview, sort_at, last_inbound_at, waiting_since,
        None if unread_remote is None else bool(unread_remote), bool(unread), folder, handled_at, wake_at,
    )  # fmt: skip
    return native, Existing(
        number, fingerprint, lead_name, company, total, count, bool(complete), bool(wanted), bool(gone), standing
    )


def _times(stored: Sequence[Stored], joined: Union) -> list[tuple[str, Micros | None, str]]:
    """The whole thread after the union, as `derive` reads it."""
    edited = {edit.before.id: edit.after.body for edit in joined.edits}
    named = {each.before.id: each.after for each in joined.relabelled}
    times = [
        (
            _speaker(named[s.id].kind, named[s.id].direction) if s.id in named else _speaker(s.kind, s.direction),
            s.sent_at,
            edited.get(s.id, s.body),
        )
        for s in stored
    ]
    times += [(_speaker(m.kind, m.direction), m.sent_at, m.body) for m, _ in joined.added]
    return sorted(times, key=lambda entry: entry[1] or 0)


def _speaker(kind: str, direction: str) -> str:
    """Who spoke. An automatic reply is nobody's answer, and what is only scheduled has not been said."""
    return Direction.UNKNOWN.value if kind in {"auto_reply", "scheduled"} else str(direction)


def _placed(record: Conversation, before: Existing | None, stored: Sequence[Stored]) -> Conversation:
    """A fragment without what only the whole thread can say: its messages, all of which are stored, tell the rest."""
    known = [s.sent_at for s in stored if s.direction == Direction.INBOUND and s.sent_at is not None]
    shown = [m.sent_at for m in record.messages if m.direction is Direction.INBOUND and m.sent_at is not None]
    old = not shown or max(shown) < max(known, default=0)
    same_name = before is not None and record.lead.name in {record.lead.email, "Unknown"}
    lead = replace(record.lead, name=before.lead_name) if before is not None and same_name else record.lead
    return replace(
        record,
        lead=lead,
        fingerprint=record.fingerprint or (before.fingerprint if before is not None else ""),
        last_at=None,
        last_text="",
        last_direction=Direction.UNKNOWN,
        unread=None if old else record.unread,
    )


def _says_nothing(record: Conversation, before: Existing, standing: Standing) -> bool:
    """Whether a fragment without news leaves its row as it was."""
    company = record.lead.company or before.company
    return standing == before.standing and (record.lead.name, company) == (before.lead_name, before.company)


def _provided(record: Conversation) -> tuple[Value, ...]:
    lead = record.lead
    return (
        record.sender_id, record.sender_name, record.channel, lead.id, lead.name, lead.company, lead.position,
        lead.headline, lead.location, lead.profile_url, lead.email, lead.linkedin_id,
        json.dumps(lead.tags, ensure_ascii=False), record.verdict.value, record.verdict_raw, int(record.blocked),
        int(record.group), record.browser_url,
    )  # fmt: skip


def _derived(standing: Standing) -> tuple[Value, ...]:
    remote = None if standing.unread_remote is None else int(standing.unread_remote)
    return (
        standing.last_at, standing.last_direction, standing.preview, standing.sort_at, standing.last_inbound_at,
        standing.waiting_since, remote, int(standing.unread), standing.folder, standing.handled_at, standing.wake_at,
    )  # fmt: skip


def _counted(
    before: Existing | None,
    record: Conversation,
    standing: Standing,
    times: Sequence[tuple[str, Micros | None, str]],
    *,
    unsure: bool,
) -> tuple[Value, ...]:
    """Fingerprint, counts, and whether the thread must be read by itself."""
    count, total = len(times), record.total_messages
    if record.fragment:
        # Each message is in some page of the list, so no thread need be read by itself for it.
        return record.fingerprint, total, count, int(before is not None and before.complete), 0
    newest = max((at for _, at, _ in times if at is not None), default=None)
    behind = record.last_at is not None and (newest is None or newest // 1000 < record.last_at // 1000)
    whole = record.messages_complete and not behind
    if before is not None and not record.messages:
        count = before.message_count  # the thread was not looked at
        known = before.standing
        whole = before.complete and (standing.last_at, standing.preview) == (known.last_at, known.preview)
    elif before is not None:
        whole = (record.messages_complete or before.complete) and not behind
    complete = whole and not unsure and (total is None or count >= total)
    return record.fingerprint, total, count, int(complete), int(not complete)
