"""What reaches the provider beside a reply: stopping a lead, pausing and resuming its campaign.

Each asks first and says exactly what it will hit. What a provider's API cannot do answers with one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.content import Content

from postroom.capabilities import Action, capability
from postroom.commands import PauseCampaign, ResumeCampaign
from postroom.records import CampaignState, ProviderName
from store import outbox
from store.rows import CampaignRow, InboxRow, OutboxRow
from tui import format as words
from tui.actions.reading import Reading
from tui.dossier import read_dossier
from tui.screens.confirm import ConfirmScreen
from tui.stage import Stage

MANY = 10
"""More targets than this are confirmed by typing their number."""

_NOT_LEFT = frozenset({"undo", "queued"})
CUT_OFF = frozenset({"offline", "denied", "failed"})
"""States of a workspace in which nothing is asked for that must be seen to work."""


class Campaigns:
    """Acts on the lead and the campaign of the conversation under the cursor."""

    def __init__(self, stage: Stage, reading: Reading) -> None:
        self._stage = stage
        self._reading = reading

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What this area does, by action id."""
        return {
            "campaign.toggle": self._ask_toggle,
        }

    def _ask_toggle(self) -> None:
        row = self._stage.row
        if row is not None and self._offered(row, Action.PAUSE_CAMPAIGN):
            self._stage.start(self._toggle(row), group="ask", exclusive=True)

    async def _toggle(self, row: InboxRow) -> None:
        dossier = await self._stage.desk.read(read_dossier, row.key)
        campaign = dossier.campaign if dossier is not None else None
        if campaign is None:
            self._stage.say(f"{row.lead_name} is in no campaign that is known here.", severity="warning")
            return
        pause, resume = (
            kind(campaign.workspace, campaign.id, campaign.name) for kind in (PauseCampaign, ResumeCampaign)
        )
        pausing = await self._stage.desk.read(outbox.opposite, resume)
        resuming = await self._stage.desk.read(outbox.opposite, pause)
        if pausing is not None and pausing.state in _NOT_LEFT:
            await self._drop_pause(campaign, pausing)
        elif pausing is not None:
            await self._resume(campaign, instead=True)
        elif resuming is not None or campaign.state is CampaignState.RUNNING:
            await self._pause(campaign, instead=resuming is not None)
        elif campaign.state is CampaignState.PAUSED:
            await self._resume(campaign)
        else:
            self._stage.say(_no_toggle(campaign), severity="warning")

    async def _drop_pause(self, campaign: CampaignRow, pausing: OutboxRow) -> None:
        """The pause has not left: taking it out of the outbox is all that its opposite can mean."""
        question = ConfirmScreen(
            f"{campaign.name} is not yet paused",
            Content(f"“{pausing.title}” has not left yet. Drop it, and the campaign goes on writing to people."),
            verb="Drop the pause",
            cancel="Keep it",
            guard=self._stage.settings.guard_seconds,
        )
        if await self._stage.ask(question):
            await self._stage.desk.write(outbox.resolve, pausing.id, "discard", now=self._stage.now)
            self._stage.say(f"{campaign.name} will not be paused: nothing was sent.")
            self._reading.reload()

    async def _pause(self, campaign: CampaignRow, *, instead: bool) -> None:
        however = f"A resume of {campaign.name} is on its way, and will not be waited for. " if instead else ""
        question = ConfirmScreen(
            f"Pause {campaign.name} after all?" if instead else f"Pause {campaign.name}?",
            Content(
                f"{however}Its {_leads(campaign)} get no further message until it is resumed. Replies still arrive."
            ),
            verb="Pause campaign",
            guard=self._stage.settings.guard_seconds,
        )
        if await self._stage.ask(question):
            command = PauseCampaign(campaign.workspace, campaign.id, campaign.name)
            await self._stage.desk.write(outbox.enqueue, command, now=self._stage.now, replace=instead)
            self._stage.say(f"{campaign.name} is not yet paused: it is on its way.", severity="warning")
            self._stage.wake_push()
            self._reading.reload()

    async def _resume(self, campaign: CampaignRow, *, instead: bool = False) -> None:
        state = next((w.state for w in self._stage.shown.statuses if w.name == campaign.workspace), "")
        if self._stage.sync is None or state in CUT_OFF:
            self._stage.say(
                f"{campaign.name} can only be resumed online: it makes messages go out, and that must be seen to work.",
                severity="warning",
            )
            return
        however = f"A pause of {campaign.name} is on its way, and will not be waited for. " if instead else ""
        question = ConfirmScreen(
            f"Resume {campaign.name} after all?" if instead else f"Resume {campaign.name}?",
            Content(f"{however}It will write to people again: {_leads(campaign)}."),
            verb=f"Resume for {_leads(campaign)}",
            guard=self._stage.settings.guard_seconds,
        )
        if await self._stage.ask(question):
            command = ResumeCampaign(campaign.workspace, campaign.id, campaign.name)
            await self._stage.desk.write(outbox.enqueue, command, now=self._stage.now, replace=instead)
            self._stage.say(f"{campaign.name} is not yet resumed: it is on its way.", severity="warning")
            self._stage.wake_push()
            self._reading.reload()

    def _offered(self, row: InboxRow, action: Action) -> bool:
        """Whether the provider can do it; if not, say why."""
        answer = capability(ProviderName(row.provider), action)
        if not answer.offered:
            self._stage.say(answer.sentence, severity="warning")
        return answer.offered


def _leads(campaign: CampaignRow) -> str:
    """How many people it is about, as far as is known."""
    number = dict(campaign.totals).get("leads")
    return "leads" if number is None else words.plural(number, "lead")


def _no_toggle(campaign: CampaignRow) -> str:
    """Why a campaign can be neither paused nor resumed."""
    if campaign.state is CampaignState.UNKNOWN:
        return f"{campaign.name} is “{campaign.state_raw}”, which Postroom does not know, so it changes nothing there."
    return f"{campaign.name} is {campaign.state.value}: there is nothing to pause or resume."
