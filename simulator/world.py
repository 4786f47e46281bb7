"""The simulated world: the workspaces of all providers, changed by events alone, so that a ledger can replay it.

Every public method takes the world's lock: the server's thread and a test's may both use it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace

from simulator.clock import SECOND, WorldClock
from simulator.config import SimulatorConfig
from simulator.ledger import Event, Header, Kind, Ledger
from simulator.making import make_workspace
from simulator.threads import Conversation, Spoken
from simulator.workspace import Hidden, LeadList, Workspace


class World:
    """Everything that is simulated, but not how it is asked for."""

    def __init__(self, config: SimulatorConfig, ledger: Ledger | None = None) -> None:
        self.lock = threading.RLock()
        self.ledger = ledger or Ledger(config.ledger)
        self.config = _remembered(config, self.ledger.header)
        self.clock = WorldClock(self.config.now)
        if self.ledger.header is not None and config.now is None:
            # the file fixes the moment the world was made for; time itself is the machine's
            self.clock = WorldClock()
            self.clock.anchor = self.ledger.header.now
        self._sent = 0
        self.workspaces: dict[str, Workspace] = {}
        """By key."""
        for provider in ("heyreach", "networkhq", "instantly"):
            for number, key in enumerate(self.config.keys(provider)):
                made = make_workspace(self.config, provider, number, anchor=self.clock.anchor)
                self.workspaces[key] = made
        self._replay()
        self.ledger.begin(
            Header(
                self.config.seed,
                self.config.conversations,
                self.config.networkhq_share,
                self.clock.anchor,
                self.config.instantly_conversations,
            )
        )

    def workspace(self, name: str) -> Workspace:
        """The workspace with that name, or the first of the provider with that name."""
        for workspace in self.workspaces.values():
            if name in {workspace.name, workspace.provider}:
                return workspace
        message = f"There is no workspace called {name}."
        raise LookupError(message)

    def now(self) -> int:
        """The present moment."""
        with self.lock:
            return self.clock.now()

    def record(self, workspace: Workspace, kind: Kind, **details: object) -> Event:
        """Let something happen: it is written to the ledger, then it is so."""
        with self.lock:
            base = Event(self.ledger.next_seq, self.clock.now(), kind, workspace.provider, workspace.name)
            event = replace(base, **details)  # type: ignore[arg-type]  # the names are checked by dataclasses.replace
            self.ledger.add(event)
            self._apply(workspace, event)
            return event

    def deliver(
        self, workspace: Workspace, conversation: Conversation, text: str, *, subject: str = "", pending: bool = False
    ) -> Event:
        """Deliver a message to the lead of a conversation, as the provider's send does; `pending` demands it so."""
        with self.lock:
            seq, now = self.ledger.next_seq, self.clock.now()
            pending = workspace.provider == "networkhq" and (pending or self._is_pending())
            later = self.config.pending_seconds if pending else 0.0
            if workspace.provider == "heyreach":
                later = self.config.echo_seconds
            return self.record(
                workspace,
                "message",
                at=now,
                conversation=conversation.id,
                sender=workspace.senders[conversation.sender].id,
                lead=workspace.person(conversation.person).url,
                text=text,
                subject=subject,
                message=f"s{seq}",
                pending=pending,
                visible_at=now + round(min(later, 10.0**9) * SECOND),
            )

    def hear(self, workspace: Workspace, conversation: Conversation, text: str) -> Event:
        """Let the lead of a conversation write."""
        with self.lock:
            return self.record(
                workspace,
                "inbound",
                conversation=conversation.id,
                lead=workspace.person(conversation.person).url,
                text=text,
                message=f"r{self.ledger.next_seq}",
            )

    def edit(self, workspace: Workspace, conversation: Conversation, text: str) -> Event:
        """Let the newest message of a conversation say something else from now on."""
        with self.lock:
            last = workspace.history(conversation)[-1]
            return self.record(workspace, "edit", conversation=conversation.id, message=last.id, text=text)

    def remove(self, workspace: Workspace, conversation: Conversation) -> Event:
        """Let a conversation be gone from the provider."""
        return self.record(workspace, "gone", conversation=conversation.id)

    def settle(self) -> None:
        """Let every pending message appear in its thread now."""
        with self.lock:
            for workspace in self.workspaces.values():
                self.record(workspace, "settle")

    def _is_pending(self) -> bool:
        """Whether the next send is accepted without a message: evenly spread, the share exact."""
        share = self.config.pending_share
        return int((self._sent + 1) * share) != int(self._sent * share)

    def _replay(self) -> None:
        """Make what the ledger remembers so again."""
        by_name = {workspace.name: workspace for workspace in self.workspaces.values()}
        for event in self.ledger.events():
            workspace = by_name.get(event.workspace)
            if workspace is not None:
                self._apply(workspace, event)
            self.clock.catch_up(event.at)

    def _apply(self, workspace: Workspace, event: Event) -> None:
        """Make one event so."""
        if event.kind == "message" and event.provider == "networkhq":
            self._sent += 1
        if event.kind in {"message", "inbound", "seen", "settle", "edit", "gone"}:
            _apply_to_inbox(workspace, event)
        elif event.kind in {"pause", "resume", "start", "stop"}:
            _apply_to_campaign(workspace, event)
        elif event.kind in {"interest", "block", "unblock"}:
            _apply_to_standing(workspace, event)
        else:
            _apply_to_leads(workspace, event)


