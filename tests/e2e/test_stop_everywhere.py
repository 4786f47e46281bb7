"""One key stops a person at HeyReach and at Instantly, on the demo's screen; the ledger says what was done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.hands import find
from tests.e2e.outside import Ledger, command, environment, free_port, lines, run
from tests.e2e.terminal import Terminal

SYNCED = r"HR ✓.*NHQ ✓.*IN ✓|IN ✓.*HR ✓.*NHQ ✓|HR ✓.*IN ✓.*NHQ ✓"


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def screen(tmp_path: Path, port: int) -> Iterator[Terminal]:
    """A demo of a world that is the same every time, on a screen of 160x48."""
    arguments = command("demo", "--port", port, "--conversations", 200, "--state-dir", tmp_path / "demo")
    with Terminal(arguments, env=environment(), columns=160, rows=48) as terminal:
        yield terminal


def test_a_person_is_stopped_on_both_channels_and_what_failed_is_stopped_by_the_same_key(
    screen: Terminal, port: int, tmp_path: Path
) -> None:
    """The other channel is verified meanwhile, and asked nothing more."""
    screen.wait_for(SYNCED, within=60)
    ledger = Ledger(port)
    name = _somebody(tmp_path / "demo", ledger)
    find(screen, name)
    fault = {"kind": "status", "provider": "instantly", "operation": "move_leads", "status": 400, "times": 1}
    ledger.ask("/__sim/faults", fault)

    screen.press("X")
    screen.wait_for(lambda shown: "will be moved to" in shown and "being asked" not in shown, within=30)
    screen.settle(0.5)
    screen.press("y")
    screen.wait_for(lambda shown: "✗ 1" in shown or "failed" in shown, within=30)
    screen.wait_for(lambda _: _stopped(ledger) == {"heyreach"}, within=30)
    at_heyreach = ledger.stops()
    screen.press("X")
    shown = screen.wait_for(lambda shown: "Stop lead in 1 campaign" in shown and "being asked" not in shown, within=30)
    screen.settle(0.5)
    screen.press("y")
    screen.wait_for(lambda _: _stopped(ledger) == {"heyreach", "instantly"}, within=30)
    screen.wait_for(r"is stopped in “", within=30)

    assert "stays stopped" in shown
    assert "“Stopped” again" in shown
    assert {stop for stop in ledger.stops() if stop in at_heyreach} == at_heyreach
    assert len(ledger.stops()) == len(at_heyreach) + 1


def _stopped(ledger: Ledger) -> set[str]:
    """The simulated workspaces in which a lead was stopped."""
    events = ledger.ask("/__sim/ledger?kind=stop")["events"]
    return {str(event["workspace"]) for event in events}  # type: ignore[attr-defined]  # JSON


def _somebody(state: Path, ledger: Ledger) -> str:
    """The name of somebody whom both HeyReach and Instantly may still write to."""
    for row in lines("--state-dir", state, "list", "--view", "all", "--json", "-n", 200, "--workspace", "acme-email"):
        name = str(row["lead"])
        if not name.isascii() or "@" in name:
            continue
        head = json.loads(run("--state-dir", state, "show", row["ref"], "--json"))["conversation"]
        if not head["profile_url"] or not head["email"]:
            continue
        if ledger.active_campaigns(head["profile_url"]) and ledger.written_to_by_mail(head["email"]):
            return name
    pytest.fail("nobody in this world is written to on both channels")
