"""CR02 at a terminal: `kill -9` at any moment of a reply that is being typed, and what the next start shows."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from store.rows import InboxRow
from tests.e2e.hands import find
from tests.e2e.terminal import Terminal
from tests.faults.at_terminal import SYNCED, Home, at_home
from tests.faults.matrix import amount, measured

CHUNKS = amount(1, 6)
KILLS = amount(4, 25)
UNSAVED_SECONDS = 3.0
"""A draft is handed over 2 s after its first unsaved key at the latest; the rest is for a busy machine's disk."""

PARTS = ("Tuesday at ten suits me. ", "I shall bring the figures ", "and a colleague from Lyon.")
TRUTHS = {"sent": {1}, "accepted": {1}, "pending": {1}, "held": {0}, "failed": {0}, "in_doubt": {0, 1}}
"""How often a text can have been delivered that is shown in this state."""


@dataclass
class Typed:
    """What was typed before the kill, and when."""

    text: str = ""
    times: list[float] = field(default_factory=list)
    saved: int = 0
    """So many characters the screen called saved."""
    sent: bool = False


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with at_home(tmp_path_factory.mktemp("typing"), heyreach_per_minute=None, networkhq_per_minute=None) as home:
        yield home


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_cr02_killed_at_any_moment_of_typing_a_reply_the_next_start_shows_it_as_it_is(
    home: Home, tmp_path: Path, chunk: int
) -> None:
    """A draft of which the last two seconds may be missing, or an entry in the state that the ledger confirms."""
    people = home.people()
    dice = random.Random(chunk)
    found: list[str] = []
    lost = 0
    for number in range(KILLS):
        row = people[(chunk * KILLS + number) % len(people)]
        here = home.moved(tmp_path / f"state-{number}")
        home.far.weather(None)
        home.far.let({"kind": "delay", "seconds": 0.3, "operation": "SendMessage", "times": 1})
        # One in four before or among the keys that open the reply, or after it was sent; the rest while it is written.
        stage = ("opening", "typing", "saved", "sending")[(number + chunk) % 4]
        typed = _type_and_die(here, row, f"{chunk}.{number}: ", stage, dice)
        home.far.weather(None)
        problem = _look(here, row, typed)
        lost += problem.startswith("lost")
        found += [f"{number} {stage}: {problem}"] if problem else []

    measured("kills", kills=KILLS, lost_drafts=lost, false_states=len(found) - lost)
    assert found == []


def _type_and_die(home: Home, row: InboxRow, mark: str, stage: str, dice: random.Random) -> Typed:
    """Open the conversation, type, perhaps send, and be killed on the way."""
    typed = Typed()
    with home.start() as screen:
        screen.wait_for(SYNCED, within=60)
        find(screen, row.lead_name)
        screen.type("r")
        if stage == "opening":
            _read_bytes(screen, dice.randint(0, 3000))
            return typed
        screen.wait_for("reply to")
        text = mark + "".join(PARTS)
        rests = {len(mark) + len("".join(PARTS[:part])) for part in (1, 2)} if stage == "saved" else set()
        last = dice.randint(1, len(text)) if stage in {"typing", "saved"} else len(text)
        for at, key in enumerate(text[:last]):
            screen.type(key)
            typed.text += key
            typed.times.append(time.monotonic())
            screen.wait_for(rf"\b{at + 1}/\d")
            if at + 1 in rests:
                screen.wait_for(rf"saved ·.*{at + 1}/")
                typed.saved = at + 1
        if stage == "sending":
            typed.sent = True
            screen.type("ctrl+s")
            _read_bytes(screen, dice.randint(0, 9000), until="✓? accepted|✓ sent")
    return typed


def _read_bytes(screen: Terminal, count: int, *, until: str = "reply to") -> None:
    """Let the program write so much more, or show that it has come to an end."""
    goal = len(screen.raw) + count
    screen.wait_for(lambda shown: len(screen.raw) >= goal or re.search(until, shown) is not None)


def _look(home: Home, row: InboxRow, typed: Typed) -> str:
    """Start again, and compare what is shown with what was typed and what was delivered. Empty: it is the truth."""
    died = time.monotonic()
    with home.start() as screen:
        screen.wait_for(SYNCED, within=60)
        entries = home.entries(typed.text) if typed.text else []
        while any(entry["state"] in {"queued", "sending"} for entry in entries):
            entries = home.entries(typed.text)
        delivered = home.far.delivered()[typed.text] if typed.text else 0
        find(screen, row.lead_name)
        if entries:
            screen.wait_for(lambda shown: _shows(shown, typed.text))
            return (
                ""
                if len(entries) == 1 and delivered in TRUTHS[str(entries[0]["state"])]
                else (f"shown as {entries}, delivered {delivered} times")
            )
        if delivered:
            return "delivered, and there is no entry"
        screen.press("r")
        screen.wait_for("reply to")
        draft = home.draft(row)
        if draft:
            screen.wait_for(lambda shown: _shows(shown, draft))
    due = max(typed.saved, sum(died - at > UNSAVED_SECONDS for at in typed.times))
    if not typed.text.startswith(draft):
        return f"the draft is {draft!r}, typed was {typed.text!r}"
    return "" if len(draft) >= due else f"lost: {typed.text[len(draft) : due]!r}"


def _shows(shown: str, text: str) -> bool:
    """Whether the screen shows how the text begins: as much as fits into a line."""
    return text.strip()[:24] in shown
