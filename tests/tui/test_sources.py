"""Where the list gets its rows: both kinds of source agree on order and places."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from postroom.records import ConversationKey
from store import queries
from store.rows import View
from tests.tui.conftest import ADA, ALAN, GRACE, HEYREACH, KATHERINE
from tui.desk import Desk
from tui.sources import FoundSource, ViewSource
from tui.widgets.sources import RowSource

ORDER = [ADA, GRACE, ALAN, KATHERINE]


@pytest.fixture
def desk(state_dir: Path) -> Iterator[Desk]:
    """A desk for reading."""
    made = Desk(state_dir, session="test", writable=True)
    yield made
    made.close()


def sources(desk: Desk) -> list[RowSource]:
    """The whole inbox as a view, and as if a filter had found it."""
    found = FoundSource(desk, partial(queries.inbox_rows, view=View.INBOX))
    return [ViewSource(desk, View.INBOX, workspace=None), found]


async def keys_at(source: RowSource, offset: int, limit: int) -> list[ConversationKey]:
    """The keys of rows from an offset."""
    return [row.key for row in await source.rows_at(offset, limit)]


async def test_every_way_of_reading_gives_the_same_order(desk: Desk) -> None:
    """Newest first: by offset, after a row, and before a row."""
    for source in sources(desk):
        assert await source.count() == 4
        assert await keys_at(source, 0, 10) == ORDER
        assert await keys_at(source, 1, 2) == ORDER[1:3]
        first, last = (await source.rows_at(0, 1))[0], (await source.rows_at(3, 1))[0]
        assert [row.key for row in await source.rows_after(first.anchor, 2)] == ORDER[1:3]
        assert [row.key for row in await source.rows_before(last.anchor, 2)] == ORDER[1:3]
        assert await source.position(last.anchor) == 3


async def test_row_is_found_wherever_it_is(desk: Desk) -> None:
    """A conversation that left the view can still be read."""
    for source in sources(desk):
        row = await source.row(ALAN)
        assert row is not None
        assert await source.row(ConversationKey(HEYREACH, "no such")) is None


async def test_view_of_one_workspace(desk: Desk) -> None:
    """Only the workspace's own conversations count."""
    source = ViewSource(desk, View.INBOX, workspace=HEYREACH)

    assert await source.count() == 3
    assert await keys_at(source, 0, 10) == ORDER[:3]
