"""The words that records are described with, apart from the records: what only lists needs no others.

Everybody else finds them in `postroom.records`, which offers them too.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

Micros = int


class ProviderName(StrEnum):
    """A remote service."""

    HEYREACH = "heyreach"
    NETWORKHQ = "networkhq"
    INSTANTLY = "instantly"


class Direction(StrEnum):
    """Who wrote a message. UNKNOWN is shown, never counted as a reply."""

    INBOUND = "in"
    OUTBOUND = "out"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """What the lead's answers amount to. NONE: nobody has said."""

    NONE = "none"
    INTERESTED = "interested"
    CURIOUS = "curious"
    NOT_INTERESTED = "not_interested"
    LATER = "later"
    MEETING = "meeting"
    OUT_OF_OFFICE = "out_of_office"
    WRONG_PERSON = "wrong_person"
    DO_NOT_CONTACT = "do_not_contact"


class CampaignState(StrEnum):
    """What Postroom may do with a campaign. UNKNOWN disables its actions; the raw word is shown."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELED = "canceled"
    UNKNOWN = "unknown"


class EnrolmentState(StrEnum):
    """A lead's standing in one campaign. ACTIVE: messages may still go out."""

    ACTIVE = "active"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


class Health(StrEnum):
    """Whether a sender can send now."""

    GOOD = "good"
    COOLING = "cooling"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class ConversationKey(NamedTuple):
    """The natural key of a conversation. It links both database files and outlives every rebuilt cache."""

    workspace: str
    id: str
    """The provider's id; for HeyReach `<linkedInAccountId>/<conversation id>`, which only together are unique."""


class CampaignKey(NamedTuple):
    """The natural key of a campaign."""

    workspace: str
    id: str
