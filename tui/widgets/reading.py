"""How the inbox list reads: keyset blocks around a row, offsets only for jumps. Nothing here knows the screen.

Several reads may be under way while keys move the cursor and sync changes the rows: a read that was overtaken by a
newer one of the whole is dropped, never mixed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from postroom.records import ConversationKey
from store.rows import Anchor, InboxRow
from tui.widgets.sources import RowSource
from tui.widgets.window import BLOCK, Read, Window

_END = Anchor(-(2**62), -(2**62))
"""Stands after every row, whatever its time."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the cursor is, in the ways that survive a change of the rows, best first."""

    key: ConversationKey | None = None
    anchor: Anchor | None = None
    index: int = 0
    sought: bool = False
    """The cursor is to go there, rather than being there."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Rows around a place, and the place's index in them."""

    window: Window
    index: int


class Reader:
    """The rows held, and the reads that fill them."""

    def __init__(self) -> None:
        self.window = Window()
        self.source: RowSource | None = None
        self._removed: dict[ConversationKey, int] = {}
        self._generation = 0

    def open(self, source: RowSource) -> None:
        """Read from another source from now on; the rows held stay until its rows have come."""
        self.source = source
        self._removed.clear()
        self._generation += 1

    async def read_anew(self, place: Callable[[], Place]) -> Reading | None:
        """The rows around the cursor, wherever it has moved meanwhile. None: overtaken by a newer call.

        The caller puts the window in place, so that rows, cursor and scroll position change in one step.
        """
        self._generation += 1
        generation, source = self._generation, self.source
        while source is not None:
            wanted = place()
            found = await around(source, wanted)
            await self._hide_removed(source, found.window)
            if generation != self._generation:
                return None
            if place() == wanted or found.window.index_of(place().key) is not None:
                return found
        return None

    async def read_more(self, top: int, visible: int) -> tuple[Read, Window] | None:
        """The next block that a screen showing `visible` rows from `top` needs, taken in. None: nothing, or overtaken.

        A jump replaces the window; the neighbours of the rows held are put beside them.
        """
        read, source, generation, window = self.window.wants(top, visible), self.source, self._generation, self.window
        if read is None or source is None:
            return None
        if read in {Read.AFTER, Read.BEFORE}:
            rows = await neighbours(source, window, read)
            if generation == self._generation:
                window.add_after(rows) if read is Read.AFTER else window.add_before(rows)
        else:
            fresh = await jump(source, top, window.count, to_end=read is Read.END)
            if generation == self._generation:
                self.window = fresh
        return (read, self.window) if generation == self._generation else None

    def remove(self, index: int) -> None:
        """Take a row out before the store has heard of it; reads that still find it unchanged leave it out."""
        row = self.window.row(index)
        if row is not None:
            self._removed[row.key] = row.version
            self.window.remove(index)

    def put_back(self) -> None:
        """Stop leaving out what was removed."""
        self._removed.clear()

    async def _hide_removed(self, source: RowSource, window: Window) -> None:
        """Leave out what was removed here and has not changed in the store since."""
        for key, version in list(self._removed.items()):
            row = await source.row(key)
            if row is None or row.version != version:
                self._removed.pop(key, None)
            elif (index := window.index_of(key)) is not None:
                window.remove(index)


async def around(source: RowSource, place: Place) -> Reading:
    """The rows on both sides of a place.

    The conversation itself where the view still has it; else the row that followed it; else the same line number.
    """
    count = await source.count()
    row = await source.row(place.key) if place.key is not None else None
    found = await _beside(source, row.anchor, count) if row is not None else None
    if found is not None and found.window.index_of(place.key) is not None:
        return found
    if place.anchor is not None and (row is None or row.anchor != place.anchor):
        found = await _beside(source, place.anchor, count)
    if found is not None:
        return found
    return await _at(source, min(place.index, max(count - 1, 0)), count)


async def neighbours(source: RowSource, window: Window, read: Read) -> list[InboxRow]:
    """The block next to the rows held."""
    if read is Read.AFTER:
        return await source.rows_after(window.rows[-1].anchor, BLOCK)
    return await source.rows_before(window.rows[0].anchor, BLOCK)


async def jump(source: RowSource, index: int, count: int, *, to_end: bool) -> Window:
    """Rows around an index far from the rows held; the last ones by keyset, which costs the same at any size."""
    if not to_end:
        return (await _at(source, index, count)).window
    rows = await source.rows_before(_END, 2 * BLOCK)
    return Window(max(count - len(rows), 0), rows, max(count, len(rows)))


async def _beside(source: RowSource, anchor: Anchor, count: int) -> Reading:
    """A block before the anchor, and one from it on."""
    position = await source.position(anchor)
    before = await source.rows_before(anchor, BLOCK)
    after = await source.rows_after(before[-1].anchor, BLOCK) if before else await source.rows_at(0, BLOCK)
    start = position - len(before) if len(before) == BLOCK else 0
    return _reading(Window(max(start, 0), [*before, *after], count), start + len(before), ended=len(after) < BLOCK)


async def _at(source: RowSource, index: int, count: int) -> Reading:
    """Two blocks around a line number."""
    start = max(index - BLOCK // 2, 0)
    rows = await source.rows_at(start, 2 * BLOCK)
    return _reading(Window(start, rows, count), index, ended=len(rows) < 2 * BLOCK)


def _reading(window: Window, index: int, *, ended: bool) -> Reading:
    """The reading with its count put right by the rows that came."""
    window.count = window.end if ended else max(window.count, window.end)
    return Reading(window, min(max(index, 0), max(window.count - 1, 0)))
