"""Which rows of a list are in sight, and how the page turns. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Sight:
    """`height` whole rows from `top`."""

    top: int = 0
    height: int = 1

    @property
    def end(self) -> int:
        """The row after the last one in sight."""
        return self.top + self.height

    def hold(self, index: int, count: int) -> None:
        """Turn the page when a row is not on it: a new page begins with the row below, or ends with the row above."""
        if index < self.top:
            self.top = index - self.height + 1
        elif index >= self.end:
            self.top = index
        self.turn(0, count)

    def turn(self, by: int, count: int) -> None:
        """Move by rows, from the first to the last page."""
        self.top = min(max(self.top + by, 0), max(count - self.height, 0))

    def centre(self, index: int) -> None:
        """A row that was jumped to stands in the middle; one of the first page leaves the page at the top."""
        self.top = 0 if index < self.height else index - self.height // 2

    def follow(self, before: int, after: int) -> None:
        """The cursor's row has another line number now: it keeps its line of the screen.

        At the top of the list the page stays while the row is on it: who looks at the newest rows sees newer ones.
        """
        if self.top > 0 or after >= self.height:
            self.top += after - before
