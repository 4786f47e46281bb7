"""The store behind the screen: reads and writes in threads of their own, nothing decided is lost."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from postroom.errors import ReadOnlyState
from store import journal, queries
from store.database import Store
from tests.tui.conftest import ADA, GRACE, NOW
from tui.desk import Desk


@pytest.fixture
def desk(state_dir: Path) -> Iterator[Desk]:
    """A desk that may write."""
    made = Desk(state_dir, session="test", writable=True)
    yield made
    made.close()


async def test_reads_and_writes_each_have_their_thread(desk: Desk) -> None:
    """The screen's own thread never touches the store."""

    def name(_store: Store) -> str:
        return threading.current_thread().name

    reader, writer = await desk.read(name), await desk.write(name)

    assert "reader" in reader
    assert "writer" in writer


async def test_writes_keep_their_order(desk: Desk) -> None:
    """Two decisions are written in the order in which they were made, awaited or not."""
    desk.write(journal.record, ADA, "done", now=NOW)
    desk.write(journal.record, ADA, "inbox", now=NOW)
    await desk.write(journal.record, GRACE, "done", now=NOW)
    row = await desk.read(queries.inbox_row, ADA)

    assert row is not None
    assert row.folder == "inbox"


async def test_cancelled_screen_cancels_no_write(desk: Desk) -> None:
    """What was decided is written, although nobody waits for it any more."""
    gate = threading.Event()
    blocked = desk.write(lambda _store: gate.wait(5))
    decided = desk.write(journal.record, ADA, "done", now=NOW)
    decided.cancel()
    gate.set()
    await blocked
    await desk.write(lambda _store: None)
    row = await desk.read(queries.inbox_row, ADA)

    assert row is not None
    assert row.folder == "done"


async def test_closing_finishes_what_is_queued(state_dir: Path) -> None:
    """Quitting right after a key loses nothing."""
    desk = Desk(state_dir, session="test", writable=True)
    decided = desk.write(journal.record, ADA, "done", now=NOW)
    desk.close()
    await decided
    store = Store.open(state_dir, writable=False)
    row = queries.inbox_row(store, ADA)
    store.close()

    assert row is not None
    assert row.folder == "done"


async def test_cancelled_read_that_waits_never_runs(desk: Desk) -> None:
    """A held key does not pile up reads."""
    gate, ran = threading.Event(), []
    blocked = asyncio.ensure_future(desk.read(lambda _store: gate.wait(5)))
    await asyncio.sleep(0)
    waiting = asyncio.ensure_future(desk.read(lambda _store: ran.append(1)))
    await asyncio.sleep(0)
    waiting.cancel()
    gate.set()
    await blocked

    assert ran == []


async def test_viewer_refuses_to_write(state_dir: Path) -> None:
    """Beside another Postroom a decision is refused at once, with a sentence."""
    desk = Desk(state_dir, session="test", writable=False)
    with pytest.raises(ReadOnlyState, match="Another Postroom"):
        desk.write(journal.record, ADA, "done", now=NOW)
    desk.close()
