"""Sync as a whole: every workspace polled at its own pace, the outbox carried out at once, in one loop of one thread.

`Engine` lives in the loop that it is opened in and owns its store and providers; `sync.beside` runs one in a thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from postroom.errors import NotFound, PostroomError, ReadOnlyState, StateError
from postroom.records import CampaignKey, ConversationKey, ProviderName
from providers.base import Provider
from store import limits, outbox, writes
from store.database import Store, look_over
from store.enrolments import FOUND_BY
from store.rows import OutboxRow
from sync import control, opening
from sync.clock import Clock, SystemClock
from sync.dispatch import Dispatcher
from sync.echoes import AWAITED
from sync.emitter import Emitter
from sync.events import Listed, LookedUp, Pulled, StatusChanged, SyncEvent
from sync.link import Link
from sync.lists import list_campaigns
from sync.report import PullReport
from sync.schedule import BACKOFF_CAP, Focus
from sync.standdown import Means, StandDown
from sync.worker import Worker

SNOOZE_SECONDS = 5.0
"""How often the snoozed conversations whose time has come are brought back."""


@dataclass(frozen=True, slots=True)
class WorkspaceSetup:
    """What the engine needs to know of one workspace."""

    name: str
    provider: ProviderName
    make: Callable[[], Provider]
    """Makes the client, inside the engine's loop."""
    mark_seen: bool = True
    """Whether the provider is told what was read here."""


def able_to_look_up(setups: Sequence[WorkspaceSetup]) -> tuple[str, ...]:
    """The workspaces that can be asked for a person's campaigns, with no conversation to go by."""
    return tuple(setup.name for setup in setups if setup.provider in FOUND_BY)


