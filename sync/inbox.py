"""Reading the list of conversations: all of it at first and now and then, else only what may have changed.

The high-water mark, from which the next poll reads, moves only when a walk has reached what it set out to reach.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

from postroom.errors import ProviderError
from postroom.records import Conversation, Micros, Page
from providers.base import Lane
from store import writes
from sync.clock import DAY, MINUTE, SECOND
from sync.echoes import settle_echoes
from sync.events import Progressed, Pulled
from sync.indexing import index
from sync.link import Link
from sync.report import Tally
from sync.schedule import due
from sync.walk import Fetch, Walk, Walked

STREAM = "conversations"
BACKFILL = "backfill"
"""Holds the place where a walk over everything is."""

SETTLED: Micros = 10 * MINUTE
UNCHANGED_RUN = 20
"""An ordered list may be left after this many unchanged rows in a row, once they are older than SETTLED."""

FUTURE: Micros = DAY
"""A time further ahead than this is shown, but moves no high-water mark."""

MANY = 10
"""A list that comes back empty where at least this many were known is an outage, not the truth."""

NEWS_SECONDS = 120.0
"""So often a walk over everything, which can take hours, lets a look at what is new go between its pages."""

RESUMED_FOR: Micros = DAY
"""How long after the last look at what is new an interrupted walk is gone on with."""

HEAD_READS = 3
"""How often the top is read again after a long walk. What still moves then is found by the next poll."""


async def read_inbox(link: Link, tally: Tally, *, full: bool, thorough: bool = True) -> ProviderError | None:
    """Bring the rows up to date. Returns the error that ended it, if one did; a guard's stop is noted in the tally.

    Not `thorough`: a poll that may leave what is rarely missed, and costs, to one of the next few.
    """
    state = writes.stream_state(link.store, link.workspace, STREAM)
    if full or due(state.full_at, every=link.habits.full_every, now=link.clock.now()):
        reason = link.rests(STREAM)
        if full or not reason:
            return await _walk_all(link, tally)
        tally.blame(reason)
    round_due = link.clock.monotonic() - link.memory.looked_round >= link.habits.round_every / SECOND
    if not (thorough or round_due):
        return await _read_news(link, tally, brief=True)
    error = await _read_news(link, tally) or await _read_page(link, tally, unread_only=True)
    if error is None:
        link.memory.looked_round = link.clock.monotonic()
    return error


async def _walk_all(link: Link, tally: Tally) -> ProviderError | None:
    """Read every row, newest first where the provider orders them; go on where that was interrupted, if it can be."""
    reading = _Reading(link, tally, stream=BACKFILL)
    start = _place(link)
    looked = -inf if start else link.clock.monotonic()

    async def fetch(cursor: str | None) -> Page[Conversation]:
        nonlocal looked
        await index(link)  # what the page before brought can be found while the next one is on its way
        if cursor is not None and link.clock.monotonic() - looked >= NEWS_SECONDS:
            looked = link.clock.monotonic()
            await _read_news(link, tally, brief=True, newest=reading.newest)
        return await reading.fetch(cursor=cursor, lane=Lane.HEAD if cursor is None else Lane.BACKFILL)

    walked = await _walk(link, fetch, reading, start=start).run()
    known = 0 if walked.ids or start else len(writes.known_fingerprints(link.store, link.workspace))
    if walked.complete and known >= MANY:
        reason = f"The provider suddenly shows no conversations at all, so the {known:,} known ones were kept."
        walked = Walked(pages=walked.pages, ids=walked.ids, complete=False, reason=reason)
    if not walked.complete and walked.error is None:
        link.rest(STREAM, walked.reason)
    seen = frozenset(identity.partition(" ")[0] for identity in walked.ids)
    if start:
        # The part that was read before the interruption is not in `seen`: nothing counts as absent.
        seen |= writes.known_fingerprints(link.store, link.workspace).keys()
    if walked.error is None:
        _leave(link)
    _finish(link, reading, complete=walked.complete, seen=seen if walked.complete else None)
    tally.blame(walked.reason)
    if walked.complete and walked.pages > 1:
        return await _reread_head(link, tally)
    return walked.error


def _place(link: Link) -> str | None:
    """Where an earlier walk over everything was interrupted. None: it begins at the top."""
    place = writes.stream_state(link.store, link.workspace, BACKFILL).cursor
    seen = writes.stream_state(link.store, link.workspace, STREAM).high_water
    if place is None or seen is None or not link.habits.resumed:
        return None
    return place if link.clock.now() - seen < RESUMED_FOR else None


def _leave(link: Link) -> None:
    """The walk over everything is over: the next one begins at the top."""
    now = link.clock.now()
    writes.finish_walk(link.store, link.workspace, BACKFILL, complete=False, seen=None, high_water=None, now=now)


async def _reread_head(link: Link, tally: Tally) -> ProviderError | None:
    """Rows that moved to the top during a long walk were missed by it: read the top until it shows nothing new."""
    for _ in range(HEAD_READS):
        changed = len(tally.changed)
        error = await _read_news(link, tally)
        if error is not None or len(tally.changed) == changed:
            return error
    return None


async def _read_news(
    link: Link, tally: Tally, *, brief: bool = False, newest: Micros | None = None
) -> ProviderError | None:
    """Read what a poll reads first: the newest rows, or what the provider puts on its first page.

    `newest`: where to begin while no mark was ever set.
    """
    if not link.habits.windowed:
        return await _read_page(link, tally)
    state = writes.stream_state(link.store, link.workspace, STREAM)
    return await _walk_recent(link, tally, high_water=state.high_water or newest or 0, brief=brief)


async def _walk_recent(link: Link, tally: Tally, *, high_water: Micros, brief: bool) -> ProviderError | None:
    """Read from the high-water mark on, with an overlap, and stop where all further rows must be known."""
    reading = _Reading(link, tally, settled_before=high_water - SETTLED, newest=high_water or None, brief=brief)
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
    times = [record.stored_at or record.last_at for record in page.records]  # what the list is ordered by
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


def _walk(link: Link, fetch: Fetch[Conversation], reading: _Reading, *, start: str | None = None) -> Walk[Conversation]:
    size = link.habits.page_size
    return Walk(name=STREAM, fetch=fetch, take=reading.take, identity=_identity, page_size=size, start=start)


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
    brief: bool = False
    """A page that is not full ends the walk, even if it says that it goes on: the next look round follows it."""
    stream: str = STREAM
    """Which stream's place is where this walk is."""

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
            link.store,
            link.workspace,
            link.provider.name,
            page,
            stream=self.stream,
            cursor=page.place or cursor,
            now=link.clock.now(),
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
        return self._has_enough(page, known) or (self.brief and self._is_part(page))

    def _is_part(self, page: Page[Conversation]) -> bool:
        """Whether a page of messages has room for more."""
        held = sum(len(record.messages) for record in page.records) + len(page.rejected)
        return held < self.link.habits.full_page

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
