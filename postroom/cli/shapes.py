"""Rows as the JSON that scripts rely on. Keys are only ever added; docs/cli.md lists them. Times are ISO 8601, UTC."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from postroom.cli.output import stamp
from tui.format import why_idle

if TYPE_CHECKING:
    from store.rows import CampaignRow, ConversationRow, EnrolmentRow, InboxRow, MessageRow, OutboxRow

Shape = dict[str, object]


def inbox_shape(row: InboxRow) -> Shape:
    """One line of `list` and `search`."""
    return {
        "ref": row.ref,
        "workspace": row.key.workspace,
        "provider": row.provider,
        "id": row.key.id,
        "lead": row.lead_name,
        "company": row.company,
        "preview": row.preview,
        "last_at": stamp(row.last_at),
        "direction": str(row.last_direction),
        "unread": row.unread,
        "verdict": str(row.verdict),
        "folder": row.folder,
        "waiting_since": stamp(row.waiting_since),
        "campaign_id": row.campaign_id,
        "outbox_state": row.outbox_state,
        "lookalike": row.lookalike,
    }


def conversation_shape(
    head: ConversationRow,
    messages: Sequence[MessageRow],
    entries: Sequence[OutboxRow],
    enrolments: Sequence[EnrolmentRow],
) -> Shape:
    """What `show` prints."""
    return {
        "conversation": {
            **inbox_shape(head.row),
            "position": head.row.position,
            "sender": head.sender_name,
            "sender_id": head.sender_id,
            "sender_health": str(head.sender_health),
            "channel": head.channel,
            "headline": head.headline,
            "location": head.location,
            "profile_url": head.profile_url,
            "email": head.email,
            "browser_url": head.browser_url,
            "tags": list(head.tags),
            "starred": head.row.starred,
            "message_count": head.message_count,
            "total_messages": head.total_messages,
            "complete": head.complete,
        },
        "messages": [message_shape(message) for message in messages],
        "outbox": [outbox_shape(entry) for entry in entries],
        "enrolments": [enrolment_shape(enrolment) for enrolment in enrolments],
    }


def person_shape(row: InboxRow, others: Sequence[tuple[InboxRow, str]]) -> Shape:
    """What `person` prints, but for the messages."""
    return {
        "lead": row.lead_name,
        "conversations": [{**inbox_shape(each), "why": why} for each, why in [(row, ""), *others]],
    }


def message_shape(row: MessageRow) -> Shape:
    """One message of `show`."""
    return {
        "key": row.key,
        "direction": str(row.direction),
        "author": row.author,
        "sent_at": stamp(row.sent_at),
        "subject": row.subject,
        "body": row.body,
        "quoted": row.quoted,
        "participants": row.participants,
        "kind": row.kind,
        "edited": row.edited,
        "conversation": row.origin.id if row.origin else None,
        "provider": row.provider,
    }


def enrolment_shape(row: EnrolmentRow) -> Shape:
    """One enrolment of `show`, and one target of `stop-lead --dry-run`."""
    return {
        "workspace": row.workspace,
        "provider": row.provider,
        "campaign_id": row.campaign_id,
        "campaign": row.campaign_name,
        "lead": row.lead_name,
        "state": str(row.state),
        "state_raw": row.state_raw,
        "campaign_state": str(row.campaign_state),
        "pending_action": row.pending_action,
        "note": row.note,
    }


def campaign_shape(row: CampaignRow) -> Shape:
    """One line of `campaigns`."""
    return {
        "ref": row.ref,
        "workspace": row.workspace,
        "provider": row.provider,
        "id": row.id,
        "name": row.name,
        "state": str(row.state),
        "state_raw": row.state_raw,
        "totals": dict(row.totals),
        "pending_action": row.pending_action,
    }


def statistics_shape(row: CampaignRow) -> Shape:
    """What `stats` prints."""
    return {
        **campaign_shape(row),
        "rates": dict(row.rates),
        "days": [{"day": day, "replies": replies, "messages_sent": sent} for day, replies, sent in row.days],
        "statistics_at": stamp(row.statistics_at),
        "not_sending": why_idle(row),
        "senders": [{"name": name, "health": str(health), "note": note} for name, health, note in row.senders],
    }


def outbox_shape(row: OutboxRow) -> Shape:
    """One outbox entry: what every acting verb prints."""
    return {
        "id": row.id,
        "workspace": row.workspace,
        "kind": row.kind,
        "state": row.state,
        "verified": row.verified,
        "conversation": row.conversation,
        "title": row.title,
        "text": row.text,
        "error": row.error,
        "attempts": row.attempts,
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
        "next_attempt_at": stamp(row.next_attempt_at),
        "remote_id": row.remote_id,
        "matched_by": row.matched_by,
        "resend_of": row.resend_of,
    }
