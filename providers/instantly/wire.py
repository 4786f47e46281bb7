"""Instantly's records as Instantly spells them: snake_case, numbers for flags and states.

Every field but those that name a record may be missing, null or of another type: see `providers.wire`.
"""

from __future__ import annotations

from providers.wire import Id, RawTime, Wire


class Body(Wire):
    """What a mail says, in one or both forms."""

    text: str | None = None
    html: str | None = None


class Address(Wire):
    """One address of a mail, with the name that stood beside it."""

    address: str | None = None
    name: str | None = None


class Attachment(Wire):
    """A file that came with a mail; only what it is called is told here."""

    filename: str | None = None


class Attachments(Wire):
    """The files of a mail."""

    files: list[Attachment] | None = None


class Email(Wire):
    """One mail of the Unibox. `is_auto_reply` is told only where a mail is read by itself."""

    id: Id
    timestamp_created: RawTime = None
    """When Instantly stored it: what lists are narrowed by."""
    timestamp_email: RawTime = None
    """What the mail itself claims: what is shown."""
    subject: str | None = None
    from_address_email: str | None = None
    to_address_email_list: str | None = None
    cc_address_email_list: str | None = None
    from_address_json: list[Address] | None = None
    to_address_json: list[Address] | None = None
    body: Body | None = None
    content_preview: str | None = None
    campaign_id: Id | None = None
    lead: str | None = None
    lead_id: Id | None = None
    eaccount: str | None = None
    """The mailbox of ours that sent or received it."""
    ue_type: int | None = None
    is_unread: bool | None = None
    is_auto_reply: bool | None = None
    i_status: float | None = None
    thread_id: Id | None = None
    attachment_json: Attachments | None = None


class Reply(Wire):
    """What came of a reply. Without an id it is not known to have been taken; a 200 can even carry an error."""

    id: Id | None = None
    error: str | None = None


class UnreadCount(Wire):
    """How many mails are unread."""

    count: int


class InstantlyCampaign(Wire):
    """A campaign."""

    id: Id
    name: str | None = None
    status: int | None = None
    not_sending_status: int | None = None
    email_list: list[str] | None = None
    stop_on_reply: bool | None = None
    timestamp_created: RawTime = None


class Subsequence(Wire):
    """A follow-up sequence of a campaign, with a state of its own."""

    id: Id
    parent_campaign: Id | None = None
    status: int | None = None
    name: str | None = None


class Diagnostics(Wire):
    """What Instantly finds when it looks why a campaign sends or not."""

    status: str | None = None


class Summary(Wire):
    """The same in short."""

    status: str | None = None
    status_message: str | None = None


class SendingStatus(Wire):
    """Why a campaign is sending, or is not."""

    diagnostics: Diagnostics | None = None
    summary: Summary | None = None


class CampaignAnalytics(Wire):
    """A campaign's totals."""

    campaign_id: Id
    campaign_name: str | None = None
    leads_count: int | None = None
    contacted_count: int | None = None
    emails_sent_count: int | None = None
    reply_count: int | None = None
    bounced_count: int | None = None
    unsubscribed_count: int | None = None
    completed_count: int | None = None


class Overview(Wire):
    """Totals over campaigns and days."""

    emails_sent_count: int
    contacted_count: int | None = None
    new_leads_contacted_count: int | None = None
    open_count_unique: int | None = None
    reply_count: int | None = None
    reply_count_unique: int | None = None
    reply_count_automatic: int | None = None
    link_click_count_unique: int | None = None
    bounced_count: int | None = None
    unsubscribed_count: int | None = None
    total_interested: int | None = None
    total_meeting_booked: int | None = None


class Day(Wire):
    """One day of a campaign."""

    date: str
    sent: int | None = None
    contacted: int | None = None
    unique_opened: int | None = None
    replies: int | None = None
    unique_replies: int | None = None
    replies_automatic: int | None = None
    unique_clicks: int | None = None


class Step(Wire):
    """One step and variant of a campaign."""

    step: str | None = None
    variant: str | None = None
    sent: int
    unique_opened: int | None = None
    replies: int | None = None
    unique_replies: int | None = None


class InstantlyLead(Wire):
    """A lead: one address in one campaign or list. The same address elsewhere is another record."""

    id: Id
    campaign: Id | None = None
    list_id: Id | None = None
    status: int | None = None
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    company_name: str | None = None
    job_title: str | None = None
    website: str | None = None
    payload: dict[str, object] | None = None
    lt_interest_status: float | None = None
    subsequence_id: Id | None = None
    timestamp_created: RawTime = None


class Job(Wire):
    """Work that Instantly does after it has answered."""

    id: Id
    type: str | None = None
    status: str | None = None
    progress: float | None = None


class BlockListEntry(Wire):
    """An address or a domain that the whole workspace never writes to."""

    id: Id
    bl_value: str | None = None
    is_domain: bool | None = None


class InstantlyList(Wire):
    """A list of leads."""

    id: Id
    name: str | None = None
    timestamp_created: RawTime = None


class LeadLabel(Wire):
    """An interest status that the workspace has invented."""

    id: Id
    label: str | None = None
    interest_status: float | None = None
    interest_status_label: str | None = None


class CustomTag(Wire):
    """A tag for mailboxes and campaigns."""

    id: Id
    label: str | None = None
    description: str | None = None


class CustomTagMapping(Wire):
    """Which tag is on what."""

    id: Id
    tag_id: Id | None = None
    resource_id: str | None = None
    resource_type: int | None = None


class Account(Wire):
    """A mailbox that sends."""

    email: Id
    first_name: str | None = None
    last_name: str | None = None
    status: int | None = None
    warmup_status: int | None = None
    stat_warmup_score: float | None = None
    setup_pending: bool | None = None
    daily_limit: float | None = None


class VitalsRow(Wire):
    """What the DNS of a mailbox's domain says of its mail."""

    domain: str
    allPass: bool | None = None  # noqa: N815 - as Instantly spells it
    mx: bool | None = None
    spf: bool | None = None
    dkim: bool | None = None
    dmarc: bool | None = None


class Vitals(Wire):
    """The DNS checks of several domains."""

    status: str | None = None
    success_list: list[VitalsRow] | None = None
    failure_list: list[VitalsRow] | None = None


class WarmupCounts(Wire):
    """How a mailbox's warm-up mail fares."""

    sent: int | None = None
    landed_inbox: int | None = None
    landed_spam: int | None = None
    health_score: float | None = None


class Warmup(Wire):
    """The warm-up of several mailboxes, by address."""

    aggregate_data: dict[str, WarmupCounts | None] | None = None


class InstantlyWorkspace(Wire):
    """The workspace that the key opens."""

    id: Id
    name: str | None = None
    owner: str | None = None
    plan_id: str | None = None


class Webhook(Wire):
    """Where Instantly reports events to. It switches one off that keeps failing."""

    id: Id
    name: str | None = None
    target_hook_url: str | None = None
    event_type: str | None = None
    campaign: Id | None = None
    status: float | None = None


class WebhookEventType(Wire):
    """Something a webhook can be told of."""

    id: str | None = None
    label: str | None = None
    type: str | None = None


class WebhookEventTypes(Wire):
    """All of those."""

    event_types: list[WebhookEventType] | None = None


class WebhookTest(Wire):
    """What came of a test report."""

    success: bool
    status_code: float | None = None
    message: str | None = None
    error: str | None = None


class ApiKey(Wire):
    """A key of the workspace, with its scopes; never its secret."""

    id: Id
    name: str | None = None
    scopes: list[str] | None = None
