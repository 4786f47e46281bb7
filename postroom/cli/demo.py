"""`demo`: the real screen and the real sync on simulated providers, over real HTTP, in a state folder of its own."""

from __future__ import annotations

import random
import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from postroom.cli.output import say
from postroom.cli.screen import require_terminal
from postroom.cli.verb import Verb
from postroom.errors import ConfigError, ReadOnlyState
from postroom.records import ProviderName
from postroom.secrets import Secret
from store.database import InstanceLock, prepare
from sync.events import SyncEvent
from tui.format import plural
from tui.port import SyncPort
from tui.settings import PaletteCommand, ScreenSettings

if TYPE_CHECKING:
    from simulator.server import SimulatorServer
    from sync.engine import WorkspaceSetup

_MARK = "demo-ledger.jsonl"
"""The ledger, and the sign that a folder belongs to the demo."""

_REQUESTS_PER_MINUTE = 6000
"""The simulator does not mind, and a first import that takes seconds shows more than one that takes minutes."""

_NOT_YET = "The simulator is still starting: try again in a moment."

_ANSWERS = (
    "Thursday at ten works. Can you send an invite?",
    "What does it cost for a team of twelve?",
    "Not now, please ask again in March.",
    "I forwarded this to our head of sales.",
)


@click.command(
    "demo",
    cls=Verb,
    placed=False,
    examples=("postroom demo", "postroom demo --conversations 100000", "postroom demo --seed 7 --state-dir ~/demo"),
)
@click.option("--conversations", type=click.IntRange(1), default=320, show_default=True, help="In all workspaces.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same world.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The simulator's port. Default: any.")
@click.option(
    "--state-dir",
    "kept",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the demo's state in this folder.",
)
def demo_command(conversations: int, seed: int, port: int, kept: Path | None) -> int:
    """Try the screen on simulated providers. Nothing is sent to anybody, and nothing of yours is touched.

    Leads answer while you watch. The palette (ctrl+p) can unplug the network and let a lead answer at once.
    """
    require_terminal()
    with _folder(kept) as folder:
        demo = Demo(folder, conversations=conversations, seed=seed, port=port)
        try:
            code = demo.show()
        finally:
            demo.end()
        say(demo.summary())
    return code


class Demo:
    """One demo: a screen, and behind it a simulator that it takes for the providers."""

    def __init__(self, folder: Path, *, conversations: int, seed: int, port: int) -> None:
        self._folder = folder
        self._conversations = conversations
        self._seed = seed
        self._port = port
        self._session = secrets.token_hex(8)
        self._server: SimulatorServer | None = None
        """None until the first frame is painted."""

    def show(self) -> int:
        """Show the screen until it is left."""
        # The heaviest import of all, paid for only here.
        import tui  # noqa: PLC0415

        lock = InstanceLock.acquire(self._folder)
        if lock is None:
            raise ReadOnlyState(f"Another demo is open with {self._folder}.")
        try:
            prepare(self._folder, session=self._session)
            return tui.run(
                state_dir=self._folder,
                session=self._session,
                writable=True,
                sync=self._start_sync,
                settings=ScreenSettings(),
                extra=(
                    PaletteCommand(
                        "Demo: unplug the network", "Nothing can be reached until it is back.", self._unplug
                    ),
                    PaletteCommand("Demo: plug the network in", "Everything can be reached again.", self._plug),
                    PaletteCommand("Demo: let a lead answer now", "Somebody writes to you.", self._answer),
                ),
            )
        finally:
            lock.release()

    def end(self) -> None:
        """Stop the simulator."""
        if self._server is not None:
            self._server.stop()

    def summary(self) -> str:
        """What the simulator delivered and did, in a line."""
        if self._server is None:
            return "Nothing was sent."
        from postroom.cli.simulating import total  # noqa: PLC0415 (the simulator is not for the first frame)

        world = self._server.config
        known = (total(world), world.seed) == (self._conversations, self._seed)
        kept = "" if known else f" {self._folder} keeps its first world: {plural(total(world), 'conversation')}."
        delivered = self._server.ledger.delivered()
        twice = sum(1 for count in self._server.ledger.deliveries().values() if count > 1)
        counts = self._server.ledger.counts()
        changed = counts["pause"] + counts["resume"]
        doubled = f" {plural(twice, 'text')} arrived more than once." if twice else ""
        return (
            f"The simulator delivered {plural(len(delivered), 'message')}, stopped {plural(counts['stop'], 'lead')} "
            f"and paused or resumed {plural(changed, 'campaign')}. Nothing left this machine.{doubled}{kept}"
        )

    def _start_sync(self, on_event: Callable[[SyncEvent], None]) -> SyncPort:
        """Start the simulator, then sync: everything that the first frame does not need."""
        from postroom import log  # noqa: PLC0415
        from postroom.cli.simulating import shared, started, unlimited  # noqa: PLC0415
        from sync.beside import SyncThread  # noqa: PLC0415

        log.configure(self._folder)
        config = replace(
            unlimited(shared(self._conversations)), seed=self._seed, life=True, ledger=self._folder / _MARK
        )
        self._server = started(config, port=self._port)
        thread = SyncThread(self._folder, _workspaces(self._server), on_event=on_event, session=self._session)
        thread.start()
        return thread

    def _unplug(self) -> str:
        if self._server is None:
            return _NOT_YET
        threading.Thread(target=self._server.offline, daemon=True).start()
        return "The network is unplugged. Go on reading and replying: what you send waits."

    def _plug(self) -> str:
        if self._server is None:
            return _NOT_YET
        threading.Thread(target=self._server.online, daemon=True).start()
        return "The network is plugged in again."

    def _answer(self) -> str:
        if self._server is None:
            return _NOT_YET
        world = self._server.world
        with world.lock:
            workspace = random.choice([space for space in world.workspaces.values() if space.conversations])  # noqa: S311
            conversation = random.choice(workspace.conversations[:20])  # noqa: S311
            world.hear(workspace, conversation, random.choice(_ANSWERS))  # noqa: S311
        return "A lead has written. R fetches it at once."


def _workspaces(server: SimulatorServer) -> list[WorkspaceSetup]:
    """What sync needs to know of the simulated workspaces."""
    from providers.factory import connect  # noqa: PLC0415 (not for the first frame)
    from sync.engine import WorkspaceSetup  # noqa: PLC0415 (the same)

    known = (
        ("acme-linkedin", ProviderName.HEYREACH, server.heyreach_key, server.heyreach_url),
        ("acme-networkhq", ProviderName.NETWORKHQ, server.networkhq_key, server.networkhq_url),
        ("acme-email", ProviderName.INSTANTLY, server.instantly_key, server.instantly_url),
    )
    return [
        WorkspaceSetup(
            name=name,
            provider=provider,
            make=partial(connect, provider, key=Secret(key), base_url=url, requests_per_minute=_REQUESTS_PER_MINUTE),
        )
        for name, provider, key, url in known
    ]


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    """The demo's own state folder: a new one that is removed at the end, or one of its own that is kept."""
    if kept is None:
        folder = Path(tempfile.mkdtemp(prefix="postroom-demo-"))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return
    if kept.is_dir() and any(kept.iterdir()) and not (kept / _MARK).exists():
        raise ConfigError(f"{kept} holds something else than a demo. Name an empty folder, or one that does not exist.")
    kept.mkdir(mode=0o700, parents=True, exist_ok=True)
    yield kept.absolute()
