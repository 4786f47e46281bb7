"""HeyReach's inbox in Postroom's words. Pure.

Messages have no id: their key is a digest of what does not change, and equal twins are told apart by an ordinal.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote

from postroom.records import Conversation, Direction, Lead, Message, Verdict
from postroom.text import canonical_hash, person_key
from providers.heyreach.wire import ChatMessage, Chatroom, Profile
from providers.shaping import (
    body,
    digest,
    direction_of,
    full_name,
    identifier,
    in_time_order,
    known_name,
    line,
    mapped,
    web_address,
)
from providers.wire import micros, number

_THREAD_ID = re.compile(r"2-[A-Za-z0-9+/=_-]{4,200}")
_VERDICTS = {
    "interested": Verdict.INTERESTED,
    "veryinterested": Verdict.INTERESTED,
    "positive": Verdict.INTERESTED,
    "notinterested": Verdict.NOT_INTERESTED,
    "negative": Verdict.NOT_INTERESTED,
    "curious": Verdict.CURIOUS,
    "question": Verdict.CURIOUS,
    "moreinfo": Verdict.CURIOUS,
    "informationrequest": Verdict.CURIOUS,
    "notnow": Verdict.LATER,
    "later": Verdict.LATER,
    "maybelater": Verdict.LATER,
    "followuplater": Verdict.LATER,
    "badtiming": Verdict.LATER,
    "meeting": Verdict.MEETING,
    "meetingbooked": Verdict.MEETING,
    "meetingrequest": Verdict.MEETING,
    "meetingrequested": Verdict.MEETING,
    "outofoffice": Verdict.OUT_OF_OFFICE,
    "wrongperson": Verdict.WRONG_PERSON,
    "donotcontact": Verdict.DO_NOT_CONTACT,
    "unsubscribe": Verdict.DO_NOT_CONTACT,
}


def conversation_id(account: str, native: str) -> str:
    """Only together are the two unique."""
    return f"{account}/{native}"


def split_conversation_id(conversation: str) -> tuple[int, str] | None:
    """The account and HeyReach's own id. None when it is not an id of ours."""
    account, slash, native = conversation.partition("/")
    return (int(account), native) if slash and native and re.fullmatch(r"[0-9]{1,18}", account) else None


def conversation(chat: Chatroom, *, listed: bool) -> Conversation:
    """A conversation and its messages. `listed`: it is a row of the inbox, which has a fingerprint."""
    own_id = conversation_id(chat.linked_in_account_id, chat.id)
    account, profile = chat.linked_in_account, chat.correspondent_profile or Profile()
    messages = _messages(own_id, chat)
    verdict, verdict_raw = _verdict(profile)
    total = number(chat.total_messages)
    return Conversation(
        id=own_id,
        sender_id=chat.linked_in_account_id,
        sender_name=known_name(account.first_name, account.last_name) if account else "",
        lead=_lead(profile, fallback_id=own_id),
        last_at=micros(chat.last_message_at),
        last_text=line(chat.last_message_text) or _placeholder(chat.last_message_type),
        last_direction=_direction(chat.last_message_sender),
        unread=None if chat.read is None else not chat.read,
        verdict=verdict,
        verdict_raw=verdict_raw,
        total_messages=total if total is None or total >= 0 else None,
        # 0 and null both mean: in no campaign.
        campaign_id=str(chat.campaign_id) if chat.campaign_id and chat.campaign_id > 0 else None,
        blocked=bool(chat.blocked_by_me or chat.blocked_by_participant),
        group=bool(chat.group_chat),
        messages=messages,
        messages_complete=total is not None and len(messages) >= total,
        browser_url=_browser_url(chat.id, profile),
        fingerprint=_fingerprint(chat, profile) if listed else "",
    )


def joined(thread: Conversation, row: Conversation) -> Conversation:
    """One conversation as two endpoints tell it: every message that either shows, and the newer news."""
    known = {(message.key, message.ordinal): message for message in (*row.messages, *thread.messages)}
    messages = tuple(in_time_order((message.sent_at, message) for message in known.values()))
    newer = row if (row.last_at or 0) > (thread.last_at or 0) else thread
    total = max((each.total_messages for each in (thread, row) if each.total_messages is not None), default=None)
    return replace(
        newer,
        messages=messages,
        total_messages=total,
        messages_complete=total is not None and len(messages) >= total,
        blocked=thread.blocked or row.blocked,
    )


