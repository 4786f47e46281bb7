"""CC08: a pause and a resume of one campaign never cancel each other out silently: a person says which is meant."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from postroom.cli.output import interactive
from postroom.commands import PauseCampaign, ResumeCampaign
from simulator.server import SimulatorServer
from store import outbox
from store.database import Store
from store.rows import OutboxRow
from tests.postroom.cli.conftest import Run, home, lines, run, simulator, synced
from tests.postroom.cli.test_at_a_terminal import running, terminal
from tests.tui.conftest import HEYREACH, NOW, Desktop, clock, desktop, settings, state_dir
from tui.screens.confirm import ConfirmScreen

__all__ = ["clock", "desktop", "home", "run", "settings", "simulator", "state_dir", "synced"]
"""Fixtures of the screen and of the command line."""

PAUSE, RESUME = (kind(HEYREACH, "q3", "Q3 founders") for kind in (PauseCampaign, ResumeCampaign))


def waiting(d: Desktop, *, taken: bool = False) -> None:
    """A pause of Ada's campaign is queued; or the provider has taken it, and does not show it yet."""
    store = Store.open(d.state_dir, session="test")
    number = outbox.enqueue(store, PAUSE, now=NOW)
    if taken:
        assert outbox.claim(store, number, baseline=None, now=NOW)
        outbox.settle(store, number, state="accepted", now=NOW)
    store.close()


def entries(folder: Path) -> list[tuple[str, str]]:
    """Kind and state of everything in the outbox, the oldest first."""
    store = Store.open(folder, writable=False)
    rows: list[OutboxRow] = outbox.rows(store, open_only=False)
    store.close()
    return [(row.kind, row.state) for row in reversed(rows)]


async def test_cc08_the_screen_asks_before_a_queued_pause_is_dropped(desktop) -> None:
    """The key for the opposite raises a question; escape keeps the pause, `y` drops it, and nothing is resumed."""
    async with desktop() as d:
        waiting(d)
        await d.press("P")
        asked, text = isinstance(d.app.screen, ConfirmScreen), d.text
        await d.press("escape")
        kept = entries(d.state_dir)
        await d.press("P", "y")

        assert asked
        assert "“Pause Q3 founders” has not left yet" in text
        assert kept == [("pause_campaign", "queued")]
        assert entries(d.state_dir) == [("pause_campaign", "discarded")]


async def test_cc08_the_screen_asks_before_a_pause_under_way_is_overtaken(desktop) -> None:
    """The provider has taken it: only a resume can undo it, and that names how many people it writes to."""
    async with desktop() as d:
        waiting(d, taken=True)
        await d.press("P")
        text = d.text
        await d.press("y")

        assert "A pause of Q3 founders is on its way" in text
        assert "412 leads" in text
        assert entries(d.state_dir) == [("pause_campaign", "discarded"), ("resume_campaign", "queued")]


async def test_cc08_the_screen_asks_before_a_queued_resume_becomes_a_pause(desktop) -> None:
    """The safe direction asks too: a decision is never turned round in silence."""
    async with desktop() as d:
        store = Store.open(d.state_dir, session="test")
        outbox.enqueue(store, RESUME, now=NOW)
        store.close()
        await d.press("P")
        text = d.text
        await d.press("y")

        assert "A resume of Q3 founders is on its way" in text
        assert entries(d.state_dir) == [("resume_campaign", "discarded"), ("pause_campaign", "queued")]


@pytest.fixture
def queued(run: Run, synced: SimulatorServer, home: Path) -> str:
    """The campaign whose pause is queued."""
    ref = running(run)
    campaign = next(row for row in lines(run("campaigns", "--json")) if row["ref"] == ref)
    store = Store.open(home / "state")
    command = PauseCampaign(str(campaign["workspace"]), str(campaign["id"]), str(campaign["name"]))
    outbox.enqueue(store, command, now=time.time_ns() // 1000)
    store.close()
    return ref


def test_cc08_the_command_line_refuses_the_opposite_where_nobody_can_be_asked(
    run: Run, queued: str, synced: SimulatorServer, home: Path
) -> None:
    """`--yes` agrees to a resume, not to losing a pause: both stay as they are, and the sentence says what to do."""
    result = run("resume", queued, "--yes")
    number = json.loads(run("outbox", "--json").stdout)["id"]

    assert not interactive()
    assert result.exit_code == 1
    assert f"postroom outbox resolve {number} --discard" in result.stderr
    assert entries(home / "state") == [("pause_campaign", "queued")]
    assert synced.ledger.actions() == ()


@pytest.mark.parametrize(
    ("key", "code", "state"), [("y", 0, "discarded"), ("n", 130, "queued"), ("", 130, "queued")], ids=["yes", "no", "-"]
)
def test_cc08_the_command_line_asks_at_a_terminal(
    queued: str, synced: SimulatorServer, home: Path, key: str, code: int, state: str
) -> None:
    """Only a yes drops the pause; nothing is sent either way."""
    with terminal("resume", queued, home=home) as screen:
        screen.wait_for(r"has not left yet")
        screen.type(key, "enter")

        assert screen.wait_exit() == code
    assert entries(home / "state") == [("pause_campaign", state)]
    assert synced.ledger.actions() == ()
