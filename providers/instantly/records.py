"""Instantly's mails in Postroom's words: a conversation is a thread, made of the mails that a page shows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from postroom.records import Conversation, Direction, Lead, Message, Micros, Verdict
from postroom.text import canonical_hash, person_key
from providers.instantly.outreach import address, verdict
from providers.instantly.reading import split_quoted, text_of_html
from providers.instantly.wire import Address, Email, InstantlyLead
from providers.shaping import body, digest, known_name, line
from providers.wire import micros

AUTO_REPLY, SCHEDULED = "auto_reply", "scheduled"
_OURS, RECEIVED, _LATER = frozenset({1, 3}), 2, 4
_BROWSER = "https://app.instantly.ai/app/unibox"
_MAX_FILES = 20


@dataclass(frozen=True, slots=True)
class Profile:
    """Who somebody is, as far as the list of leads tells."""

    name: str = ""
    company: str = ""
    position: str = ""
    url: str | None = None
    """The LinkedIn address."""


def thread_id(wire: Email) -> str:
    """The conversation that a mail belongs to; one without a thread is its own."""
    return wire.thread_id or wire.id


def threads(mails: Iterable[Email]) -> dict[str, list[Email]]:
    """The mails of a page by conversation, each in the order of time."""
    grouped: dict[str, list[Email]] = {}
    for mail in mails:
        grouped.setdefault(thread_id(mail), []).append(mail)
    for group in grouped.values():
        group.sort(key=lambda mail: (_shown_at(mail) or 0, mail.id))
    return grouped


def conversation(
    mails: Sequence[Email],
    *,
    whole: bool,
    automatic: Mapping[str, bool],
    labels: Mapping[int, str],
    leads: Mapping[str, Profile],
) -> Conversation:
    """The conversation that some mails of one thread show, given in the order of time.

    `automatic`: what is known of mails being automatic replies; `leads`: what is known of people, by address.
    """
    last = mails[-1]
    received = [mail for mail in mails if direction(mail) is Direction.INBOUND]
    sent = [mail for mail in mails if direction(mail) is Direction.OUTBOUND]
    messages = tuple(message(mail, automatic=automatic.get(mail.id)) for mail in mails)
    spoken = [each for each in messages if each.kind != SCHEDULED] or messages
    lead = _lead(mails, received, leads)
    opinion, word = _verdict(mails, labels)
    eaccount = address(last.eaccount) or line(last.eaccount)
    return Conversation(
        id=thread_id(last),
        sender_id=eaccount,
        sender_name=next((name for mail in reversed(sent) if (name := _name(mail.from_address_json))), ""),
        lead=lead,
        channel="email",
        last_at=spoken[-1].sent_at,
        last_text=line(spoken[-1].body),
        last_direction=Direction.UNKNOWN if spoken[-1].kind == AUTO_REPLY else spoken[-1].direction,
        unread=received[-1].is_unread if received else None,
        verdict=opinion,
        verdict_raw=word,
        campaign_id=next((mail.campaign_id for mail in reversed(mails) if mail.campaign_id), None),
        messages=messages,
        messages_complete=whole,
        fragment=not whole,
        stored_at=max((at for mail in mails if (at := micros(mail.timestamp_created)) is not None), default=None),
        browser_url=_BROWSER,
        # Not of the mails, of which each page shows others. Empty: this page says nothing that a row would keep.
        fingerprint=digest(lead.name, lead.company, lead.position, lead.profile_url, opinion, word) if word else "",
    )


def message(wire: Email, *, automatic: bool | None = None) -> Message:
    """A mail. `automatic` is what was learned by reading it by itself; None: nothing."""
    fresh, quoted = _text(wire)
    text = body(fresh)
    files = [line(each.filename) or "a file" for each in (wire.attachment_json and wire.attachment_json.files) or ()]
    notes = "\n".join(f"[ATTACHMENT {name}]" for name in files[:_MAX_FILES])
    kind = "text"
    if wire.ue_type == _LATER:
        kind = SCHEDULED
    elif direction(wire) is Direction.INBOUND and (wire.is_auto_reply or automatic):
        kind = AUTO_REPLY
    return Message(
        key=wire.id,
        direction=direction(wire),
        sent_at=_shown_at(wire),
        body="\n\n".join(filter(None, (text, notes))) or "[NO TEXT]",
        text_hash=canonical_hash(fresh),
        remote_id=wire.id,
        subject=line(wire.subject),
        kind=kind,
        sent_at_raw=line(str(wire.timestamp_email)) if wire.timestamp_email is not None else "",
        quoted=body(quoted),
        participants=_participants(wire),
    )


def direction(wire: Email) -> Direction:
    """By allow-list; a mail without a type is told by its addresses. One that is only scheduled is nobody's yet."""
    if wire.ue_type in _OURS:
        return Direction.OUTBOUND
    if wire.ue_type == RECEIVED:
        return Direction.INBOUND
    author, ours = address(wire.from_address_email), address(wire.eaccount)
    if wire.ue_type is not None or not author or not ours:
        return Direction.UNKNOWN
    return Direction.OUTBOUND if author == ours else Direction.INBOUND


