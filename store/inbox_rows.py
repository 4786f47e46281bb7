"""A line of the inbox as a query returns it, apart from the other rows: `list` and the first frame need no others."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from postroom.terms import ConversationKey, Direction, Micros, Verdict


class View(StrEnum):
    """A standing question to the inbox, in the order of the tabs. A conversation counts in every view it fits."""

    INBOX = "inbox"
    """Neither done nor snoozed."""
    NEEDS_REPLY = "needs_reply"
    """In the inbox, and the lead wrote last."""
    INTERESTED = "interested"
    """In the inbox, with the verdict `interested`, `curious` or `meeting`."""
    WAITING = "waiting"
    """In the inbox, and we wrote last."""
    SNOOZED = "snoozed"
    DONE = "done"
    ALL = "all"


class Anchor(NamedTuple):
    """Where a row stands in a view's order: newest activity first, ties by row id."""

    sort_at: Micros
    rowid: int


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One line of the inbox."""

    anchor: Anchor
    key: ConversationKey
    ref: str
    """`postroom.text.short_ref`."""
    provider: str
    lead_name: str
    company: str
    position: str
    subject: str
    preview: str
    """The last message as one line, at most 200 characters."""
    last_direction: Direction
    last_at: Micros | None
    waiting_since: Micros | None
    """Time of their first message that nobody has answered. None: nothing waits for us."""
    unread: bool
    starred: bool
    verdict: Verdict
    verdict_raw: str
    folder: str
    """`inbox`, `snoozed` or `done`."""
    wake_at: Micros | None
    campaign_id: str | None
    blocked: bool
    gone: bool
    has_draft: bool
    outbox_state: str
    """The state of the entry here that needs the eye most: in_doubt, failed, held, queued, undo, ... or empty.

    `not_stopped`: a stop of this lead is on its way, and the provider does not show it yet.
    """
    also_in: tuple[str, ...]
    """Other providers through which the same person writes."""
    version: int
    """Grows whenever anything drawn changes; part of the drawing cache's key."""
    lookalike: str = ""
    """Why the name may not be what it seems to be, in a sentence. Empty: nothing speaks against it."""


@dataclass(frozen=True, slots=True)
class ViewCount:
    """The number beside a tab."""

    view: View
    total: int
    unread: int
