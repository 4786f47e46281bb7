"""The mails of an Instantly workspace in the order in which they were stored, and how one is written out.

The mails from before the world began are put in order once; what was said since stands apart and is merged in.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge

from simulator.answers import Json
from simulator.clock import SECOND, written
from simulator.dice import mix
from simulator.instantly.naming import mail_id
from simulator.threads import Conversation, Spoken, fresh_text
from simulator.workspace import Workspace

OWN_LABEL = 7
"""An interest status that this workspace has invented."""
_INTERESTS = {"INTERESTED": 1, "CURIOUS": 1, "CONVERTED": 2, "NOT_INTERESTED": -1, "DEFERRED": OWN_LABEL}
_MOODS = {"out_of_office": 0, "wrong_person": -2}

Place = tuple[int, int, int]
"""When a mail was stored, its conversation's index, and its number there."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail and where it belongs."""

    conversation: Conversation
    spoken: Spoken
    number: int
    created: int

    @property
    def id(self) -> str:
        """Its id."""
        return mail_id(self.conversation, self.spoken)

    @property
    def place(self) -> Place:
        """What it is ordered by."""
        return self.created, self.conversation.index, self.number


def mails_of(workspace: Workspace, conversation: Conversation) -> list[Mail]:
    """The mails of a conversation, oldest first."""
    began = len(workspace.history(conversation)) - len(conversation.said)
    return [
        # Instantly stores a mail some seconds after the moment that it claims.
        Mail(conversation, spoken, number, spoken.sent_at + (_delay(conversation, number) if number < began else 0))
        for number, spoken in enumerate(workspace.history(conversation))
    ]


def listed(
    workspace: Workspace, *, newest_first: bool, since: int | None, until: int | None, behind: Place | None
) -> Iterator[Mail]:
    """All mails in order, from behind a place."""
    if workspace.mail_places is None:
        places = [
            (mail.created, row.index, mail.number)
            for row in workspace.conversations
            for mail in mails_of(workspace, row)[: _began(workspace, row)]
        ]
        workspace.mail_places = sorted(places)
    fresh = sorted(
        mail.place
        for index in workspace.spoken_in
        for mail in mails_of(workspace, workspace.conversations[index])[
            _began(workspace, workspace.conversations[index]) :
        ]
    )
    low = (since, -1, -1) if since is not None else None
    high = (until, 1 << 40, 0) if until is not None else None
    if newest_first:
        high = min(filter(None, (high, behind)), default=None)
    else:
        low = max(filter(None, (low, behind)), default=None)
    chosen = [_between(places, low, high) for places in (workspace.mail_places, fresh)]
    if newest_first:
        ordered: Iterator[Place] = merge(*(reversed(places) for places in chosen), key=_backwards)
    else:
        ordered = merge(*chosen)
    for _, index, number in ordered:
        row = workspace.conversations[index]
        if not row.gone:
            yield mails_of(workspace, row)[number]


