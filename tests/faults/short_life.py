"""Postroom's short lives on a disk that fails: a process that forks one life after the other, each told what to do.

Started with the failing disk loaded (shim.py); reads one task a line from stdin, lets a forked child live it, and
answers with what the child said. A life does what a person at the screen would: it starts, writes, sends, syncs,
leaves, and takes every sentence it is told as a notice, not as its end.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from postroom import log
from postroom.commands import Reply
from postroom.errors import PostroomError
from postroom.records import ProviderName
from store import outbox, queries
from store.database import InstanceLock, Store, prepare
from store.rows import InboxRow, View
from sync.engine import Engine
from sync.events import StatusChanged, SyncEvent
from tests.faults.lives import Place
from tests.faults.shim import Disk

Say = Callable[[str, str], None]
Task = Mapping[str, object]


@dataclass
class Told:
    """What a life said before it ended."""

    code: int
    """0: it left in good order. 1: it could not start, and said why. 2: something broke. Negative: the signal."""
    written: list[str] = field(default_factory=list)
    """Texts that were reported as saved."""
    sentences: list[str] = field(default_factory=list)
    """What the person was told."""
    broken: list[str] = field(default_factory=list)
    """Failures that nobody foresaw."""


class Lives:
    """The process that lives are forked from, as a test holds it."""

    def __init__(self, state_dir: Path, disk: Disk, places: Sequence[Place] = ()) -> None:
        self.disk = disk
        self._common = {"state": str(state_dir), "places": [[p.name, p.provider.value, p.url, p.key] for p in places]}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.short_life"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **disk.environment},
            cwd=Path(__file__).parents[2],
        )

    def live(self, task: str, *, number: int = 0, sends: int = 2) -> Told:
        """Let one life do `task` and return what it said."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({**self._common, "task": task, "number": number, "sends": sends}) + "\n")
        self._process.stdin.flush()
        return Told(**json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """No more lives."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


@contextlib.contextmanager
def lives(state_dir: Path, disk: Disk, places: Sequence[Place] = ()) -> Iterator[Lives]:
    """Lives in a state folder, on a disk, with these workspaces."""
    found = Lives(state_dir, disk, places)
    try:
        yield found
    finally:
        found.close()


def _start(state_dir: Path, _task: Task, _say: Say) -> None:
    """Start and leave."""
    Store.open(state_dir, session="short").close()


def _sync(state_dir: Path, task: Task, say: Say) -> None:
    """Send what waits and read everything."""
    asyncio.run(_with_engine(state_dir, task, say, sends=0))


def _day(state_dir: Path, task: Task, say: Say) -> None:
    """Write, send, leave a draft behind, sync."""
    asyncio.run(_with_engine(state_dir, task, say, sends=int(str(task["sends"]))))


def _write(state_dir: Path, task: Task, say: Say) -> None:
    """Write a draft, larger than what is in a file's last page."""
    with contextlib.closing(Store.open(state_dir, session="short")) as store:
        row = queries.inbox_rows(store, View.ALL, limit=1)[0]
        text = f"draft {task['number']} " + "and so on " * 500
        with _noticing(say):
            outbox.save_draft(store, row.key, text, seen_upto="", now=_now())
            say("written", text)


TASKS = {"start": _start, "sync": _sync, "day": _day, "write": _write}


async def _with_engine(state_dir: Path, task: Task, say: Say, *, sends: int) -> None:
    places = [Place(name, ProviderName(provider), url, key) for name, provider, url, key in task["places"]]  # type: ignore[attr-defined]  # JSON
    number = int(str(task["number"]))

    def hear(event: SyncEvent) -> None:
        if isinstance(event, StatusChanged) and event.sentence:
            say("sentence", event.sentence)

    setups = [place.setup() for place in places]
    async with Engine(state_dir, setups, session="short", on_event=hear) as engine:
        with contextlib.closing(Store.open(state_dir, session="short")) as store:
            rows = queries.inbox_rows(store, View.ALL, limit=128)
            for step in range(sends + 1 if sends else 0):
                row = rows[(number * 3 + step) % len(rows)]
                await _one_reply(store, engine, row, f"answer {number}.{step}", say, send=step < sends)
            with _noticing(say):
                for report in await engine.run_once():
                    if report.reason:
                        say("sentence", report.reason)


async def _one_reply(store: Store, engine: Engine, row: InboxRow, text: str, say: Say, *, send: bool) -> None:
    """Write a draft and send it, or leave it."""
    with _noticing(say):
        left = outbox.draft(store, row.key)
        text = left.text if left else text
        messages = queries.thread(store, row.key, limit=1)
        seen_upto = messages[-1].key if messages else ""
        outbox.save_draft(store, row.key, text, seen_upto=seen_upto, now=_now())
        say("written", text)
        head = queries.conversation(store, row.key)
        if send and head is not None:
            reply = Reply(row.key.workspace, row.key.id, text, head.sender_id, seen_upto=seen_upto)
            await engine.send_now(outbox.enqueue(store, reply, now=_now()))


@contextlib.contextmanager
def _noticing(say: Say) -> Iterator[None]:
    """What the screen does with an error that has a sentence."""
    try:
        yield
    except PostroomError as error:
        say("sentence", str(error))


def _now() -> int:
    return time.time_ns() // 1000


def _live(task: Task, report: int) -> int:
    """The child: the exit code."""
    state_dir = Path(str(task["state"]))

    def say(verb: str, text: str) -> None:
        os.write(report, (json.dumps([verb, text]) + "\n").encode())

    try:
        log.configure(state_dir)
        lock = InstanceLock.acquire(state_dir)
        assert lock is not None
        prepare(state_dir, session="short")
        TASKS[str(task["task"])](state_dir, task, say)
    except PostroomError as error:
        say("sentence", str(error))
        return 1
    except BaseException:  # noqa: BLE001 (told to the test, which fails)
        say("broken", traceback.format_exc())
        return 2
    return 0


def _one_life(task: Task) -> Told:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        code = 2
        try:
            os.dup2(writer, 1)  # what is written there, the disk's log has too
            code = _live(task, 1)
        finally:
            os._exit(code)
    os.close(writer)
    heard = bytearray()
    while data := os.read(reader, 65536):
        heard += data
    os.close(reader)
    told = Told(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    kept = {"written": told.written, "sentence": told.sentences, "broken": told.broken}
    for line in heard.decode().splitlines():
        verb, text = json.loads(line)
        kept[verb].append(text)
    return told


def _serve() -> None:
    for line in sys.stdin:
        sys.stdout.write(json.dumps(vars(_one_life(json.loads(line)))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
