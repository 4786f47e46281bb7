"""Finding mails and leads of an Instantly workspace by their ids, which say where to look."""

from __future__ import annotations

from simulator.dice import mix
from simulator.instantly.ids import parts, uuid
from simulator.threads import Conversation, Spoken
from simulator.workspace import Workspace

_KINDS = "bsr"
"""A message from before the world began, one that was sent, one that was received."""


def mail_id(conversation: Conversation, spoken: Spoken) -> str:
    """The id of a mail."""
    kind, number = ("b", spoken.id.partition("-")[2]) if "-" in spoken.id else (spoken.id[0], spoken.id[1:])
    return uuid(conversation.index, 0xE000 + _KINDS.index(kind), int(number))


def find_mail(workspace: Workspace, id_: str) -> tuple[Conversation, Spoken] | None:
    """The mail with this id, and its conversation."""
    found = parts(id_)
    if found is None or not 0 <= found[1] - 0xE000 < len(_KINDS) or found[0] >= len(workspace.conversations):
        return None
    conversation = workspace.conversations[found[0]]
    return next(
        ((conversation, spoken) for spoken in workspace.history(conversation) if mail_id(conversation, spoken) == id_),
        None,
    )


def lead_id(campaign: int, person: int) -> str:
    """The id of a lead: a person in one campaign."""
    return uuid(person, 0xA000 + campaign, mix(person, campaign))


def find_lead(workspace: Workspace, id_: str) -> tuple[int, int] | None:
    """The index of the campaign and the number of the person that a lead's id names."""
    found = parts(id_)
    if found is None or not 0 <= found[1] - 0xA000 < len(workspace.campaigns):
        return None
    campaign = found[1] - 0xA000
    return (campaign, found[0]) if found[0] in workspace.campaigns[campaign].members else None
