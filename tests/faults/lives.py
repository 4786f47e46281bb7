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
import sqlite3
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from postroom.commands import PauseCampaign, Reply, StopLead
from postroom.errors import Refused
from postroom.records import ConversationKey, ProviderName
from postroom.secrets import Secret
from providers.factory import connect
from store import outbox, queries
from store.database import InstanceLock, Store, prepare
from store.rows import InboxRow, OutboxRow, View
from sync.engine import Engine, WorkspaceSetup

IN_RECOVERY = 0.25
"""Share of the lives that end within a few milliseconds, while they still settle what the last one left."""

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
                self.provider, key=Secret(self.key), base_url=self.url, requests_per_minute=60_000, proxy=None
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


@dataclass
class Verdict:
    """What was found after all lives."""

    kills: int = 0
    written: int = 0
    """Texts that a life reported as safely on disk."""
    delivered: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    taken_back: int = 0


def run_lives(state_dir: Path, far: Oracle, *, kills: int, seed: int) -> Verdict:
    """Live and die `kills` times, live once more to the end, and judge."""
    dice = random.Random(seed)
    verdict = Verdict()
    said: list[tuple[str, ConversationKey, str]] = []
    _until_done(state_dir, far.places, sends=0)
    for number in range(kills):
        far.weather(number)
        lifetime = dice.uniform(0.0, 0.03) if dice.random() < IN_RECOVERY else dice.uniform(0.0, 0.5)
        said += _one_life(state_dir, far.places, number=number, lifetime=lifetime)
        verdict.kills += 1
    far.weather(None)
    _until_done(state_dir, far.places, sends=1)
    taken_back = {text for verb, _, text in said if verb == "taken back"}
    written = {text: key for verb, key, text in said if verb == "written" and text not in taken_back}
    verdict.written, verdict.taken_back = len(written), len(taken_back)
    verdict.delivered = far.delivered()
    verdict.problems += [f"taken back, yet delivered: {text}" for text in taken_back if verdict.delivered[text]]
    _judge(state_dir, written, verdict, paused=far.paused())
    return verdict


def _one_life(
    state_dir: Path, places: Sequence[Place], *, number: int, lifetime: float
) -> list[tuple[str, ConversationKey, str]]:
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
        _say(report, "taken back", row.key, text)


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


def _say(report: int, verb: str, key: ConversationKey, text: str) -> None:
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
    _say(report, "written", row.key, text)
    await engine.send_now(outbox.enqueue(store, _reply(store, row, text, seen_upto=seen_upto), now=now + 1))


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


def _judge(state_dir: Path, written: dict[str, ConversationKey], verdict: Verdict, *, paused: set[str]) -> None:
    """Compare the ledger, the outbox and the drafts; every disagreement is a problem."""
    with contextlib.closing(Store.open(state_dir, writable=False)) as store:
        rows = outbox.rows(store, open_only=False, limit=1_000_000)
        verdict.problems += [f"left behind: {each}" for each in outbox.claimable(store, now=2**62)]
        actions = [entry for row in rows if row.kind != "reply" and (entry := outbox.entry(store, row.id))]
        drafts = {key: draft.text for key in set(written.values()) if (draft := outbox.draft(store, key))}
    entries = {row.text: row for row in rows if row.kind == "reply"}
    verdict.states = Counter(row.state for row in entries.values())
    verdict.problems += [f"delivered {count} times: {text}" for text, count in verdict.delivered.items() if count > 1]
    verdict.problems += [
        f"lost: {text}" for text, key in written.items() if text not in entries and drafts.get(key) != text
    ]
    verdict.problems += [f"stuck in sending: {each.command}" for each in actions if each.state == "sending"]
    verdict.problems += [
        f"shown as paused, and is not: {each.command}"
        for each in actions
        if isinstance(each.command, PauseCampaign) and each.state == "sent" and each.command.campaign_id not in paused
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
