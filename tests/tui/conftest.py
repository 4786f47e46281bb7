"""A screen on a real store in a folder of the test's own: no network, a clock that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC
from pathlib import Path
from typing import TypeVar

import pytest
from textual.pilot import Pilot

from postroom.records import CampaignState, ConversationKey, EnrolmentState, Verdict
from store import queries, search, writes, writes_campaigns
from store.database import InstanceLock, Store, prepare
from store.rows import InboxRow
from sync.events import SyncEvent
from tests import builders as make
from tui.app import PostroomApp
from tui.settings import PaletteCommand, ScreenSettings

T = TypeVar("T")
HEYREACH, NETWORKHQ = "acme-linkedin", "west-network"
NOW = make.at(24 * 60)
"""A day after the first message: Tuesday 6 January 2026, 00:00 UTC."""

ADA, GRACE, ALAN = (ConversationKey(HEYREACH, f"c{n}") for n in (1, 2, 3))
KATHERINE = ConversationKey(NETWORKHQ, "n1")


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        """Let time go by."""
        self.now += round(seconds * 1_000_000)


class ListeningSync:
    """A sync that does nothing but remember what was asked of it."""

    def __init__(self, hear: Callable[[SyncEvent], None]) -> None:
        self.hear = hear
        self.asked: list[str] = []
        self.able: tuple[str, ...] = ()
        """The workspaces that can look somebody up."""

    def request_sync(self, workspace: str | None = None) -> None:
        self.asked.append(f"sync {workspace}")

    def open_thread(self, key: ConversationKey) -> None:
        self.asked.append(f"open {key.id}")

    def look_up_person(self, key: ConversationKey) -> tuple[str, ...]:
        self.asked.append(f"look up {key.id}")
        return self.able

    def list_campaigns(self, workspace: str | None = None) -> tuple[str, ...]:
        self.asked.append(f"campaigns {workspace}")
        return self.able

    def wake_push(self) -> None:
        self.asked.append("push")

    def set_focus(self, state: str) -> None:
        self.asked.append(state)

    def stop(self, timeout: float = 5.0) -> None:  # noqa: ARG002 (the port's own)
        self.asked.append("stop")


@dataclass
class Desktop:
    """One running screen and the person in front of it."""

    app: PostroomApp
    pilot: Pilot[object]
    clock: Clock
    state_dir: Path
    syncs: list[ListeningSync] = field(default_factory=list)

    async def press(self, *keys: str) -> None:
        """Press keys as a person does: each after the screen has answered the last."""
        for key in keys:
            await self.pilot.press(key)
            await self.settled()

    async def settled(self) -> None:
        """Until nothing that was started is unfinished."""
        for _ in range(200):
            await self.pilot.pause()
            if not [w for w in self.app.workers if not w.is_finished and w.group not in {"ask"}]:
                break
            await asyncio.sleep(0.005)
        await self.pilot.pause()

    async def until(self, claim: Callable[[], object]) -> None:
        """Wait for something that takes its time."""
        for _ in range(400):
            if claim():
                return
            await asyncio.sleep(0.01)
            await self.pilot.pause()
        raise AssertionError(f"It did not come to be. The screen says: {self.said!r}\n{self.text}")

    @property
    def row(self) -> InboxRow:
        """The row under the cursor."""
        row = self.app.main.stage.row
        assert row is not None, self.text
        return row

    @property
    def said(self) -> str:
        """The notice in the bottom line."""
        return self.line(-1)

    @property
    def text(self) -> str:
        """The screen as it is drawn."""
        return "\n".join(
            "".join(segment.text for segment in strip).rstrip() for strip in self.app.screen._compositor.render_strips()
        )

    def line(self, number: int) -> str:
        """One line of the screen."""
        return self.text.split("\n")[number].strip()

    def read(self, query: Callable[[Store], T]) -> T:
        """Ask the store what it holds."""
        store = Store.open(self.state_dir, writable=False)
        try:
            return query(store)
        finally:
            store.close()

    def stored(self, key: ConversationKey) -> InboxRow:
        """The row as the store has it."""
        row = self.read(lambda store: queries.inbox_row(store, key))
        assert row is not None
        return row


@pytest.fixture
def state_dir(tmp_path: Path) -> Iterator[Path]:
    """A prepared state folder with a small world in it; its lock is held."""
    folder = tmp_path / "state"
    lock = InstanceLock.acquire(folder)
    assert lock is not None
    prepare(folder, session="test")
    store = Store.open(folder, session="test")
    fill(store)
    store.close()
    yield folder
    lock.release()


@pytest.fixture
def clock() -> Clock:
    """The present."""
    return Clock()


@pytest.fixture
def settings(clock: Clock) -> ScreenSettings:
    """A screen without waits: keys are obeyed at once, dialogs listen at once."""
    return ScreenSettings(clock=clock, timezone=UTC, burst_seconds=0, guard_seconds=0, read_seconds=0.02)


@pytest.fixture
def desktop(state_dir: Path, clock: Clock, settings: ScreenSettings) -> Callable[..., object]:
    """Opens screens: `async with desktop(size=(80, 24)) as d`."""

    @asynccontextmanager
    async def open_desktop(
        *,
        size: tuple[int, int] = (150, 40),
        writable: bool = True,
        extra: tuple[PaletteCommand, ...] = (),
        online: bool = True,
        **changes: object,
    ) -> AsyncIterator[Desktop]:
        syncs: list[ListeningSync] = []

        def factory(hear: Callable[[SyncEvent], None]) -> ListeningSync:
            syncs.append(ListeningSync(hear))
            return syncs[-1]

        app = PostroomApp(
            state_dir,
            session="test",
            writable=writable,
            sync=factory if online else None,
            settings=replace(settings, **changes),  # type: ignore[arg-type]  # the names are checked by replace
            extra=extra,
        )
        try:
            async with app.run_test(size=size) as pilot:
                seat = Desktop(app, pilot, clock, state_dir, syncs)
                await seat.until(lambda: app.main.stage.shown.dossier is not None)
                await seat.settled()
                yield seat
        finally:
            app.close()

    return open_desktop


def fill(store: Store) -> None:
    """Three conversations at HeyReach, the first two unread and in a running campaign; one at NetworkHQ."""
    ada, grace, alan = (make.lead(name) for name in ("Ada Lovelace", "Grace Hopper", "Alan Turing"))
    katherine = make.lead("Katherine Johnson", company="Langley", position="Analyst")
    conversations = (
        make.conversation(
            "c1",
            make.outbound("Hi Ada, may I show you something?", minutes=60),
            make.inbound("Sounds good, tell me more.\nThursday would suit me.", minutes=1400),
            who=ada, unread=True, campaign_id="q3", verdict=Verdict.INTERESTED,
        ),
        make.conversation(
            "c2",
            make.outbound("Hi Grace", minutes=50),
            make.inbound("What does it cost?", minutes=1200),
            who=grace, unread=True, campaign_id="q3",
        ),
        make.conversation(
            "c3",
            make.inbound("Not now", minutes=40),
            make.outbound("I understand. May I ask again in spring?", minutes=1000),
            who=alan, unread=False, campaign_id="q4",
        ),
    )  # fmt: skip
    writes.apply_conversations(store, HEYREACH, "heyreach", make.page(*conversations), now=NOW)
    writes.apply_conversations(
        store,
        NETWORKHQ,
        "networkhq",
        make.page(
            make.conversation(
                "n1", make.inbound("Happy to chat [@click=app.quit]here[/]", minutes=900), who=katherine, unread=True
            )
        ),
        now=NOW,
    )
    campaigns = make.page(make.campaign("q3"), make.campaign("q4", "Q4 engineers", state=CampaignState.PAUSED))
    writes_campaigns.apply_campaigns(store, HEYREACH, "heyreach", campaigns, now=NOW)
    writes_campaigns.apply_senders(store, HEYREACH, make.page(make.sender()), now=NOW)
    writes_campaigns.apply_enrolments(
        store,
        HEYREACH,
        ada,
        (
            make.enrolment("q3", who=ada),
            make.enrolment("q4", who=ada, campaign_name="Q4 engineers", state=EnrolmentState.STOPPED),
        ),
        now=NOW,
    )
    for name, provider in ((HEYREACH, "heyreach"), (NETWORKHQ, "networkhq")):
        writes.set_workspace_status(
            store, name, provider, state="ok", sentence="", synced_at=NOW - make.MINUTE, now=NOW
        )
    while search.index_pending(store):
        pass
