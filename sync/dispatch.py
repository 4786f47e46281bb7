"""Which outbox entries leave, and when: at once when woken, at the end of their undo time, or when a wait is over.

One task per entry, so that a send that hangs keeps nobody waiting but its own lane. The claim in the store is what
makes a send unique; the bookkeeping here only saves reads.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping

import structlog

from postroom.errors import StateError
from store import outbox, outbox_waiting
from store.database import Store
from store.outbox import OutboxEntry
from sync.clock import SECOND, Clock
from sync.echoes import announce
from sync.link import Link
from sync.push import push
from sync.schedule import slept
from sync.settling import record_late, remember_broken

MAX_AT_ONCE = 4
"""Entries of one workspace on their way at the same time."""

LONGEST_WAIT = 5.0
"""Seconds between looks at the clocks."""

WATCHFUL_WAIT = 1.0
"""The same while something waits for its time: a machine that slept is noticed before an undo time ends."""

REST_SECONDS = 30.0
"""How long an entry rests that could not be handled because of a fault here, such as a full disk."""

GRACE_SECONDS = 1.2
"""How long a shutdown waits for an answer before it leaves a send in doubt."""


class Dispatcher:
    """Sends what is due, for all workspaces."""

    def __init__(self, store: Store, links: Mapping[str, Link], clock: Clock, *, session: str) -> None:
        self._store = store
        self._links = links
        self._clock = clock
        self._session = session
        self._tasks: dict[int, asyncio.Task[str]] = {}
        self._lanes: dict[int, tuple[str, str]] = {}
        self._resting: dict[int, float] = {}
        """Until when (monotonic) entries are left alone."""
        self._wake = asyncio.Event()
        self._closing = False
        self._looked = (clock.now(), clock.monotonic())
        self._asked = LONGEST_WAIT
        """Seconds from the last look to the one that was planned."""
        self._newest = outbox_waiting.newest(store)
        """The newest entry that was there at the last look."""

    def wake(self) -> None:
        """Look again now."""
        self._wake.set()

    async def run(self) -> None:
        """Send what becomes due, until cancelled."""
        while True:
            self._wake.clear()
            try:
                wait = self.start_due()
            except StateError as error:
                # A full disk or a lock held elsewhere: nothing leaves without its claim, and it may be over soon.
                structlog.get_logger().error("outbox not readable", exc_info=error)
                wait = LONGEST_WAIT
            self._asked = wait
            # Not `wait_for`: in Python 3.11 it can lose a cancellation that comes with the wake.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._wake.wait()

    def start_due(self, *, ahead: float = 0.0) -> float:
        """Start what is due, or would be within `ahead` seconds. Returns the seconds until there may be more."""
        self._heed_sleep()
        self._record_late()
        now = self._clock.now()
        outbox.release_due(self._store, now=now, session=self._session)
        self._expire(now)
        for entry in outbox.claimable(self._store, now=now + round(ahead * SECOND)):
            link = self._links.get(entry.workspace)
            if link is not None and self._has_room(entry):
                self._start(link, entry)
        soonest = outbox_waiting.next_due(self._store, now=now)
        return LONGEST_WAIT if soonest is None else min(max((soonest - now) / SECOND, 0.01), WATCHFUL_WAIT)

    async def send(self, entry_id: int) -> None:
        """Send one entry now, and wait for what becomes of it."""
        outbox.release_now(self._store, entry_id, now=self._clock.now())
        task = self._tasks.get(entry_id)
        entry = outbox.entry(self._store, entry_id)
        if task is None and entry is not None and entry.state == "queued" and entry.workspace in self._links:
            task = self._start(self._links[entry.workspace], entry)
        if task is not None:
            await asyncio.wait({task})

    async def push_all(self, *, ahead: float = 0.0) -> None:
        """Send all that is due, or would be within `ahead` seconds, and wait for what becomes of it."""
        tried: set[int] = set()
        while not self._closing:
            self.start_due(ahead=ahead)
            if self._tasks.keys() <= tried:
                break  # nothing is left but what was tried just now
            tried |= self._tasks.keys()
            await self.drain()
        await self.drain()

    async def outlast_undo(self) -> None:
        """Wait until the undo time of everything asked for in this session is over, and send what was left in."""
        while outbox_waiting.may_be_undone(self._store, session=self._session):
            await self._clock.sleep(self.start_due())
        await self.push_all()

    async def drain(self) -> None:
        """Wait until nothing is on its way."""
        while self._tasks:
            await asyncio.wait(set(self._tasks.values()))
            await asyncio.sleep(0)

    async def close(self) -> None:
        """Let what is on its way come to its end, briefly; the rest settles itself as what is known of it."""
        self._closing = True
        tasks = set(self._tasks.values())
        if tasks:
            _, waiting = await asyncio.wait(tasks, timeout=GRACE_SECONDS)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self._record_late()

    def _start(self, link: Link, entry: OutboxEntry) -> asyncio.Task[str]:
        task = asyncio.create_task(push(link, entry))
        self._tasks[entry.id] = task
        self._lanes[entry.id] = (entry.workspace, entry.command.lane)
        task.add_done_callback(lambda done: self._ended(entry, done))
        return task

    def _ended(self, entry: OutboxEntry, task: asyncio.Task[str]) -> None:
        """Forget the task and look for the next of its lane; a failure of ours is logged, never hidden."""
        del self._tasks[entry.id], self._lanes[entry.id]
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            self._resting[entry.id] = self._clock.monotonic() + REST_SECONDS
            remember_broken(self._links[entry.workspace], entry)
            structlog.get_logger().error("push failed", entry=entry.id, workspace=entry.workspace, exc_info=error)

    def _record_late(self) -> None:
        """Write down results that could not be written. While that fails, their entries stay `sending`."""
        for link in self._links.values():
            with contextlib.suppress(StateError):  # the next look tries again
                record_late(link)

    def _has_room(self, entry: OutboxEntry) -> bool:
        under_way = sum(workspace == entry.workspace for workspace, _ in self._lanes.values())
        lane = (entry.workspace, entry.command.lane)
        if self._resting.get(entry.id, 0.0) > self._clock.monotonic():
            return False
        return entry.id not in self._tasks and lane not in self._lanes.values() and under_way < MAX_AT_ONCE

    def _expire(self, now: int) -> None:
        for entry_id in outbox.expire(self._store, now):
            entry = outbox.entry(self._store, entry_id)
            if entry is not None and entry.workspace in self._links:
                announce(self._links[entry.workspace], entry, "held", entry.error)

    def _heed_sleep(self) -> None:
        """After a sleep or a jump of the clock, nobody saw their undo time pass: it begins anew."""
        newest, wall, monotonic = outbox_waiting.newest(self._store), self._clock.now(), self._clock.monotonic()
        wall_passed, passed = wall - self._looked[0], monotonic - self._looked[1]
        if slept(wall=wall_passed / SECOND, monotonic=passed, asked=self._asked):
            outbox_waiting.restart_undo(self._store, session=self._session, known=self._newest, now=wall)
            for link in self._links.values():
                link.provider.forget_connections()
        self._looked, self._newest = (wall, monotonic), newest