def _messages(own_id: str, chat: Chatroom) -> tuple[Message, ...]:
    """The messages in order of time, equal twins numbered."""
    timed = [(micros(wire.created_at), wire) for wire in chat.messages or () if not _is_empty(wire)]
    seen: dict[str, int] = {}
    messages: list[Message] = []
    for time, wire in in_time_order((time, (time, wire)) for time, wire in timed):
        text_hash = canonical_hash(wire.body or "")
        moment = wire.created_at if time is None else time // 1000
        key = digest(own_id, moment, wire.sender, wire.subject, text_hash, bool(wire.is_in_mail), wire.post_link)
        ordinal = seen.get(key, 0)
        seen[key] = ordinal + 1
        kind = _kind(wire, chat, time)
        messages.append(
            Message(
                key=key,
                direction=_direction(wire.sender),
                sent_at=time,
                body=body(wire.body) or _placeholder(kind),
                text_hash=text_hash,
                ordinal=ordinal,
                subject=line(wire.subject),
                kind=kind,
                sent_at_raw=line(str(wire.created_at)) if wire.created_at is not None else "",
            )
        )
    return tuple(messages)


def _is_empty(message: ChatMessage) -> bool:
    """Whether nothing of a message could be read."""
    return message.created_at is None and message.body is None and message.sender is None


def _kind(message: ChatMessage, chat: Chatroom, time: int | None) -> str:
    """The type is known only of the last message of a conversation, and of InMails."""
    if message.is_in_mail:
        return "inmail"
    if not message.body and chat.last_message_type and time is not None and time == micros(chat.last_message_at):
        return line(chat.last_message_type).lower() or "text"
    return "text"


def _placeholder(kind: str | None) -> str:
    """What stands for a body that HeyReach does not expose, such as a voice note."""
    word = line(kind).upper()
    return f"[{word}]" if word and word != "TEXT" else "[NO TEXT]"


def _direction(sender: str | None) -> Direction:
    return direction_of(sender, inbound="correspondent", outbound="me")


def _lead(profile: Profile, *, fallback_id: str) -> Lead:
    url, email = identifier(profile.profile_url), line(profile.email_address) or None
    return Lead(
        id=url or fallback_id,
        name=full_name(profile.first_name, profile.last_name),
        company=line(profile.company_name),
        position=line(profile.position),
        headline=line(profile.headline),
        location=line(profile.location),
        profile_url=url,
        email=email,
        linkedin_id=identifier(profile.linkedin_id),
        tags=tuple(filter(None, map(line, profile.tags or ()))),
        person=person_key(url, email),
    )


def _verdict(profile: Profile) -> tuple[Verdict, str]:
    """The first label that means something to us, and all of them as HeyReach words them."""
    names = [name for name in (line(tag.name) for tag in profile.auto_tags or ()) if name]
    verdicts = (mapped(name, _VERDICTS, Verdict.NONE) for name in names)
    return next((verdict for verdict in verdicts if verdict is not Verdict.NONE), Verdict.NONE), ", ".join(names)


def _browser_url(native_id: str, profile: Profile) -> str | None:
    """LinkedIn's own thread where the id is LinkedIn's, else the lead's profile."""
    if _THREAD_ID.fullmatch(native_id):
        return f"https://www.linkedin.com/messaging/thread/{quote(native_id, safe='=')}/"
    return web_address(profile.profile_url)


def _fingerprint(chat: Chatroom, profile: Profile) -> str:
    """What a row says, in short."""
    return digest(
        chat.last_message_at,
        chat.last_message_text,
        chat.last_message_type,
        chat.last_message_sender,
        chat.total_messages,
        chat.read,
        chat.blocked_by_me,
        chat.blocked_by_participant,
        chat.group_chat,
        chat.campaign_id,
        profile.first_name,
        profile.last_name,
        profile.headline,
        profile.company_name,
        profile.position,
        profile.profile_url,
        profile.tags,
        [tag.name for tag in profile.auto_tags or ()],
    )
