"""Text that nobody wants to show raw, put into every text field of an answer."""

from __future__ import annotations

import zlib

from simulator.corpus import PAYLOADS

TEXT_FIELDS = frozenset(
    {
        "about", "body", "companyName", "company", "content", "description", "detail", "email", "emailAddress",
        "excluded_reason", "failureReason", "firstName", "first_name", "fullName", "headline", "industry",
        "intent_reason", "job_title", "lastMessageText", "lastName", "last_name", "leadCampaignStatusMessage",
        "leadFullName", "linkedInSenderFullName", "linkedInUserListName", "listName", "campaignName", "location",
        "message", "errorMessage", "name", "parked_reason", "position", "profileName", "profile_name", "subject",
        "summary", "workspace_name", "text", "html", "content_preview", "company_name", "campaign_name", "label",
        "filename",
    }
)  # fmt: skip
"""The fields of all providers that hold free text."""


def with_hostile_text(value: object, key: str = "") -> object:
    """A copy of a JSON value with a payload behind every free text. The same text always gets the same payload."""
    if isinstance(value, dict):
        return {name: with_hostile_text(inside, str(name)) for name, inside in value.items()}
    if isinstance(value, list):
        return [with_hostile_text(inside, "name" if key in {"tags", "newAssignedTags"} else key) for inside in value]
    if isinstance(value, str) and key in TEXT_FIELDS:
        return f"{value}{hostile(value)}"
    return value


def hostile(text: str) -> str:
    """The payload that goes with a text."""
    return PAYLOADS[zlib.crc32(text.encode("utf-8", "surrogatepass")) % len(PAYLOADS)]
