"""Stopping a person everywhere: every enrolment in every workspace, with what will happen to each, asked for once.

What a provider's API cannot stop is named with what to do instead. Each stop is an entry of its own: it is verified by
reading back, a failed one can be tried again alone, and the key offers only what is not stopped yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from textual.content import Content

from postroom.capabilities import Action, capability
from postroom.commands import StopLead
from postroom.records import ConversationKey, EnrolmentState, ProviderName
from store import outbox, queries
from store.database import Store
from store.rows import EnrolmentRow, InboxRow
from tui import format as words
from tui.actions.reading import Reading
from tui.actions.triage import DONE, Triage
from tui.offers import can_stop
from tui.screens.confirm import ConfirmScreen
from tui.stage import Stage

MANY = 10
"""More enrolments than this are confirmed by typing their number."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands in all campaigns."""

    enrolments: tuple[EnrolmentRow, ...]
    unknown: tuple[InboxRow, ...]
    """Conversations of the person whose campaigns nobody has asked for yet."""


def read_standing(store: Store, key: ConversationKey) -> Standing:
    """All that is known of the person's enrolments."""
    others = [row for member in queries.same_person(store, key) if (row := queries.inbox_row(store, member))]
    unknown = [row for row in others if _can_know(row) and not queries.enrolments(store, row.key)]
    return Standing(tuple(queries.person_enrolments(store, key)), tuple(unknown))


class Stopping:
    """Stops the person of the conversation under the cursor."""

    def __init__(self, stage: Stage, reading: Reading, triage: Triage) -> None:
        self._stage = stage
        self._reading = reading
        self._triage = triage

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What this area does, by action id."""
        return {
            "lead.stop": lambda: self._ask(done=False),
            "inbox.done_stop": lambda: self._ask(done=True),
        }

    def _ask(self, *, done: bool) -> None:
        row = self._stage.row
        if row is not None:
            self._stage.start(self._stop(row, done=done), group="ask", exclusive=True)

    async def _stop(self, row: InboxRow, *, done: bool) -> None:
        standing = await self._stage.desk.read(read_standing, row.key)
        hit = [each for each in standing.enrolments if can_stop(each)]
        self._look_up(standing)
        if not hit:
            self._stage.say(self._nothing(row, standing), severity="warning")
            return
        verb = f"Stop lead in {words.plural(len(hit), 'campaign')}"
        question = ConfirmScreen(
            f"Stop {row.lead_name}?",
            _list(standing, hit),
            verb=f"{verb}, done" if done else verb,
            typed=str(len(hit)) if len(hit) > MANY else "",
            guard=self._stage.settings.guard_seconds,
        )
        if not await self._stage.ask(question):
            return
        for each in hit:
            await self._stage.desk.write(outbox.enqueue, _command(each, row), now=self._stage.now)
        self._stage.wake_push()
        if done:
            self._triage.decide(DONE, row)
        self._stage.say(f"NOT YET STOPPED: {verb.lower()} is on its way.", severity="warning")
        self._reading.reload()
        await self._stage.widgets.inbox.refresh_rows(keys=frozenset({row.key}))

    def _look_up(self, standing: Standing) -> None:
        """Ask the providers for what nobody has asked for yet."""
        if self._stage.sync is not None:
            for row in standing.unknown:
                self._stage.sync.open_thread(row.key)

    def _nothing(self, row: InboxRow, standing: Standing) -> str:
        """Why there is nothing to stop."""
        if standing.enrolments:
            stopped = [each for each in standing.enrolments if each.state is EnrolmentState.STOPPED]
            if len(stopped) == len(standing.enrolments):
                return f"{row.lead_name} is already stopped in {words.plural(len(stopped), 'campaign')}."
            return f"{row.lead_name}: {next(_fate(each) for each in standing.enrolments if each not in stopped)}"
        if standing.unknown and self._stage.sync is not None:
            return f"The campaigns of {row.lead_name} are not known yet. Asking for them; press X again in a moment."
        answer = capability(ProviderName(row.provider), Action.STOP_LEAD)
        return f"No campaign of {row.lead_name} is known here." if answer.offered else answer.sentence


def _can_know(row: InboxRow) -> bool:
    return capability(ProviderName(row.provider), Action.STOP_LEAD).offered and not row.gone


def _command(enrolment: EnrolmentRow, row: InboxRow) -> StopLead:
    """The command that stops one enrolment."""
    return StopLead(
        workspace=enrolment.workspace,
        campaign_id=enrolment.campaign_id,
        campaign_name=enrolment.campaign_name,
        lead_id=enrolment.lead_id,
        lead_name=enrolment.lead_name or row.lead_name,
        lead_url=enrolment.lead_url,
        linkedin_id=enrolment.linkedin_id,
        conversation=row.key.id if enrolment.workspace == row.key.workspace else "",
    )


def _list(standing: Standing, hit: Sequence[EnrolmentRow]) -> Content:
    """Every enrolment with what will happen to it, then what the stop means at each provider."""
    several = len({each.workspace for each in standing.enrolments}) > 1
    lines = [
        Content.assemble(
            (f"{words.provider_tag(each.provider):<4}", "dim"),
            (each.campaign_name or each.campaign_id, "bold"),
            (f"  {each.workspace}" if several else "", "dim"),
            f"  {each.state_raw}  ",
            (_fate(each), "" if can_stop(each) else "dim"),
        )
        for each in standing.enrolments
    ]
    lines += [
        Content.styled(
            f"{words.provider_tag(row.provider):<4}{row.key.workspace}: not known yet, asked just now", "dim"
        )
        for row in standing.unknown
    ]
    sentences = {capability(ProviderName(each.provider), Action.STOP_LEAD).sentence for each in hit} - {""}
    warnings = [Content.styled(sentence, "$warning") for sentence in sorted(sentences)]
    return Content("\n").join([*lines, *([Content(""), *warnings] if warnings else [])])


def _fate(enrolment: EnrolmentRow) -> str:
    """What a stop does to one enrolment."""
    answer = capability(ProviderName(enrolment.provider), Action.STOP_LEAD)
    if not answer.offered:
        return f"stays: {answer.sentence}"
    if enrolment.pending_action:
        return f"stays as it is: {enrolment.pending_action}"
    return "stays stopped" if enrolment.state is EnrolmentState.STOPPED else "will be stopped"
