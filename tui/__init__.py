"""The screen: reads the store, hands commands to the outbox, hears sync. `run` is its only door."""

from __future__ import annotations

import gc
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.first_frame import FirstFrame
    from tui.port import SyncFactory
    from tui.settings import PaletteCommand, ScreenSettings


def run(
    state_dir: Path,
    *,
    session: str,
    writable: bool,
    sync: SyncFactory | None = None,
    settings: ScreenSettings | None = None,
    extra: Sequence[PaletteCommand] = (),
    frame: FirstFrame | None = None,
) -> int:
    """Show the screen until it is left; the exit code.

    The state folder must have been prepared by its writer. `session` marks this process's undo windows. `sync` is
    called after the first paint and stopped at the end. `frame`: what stands on the terminal until then. Raises
    ConfigError when the settings' keymap is wrong.
    """
    # A key is painted with the next frame: at Textual's own 60 a second it could wait for 17 ms. Idle costs nothing.
    os.environ.setdefault("TEXTUAL_FPS", "240")
    gc.disable()  # until the first paint: see `tui.app.spare_collections`
    # Textual takes a quarter of a second to load; the verbs that only need `tui.format` must not pay for it.
    from tui.app import PostroomApp  # noqa: PLC0415

    app = PostroomApp(
        state_dir, session=session, writable=writable, sync=sync, settings=settings, extra=extra, frame=frame
    )
    try:
        app.run()
    finally:
        app.close()
    return app.return_code or 0
