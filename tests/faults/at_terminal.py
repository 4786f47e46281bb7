"""Postroom at a terminal with simulated providers behind it, for faults that only the whole program can have.

The program may be run from another tree than this one: a copy in which something was broken on purpose.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from store import outbox, queries
from store.database import Store
from store.rows import InboxRow, View
from tests.e2e.outside import ROOT, Json, command, environment, lines, run
from tests.e2e.terminal import Terminal
from tests.faults.far_side import FarSide, far_side

SYNCED = r"HR ✓.*NHQ ✓"
MODES = ("1049", "1000", "1002", "1003", "1006", "1015", "2004", "1004")
"""The other screen, the mouse, pastes, focus: what a screen switches on and has to switch off."""


@dataclass(frozen=True, slots=True)
class Home:
    """One person's Postroom."""

    far: FarSide
    config: Path
    state: Path
    tree: Path = ROOT

    @property
    def options(self) -> tuple[object, ...]:
        """Where this Postroom lives, for the command line."""
        return ("--config", self.config, "--state-dir", self.state)

    def moved(self, state: Path) -> Home:
        """The same home with a copy of its state elsewhere."""
        shutil.copytree(self.state, state)
        return replace(self, state=state)

    def start(self, *verb: object, before: Sequence[str] = ()) -> Terminal:
        """Start the screen, or a verb, on a terminal of 120x36; `before`: the program that starts it."""
        arguments = [*before, *command(*self.options, *verb)]
        return Terminal(arguments, env=environment(PYTHONPATH=str(self.tree), PYTHONSAFEPATH="1"), columns=120, rows=36)

    def people(self) -> list[InboxRow]:
        """Conversations of HeyReach that can be answered, whose lead has a name of its own."""
        with contextlib.closing(Store.open(self.state, writable=False)) as store:
            rows = queries.inbox_rows(store, View.ALL, limit=200)
            noted = {row.key for row in rows if (head := queries.conversation(store, row.key)) and head.sender_note}
        names = Counter(row.lead_name for row in rows)
        open_ = [row for row in rows if not row.blocked and not row.gone and row.provider == "heyreach"]
        return [row for row in open_ if names[row.lead_name] == 1 and row.lead_name.isascii() and row.key not in noted]

    def draft(self, row: InboxRow) -> str:
        """The draft on disk; empty: none."""
        with contextlib.closing(Store.open(self.state, writable=False)) as store:
            found = outbox.draft(store, row.key)
        return found.text if found else ""

    def entries(self, text: str) -> list[Json]:
        """The outbox entries with this text, by the command line."""
        return [row for row in lines(*self.options, "outbox", "--all", "--json") if row["text"] == text]


@contextmanager
def at_home(folder: Path, **settings: object) -> Iterator[Home]:
    """A synced home, and its providers as long as the block lasts."""
    with far_side(**{"conversations": 60, "pending_share": 0.0, **settings}) as far:
        config = folder / "config.toml"
        spaces = "".join(
            f'[[workspace]]\nname = "{place.name}"\nprovider = "{place.provider.value}"\n'
            f'api_key = "command:echo {place.key}"\nbase_url = "{place.url}"\nrequests_per_minute = 6000\n'
            for place in far.places
        )
        config.write_text(f"undo_seconds = 1\n{spaces}")
        home = Home(far, config, folder / "state")
        run(*home.options, "sync", "--once")
        yield home


def log_of(home: Home) -> str:
    """All that was written down for a bug report."""
    return "".join(path.read_text() for path in sorted(home.state.glob("*.log")))


def until_delivered(home: Home, screen: Terminal, text: str) -> None:
    """Watch the terminal until the provider has the message."""
    deadline = time.monotonic() + 60
    while not home.far.delivered()[text]:
        assert time.monotonic() < deadline, screen.text
        screen.settle(0.05)


def left_on(screen: Terminal) -> list[str]:
    """The modes that were switched on and not off again, and a cursor that is hidden."""
    last: dict[str, bytes] = {}
    for modes, switched in re.findall(rb"\x1b\[\?([\d;]+)([hl])", screen.raw):
        last |= dict.fromkeys(modes.decode().split(";"), switched)
    return [mode for mode in MODES if last.get(mode) == b"h"] + ["cursor"] * (last.get("25") == b"l")
