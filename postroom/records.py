"""What the providers' data means to Postroom: one frozen record per word of the vocabulary.

Pure data, made by `providers/*/records.py`, kept by `store/`. Times are microseconds since the epoch in UTC
(`Micros`). All text in a record has passed `postroom.text.sanitise`. Ids are the provider's own, as strings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from postroom.terms import (
    CampaignKey,
    CampaignState,
    ConversationKey,
    Direction,
    EnrolmentState,
    Health,
    Micros,
    ProviderName,
    Verdict,
)

__all__ = [
    "Campaign", "CampaignKey", "CampaignState", "Conversation", "ConversationKey", "Direction", "Enrolment",
    "EnrolmentState", "Health", "Lead", "Message", "Micros", "Page", "ProviderName", "Rejection", "SendResult",
    "Sender", "Statistics", "StatisticsDay", "Verdict",
]  # fmt: skip

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sender:
    """An identity that we write as: a LinkedIn seat or a mailbox."""

    id: str
    name: str
    health: Health = Health.UNKNOWN
    note: str = ""
    """Why the sender is not in good health, or will not be for long, for the user. Empty when all is well."""
    profile_url: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """The person written to, as one provider knows them."""

    id: str
    """The provider's id where it is stable (NetworkHQ), else the profile URL as given, else the conversation's id."""
    name: str
    company: str = ""
    position: str = ""
    headline: str = ""
    location: str = ""
    profile_url: str | None = None
    """Exactly as the provider returned it: actions must send it back unchanged."""
    email: str | None = None
    linkedin_id: str | None = None
    tags: tuple[str, ...] = ()
    person: str | None = None
    """`postroom.text.person_key` of the profile URL or email: equal for one human. None when neither is known."""


@dataclass(frozen=True, slots=True)
class Message:
    """One inbound or outbound text."""

    key: str
    """Unique in its conversation. The provider's id, or for HeyReach a hash of the content without the ordinal."""
    direction: Direction
    sent_at: Micros | None
    """None when the provider gave no time that can be read: sorted after its predecessor."""
    body: str
    text_hash: str
    """`postroom.text.canonical_hash` of the body before it was sanitised: what reconciliation counts."""
    remote_id: str | None = None
    """None where the provider gives messages no id (HeyReach)."""
    ordinal: int = 0
    """0 for the first of several equal messages (same key), 1 for the next."""
    subject: str = ""
    kind: str = "text"
    """`text`, `inmail`, `auto_reply` (which no person wrote, so it answers nothing), `scheduled` (not sent yet), or the
    provider's word for something whose body it does not expose."""
    sent_at_raw: str = ""
    quoted: str = ""
    """What the body repeats of earlier messages, folded away; the provider's text is the body and then this."""
    participants: str = ""
    """Of a mail, who wrote it to whom, in one line. Empty where the conversation says it all."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The messages between one sender and one lead on one channel, as one answer of a provider shows it."""

    id: str
    """See `ConversationKey.id`."""
    sender_id: str
    sender_name: str
    lead: Lead
    channel: str = "LinkedIn"
    last_at: Micros | None = None
    last_text: str = ""
    last_direction: Direction = Direction.UNKNOWN
    unread: bool | None = None
    """The provider's read mark. None when it has none."""
    verdict: Verdict = Verdict.NONE
    verdict_raw: str = ""
    """The provider's own word (`intent`, an AI label), shown when it maps to no Verdict."""
    total_messages: int | None = None
    """How many messages the provider says there are. None when it does not say."""
    campaign_id: str | None = None
    blocked: bool = False
    group: bool = False
    messages: tuple[Message, ...] = ()
    messages_complete: bool = False
    """Whether `messages` is the whole thread. Even then a stored thread is never shrunk by it."""
    fragment: bool = False
    """Whether `messages` are some of the thread as they happened to be in a page, new or old. What the row says then
    follows from all messages that are stored, and nothing ever moves backwards."""
    stored_at: Micros | None = None
    """When the provider took its newest message in, where lists go by that. None: they go by `last_at`."""
    browser_url: str | None = None
    """Where a person can open this conversation at LinkedIn or the provider. https only."""
    fingerprint: str = ""
    """Changes when anything in the list row changed: an equal one needs no detail call."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """The provider's outreach sequence, with the totals it reports."""

    id: str
    name: str
    state: CampaignState
    state_raw: str
    """The provider's word, shown beside the glyph (`IN_PROGRESS`)."""
    totals: Mapping[str, int] = field(default_factory=dict)
    """Counter name in plain English (`leads`, `in progress`, `pending`, `finished`, `failed`, `stopped`, `excluded`,
    `connections sent`, `connections accepted`, `messages sent`, `replies`) to count. Only what the provider reports."""
    sender_ids: tuple[str, ...] = ()
    created_at: Micros | None = None


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A lead in a campaign, with its status there."""

    campaign_id: str
    campaign_name: str
    state: EnrolmentState
    state_raw: str
    campaign_state: CampaignState
    lead_id: str = ""
    """`Lead.id`, or empty when only the profile URL is known."""
    lead_url: str | None = None
    lead_email: str | None = None
    enrolled_at: Micros | None = None
    note: str = ""
    """Why it is paused, excluded or failed, in the provider's words."""


@dataclass(frozen=True, slots=True)
class StatisticsDay:
    """One UTC day of a campaign."""

    day: str
    """`YYYY-MM-DD`."""
    counts: Mapping[str, int]
    """`messages sent`, `replies`, `connections sent`, `connections accepted`, `inmails sent`, `inmail replies`, ..."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a provider reports about campaigns over a range of days."""

    days: tuple[StatisticsDay, ...]
    """In order of time; empty where a provider has totals only."""
    totals: Mapping[str, int]
    rates: Mapping[str, float]
    """`reply rate`, `acceptance rate`, ... as ratios from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record that could not be read. It goes to quarantine and the rest of its page goes on."""

    stream: str
    """`conversations`, `messages`, `campaigns`, `senders`, `enrolments`."""
    reason: str
    raw: str
    """The record as JSON with texts and names blacked out, at most 4,000 characters."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Records plus the next cursor, as one pull step returns them."""

    records: tuple[T, ...]
    next_cursor: str | None = None
    more: bool = False
    """The provider says there is more. With `next_cursor` None that is a protocol error: the walk is incomplete."""
    rejected: tuple[Rejection, ...] = ()
    total: int | None = None
    """What the provider claims as the total. For progress only; never for deciding where to end."""
    place: str | None = None
    """The cursor that an interrupted walk goes on from, where some of an earlier page is told on a later one."""


@dataclass(frozen=True, slots=True)
class SendResult:
    """What a provider answered to a send that it took."""

    state: str
    """`sent` (with the id), `accepted` (2xx without an id) or `pending` (the provider says it will appear later)."""
    remote_id: str | None = None
