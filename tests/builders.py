"""Small records for tests: every value has a sensible default, so a test names only what it is about.

Times are given in minutes after `START`, because tests read better in minutes than in microseconds.
"""

from __future__ import annotations

from dataclasses import replace

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
    Page,
    Sender,
    T,
    Verdict,
)
from postroom.text import canonical_hash, person_key

START: Micros = 1_767_571_200_000_000
"""2026-01-05 00:00:00 UTC, a Monday."""

MINUTE: Micros = 60_000_000
HOUR: Micros = 60 * MINUTE
DAY: Micros = 24 * HOUR


def at(minutes: float) -> Micros:
    """The moment `minutes` after START."""
    return START + round(minutes * MINUTE)


def lead(name: str = "Ada Lovelace", **changes: object) -> Lead:
    """A lead whose ids and profile URL follow from the name."""
    slug = name.lower().replace(" ", "-")
    url = f"https://www.linkedin.com/in/{slug}"
    made = Lead(
        id=f"lead-{slug}",
        name=name,
        company="Analytical Engines",
        position="CTO",
        headline="CTO at Analytical Engines",
        location="London",
        profile_url=url,
        linkedin_id=f"li-{slug}",
        person=person_key(url),
    )
    made = replace(made, **changes)  # type: ignore[arg-type]  # the names are checked by dataclasses.replace
    return made if "person" in changes else replace(made, person=person_key(made.profile_url, made.email))


def message(
    body: str = "Hello",
    *,
    minutes: float | None = 0,
    direction: Direction = Direction.INBOUND,
    key: str | None = None,
    remote_id: str | None = None,
    ordinal: int = 0,
    kind: str = "text",
    subject: str = "",
) -> Message:
    """One message. `key` defaults to the remote id, or without one to a key made of the content."""
    sent_at = None if minutes is None else at(minutes)
    return Message(
        key=key or remote_id or f"{direction.value}|{sent_at}|{canonical_hash(body)[:16]}",
        direction=direction,
        sent_at=sent_at,
        body=body,
        text_hash=canonical_hash(body),
        remote_id=remote_id,
        ordinal=ordinal,
        kind=kind,
        subject=subject,
    )


def inbound(body: str = "Sounds good", *, minutes: float | None = 0, remote_id: str | None = None) -> Message:
    """A message that the lead wrote."""
    return message(body, minutes=minutes, direction=Direction.INBOUND, remote_id=remote_id)


def outbound(body: str = "Hi Ada", *, minutes: float | None = 0, remote_id: str | None = None) -> Message:
    """A message that we wrote."""
    return message(body, minutes=minutes, direction=Direction.OUTBOUND, remote_id=remote_id)


def conversation(
    id: str = "c1",  # noqa: A002 # the record's own name
    *messages: Message,
    who: Lead | None = None,
    unread: bool | None = None,
    complete: bool = True,
    **changes: object,
) -> Conversation:
    """A conversation whose row follows from its messages, the last given the newest. Whole unless `complete=False`."""
    last = messages[-1] if messages else None
    made = Conversation(
        id=id,
        sender_id="sender-1",
        sender_name="Jane Doe",
        lead=who or lead(),
        last_at=last.sent_at if last else at(0),
        last_text=last.body if last else "",
        last_direction=last.direction if last else Direction.UNKNOWN,
        unread=unread,
        verdict=Verdict.NONE,
        total_messages=len(messages) if complete else None,
        messages=messages,
        messages_complete=complete,
        browser_url="https://app.example.com/inbox/1",
    )
    made = replace(made, **changes)  # type: ignore[arg-type]  # the names are checked by dataclasses.replace
    if made.fingerprint:
        return made
    return replace(made, fingerprint=row_fingerprint(made))


def row_fingerprint(record: Conversation) -> str:
    """A fingerprint that changes with what a provider's list row shows."""
    shown = (
        record.last_at,
        record.last_text,
        record.last_direction.value,
        record.total_messages,
        record.unread,
        record.blocked,
        record.campaign_id,
        record.verdict_raw,
        record.lead.name,
    )
    return "|".join(map(str, shown))


def page(*records: T, more: bool = False, next_cursor: str | None = None, total: int | None = None) -> Page[T]:
    """One pull step's answer."""
    return Page(records=records, more=more, next_cursor=next_cursor, total=total)


def sender(id: str = "sender-1", name: str = "Jane Doe", health: Health = Health.GOOD, note: str = "") -> Sender:  # noqa: A002 # the record's own name
    """An identity that we write as."""
    return Sender(id=id, name=name, health=health, note=note, profile_url="https://www.linkedin.com/in/jane-doe")


def campaign(
    id: str = "q3",  # noqa: A002 # the record's own name
    name: str = "Q3 founders",
    state: CampaignState = CampaignState.RUNNING,
    **changes: object,
) -> Campaign:
    """A campaign that runs."""
    made = Campaign(
        id=id,
        name=name,
        state=state,
        state_raw={CampaignState.RUNNING: "IN_PROGRESS"}.get(state, state.value.upper()),
        totals={"leads": 412, "in progress": 40},
        sender_ids=("sender-1",),
        created_at=START,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # the names are checked by dataclasses.replace


def enrolment(
    campaign_id: str = "q3",
    *,
    who: Lead | None = None,
    state: EnrolmentState = EnrolmentState.ACTIVE,
    campaign_name: str = "Q3 founders",
    campaign_state: CampaignState = CampaignState.RUNNING,
) -> Enrolment:
    """A lead's standing in a campaign."""
    person = who or lead()
    return Enrolment(
        campaign_id=campaign_id,
        campaign_name=campaign_name,
        state=state,
        state_raw={EnrolmentState.ACTIVE: "InSequence"}.get(state, "Finished"),
        campaign_state=campaign_state,
        lead_id=person.id,
        lead_url=person.profile_url,
        lead_email=person.email,
        enrolled_at=START,
    )
