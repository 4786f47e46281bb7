"""CR03: the start after a crash is killed itself, and the start after that one: in the end it is as if it never was."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from postroom.commands import PauseCampaign, Reply
from store import journal, outbox, queries
from store.database import CACHE_FILE, USER_FILE, InstanceLock, Store, prepare
from store.rows import View
from tests.faults.far_side import far_side
from tests.faults.lines import ROOT, Lines
from tests.faults.lives import until_done
from tests.faults.matrix import amount, measured

CHUNKS = amount(1, 8)
PAIRS = amount(12, 250)
"""In each chunk: a start that is killed, and a second one that is."""

STORE = tuple(sorted((ROOT / "store").glob("*.py")))
LONGEST = 20_000
"""More lines than a start executes: one that is to be killed there ends by itself."""

_SHOWN = {
    USER_FILE: (
        "select id, workspace, kind, payload, state, error, attempts, resend_of from outbox order by id",
        "select entry, state, note from outbox_event order by id",
        "select workspace, conversation, text, seen_upto from draft order by 1, 2",
        "select id, workspace, conversation, kind, value, inverse from journal order by id",
    ),
    CACHE_FILE: ("select native, folder, starred, note, version from conversation order by native",),
}


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A state folder as a crash left it: sends claimed and in their undo time, decisions that the cache has lost."""
    folder = tmp_path_factory.mktemp("crashed") / "state"
    with far_side(conversations=20, heyreach_per_minute=None, networkhq_per_minute=None) as far:
        until_done(folder, far.places, rounds=1)
    with contextlib.closing(Store.open(folder, session="before")) as store:
        rows = queries.inbox_rows(store, View.ALL, limit=9)
    before = (folder / CACHE_FILE).read_bytes()
    with contextlib.closing(Store.open(folder, session="before")) as store:
        for number, row in enumerate(rows):
            now = time.time_ns() // 1000
            reply = Reply(row.key.workspace, row.key.id, f"answer {number}", "sender")
            outbox.save_draft(store, row.key, reply.text, seen_upto="", now=now)
            if number < 6:
                entry = outbox.enqueue(store, reply, now=now, undo_seconds=3600 if number < 3 else 0)
                assert number < 4 or outbox.claim(store, entry, baseline=outbox.Baseline(0), now=now)
            journal.record(store, row.key, ("star", "done", "note")[number % 3], _value(number), now=now)
        pause = outbox.enqueue(store, PauseCampaign("acme-linkedin", "1", "one"), now=now)
        assert outbox.claim(store, pause, baseline=None, now=now)
    # The cache is not synced at every commit: a power cut takes its last changes.
    (folder / CACHE_FILE).write_bytes(before)
    return folder


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_cr03_a_start_that_is_killed_and_killed_again_leaves_what_an_undisturbed_one_does(
    crashed: Path, tmp_path: Path, chunk: int
) -> None:
    """Wherever two starts in a row die, the third makes of the crash exactly what a single one would have made."""
    dice = random.Random(chunk)
    reference = tmp_path / "reference"
    shutil.copytree(crashed, reference)
    length = _start(reference)
    wanted = _shown(reference)
    kills, different = 0, []
    for pair in range(PAIRS):
        state = tmp_path / "state"
        shutil.copytree(crashed, state)
        deaths = (dice.randint(1, length), dice.randint(1, length))
        kills += sum(_start(state, killed_at=moment) == 0 for moment in deaths)
        _start(state)
        if _shown(state) != wanted:
            different.append((pair, deaths))
        shutil.rmtree(state)

    measured("kills", kills=kills)
    assert different == []
    assert kills >= PAIRS
    assert sum(starred == 1 for _, _, starred, *_ in wanted[-1]) == 3
    assert {"in_doubt", "held", "queued"} == {str(row[4]) for row in wanted[0]}


def _value(number: int) -> dict[str, object] | None:
    return {"text": f"note {number}"} if number % 3 == 2 else None


def _start(state: Path, *, killed_at: int = 0) -> int:
    """Start in a process of its own, as the program does. The lines of the store that it executed; 0: killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            lines = Lines(STORE, anywhere=killed_at)
            lines.watch()
            lock = InstanceLock.acquire(state)
            assert lock is not None
            prepare(state, session="after")
            os.write(writer, str(lines.counts.total()).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        told = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in {0, -signal.SIGKILL}
    return int(told) or LONGEST if code == 0 else 0


def _shown(state: Path) -> list[list[tuple[object, ...]]]:
    """What the start made of it, apart from the time at which it did."""
    found = []
    for name, selects in _SHOWN.items():
        with contextlib.closing(sqlite3.connect(state / name)) as connection:
            assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
            found += [connection.execute(select).fetchall() for select in selects]
    return found
