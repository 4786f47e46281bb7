"""Postroom's life as a process that can be killed at any moment, and what must hold after all of its deaths.

A life is a forked process: it starts as the program starts (lock, recovery), writes drafts, sends them, syncs, and
tells its parent over a pipe what is safely on disk. The parent kills it with SIGKILL, starts the next, and in the end
compares what the simulator delivered with what was written.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import select
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from postroom.commands import Reply
from postroom.records import ConversationKey, ProviderName
from postroom.secrets import Secret
from providers.factory import connect
from store import outbox, queries
from store.database import InstanceLock, Store, prepare
from store.rows import InboxRow, OutboxRow, View
from sync.engine import Engine, WorkspaceSetup


@dataclass(frozen=True, slots=True)
class Place:
    """One workspace at the simulator."""

    name: str
    provider: ProviderName
    url: str
    key: str

    def setup(self) -> WorkspaceSetup:
        """The workspace as the engine wants it; its client is made in the life that uses it."""
        return WorkspaceSetup(
            name=self.name,
            provider=self.provider,
            make=lambda: connect(
                self.provider, key=Secret(self.key), base_url=self.url, requests_per_minute=60_000, proxy=None
            ),
        )


@dataclass
class Verdict:
    """What was found after all lives."""

    kills: int = 0
    written: int = 0
    """Texts that a life reported as safely on disk."""
    delivered: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)


def run_lives(
    state_dir: Path, places: Sequence[Place], *, kills: int, seed: int, delivered: Callable[[], Counter[str]]
) -> Verdict:
    """Live and die `kills` times, live once more to the end, and judge. `delivered` asks the ledger: text to count."""
    dice = random.Random(seed)
    verdict = Verdict()
    written: dict[str, ConversationKey] = {}
    _until_done(state_dir, places, sends=0)
    for number in range(kills):
        written |= _one_life(state_dir, places, number=number, lifetime=dice.uniform(0.0, 0.35))
        verdict.kills += 1
    _until_done(state_dir, places, sends=1)
    verdict.written = len(written)
    verdict.delivered = delivered()
    _judge(state_dir, written, verdict)
    return verdict


def _one_life(state_dir: Path, places: Sequence[Place], *, number: int, lifetime: float) -> dict[str, ConversationKey]:
    """Start a life, kill it after `lifetime` seconds from its first sign, and return what it reported as written."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _live(state_dir, places, number=number, report=writer)
    os.close(writer)
    heard = bytearray()
    deadline: float | None = None
    while deadline is None or time.monotonic() < deadline:
        wait = 10.0 if deadline is None else deadline - time.monotonic()
        ready, _, _ = select.select([reader], [], [], max(0.0, wait))
        data = os.read(reader, 65536) if ready else b""
        if not data:
            break
        heard += data
        deadline = deadline or time.monotonic() + lifetime
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while data := os.read(reader, 65536):
        heard += data
    os.close(reader)
    lines = (line.split("\t") for line in heard.decode().split("\n")[:-1])
    return {line[2]: ConversationKey(line[0], line[1]) for line in lines if len(line) == 3}


def _live(state_dir: Path, places: Sequence[Place], *, number: int, report: int) -> None:
    """The child: never returns."""
    code = 1
    try:
        os.write(report, b"alive\n")
        asyncio.run(_write_and_send(state_dir, places, number=number, report=report))
        code = 0
    finally:
        os._exit(code)


async def _write_and_send(state_dir: Path, places: Sequence[Place], *, number: int, report: int) -> None:
    """Write a draft, queue it, push and pull, again and again until killed."""
    session = f"life-{number}"
    lock = InstanceLock.acquire(state_dir)
    assert lock is not None
    prepare(state_dir, session=session)
    store = Store.open(state_dir, session=session)
    rows = queries.inbox_rows(store, View.ALL, limit=128)
    async with Engine(state_dir, [place.setup() for place in places], session=session) as engine:
        for step in range(1000):
            await _one_reply(store, engine, rows[(number * 7 + step) % len(rows)], f"answer {number}.{step}", report)
            if step % 3 == 2:
                await engine.run_once()


async def _one_reply(store: Store, engine: Engine, row: InboxRow, fresh: str, report: int) -> None:
    """Finish the draft that an earlier life left in this conversation, or write a new one, and send it."""
    left = outbox.draft(store, row.key)
    text = left.text if left else fresh
    now = time.time_ns() // 1000
    messages = queries.thread(store, row.key, limit=1)
    seen_upto = messages[-1].key if messages else ""
    outbox.save_draft(store, row.key, text, seen_upto=seen_upto, now=now)
    os.write(report, f"{row.key.workspace}\t{row.key.id}\t{text}\n".encode())
    head = queries.conversation(store, row.key)
    assert head is not None
    command = Reply(
        workspace=row.key.workspace,
        conversation=row.key.id,
        text=text,
        sender_id=head.sender_id,
        seen_upto=seen_upto,
    )
    await engine.send_now(outbox.enqueue(store, command, now=now + 1))


def _until_done(state_dir: Path, places: Sequence[Place], *, sends: int) -> None:
    """One life that is not killed: recovers, sends what may be sent, syncs until nothing more settles."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            asyncio.run(_finish(state_dir, places, rounds=4 if sends else 1))
            code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


async def _finish(state_dir: Path, places: Sequence[Place], *, rounds: int) -> None:
    """Recover, push and pull a few times."""
    lock = InstanceLock.acquire(state_dir)
    assert lock is not None
    prepare(state_dir, session="last")
    async with Engine(state_dir, [place.setup() for place in places], session="last") as engine:
        for _ in range(rounds):
            await engine.run_once()
    lock.release()


def _judge(state_dir: Path, written: dict[str, ConversationKey], verdict: Verdict) -> None:
    """Compare the ledger, the outbox and the drafts; every disagreement is a problem."""
    with contextlib.closing(Store.open(state_dir, writable=False)) as store:
        entries = {row.text: row for row in outbox.rows(store, open_only=False, limit=1_000_000) if row.kind == "reply"}
        drafts = {key: draft.text for key in set(written.values()) if (draft := outbox.draft(store, key))}
    verdict.states = Counter(row.state for row in entries.values())
    verdict.problems += [f"delivered {count} times: {text}" for text, count in verdict.delivered.items() if count > 1]
    verdict.problems += [
        f"lost: {text}" for text, key in written.items() if text not in entries and drafts.get(key) != text
    ]
    for text, row in entries.items():
        verdict.problems += _untruths(row, verdict.delivered[text])
    for path in sorted(state_dir.glob("*.db")):
        with contextlib.closing(sqlite3.connect(path)) as connection:
            answer = connection.execute("pragma integrity_check").fetchone()[0]
        if answer != "ok":
            verdict.problems.append(f"{path.name}: {answer}")


def _untruths(row: OutboxRow, delivered: int) -> list[str]:
    """What an entry's state says that the ledger denies."""
    if row.state in {"sending", "undo"}:
        return [f"stuck in {row.state}: {row.text}"]
    if row.state == "sent" and delivered != 1:
        return [f"shown as sent, delivered {delivered} times: {row.text}"]
    if row.state in {"failed", "queued", "held"} and delivered:
        return [f"shown as {row.state}, yet delivered: {row.text}"]
    return []
