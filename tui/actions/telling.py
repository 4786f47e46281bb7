"""A verdict reaches the provider too, where it takes one: online only, and said once. So does taking it back.

The mark in Postroom is made in any case. What the provider was not told is said, never left to be guessed.
"""

from __future__ import annotations

from postroom.capabilities import Action, capability, verdict_problem
from postroom.commands import SetVerdict
from postroom.records import ProviderName, Verdict
from store import outbox, queries
from store.journal import Undone
from store.rows import InboxRow
from store.verdicts import UNKNOWN, stands_again, was_told
from tui.actions.campaigns import CUT_OFF
from tui.format import provider_name
from tui.stage import Stage


def told_besides(row: InboxRow) -> str:
    """What a verdict brings about at the provider, as a warning before it is given. Empty: it stays here."""
    offer = capability(ProviderName(row.provider), Action.SET_VERDICT)
    if not offer.offered:
        return ""
    return f"{offer.sentence} An undo is told too, but takes nothing else back there."


def stood(row: InboxRow) -> str:
    """What a verdict stands in the place of, to be told again when it is taken back."""
    return UNKNOWN if row.verdict is Verdict.NONE and row.verdict_raw else row.verdict.value


async def tell_verdict(stage: Stage, row: InboxRow, verdict: Verdict) -> None:
    """Put the verdict into the outbox, or say why the provider is not told."""
    provider = ProviderName(row.provider)
    if not capability(provider, Action.SET_VERDICT).offered:
        return
    problem = verdict_problem(provider, verdict)
    if not problem and _cut_off(stage, row):
        problem = (
            f"There is no connection, so {provider_name(provider)} was not told: "
            f"the verdict on {row.lead_name} stays in Postroom."
        )
    if problem:
        stage.say(problem, severity="warning")
    else:
        await _tell(stage, row, verdict)


async def tell_what_stands_again(stage: Stage, undone: Undone, sentence: str) -> None:
    """A verdict was taken back or given again: tell a provider that had been told, or say what it goes on showing.

    `sentence` is what was said of the undo.
    """
    row = await stage.desk.read(queries.inbox_row, undone.key)
    if row is None or not await stage.desk.read(was_told, undone.key):
        return
    name = provider_name(ProviderName(row.provider))
    verdict = await stage.desk.read(stands_again, undone.key)
    word = (verdict or "").replace("_", " ")
    if not verdict:
        remark = f"{name} cannot be told what stood there before, so it keeps the verdict: change it there."
    elif verdict_problem(ProviderName(row.provider), Verdict(verdict)):
        remark = f"{name} has no word for “{word}”, so it keeps what it was told: change it there."
    elif _cut_off(stage, row):
        remark = f"There is no connection, so {name} keeps what it was told: change it there."
    else:
        await _tell(stage, row, Verdict(verdict))
        stage.say(f"{sentence} {name} is told too; what it did meanwhile is not undone.")
        return
    stage.say(f"{sentence} {remark}", severity="warning")


def _cut_off(stage: Stage, row: InboxRow) -> bool:
    """Whether nothing can be said now. It is never said later: by then it may be wrong."""
    state = next((known.state for known in stage.shown.statuses if known.name == row.key.workspace), "")
    return stage.sync is None or state in CUT_OFF


async def _tell(stage: Stage, row: InboxRow, verdict: Verdict) -> None:
    head = await stage.desk.read(queries.conversation, row.key)
    if head is None:
        return
    command = SetVerdict(
        row.key.workspace, head.lead_id, row.lead_name, verdict.value, row.campaign_id, conversation=row.key.id
    )
    await stage.desk.write(outbox.enqueue, command, now=stage.now, replace=True)
    stage.wake_push()
