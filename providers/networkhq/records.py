"""NetworkHQ's data in Postroom's words. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from postroom.records import (
    Campaign,
    CampaignState,
    Conversation,
    Direction,
    Enrolment,
    EnrolmentState,
    Health,
    Lead,
    Message,
    Micros,
    Sender,
    Verdict,
)
from postroom.text import canonical_hash, person_key
from providers.networkhq.wire import (
    CampaignLead,
    ConversationDetail,
    ConversationMessage,
    LastMessage,
    LinkedInAccount,
    NetworkHQCampaign,
    NetworkHQConversation,
)
from providers.shaping import body, digest, direction_of, full_name, identifier, known_name, line, mapped, web_address
from providers.wire import micros, number

_VERDICTS = {
    "interested": Verdict.INTERESTED,
    "curious": Verdict.CURIOUS,
    "notinterested": Verdict.NOT_INTERESTED,
    "deferred": Verdict.LATER,
    "converted": Verdict.MEETING,
}
_CAMPAIGN_STATES = {
    "draft": CampaignState.DRAFT,
    "started": CampaignState.RUNNING,
    "paused": CampaignState.PAUSED,
    "completed": CampaignState.FINISHED,
}
_LEAD_STATES = {
    "active": EnrolmentState.ACTIVE,
    "queued": EnrolmentState.ACTIVE,
    "completed": EnrolmentState.STOPPED,
    "failed": EnrolmentState.STOPPED,
    "excluded": EnrolmentState.STOPPED,
}
"""“paused” is missing on purpose: nothing goes out now, but it may again."""
_ACCOUNT_PROBLEMS = {
    "disconnected": "Disconnected from LinkedIn. Reconnect it in NetworkHQ.",
    "error": "NetworkHQ reports an error of this account. Look at it in NetworkHQ.",
    "awaitingcode": "LinkedIn waits for a code. Enter it in NetworkHQ.",
}


def row(wire: NetworkHQConversation) -> Conversation:
    """A row of the inbox. It carries the last message only, so the thread is still to be read."""
    return _conversation(wire, last=wire.last_message, fingerprint=_fingerprint(wire))


def thread(wire: ConversationDetail, *, whole: bool) -> Conversation:
    """A conversation read by itself, with one page of its messages. `whole`: there are no others."""
    ordered = sorted(wire.messages or (), key=lambda message: (micros(message.sent_at) or 0, message.id))
    last = ordered[-1] if ordered else None
    return _conversation(wire, last=last, messages=tuple(map(_message, ordered)), whole=whole)


def campaign(wire: NetworkHQCampaign) -> Campaign:
    """A campaign with its five counters."""
    totals = {
        "leads": wire.total_leads,
        "connections sent": wire.connections_sent,
        "connections accepted": wire.connection_requests_accepted,
        "messages sent": wire.messages_sent,
        "replies": wire.replies_received,
    }
    known = ((name, number(value)) for name, value in totals.items())
    return Campaign(
        id=wire.id,
        name=line(wire.name) or f"Campaign {line(wire.id)}",
        state=mapped(wire.status, _CAMPAIGN_STATES, CampaignState.UNKNOWN),
        state_raw=line(wire.status),
        totals={name: value for name, value in known if value is not None and value >= 0},
        sender_ids=tuple(account.id for account in wire.linkedin_accounts or ()),
        created_at=micros(wire.created_at),
    )


def enrolment(wire: CampaignLead, *, campaign_id: str) -> Enrolment | None:
    """A lead of a campaign. None when it says nothing that a conversation could be joined on."""
    lead = wire.lead
    lead_id = (lead.id if lead else None) or ""
    lead_url = identifier(lead.linkedin_url) if lead else None
    if not lead_id and lead_url is None:
        return None
    shown = wire.display_status or wire.status
    return Enrolment(
        campaign_id=campaign_id,
        campaign_name="",
        state=mapped(wire.status or shown, _LEAD_STATES, EnrolmentState.UNKNOWN),
        state_raw=line(shown),
        campaign_state=CampaignState.UNKNOWN,
        lead_id=lead_id,
        lead_url=lead_url,
        enrolled_at=micros(wire.enrolled_at),
        note=line(wire.excluded_reason) or line(wire.parked_reason),
    )


def sender(wire: LinkedInAccount, *, now: Micros) -> Sender:
    """A LinkedIn account and whether it can send at `now`."""
    health, note = _health(wire, now)
    return Sender(
        id=wire.id,
        name=known_name(wire.profile_name),
        health=health,
        note=note,
        profile_url=identifier(wire.profile_url),
    )


def _conversation(
    wire: NetworkHQConversation,
    *,
    last: LastMessage | None,
    messages: Sequence[Message] = (),
    whole: bool = False,
    fingerprint: str = "",
) -> Conversation:
    lead, account = _lead(wire), wire.linkedin_account
    return Conversation(
        id=wire.id,
        sender_id=(account.id if account else None) or "",
        sender_name=known_name(account.profile_name) if account else "",
        lead=lead,
        last_at=micros(last.sent_at) if last else None,
        last_text=(line(last.content) or "[NO TEXT]") if last else "",
        last_direction=_direction(last.direction) if last else Direction.UNKNOWN,
        unread=wire.is_unread,
        verdict=mapped(wire.intent, _VERDICTS, Verdict.NONE),
        verdict_raw=line(wire.intent),
        messages=tuple(messages),
        messages_complete=whole,
        browser_url=web_address(lead.profile_url),
        fingerprint=fingerprint,
    )


def _lead(wire: NetworkHQConversation) -> Lead:
    lead = wire.lead
    url = identifier(lead.linkedin_url) if lead else None
    return Lead(
        id=(lead.id if lead else None) or url or wire.id,
        name=full_name(lead.first_name, lead.last_name) if lead else "Unknown",
        profile_url=url,
        person=person_key(url),
    )


def _message(wire: ConversationMessage) -> Message:
    kind = line(wire.content_type).lower() or "text"
    text = body(wire.content)
    if not text or kind != "text":
        # Only text is documented; of anything else the kind is all there is to show.
        text = text or f"[{'NO TEXT' if kind == 'text' else kind.upper()}]"
    return Message(
        key=wire.id,
        direction=_direction(wire.direction),
        sent_at=micros(wire.sent_at),
        body=text,
        text_hash=canonical_hash(wire.content or ""),
        remote_id=wire.id,
        kind=kind,
        sent_at_raw=line(str(wire.sent_at)) if wire.sent_at is not None else "",
    )


def _direction(raw: str | None) -> Direction:
    return direction_of(raw, inbound="received", outbound="sent")


def _fingerprint(wire: NetworkHQConversation) -> str:
    """What a row says, in short. `updated_at` alone is not trusted to move when only the read mark does."""
    last = wire.last_message or LastMessage(id="none")
    lead, account = wire.lead, wire.linkedin_account
    return digest(
        wire.updated_at,
        last.id,
        last.content,
        last.sent_at,
        last.direction,
        wire.is_unread,
        wire.intent,
        *((lead.id, lead.first_name, lead.last_name, lead.linkedin_url) if lead else ()),
        *((account.id, account.profile_name) if account else ()),
    )


def _health(wire: LinkedInAccount, now: Micros) -> tuple[Health, str]:
    status = line(wire.status)
    problem = mapped(status, _ACCOUNT_PROBLEMS, "")
    if problem:
        return Health.BROKEN, problem
    until = micros(wire.cooldown_until)
    if until is not None and until > now:
        return Health.COOLING, f"NetworkHQ lets it rest until {line(str(wire.cooldown_until))[:10]}."
    if status.casefold() == "connected":
        return Health.GOOD, ""
    return Health.UNKNOWN, f"NetworkHQ calls it “{status}”." if status else "NetworkHQ does not say how it is."