def shown(workspace: Workspace, mail: Mail, *, alone: bool = False, preview: bool = False) -> Json:
    """A mail as the list shows it, or as it is shown alone: only then it says whether it is an automatic reply."""
    row, spoken = mail.conversation, mail.spoken
    ours = spoken.side == "us"
    who, seat = workspace.person(row.person), workspace.senders[row.sender]
    unread = int(not ours and not row.seen and mail.number == len(workspace.history(row)) - 1)
    name, author = (seat.person.name, seat.id) if ours else (who.name, who.email)
    campaign = None if row.campaign is None else workspace.campaigns[row.campaign].id
    made: Json = {
        "id": mail.id,
        "timestamp_created": written(mail.created),
        "timestamp_email": written(spoken.sent_at),
        "message_id": f"<{mail.id}@mail.example>",
        "subject": subject_of(workspace, mail),
        "from_address_email": author,
        "to_address_email_list": who.email if ours else seat.id,
        "cc_address_email_list": "colleague@example.com, team@example.com" if mail.number % 5 == 3 else None,
        "bcc_address_email_list": None,
        "reply_to": None,
        "organization_id": workspace.organization,
        "campaign_id": campaign if row.told_campaign else None,
        "subsequence_id": None,
        "list_id": None,
        "lead": who.email,
        "lead_id": None,
        "eaccount": seat.id,
        "ue_type": 3 if ours and mail.number >= _began(workspace, row) else 1 if ours else 2,
        "step": "0_0_0" if ours else None,
        "is_unread": bool(unread) if row.index % 5 == 3 else unread,
        "reminder_ts": None,
        "ai_interest_value": None,
        "ai_assisted": None,
        "is_focused": 1,
        "i_status": None if ours else interest_of(workspace, row),
        "thread_id": None if is_loose(workspace, mail) else row.id,
        "content_preview": spoken.text[:100],
        "attachment_json": {"files": [{"filename": "brief.pdf", "size": 12044, "type": "application/pdf", "url": None}]}
        if mail.number == 1 and row.index % 37 == 4
        else None,
        "from_address_json": [{"address": author, "name": name}],
        "to_address_json": None,
        "cc_address_json": None,
        "ai_agent_id": None,
    }
    if not preview:
        made["body"] = _body(workspace, mail)
    if alone:
        automatic = not ours and row.mood.name == "out_of_office" and mail.number < _began(workspace, row)
        made["is_auto_reply"] = int(automatic)
    return made


def subject_of(workspace: Workspace, mail: Mail) -> str:
    """A mail's subject."""
    if mail.spoken.subject and mail.spoken.subject != "Partnership":
        return mail.spoken.subject
    row = mail.conversation
    topic = fresh_text(row, workspace.person(row.person), "{company} and {topic}")
    return topic if mail.number == 0 else f"Re: {topic}"


def is_loose(workspace: Workspace, mail: Mail) -> bool:
    """Whether Instantly does not know the thread of a mail, and it stands alone."""
    row = mail.conversation
    return row.index % 29 == 11 and mail.spoken.side == "lead" and mail.number == _began(workspace, row) - 1 > 0


def interest_of(workspace: Workspace, row: Conversation) -> int | None:
    """The lead's interest status: what a client said, else what the mood suggests."""
    if row.person in workspace.interests:
        return workspace.interests[row.person]
    if row.index % 3 == 2 and row.mood.name not in _MOODS:
        return None
    return _MOODS.get(row.mood.name, _INTERESTS.get(row.mood.intent or ""))


def _body(workspace: Workspace, mail: Mail) -> Json:
    """What a mail says. Answers repeat what they answer; some come as HTML alone."""
    spoken, row = mail.spoken, mail.conversation
    escaped = spoken.text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
    if spoken.side == "us" or mail.number == 0:
        return {"text": spoken.text, "html": f"<div>{escaped}</div>"}
    before = mails_of(workspace, row)[mail.number - 1].spoken
    attribution = f"On {written(before.sent_at, 0)[:10]}, {workspace.senders[row.sender].person.name} wrote:"
    quoted = "\n".join(f"> {line}" for line in before.text.split("\n"))
    text = f"{spoken.text}\n\n{attribution}\n{quoted}\n"
    html = (
        f'<html><body><div dir="ltr">{escaped}</div><div class="gmail_quote"><div class="gmail_attr">{attribution}'
        f"</div><blockquote>{before.text.replace('<', '&lt;')}</blockquote></div></body></html>"
    )
    return {"html": html} if row.index % 3 == 0 else {"text": text, "html": html}


def _began(workspace: Workspace, row: Conversation) -> int:
    return len(workspace.history(row)) - len(row.said)


def _delay(row: Conversation, number: int) -> int:
    return (2 + mix(row.seed, 305, number) % 40) * SECOND


def _between(places: list[Place], low: Place | None, high: Place | None) -> list[Place]:
    """The places after `low` and before `high`."""
    start = bisect_right(places, low) if low is not None else 0
    end = bisect_left(places, high) if high is not None else len(places)
    return places[start:end]


def _backwards(place: Place) -> Place:
    return -place[0], -place[1], -place[2]
