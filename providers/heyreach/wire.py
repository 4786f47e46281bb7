"""HeyReach's records as HeyReach spells them, and the requests that carry more than a number.

Every field but those that name a record may be missing, null or of another type: see `providers.wire`.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from providers.wire import CamelWire, Id, RawTime


class AutoTag(CamelWire):
    """A label that HeyReach's own classifier gave."""

    name: str


class Profile(CamelWire):
    """A lead as the inbox, a campaign or a list shows it."""

    linkedin_id: str | None = Field(default=None, alias="linkedin_id")
    """Not stable between endpoints."""
    profile_url: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    full_name: str | None = None
    headline: str | None = None
    location: str | None = None
    company_name: str | None = None
    position: str | None = None
    email_address: str | None = None
    enriched_email_address: str | None = None
    tags: list[str] | None = None
    auto_tags: list[AutoTag] | None = None


class Account(CamelWire):
    """A sender as a conversation shows it."""

    id: Id | None = None
    first_name: str | None = None
    last_name: str | None = None
    email_address: str | None = None


class ChatMessage(CamelWire):
    """A message. It has no id."""

    created_at: RawTime = None
    body: str | None = None
    subject: str | None = None
    post_link: str | None = None
    is_in_mail: bool | None = None
    sender: str | None = None


class Chatroom(CamelWire):
    """A conversation, with all or some of its messages."""

    id: Id
    linked_in_account_id: Id
    read: bool | None = None
    group_chat: bool | None = None
    blocked_by_me: bool | None = None
    blocked_by_participant: bool | None = None
    last_message_at: RawTime = None
    last_message_text: str | None = None
    last_message_type: str | None = None
    last_message_sender: str | None = None
    total_messages: int | None = None
    campaign_id: int | None = None
    correspondent_profile: Profile | None = None
    linked_in_account: Account | None = None
    messages: list[ChatMessage] | None = None


class ProgressStats(CamelWire):
    """How many leads of a campaign stand where. `total_users_in_progress` is a residual and can be negative."""

    total_users: int | None = None
    total_users_in_progress: int | None = None
    total_users_pending: int | None = None
    total_users_finished: int | None = None
    total_users_failed: int | None = None
    total_users_manually_stopped: int | None = None
    total_users_excluded: int | None = None


class HeyReachCampaign(CamelWire):
    """A campaign."""

    id: Id
    name: str | None = None
    status: str | None = None
    creation_time: RawTime = None
    started_at: RawTime = None
    campaign_account_ids: list[Id] | None = None
    progress_stats: ProgressStats | None = None


class CampaignForLead(CamelWire):
    """One campaign that a lead is in."""

    campaign_id: Id
    campaign_name: str | None = None
    campaign_status: str | None = None
    lead_status: str | None = None
    creation_time: RawTime = None


class CampaignLead(CamelWire):
    """One lead of a campaign. Its three statuses are independent of each other."""

    id: Id
    linked_in_user_profile: Profile | None = None
    creation_time: RawTime = None
    lead_campaign_status: str | None = None
    lead_connection_status: str | None = None
    lead_message_status: str | None = None
    error_code: str | None = None
    lead_campaign_status_message: str | None = None
    linked_in_sender_id: Id | None = None


class Counts(CamelWire):
    """Figures of a day, or of all days."""

    profile_views: int | None = None
    post_likes: int | None = None
    follows: int | None = None
    messages_sent: int | None = None
    total_message_started: int | None = None
    total_message_replies: int | None = None
    inmail_messages_sent: int | None = None
    total_inmail_started: int | None = None
    total_inmail_replies: int | None = None
    connections_sent: int | None = None
    connections_accepted: int | None = None
    unique_leads_contacted: int | None = None
    message_reply_rate: float | None = None
    in_mail_reply_rate: float | None = None
    connection_acceptance_rate: float | None = None


class CampaignCounts(Counts):
    """Figures of one campaign."""

    campaign_id: Id
    campaign_name: str | None = None
    is_campaign_deleted: bool | None = None


