"""Reading the list of conversations: all of it at first and now and then, else only what may have changed.

The high-water mark, from which the next poll reads, moves only when a walk has reached what it set out to reach.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from postroom.errors import ProviderError
from postroom.records import Conversation, Micros, Page
from providers.base import Lane
from store import writes
from sync.clock import DAY, MINUTE
from sync.echoes import settle_echoes
from sync.events import Progressed, Pulled
from sync.link import Link
from sync.report import Tally
from sync.schedule import due
from sync.walk import Fetch, Walk, Walked

STREAM = "conversations"
SETTLED: Micros = 10 * MINUTE
UNCHANGED_RUN = 20
"""An ordered list may be left after this many unchanged rows in a row, once they are older than SETTLED."""

FUTURE: Micros = DAY
"""A time further ahead than this is shown, but moves no high-water mark."""

MANY = 10
"""A list that comes back empty where at least this many were known is an outage, not the truth."""

HEAD_READS = 3
"""How often the top is read again after a long walk. What still moves then is found by the next poll."""


async def read_inbox(link: Link, tally: Tally, *, full: bool) -> ProviderError | None:
    """Bring the rows up to date. Returns the error that ended it, if one did; a guard's stop is noted in the tally."""
    state = writes.stream_state(link.store, link.workspace, STREAM)
    if full or due(state.full_at, every=link.habits.full_every, now=link.clock.now()):
        reason = link.rests(STREAM)
        if full or not reason:
            return await _walk_all(link, tally)
        tally.blame(reason)
    return await _read_news(link, tally) or await _read_page(link, tally, unread_only=True)


async def _walk_all(link: Link, tally: Tally) -> ProviderError | None:
    """Read every row, newest first where the provider orders them."""
    reading = _Reading(link, tally)

    async def fetch(cursor: str | None) -> Page[Conversation]:
        return await reading.fetch(cursor=cursor, lane=Lane.HEAD if cursor is None else Lane.BACKFILL)

    walked = await _walk(link, fetch, reading).run()
    known = 0 if walked.ids else len(writes.known_fingerprints(link.store, link.workspace))
    if walked.complete and known >= MANY:
        reason = f"The provider suddenly shows no conversations at all, so the {known:,} known ones were kept."
        walked = Walked(pages=walked.pages, ids=walked.ids, complete=False, reason=reason)
    if not walked.complete and walked.error is None:
        link.rest(STREAM, walked.reason)
    seen = frozenset(identity.partition(" ")[0] for identity in walked.ids)
    _finish(link, reading, complete=walked.complete, seen=seen if walked.complete else None)
    tally.blame(walked.reason)
    if walked.complete and walked.pages > 1:
        return await _reread_head(link, tally)
    return walked.error


async def _reread_head(link: Link, tally: Tally) -> ProviderError | None:
    """Rows that moved to the top during a long walk were missed by it: read the top until it shows nothing new."""
    for _ in range(HEAD_READS):
        changed = len(tally.changed)
        error = await _read_news(link, tally)
        if error is not None or len(tally.changed) == changed:
            return error
    return None


async def _read_news(link: Link, tally: Tally) -> ProviderError | None:
    """Read what a poll reads first: the newest rows, or what the provider puts on its first page."""
    if not link.habits.windowed:
        return await _read_page(link, tally)
    state = writes.stream_state(link.store, link.workspace, STREAM)
    return await _walk_recent(link, tally, high_water=state.high_water or 0)


async def _walk_recent(link: Link, tally: Tally, *, high_water: Micros) -> ProviderError | None:
    """Read from the high-water mark on, with an overlap, and stop where all further rows must be known."""
    reading = _Reading(link, tally, settled_before=high_water - SETTLED, newest=high_water or None)
    since = max(0, high_water - link.habits.overlap)

    async def fetch(cursor: str | None) -> Page[Conversation]:
        return await reading.fetch(cursor=cursor, since=since)

    walked = await _walk(link, fetch, reading).run()
    _finish(link, reading, complete=walked.complete or walked.enough, seen=None)
    tally.blame(walked.reason)
    return walked.error


async def _read_page(link: Link, tally: Tally, *, unread_only: bool = False) -> ProviderError | None:
    """Read one page: the first of a list that promises no order, or of what is unread.

    A row can turn unread without moving in the list. What neither page shows is found by the next full walk.
    """
    reading = _Reading(link, tally)
    try:
        page = await reading.fetch(cursor=None, unread_only=unread_only)
    except ProviderError as error:
        tally.blame(str(error))
        return error
    reading.take(page, None)
    if unread_only:
        _heed_absence(link, tally, page)
    return None


