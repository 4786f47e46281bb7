"""Drafts: what the person is writing, one for each conversation. A draft is saved when the call returns, not before.

Whoever only looks on beside the writer keeps drafts of its own, marked with its session, so that two who type in one
conversation never overwrite each other. At the next start of a writer they join its own, below what that has.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from postroom.records import ConversationKey, Micros
from store.connection import Connection, DiskFull, transaction
from store.database import Store
from store.room import surely

_COLUMNS = "text, updated_at, seen_upto, session, seen"
_WRITERS = f"select {_COLUMNS} from draft where workspace = ? and conversation = ?"
_BESIDE = f"select {_COLUMNS} from viewer_draft where workspace = ? and conversation = ?"


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that was not sent."""

    text: str
    updated_at: Micros
    seen_upto: str
    """`key#ordinal` of the newest message on the screen when the draft was opened. Empty: none."""
    session: str = ""
    """The Postroom that wrote it, to say so when two are open."""
    seen: str = ""
    """The mark of everything that was in sight then; see `postroom.sight`. Empty: not known."""


def save_draft(store: Store, key: ConversationKey, text: str, *, seen_upto: str, seen: str = "", now: Micros) -> None:
    """Keep the text. An empty one is a draft too; `drop_draft` is how a draft ends."""

    def save() -> None:
        with transaction(store.drafts) as user:
            if store.writable:
                put_draft(user, key, text, seen_upto=seen_upto, seen=seen, session=store.session, now=now)
            else:
                _put_beside(user, key, text, seen_upto=seen_upto, seen=seen, session=store.session, now=now)

    surely(store, save)


def draft(store: Store, key: ConversationKey) -> Draft | None:
    """The conversation's draft: one's own, else the writer's, else the newest of a viewer. None: there is none."""
    return own_draft(store, key, viewer=not store.writable) or next(iter(others_drafts(store, key)), None)


def own_draft(store: Store, key: ConversationKey, *, viewer: bool) -> Draft | None:
    """What this Postroom itself keeps there: a viewer's is never the writer's. None: nothing."""
    if viewer:
        return store.user.row(Draft, f"{_BESIDE} and session = ?", (*key, store.session))
    return store.user.row(Draft, _WRITERS, key)


def others_drafts(store: Store, key: ConversationKey, *, viewer: bool = True) -> list[Draft]:
    """What other Postrooms on this state keep there: the writer's, where this is a `viewer`, then the newest first."""
    writers = store.user.rows(Draft, _WRITERS, key) if viewer else []
    beside = store.user.rows(Draft, f"{_BESIDE} and session <> ?", (*key, store.session if viewer else ""))
    return [*writers, *sorted(beside, key=lambda each: -each.updated_at)]


def drop_draft(store: Store, key: ConversationKey) -> None:
    """Forget the draft: the user emptied or discarded it. Nobody forgets another's."""
    with transaction(store.drafts) as user:
        if store.writable:
            delete_draft(user, key)
        else:
            _delete_beside(user, key, session=store.session)


def adopt(store: Store, *, now: Micros) -> int:
    """Let the drafts of viewers join the writer's, before anybody writes in those. Returns how many there were.

    A text that is there already is not repeated. On a full disk they stay where they are until the next start.
    """

    def join() -> int:
        with transaction(store.user) as user:
            return _join(user, now=now)

    if not store.user.number("select exists (select 1 from viewer_draft)"):
        return 0
    with contextlib.suppress(DiskFull):
        return surely(store, join)
    return 0


def put_draft(
    user: Connection, key: ConversationKey, text: str, *, seen_upto: str, seen: str = "", session: str, now: Micros
) -> None:
    """`save_draft` inside a transaction."""
    user.execute(
        """
        insert into draft (workspace, conversation, text, seen_upto, updated_at, session, seen)
        values (?, ?, ?, ?, ?, ?, ?)
        on conflict do update set text = excluded.text, seen_upto = excluded.seen_upto, seen = excluded.seen,
            updated_at = excluded.updated_at, session = excluded.session
        """,
        (*key, text, seen_upto, now, session, seen),
    )


def restore_draft(
    user: Connection, key: ConversationKey, text: str, *, seen_upto: str, seen: str = "", session: str, now: Micros
) -> None:
    """Give a text back that was on its way. What has been written meanwhile stays, below it. Inside a transaction."""
    present = user.row(str, "select text from draft where workspace = ? and conversation = ?", key)
    if present and present.strip() and present != text:
        text = f"{text}\n\n{present}"
    put_draft(user, key, text, seen_upto=seen_upto, seen=seen, session=session, now=now)


def delete_draft(user: Connection, key: ConversationKey) -> None:
    """`drop_draft` inside a transaction."""
    user.execute("delete from draft where workspace = ? and conversation = ?", key)


def _put_beside(
    user: Connection, key: ConversationKey, text: str, *, seen_upto: str, seen: str, session: str, now: Micros
) -> None:
    """Keep a viewer's text apart from the writer's and from every other viewer's."""
    user.execute(
        """
        insert into viewer_draft (workspace, conversation, session, text, seen_upto, seen, updated_at)
        values (?, ?, ?, ?, ?, ?, ?)
        on conflict do update set text = excluded.text, seen_upto = excluded.seen_upto, seen = excluded.seen,
            updated_at = excluded.updated_at
        """,
        (*key, session, text, seen_upto, seen, now),
    )


def _delete_beside(user: Connection, key: ConversationKey, *, session: str) -> None:
    user.execute("delete from viewer_draft where workspace = ? and conversation = ? and session = ?", (*key, session))


def _join(user: Connection, *, now: Micros) -> int:
    found = user.rows(
        lambda workspace, conversation, *words: (ConversationKey(workspace, conversation), *map(str, words)),
        "select workspace, conversation, session, text, seen_upto, seen from viewer_draft order by updated_at",
    )
    for key, session, text, seen_upto, seen in found:
        present = user.row(str, "select text from draft where workspace = ? and conversation = ?", key) or ""
        joined = _joined(present, text)
        if joined != present:
            put_draft(user, key, joined, seen_upto=seen_upto, seen=seen, session=session, now=now)
        _delete_beside(user, key, session=session)
    return len(found)


def _joined(present: str, text: str) -> str:
    """Both texts, each once."""
    if _holds(present, text.strip()):
        return present
    return text if _holds(text, present.strip()) else f"{present}\n\n{text}"


def _holds(whole: str, part: str) -> bool:
    """Whether a text goes on from the other or has it as a paragraph: its letters alone may occur in any word."""
    return whole.startswith(part) or f"\n\n{part}\n\n" in f"\n\n{whole}\n\n"
