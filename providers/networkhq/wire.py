"""NetworkHQ's records as NetworkHQ spells them: snake_case, but for campaigns.

Every field but those that name a record may be missing, null or of another type: see `providers.wire`.
"""

from __future__ import annotations

from dataclasses import dataclass

from providers.wire import CamelWire, Id, RawTime, Wire


class ConversationLead(Wire):
    """A lead as a conversation shows it."""

    id: Id | None = None
    first_name: str | None = None
    last_name: str | None = None
    linkedin_url: str | None = None


class ConversationAccount(Wire):
    """A sender as a conversation shows it."""

    id: Id | None = None
    profile_name: str | None = None


class LastMessage(Wire):
    """The newest message, as the list of conversations shows it."""

    id: Id
    content: str | None = None
    sent_at: RawTime = None
    direction: str | None = None


class ConversationMessage(LastMessage):
    """A message as a conversation's detail shows it."""

    linkedin_message_id: Id | None = None
    content_type: str | None = None


class NetworkHQConversation(Wire):
    """A row of the inbox: no messages but the last, and no campaign."""

    id: Id
    linkedin_conversation_id: Id | None = None
    intent: str | None = None
    is_unread: bool | None = None
    lead: ConversationLead | None = None
    linkedin_account: ConversationAccount | None = None
    last_message: LastMessage | None = None
    created_at: RawTime = None
    updated_at: RawTime = None


class ConversationDetail(NetworkHQConversation):
    """One conversation with one page of its messages, and no `last_message`."""

    messages: list[ConversationMessage] | None = None


class SentMessage(Wire):
    """What came of a send. `pending`: accepted without an id, to appear after the next inbox sync."""

    ok: bool | None = None
    pending: bool | None = None
    message: ConversationMessage | None = None


class CampaignAccount(CamelWire):
    """A sender of a campaign."""

    id: Id
    profile_name: str | None = None


class NetworkHQCampaign(CamelWire):
    """A campaign with its five counters; the one type in camelCase."""

    id: Id
    name: str | None = None
    status: str | None = None
    total_leads: int | None = None
    connections_sent: int | None = None
    messages_sent: int | None = None
    replies_received: int | None = None
    connection_requests_accepted: int | None = None
    linkedin_accounts: list[CampaignAccount] | None = None
    created_at: RawTime = None
    updated_at: RawTime = None


class BasicLead(ConversationLead):
    """A lead as a campaign shows it."""

    name: str | None = None
    company: str | None = None


class CampaignLead(Wire):
    """A lead in a campaign. `display_status` knows “queued” besides the values of `status`."""

    id: Id
    campaign_id: Id | None = None
    lead: BasicLead | None = None
    status: str | None = None
    display_status: str | None = None
    excluded_reason: str | None = None
    parked_reason: str | None = None
    intent: str | None = None
    enrolled_at: RawTime = None


class LinkedInAccount(Wire):
    """A sender."""

    id: Id
    profile_name: str | None = None
    profile_url: str | None = None
    status: str | None = None
    account_tier: str | None = None
    cooldown_until: RawTime = None


class NetworkHQLead(Wire):
    """A lead by itself."""

    id: Id
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    company: str | None = None
    job_title: str | None = None
    headline: str | None = None
    linkedin_url: str | None = None
    phone: str | None = None
    location: str | None = None
    enrichment_failed: bool | None = None
    lead_list_ids: list[Id] | None = None
    created_at: RawTime = None
    updated_at: RawTime = None


class LeadList(Wire):
    """A list of leads."""

    id: Id
    workspace_name: str | None = None
    name: str | None = None
    is_default: bool | None = None
    lead_count: int | None = None
    created_at: RawTime = None
    updated_at: RawTime = None


class Enrichment(Wire):
    """What came of enriching a lead. A 200 can also say `insufficient_credits` or `failed`."""

    status: str | None = None
    charged: bool | None = None
    credits_remaining: int | None = None


class EnrichedLead(Wire):
    """A lead after it was enriched, or not."""

    data: NetworkHQLead
    enrichment: Enrichment | None = None


class AddedLead(Wire):
    """One lead that was added to a list, or was in it already."""

    index: int = 0
    result: str | None = None
    lead: NetworkHQLead | None = None


class Problem(Wire):
    """One row of a batch that did not land: what its `errors` say, or its `error`."""

    index: int | None = None
    errors: list[dict[str, str]] | None = None
    error: dict[str, str] | None = None


class BatchSummary(Wire):
    """How many rows of a batch ended how."""

    attempted: int | None = None
    created: int | None = None
    added_existing: int | None = None
    already_in_list: int | None = None
    malformed: int | None = None
    failed: int | None = None


class AddedLeads(Wire):
    """What came of adding leads to a list."""

    data: list[AddedLead] | None = None
    malformed: list[Problem] | None = None
    failed: list[Problem] | None = None
    summary: BatchSummary | None = None


class CreatedLists(Wire):
    """What came of making lists. Empty where NetworkHQ answers 207, for which it declares no body."""

    data: list[LeadList] | None = None
    malformed: list[Problem] | None = None
    summary: BatchSummary | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLead:
    """A lead to add to a list. Only what is given is sent."""

    linkedin_url: str
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    company: str | None = None
    job_title: str | None = None
    headline: str | None = None
    location: str | None = None
    phone: str | None = None
    notes: str | None = None

    def spelled(self) -> dict[str, object]:
        """As NetworkHQ wants it."""
        fields = {
            "linkedin_url": self.linkedin_url,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "email": self.email,
            "company": self.company,
            "job_title": self.job_title,
            "headline": self.headline,
            "location": self.location,
            "phone": self.phone,
            "notes": self.notes,
        }
        return {name: value for name, value in fields.items() if value is not None}
