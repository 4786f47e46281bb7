"""The Textual application: it wires the desk, the screen and the terminal together, and cleans up after them."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import ClassVar

from rich.text import Text
from textual.app import App

from tui import filter as output_filter
from tui import theme
from tui.actions.leaving import farewell
from tui.crash import KEPT, NOT_ALL_KEPT, note_crash
from tui.desk import Desk
from tui.driver import taking_over
from tui.first_frame import FirstFrame
from tui.keys import check_keymap
from tui.port import SyncFactory
from tui.screens.main import MainScreen
from tui.settings import PaletteCommand, ScreenSettings

_THEMES = {"dark": theme.DARK.name, "light": theme.LIGHT.name}


def spare_collections() -> None:
    """Leave what was made at the start out of garbage collection.

    Going through all the classes and styles of the screen took 60 to 250 ms at a time, in the middle of a key.
    """
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 20)


class PostroomApp(App[object]):
    """One per process."""

    TITLE = "Postroom"
    CSS_PATH: ClassVar[list[str | PurePath]] = ["postroom.tcss", "screen.tcss"]
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        state_dir: Path,
        *,
        session: str,
        writable: bool,
        sync: SyncFactory | None = None,
        settings: ScreenSettings | None = None,
        extra: Sequence[PaletteCommand] = (),
        frame: FirstFrame | None = None,
    ) -> None:
        super().__init__(driver_class=taking_over(frame) if frame is not None and frame.stands else None)
        settings = settings or ScreenSettings()
        check_keymap(settings.keymap)
        output_filter.install(self)
        theme.register(self, theme=_THEMES.get(settings.theme or "dark", settings.theme))
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_class(settings.ascii, "-ascii")
        self.desk = Desk(state_dir, session=session, writable=writable)
        self.main = MainScreen(self.desk, settings, sync=sync, extra=extra)
        self.set_keymap(dict(settings.keymap))

    def get_default_screen(self) -> MainScreen:
        """The one screen."""
        return self.main

    def refresh_css(self, animate: bool = True) -> None:
        """Before anything is mounted, the styles have not been read: they will be, once, in the colours chosen."""
        if self._is_mounted:
            super().refresh_css(animate)

    def on_mount(self) -> None:
        """Being told to go is no reason to lose a draft, and cleaning up no reason to keep a key waiting."""
        if not self.is_headless:
            self.call_after_refresh(spare_collections)
            for number in (signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().add_signal_handler(number, self._told_to_go, number)

    async def action_quit(self) -> None:
        """Textual's own quit keys ask the same question."""
        self.main.action_act("app.quit")

    def action_help_quit(self) -> None:
        """Ctrl+C does not quit; say what does."""
        self.main.stage.say(f"{self.main.stage.key('app.quit')} quits Postroom.")

    def close(self) -> None:
        """End sync, then finish every write. The terminal is already the shell's again."""
        if self.main.stage.sync is not None:
            self.main.stage.sync.stop()
        self.desk.close()

    def _told_to_go(self, number: int) -> None:
        """SIGTERM, or the terminal has gone."""
        refused = self.main.areas.replying.save_now()
        self.exit(return_code=128 + number, message=farewell(refused))

    def _fatal_error(self) -> None:
        """Textual would print every local variable, messages and keys among them. A sentence does, and it is true."""
        kept, last_words = NOT_ALL_KEPT, None
        # What failed may be the composer itself, or the screen before it was made.
        with contextlib.suppress(Exception):
            last_words = farewell(self.main.areas.replying.save_now())
            kept = NOT_ALL_KEPT if last_words else KEPT
        if self._exception is not None and not self._exit_renderables:  # the first is all that Textual prints
            sentence = Text(note_crash(self._exception, self.desk.state_dir, kept=kept))
            self._exit_renderables.append(Text("\n\n").join(filter(None, (sentence, last_words))))
        self._close_messages_no_wait()
