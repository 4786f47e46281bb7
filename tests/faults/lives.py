"""Postroom's life as a process that can be killed at any moment, and what must hold after all of its deaths.

A life is a forked process: it starts as the program starts (lock, recovery), writes drafts, sends them, takes some
back, stops leads, pauses campaigns, syncs, and tells its parent over a pipe what is safely on disk. The parent lets
something go wrong at the providers, kills the life with SIGKILL (one in four while it still recovers from the last
death), starts the next, and in the end compares what the simulator delivered with what was written.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import select
import signal
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from postroom.commands import PauseCampaign, Reply, StopLead
from postroom.errors import Refused
from postroom.records import ConversationKey, ProviderName
from postroom.secrets import Secret
from providers.factory import connect
from store import outbox, queries
from store.database import InstanceLock, Store, prepare
from store.rows import InboxRow, View
from sync.engine import Engine, WorkspaceSetup
from tests.faults.judging import Saying, Verdict, judge

IN_RECOVERY = 0.25
"""Share of the lives that end within a few milliseconds, while they still settle what the last one left."""

LONGEST_LIFE = 0.5
"""Seconds after which every life has ended."""

MANY_DOUBTS = 4
"""The person leaves so many sends in doubt; each keeps its conversation waiting."""


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
                self.provider, key=Secret(self.key), base_url=self.url, requests_per_minute=600_000, proxy=None
            ),
        )


class Oracle(Protocol):
    """The far side, which knows what was really done."""

    @property
    def places(self) -> tuple[Place, ...]:
        """Where the providers are."""

    def delivered(self) -> Counter[str]:
        """How often each text was delivered."""

    def paused(self) -> set[str]:
        """The campaigns that are paused now."""

    def weather(self, life: int | None) -> None:
        """Let go wrong what goes wrong in this life. None: nothing."""


def run_lives(state_dir: Path, far: Oracle, *, kills: int, seed: int) -> Verdict:
    """Live and die `kills` times, live once more to the end, and judge."""
    dice = random.Random(seed)
    said: list[Saying] = []
    until_done(state_dir, far.places, rounds=1)
    for number in range(kills):
        far.weather(number)
        lifetime = dice.uniform(0.0, 0.03) if dice.random() < IN_RECOVERY else dice.uniform(0.0, LONGEST_LIFE)
        said += _one_life(state_dir, far.places, number=number, lifetime=lifetime)
    far.weather(None)
    until_done(state_dir, far.places, rounds=4)
    return judge(state_dir, said, delivered=far.delivered(), paused=far.paused())


def _one_life(state_dir: Path, places: Sequence[Place], *, number: int, lifetime: float) -> list[Saying]:
    """Start a life, kill it after `lifetime` seconds from its first sign, and return what it said it had done."""
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
    return listen(reader, heard)


def listen(reader: int, heard: bytearray) -> list[Saying]:
    """All that a life that has ended said, and what it has in the pipe still."""
    while data := os.read(reader, 65536):
        heard += data
    os.close(reader)
    lines = (line.split("\t") for line in heard.decode().split("\n")[:-1])
    return [(line[0], ConversationKey(line[1], line[2]), line[3]) for line in lines if len(line) == 4]


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
    """Write a draft, queue it, push and pull, take back, stop and pause, again and again until killed."""
    session = f"life-{number}"
    lock = InstanceLock.acquire(state_dir)
    assert lock is not None
    prepare(state_dir, session=session)
    store = Store.open(state_dir, session=session)
    rows = queries.inbox_rows(store, View.ALL, limit=128)
    async with Engine(state_dir, [place.setup() for place in places], session=session) as engine:
        _look_through(store)
        for step in range(1000):
            row = rows[(number * 7 + step) % len(rows)]
            await _one_reply(store, engine, row, f"answer {number}.{step}", report)
            if step % 3 == 1:
                _second_thoughts(store, row, f"no answer {number}.{step}", report)
                await _one_action(store, engine, row, pause=step % 2 == 0)
            if step % 3 == 2:
                await engine.run_once()


def _look_through(store: Store) -> None:
    """The person settles doubts now and then, so that their conversations can be written in again."""
    doubtful = [row for row in outbox.rows(store) if row.state == "in_doubt"]
    for row in doubtful[MANY_DOUBTS:]:
        outbox.resolve(store, row.id, "discard", now=time.time_ns() // 1000)


def _second_thoughts(store: Store, row: InboxRow, text: str, report: int) -> None:
    """Send something, take it back within its undo time, and throw it away."""
    if outbox.draft(store, row.key) is not None:
        return
    now = time.time_ns() // 1000
    entry = outbox.enqueue(store, _reply(store, row, text, seen_upto=""), now=now, undo_seconds=60)
    if outbox.undo_send(store, entry, now=now):
        outbox.drop_draft(store, row.key)
        say(report, "taken back", row.key, text)


async def _one_action(store: Store, engine: Engine, row: InboxRow, *, pause: bool) -> None:
    """Stop the lead, or pause its campaign, where the provider offers that."""
    head = queries.conversation(store, row.key)
    campaign = row.campaign_id
    if head is None or campaign is None or row.provider != ProviderName.HEYREACH:
        return
    command = (
        PauseCampaign(row.key.workspace, campaign, campaign)
        if pause
        else StopLead(row.key.workspace, campaign, campaign, head.lead_id, row.lead_name, lead_url=head.profile_url)
    )
    with contextlib.suppress(Refused):
        await engine.send_now(outbox.enqueue(store, command, now=time.time_ns() // 1000))


def say(report: int, verb: str, key: ConversationKey, text: str) -> None:
    """Tell the parent what is on disk now: one write, so that it is heard whole or not at all."""
    os.write(report, f"{verb}\t{key.workspace}\t{key.id}\t{text}\n".encode())


def _reply(store: Store, row: InboxRow, text: str, *, seen_upto: str) -> Reply:
    head = queries.conversation(store, row.key)
    assert head is not None
    return Reply(row.key.workspace, row.key.id, text, head.sender_id, seen_upto=seen_upto)


async def _one_reply(store: Store, engine: Engine, row: InboxRow, fresh: str, report: int) -> None:
    """Finish the draft that an earlier life left in this conversation, or write a new one, and send it."""
    left = outbox.draft(store, row.key)
    text = left.text if left else fresh
    now = time.time_ns() // 1000
    messages = queries.thread(store, row.key, limit=1)
    seen_upto = messages[-1].key if messages else ""
    outbox.save_draft(store, row.key, text, seen_upto=seen_upto, now=now)
    say(report, "written", row.key, text)
    await engine.send_now(outbox.enqueue(store, _reply(store, row, text, seen_upto=seen_upto), now=now + 1))


def until_done(state_dir: Path, places: Sequence[Place], *, rounds: int) -> None:
    """One life that is not killed: recovers, sends what may be sent, syncs until nothing more settles."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            asyncio.run(_finish(state_dir, places, rounds=rounds))
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
