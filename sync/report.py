"""What a pull brought, counted while it runs and frozen at its end. An incomplete pull says what is missing and why."""

from __future__ import annotations

from dataclasses import dataclass, field

from store.writes import Applied

MAX_ENDLESS = 3
"""A provider whose threads or campaign leads never end is asked for this many of them in one pull, not for all."""


@dataclass(frozen=True, slots=True)
class PullReport:
    """The result of one pull of one workspace; `sync --json` prints it."""

    workspace: str
    provider: str
    requests: int
    """Requests that left for it, retries included."""
    conversations_seen: int
    conversations_new: int
    conversations_changed: int
    """Of those seen, how many rows were written, new ones included."""
    messages_seen: int
    messages_new: int
    quarantined: int
    """Records that could not be read."""
    threads_missing: int
    """Conversations whose messages are not all here yet."""
    complete: bool
    reason: str
    """Why it is not complete, as sentences for the user. Empty when it is."""

    @classmethod
    def of_nothing(cls, workspace: str, provider: str, *, reason: str, requests: int = 0) -> PullReport:
        """The report of a pull that brought nothing."""
        return Tally(problems=[reason]).report(
            workspace=workspace, provider=provider, requests=requests, threads_missing=0
        )


@dataclass(slots=True)
class Tally:
    """The counts of a pull under way."""

    conversations: set[str] = field(default_factory=set)
    new: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    messages_seen: int = 0
    messages_new: int = 0
    quarantined: int = 0
    problems: list[str] = field(default_factory=list)
    """Sentences; the first is the most telling."""
    campaigns_changed: bool = False
    revived: int = 0
    """Which cache the pull began with: see `Store.revived`. A walk that ends in another one is not complete there."""
    endless: int = 0
    """Walks in the background that a guard had to end, because the provider's list had no end."""

    @property
    def trapped(self) -> bool:
        """Whether so many lists had no end that further ones are left for the next pull."""
        return self.endless >= MAX_ENDLESS

    def add(self, applied: Applied) -> None:
        """Count what one page brought."""
        self.changed.update(applied.conversations_changed)
        self.messages_seen += applied.messages_seen
        self.messages_new += applied.messages_new
        self.quarantined += applied.quarantined

    def blame(self, sentence: str) -> None:
        """Note why the pull is not complete, once per sentence."""
        if sentence and sentence not in self.problems:
            self.problems.append(sentence)

    def report(self, *, workspace: str, provider: str, requests: int, threads_missing: int) -> PullReport:
        """The counts as they stand."""
        return PullReport(
            workspace=workspace,
            provider=provider,
            requests=requests,
            conversations_seen=len(self.conversations),
            conversations_new=len(self.new),
            conversations_changed=len(self.changed),
            messages_seen=self.messages_seen,
            messages_new=self.messages_new,
            quarantined=self.quarantined,
            threads_missing=threads_missing,
            complete=not self.problems and threads_missing == 0,
            reason=" ".join(self.problems),
        )


def missing_sentence(missing: int) -> str:
    """So many threads are still to be read."""
    if missing == 1:
        return "The messages of 1 conversation are not all here yet."
    return f"The messages of {missing:,} conversations are not all here yet."
