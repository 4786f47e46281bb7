"""Another program at the same databases: one that holds the write lock, and one that only looks in."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.e2e.hands import find
from tests.faults.at_home import Home

LATE = "This waits for the lock."


@pytest.mark.parametrize("name", ["user.db", "cache"])
def test_cc07_while_another_program_holds_the_write_lock_the_screen_lives_and_nothing_is_lost(
    home: Home, name: str
) -> None:
    """Longer than anybody waits for a lock: keys answer, what could not be saved is said, and saved afterwards."""
    row = next(row for row in home.rows() if str(row["lead"]).isascii())
    late = f"{LATE} In {name}."
    path = home.cache if name == "cache" else home.state / name
    with home.screen() as screen:
        screen.wait_for(r"HR ✓.*NHQ ✓", within=60)
        find(screen, str(row["lead"]))
        screen.press("r")
        screen.wait_for("reply to")
        with _locked(path):
            screen.type(late)
            screen.wait_for(late)
            if name == "user.db":
                screen.wait_for("Another program is using", within=30)
            screen.type(" Still here.")
            screen.wait_for("Still here.")
        screen.wait_for(lambda shown: "saved ·" in shown and "not saved" not in shown, within=30)
        assert any(f"{late} Still here." in str(each) for each in home.precious()["draft"])
        screen.press("ctrl+s")
        screen.wait_for(lambda shown: "sending" not in shown and "reply to" not in shown and late in shown, within=60)
        screen.press("R")
        screen.wait_for(r"✓\??.*\n.*This waits|This waits", within=60)

    assert home.far.delivered()[f"{late} Still here."] == 1


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Another process that holds the write lock of a database."""
    program = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('begin immediate'); print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    try:
        yield
    finally:
        holder.stdin.close()
        holder.wait(10)
        holder.stdout.close()


def test_cc07_a_program_that_opens_and_closes_user_db_beside_the_screen_takes_nothing_away(home: Home) -> None:
    """Whoever looks into the file and leaves again is not the last: what is written after that outlives a kill."""
    row = next(row for row in home.rows() if str(row["lead"]).isascii())
    with home.screen() as screen:
        screen.wait_for(r"HR ✓.*NHQ ✓", within=60)
        find(screen, str(row["lead"]))
        screen.press("r")
        screen.wait_for("reply to")
        screen.type("Before.")
        screen.wait_for("saved ·")
        with closing(sqlite3.connect(home.state / "user.db")) as visitor:
            visitor.execute("select count(*) from draft").fetchone()
        screen.type(" After.")
        screen.wait_for(r"After\.")
        screen.wait_for("saved ·")
        screen.kill()

    assert any("Before. After." in str(each) for each in home.precious()["draft"])
