"""One guarded walk over the pages of any list.

Providers have sent endless, repeated and broken pages; none may trap us, and none may pass for the end. A walk is
complete only when the provider itself says that there is no more. Whatever ends it otherwise keeps the pages already
read and gives one sentence. Totals that providers claim never end a walk.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic

from postroom.errors import Gone, ProviderError, Rejected
from postroom.records import Page, T

MAX_PAGES = 10_000
MAX_EMPTY = 3
"""Empty pages followed although the provider said there is more."""

MAX_STALE = 3
"""Pages in a row that bring no record which this walk has not already seen."""

MAX_SPARSE = 20
"""Pages in a row nearly empty (under SPARSE_SHARE of what was asked for), or with no readable record."""

SPARSE_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Walked:
    """How a walk ended."""

    pages: int
    ids: frozenset[str]
    """Identities of all records seen."""
    complete: bool
    """Whether the provider said that this was the end."""
    reason: str = ""
    """Why it is not complete, as a sentence for the user. Empty when complete or when the reader had enough."""
    enough: bool = False
    """The reader ended it early, having seen what it needed."""
    error: ProviderError | None = None
    """The call that failed. None when a guard ended the walk, or nothing did."""


Fetch = Callable[[str | None], Awaitable[Page[T]]]
"""Reads the page at a cursor; None is the first."""

Take = Callable[[Page[T], str | None], bool]
"""Keeps one page, with the cursor it was read at; True: enough, end the walk here."""


@dataclass
class Walk(Generic[T]):
    """A walk over one list, to be run once."""

    name: str
    """What the records are, in the plural, for the sentences: `conversations`."""
    fetch: Fetch[T]
    take: Take[T]
    identity: Callable[[T], str]
    page_size: int
    """Records asked for per page."""
    max_pages: int = MAX_PAGES
    start: str | None = None
    """Where an earlier walk was interrupted; None: at the top."""

    _pages: int = 0
    _restarted: bool = False
    _ids: set[str] = field(default_factory=set)
    _cursors: set[str] = field(default_factory=set)
    _empty: int = 0
    _stale: int = 0
    _sparse: int = 0
    _unreadable: int = 0

    async def run(self) -> Walked:
        """Follow the pages to the end, or to the first sign that there is none."""
        cursor = self.start
        while True:
            try:
                page = await self.fetch(cursor)
            except (Rejected, Gone) as error:  # the cursor ran out, or what it names was deleted
                if cursor is None or self._restarted:
                    return self._ended(str(error), error=error)
                self._restart()
                cursor = None
                continue
            except ProviderError as error:
                return self._ended(str(error), error=error)
            self._pages += 1
            if self.take(page, cursor):
                self._note(page)
                return self._ended("", enough=True)
            problem = self._note(page)
            if not page.more:
                return self._ended("")
            problem = problem or self._cannot_go_on(page.next_cursor)
            if problem:
                return self._ended(problem)
            cursor = page.next_cursor

    def _restart(self) -> None:
        """Forget where we were: a cursor that was valid a moment ago is not any more. Allowed once."""
        self._restarted = True
        self._ids.clear()
        self._cursors.clear()
        self._empty = self._stale = self._sparse = self._unreadable = 0

    def _note(self, page: Page[T]) -> str:
        """Count what the page brought; the sentence that ends the walk, or nothing."""
        fresh = {self.identity(record) for record in page.records} - self._ids
        self._ids |= fresh
        held = len(page.records) + len(page.rejected)
        self._empty = 0 if held else self._empty + 1
        self._unreadable = self._unreadable + 1 if page.rejected and not page.records else 0
        if page.records:
            self._stale = 0 if fresh else self._stale + 1
        self._sparse = self._sparse + 1 if held < self.page_size * SPARSE_SHARE else 0
        if self._empty > MAX_EMPTY:
            return f"The provider keeps sending empty pages of {self.name} and says there are more."
        if self._stale >= MAX_STALE:
            return f"The provider keeps sending the same records in its list of {self.name}."
        if self._sparse >= MAX_SPARSE:
            return f"The pages of {self.name} are nearly empty, and the provider keeps saying there are more."
        if self._unreadable >= MAX_SPARSE:
            return f"None of the {self.name} on {MAX_SPARSE} pages in a row could be read."
        return ""

    def _cannot_go_on(self, cursor: str | None) -> str:
        """Why there is no next page although the provider says so; empty when there is one."""
        if not cursor:
            return f"The provider says there are more {self.name} but not where they start."
        if cursor in self._cursors:
            return f"The provider's list of {self.name} goes in a circle, so its end could not be reached."
        self._cursors.add(cursor)
        if self._pages >= self.max_pages:
            return f"The list of {self.name} did not end after {self.max_pages:,} pages."
        return ""

    def _ended(self, reason: str, *, enough: bool = False, error: ProviderError | None = None) -> Walked:
        return Walked(
            pages=self._pages,
            ids=frozenset(self._ids),
            complete=not reason and not enough,
            reason=reason,
            enough=enough,
            error=error,
        )
