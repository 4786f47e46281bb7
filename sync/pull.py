"""One pull of one workspace: the inbox, what stands beside it, and the threads that changed or are still missing.

Whatever fails keeps what was read before, is named in the report, and never touches another workspace.
"""

from __future__ import annotations

from math import inf

from postroom.errors import NeverSent, ProviderError, RateLimited, Unauthorised
from store import writes
from sync.echoes import awaited_replies, doubt_overdue
from sync.inbox import read_inbox
from sync.indexing import index
from sync.link import Link
from sync.lists import read_lists
from sync.report import PullReport, Tally, missing_sentence
from sync.threads import read_absent, read_awaited, read_missing

__all__ = ["PullReport", "pull"]

THREADS_PER_POLL = 20
"""Threads read in one poll while somebody watches: the rest of a first import follows poll by poll."""

LOOK_SECONDS = 30.0
"""While threads are read poll by poll, the lists are looked at as often as while somebody works."""

HOPELESS = (Unauthorised, NeverSent, RateLimited)
"""Errors after which nothing else need be asked in this pull."""


async def pull(
    link: Link, *, full: bool = False, all_threads: bool = False, importing: bool = False
) -> tuple[PullReport, ProviderError | None]:
    """Bring one workspace up to date.

    `full` walks the whole inbox and re-reads every list; `all_threads` leaves no thread for the next pull;
    `importing`: this one goes on with what the last one left. Also returns the error that ended it, if one did, for
    whoever decides when to try again.
    """
    began = link.clock.monotonic()
    before = link.provider.usage.requests
    link.store.revive()
    tally = Tally(revived=link.store.revived)
    error: ProviderError | None = None
    inbox_complete = False
    if not (importing and _looked_just_now(link)):
        error = await read_inbox(link, tally, full=full, thorough=all_threads)
        inbox_complete = not tally.problems
        if not isinstance(error, HOPELESS):
            error = await read_lists(link, tally, full=full) or error
        link.memory.looked = -inf if error else began
    missing = await _read_threads(link, tally, error, all_threads=all_threads)
    await index(link)
    if inbox_complete:
        link.memory.complete_pulls.append(began)
    doubt_overdue(link)
    if missing:
        tally.blame(missing_sentence(missing))
    report = tally.report(
        workspace=link.workspace,
        provider=link.provider.name,
        requests=link.provider.usage.requests - before,
        threads_missing=missing,
    )
    return report, error


def _looked_just_now(link: Link) -> bool:
    """Whether the lists need not be looked at before the next threads are read. Before the last ones they are."""
    if link.clock.monotonic() - link.memory.looked >= LOOK_SECONDS:
        return False
    return writes.count_incomplete(link.store, link.workspace) > THREADS_PER_POLL


async def _read_threads(link: Link, tally: Tally, error: ProviderError | None, *, all_threads: bool) -> int:
    if isinstance(error, HOPELESS):
        return await read_missing(link, tally, limit=0)
    if awaited_replies(link):
        await read_awaited(link, tally)
    await read_absent(link, tally)
    return await read_missing(link, tally, limit=None if all_threads else THREADS_PER_POLL)
