"""One workspace kept up to date: when it is polled, what its status line says, what a trouble of its own changes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from math import inf

import structlog

from postroom.errors import NeverSent, ProviderError, StateError, Unauthorised
from postroom.records import Micros
from store import outbox, outbox_waiting, writes
from store.room import why_no_sends
from sync import blocking, control, telling
from sync.clock import SECOND
from sync.echoes import AWAITED
from sync.events import StatusChanged
from sync.link import Link
from sync.pull import pull
from sync.report import PullReport
from sync.schedule import Focus, next_poll, slept
from sync.status import status_after
from sync.threads import backlog

BACKLOG_SECONDS = 2.0
"""Pause between polls while threads of a first import are still missing; the provider's limit sets the pace."""

STOPPED = "Reading works, but nothing is sent from here: mend that, then sync by hand to try again."

AFTER_SLEEP_SECONDS = 10.0
"""After a sleep, the first poll comes within this time, so that many machines do not poll at once."""


async def _nothing_more() -> None:
    """What is done after a poll where nothing is."""


class Worker:
    """The polling of one workspace."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.on_recovered: Callable[[], None] = lambda: None
        """Called when the provider can be reached again, so that what waits may leave."""
        self.on_polled: Callable[[], Awaitable[None]] = _nothing_more
        """Called after each poll while it runs by itself."""
        self._focus = Focus.FOCUSED
        self._wake = asyncio.Event()
        self._requested = False
        self._failures = 0
        self._offline = False
        self._may_restart = True
        """Whether a pull that works lets a stopped workspace send again: at start, and after a pull was refused."""
        self._backlog = False

    def request(self) -> None:
        """Poll now, and look round. Whoever asks may have mended the key, so that sending is tried again too."""
        self.link.memory.looked = self.link.memory.looked_round = -inf
        self._requested = True
        self._may_restart = True
        self._wake.set()

    def set_focus(self, focus: Focus) -> None:
        """Take the new interval from now on; a poll that is late by it comes at once."""
        self._focus = focus
        self._wake.set()

    async def run(self) -> None:
        """Poll until cancelled."""
        while True:
            self._requested = False
            await self.poll(all_threads=False)
            await self.on_polled()
            await self._pause()

    async def poll(self, *, all_threads: bool) -> PullReport:
        """Pull once and say how it went. Raises nothing: whatever fails is in the report and in the status."""
        link = self.link
        before = link.provider.usage.requests
        self._show("syncing", "", synced_at=None)
        error: ProviderError | None = None
        try:
            report, error = await pull(link, all_threads=all_threads, importing=self._backlog)
            await self._verify()
        except StateError as failure:
            report = self._nothing(str(failure), before)
        except Exception as failure:  # noqa: BLE001 # the loop must live: logged, and shown in the status bar
            structlog.get_logger().error("pull failed", workspace=link.workspace, exc_info=failure)
            report = self._nothing("Something went wrong in Postroom while reading; it tries again.", before)
        with contextlib.suppress(StateError):
            self._note(report, error)
        return report

    async def try_key(self) -> None:
        """Where a refused key stopped all sends: let them go again if the key, perhaps a new one, is taken now."""
        link = self.link
        if not outbox.lane_stopped(link.store, link.workspace):
            return
        with contextlib.suppress(ProviderError):
            await link.provider.check()
            outbox.start_lane(link.store, link.workspace)

    def _note(self, report: PullReport, error: ProviderError | None) -> None:
        """Take the consequences of a poll."""
        self._backlog = report.threads_missing > 0 and error is None and backlog(self.link)
        state, sentence = status_after(report, error, importing=self._backlog)
        was_offline, self._offline = self._offline, isinstance(error, NeverSent)
        self._failures = self._failures + 1 if state in {"offline", "failed", "limited", "denied"} else 0
        stopped = self._guard_lane(error)
        if stopped and state == "ok":
            no_room = why_no_sends(self.link.store)
            state, sentence = ("failed", no_room) if no_room else ("denied", f"{stopped} {STOPPED}")
            if self.link.memory.sends_from is not None and not no_room:
                state, sentence = "limited", stopped
        if was_offline and not self._offline:
            outbox_waiting.hurry(self.link.store, self.link.workspace)
            self.on_recovered()
        link = self.link
        now = link.clock.now()
        synced_at = now if report.complete else None
        writes.set_workspace_status(
            link.store,
            link.workspace,
            link.provider.name,
            state=state,
            sentence=sentence,
            synced_at=synced_at,
            now=now,
        )
        self._show(state, sentence, synced_at=synced_at)
        link.keep_limits(at_once=True)

    def _guard_lane(self, error: ProviderError | None) -> str:
        """A key that is refused stops the sends too, before one of them fails; one that works again lets them go.

        Returns why nothing is sent, or an empty text.
        """
        link = self.link
        if link.memory.sends_from is not None and link.memory.sends_from <= link.clock.monotonic():
            link.memory.sends_from = None
            self._may_restart = True
        if isinstance(error, Unauthorised):
            outbox.stop_lane(link.store, link.workspace, str(error), now=link.clock.now())
            self._may_restart = True
        elif error is None and self._may_restart and link.memory.sends_from is None:
            self._may_restart = False
            if outbox.lane_stopped(link.store, link.workspace):
                outbox.start_lane(link.store, link.workspace)
                self.on_recovered()
        return outbox.lane_stopped(link.store, link.workspace)

    async def _verify(self) -> None:
        """Look again at the stops, pauses and resumes that were asked for and are not proven."""
        for entry in outbox.open_entries(self.link.store, workspace=self.link.workspace):
            if entry.command.kind in control.KINDS and entry.state in AWAITED:
                await control.verify(self.link, entry)
            elif entry.command.kind in blocking.KINDS and entry.state in AWAITED:
                await blocking.verify(self.link, entry)
            elif entry.command.kind in telling.KINDS and entry.state in AWAITED:
                await telling.verify(self.link, entry)

    async def _pause(self) -> None:
        """Wait until the next poll is due, by whatever the focus is then, or until it is asked for."""
        link = self.link
        roll = link.clock.random()
        ended = link.clock.monotonic()
        while not self._requested:
            interval = self._interval(roll)
            left = ended + interval - link.clock.monotonic()
            if left <= 0:
                return
            self._wake.clear()
            await self._wait(left)

    async def _wait(self, seconds: float) -> None:
        """Wait, or be woken. When the machine slept meanwhile, wait a moment more: the others wake too."""
        clock = self.link.clock
        wall, monotonic = clock.now(), clock.monotonic()
        # Not `wait_for`: in Python 3.11 it can lose a cancellation that comes with the wake.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        passed = clock.monotonic() - monotonic
        if slept(wall=(clock.now() - wall) / SECOND, monotonic=passed, asked=seconds):
            await clock.sleep(AFTER_SLEEP_SECONDS * clock.random())
            self._requested = True

    def _interval(self, roll: float) -> float:
        if self._backlog:
            return BACKLOG_SECONDS
        return next_poll(self._focus, failures=self._failures, offline=self._offline, roll=roll)

    def _nothing(self, sentence: str, before: int) -> PullReport:
        provider = self.link.provider
        requests = provider.usage.requests - before
        return PullReport.of_nothing(self.link.workspace, provider.name, reason=sentence, requests=requests)

    def _show(self, state: str, sentence: str, *, synced_at: Micros | None) -> None:
        usage = self.link.provider.usage
        self.link.emit(
            StatusChanged(
                self.link.workspace,
                state,
                sentence,
                synced_at=synced_at,
                budget_left=usage.budget_left,
                budget=usage.budget,
            )
        )
