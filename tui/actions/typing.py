"""Keys on their way to actions: kept while the first rows load, and told apart from text typed by mistake."""

from __future__ import annotations

from textual import events
from textual.timer import Timer
from textual.widgets import Input, TextArea

from tui import keys
from tui.actions.areas import Areas
from tui.bursts import BurstGuard, Ruling
from tui.stage import Stage

PATIENCE_SECONDS = 0.5
"""How long keys are kept for rows that do not come (an empty inbox)."""
IDLE_SECONDS = 120.0


class Typing:
    """Rules on every key of the main screen that no text field took."""

    def __init__(self, stage: Stage, areas: Areas) -> None:
        self._stage = stage
        self._areas = areas
        self._guard = BurstGuard(stage.settings.burst_seconds)
        self._by_key = keys.by_key(keys.Place.PANES, stage.settings.keymap)
        self._early: list[events.Key] | None = []
        """Keys pressed before there was anything to act on. None: the rows are here."""
        self._replayed: set[events.Key] = set()
        self._waiting: tuple[Timer, str] | None = None
        self._mark = 0
        """How many steps the history had before the last key."""
        self._last_at = 0.0
        self._idle = False

    def heard(self, event: events.Key) -> None:
        """Let a key go on to its binding, or stop it."""
        self._awake(event.time)
        if isinstance(self._stage.screen.focused, Input | TextArea) or event in self._replayed:
            self._replayed.discard(event)
        elif self._early is not None:
            event.stop()
            if not self._early:
                self._stage.later(PATIENCE_SECONDS, self.ready)
            self._early.append(event)
        else:
            self._rule(event)

    def ready(self) -> None:
        """The rows are here: the keys pressed before are obeyed in their order."""
        early, self._early = self._early or [], None
        for event in early:
            self._post(event)

    def look_idle(self) -> None:
        """Tell sync when nobody has pressed a key for a while."""
        sync = self._stage.sync
        if sync is not None and not self._idle and events.Key("j", "j").time - self._last_at > IDLE_SECONDS:
            self._idle = True
            sync.set_focus("idle")

    def _rule(self, event: events.Key) -> None:
        action = self._by_key.get(event.key)
        unbound = keys.Risk.OTHER if event.is_printable else keys.Risk.MOTION
        risk = action.risk if action is not None else unbound
        ruling = self._guard.heard(event.time, risk=risk, printable=event.is_printable)
        if ruling in (Ruling.TEXT, Ruling.IGNORE):
            event.stop()
            if ruling is Ruling.TEXT:
                self._recognise_text()
            return
        if self._waiting is not None:
            # The key before has waited long enough, but its timer is late: keep the order.
            self._act_waiting()
            event.stop()
            self._mark = self._areas.history.depth
            self._post(event)
            return
        self._mark = self._areas.history.depth
        if action is not None:
            # Not by way of the binding: the next key may be ruled on before that runs.
            event.stop()
            if ruling is Ruling.WAIT:
                timer = self._stage.screen.set_timer(self._stage.settings.burst_seconds, self._act_waiting)
                self._waiting = (timer, action.id)
            else:
                self._areas.act(action.id)

    def _act_waiting(self) -> None:
        """Nothing followed: it was a command."""
        if self._waiting is not None:
            timer, action_id = self._waiting
            self._waiting = None
            timer.stop()
            self._areas.act(action_id)

    def _recognise_text(self) -> None:
        """It was text: forget the command that waits, take back the decision that was made."""
        if self._waiting is not None:
            self._waiting[0].stop()
            self._waiting = None
        sentence = "That looked like typed or pasted text, so no command was run."
        self._stage.say(sentence, severity="warning")
        if self._areas.history.depth > self._mark:
            self._areas.undoing.undo(sentence=sentence)

    def _post(self, event: events.Key) -> None:
        """Send a key on its way again, past these rules."""
        app = self._stage.screen.app

        def again() -> None:
            # Made by the app: an event made by the screen would not bubble beyond it, to its binding.
            copy = event.copy()
            self._replayed.add(copy)
            app.post_message(copy)

        app.call_later(again)

    def _awake(self, at: float) -> None:
        self._last_at = at
        if self._idle:
            self._idle = False
            if self._stage.sync is not None:
                self._stage.sync.set_focus("focused")
