"""The bare `postroom`: the screen, with sync beside it when nobody else writes."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from postroom.cli import vouched
from postroom.cli.verb import Places
from postroom.errors import ConfigError, ReadOnlyState
from store.connection import DiskFull
from store.database import InstanceLock, prepare
from tui.first_frame import FirstFrame

if TYPE_CHECKING:
    from postroom.config import Config
    from sync.events import SyncEvent
    from tui.port import SyncFactory, SyncPort
    from tui.settings import ScreenSettings


def open_screen(places: Places) -> int:
    """Show the screen until the person leaves it."""
    require_terminal()
    gc.disable()  # until the first paint: see `tui.app.spare_collections`
    known = vouched.recall(places.config_path, places.state_dir)
    frame = FirstFrame()
    try:
        if known is not None:
            frame.put_up(places.state_dir, theme=known.theme, ascii_only=known.ascii)
        return _open(places, known, frame)
    finally:
        frame.take_down()


def _open(places: Places, known: vouched.Settings | None, frame: FirstFrame) -> int:
    """The screen itself, prepared while the first frame stands."""
    import secrets  # noqa: PLC0415 (from here on the first frame stands)

    settings = known or vouched.settings_of(_checked(places))
    session = secrets.token_hex(8)
    lock = _lock(places.state_dir)
    try:
        if lock is not None and not _ready_while_loading(places.state_dir, session=session):
            lock.release()
            lock = None
        if lock is not None and known is None:
            vouched.vouch(places.config_path, places.state_dir, settings)
        import tui  # noqa: PLC0415 (the heaviest import of all, paid for only here)

        return tui.run(
            state_dir=places.state_dir,
            session=session,
            writable=lock is not None,
            sync=None if lock is None else sync_factory(places, session=session),
            settings=screen_settings(settings),
            frame=frame,
        )
    finally:
        if lock is not None:
            lock.release()


def require_terminal() -> None:
    """Raise ConfigError where no screen can be drawn."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigError("The screen needs a terminal. “postroom --help” lists the verbs that work without one.")


def screen_settings(found: vouched.Settings) -> ScreenSettings:
    """The configuration as the screen takes it."""
    from tui.settings import ScreenSettings  # noqa: PLC0415 (not before the first frame)

    return ScreenSettings(
        undo_seconds=found.undo_seconds,
        mark_seen=found.mark_seen,
        theme=found.theme,
        keymap=found.keymap,
        ascii=found.ascii,
        child_environment=partial(_environment_for_children, frozenset(found.key_variables)),
    )


def sync_factory(places: Places, *, session: str) -> SyncFactory:
    """Starts sync once the first frame is painted: its imports and its first requests come after what can be read."""

    def start(on_event: Callable[[SyncEvent], None]) -> SyncPort:
        from postroom import log  # noqa: PLC0415
        from postroom.cli.workspaces import Access  # noqa: PLC0415
        from sync.beside import SyncThread  # noqa: PLC0415

        log.configure(places.state_dir)
        config = _checked(places)
        thread = SyncThread(
            places.state_dir,
            Access(config, base=places.config_path.parent).setups(),
            on_event=on_event,
            session=session,
            stop_elsewhere=config.stop_elsewhere_after,
        )
        thread.start()
        return thread

    return start


def _checked(places: Places) -> Config:
    """The configuration, read and checked. Raises ConfigError."""
    from postroom import config  # noqa: PLC0415 (pydantic is paid for only when the file is new or has changed)
    from tui.keys import check_keymap  # noqa: PLC0415 (as above)

    return config.load(places.config_path, check_keymap=check_keymap)


def _environment_for_children(hidden: frozenset[str]) -> dict[str, str]:
    """What an editor or a browser is started with: everything but keys."""
    from postroom.secrets import Secret, child_environment  # noqa: PLC0415 (not before the first frame)

    keys = [Secret(os.environ[name]) for name in hidden if os.environ.get(name)]
    return {name: value for name, value in child_environment(os.environ, secrets=keys).items() if name not in hidden}


def _ready_while_loading(state_dir: Path, *, session: str) -> bool:
    """Prepare the folder in a thread: while it waits for the disk, the screen is loaded."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 (not before the first frame)

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="postroom-prepare") as beside:
        ready = beside.submit(_ready, state_dir, session=session)
        importlib.import_module("tui.app")
    return ready.result()


def _ready(state_dir: Path, *, session: str) -> bool:
    """Prepare the folder for its writer. False: nothing can be written there, so it can only be shown."""
    try:
        prepare(state_dir, session=session)
    except (ReadOnlyState, DiskFull):
        return False
    return True


def _lock(state_dir: Path) -> InstanceLock | None:
    """The lock, or None: then the screen is a viewer."""
    try:
        return InstanceLock.acquire(state_dir)
    except ReadOnlyState:
        return None
