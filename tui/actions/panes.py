"""The panes and the way back: a digit goes to a pane, the same digit again gives it the whole screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tui.actions.listing import Listing
from tui.actions.reading import Reading
from tui.stage import Pane, Stage

_ZOOM = "-zoom"


class Panes:
    """Which part of the screen has the reader's attention."""

    def __init__(self, stage: Stage, listing: Listing, reading: Reading) -> None:
        self._stage = stage
        self._listing = listing
        self._reading = reading

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What this area does, by action id."""
        return {
            "pane.inbox": lambda: self._go(Pane.INBOX),
            "pane.thread": lambda: self._go(Pane.THREAD),
            "pane.campaign": lambda: self._go(Pane.CAMPAIGN),
            "nav.back": self.back,
        }

    def back(self) -> None:
        """One level up: out of the pane, then out of the filter, then out of the zoom."""
        if self._stage.pane is not Pane.INBOX:
            self._unzoom()
            self._reading.left()
            self._stage.go_pane(Pane.INBOX)
        elif self._listing.filtered:
            self._listing.clear()
        else:
            self._unzoom()

    def _go(self, pane: Pane) -> None:
        screen = self._stage.screen
        if self._stage.pane is pane:
            screen.toggle_class(_ZOOM)
            return
        self._unzoom()
        if pane is Pane.THREAD:
            self._reading.open()
        else:
            self._reading.left()
        self._stage.go_pane(pane)

    def _unzoom(self) -> None:
        self._stage.screen.remove_class(_ZOOM)
