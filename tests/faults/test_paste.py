"""HC10: what is pasted is text. Whatever is in it, it is made safe, and none of it sends anything or runs a command."""

from __future__ import annotations

from pathlib import Path

import pytest

from postroom.records import ConversationKey
from store import drafts
from store.database import Store
from tests import builders
from tests.e2e.outside import command, environment, lines
from tests.e2e.terminal import Terminal
from tests.faults.matrix import amount
from tests.faults.small_world import WORKSPACE, small_world

BEGIN, END = "\x1b[200~", "\x1b[201~"
SEND, SEND_DONE = "\x13", "\x1b\r"

FORGED = {
    "and much text": (f"begin{END}{'y' * 2_000}{SEND}", "beginyyy"),
    "and send": (f"begin{END}{SEND}", "begin"),
    "and send and done": (f"begin{END}{SEND_DONE}", "begin"),
    "twice, and enter": (f"begin{END}{END}\r{SEND}{SEND}", "begin"),
}
"""Pastes that say too early that they are over, with a key that sends behind it; and what may be kept of them."""

TEXTS = {
    "one\rtwo\r\nthree\r\r": "one\ntwo\nthree\n",
    "a\x9b31mb\x9d0;x\x9cc": "a\ufffd31mb\ufffd0;x\ufffdc",
    "safe\u202egnp.exe\u2066": "safe<U+202E>gnp.exe<U+2066>",
    "pay\u200bpal\ufeff\U000e0041": "pay·pal··",
    "Z" + "\u0301" * 1000 + "!": "Z\u0301\u0301\u0301\u0301!",
    "[@click=app.quit]x[/] {{first_name}}": "[@click=app.quit]x[/] {{first_name}}",
    "q\x1b]52;c;b3duZWQ=\x07b\x1b[2Jc\x1b[?1049l": "[2J",
}
"""Pastes, and what must be in the draft for each."""


def world(folder: Path) -> tuple[object, ...]:
    """Two conversations."""
    return small_world(
        folder,
        builders.conversation("c1", builders.inbound("Hello", minutes=2)),
        builders.conversation("c2", builders.inbound("Hello", minutes=1), who=builders.lead("Grace Hopper")),
    )


def draft(folder: Path) -> str:
    """What is kept of the reply to the first."""
    store = Store.open(folder / "state", writable=False)
    try:
        found = drafts.draft(store, ConversationKey(WORKSPACE, "c1"))
        return found.text if found else ""
    finally:
        store.close()


@pytest.mark.parametrize("name", list(FORGED)[: amount(2, 4)])
def test_hc10_a_forged_end_of_a_paste_sends_nothing(tmp_path: Path, name: str) -> None:
    """However much text stands between the forged end and the key that sends, the key is part of the paste."""
    pasted, kept = FORGED[name]
    options = world(tmp_path)
    with Terminal(command(*options), env=environment(), columns=140, rows=40) as screen:
        _paste_and_leave(screen, pasted, until=r"2005/8000" if len(pasted) > 1000 else r"[1-9]\d*/8000")

    assert draft(tmp_path).startswith(kept)
    assert lines(*options, "outbox", "--json") == []


def test_hc10_what_is_pasted_into_a_reply_is_made_safe(tmp_path: Path) -> None:
    """Line ends, C1 controls, turned and hidden characters, towers, markup, sequences: text that can be seen."""
    options = world(tmp_path)
    with Terminal(command(*options), env=environment(), columns=140, rows=40) as screen:
        _paste_and_leave(screen, *TEXTS, until=r"[1-9]\d*/8000")

    text = draft(tmp_path)
    assert [kept for kept in TEXTS.values() if kept not in text] == []
    assert not set(text) & set("\x1b\x07\r\x9b\x9c\x9d\u202e\u2066\u200b\ufeff")
    assert lines(*options, "outbox", "--json") == []


def test_hc10_a_megabyte_asks_first(tmp_path: Path) -> None:
    """A large paste is a question; answered with esc, nothing of it is kept."""
    options = world(tmp_path)
    with Terminal(command(*options), env=environment(), columns=140, rows=40) as screen:
        screen.wait_for(r"you are ")
        screen.press("r")
        screen.wait_for(r"reply to")
        text = BEGIN + "word \r" * (amount(200_000, 1_000_000) // 6) + END
        for start in range(0, len(text), 2_000):
            screen.type(text[start : start + 2_000])
            screen.settle(0.0)
        asked = screen.wait_for(r"(?i)paste", within=60)
        screen.settle(0.6)
        screen.type("esc")
        screen.settle(0.6)
        screen.type("esc")
        screen.settle(0.6)
        screen.press("q")
        screen.wait_exit()

    assert "characters" in asked
    assert draft(tmp_path) == ""
    assert lines(*options, "outbox", "--json") == []


def test_hc10_a_paste_into_the_list_runs_no_command(tmp_path: Path) -> None:
    """Pasted over the inbox, with a forged end and every riskier key behind it: nothing is decided, nothing is left."""
    options = world(tmp_path)
    with Terminal(command(*options), env=environment(), columns=140, rows=40) as screen:
        screen.wait_for(r"you are ")
        for pasted in ("eeq", f"x{END}eeX\rq", f"x{END}" + "e" * 500, f"r{END}rhello{SEND}", "e\re\r\x1b"):
            screen.type(f"{BEGIN}{pasted}{END}")
            screen.settle(0.6, within=20)
        shown = screen.wait_for(r"Inbox 2")

    assert "Grace Hopper" in shown
    assert len(lines(*options, "list", "--json")) == 2
    assert lines(*options, "outbox", "--json") == []


def _paste_and_leave(screen: Terminal, *pasted: str, until: str) -> None:
    """Open a reply, paste, wait for the counter, leave the reply and Postroom."""
    screen.wait_for(r"you are ")
    screen.press("r")
    screen.wait_for(r"reply to")
    for text in pasted:
        screen.type(f"{BEGIN}{text}{END}")
        screen.settle(0.2)
    screen.wait_for(until, within=60)
    screen.settle(1.0, within=30)
    screen.type("esc")
    screen.wait_for(lambda shown: "reply to Ada" not in shown, within=60)
    screen.press("q")
    screen.wait_exit()
