"""What a query returns for drawing: flat, frozen, already safe to show. Never sent back to the store."""

from __future__ import annotations

from dataclasses import dataclass

from postroom.records import CampaignState, ConversationKey, Direction, EnrolmentState, Health, Micros
from store.inbox_rows import Anchor, InboxRow, View, ViewCount

__all__ = [
    "Anchor", "CampaignRow", "ConversationRow", "EchoRow", "EnrolmentRow", "InboxRow", "MessageRow", "OutboxRow",
    "QuarantineRow", "View", "ViewCount", "WorkspaceRow",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One bubble of the thread."""

    id: int
    key: str
    """`Message.key#ordinal`."""
    direction: Direction
    sent_at: Micros | None
    body: str
    subject: str
    kind: str
    edited: bool
    """Whether older versions are kept."""
    author: str
    quoted: str = ""
    """What it repeats of earlier messages."""
    participants: str = ""
    """Of a mail, who wrote it to whom."""
    origin: ConversationKey | None = None
    """The conversation it was written in, where several are shown as one."""
    provider: str = ""
    """The provider of `origin`."""


@dataclass(frozen=True, slots=True)
class EchoRow:
    """A reply that the provider has not confirmed, shown below the thread. Derived from the outbox, never stored."""

    entry_id: int
    state: str
    text: str
    created_at: Micros
    undo_until: Micros | None
    sentence: str
    """What the state means here and what the user can do; empty when the glyph says it all."""


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """The head of the thread pane."""

    row: InboxRow
    sender_id: str
    sender_name: str
    sender_health: Health
    sender_note: str
    channel: str
    headline: str
    location: str
    profile_url: str | None
    email: str | None
    browser_url: str | None
    lead_id: str
    linkedin_id: str | None
    tags: tuple[str, ...]
    message_count: int
    total_messages: int | None
    complete: bool
    """Whether the whole thread is in the cache."""
    person: str | None
    group: bool
    note: str = ""
    """The private note. Empty: none."""


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign with what the pane and `campaigns` show of it."""

    workspace: str
    id: str
    ref: str
    provider: str
    name: str
    state: CampaignState
    state_raw: str
    totals: tuple[tuple[str, int], ...]
    rates: tuple[tuple[str, float], ...]
    days: tuple[tuple[str, int, int], ...]
    """(`YYYY-MM-DD`, replies, messages sent) for up to 30 days; empty where the provider has totals only."""
    statistics_at: Micros | None
    """When `days` and `rates` were read. None: never."""
    senders: tuple[tuple[str, Health, str], ...]
    """(name, health, note)."""
    pending_action: str
    """`pausing: not yet paused` and the like while an action is on its way; else empty."""
    idle: str = ""
    """Why it is not sending, in the provider's words, as last asked. Empty: it is, or nobody knows."""


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """One line of "this lead's enrolments", and of the list that a stop will hit."""

    workspace: str
    provider: str
    campaign_id: str
    campaign_name: str
    state: EnrolmentState
    state_raw: str
    campaign_state: CampaignState
    lead_id: str
    lead_name: str
    lead_url: str | None
    linkedin_id: str | None
    note: str
    pending_action: str
    """`NOT YET STOPPED` while a stop is on its way and not verified; else empty."""
    lead: str = ""
    """Who it is in this workspace: one for one lead, by whatever it was found."""
    stop_entry: int = 0
    """The open outbox entry that stops it; 0 for none."""
    stop_state: str = ""
    """That entry's state."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One outbox entry, for the screen and `postroom outbox`."""

    id: int
    workspace: str
    kind: str
    state: str
    conversation: str
    title: str
    """`Reply to Ada Lovelace`, `Stop Ada Lovelace in Q3 founders`, ..."""
    text: str
    error: str
    """Why it is in this state, for the user; empty when there is nothing to say."""
    attempts: int
    created_at: Micros
    updated_at: Micros
    undo_until: Micros | None
    next_attempt_at: Micros | None
    remote_id: str | None
    matched_by: str
    """`id`, `text`, `user` or empty: what settled it."""
    resend_of: int | None
    verified: bool
    """For a control action: whether reading back has shown its effect."""


@dataclass(frozen=True, slots=True)
class WorkspaceRow:
    """What the status line and `doctor` know of one workspace."""

    name: str
    provider: str
    synced_at: Micros | None
    """When a pull last finished completely. None: never."""
    state: str
    sentence: str
    conversations: int
    unread: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """A record that could not be read, as `doctor` shows it."""

    workspace: str
    stream: str
    reason: str
    raw: str
    """Blacked out where it held texts or names."""
    seen: int
    first_at: Micros
    last_at: Micros
