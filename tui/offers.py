"""What the campaign's keys would do for a conversation, and why one does nothing. Pure."""

from __future__ import annotations

from postroom.capabilities import Action, capability
from postroom.records import CampaignState, ProviderName
from store.campaigns import PAUSING, RESUMING
from store.stops import can_stop
from tui.dossier import Dossier

_TURNS = {PAUSING: "do not pause", RESUMING: "pause after all"}
"""What the key means while its opposite is on its way."""

_TOGGLES = {CampaignState.RUNNING: "pause", CampaignState.PAUSED: "resume"}


def offers(dossier: Dossier) -> list[tuple[str, str]]:
    """(action id, verb) of every key that would do something now."""
    offered: list[tuple[str, str]] = []
    campaign = dossier.campaign
    if campaign is not None and campaign.pending_action in _TURNS and _offered(dossier, Action.PAUSE_CAMPAIGN):
        offered.append(("campaign.toggle", _TURNS[campaign.pending_action]))
    elif campaign is not None and _offered(dossier, Action.PAUSE_CAMPAIGN):
        offered += [("campaign.toggle", verb) for state, verb in _TOGGLES.items() if state is campaign.state]
    # Of a lead whose enrolments nobody has asked for yet, the key asks.
    stoppable = any(map(can_stop, dossier.enrolments)) or (campaign is not None and not dossier.enrolments)
    if stoppable and _offered(dossier, Action.STOP_LEAD):
        offered.append(("lead.stop", "stop lead"))
    return offered


def unoffered(dossier: Dossier) -> str:
    """What the provider cannot do at all, with the reason; empty when it can do everything."""
    provider = ProviderName(dossier.head.row.provider)
    answers = [capability(provider, action) for action in (Action.STOP_LEAD, Action.PAUSE_CAMPAIGN)]
    return " ".join(answer.sentence for answer in answers if not answer.offered)


def _offered(dossier: Dossier, action: Action) -> bool:
    return capability(ProviderName(dossier.head.row.provider), action).offered
