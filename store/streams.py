"""How far each walk over a provider's list has come, what it missed, and what could not be read."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import cast

from postroom.records import Micros, Rejection
from store.connection import Connection, transaction
from store.database import Store
from store.workspaces import number_of, place_of

_HOUR: Micros = 3_600_000_000
WALKS_TOLD = 2
"""A thread that the provider does not know after so many whole walks, though it lists the row, is not waited for."""

_OUTAGE_MINIMUM = 10
_OUTAGE_SHARE = 0.2
"""More absent rows than this at once are an outage of the provider, not deletions."""


@dataclass(frozen=True, slots=True)
class StreamState:
    """Where a stream stands."""

    cursor: str | None = None
    """Where the next page starts. None: at the top."""
    high_water: Micros | None = None
    """The newest activity that a complete walk has covered. None: no walk was ever complete."""
    complete_at: Micros | None = None
    full_at: Micros | None = None
    """When a walk last saw the whole list. None: never."""


@dataclass(frozen=True, slots=True)
class ThreadNeed:
    """A conversation that must be read by itself."""

    conversation: str
    lead_url: str | None
    total_messages: int | None
    message_count: int


def stream_state(store: Store, workspace: str, stream: str) -> StreamState:
    """Where a stream stands; all None when it never ran."""
    state = store.cache.row(
        StreamState,
        """
        select cursor, high_water, complete_at, full_at from stream
        where workspace = (select id from workspace where name = ?) and name = ?
        """,
        (workspace, stream),
    )
    return state or StreamState()


def known_fingerprints(store: Store, workspace: str, *, among: Collection[str] | None = None) -> dict[str, str]:
    """Fingerprint by conversation id, of all that are not gone, or of those `among` some ids."""
    if among is not None:
        return dict(
            store.cache.rows(
                lambda native, fingerprint: (str(native), str(fingerprint)),
                """
                select native, fingerprint from conversation
                where workspace = ? and gone = 0 and native in (select value from json_each(?))
                """,
                (number_of(store.cache, workspace), json.dumps(list(among))),
            )
        )
    found = store.cache.execute(
        "select native, fingerprint from conversation where workspace = ? and gone = 0",
        (number_of(store.cache, workspace),),
    ).fetchall()
    return dict(cast("list[tuple[str, str]]", found))


def incomplete_threads(store: Store, workspace: str, *, limit: int, only: str | None = None) -> list[ThreadNeed]:
    """Conversations whose messages are behind their row, newest first; or `only` this one, if it is."""
    return store.cache.rows(
        ThreadNeed,
        f"""
        select native, profile_url, total_messages, message_count from conversation
        where workspace = :workspace and wanted = 1 and gone = 0 {"and native = :only" if only is not None else ""}
        order by sort_at desc, id desc limit :limit
        """,
        {"workspace": number_of(store.cache, workspace), "limit": limit, "only": only},
    )


def count_incomplete(store: Store, workspace: str) -> int:
    """How many those are."""
    return store.cache.number(
        "select count(*) from conversation where workspace = ? and wanted = 1 and gone = 0",
        (number_of(store.cache, workspace),),
    )


def thread_unknown(store: Store, workspace: str, conversation: str) -> None:
    """The provider lists a conversation and says that there is none when its thread is asked for.

    Told so after WALKS_TOLD whole walks, nobody waits for that thread any more until its row changes: what the list
    shows of it is all that there is.
    """
    with transaction(store.cache) as cache:
        number, stream = number_of(cache, workspace), f"thread {conversation}"
        walk = cache.number("select full_at from stream where workspace = ? and name = 'conversations'", (number,))
        known = stream_state(store, workspace, stream)
        times = int(known.cursor or 0)
        if walk and walk != known.full_at:
            times += 1
            keep_cursor(cache, number, stream, str(times))
            cache.execute("update stream set full_at = ? where workspace = ? and name = ?", (walk, number, stream))
        if times >= WALKS_TOLD:
            cache.execute(
                "update conversation set wanted = 0 where workspace = ? and native = ?", (number, conversation)
            )
            cache.execute("delete from stream where workspace = ? and name = ?", (number, stream))


def missing_conversations(store: Store, workspace: str, *, limit: int) -> list[ThreadNeed]:
    """Conversations absent from two complete walks in a row: a direct look-up decides whether they are gone."""
    return store.cache.rows(
        ThreadNeed,
        """
        select native, profile_url, total_messages, message_count from conversation
        where workspace = ? and missed > 0 and gone = 0 and missed >= 2 order by sort_at desc, id desc limit ?
        """,
        (number_of(store.cache, workspace), limit),
    )


def finish_walk(
    store: Store,
    workspace: str,
    stream: str,
    *,
    complete: bool,
    seen: Collection[str] | None,
    high_water: Micros | None,
    now: Micros,
) -> None:
    """Note the end of a walk. `seen`: every id of a walk over the whole list, else None.

    An incomplete walk proves nothing: the high water stays, and nothing counts as missed.
    """
    with transaction(store.cache) as cache:
        number = number_of(cache, workspace)
        keep_cursor(cache, number, stream, None)
        if not complete:
            return
        cache.execute(
            """
            update stream set complete_at = :now, high_water = coalesce(max(high_water, :high), high_water, :high),
                full_at = iif(:full, :now, full_at)
            where workspace = :workspace and name = :stream
            """,
            {"now": now, "high": high_water, "full": seen is not None, "workspace": number, "stream": stream},
        )
        if seen is not None and stream == "conversations":
            _count_missed(cache, number, seen)


def set_workspace_status(
    store: Store, workspace: str, provider: str, *, state: str, sentence: str, synced_at: Micros | None, now: Micros
) -> None:
    """The workspace's line in the status bar. `synced_at` None keeps the time known."""
    del now
    with transaction(store.cache) as cache:
        place = place_of(cache, workspace, provider)
        cache.execute(
            """
            update workspace set state = :state, sentence = :sentence, synced_at = coalesce(:at, synced_at)
            where id = :id and (state, sentence, synced_at) is not (:state, :sentence, coalesce(:at, synced_at))
            """,
            {"state": state, "sentence": sentence, "at": synced_at, "id": place.id},
        )