def _heed_absence(link: Link, tally: Tally, page: Page[Conversation]) -> None:
    """What the list of unread conversations does not show any more was read elsewhere.

    Of a list that goes on, only the part that the page covers is known, and only where the list has an order.
    """
    times = [record.last_at for record in page.records]
    covered_from: Micros | None = None
    if page.more:
        known = [at for at in times if at is not None]
        if not link.habits.windowed or len(known) < len(times) or known != sorted(known, reverse=True) or not known:
            return
        covered_from = known[-1]
    if page.rejected:
        return
    shown = {record.id for record in page.records}
    cleared = writes.clear_unread(link.store, link.workspace, shown=shown, since=covered_from)
    tally.changed |= set(cleared)
    if cleared:
        link.emit(Pulled(link.workspace, cleared))


def _walk(link: Link, fetch: Fetch[Conversation], reading: _Reading) -> Walk[Conversation]:
    return Walk(name=STREAM, fetch=fetch, take=reading.take, identity=_identity, page_size=link.habits.page_size)


def _identity(record: Conversation) -> str:
    """What tells a row from the others: of a fragment, the same conversation comes back with other messages."""
    return f"{record.id} {record.messages[0].key}" if record.fragment and record.messages else record.id


def _finish(link: Link, reading: _Reading, *, complete: bool, seen: frozenset[str] | None) -> None:
    """Note the end of a walk; one that brought no page has nothing to note."""
    if not reading.pages:
        return
    complete = complete and reading.tally.revived == link.store.revived
    writes.finish_walk(
        link.store,
        link.workspace,
        STREAM,
        complete=complete,
        seen=seen if complete else None,
        high_water=reading.newest if complete else None,
        now=link.clock.now(),
    )


@dataclass
class _Reading:
    """Keeps the pages of one walk over conversations, and knows when it has seen enough."""

    link: Link
    tally: Tally
    settled_before: Micros | None = None
    """Rows last active before this may end the walk. None: nothing ends it but its end."""
    newest: Micros | None = None
    """The latest believable activity seen."""

    pages: int = 0

    _began: float = 0.0
    _previous: Micros | None = None
    _ordered: bool = True
    _unchanged: int = 0
    _done: int = 0
    _met: set[str] = field(default_factory=set)

    async def fetch(
        self,
        *,
        cursor: str | None,
        since: Micros | None = None,
        unread_only: bool = False,
        lane: Lane = Lane.HEAD,
    ) -> Page[Conversation]:
        """Ask for a page, and note when: an echo counts only in a page asked for after its send had ended."""
        self._began = self.link.clock.monotonic()
        return await self.link.provider.conversations(cursor=cursor, since=since, unread_only=unread_only, lane=lane)

    def take(self, page: Page[Conversation], cursor: str | None) -> bool:
        """Store a page. True when everything further must be unchanged."""
        link, tally = self.link, self.tally
        link.keep_limits()
        page = writes.without_erased(link.store, link.workspace, page)
        ids = {record.id for record in page.records}
        known = writes.known_fingerprints(link.store, link.workspace, among=ids)
        applied = writes.apply_conversations(
            link.store, link.workspace, link.provider.name, page, stream=STREAM, cursor=cursor, now=link.clock.now()
        )
        tally.conversations |= ids
        tally.new |= ids - known.keys()
        tally.add(applied)
        settle_echoes(link, ids, read_began=self._began)
        self.pages += 1
        self._done += len(page.records)
        if applied.conversations_changed:
            link.emit(Pulled(link.workspace, applied.conversations_changed))
        if page.more and self.settled_before is None:
            link.emit(Progressed(link.workspace, STREAM, self._done, page.total))
        return self._has_enough(page, known)

    def _has_enough(self, page: Page[Conversation], known: Mapping[str, str]) -> bool:
        horizon = self.link.clock.now() + FUTURE
        for record in page.records:
            if record.id in self._met and not record.fragment:
                continue  # pages read by offset overlap
            self._met.add(record.id)
            self._unchanged = self._unchanged + 1 if known.get(record.id) == record.fingerprint else 0
            if record.last_at is None or (self._previous is not None and record.last_at > self._previous):
                self._ordered = False
            self._previous = record.last_at
            reached = record.stored_at or record.last_at
            if reached is not None and reached <= horizon:
                self.newest = max(self.newest or reached, reached)
        return (
            self.settled_before is not None
            and self._ordered
            and self._unchanged >= UNCHANGED_RUN
            and self._previous is not None
            and self._previous < self.settled_before
        )
