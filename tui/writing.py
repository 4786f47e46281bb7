"""What stands against a reply, and how a draft gets to the disk."""

from __future__ import annotations

from postroom.capabilities import reply_problem
from postroom.records import ConversationKey, Micros, ProviderName
from store import drafts
from store.database import Store
from store.rows import InboxRow


def keep(store: Store, key: ConversationKey, text: str, seen_upto: str | None, now: Micros) -> None:
    """Write the draft down; an empty one is none. Without `seen_upto` it goes below a draft that is still unread."""
    present = drafts.draft(store, key) if seen_upto is None else None
    if present is not None:
        drafts.save_draft(store, key, present.text + text, seen_upto=present.seen_upto, now=now)
    elif text.strip():
        drafts.save_draft(store, key, text, seen_upto=seen_upto or "", now=now)
    else:
        drafts.drop_draft(store, key)


def problem(row: InboxRow, text: str) -> str:
    """Why this cannot be sent, as a sentence; empty when it can."""
    return closed(row) or reply_problem(ProviderName(row.provider), text) or ""


def closed(row: InboxRow) -> str:
    """Why nobody can write here any more; empty where one can."""
    if row.blocked:
        return f"{row.lead_name} cannot be written to: the conversation is blocked."
    if row.gone:
        return "This conversation is gone at the provider. It can be read here, but not answered."
    return ""
