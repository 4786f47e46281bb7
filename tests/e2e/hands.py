"""What a person's hands do at the screen, in more than one test."""

from __future__ import annotations

import re

from tests.e2e.terminal import Terminal


def find(screen: Terminal, name: str) -> None:
    """Filter the inbox by a name and open the first conversation."""
    screen.press("esc", "esc")
    screen.type("/")
    screen.wait_for("filter; enter searches")
    screen.type(name)
    screen.wait_for(re.escape(f"filter: {name}"))
    screen.settle()
    screen.press("enter")
    screen.wait_for(rf"│[▌].*{re.escape(name[:12])}")
    screen.press("enter")
    screen.wait_for(r"you are ")


def answer(screen: Terminal, text: str) -> None:
    """Write a reply in the open conversation and send it."""
    screen.press("r")
    screen.wait_for(r"reply to")
    screen.type(text)
    screen.settle(0.5)
    screen.press("ctrl+s")
    screen.wait_for(r"◷ undo|⇡")
