"""Stopping a person everywhere: every enrolment in every workspace, with what will happen to each, asked for once.

The key asks every workspace for the person, also where they never wrote, and waits for none of them: the dialog shows
what is known, names who is still being asked, and is put anew with each answer. What a provider's API cannot stop is
named with what to do instead. Each stop is an entry of its own: it is verified by reading back, and the key offers only
what is not stopped yet, a failed one again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from textual.content import Content

from postroom.capabilities import Action, capability
from postroom.records import ConversationKey, EnrolmentState, ProviderName
from store.blocks import can_block
from store.enrolments import person_enrolments
from store.rows import EnrolmentRow, InboxRow
from store.stops import ask_stop, can_stop, fate
from sync.events import LookedUp
from tui import format as words
from tui.actions.blocking import OFFER, agreed_never, block, read_blocking
from tui.actions.reading import Reading
from tui.actions.triage import DONE, Triage
from tui.cells import steady
from tui.screens.confirm import ConfirmScreen
from tui.stage import Stage

NOT_YET_SECONDS = 0.05
"""How long news waits for a dialog that is only just being drawn."""
MANY = 10
"""More enrolments than this are confirmed by typing their number."""


@dataclass(slots=True)
class Asking:
    """Which workspaces are asked where a person stands, and which could not tell."""

    about: ConversationKey | None = None
    able: tuple[str, ...] = ()
    """All that were asked."""
    waiting: list[str] = field(default_factory=list)
    troubles: dict[str, str] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    """Those of them that were asked and did not answer."""

    def answered(self, event: LookedUp) -> None:
        """A workspace need not be waited for any longer."""
        if event.workspace in self.waiting:
            self.waiting.remove(event.workspace)
        if event.sentence:
            self.troubles[event.workspace] = event.sentence
        if event.failed:
            self.failed.append(event.workspace)


class Stopping:
    """Stops the person of the conversation under the cursor."""

    def __init__(self, stage: Stage, reading: Reading, triage: Triage) -> None:
        self._stage = stage
        self._reading = reading
        self._triage = triage
        self._asking = Asking()
        self._question: tuple[ConfirmScreen, InboxRow] | None = None
        """The dialog that is up, and about whom."""
        self._hit: list[EnrolmentRow] = []
        """What it would stop."""
        self._after = ""

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What this area does, by action id."""
        return {
            "lead.stop": lambda: self._ask(done=False),
            "inbox.done_stop": lambda: self._ask(done=True),
            "lead.never": self._ask_never,
        }

    def heard(self, event: LookedUp) -> None:
        """A workspace has said where the person stands: the dialog that is up shows it."""
        if event.conversation == self._asking.about:
            self._asking.answered(event)
            self._renew()

    def _renew(self) -> None:
        if self._question is not None:
            self._stage.start(self._shown_anew(*self._question), group="standing", exclusive=True)

    def _ask(self, *, done: bool) -> None:
        row = self._stage.row
        if row is not None:
            self._stage.start(self._stop(row, done=done), group="ask", exclusive=True)

    def _ask_never(self) -> None:
        row = self._stage.row
        if row is not None:
            self._stage.start(self._never_at_once(row), group="ask", exclusive=True)

    async def _never_at_once(self, row: InboxRow) -> None:
        """The wider answer without the narrower question: also for somebody whose campaigns are all stopped."""
        self._look_up(row)
        standing = await self._stage.desk.read(person_enrolments, row.key)
        self._hit = [each for each in standing if can_stop(each)]
        await self._never(row, done=False)

    async def _stop(self, row: InboxRow, *, done: bool) -> None:
        self._look_up(row)
        standing = await self._stage.desk.read(person_enrolments, row.key)
        self._hit = [each for each in standing if can_stop(each)]
        if not self._hit and not self._asking.waiting:
            self._stage.say(self._nothing(row, standing), severity="warning")
            return
        self._after = ", done" if done else ""
        wider_offered = await self._stage.desk.read(can_block, row.key)
        question = ConfirmScreen(
            f"Stop {row.lead_name}?",
            _list(standing, self._hit, self._asking),
            verb=self._verb(),
            typed=str(len(self._hit)) if len(self._hit) > MANY else "",
            wider=OFFER if wider_offered else "",
            guard=self._stage.settings.guard_seconds,
        )
        self._question = question, row
        self._renew()  # for what was heard while it was being read
        agreed = await self._stage.ask(question)
        self._question = None
        if agreed:
            await self._stop_these(row, done=done)
        elif agreed is False:
            await self._never(row, done=done)

    async def _never(self, row: InboxRow, *, done: bool) -> None:
        """The wider answer: ask for the word, then stop, then block."""
        able = self._asking.able
        never = await read_blocking(self._stage, row.key, among=able or None)
        if not never.commands:
            self._stage.say(" ".join(never.left) or "No list is known for them.", severity="warning")
        elif await agreed_never(self._stage, row.lead_name, never, self._hit):
            if self._hit:
                await self._stop_these(row, done=done)
            await block(self._stage, row.lead_name, never, stopped=bool(self._hit))

    async def _stop_these(self, row: InboxRow, *, done: bool) -> None:
        hit = self._hit
        for each in hit:
            await self._stage.desk.write(ask_stop, each, row.key, now=self._stage.now)
        self._stage.wake_push()
        if done:
            self._triage.decide(DONE, row)
        self._stage.say(
            f"NOT YET STOPPED: stop lead in {words.plural(len(hit), 'campaign')} is on its way.", severity="warning"
        )
        self._reading.reload()
        await self._stage.widgets.inbox.refresh_rows(keys=frozenset({row.key}))

    async def _shown_anew(self, question: ConfirmScreen, row: InboxRow) -> None:
        """Show in the dialog what is known by now. What it shows is what an answer is about."""
        standing = await self._stage.desk.read(person_enrolments, row.key)
        if self._question != (question, row):
            return
        if not question.is_mounted:
            self._stage.later(NOT_YET_SECONDS, self._renew)
            return
        if not question.is_current:
            return  # it was answered meanwhile
        hit = [each for each in standing if can_stop(each)]
        if not hit and not self._asking.waiting:
            question.dismiss(None)
            self._stage.say(self._nothing(row, standing), severity="warning")
            return
        if len(hit) > MANY and len(hit) != len(self._hit):
            question.dismiss(None)  # the number to be typed is another one now
            self._stage.say("They are in more campaigns than were known. Press X again.", severity="warning")
            return
        self._hit = hit
        question.renew(_list(standing, self._hit, self._asking), verb=self._verb())

    def _verb(self) -> str:
        if not self._hit:
            return ""
        return f"Stop lead in {words.plural(len(self._hit), 'campaign')}{self._after}"

    def _look_up(self, row: InboxRow) -> None:
        """Ask every workspace where the person stands; the dialog does not wait for it."""
        able = self._stage.sync.look_up_person(row.key) if self._stage.sync is not None else ()
        self._asking = Asking(row.key, able, list(able))

    def _nothing(self, row: InboxRow, standing: Sequence[EnrolmentRow]) -> str:
        """Why there is nothing to stop."""
        if self._asking.failed:
            return (
                f"No campaign of {row.lead_name} is known to be open, but {self._asking.failed[0]} could not be asked."
            )
        if standing:
            stopped = [each for each in standing if each.state is EnrolmentState.STOPPED]
            if len(stopped) == len(standing):
                return f"{row.lead_name} is already stopped in {words.plural(len(stopped), 'campaign')}."
            return f"{row.lead_name}: {next(fate(each) for each in standing if each not in stopped)}"
        answer = capability(ProviderName(row.provider), Action.STOP_LEAD)
        return f"No campaign of {row.lead_name} is known here." if answer.offered else answer.sentence


def _list(standing: Sequence[EnrolmentRow], hit: Sequence[EnrolmentRow], asking: Asking) -> Content:
    """Every enrolment with what will happen to it, who is still being asked, then what a stop means where."""
    several = len({each.workspace for each in standing}) > 1
    lines = [
        Content.assemble(
            (f"{words.provider_tag(each.provider):<4}", "dim"),
            (steady(each.campaign_name or each.campaign_id), "bold"),
            (f"  {each.workspace}" if several else "", "dim"),
            f"  {each.state_raw}  ",
            (fate(each), "" if can_stop(each) else "dim"),
        )
        for each in standing
    ]
    lines += [Content.styled(f"{name}: being asked …", "dim") for name in asking.waiting]
    lines += [Content.styled(f"{name}: {sentence}", "$warning") for name, sentence in asking.troubles.items()]
    sentences = {capability(ProviderName(each.provider), Action.STOP_LEAD).sentence for each in hit} - {""}
    warnings = [Content.styled(sentence, "$warning") for sentence in sorted(sentences)]
    return Content("\n").join([*lines, *([Content(""), *warnings] if warnings else [])])
