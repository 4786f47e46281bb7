"""CR10: an exception in a handler, in drawing or in a worker, of a copy of the program that was broken on purpose.

Meanwhile a reply is with the provider, which does not answer, and another is being written. Whether the screen goes on
or ends: nothing private is shown or noted, the terminal is given back, and both replies are where they belong.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from store.rows import InboxRow
from tests.e2e.hands import answer, find
from tests.e2e.terminal import Terminal
from tests.faults.at_terminal import SYNCED, Home, at_home, left_on, log_of, until_delivered
from tests.faults.matrix import WHOLE, amount
from tests.faults.planted import apply, copy_tree

PRIVATE = ("nhq_live_canary0123456789abcdef", "canary-key-42", "ada@example.com", "linkedin.com/in/ada-lovelace")
FAIL = (
    'raise ValueError("X-API-KEY: canary-key-42, Bearer nhq_live_canary0123456789abcdef, ada@example.com, '
    'https://www.linkedin.com/in/ada-lovelace")'
)
SENT, WRITTEN = "This one is on its way.", "Half a thought"
MARK = "§"
"""What has to be typed for the fault to happen."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A function that fails when it is reached in a certain state, and the keys that bring it there."""

    file: str
    head: str
    when: str
    keys: tuple[str, ...]
    quick: bool = False


_DRAWN = (MARK, "esc", "\\", "j")
_MARKED = f'"{MARK}" in self.app.main.widgets.composer.text'
BROKEN = (
    Broken(
        "tui/widgets/composer.py",
        "    def on_text_area_changed(self, event: TextArea.Changed) -> None:\n",
        f'"{MARK}" in self.text',
        (MARK,),
        quick=True,
    ),
    Broken("tui/widgets/composer.py", "    def action_park(self) -> None:\n", "True", ("esc",)),
    Broken("tui/widgets/thread_view.py", "    def render_line(self, y: int) -> Strip:\n", _MARKED, _DRAWN, quick=True),
    Broken("tui/widgets/inbox_list.py", "    def render_line(self, y: int) -> Strip:\n", _MARKED, _DRAWN),
    Broken("tui/widgets/status_bar.py", "    def render_line(self, y: int) -> Strip:\n", _MARKED, _DRAWN),
    Broken("tui/widgets/hint_bar.py", "    def render_line(self, y: int) -> Strip:\n", _MARKED, _DRAWN),
    Broken(
        "tui/screens/main.py",
        "    def _filter_changed(self, message: Input.Changed) -> None:\n",
        f'message.value == "{MARK}"',
        ("esc", "/", MARK),
    ),
    Broken(
        "tui/screens/main.py", "    def on_key(self, event: events.Key) -> None:\n", 'event.key == "j"', ("esc", "j")
    ),
    Broken("tui/screens/help.py", "    def on_mount(self) -> None:\n", "True", ("esc", "?")),
    Broken(
        "tui/actions/replying.py",
        "    async def _kept(self, kept: Awaitable[None], key: ConversationKey, text: str) -> None:\n",
        f'"{MARK}" in text',
        (MARK,),
    ),
)


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, Iterator[InboxRow]]]:
    """A home that is run from a copy of the tree, and people to write to."""
    folder = tmp_path_factory.mktemp("handlers")
    with at_home(folder, conversations=amount(160, 400), heyreach_per_minute=None, networkhq_per_minute=None) as home:
        yield replace(home, tree=copy_tree(folder)), iter(home.people())


@pytest.mark.parametrize(
    "broken", [each for each in BROKEN if WHOLE or each.quick], ids=lambda each: f"{each.file}: {each.head.strip()}"
)
def test_cr10_a_handler_that_fails_tells_nothing_private_and_loses_nothing(
    synced: tuple[Home, Iterator[InboxRow]], tmp_path: Path, broken: Broken
) -> None:
    """The screen ends with a sentence, or goes on."""
    home = synced[0].moved(tmp_path / "state")
    one, other = next(synced[1]), next(synced[1])
    sent = f"{SENT} ({one.lead_name})"
    path, before = apply(home.tree, (broken.file, broken.head, _failing(broken)))
    home.far.weather(None)
    home.far.let({"kind": "hang", "operation": "SendMessage"})
    try:
        with home.start() as screen:
            modes = screen.modes()
            _work(home, screen, one, other, sent)
            with contextlib.suppress(OSError):  # it may have ended before the last key
                screen.press(*broken.keys)
            ended, screen_modes = screen.wait_exit(within=60), screen.modes()
    finally:
        path.write_text(before)

    assert ended == 1
    assert "Postroom stopped because of a mistake of its own (ValueError)." in _last_words(screen)
    assert Path(broken.file).name in (home.state / "crash.log").read_text()
    assert screen_modes == modes
    assert left_on(screen) == []
    assert _private(screen.raw.decode(errors="replace")) == _private(log_of(home)) == []
    assert [entry["state"] for entry in home.entries(sent)] == ["in_doubt"]
    assert home.far.delivered()[sent] == 1
    assert home.draft(other).startswith(WRITTEN)


def _failing(broken: Broken) -> str:
    """The function with its fault at the beginning."""
    return f"{broken.head}        if {broken.when}:\n            {FAIL}\n"


def _work(home: Home, screen: Terminal, one: InboxRow, other: InboxRow, text: str) -> None:
    """Send a reply, and write another."""
    screen.wait_for(SYNCED, within=60)
    find(screen, one.lead_name)
    answer(screen, text)
    until_delivered(home, screen, text)
    find(screen, other.lead_name)
    screen.press("r")
    screen.wait_for("reply to")
    screen.type(WRITTEN)
    screen.wait_for(WRITTEN)


def _last_words(screen: Terminal) -> str:
    """What was written once the other screen was left."""
    last = screen.raw.rpartition(b"\x1b[?1049l")[2].decode()
    return " ".join(_plain(last).split())


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", text)


def _private(text: str) -> list[str]:
    """What must not be in a text."""
    return [each for each in (*PRIVATE, "Traceback") if each in text or each in _plain(text)]