def reply_subject(subject: str | None) -> str:
    """The subject of an answer."""
    text = line(subject)
    return text if text.casefold().startswith("re:") else f"Re: {text}".strip()


def profile_of(wire: InstantlyLead) -> Profile:
    """Who a lead is."""
    payload = wire.payload or {}
    spelled = (payload.get(key) for key in ("linkedin_url", "linkedIn", "linkedin", "linkedin_profile", "LinkedIn"))
    said = next((value.strip() for value in spelled if isinstance(value, str) and "/in/" in value), None)
    url = said if said and line(said) == said and " " not in said else None
    return Profile(known_name(wire.first_name, wire.last_name), line(wire.company_name), line(wire.job_title), url)


def lead_address(mails: Sequence[Email]) -> str:
    """The address of the person that a thread is with; empty when nobody says."""
    said = next((email for mail in reversed(mails) if (email := address(mail.lead))), "")
    if said:
        return said
    for mail in reversed(mails):
        theirs = direction(mail) is Direction.INBOUND
        other = mail.from_address_email if theirs else (mail.to_address_email_list or "").split(",")[0]
        if email := address(other):
            return email
    return ""


def _lead(mails: Sequence[Email], received: Sequence[Email], leads: Mapping[str, Profile]) -> Lead:
    email = lead_address(mails)
    known = leads.get(email, Profile())
    said = next((said for mail in reversed(received) if (said := _name(mail.from_address_json))), "")
    return Lead(
        id=email or thread_id(mails[-1]),
        name=known.name or said or email or "Unknown",
        company=known.company,
        position=known.position,
        profile_url=known.url,
        email=email or None,
        person=person_key(known.url, email or None),
    )


def _verdict(mails: Sequence[Email], labels: Mapping[int, str]) -> tuple[Verdict, str]:
    status = next((mail.i_status for mail in reversed(mails) if mail.i_status is not None), None)
    return verdict(status, labels)


def _text(wire: Email) -> tuple[str, str]:
    """What is new in a mail, and what it repeats. HTML is read only where there is no text."""
    said = wire.body
    if said is not None and said.text and said.text.strip():
        return split_quoted(said.text)
    if said is not None and said.html and said.html.strip():
        return split_quoted(text_of_html(said.html))
    return wire.content_preview or "", ""


def _participants(wire: Email) -> str:
    """Who wrote the mail to whom, in one line; the providers' lists are strings with commas."""
    name, author = _name(wire.from_address_json), line(wire.from_address_email)
    written = f"{name} <{author}>" if name and author else name or author
    parts = (("From", written), ("to", line(wire.to_address_email_list)), ("cc", line(wire.cc_address_email_list)))
    return " ".join(f"{word} {value}" for word, value in parts if value)


def _name(addresses: Sequence[Address] | None) -> str:
    return next((name for each in addresses or () if (name := line(each.name))), "")


def _shown_at(wire: Email) -> Micros | None:
    return micros(wire.timestamp_email) or micros(wire.timestamp_created)
