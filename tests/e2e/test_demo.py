"""The demo's program on a pseudo-terminal, by keyboard alone; the simulator's ledger says what arrived."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.hands import answer, find
from tests.e2e.outside import Ledger, command, environment, free_port, lines, run
from tests.e2e.terminal import Terminal

SYNCED = r"HR ✓.*NHQ ✓"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Conversations that fit what the test wants to do."""

    heyreach: dict[str, object]
    campaign: str
    networkhq: dict[str, object]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def screen(tmp_path: Path, port: int) -> Iterator[Terminal]:
    """A demo of a world that is the same every time, on a screen of 160x48."""
    arguments = command("demo", "--port", port, "--conversations", 320, "--state-dir", tmp_path / "demo")
    with Terminal(arguments, env=environment(), columns=160, rows=48) as terminal:
        yield terminal


def test_a_morning_of_work_by_keyboard(screen: Terminal, port: int, tmp_path: Path) -> None:
    """Read, answer two people, stop one, pause and resume a campaign, call it done and take that back."""
    screen.wait_for(SYNCED, within=60)
    ledger = Ledger(port)
    chosen = _choose(tmp_path / "demo", ledger)

    find(screen, str(chosen.heyreach["lead"]))
    _reply(screen, "Tuesday at ten suits me well.")
    _stop(screen)
    _pause(screen)
    paused = ledger.campaign_status(chosen.campaign)
    _resume(screen)
    find(screen, str(chosen.networkhq["lead"]))
    _reply(screen, "I will send you the figures tonight.")

    assert ledger.deliveries("Tuesday at ten suits me well.") == 1
    assert ledger.deliveries("I will send you the figures tonight.") == 1
    assert ledger.stops() != set()
    assert paused == "PAUSED"
    assert ledger.campaign_status(chosen.campaign) == "IN_PROGRESS"


def test_the_inbox_stands_before_the_first_sync_ends_and_leaving_is_clean(screen: Terminal) -> None:
    """The first row is there while the status line still says that nothing was synced completely."""
    text = screen.wait_for(lambda shown: re.search(r"│[▌ ].*(HR|NHQ)\b", shown) is not None, within=60)

    assert "NHQ ✓" not in text
    screen.wait_for(SYNCED, within=60)
    screen.press("q")
    assert screen.wait_exit() == 0


def _choose(state: Path, ledger: Ledger) -> Chosen:
    """A HeyReach lead in a running campaign whose sender can send, and a NetworkHQ one."""
    found: dict[str, dict[str, object]] = {}
    campaign = ""
    rows = lines("--state-dir", state, "list", "--json", "-n", 320)
    names = Counter(str(row["lead"]) for row in rows)
    for row in rows:
        if names[str(row["lead"])] > 1 or row["direction"] != "in":
            continue  # who writes by several ways is found twice by name; who never answered may have blocked us
        provider = str(row["provider"])
        if provider in found or provider == "instantly":
            continue
        shown = json.loads(run("--state-dir", state, "show", row["ref"], "--json"))["conversation"]
        if shown["sender_health"] != "good" or not str(row["lead"]).isascii():
            continue
        if provider == "heyreach":
            active = ledger.active_campaigns(shown["profile_url"])
            if row["campaign_id"] not in active:
                continue
            campaign = str(row["campaign_id"])
        found[provider] = row
        if {"heyreach", "networkhq"} <= found.keys():
            break
    return Chosen(found["heyreach"], campaign, found["networkhq"])


def _reply(screen: Terminal, text: str) -> None:
    """Write and send, and wait until the provider has taken it."""
    answer(screen, text)
    screen.wait_for(lambda shown: text in shown and "◷ undo" not in shown and "⇡" not in shown, within=40)


def _stop(screen: Terminal) -> None:
    """Stop the lead whose thread is open, and wait until the provider was seen to have done it."""
    screen.press("X")
    screen.wait_for(r"[Ss]top .* in \d+ campaign")
    screen.settle(0.5)
    screen.press("y")
    screen.wait_for(r"is stopped in “", within=30)


def _pause(screen: Terminal) -> None:
    """Pause the campaign beside the thread."""
    screen.press("P")
    screen.wait_for(r"Pause campaign")
    screen.settle(0.5)
    screen.press("y")
    screen.wait_for(r"is paused: read back", within=30)


def _resume(screen: Terminal) -> None:
    """Resume it; the question says how many leads will be written to."""
    screen.press("P")
    screen.wait_for(r"Resume .*")
    screen.settle(0.5)
    screen.press("y")
    screen.wait_for(r"is running: read back", within=30)
