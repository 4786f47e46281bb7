"""A life of its own: leads answer what they are sent, and write on their own. What they say follows from the seed."""

from __future__ import annotations

import asyncio

from simulator.clock import SECOND
from simulator.dice import Dice
from simulator.ledger import Event
from simulator.scripts import FRESH_REPLIES
from simulator.simulation import Simulation
from simulator.threads import Conversation, fresh_text
from simulator.workspace import Workspace

_TICK = 0.25
_ANSWERS_PERCENT = 70


class Life:
    """What the leads do while time passes. Switched on and off at any moment."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self.running = simulation.config.life
        self.speed = simulation.config.life_speed
        self._read = len(simulation.world.ledger.events())
        self._due: list[tuple[int, str, str]] = []
        """When which conversation of which workspace answers."""
        self._spontaneous = 0
        self._next = self._next_spontaneous(simulation.world.now())

    async def live(self) -> None:
        """Go on until cancelled."""
        while True:
            await asyncio.sleep(_TICK)
            self.step()

    def step(self) -> int:
        """Do everything that is due now; how many messages that were."""
        world = self._simulation.world
        with world.lock:
            now = world.now()
            fresh = world.ledger.events(since=self._read)
            self._read += len(fresh)
            if not self.running:
                self._due.clear()
                self._next = self._next_spontaneous(now)
                return 0
            self._due += [due for due in map(self._answer_to, fresh) if due is not None]
            spoken = [due for due in self._due if due[0] <= now]
            self._due = [due for due in self._due if due[0] > now]
            for _, workspace, conversation in spoken:
                self._speak(world.workspace(workspace), world.workspace(workspace).by_id[conversation])
            if now >= self._next:
                self._next = self._next_spontaneous(now)
                return len(spoken) + self._speak_spontaneously()
            return len(spoken)

    def _answer_to(self, event: Event) -> tuple[int, str, str] | None:
        """When the lead answers a message, if it was one and they do."""
        dice = Dice(self._simulation.world.config.seed, 201, event.seq)
        if event.kind != "message" or not dice.percent(_ANSWERS_PERCENT):
            return None
        seconds = dice.between(6, 18) / self.speed
        return event.at + round(seconds * SECOND), event.workspace, event.conversation

    def _next_spontaneous(self, now: int) -> int:
        """When somebody writes next without having been written to."""
        self._spontaneous += 1
        seconds = Dice(self._simulation.world.config.seed, 202, self._spontaneous).between(20, 40) / self.speed
        return now + round(seconds * SECOND)

    def _speak_spontaneously(self) -> int:
        """Let one lead among those of the last weeks write."""
        world = self._simulation.world
        dice = Dice(world.config.seed, 203, self._spontaneous)
        peopled = [workspace for workspace in world.workspaces.values() if workspace.conversations]
        if not peopled:
            return 0
        workspace = dice.pick(peopled)
        recent = workspace.conversations[: max(1, min(60, len(workspace.conversations)))]
        conversation = dice.pick(recent)
        if conversation.blocked_by_lead or conversation.blocked_by_me:
            return 0
        self._speak(workspace, conversation)
        return 1

    def _speak(self, workspace: Workspace, conversation: Conversation) -> None:
        """Let the lead of a conversation say something new."""
        world = self._simulation.world
        dice = Dice(conversation.seed, 204, len(conversation.said))
        text = fresh_text(conversation, workspace.person(conversation.person), dice.pick(FRESH_REPLIES))
        world.hear(workspace, conversation, text)
