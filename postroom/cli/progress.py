"""How far a first import is: one line on the terminal that is drawn over, or now and then a line of a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from postroom.cli.output import say
from postroom.text import sanitise_line
from sync.events import Progressed, StatusChanged, SyncEvent

_PERIOD = 0.1
"""Seconds between two drawings."""

_LOG_PERIOD = 15.0
"""Seconds between two lines where nobody watches: an import that takes minutes must not look dead."""


class ProgressLine:
    """Hears sync's events; draws where a person watches, and writes lines elsewhere."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._shown = sys.stderr.isatty()
        self._drawn = False
        self._drawn_at = 0.0 if self._shown else clock()
        self._walks: dict[tuple[str, str], Progressed] = {}

    def clear(self) -> None:
        """Take the line away."""
        if self._drawn:
            self._drawn = False
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()

    def __call__(self, event: SyncEvent) -> None:
        """Take one event."""
        if isinstance(event, Progressed):
            self._walks[event.workspace, event.stream] = event
        elif isinstance(event, StatusChanged):
            self._walks = {key: walk for key, walk in self._walks.items() if key[0] != event.workspace}
        now = self._clock()
        if not self._shown and self._walks and now - self._drawn_at >= _LOG_PERIOD:
            self._drawn_at = now
            say(self.text())
        if self._shown and now - self._drawn_at >= _PERIOD:
            self._drawn, self._drawn_at = True, now
            sys.stderr.write(f"\r\x1b[2K{self.text()[:79]}")
            sys.stderr.flush()

    def text(self) -> str:
        """The line: what is being fetched, and how far it is."""
        return sanitise_line(" · ".join(_words(walk) for walk in list(self._walks.values())[-3:]))


def _words(walk: Progressed) -> str:
    """`acme-linkedin conversations 1,200 of 5,000 (24 %)`."""
    if not walk.total or walk.done > walk.total:
        return f"{walk.workspace} {walk.stream} {walk.done:,}"
    return f"{walk.workspace} {walk.stream} {walk.done:,} of {walk.total:,} ({walk.done * 100 // walk.total} %)"
