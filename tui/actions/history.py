"""What `z` can take back, newest first: decisions and replies of this session, then the journal's own past."""

from __future__ import annotations

from dataclasses import dataclass, replace

from postroom.records import ConversationKey
from tui.stage import Stage


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done."""

    words: str
    entry_id: int | None = None
    """The outbox entry of a reply. None: a decision."""
    key: ConversationKey | None = None
    """The conversation of a reply."""
    done: bool = False
    """The reply went with a `done`: both are taken back together."""


class History:
    """Remembers the order in which replies and decisions were made; the journal remembers the decisions themselves."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._steps: list[Step] = []

    @property
    def depth(self) -> int:
        """How many steps could be taken back."""
        return len(self._steps)

    def decided(self, words: str) -> None:
        """A decision was made."""
        self._push(Step(words))

    def sent(self, words: str, *, entry_id: int, key: ConversationKey, done: bool) -> None:
        """A reply went into its undo window, alone or with a `done`."""
        self._push(Step(words, entry_id=entry_id, key=key, done=done))

    def departed(self, entry_id: int) -> None:
        """A reply has left: nothing to take back."""
        for step in [step for step in self._steps if step.entry_id == entry_id]:
            place = self._steps.index(step)
            # What is left of “send and done” is the done.
            self._steps[place : place + 1] = [replace(step, entry_id=None)] if step.done else []
        self.tell()

    def pop(self) -> Step | None:
        """The newest step, taken out. None: this session has none."""
        step = self._steps.pop() if self._steps else None
        self.tell()
        return step

    def tell(self) -> None:
        """Say in the bottom line what `z` would take back."""
        self._stage.decided(self._steps[-1].words if self._steps else "")

    def _push(self, step: Step) -> None:
        self._steps.append(step)
        self.tell()