class OverallStats(CamelWire):
    """Figures per day and in all. The keys of `by_day_stats` are midnights in UTC."""

    by_day_stats: dict[str, Counts] | None = None
    overall_stats: Counts | None = None


class StatsByCampaign(CamelWire):
    """Figures per day and in all, campaign by campaign; deleted campaigns are among them."""

    by_day_stats: dict[str, list[CampaignCounts]] | None = None
    overall_stats: list[CampaignCounts] | None = None


class AccountLimits(CamelWire):
    """What a sender may do in a day."""

    message_limit: int | None = None
    message_limit_max: int | None = None
    in_mail_limit: int | None = None
    in_mail_limit_max: int | None = None
    connection_request_limit: int | None = Field(default=None, alias="connectioRequestLimit")
    """HeyReach really spells it so."""
    connection_request_max: int | None = Field(default=None, alias="connectioRequestMax")


class LinkedInAccount(CamelWire):
    """A sender. The vendor's document types all of it as text."""

    id: Id
    first_name: str | None = None
    last_name: str | None = None
    email_address: str | None = None
    profile_url: str | None = None
    is_active: bool | None = None
    auth_is_valid: bool | None = None
    account_limits: AccountLimits | None = None
    connection_request_cooldown: RawTime = None
    in_mail_cooldown: RawTime = None


class AccountStatus(CamelWire):
    """Whether a sender's session at LinkedIn works. HeyReach caches it for ten seconds."""

    account_id: Id | None = None
    status: str | None = None
    failure_reason: str | None = None


class LeadList(CamelWire):
    """A list of leads or companies."""

    id: Id
    name: str | None = None
    list_type: str | None = None
    total_items_count: int | None = None
    creation_time: RawTime = None
    campaign_ids: list[Id] | None = None


class AddedLeads(CamelWire):
    """What came of adding leads. All three 0: nothing landed."""

    added_leads_count: int | None = None
    updated_leads_count: int | None = None
    failed_leads_count: int | None = None


class AssignedTags(CamelWire):
    """The tags of a lead that are new."""

    new_assigned_tags: list[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationFilters:
    """All eight keys are always sent: HeyReach drops a key it does not know and answers with the whole inbox."""

    linked_in_account_ids: tuple[int, ...] = ()
    campaign_ids: tuple[int, ...] = ()
    search_string: str = ""
    lead_linked_in_id: str | None = None
    lead_profile_url: str | None = None
    tags: tuple[str, ...] = ()
    latest_auto_tag_names: tuple[str, ...] = ()
    """Unknown to V2."""
    seen: bool | None = None

    def spelled(self) -> dict[str, object]:
        """As V3 wants it."""
        return {
            "linkedInAccountIds": list(self.linked_in_account_ids),
            "campaignIds": list(self.campaign_ids),
            "searchString": self.search_string,
            "leadLinkedInId": self.lead_linked_in_id,
            "leadProfileUrl": self.lead_profile_url,
            "tags": list(self.tags),
            "latestAutoTagNames": list(self.latest_auto_tag_names),
            "seen": self.seen,
        }

    def spelled_for_v2(self) -> dict[str, object]:
        """As V2 wants it."""
        return {name: value for name, value in self.spelled().items() if name != "latestAutoTagNames"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLead:
    """A lead to add to a campaign or a list."""

    first_name: str
    last_name: str
    profile_url: str
    location: str | None = None
    summary: str | None = None
    company_name: str | None = None
    position: str | None = None
    about: str | None = None
    email_address: str | None = None
    custom_fields: tuple[tuple[str, str], ...] = ()
    """Name and value of each."""

    def spelled(self) -> dict[str, object]:
        """As HeyReach wants it."""
        return {
            "firstName": self.first_name,
            "lastName": self.last_name,
            "location": self.location,
            "summary": self.summary,
            "companyName": self.company_name,
            "position": self.position,
            "about": self.about,
            "emailAddress": self.email_address,
            "profileUrl": self.profile_url,
            "customUserFields": [{"name": name, "value": value} for name, value in self.custom_fields],
        }
