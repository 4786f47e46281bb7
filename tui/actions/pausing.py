"""Pausing everything at once: every running campaign is listed and counted, asked for once, and followed to its proof.

Each pause is an entry of its own and goes the way of a single one. The workspaces are asked for their campaigns first,
and the dialog waits for none of them: it is put anew with each answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from textual.content import Content

from store import pauses
from store.pauses import Target
from sync.events import Listed
from tui import format as words
from tui.actions.campaigns import MANY
from tui.actions.outcomes import Outcomes, campaign_line, staying_lines
from tui.actions.reading import Reading
from tui.screens.confirm import ConfirmScreen
from tui.stage import Stage

NOT_YET_SECONDS = 0.05
"""How long news waits for a dialog that is only just being drawn."""


@dataclass(slots=True)
class Asking:
    """What the dialog that is up is about."""

    workspace: str | None
    """None: all of them."""
    waiting: list[str] = field(default_factory=list)
    """The workspaces that are being asked for their campaigns."""
    troubles: dict[str, str] = field(default_factory=dict)
    """Those that could not say, and why: there may be campaigns that nobody knows of."""
    targets: list[Target] = field(default_factory=list)
    question: ConfirmScreen | None = None
    again: bool = False
    """The number that has to be typed is another one now: ask anew."""

    @property
    def hit(self) -> list[Target]:
        """What would be paused."""
        return [target for target in self.targets if not target.stays]


class Pausing:
    """Pauses every campaign of a workspace, or of all."""

    def __init__(self, stage: Stage, reading: Reading) -> None:
        self._stage = stage
        self._reading = reading
        self._asking: Asking | None = None
        self.outcomes = Outcomes(stage)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What this area does, by action id."""
        return {"campaign.pause_workspace": self._here, "campaign.pause_all": lambda: self._ask(None)}

    def heard(self, event: Listed) -> None:
        """A workspace has said which campaigns it has: the dialog that is up shows it."""
        asking = self._asking
        if asking is not None and event.workspace in asking.waiting:
            asking.waiting.remove(event.workspace)
            if event.sentence:
                asking.troubles[event.workspace] = event.sentence
            self._renew()

    def _here(self) -> None:
        row, known = self._stage.row, self._stage.shown.statuses
        name = self._stage.shown.workspace or (row.key.workspace if row is not None else "")
        if not name and len(known) == 1:
            name = known[0].name
        if name:
            self._ask(name)
        else:
            self._stage.say("No workspace is chosen: pause everything everywhere, or choose one.", severity="warning")

    def _ask(self, workspace: str | None) -> None:
        self._stage.start(self._pause(workspace), group="ask", exclusive=True)

    async def _pause(self, workspace: str | None) -> None:
        sync = self._stage.sync
        asking = self._asking = Asking(workspace, list(sync.list_campaigns(workspace)) if sync is not None else [])
        try:
            while not await self._agreed(asking):
                if not asking.again:
                    return
        finally:
            self._asking = None
        try:
            entries = await self._stage.desk.write(pauses.ask_pauses, asking.hit, now=self._stage.now)
        finally:
            self._stage.wake_push()
        self._reading.reload()
        await self.outcomes.show(entries, [target for target in asking.targets if target.stays])

    async def _agreed(self, asking: Asking) -> bool:
        """List what would be paused and ask. False: no, or `again`."""
        asking.again = False
        asking.targets = await self._read(asking)
        if not asking.targets and not asking.waiting:
            self._stage.say(_nothing(asking), severity="warning")
            return False
        number = len(asking.hit)
        question = asking.question = ConfirmScreen(
            f"Pause everything in {asking.workspace}?" if asking.workspace else "Pause everything in all workspaces?",
            _list(asking),
            verb=_verb(number),
            typed=str(number) if number > MANY else "",
            guard=self._stage.settings.guard_seconds,
        )
        self._renew()  # for what was heard while it was being read
        agreed = await self._stage.ask(question)
        asking.question = None
        return agreed is True

    def _renew(self) -> None:
        if self._asking is not None and self._asking.question is not None:
            self._stage.start(self._shown_anew(self._asking, self._asking.question), group="standing", exclusive=True)

    async def _shown_anew(self, asking: Asking, question: ConfirmScreen) -> None:
        """Show in the dialog what is known by now. What it shows is what an answer is about."""
        targets = await self._read(asking)
        if asking.question is not question:
            return
        if not question.is_mounted:
            self._stage.later(NOT_YET_SECONDS, self._renew)
            return
        if not question.is_current:
            return  # it was answered meanwhile
        before, asking.targets = asking.hit, targets
        number = len(asking.hit)
        if (number != len(before) and max(number, len(before)) > MANY) or not (targets or asking.waiting):
            asking.again = True
            question.dismiss(None)
            return
        question.renew(_list(asking), verb=_verb(number))
        if asking.hit != before:
            question.guard_anew()

    async def _read(self, asking: Asking) -> list[Target]:
        return await self._stage.desk.read(pauses.targets, workspace=asking.workspace)


def _verb(number: int) -> str:
    return f"Pause {words.plural(number, 'campaign')}" if number else ""


def _nothing(asking: Asking) -> str:
    """Why there is nothing to pause, and how far that is known."""
    if asking.troubles:
        name, sentence = next(iter(asking.troubles.items()))
        return f"No running campaign is known, but {name} could not be asked: {sentence}"
    return f"No campaign is running in {asking.workspace or 'any workspace'}."


def _list(asking: Asking) -> Content:
    """How many it hits and what that means, then every campaign with what will happen to it, and who is being asked."""
    hit = asking.hit
    names = {target.campaign.workspace for target in hit}
    where = f" in {words.plural(len(names), 'workspace')}" if len(names) > 1 else ""
    lines = [
        Content.assemble(
            (f"{words.plural(len(hit), 'campaign')}{where}", "bold"),
            ": nobody in them is written to until they are resumed, one by one. Replies still arrive.",
        )
    ]
    lines += [Content.styled(f"{name}: being asked …", "dim") for name in asking.waiting]
    lines += [Content.styled(f"{name}: {sentence}", "$warning") for name, sentence in asking.troubles.items()]
    lines += [Content.assemble(campaign_line(target.campaign), f"  {target.fate}") for target in hit]
    return Content("\n").join([*lines, *staying_lines([target for target in asking.targets if target.stays])])
