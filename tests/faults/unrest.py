"""Life at the providers while Postroom reads: between two requests rows move, change, turn unread and vanish."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from simulator.threads import Conversation
from simulator.workspace import Workspace
from simulator.world import World

MOVES = ("hear", "reply")
READING = (*MOVES, "flip")
EVERYTHING = (*READING, "edit", "remove")
MAILING = (*READING, "remove")
"""A mail that was sent stays as it is."""
MOST_GONE = 0.2
"""Share of a workspace that may vanish in one unrest: more would be an outage, and is treated as one."""


@dataclass
class Unrest:
    """What happens before each request: call it as `SimulatorServer.meanwhile` does."""

    world: World
    space: Workspace
    dice: random.Random
    kinds: Sequence[str] = EVERYTHING
    most: int = 8
    """Events before one request, at most."""
    left: int = 120
    """Events in all, before it falls quiet."""
    happened: int = 0
    gone: int = 0
    _said: int = field(default=0)

    def __call__(self, _provider: str, operation: str, _body: bytes) -> None:
        """Let something happen before this request, unless it is one that sends."""
        if self.left <= 0 or self.dice.random() < 0.4 or operation.endswith(("SendMessage", "send", "reply")):
            return
        for _ in range(self.dice.randint(1, self.most)):
            self.happen()

    def happen(self) -> None:
        """One event, to a conversation that is anywhere in the list."""
        rows = list(self.space.newest())
        kind = self.dice.choice(self.kinds)
        row = self.dice.choice(rows)
        self.left -= 1
        self.happened += 1
        self.world.clock.advance(self.dice.choice((0.02, 0.5, 3)))
        self._said += 1
        match kind:
            case "hear":
                self.world.hear(self.space, row, self._words())
            case "reply":
                self.world.deliver(self.space, row, self._words())
            case "flip":
                self.world.record(self.space, "seen", conversation=row.id, flag=not row.seen)
            case "edit":
                self.world.edit(self.space, row, f"edited {self.happened}")
            case _:
                self._remove(row, len(rows))

    def _remove(self, row: Conversation, left: int) -> None:
        if self.gone + 1 <= MOST_GONE * (left + self.gone):
            self.gone += 1
            self.world.remove(self.space, row)

    def _words(self) -> str:
        """Often the same words as before: nothing may be told apart by its text alone."""
        return "ok" if self.dice.random() < 0.3 else f"words {self._said}"
