"""Never contacting somebody again: the wider answer to a stop, agreed to by typing a word, done after it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from textual.content import Content

from postroom.commands import NeverContact
from postroom.records import ConversationKey
from store import outbox
from store.blocks import blocks_everywhere
from store.rows import EnrolmentRow
from store.stops import fate
from tui import format as words
from tui.screens.confirm import ConfirmScreen
from tui.stage import Stage

WORD = "never"
"""What is typed to agree: it holds for everybody in the workspace."""


@dataclass(frozen=True, slots=True)
class Blocking:
    """Where somebody could be put on the list of people never to contact."""

    commands: tuple[NeverContact, ...]
    left: tuple[str, ...]
    """Where not, and why."""


OFFER = "Stop, and never contact again …"
"""The wider answer to a stop."""


async def read_blocking(stage: Stage, key: ConversationKey, *, among: Collection[str] | None) -> Blocking:
    """The lists of every workspace that keeps one, also where the person of a conversation never wrote."""
    commands, left = await stage.desk.read(blocks_everywhere, key, among=among)
    return Blocking(tuple(commands), tuple(left))


async def agreed_never(stage: Stage, name: str, blocking: Blocking, hit: Sequence[EnrolmentRow]) -> bool:
    """Ask for the word."""
    number = words.plural(len({each.workspace for each in blocking.commands}), "workspace")
    lines = [
        f"{number}, also where they never wrote. It holds for everybody there, in campaigns to come too.",
        "It is undone only at the provider.",
        "",
        *(
            f"{each.workspace}: {each.email or each.lead_url or each.linkedin_id or each.lead_name} goes on the list"
            for each in blocking.commands
        ),
        *blocking.left,
        *(f"{each.workspace}: {each.campaign_name or each.campaign_id} {fate(each)}" for each in hit),
    ]
    question = ConfirmScreen(
        f"Never contact {name} again?",
        Content("\n".join(lines)),
        verb=f"{'Stop, and never' if hit else 'Never'} contact again in {number}",
        typed=WORD,
        guard=stage.settings.guard_seconds,
    )
    return await stage.ask(question) is True


async def block(stage: Stage, name: str, blocking: Blocking, *, stopped: bool) -> None:
    """Put it into the outbox, behind the stops if there were any to be `stopped`."""
    for command in blocking.commands:
        await stage.desk.write(outbox.enqueue, command, now=stage.now)
    stage.wake_push()
    both = f"NOT YET STOPPED, NOT YET BLOCKED: both are on their way for {name}."
    stage.say(both if stopped else f"NOT YET BLOCKED: it is on its way for {name}.", severity="warning")