def quarantine(store: Store, workspace: str, rejections: Sequence[Rejection], *, now: Micros) -> None:
    """Keep records that could not be read, for `doctor` and for a version of Postroom that can read them."""
    with transaction(store.cache) as cache:
        keep_rejections(cache, number_of(cache, workspace), rejections, now=now)


def keep_rejections(cache: Connection, workspace: int, rejections: Sequence[Rejection], *, now: Micros) -> None:
    """The rows of `quarantine`, inside a transaction. One that is seen again counts once an hour."""
    cache.executemany(
        """
        insert into quarantine (workspace, stream, reason, raw, seen, first_at, last_at) values (?, ?, ?, ?, 1, ?, ?)
        on conflict do update set seen = seen + 1, last_at = excluded.last_at
        where excluded.last_at > last_at + ?
        """,
        [(workspace, r.stream, r.reason, r.raw, now, now, _HOUR) for r in rejections],
    )


def keep_cursor(cache: Connection, workspace: int, stream: str, cursor: str | None) -> None:
    """Where the stream's next page starts, inside a transaction."""
    cache.execute(
        """
        insert into stream (workspace, name, cursor) values (?, ?, ?)
        on conflict do update set cursor = excluded.cursor where cursor is not excluded.cursor
        """,
        (workspace, stream, cursor),
    )


def _count_missed(cache: Connection, workspace: int, seen: Collection[str]) -> None:
    """One more complete walk without them, unless so many are absent that it must be an outage."""
    shown = set(seen)
    known = cache.rows(
        lambda number, native: (int(number), str(native)),
        "select id, native from conversation where workspace = ? and gone = 0",
        (workspace,),
    )
    absent = [number for number, native in known if native not in shown]
    if known and (not shown or (len(absent) >= _OUTAGE_MINIMUM and len(absent) > _OUTAGE_SHARE * len(known))):
        return
    cache.execute(
        """
        update conversation set missed = 0
        where workspace = ? and missed > 0 and gone = 0 and id not in (select value from json_each(?))
        """,
        (workspace, json.dumps(absent)),
    )
    cache.executemany("update conversation set missed = missed + 1 where id = ?", [(number,) for number in absent])
