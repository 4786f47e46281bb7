"""CR07: told to go in the middle of a send: by a signal, by a terminal that is closed, by ctrl+c.

The provider takes the message and never answers. What was sent is in doubt and found by the next sync, the terminal is
the shell's again, and the reply that was being written is there.
"""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from postroom.commands import Reply
from store import outbox, queries
from store.database import Store
from store.rows import InboxRow
from tests.e2e.hands import answer, find
from tests.e2e.outside import run
from tests.e2e.terminal import Terminal
from tests.faults.at_terminal import SYNCED, Home, at_home, left_on, until_delivered
from tests.faults.matrix import amount

SENT, WRITTEN = "This one is on its way.", "Half a thought"
Leave = Callable[[Terminal], int]


def _told(number: int) -> Leave:
    def leave(screen: Terminal) -> int:
        screen.signal(number)
        return screen.wait_exit()

    return leave


def _interrupted(screen: Terminal) -> int:
    screen.type("ctrl+c")
    return screen.wait_exit()


def _interrupted_and_told(screen: Terminal) -> int:
    """The screen says what quits it, and goes on."""
    screen.type("ctrl+c")
    screen.wait_for("quits Postroom")
    return _told(signal.SIGTERM)(screen)


SCREEN = [
    pytest.param(Terminal.hang_up, 0, id="closed terminal"),
    pytest.param(_told(signal.SIGTERM), 143, id="SIGTERM"),
    pytest.param(_interrupted_and_told, 143, id="ctrl+c"),
    pytest.param(_told(signal.SIGHUP), 129, id="SIGHUP"),
][: amount(2, 4)]
VERBS = [
    pytest.param(_told(signal.SIGTERM), id="SIGTERM"),
    pytest.param(Terminal.hang_up, id="closed terminal"),
    pytest.param(_interrupted, id="ctrl+c"),
    pytest.param(_told(signal.SIGHUP), id="SIGHUP"),
][: amount(1, 4)]


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, Iterator[InboxRow]]]:
    """A synced home, and people to write to: others in every case, since all cases have one world."""
    folder = tmp_path_factory.mktemp("signals")
    with at_home(folder, conversations=amount(160, 400), heyreach_per_minute=None, networkhq_per_minute=None) as home:
        yield home, iter(home.people())


@pytest.fixture
def people(synced: tuple[Home, Iterator[InboxRow]]) -> Iterator[InboxRow]:
    return synced[1]


@pytest.fixture
def home(synced: tuple[Home, Iterator[InboxRow]], tmp_path: Path) -> Home:
    """A home of its own, whose provider takes a message and does not answer."""
    home = synced[0]
    home.far.weather(None)
    home.far.let({"kind": "hang", "operation": "SendMessage"})
    return home.moved(tmp_path / "state")


@pytest.mark.parametrize(("leave", "code"), SCREEN)
def test_cr07_the_screen_told_to_go_during_a_send_leaves_doubt_a_draft_and_a_terminal(
    home: Home, people: Iterator[InboxRow], leave: Leave, code: int
) -> None:
    """One reply is with the provider and one is being written."""
    one, other = next(people), next(people)
    sent = f"{SENT} ({one.lead_name})"
    with home.start() as screen:
        modes = screen.modes()
        screen.wait_for(SYNCED, within=60)
        find(screen, one.lead_name)
        answer(screen, sent)
        until_delivered(home, screen, sent)
        find(screen, other.lead_name)
        screen.press("r")
        screen.wait_for("reply to")
        screen.type(WRITTEN)
        screen.wait_for(WRITTEN)
        left = leave(screen)
        if code:  # else there is nobody to see it
            assert left == code
            assert screen.modes() == modes
            assert left_on(screen) == []

    _is_doubtful_then_sent(home, sent)
    assert home.draft(other) == WRITTEN


@pytest.mark.parametrize("leave", VERBS)
@pytest.mark.parametrize("verb", ["reply", "sync --watch"])
def test_cr07_a_verb_told_to_go_during_a_send_leaves_doubt(
    home: Home, people: Iterator[InboxRow], verb: str, leave: Leave
) -> None:
    """No entry stays as if it were still on its way."""
    row = next(people)
    sent = f"{SENT} ({row.lead_name})"
    if verb == "sync --watch":
        _queue(home, row, sent)
    started = home.start("reply", row.ref, "--message", sent) if verb == "reply" else home.start(*verb.split())
    with started as screen:
        modes = screen.modes()
        until_delivered(home, screen, sent)
        left = leave(screen)
        if leave != Terminal.hang_up:
            assert left == 130
            assert screen.modes() == modes
            assert "Traceback" not in screen.text

    _is_doubtful_then_sent(home, sent)


def test_cr07_a_verb_in_the_background_of_a_script_heeds_a_plain_kill(home: Home, people: Iterator[InboxRow]) -> None:
    """A script's shell lets what it starts with `&` ignore ctrl+c; a kill and a hang-up still end it, and settled."""
    row = next(people)
    sent = f"{SENT} ({row.lead_name})"
    with home.start("reply", row.ref, "--message", sent, before=("sh", "-c", 'trap "" INT; exec "$@"', "sh")) as screen:
        until_delivered(home, screen, sent)
        screen.type("ctrl+c")
        assert _told(signal.SIGTERM)(screen) == 130
        assert "Traceback" not in screen.text

    _is_doubtful_then_sent(home, sent)


def _queue(home: Home, row: InboxRow, text: str) -> None:
    """What an earlier start left waiting."""
    with contextlib.closing(Store.open(home.state, session="earlier")) as store:
        newest = queries.thread(store, row.key, limit=1)
        head = queries.conversation(store, row.key)
        assert head is not None
        reply = Reply(row.key.workspace, row.key.id, text, head.sender_id, seen_upto=newest[-1].key)
        outbox.enqueue(store, reply, now=time.time_ns() // 1000)


def _is_doubtful_then_sent(home: Home, text: str) -> None:
    """In doubt, and nothing else, until the next sync finds it in the thread."""
    assert [entry["state"] for entry in home.entries(text)] == ["in_doubt"]
    home.far.weather(None)
    run(*home.options, "sync", "--once")
    assert [entry["state"] for entry in home.entries(text)] == ["sent"]
    assert home.far.delivered()[text] == 1
