"""Pausing everything: every campaign that may write to people, with what a pause does to it, each an entry of its own.

What is paused already is left alone, a pause that is on its way goes on, and one that is stuck is asked for again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from postroom.capabilities import Action, capability
from postroom.commands import PauseCampaign, ResumeCampaign
from postroom.records import CampaignState, Micros, ProviderName
from store import outbox, queries
from store.database import Store
from store.outbox import OutboxEntry
from store.rows import CampaignRow
from store.stops import STUCK


@dataclass(frozen=True, slots=True)
class Target:
    """A campaign that writes to people, or may do so."""

    campaign: CampaignRow
    pause: OutboxEntry | None
    """The open entry that pauses it."""
    resuming: bool
    """A resume of it is on its way, or may have arrived."""

    @property
    def stays(self) -> str:
        """Why it is not paused now, and what to do instead. Empty: it is."""
        campaign = self.campaign
        answer = capability(ProviderName(campaign.provider), Action.PAUSE_CAMPAIGN)
        if not answer.offered:
            return answer.sentence
        if campaign.state is CampaignState.UNKNOWN:
            return f"“{campaign.state_raw}” is a state that Postroom does not know. Look there."
        return "a pause is on its way" if self._under_way else ""

    @property
    def fate(self) -> str:
        """What will happen to it, in a few words."""
        if self.stays:
            return f"stays as it is: {self.stays}"
        if self.pause is not None:
            return "will be asked to pause again"
        return "will be paused; its resume is not waited for" if self.resuming else "will be paused"

    @property
    def _under_way(self) -> bool:
        return self.pause is not None and self.pause.state not in STUCK


def targets(store: Store, *, workspace: str | None = None) -> list[Target]:
    """Every campaign of a workspace, or of all, that writes to people or may do so, by workspace and name."""
    entries = {}
    for entry in outbox.open_entries(store):
        if isinstance(entry.command, PauseCampaign | ResumeCampaign):
            entries[entry.command.kind, entry.workspace, entry.command.campaign_id] = entry
    found = [
        Target(
            campaign=each,
            pause=entries.get((PauseCampaign.kind, each.workspace, each.id)),
            resuming=_may_arrive(entries.get((ResumeCampaign.kind, each.workspace, each.id))),
        )
        for each in queries.campaigns(store, workspace=workspace)
    ]
    return [each for each in found if _may_write(each)]


def ask_pauses(store: Store, targets: Sequence[Target], *, now: Micros) -> list[int]:
    """`ask_pause` for each of them. Should one not come to the disk, those before it go all the same."""
    return [ask_pause(store, target, now=now) for target in targets]


def ask_pause(store: Store, target: Target, *, now: Micros) -> int:
    """Put the pause of a campaign into the outbox, in the place of one that is stuck. Returns the entry."""
    campaign, stuck = target.campaign, target.pause
    command = PauseCampaign(campaign.workspace, campaign.id, campaign.name)
    entry = outbox.enqueue(store, command, now=now, replace=True)
    if stuck is not None and stuck.id != entry and stuck.state in STUCK:
        outbox.resolve(store, stuck.id, "discard", now=now)
    return entry


def _may_arrive(resume: OutboxEntry | None) -> bool:
    return resume is not None and resume.state not in {"failed", "held"}


def _may_write(target: Target) -> bool:
    """Whether messages may go out: it runs, nobody knows whether it does, or it is about to."""
    return target.resuming or target.campaign.state in {CampaignState.RUNNING, CampaignState.UNKNOWN}
