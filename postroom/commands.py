"""What the person asked for, as data. A Command is what an outbox entry carries to a provider.

Each has a `kind` (its name in the outbox), a `lane` (entries of one lane keep their order), and turns into JSON
and back with `to_json` and `from_json`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import ClassVar, get_args

from postroom.errors import PostroomError


@dataclass(frozen=True, slots=True)
class Reply:
    """Send `text` in a conversation as its sender."""

    kind: ClassVar[str] = "reply"
    workspace: str
    conversation: str
    text: str
    sender_id: str
    sender_name: str = ""
    lead_name: str = ""
    seen_upto: str = ""
    """`key#ordinal` of the newest message the user could see when the draft was opened. Empty: none."""
    subject: str = ""
    seen: str = ""
    """The mark of everything in sight then (see `postroom.sight`). Empty: the outbox takes what the cache holds."""

    @property
    def lane(self) -> str:
        """Replies in one conversation keep their order."""
        return f"conversation:{self.conversation}"


@dataclass(frozen=True, slots=True)
class StopLead:
    """Stop a lead in one campaign. Idempotent, and irreversible through the API."""

    kind: ClassVar[str] = "stop_lead"
    workspace: str
    campaign_id: str
    campaign_name: str
    lead_id: str
    lead_name: str
    lead_url: str | None = None
    linkedin_id: str | None = None
    conversation: str = ""

    @property
    def lane(self) -> str:
        """Actions on one campaign keep their order."""
        return f"campaign:{self.campaign_id}"


@dataclass(frozen=True, slots=True)
class PauseCampaign:
    """Pause a campaign. Idempotent and safe."""

    kind: ClassVar[str] = "pause_campaign"
    workspace: str
    campaign_id: str
    campaign_name: str

    @property
    def lane(self) -> str:
        """Actions on one campaign keep their order."""
        return f"campaign:{self.campaign_id}"


@dataclass(frozen=True, slots=True)
class ResumeCampaign:
    """Let a paused campaign send again. Refused offline; never repeated blindly."""

    kind: ClassVar[str] = "resume_campaign"
    workspace: str
    campaign_id: str
    campaign_name: str

    @property
    def lane(self) -> str:
        """Actions on one campaign keep their order."""
        return f"campaign:{self.campaign_id}"


@dataclass(frozen=True, slots=True)
class MarkSeen:
    """Tell the provider that a conversation was read."""

    kind: ClassVar[str] = "mark_seen"
    workspace: str
    conversation: str

    @property
    def lane(self) -> str:
        """Apart from the replies: a read mark never waits for one in doubt."""
        return f"seen:{self.conversation}"


@dataclass(frozen=True, slots=True)
class AddTags:
    """Add tags to a lead, keeping those it has."""

    kind: ClassVar[str] = "add_tags"
    workspace: str
    lead_url: str
    tags: tuple[str, ...]

    @property
    def lane(self) -> str:
        """Tag changes of one lead keep their order."""
        return f"lead:{self.lead_url}"


@dataclass(frozen=True, slots=True)
class SetVerdict:
    """Tell the provider what a lead's answers amount to. It may do more there, so it is never repeated blindly."""

    kind: ClassVar[str] = "set_verdict"
    workspace: str
    lead_id: str
    lead_name: str
    verdict: str
    """A `postroom.records.Verdict`; `none` takes one away."""
    campaign_id: str | None = None
    """The campaign in which it is said. None: wherever the lead is."""
    conversation: str = ""

    @property
    def lane(self) -> str:
        """What is said of one lead keeps its order."""
        return f"lead:{self.lead_id}"


@dataclass(frozen=True, slots=True)
class NeverContact:
    """Put a lead on the provider's list of people whom nobody in the workspace writes to. Idempotent and safe."""

    kind: ClassVar[str] = "never_contact"
    workspace: str
    lead_id: str
    lead_name: str
    lead_url: str | None = None
    email: str | None = None
    linkedin_id: str | None = None
    conversation: str = ""

    @property
    def lane(self) -> str:
        """It waits for nothing else that is done to the lead."""
        return f"never:{self.lead_id or self.lead_url}"


Command = Reply | StopLead | PauseCampaign | ResumeCampaign | MarkSeen | AddTags | SetVerdict | NeverContact

_KINDS: dict[str, type[Command]] = {command.kind: command for command in get_args(Command)}


def to_json(command: Command) -> str:
    """The command's fields as JSON, for the outbox. The kind is kept beside it."""
    return json.dumps(asdict(command), ensure_ascii=False, sort_keys=True)


def from_json(kind: str, payload: str) -> Command:
    """The command that `to_json` wrote.

    Raises PostroomError when the kind is unknown (written by a newer Postroom).
    """
    command = _KINDS.get(kind)
    if command is None:
        raise PostroomError(f"The outbox holds an action of the unknown kind “{kind}”. Please update Postroom.")
    fields = json.loads(payload)
    if "tags" in fields:
        fields["tags"] = tuple(fields["tags"])
    return command(**fields)
