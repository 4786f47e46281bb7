"""The command line with a person at a real terminal: it asks, it can be interrupted, it leaves nothing behind."""

from __future__ import annotations

import os
import signal
import sys
import termios
from collections.abc import Sequence
from pathlib import Path

import pytest

from simulator.server import SimulatorServer
from tests.e2e.terminal import Terminal
from tests.postroom.cli.conftest import Run, lines

_FOCUS = b"\x1b[?1004h"
"""The terminal is told to say when it is in front: Textual has it."""

ROOT = str(Path(__file__).resolve().parents[3])


def terminal(*arguments: str, home: Path, columns: int = 120) -> Terminal:
    """`postroom` with these arguments on a terminal."""
    wanted = {name: value for name, value in os.environ.items() if name.startswith(("POSTROOM_", "XDG_", "COVERAGE_"))}
    environment = {**wanted, "HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": ROOT, "TMPDIR": str(home)}
    return Terminal([sys.executable, "-m", "postroom", *arguments], env=environment, columns=columns)


def running(run: Run) -> str:
    """A campaign that can be paused."""
    rows: Sequence[dict[str, object]] = lines(run("campaigns", "--json"))
    return str(next(row["ref"] for row in rows if (row["provider"], row["state"]) == ("heyreach", "running")))


@pytest.mark.parametrize(
    ("key", "code", "done"), [("y", 0, 1), ("n", 130, 0), ("", 130, 0)], ids=["yes", "no", "enter"]
)
def test_a_pause_asks_and_only_a_yes_does_it(
    run: Run, synced: SimulatorServer, home: Path, key: str, code: int, done: int
) -> None:
    """A plain enter is no answer that acts."""
    with terminal("pause", running(run), home=home) as screen:
        screen.wait_for(r"Pause “.*\[y/N\]")
        screen.type(key, "enter")

        assert screen.wait_exit() == code
    assert len(synced.ledger.actions("pause")) == done


def test_watching_ends_with_ctrl_c(synced: SimulatorServer, home: Path) -> None:
    """Exit 130, no traceback."""
    with terminal("sync", "--watch", home=home) as screen:
        screen.wait_for("ctrl\\+c ends it")
        screen.type("ctrl+c")

        assert screen.wait_exit() == 130
        assert "Traceback" not in screen.text


def test_a_reply_can_be_taken_back_within_its_time(run: Run, synced: SimulatorServer, home: Path) -> None:
    """ctrl+c in the undo time: nothing was sent, and the text is a draft again."""
    ref = str(lines(run("list", "--view", "all", "--json"))[0]["ref"])
    with terminal("reply", ref, "--message", "Too soon", "--undo", "60", home=home) as screen:
        screen.wait_for("ctrl\\+c takes it back")
        screen.type("ctrl+c")

        assert screen.wait_exit() == 130
    assert synced.ledger.delivered() == ()
    assert [row["state"] for row in lines(run("outbox", "--all", "--json"))] == ["discarded"]


def test_the_demo_shows_conversations_and_leaves_nothing_behind(home: Path) -> None:
    """First frame, first import, quit; then one line with what was delivered."""
    with terminal("demo", "--conversations", "40", home=home, columns=140) as screen:
        screen.wait_for("1 Inbox")
        screen.wait_for(r"Inbox 40")
        screen.press("q")

        assert screen.wait_exit() == 0
        assert "The simulator delivered 0 messages" in screen.text
    assert list(home.glob("postroom-demo-*")) == []


def test_the_screen_opens_on_what_was_synced(run: Run, synced: SimulatorServer, home: Path) -> None:
    """The bare `postroom`, from the configuration to the rows. Next time they stand there before the screen does."""
    newest, second = (str(row["lead"]) for row in lines(run("list", "--json", "-n", "2")))
    with terminal(home=home, columns=140) as screen:
        screen.wait_for(r"Inbox 16")
        screen.press("q")

        assert screen.wait_exit() == 0
    with terminal(home=home, columns=140) as screen:
        screen.wait_for(rf"▌.*{newest}")
        screen.type("j")
        screen.wait_for(rf"▌.*{second}")
        before, _, after = bytes(screen.raw).partition(_FOCUS)
        screen.press("q")

        assert screen.wait_exit() == 0
        assert newest.encode() in before
        assert (b"Inbox 16" in before, b"Inbox 16" in after) == (False, True)
        assert (before + after).count(b"\x1b[?1049h") == 1
        assert bytes(screen.raw).count(b"\x1b[?1049l") == 1
        assert int(str(screen.modes()[3])) & termios.ECHO
    with terminal(home=home, columns=140) as screen:
        screen.wait_for("1 Inbox")
        screen.signal(signal.SIGTERM)

        assert screen.wait_exit() in {130, 128 + signal.SIGTERM}, "told to go before or after the screen was there"
        assert bytes(screen.raw).count(b"\x1b[?1049l") == 1
        assert int(str(screen.modes()[3])) & termios.ECHO
