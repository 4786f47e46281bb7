"""Sync beside the screen: an engine in a thread of its own. Every call returns at once and may come from any thread."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from postroom.errors import PostroomError
from postroom.records import ConversationKey
from sync.clock import Clock
from sync.engine import Engine, WorkspaceSetup, able_to_look_up
from sync.events import Listed, LookedUp, StatusChanged, SyncEvent

OPEN_DELAY = 0.25
"""A conversation passed by on the way to another is not fetched."""


class SyncThread:
    """An engine in a thread of its own, for the screen."""

    def __init__(
        self,
        state_dir: Path,
        workspaces: Sequence[WorkspaceSetup],
        *,
        on_event: Callable[[SyncEvent], None],
        session: str,
        clock: Clock | None = None,
        stop_elsewhere: float | None = None,
    ) -> None:
        self._engine = Engine(
            state_dir, workspaces, on_event=on_event, session=session, clock=clock, stop_elsewhere=stop_elsewhere
        )
        self._setups = workspaces
        self._on_event = on_event
        self._thread = threading.Thread(target=self._run, name="postroom-sync", daemon=True)
        self._guard = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: list[Callable[[], None]] = []
        """Calls that came before there was a loop to run them in."""
        self._stop = asyncio.Event()
        self._opening: asyncio.Task[None] | None = None
        self._looking_up: asyncio.Task[list[LookedUp]] | None = None
        self._listing: asyncio.Task[list[Listed]] | None = None

    def start(self) -> None:
        """Begin polling and sending."""
        self._thread.start()

    def stop(self, timeout: float = 2.0) -> None:
        """End, letting a send on its way settle: at most about `timeout` seconds."""
        self._call(self._stop.set)
        if self._thread.is_alive():
            self._thread.join(timeout)

    def request_sync(self, workspace: str | None = None) -> None:
        """Poll one workspace, or all, now."""
        self._call(lambda: self._engine.request_sync(workspace))

    def open_thread(self, key: ConversationKey) -> None:
        """Fetch what is missing of the conversation on screen, once the cursor rests on it."""
        self._call(lambda: self._open(key))

    def look_up_person(self, key: ConversationKey) -> tuple[str, ...]:
        """Ask for the campaigns of a conversation's person. Returns who is asked; each answers with a `LookedUp`."""
        self._call(lambda: self._look_up(key))
        return able_to_look_up(self._setups)

    def list_campaigns(self, workspace: str | None = None) -> tuple[str, ...]:
        """Read the campaigns of one workspace, or of all, now. Returns who is asked; each answers with a `Listed`."""
        self._call(lambda: self._list(workspace))
        return tuple(setup.name for setup in self._setups if workspace in (None, setup.name))

    def wake_push(self) -> None:
        """The outbox has something new to send."""
        self._call(self._engine.wake_push)

    def set_focus(self, state: str) -> None:
        """`focused`, `idle` or `unfocused`: how often to poll."""
        self._call(lambda: self._engine.focus(state))

    def _call(self, work: Callable[[], None]) -> None:
        """Run `work` in the engine's loop; nothing when that has ended."""
        with self._guard:
            if self._loop is None:
                self._waiting.append(work)
                return
            with contextlib.suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(work)

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        except Exception as error:  # noqa: BLE001 # the thread's last word: logged, and shown in the status bar
            structlog.get_logger().error("sync ended", exc_info=error)
            sentence = str(error) if isinstance(error, PostroomError) else "Sync ended by a fault. Restart Postroom."
            for setup in self._setups:
                self._on_event(StatusChanged(setup.name, "failed", sentence))

    async def _main(self) -> None:
        async with self._engine:
            with self._guard:
                self._loop = asyncio.get_running_loop()
                for work in self._waiting:
                    self._loop.call_soon(work)
            watching = asyncio.create_task(self._engine.watch())
            stopping = asyncio.create_task(self._stop.wait())
            await asyncio.wait({watching, stopping}, return_when=asyncio.FIRST_COMPLETED)
            asked = (self._opening, self._looking_up, self._listing)
            ending = [watching, stopping, *(task for task in asked if task is not None)]
            for task in ending:
                task.cancel()
            await asyncio.wait(ending)
        if not watching.cancelled() and (error := watching.exception()) is not None:
            raise error

    def _open(self, key: ConversationKey) -> None:
        if self._opening is not None:
            self._opening.cancel()
        self._opening = asyncio.create_task(self._open_soon(key))

    def _look_up(self, key: ConversationKey) -> None:
        if self._looking_up is not None:
            self._looking_up.cancel()
        self._looking_up = asyncio.create_task(self._engine.look_up_person(key))

    def _list(self, workspace: str | None) -> None:
        if self._listing is not None:
            self._listing.cancel()
        self._listing = asyncio.create_task(self._engine.list_campaigns(workspace))

    async def _open_soon(self, key: ConversationKey) -> None:
        await asyncio.sleep(OPEN_DELAY)
        await self._engine.open_thread(key)
