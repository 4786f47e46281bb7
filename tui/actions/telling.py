"""A verdict reaches the provider too, where it takes one: online only, and said once.

The mark in Postroom is made in any case. What the provider was not told is said, never left to be guessed.
"""

from __future__ import annotations

from postroom.capabilities import Action, capability, verdict_problem
from postroom.commands import SetVerdict
from postroom.records import ProviderName, Verdict
from store import outbox, queries
from store.rows import InboxRow
from tui.actions.campaigns import CUT_OFF
from tui.format import provider_name
from tui.stage import Stage


def told_besides(row: InboxRow) -> str:
    """What a verdict brings about at the provider, as a warning before it is given. Empty: it stays here."""
    offer = capability(ProviderName(row.provider), Action.SET_VERDICT)
    return f"{offer.sentence} Undoing the mark here does not undo it there." if offer.offered else ""


async def tell_verdict(stage: Stage, row: InboxRow, verdict: Verdict) -> None:
    """Put the verdict into the outbox, or say why the provider is not told."""
    provider = ProviderName(row.provider)
    if not capability(provider, Action.SET_VERDICT).offered:
        return
    head = await stage.desk.read(queries.conversation, row.key)
    problem = verdict_problem(provider, verdict)
    state = next((known.state for known in stage.shown.statuses if known.name == row.key.workspace), "")
    if not problem and (stage.sync is None or state in CUT_OFF):
        problem = (
            f"There is no connection, so {provider_name(provider)} was not told: "
            f"the verdict on {row.lead_name} stays in Postroom."
        )
    if problem or head is None:
        stage.say(problem, severity="warning")
        return
    command = SetVerdict(
        row.key.workspace, head.lead_id, row.lead_name, verdict.value, row.campaign_id, conversation=row.key.id
    )
    await stage.desk.write(outbox.enqueue, command, now=stage.now, replace=True)
    stage.wake_push()