class Engine:
    """Pulls and pushes for some workspaces. Use it as `async with Engine(...) as engine`."""

    def __init__(
        self,
        state_dir: Path,
        workspaces: Sequence[WorkspaceSetup],
        *,
        on_event: Callable[[SyncEvent], None] | None = None,
        clock: Clock | None = None,
        session: str = "",
        stop_elsewhere: float | None = None,
    ) -> None:
        """`stop_elsewhere`: the undo time of stops for those who answer on another channel. None: there are none."""
        self._stop_elsewhere = stop_elsewhere
        self._state_dir = state_dir
        self._setups = workspaces
        self._clock = clock or SystemClock()
        self._session = session
        self._emit = Emitter(on_event)
        self._workers: dict[str, Worker] = {}
        self._unusable: list[PullReport] = []
        # A daemon: it only reads, and nobody who leaves shall wait for it.
        self._looking = threading.Thread(target=look_over, args=(state_dir,), name="postroom-look", daemon=True)

    async def __aenter__(self) -> Self:
        self._store = Store.open(self._state_dir, session=self._session)
        if not self._store.writable:
            self._store.close()
            raise ReadOnlyState(self._store.notice)
        self._looking.start()
        try:
            for setup in self._setups:
                self._connect(setup)
        except BaseException:
            await self._close()
            raise
        links = {name: worker.link for name, worker in self._workers.items()}
        self._dispatcher = Dispatcher(self._store, links, self._clock, session=self._session)
        for worker in self._workers.values():
            worker.on_recovered = self._dispatcher.wake
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._dispatcher.close()
        finally:
            self._emit.flush()
            await self._close()

    async def run_once(self) -> list[PullReport]:
        """Send what waits, pull every workspace completely, settle what has arrived. Reports in configured order.

        What stands down for an answer leaves at the end of its undo time, which is waited for.
        """
        standing_down = self._standing_down()
        await self._dispatcher.push_all(ahead=BACKOFF_CAP)
        pulls = [worker.poll(all_threads=True) for worker in self._workers.values()]
        reports = list(await asyncio.gather(*pulls))
        if not await self._cache_is_whole():
            reports = list(await asyncio.gather(*(worker.poll(all_threads=True) for worker in self._workers.values())))
        reports += self._unusable
        order = [setup.name for setup in self._setups]
        if any(report.complete for report in reports):
            await self._dispatcher.push_all(ahead=BACKOFF_CAP)
        if standing_down is not None:
            for name in self._workers:
                await standing_down.heed(name, at_once=None)
            await self._dispatcher.outlast_undo()
        return sorted(reports, key=lambda report: order.index(report.workspace))

    async def watch(self) -> None:
        """Poll and send until cancelled."""
        standing_down = self._standing_down()
        if standing_down is not None:
            for name, worker in self._workers.items():
                worker.on_polled = partial(standing_down.heed, name)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._dispatcher.run())
            group.create_task(self._wake_snoozed())
            for worker in self._workers.values():
                group.create_task(worker.run())

    async def push_due(self) -> None:
        """Send what is due, and wait for what becomes of it."""
        await self._dispatcher.push_all()

    async def send_now(self, entry_id: int) -> OutboxRow:
        """Send one entry without waiting for its undo time, or look whether what it asked for is shown.

        Returns it as it is then. Raises NotFound.
        """
        entry = outbox.entry(self._store, entry_id)
        if entry is not None and entry.workspace in self._workers:
            await self._workers[entry.workspace].try_key()
            if entry.command.kind in control.KINDS and entry.state in AWAITED:
                await control.verify(self._workers[entry.workspace].link, entry)
        await self._dispatcher.send(entry_id)
        row = outbox.row(self._store, entry_id)
        if row is None:
            raise NotFound(f"There is no entry {entry_id} in the outbox.")
        return row

    async def open_thread(self, key: ConversationKey) -> None:
        """Fetch what the screen shows of a conversation, before anything in the background."""
        worker = self._workers.get(key.workspace)
        if worker is not None:
            worker.link.memory.on_screen = key
            await opening.open_thread(worker.link, key)

    async def look_up_person(self, key: ConversationKey) -> list[LookedUp]:
        """Ask every workspace that can look somebody up for the campaigns of a conversation's person, all at once."""
        names = able_to_look_up(self._setups)
        unusable = [report for report in self._unusable if report.workspace in names]
        found = [LookedUp(report.workspace, key, report.reason, failed=True) for report in unusable]
        for each in found:
            self._emit(each)
        links = [self._workers[name].link for name in names if name in self._workers]
        return [*found, *await asyncio.gather(*(opening.look_up_person(link, key) for link in links))]

    async def list_campaigns(self, workspace: str | None = None) -> list[Listed]:
        """Read the campaigns of one workspace, or of all, now, all at once."""
        unusable = [report for report in self._unusable if workspace in (None, report.workspace)]
        found = [Listed(report.workspace, report.reason) for report in unusable]
        for each in found:
            self._emit(each)
        links = [worker.link for name, worker in self._workers.items() if workspace in (None, name)]
        return [*found, *await asyncio.gather(*(list_campaigns(link) for link in links))]

    async def open_campaign(self, key: CampaignKey) -> None:
        """Fetch the figures of a campaign. Raises ProviderError."""
        worker = self._workers.get(key.workspace)
        if worker is not None:
            await opening.open_campaign(worker.link, key.id)

    def request_sync(self, workspace: str | None = None) -> None:
        """Poll one workspace, or all, now."""
        for name, worker in self._workers.items():
            if workspace in (None, name):
                worker.request()

    def wake_push(self) -> None:
        """Look into the outbox now."""
        self._dispatcher.wake()

    def focus(self, state: str) -> None:
        """`focused`, `idle` or `unfocused`: how often to poll."""
        for worker in self._workers.values():
            worker.set_focus(Focus(state))

    def _standing_down(self) -> StandDown | None:
        """Who answers from now on, or has answered since the last complete sync, is stopped elsewhere, if they are."""
        if self._stop_elsewhere is None:
            return None
        links = {name: worker.link for name, worker in self._workers.items()}
        means = Means(
            self._store, self._clock, self._emit, self.look_up_person, self.wake_push, lambda name: links[name].skew
        )
        return StandDown(means, undo_seconds=self._stop_elsewhere)

    def _connect(self, setup: WorkspaceSetup) -> None:
        """Make the client. A key that cannot be read keeps its own workspace out, not the others."""
        try:
            provider = setup.make()
        except PostroomError as error:
            self._keep_out(setup, str(error))
            return
        provider.restore_limiter(limits.load(self._store, setup.name))
        link = Link(self._store, provider, setup.name, self._clock, self._emit, mark_seen=setup.mark_seen)
        self._workers[setup.name] = Worker(link)

    def _keep_out(self, setup: WorkspaceSetup, sentence: str) -> None:
        now = self._clock.now()
        writes.set_workspace_status(
            self._store, setup.name, setup.provider, state="denied", sentence=sentence, synced_at=None, now=now
        )
        self._emit(StatusChanged(setup.name, "denied", sentence))
        self._unusable.append(PullReport.of_nothing(setup.name, setup.provider, reason=sentence))

    async def _cache_is_whole(self) -> bool:
        """Whether the look over the whole cache, which began with the engine, found nothing damaged."""
        await asyncio.to_thread(self._looking.join)
        return not self._store.cache_is_damaged()

    async def _wake_snoozed(self) -> None:
        while True:
            with contextlib.suppress(StateError):  # the next round may succeed
                for key in writes.wake_due(self._store, self._clock.now()):
                    self._emit(Pulled(key.workspace, (key.id,)))
            await self._clock.sleep(SNOOZE_SECONDS)

    async def _close(self) -> None:
        for worker in self._workers.values():
            worker.link.keep_limits(last=True)
            await worker.link.provider.aclose()
        self._store.close()
