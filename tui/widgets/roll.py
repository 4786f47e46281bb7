"""Scrolling over blocks whose heights are found only when they are in sight, so any length opens at once. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(slots=True)
class Roll:
    """The top line of the page is line `line` of block `block`."""

    height_of: Callable[[int], int]
    """The lines of a block, at least 1. May be slow the first time."""
    blocks: int = 0
    block: int = 0
    line: int = 0

    def to_top(self) -> None:
        """The first line of the first block."""
        self.block = self.line = 0

    def to_bottom(self, height: int) -> None:
        """The last page."""
        self.block, self.line = self._last_page(height)

    def scroll(self, by: int, height: int) -> None:
        """Move by lines, up to the first line or down to the last page."""
        self.line += by
        while self.line < 0 and self.block > 0:
            self.block -= 1
            self.line += self.height_of(self.block)
        self.line = max(self.line, 0)
        while self.block < self.blocks and self.line >= self.height_of(self.block):
            self.line -= self.height_of(self.block)
            self.block += 1
        if by > 0 or self.block >= self.blocks:
            self.settle(height)

    def settle(self, height: int) -> None:
        """Not beyond the last page: blocks or the page have changed their size."""
        last = self._last_page(height)
        if self.blocks and self.block < self.blocks:
            self.line = min(self.line, self.height_of(self.block) - 1)
        self.block, self.line = min((self.block, self.line), last)

    def at_bottom(self, height: int) -> bool:
        """Whether the last line is in sight."""
        return (self.block, self.line) >= self._last_page(height)

    def page(self, height: int) -> Iterator[tuple[int, int]]:
        """(block, line) of each line of the page."""
        block, line = self.block, self.line
        while height > 0 and block < self.blocks:
            lines = self.height_of(block)
            for number in range(line, min(lines, line + height)):
                yield block, number
            height -= lines - line
            block, line = block + 1, 0

    def _last_page(self, height: int) -> tuple[int, int]:
        """Where the page stands that ends with the last line."""
        block, room = self.blocks, height
        while block > 0 and room > 0:
            block -= 1
            room -= self.height_of(block)
        return block, max(-room, 0)
