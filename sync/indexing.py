"""Making what was read searchable, a little at a time, so that neither a key nor a send waits for it."""

from __future__ import annotations

from store import search
from sync.link import Link

BATCH = 200
"""Names and messages put into the index at once: some 2 ms, and 20 where the index tidies itself up."""


async def index(link: Link) -> None:
    """Make everything searchable that is here, letting sends go first between the batches."""
    while search.index_pending(link.store, limit=BATCH):
        await link.clock.sleep(0)
