"""The pictures of the README: the program as it is, on a simulated world whose time stands still.

`make screenshots` takes them anew into docs/screenshots. `tests/test_pictures.py` fails when they are out of date.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import partial
from pathlib import Path

from postroom.records import CampaignState, ConversationKey, EnrolmentState, Health, ProviderName
from postroom.secrets import Secret
from providers.factory import connect
from simulator.config import SimulatorConfig
from simulator.server import SimulatorServer
from store import queries
from store.database import Store, prepare
from store.rows import InboxRow, View
from sync.clock import VirtualClock
from sync.engine import Engine, WorkspaceSetup
from tests.tui.test_snapshots import play
from tui.app import PostroomApp
from tui.settings import ScreenSettings

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
NOW = 1_795_165_200_000_000
"""2026-11-20 09:00 UTC, a Friday."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: what is pressed before it is taken."""

    name: str
    size: tuple[int, int]
    theme: str
    keys: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """Its file name."""
        return f"{self.name}-{self.size[0]}x{self.size[1]}-{self.theme}.svg"


REPLY = ("r", *"Tuesday at ten suits me.".replace(" ", "_"))
PICTURES = (
    Picture("inbox", (160, 48), "dark"),
    Picture("reply", (160, 48), "light", REPLY),
    Picture("stop", (120, 40), "dark", ("X",)),
    Picture("inbox", (80, 24), "dark"),
)


async def take(folder: Path) -> None:
    """Sync a simulated world and take every picture of it into `folder`."""
    config = SimulatorConfig(now=NOW, instantly_conversations=80, heyreach_per_minute=None, networkhq_per_minute=None)
    with SimulatorServer(config) as simulator, tempfile.TemporaryDirectory() as state:
        star = await _synced(Path(state), simulator)
        for picture in PICTURES:
            svg = await _taken(Path(state), picture, star)
            (folder / picture.file).write_text(svg)


async def _synced(state: Path, simulator: SimulatorServer) -> ConversationKey:
    """Fill the state folder; returns the conversation to show: one whose lead can be stopped in a running campaign."""
    prepare(state, session="pictures")
    clock = VirtualClock(now=NOW)
    async with Engine(state, _workspaces(simulator), clock=clock, session="pictures") as engine:
        await engine.run_once()
        store = Store.open(state, writable=False)
        rows = queries.inbox_rows(store, View.NEEDS_REPLY, limit=128)
        for row in (row for row in rows if row.provider == "heyreach" and row.campaign_id):
            await engine.open_thread(row.key)
            if _shows_much(store, row):
                break
        store.close()
    return row.key


def _shows_much(store: Store, row: InboxRow) -> bool:
    """Whether the lead can be answered and stopped in a running campaign, and the thread fits every font."""
    head = queries.conversation(store, row.key)
    running = [each for each in queries.enrolments(store, row.key) if each.state is EnrolmentState.ACTIVE]
    here = [each for each in running if each.campaign_id == row.campaign_id]
    messages = queries.thread(store, row.key)
    plain = all(max(map(ord, each.body + row.lead_name), default=0) < 0x2200 for each in messages)
    return (
        head is not None
        and head.sender_health is Health.GOOD
        and any(each.campaign_state is CampaignState.RUNNING for each in here)
        and plain
        and len(messages) >= 3
    )


def _workspaces(simulator: SimulatorServer) -> Sequence[WorkspaceSetup]:
    known = (
        ("acme-linkedin", ProviderName.HEYREACH, simulator.heyreach_key, simulator.heyreach_url),
        ("acme-networkhq", ProviderName.NETWORKHQ, simulator.networkhq_key, simulator.networkhq_url),
        ("acme-email", ProviderName.INSTANTLY, simulator.instantly_key, simulator.instantly_url),
    )
    return [
        WorkspaceSetup(
            name, provider, partial(connect, provider, key=Secret(key), base_url=url, requests_per_minute=60_000)
        )
        for name, provider, key, url in known
    ]


async def _taken(state: Path, picture: Picture, star: ConversationKey) -> str:
    """The picture as SVG."""
    settings = ScreenSettings(theme=picture.theme, timezone=UTC, clock=lambda: NOW, read_seconds=3600.0)
    app = PostroomApp(state, session="pictures", writable=True, settings=settings)
    try:
        async with app.run_test(size=picture.size) as pilot:
            await play(app, pilot, ())
            app.main.widgets.inbox.move_to(star)
            await play(app, pilot, tuple("space" if key == "_" else key for key in picture.keys))
            svg = app.export_screenshot(title="Postroom")
            if "r" in picture.keys:
                await pilot.press("ctrl+u", "escape")
            return svg
    finally:
        app.close()


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