def _apply_to_inbox(workspace: Workspace, event: Event) -> None:
    """A message, its edit, a read mark, the end of a conversation, or the arrival of what was pending."""
    conversation = workspace.by_id.get(event.conversation)
    if event.kind == "settle":
        workspace.hidden = [replace(hidden, until=min(hidden.until, event.at)) for hidden in workspace.hidden]
        workspace.reveal(event.at)
    elif conversation is None:
        return
    elif event.kind == "seen":
        conversation.seen = event.flag
    elif event.kind == "edit":
        conversation.edits[event.message] = event.text
        workspace.touch(conversation, event.at if workspace.provider == "networkhq" else 0)
    elif event.kind == "gone":
        workspace.remove(conversation)
    else:
        workspace.hidden.append(Hidden(event.visible_at or event.at, conversation, _spoken(event)))
        workspace.reveal(event.at)


def _spoken(event: Event) -> Spoken:
    """The message that an event is about."""
    return Spoken(
        id=event.message,
        side="us" if event.kind == "message" else "lead",
        text=event.text,
        sent_at=event.at,
        in_mail=bool(event.subject),
        subject=event.subject or None,
    )


def _apply_to_campaign(workspace: Workspace, event: Event) -> None:
    """A campaign paused, resumed or started, or a lead stopped in it."""
    campaign = workspace.campaign(event.campaign)
    if campaign is None:
        return
    if event.kind == "stop":
        someone = workspace.find_person(event.lead)
        if someone is not None:
            campaign.stopped.add(someone.number)
            if workspace.provider == "instantly":
                workspace.moved[campaign.index, someone.number] = (event.visible_at, event.message)
        return
    campaign.state = "PAUSED" if event.kind == "pause" else "IN_PROGRESS"
    campaign.resumed_at = None if event.kind == "pause" else event.at


def _apply_to_standing(workspace: Workspace, event: Event) -> None:
    """What a lead's answers amount to, and who is never written to."""
    someone = workspace.find_person(event.lead) if event.lead else None
    if event.kind == "block":
        workspace.blocked[event.message] = event.text
    elif event.kind == "unblock":
        workspace.blocked.pop(event.message, None)
    elif someone is not None:
        workspace.interests[someone.number] = int(event.text) if event.text else None


def _apply_to_leads(workspace: Workspace, event: Event) -> None:
    """Tags, lists, leads added and enriched."""
    if event.kind in {"add_tags", "replace_tags", "create_tags"}:
        workspace.tags += _missing(event.names, workspace.tags)
        someone = workspace.find_person(event.lead) if event.lead else None
        if someone is not None:
            kept = workspace.tags_of(someone.number) if event.kind == "add_tags" else ()
            workspace.lead_tags[someone.number] = (*kept, *_missing(event.names, kept))
    elif event.kind == "create_list":
        workspace.lists.append(
            LeadList(event.message, event.names[0], event.at, companies=event.flag, description=event.text)
        )
    elif event.kind == "add_to_list":
        someone, _ = workspace.welcome(event.lead, event.names)
        found = workspace.list(event.message)
        if found is not None:
            found.people.setdefault(someone.number)
    elif event.kind == "add_to_campaign":
        someone, _ = workspace.welcome(event.lead, event.names)
        campaign, sender = workspace.campaign(event.campaign), workspace.sender(event.sender)
        if campaign is not None and sender is not None:
            campaign.members.setdefault(someone.number, sender.index)
            campaign.empty_list = False
    elif event.kind == "enrich":
        someone = workspace.find_person(event.lead)
        if someone is not None:
            workspace.enriched[someone.number] = event.at
            workspace.credits -= 1


def _missing(names: Iterable[str], present: Iterable[str]) -> list[str]:
    """The names that are not there yet, each once, in order."""
    held = set(present)
    return [name for name in dict.fromkeys(names) if name not in held]


def _remembered(config: SimulatorConfig, header: Header | None) -> SimulatorConfig:
    """The configuration with what a ledger file says of its world."""
    if header is None:
        return config
    return replace(
        config,
        seed=header.seed,
        conversations=header.conversations,
        networkhq_share=header.networkhq_share,
        instantly_conversations=header.instantly_conversations,
    )
