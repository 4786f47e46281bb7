"""What is done with the files: a backup at once, and the verbs for what a terminal beside this one does better.

Nothing here ends in half: what must have the files for itself, or prints more than a line, is handed out as the very
command to type, with this lead's id in it.
"""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path

from textual.content import Content

from postroom.places import default_state_dir
from postroom.records import Micros
from store import backup
from store.database import USER_FILE, Store
from tui.actions.sharing import Sharing
from tui.screens.report import ReportScreen
from tui.stage import Stage

_QUIT = "Quit Postroom first, then type this."


class Keeping:
    """Backs up, and names the verbs that export, erase, restore and check."""

    def __init__(self, stage: Stage, sharing: Sharing) -> None:
        self._stage = stage
        self._sharing = sharing

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What this area does, by action id."""
        return {
            "files.backup": lambda: self._stage.start(self._back_up(), group="backup", exclusive=True),
            "files.export": lambda: self._about_lead("export", "Type this in another terminal."),
            "files.erase": lambda: self._about_lead("erase", f"It needs the files to itself: {_QUIT}"),
            "files.restore": lambda: self._hand_out("restore --list", f"To go back to one of them, {_QUIT.lower()}"),
            "files.doctor": lambda: self._hand_out("doctor", "Type this in another terminal."),
        }

    async def _back_up(self) -> None:
        # Neither the reader's thread nor the writer's: no key waits for a copy.
        made = await asyncio.to_thread(_copy, self._stage.desk.state_dir, now=self._stage.now)
        self._stage.say(f"Backed up, and read back: {made.parent.name}/{made.name}")

    def _about_lead(self, verb: str, how: str) -> None:
        row = self._stage.row
        if row is None:
            self._stage.say("The cursor rests on nobody.", severity="warning")
        else:
            self._hand_out(f"{verb} {row.ref}", how)

    def _hand_out(self, verb: str, how: str) -> None:
        folder = self._stage.desk.state_dir
        place = "" if folder == default_state_dir() else f"--state-dir {shlex.quote(str(folder))} "
        command = f"postroom {place}{verb}"
        self._sharing.copy(command)
        report = ReportScreen(how, Content.styled(command, "bold"))
        self._stage.start(self._show(report), group="ask", exclusive=True)

    async def _show(self, report: ReportScreen) -> None:
        await self._stage.ask(report)


def _copy(state_dir: Path, *, now: Micros) -> Path:
    store = Store.open(state_dir, writable=False)
    try:
        return backup.make(store.user, state_dir / USER_FILE, label=backup.ASKED, now=now)
    finally:
        store.close()
