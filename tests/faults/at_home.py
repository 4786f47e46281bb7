"""The program as a person has it at home: a configuration, a state folder, simulated providers, verbs and a screen."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.outside import command, environment
from tests.e2e.terminal import Terminal
from tests.faults.far_side import FarSide, far_side

PRECIOUS = ("draft", "journal", "outbox")
"""The tables of user.db that hold what the person wrote and decided."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a verb ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Home:
    """One person's Postroom."""

    folder: Path
    far: FarSide

    @property
    def state(self) -> Path:
        """The state folder."""
        return self.folder / "state"

    @property
    def cache(self) -> Path:
        """The cache in use."""
        return next(path for path in self.state.glob("cache-v*.db"))

    @property
    def options(self) -> tuple[object, ...]:
        """What every command line begins with."""
        return ("--config", self.folder / "config.toml", "--state-dir", self.state)

    def run(
        self,
        *arguments: object,
        before: Callable[[], None] | None = None,
        extra: dict[str, str] | None = None,
    ) -> Ended:
        """A verb, to its end; `before` runs in its process first."""
        done = subprocess.run(
            command(*self.options, *arguments),
            env={**environment(), **(extra or {})},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            preexec_fn=before,
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert "inside Postroom" not in done.stderr, done.stderr
        return Ended(done.returncode, done.stdout, done.stderr)

    def screen(self, *, before: Sequence[str] = (), extra: dict[str, str] | None = None) -> Terminal:
        """The screen; `before` is a command line that starts it."""
        env = {**environment(), **(extra or {})}
        return Terminal([*before, *command(*self.options)], env=env, columns=160, rows=48)

    def rows(self) -> list[dict[str, object]]:
        """The inbox, newest first."""
        listed = self.run("list", "--view", "all", "--json", "-n", 200)
        assert listed.code == 0, listed
        return [json.loads(line) for line in listed.out.splitlines()]

    def write_draft(self, row: dict[str, object], text: str) -> None:
        """Leave a draft in a conversation, as a person at the screen would."""
        with closing(sqlite3.connect(self.state / "user.db")) as user, user:
            names = [name for (name,) in user.execute("select name from pragma_table_info('draft')")]
            values = {
                "workspace": row["workspace"],
                "conversation": row["id"],
                "text": text,
                "updated_at": time.time_ns() // 1000,
            }
            user.execute(
                f"insert or replace into draft ({', '.join(names)}) values ({', '.join('?' * len(names))})",
                [values.get(name, "") for name in names],
            )

    def precious(self) -> dict[str, list[tuple[object, ...]]]:
        """What the person wrote and decided, byte for byte."""
        with closing(sqlite3.connect(f"file:{self.state / 'user.db'}?mode=ro", uri=True)) as user:
            return {table: list(user.execute(f"select * from {table} order by 1, 2")) for table in PRECIOUS}

    def digests(self) -> dict[str, str]:
        """Every file of the state folder, by what is in it."""
        return {
            str(path.relative_to(self.state)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.state.rglob("*"))
            if path.is_file()
        }


@contextmanager
def at_home(folder: Path, *, conversations: int = 24, synced: bool = True) -> Iterator[Home]:
    """A home whose inbox was read once."""
    with far_side(conversations=conversations, heyreach_per_minute=None, networkhq_per_minute=None) as far:
        (folder / "config.toml").write_text(
            "undo_seconds = 0\n"
            + "".join(
                f"""
[[workspace]]
name = "{place.name}"
provider = "{place.provider.value}"
api_key = "command:echo {place.key}"
base_url = "{place.url}"
requests_per_minute = 6000
"""
                for place in far.places
            )
        )
        (folder / "config.toml").chmod(0o600)
        home = Home(folder, far)
        if synced:
            done = home.run("sync", "--once")
            assert done.code == 0, done
        yield home
