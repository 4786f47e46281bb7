"""Whether a reply may still be sent as it was meant: decided on the thread as it is just before the claim. Pure.

Anything that changed in the conversation since the draft was opened gives the reply back to the person who wrote it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from postroom.capabilities import Action, capability
from postroom.commands import (
    AddTags,
    Command,
    MarkSeen,
    NeverContact,
    PauseCampaign,
    Reply,
    ResumeCampaign,
    SetVerdict,
    StopLead,
)
from postroom.records import Direction, Health, Micros, ProviderName
from postroom.sight import Sight, digest
from store.rows import ConversationRow, MessageRow
from sync.clock import HOUR, MINUTE

REPLIED = "They replied while you were writing: read it, then send again."
ANSWERED = "Someone else, or the campaign, wrote in this conversation since: read it, then send again."
CHANGED = "The message that this answers was changed or withdrawn since: read it, then send again."
RENEWED = "HeyReach has given this conversation a new id: send it in the new one, which the next sync shows."
LATE: Micros = HOUR
"""A message may be dated this much before the last one seen and still have been invisible: providers ingest late."""

RESUME_LIFE: Micros = MINUTE


@dataclass(frozen=True, slots=True)
class Situation:
    """A conversation just before a claim."""

    head: ConversationRow
    blocked: bool
    messages: Sequence[MessageRow]
    """The newest of the thread, in order of time, as just read."""
    known: Collection[str]
    """`key#ordinal` of what the cache held before that read."""
    ours: Sequence[Collection[str]] = ()
    """For each reply sent from here, the `key#ordinal` of the messages that may be it."""


def objection(reply: Reply, situation: Situation) -> str:
    """Why the reply must not leave now, as a sentence for its writer; empty when it may."""
    head = situation.head
    if head.row.gone:
        return "This conversation no longer exists at the provider, so nothing can be sent in it."
    if situation.blocked:
        return f"{head.row.lead_name} or LinkedIn blocks this conversation, so nothing can be sent in it."
    if head.sender_health is Health.BROKEN:
        reason = f": {head.sender_note}" if head.sender_note else "."
        return f"{head.sender_name or 'The sender'} cannot send now{reason}"
    if reply.seen_upto and not _shown(reply, situation):
        return CHANGED
    unseen = _unseen(Sight(reply.seen_upto, reply.seen), situation)
    theirs = [message for message in unseen if message.direction is Direction.INBOUND]
    if theirs:
        return CHANGED if all(message.edited for message in theirs) else REPLIED
    return ANSWERED if _others(unseen, situation.ours) else ""


def expired(command: Command, *, asked_at: Micros, now: Micros) -> str:
    """Why what is never queued comes too late; empty when it does not. The rest expires in the store."""
    if isinstance(command, ResumeCampaign) and not 0 <= now - asked_at <= RESUME_LIFE:
        return f"“{command.campaign_name}” was not resumed: the request waited too long. Ask again if it still fits."
    if isinstance(command, SetVerdict) and not 0 <= now - asked_at <= RESUME_LIFE:
        return f"{command.lead_name}: the provider was not told, because it waited too long. Classify once more."
    return ""


def not_offered(provider: ProviderName, command: Command) -> str:
    """The sentence of the capability table when the provider's API cannot do this; empty when it can."""
    actions: dict[type[Command], Action] = {
        Reply: Action.REPLY,
        MarkSeen: Action.MARK_SEEN,
        AddTags: Action.ADD_TAGS,
        StopLead: Action.STOP_LEAD,
        PauseCampaign: Action.PAUSE_CAMPAIGN,
        ResumeCampaign: Action.RESUME_CAMPAIGN,
        SetVerdict: Action.SET_VERDICT,
        NeverContact: Action.NEVER_CONTACT,
    }
    cell = capability(provider, actions[type(command)])
    return "" if cell.offered else cell.sentence


def _others(messages: Sequence[MessageRow], ours: Sequence[Collection[str]]) -> bool:
    """Whether somebody else wrote one of the messages. Each reply of ours accounts for one."""
    left = list(ours)
    for message in messages:
        mine = next((keys for keys in left if message.key in keys), None)
        if mine is None:
            return True
        left.remove(mine)
    return False


def _shown(reply: Reply, situation: Situation) -> bool:
    """Whether the thread still has the message that the writer saw last."""
    return any(message.key == reply.seen_upto for message in situation.messages)


def _unseen(sight: Sight, situation: Situation) -> list[MessageRow]:
    """The messages that the writer could not have seen when the draft was opened."""
    marks = sight.marks
    fresh = [message for message in situation.messages if digest(message) not in marks]
    if sight.whole:
        return fresh
    if not sight.upto:
        return [message for message in fresh if _came_since(message, sight, situation)]
    order = {message.key: index for index, message in enumerate(situation.messages)}
    last = order.get(sight.upto)
    if last is None:
        return fresh
    first = min((order[m.key] for m in situation.messages if digest(m) in marks), default=last)
    since = (situation.messages[last].sent_at or 0) - LATE
    # Before the oldest in sight, the rest of the thread is new here without being new.
    return [
        message
        for message in fresh
        if order[message.key] > first
        or (order[message.key] < first and message.key not in situation.known and (message.sent_at or 0) >= since)
    ]


def _came_since(message: MessageRow, sight: Sight, situation: Situation) -> bool:
    """Whether a message is newer than all that the writer knew of a thread without seeing one of its messages."""
    if sight.newest and message.sent_at is not None:
        return message.sent_at > sight.newest
    return message.key not in situation.known
