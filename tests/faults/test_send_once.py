"""CC03: send is pressed twice, or the key is held down, on a real terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.server import SimulatorServer
from tests.e2e.hands import find
from tests.e2e.outside import command, environment, lines, run
from tests.e2e.terminal import KEYS, Terminal

HABITS = {
    "twice": [KEYS["ctrl+s"] * 2],
    "held down for two seconds": [KEYS["ctrl+s"] * 5] * 20,
    "with Enter after it": [KEYS["ctrl+s"] + KEYS["enter"] * 2 + KEYS["ctrl+s"]],
}
"""What the keyboard sends, in one go each."""


@pytest.mark.parametrize("habit", HABITS)
def test_cc03_a_send_key_that_repeats_sends_one_reply(tmp_path: Path, simulator: SimulatorServer, habit: str) -> None:
    """However often the key says it, the outbox has one row, and the lead one message."""
    config = tmp_path / "config.toml"
    config.write_text(
        'undo_seconds = 1\n[[workspace]]\nname = "acme"\nprovider = "heyreach"\n'
        f'api_key = "env:HEYREACH_API_KEY"\nbase_url = "{simulator.heyreach_url}"\nrequests_per_minute = 6000\n'
    )
    there = ("--config", config, "--state-dir", tmp_path / "state")
    key = {"HEYREACH_API_KEY": simulator.heyreach_key}
    run(*there, "sync", "--once", **key)
    lead = _answerable(there)
    with Terminal(command(*there), env=environment(**key), columns=160, rows=48) as screen:
        screen.wait_for(r"HR ✓", within=60)
        find(screen, lead)
        screen.press("r")
        screen.wait_for(r"reply to")
        screen.type("Only once, please.")
        screen.settle(0.5)
        for burst in HABITS[habit]:
            screen.type(burst)
        screen.wait_for(r"✓", within=30)
        screen.wait_for(lambda _: bool(_delivered(simulator)), within=30)
        screen.settle(0.5)
    rows = [row for row in lines(*there, "outbox", "--all", "--json") if row["kind"] == "reply"]

    assert len(rows) == 1
    assert [text.strip() for text in _delivered(simulator)] == ["Only once, please."]


def _delivered(simulator: SimulatorServer) -> list[str]:
    return [event.text for event in simulator.ledger.events() if event.kind == "message"]


def _answerable(there: tuple[object, ...]) -> str:
    """A lead to whom a reply can be sent."""
    for row in lines(*there, "list", "--json", "-n", 60):
        if str(row["lead"]).isascii() and "cannot send" not in run(*there, "show", row["ref"]):
            return str(row["lead"])
    raise AssertionError("nobody can be answered")
