"""Tells commands from text that was typed or pasted into the list by mistake.

Several printable keys within 30 ms are not a person pressing commands. Motions are obeyed at once, for they harm
nothing and a held key repeats. A decision is obeyed at once and taken back when more text follows. Anything else waits
those 30 ms first. Once text is recognised, every key is ignored until the stream pauses. Pure: times come in.
"""

from __future__ import annotations

from enum import Enum

from tui.keys import Risk

Heard = tuple[float, Risk, bool]
"""When a key was pressed, its risk, and whether it is printable."""


class Ruling(Enum):
    """What to do with a key."""

    OBEY = "obey"
    WAIT = "wait"
    """Obey it unless `heard` rules TEXT before the window is over."""
    TEXT = "text"
    """It is typed text: ignore it, drop what waits, take back what was decided."""
    IGNORE = "ignore"
    """More of the same text."""


class BurstGuard:
    """Listens to the keys of one screen."""

    def __init__(self, window: float) -> None:
        self._window = window
        """Seconds; 0 obeys everything."""
        self._last: Heard | None = None
        self._text = False

    def heard(self, at: float, *, risk: Risk, printable: bool) -> Ruling:
        """Rule on a key pressed at `at` (seconds of a steady clock); an unbound printable key counts as OTHER."""
        last, self._last = self._last, (at, risk, printable)
        close = last is not None and at - last[0] < self._window
        if not close:
            self._text = False
        elif self._text:
            return Ruling.IGNORE
        elif last is not None and _is_text(last, risk=risk, printable=printable):
            self._text = True
            return Ruling.TEXT
        if self._window and printable and risk is Risk.OTHER:
            return Ruling.WAIT
        return Ruling.OBEY


def _is_text(last: Heard, *, risk: Risk, printable: bool) -> bool:
    """Whether a key so close to the last one makes the two of them text."""
    _, before, was_printable = last
    if not was_printable or (risk is Risk.MOTION and before is Risk.MOTION):
        return False
    return printable or before is Risk.OTHER
