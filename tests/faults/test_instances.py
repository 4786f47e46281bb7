"""CC01: several Postrooms on one state folder, started in the same moment: one writes and sends, the others look on."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from postroom.commands import Reply
from postroom.errors import ReadOnlyState
from postroom.records import ConversationKey
from store import outbox, queries
from store.database import InstanceLock, Store, prepare
from store.rows import InboxRow, View
from sync.engine import Engine
from tests.e2e.outside import command, environment
from tests.faults.far_side import FarSide, far_side
from tests.faults.matrix import amount

CHUNKS = range(amount(1, 4))
ROUNDS = amount(10, 50)
"""In each chunk; two to ten instances in each round."""

WAITING = 3
"""Replies that wait to be sent when all of them start."""


@pytest.mark.parametrize("chunk", CHUNKS)
def test_cc01_of_many_started_together_exactly_one_writes_and_nothing_is_sent_twice(tmp_path: Path, chunk: int) -> None:
    """The lock is the kernel's: there is no moment in which two have it, and none in which nobody gets it."""
    state = tmp_path / "state"
    with far_side(conversations=40, heyreach_per_minute=None, networkhq_per_minute=None, seed=chunk + 1) as far:
        assert _together(state, far, 1) == ["writer"]
        wanted: list[str] = []
        for number in range(ROUNDS):
            wanted += _queue(state, number)
            count = 2 + number % 9
            roles = sorted(_together(state, far, count))
            assert roles == ["viewer"] * (count - 1) + ["writer"], number
        delivered = far.delivered()

    assert max(delivered.values()) == 1
    assert set(delivered) <= set(wanted)
    assert len(delivered) > len(wanted) / 2, "some senders are signed out, and their replies are held"


def _queue(state: Path, number: int) -> list[str]:
    """Replies that an earlier life left queued."""
    with contextlib.closing(Store.open(state, session="before")) as store:
        rows = queries.inbox_rows(store, View.ALL, limit=100)
        chosen = [rows[(number * WAITING + each) % len(rows)] for each in range(WAITING)]
        texts = [f"Round {number}, reply {each}" for each in range(WAITING)]
        for at, (row, text) in enumerate(zip(chosen, texts, strict=True)):
            outbox.enqueue(store, _reply(store, row, text), now=time.time_ns() // 1000 + at)
    return texts


def _reply(store: Store, row: InboxRow, text: str) -> Reply:
    head = queries.conversation(store, row.key)
    messages = queries.thread(store, row.key, limit=1)
    assert head is not None
    return Reply(row.key.workspace, row.key.id, text, head.sender_id, seen_upto=messages[-1].key if messages else "")


def _together(state: Path, far: FarSide, count: int) -> list[str]:
    """Start so many processes, let them go in one moment, and end them once each has said what it became."""
    go, started = os.pipe()
    stay, end = os.pipe()
    said, say = os.pipe()
    children = []
    for _ in range(count):
        child = os.fork()
        if child == 0:
            os.close(started)
            os.close(end)
            _live(state, far, go=go, say=say, stay=stay)
        children.append(child)
    for descriptor in (go, say, stay):
        os.close(descriptor)
    os.close(started)
    heard = b""
    while heard.count(b"\n") < count:
        piece = os.read(said, 4096)
        assert piece, f"somebody ended without a word: {heard!r}"
        heard += piece
    os.close(end)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    os.close(said)
    assert codes == [0] * count
    return heard.decode().split("\n")[:-1]


def _live(state: Path, far: FarSide, *, go: int, say: int, stay: int) -> None:
    """The child: waits for the word, starts as the program does, says what it is, stays until all have."""
    code = 1
    try:
        os.read(go, 1)
        lock = InstanceLock.acquire(state)
        if lock is None:
            _look_on(state)
        else:
            prepare(state, session=f"{os.getpid()}")
            asyncio.run(_sync(state, far))
        os.write(say, b"viewer\n" if lock is None else b"writer\n")
        os.read(stay, 1)
        code = 0
    finally:
        os._exit(code)


async def _sync(state: Path, far: FarSide) -> None:
    async with Engine(state, [place.setup() for place in far.places], session=f"{os.getpid()}") as engine:
        await engine.run_once()


def _look_on(state: Path) -> None:
    """A viewer reads, and can send nothing."""
    with contextlib.closing(Store.open(state, writable=False)) as store:
        rows = queries.inbox_rows(store, View.ALL, limit=1)
        with contextlib.suppress(ReadOnlyState):
            outbox.enqueue(store, Reply("acme", rows[0].key.id, "From a viewer", ""), now=1)
            raise AssertionError("a viewer could send")
        assert outbox.draft(store, ConversationKey("acme", "nobody")) is None


def test_cc01_a_stopped_postroom_keeps_what_is_its_own(tmp_path: Path) -> None:
    """ctrl+z is no reason to take over: the stopped one may wake in the middle of a send."""
    with far_side(conversations=20, heyreach_per_minute=None, networkhq_per_minute=None) as far:
        there = _configured(tmp_path, far)
        watching = subprocess.Popen(
            command(*there, "sync", "--watch"), env=environment(HEYREACH_API_KEY=far.places[0].key),
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert watching.stderr is not None
            assert "Watching" in watching.stderr.readline()
            os.kill(watching.pid, signal.SIGSTOP)
            os.waitid(os.P_PID, watching.pid, os.WSTOPPED | os.WNOWAIT)
            others = [_sync_once(there, far) for _ in range(2)]
            assert InstanceLock.acquire(tmp_path / "state") is None
        finally:
            watching.kill()
            watching.wait(10)
            watching.stderr.close()
        after = _sync_once(there, far)

    assert all(code == 1 and "Another Postroom is open" in said for code, said in others)
    assert after[0] == 0


def _configured(folder: Path, far: FarSide) -> tuple[object, ...]:
    config = folder / "config.toml"
    config.write_text(
        '[[workspace]]\nname = "acme"\nprovider = "heyreach"\n'
        f'api_key = "env:HEYREACH_API_KEY"\nbase_url = "{far.places[0].url}"\nrequests_per_minute = 6000\n'
    )
    return "--config", config, "--state-dir", folder / "state"


def _sync_once(there: tuple[object, ...], far: FarSide) -> tuple[int, str]:
    done = subprocess.run(
        command(*there, "sync", "--once"), env=environment(HEYREACH_API_KEY=far.places[0].key),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr
