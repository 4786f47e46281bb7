"""What `z` can take back, newest first: decisions and replies of this session, then the journal's own past."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from postroom.records import ConversationKey
from tui.stage import Stage


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One thing that was done."""

    words: str
    queued: asyncio.Future[int] | None = None
    """The outbox entry of a reply, as soon as it is on disk. None: a decision."""
    key: ConversationKey | None = None
    """The conversation of a reply."""
    done: bool = False
    """The reply went with a `done`: both are taken back together."""

    @property
    def entry_id(self) -> int | None:
        """The outbox entry of a reply. None: a decision, or it is not on disk yet."""
        queued = self.queued
        if queued is None or not queued.done() or queued.cancelled() or queued.exception() is not None:
            return None
        return queued.result()


class History:
    """Remembers the order in which replies and decisions were made; the journal remembers the decisions themselves."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._steps: list[Step] = []

    @property
    def depth(self) -> int:
        """How many steps could be taken back."""
        return len(self._steps)

    def decided(self, words: str) -> Step:
        """A decision was made."""
        return self._push(Step(words))

    def sending(self, words: str, queued: asyncio.Future[int], *, key: ConversationKey, done: bool) -> Step:
        """A reply goes into its undo window, alone or with a `done`."""
        return self._push(Step(words, queued=queued, key=key, done=done))

    def forget(self, step: Step) -> None:
        """It came to nothing after all."""
        if step in self._steps:
            self._steps.remove(step)
            self.tell()

    def departed(self, entry_id: int) -> None:
        """A reply has left: nothing to take back."""
        for step in [step for step in self._steps if step.entry_id == entry_id]:
            place = self._steps.index(step)
            # What is left of “send and done” is the done.
            self._steps[place : place + 1] = [replace(step, queued=None)] if step.done else []
        self.tell()

    def pop(self) -> Step | None:
        """The newest step, taken out. None: this session has none."""
        step = self._steps.pop() if self._steps else None
        self.tell()
        return step

    def tell(self) -> None:
        """Say in the bottom line what `z` would take back."""
        self._stage.decided(self._steps[-1].words if self._steps else "")

    def _push(self, step: Step) -> Step:
        self._steps.append(step)
        self.tell()
        return step
