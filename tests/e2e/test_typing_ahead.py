"""Fingers that are faster than the screen: what the terminal delivers in one go is still taken key by key."""

from __future__ import annotations

from pathlib import Path

from postroom.commands import Reply
from store import outbox
from store.database import Store
from tests import builders
from tests.e2e.outside import command, environment
from tests.e2e.terminal import Terminal
from tests.faults.small_world import small_world

SEND = "\x13"


def test_what_is_typed_behind_the_send_key_is_no_part_of_the_reply(tmp_path: Path) -> None:
    """All of it arrives in one read: the letters before the key leave, those behind it neither join nor stop them."""
    options = small_world(tmp_path, builders.conversation("c1", builders.inbound("Hello", minutes=2)))
    with Terminal(command(*options), env=environment(), columns=140, rows=40) as screen:
        screen.wait_for(r"you are ")
        screen.press("r")
        screen.wait_for(r"reply to")
        screen.type(f"Gladly, on Tuesday{SEND}jjqqxx")
        screen.wait_for(lambda shown: "◷ undo" in shown and "reply to Ada" not in shown)
        screen.press("?")
        screen.wait_for("Go one line down")
        store = Store.open(tmp_path / "state", writable=False)
        left = [entry.command.text for entry in outbox.open_entries(store) if isinstance(entry.command, Reply)]
        store.close()

    assert left == ["Gladly, on Tuesday"]
