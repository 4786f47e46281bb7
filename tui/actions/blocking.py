"""Never contacting somebody again: the wider answer to a stop, agreed to by typing a word, done after it."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from postroom.commands import NeverContact
from postroom.records import ConversationKey
from store import outbox, queries
from store.blocks import blocks_of
from store.database import Store
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

    @property
    def verb(self) -> str:
        """The wider answer; empty where no provider of theirs keeps such a list."""
        return "Stop, and never contact again …" if self.commands else ""


def read_blocking(store: Store, key: ConversationKey) -> Blocking:
    """The lists of every workspace in which the person of a conversation wrote."""
    commands, left = blocks_of(store, queries.same_person(store, key))
    return Blocking(tuple(commands), tuple(left))


async def agreed_never(stage: Stage, name: str, blocking: Blocking) -> bool:
    """Ask for the word."""
    lines = [
        "It holds for everybody in the workspace, in campaigns to come too. It is undone only at the provider.",
        "",
        *(
            f"{each.workspace}: {each.lead_name} goes on the list of people never to contact"
            for each in blocking.commands
        ),
        *blocking.left,
    ]
    question = ConfirmScreen(
        f"Never contact {name} again?",
        Content("\n".join(lines)),
        verb="Stop, and never contact again",
        typed=WORD,
        guard=stage.settings.guard_seconds,
    )
    return await stage.ask(question) is True


async def block(stage: Stage, name: str, blocking: Blocking) -> None:
    """Put it into the outbox, behind the stops."""
    for command in blocking.commands:
        await stage.desk.write(outbox.enqueue, command, now=stage.now)
    stage.wake_push()
    stage.say(f"NOT YET STOPPED, NOT YET BLOCKED: both are on their way for {name}.", severity="warning")
