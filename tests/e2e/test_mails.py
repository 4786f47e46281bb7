"""Mails on the demo's screen, by keyboard alone; the simulator's ledger says what arrived."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.hands import answer, find
from tests.e2e.outside import Ledger, command, environment, free_port, lines, run
from tests.e2e.terminal import Terminal

SYNCED = r"HR ✓.*NHQ ✓.*IN ✓|IN ✓.*HR ✓.*NHQ ✓|HR ✓.*IN ✓.*NHQ ✓"
REPLY = "Thursday at three, with pleasure."


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def screen(tmp_path: Path, port: int) -> Iterator[Terminal]:
    """A demo of a world that is the same every time, on a screen of 160x48."""
    arguments = command("demo", "--port", port, "--conversations", 200, "--state-dir", tmp_path / "demo")
    with Terminal(arguments, env=environment(), columns=160, rows=48) as terminal:
        yield terminal


def test_a_mail_is_read_unfolded_and_answered_and_its_lead_stopped(screen: Terminal, port: int, tmp_path: Path) -> None:
    """With its subject and what it quotes; the stop is a move that is read back."""
    screen.wait_for(SYNCED, within=60)
    ledger = Ledger(port)
    name, subject = _a_mail(tmp_path / "demo", ledger)

    find(screen, name)
    screen.wait_for(r"email · acme-email")
    folded = screen.wait_for(r"quoted lines?: space", within=30)
    screen.settle(0.5)
    screen.type(" ")
    unfolded = screen.wait_for(r"wrote:", within=30)
    screen.settle(0.5)
    answer(screen, REPLY)
    screen.wait_for(lambda shown: REPLY in shown and "◷ undo" not in shown and "⇡" not in shown, within=40)
    screen.press("X")
    screen.wait_for(r"[Ss]top .* in \d+ campaign")
    screen.settle(0.5)
    screen.press("y")
    screen.wait_for(r"is stopped in “", within=30)

    assert subject[:30] in folded
    assert "wrote:" not in folded
    assert "quoted line" not in unfolded
    assert ledger.deliveries(REPLY) == 1
    assert len(ledger.stops()) == 1


def _a_mail(state: Path, ledger: Ledger) -> tuple[str, str]:
    """The name of somebody whose last mail quotes ours and who is still written to, and its subject."""
    for row in lines("--state-dir", state, "list", "--json", "-n", 200, "--workspace", "acme-email"):
        name = str(row["lead"])
        if not name.isascii() or "@" in name or row["direction"] != "in":
            continue
        shown = json.loads(run("--state-dir", state, "show", row["ref"], "--json"))
        last = shown["messages"][-1]
        good = shown["conversation"]["sender_health"] == "good" and len(shown["messages"]) <= 6
        if good and "wrote:" in last["quoted"] and ledger.written_to_by_mail(shown["conversation"]["email"]):
            return name, str(last["subject"])
    pytest.fail("no mail in this world quotes another")
