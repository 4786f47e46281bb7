"""Drafts: what the person is writing, one for each conversation. A draft is saved when the call returns, not before."""

from __future__ import annotations

from dataclasses import dataclass

from postroom.records import ConversationKey, Micros
from store.connection import Connection, transaction
from store.database import Store
from store.room import surely


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that was not sent."""

    text: str
    updated_at: Micros
    seen_upto: str
    """`key#ordinal` of the newest message on the screen when the draft was opened. Empty: none."""
    session: str = ""
    """The Postroom that wrote it, to say so when two are open."""


def save_draft(store: Store, key: ConversationKey, text: str, *, seen_upto: str, now: Micros) -> None:
    """Keep the text. An empty one is a draft too; `drop_draft` is how a draft ends."""

    def save() -> None:
        with transaction(store.drafts) as user:
            put_draft(user, key, text, seen_upto=seen_upto, session=store.session, now=now)

    surely(store, save)


def draft(store: Store, key: ConversationKey) -> Draft | None:
    """The conversation's draft. None: there is none."""
    return store.user.row(
        Draft,
        "select text, updated_at, seen_upto, session from draft where workspace = ? and conversation = ?",
        key,
    )


def drop_draft(store: Store, key: ConversationKey) -> None:
    """Forget the draft: the user emptied or discarded it."""
    with transaction(store.drafts) as user:
        delete_draft(user, key)


def put_draft(user: Connection, key: ConversationKey, text: str, *, seen_upto: str, session: str, now: Micros) -> None:
    """`save_draft` inside a transaction."""
    user.execute(
        """
        insert into draft (workspace, conversation, text, seen_upto, updated_at, session) values (?, ?, ?, ?, ?, ?)
        on conflict do update set text = excluded.text, seen_upto = excluded.seen_upto,
            updated_at = excluded.updated_at, session = excluded.session
        """,
        (*key, text, seen_upto, now, session),
    )


def restore_draft(
    user: Connection, key: ConversationKey, text: str, *, seen_upto: str, session: str, now: Micros
) -> None:
    """Give a text back that was on its way. What has been written meanwhile stays, below it. Inside a transaction."""
    present = user.row(str, "select text from draft where workspace = ? and conversation = ?", key)
    if present and present.strip() and present != text:
        text = f"{text}\n\n{present}"
    put_draft(user, key, text, seen_upto=seen_upto, session=session, now=now)


def delete_draft(user: Connection, key: ConversationKey) -> None:
    """`drop_draft` inside a transaction."""
    user.execute("delete from draft where workspace = ? and conversation = ?", key)
