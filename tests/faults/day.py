"""A working day at Postroom in made-up time: the program, its providers, a person who acts at random, and a judge.

The engine, the limiter and the simulator are the real ones and speak real HTTP; only time is made up
(`tests.faults.virtual_time`). Every virtual minute the judge compares what the ledger says was delivered with what the
person asked for, and the outbox and the drafts with what the person wrote.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from postroom.commands import Reply, StopLead
from postroom.records import ConversationKey, ProviderName
from postroom.secrets import Secret
from providers.base import Provider
from providers.factory import connect
from simulator.clock import SECOND
from simulator.server import SimulatorServer
from simulator.simulation import Exchange
from store import outbox, queries
from store.database import Store, prepare
from store.rows import InboxRow, OutboxRow, View
from sync.engine import Engine, WorkspaceSetup
from tests.faults.virtual_time import LoopClock, simulated

SESSION = "day"
UNDO = 10.0
"""Seconds in which a reply can be taken back."""

_TOTAL = {"heyreach": 240, "networkhq": 270}
"""Requests in any minute that must never be exceeded."""


@dataclass
class Said:
    """What the person did with one text."""

    key: ConversationKey
    at: float
    """When it was given to the outbox, by a clock that stands still while the machine sleeps."""
    undo: float = UNDO
    """Seconds in which it could be taken back."""
    resends: int = 0
    undone: bool = False


@dataclass
class Day:
    """One day under way."""

    engine: Engine
    sim: SimulatorServer
    store: Store
    clock: LoopClock
    dice: random.Random
    providers: dict[ProviderName, Provider]
    """Our clients, as the engine uses them."""
    said: dict[str, Said] = field(default_factory=dict)
    drafts: dict[ConversationKey, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    faults_met: int = 0
    requests: int = 0
    asked: deque[Exchange] = field(default_factory=lambda: deque(maxlen=200_000))
    """The requests that were judged."""
    sleeps: list[tuple[int, float]] = field(default_factory=list)
    """World time at which the machine slept, and for how long: nobody could have taken anything back meanwhile."""
    _sending: Counter[int] = field(default_factory=Counter)
    _judged: int = 0
    _asked: dict[str, list[int]] = field(default_factory=lambda: {"heyreach": [], "networkhq": []})

    # What the person does

    async def act(self) -> None:
        """One thing that a person does, chosen by the dice."""
        doing = self.dice.choices(
            (self._reply, self._undo, self._draft, self._decide, self._hear, self._stop, self._look, self._sync),
            weights=(6, 2, 2, 5, 2, 1, 2, 1),
        )[0]
        await doing()

    async def _reply(self) -> None:
        self.give(self._row(), f"Answer {len(self.said)}.")

    def give(self, row: InboxRow, text: str, *, undo: float = UNDO) -> None:
        """Write a reply and give it to the outbox, as the screen does."""
        now = self.clock.now()
        outbox.save_draft(self.store, row.key, text, seen_upto=self._newest(row), now=now)
        self.drafts.pop(row.key, None)
        self.said[text] = Said(row.key, self.awake(), undo)
        outbox.enqueue(self.store, self._command(row, text), now=now, undo_seconds=undo)
        self.engine.wake_push()

    async def _undo(self) -> None:
        for row in outbox.rows(self.store):
            key = ConversationKey(row.workspace, row.conversation)
            if row.state != "undo" or key in self.drafts:
                continue
            if outbox.undo_send(self.store, row.id, now=self.clock.now()):
                self.said[row.text].undone = True
                self.drafts[key] = row.text
            return

    async def _draft(self) -> None:
        row = self._row()
        self.drafts[row.key] = f"Half a thought at {self.clock.monotonic():.0f}"
        now = self.clock.now()
        outbox.save_draft(self.store, row.key, self.drafts[row.key], seen_upto="", now=now)

    async def _decide(self) -> None:
        """Settle what waits for a decision; of sends in doubt, look first whether they arrived, as a person would."""
        for row in outbox.rows(self.store, limit=1000):
            if row.kind != "reply" or row.state not in {"in_doubt", "held", "failed"}:
                continue
            arrived = self._delivered()[row.text] > 0
            how = "arrived" if arrived else self.dice.choice(("resend", "discard"))
            if how == "resend" and row.state == "in_doubt":
                self.said[row.text].resends += 1
            outbox.resolve(self.store, row.id, how, now=self.clock.now())
        self.engine.wake_push()

    async def _hear(self) -> None:
        workspace = self.sim.world.workspace(self.dice.choice(("heyreach", "networkhq")))
        conversation = self.dice.choice(sorted(workspace.by_id))
        self.sim.world.hear(workspace, workspace.by_id[conversation], f"Hello at {self.clock.monotonic():.0f}")

    async def _stop(self) -> None:
        row = self._row()
        head = queries.conversation(self.store, row.key)
        if head is None or row.campaign_id is None or row.provider != ProviderName.HEYREACH:
            return
        lead = (head.lead_id, row.lead_name)
        stop = StopLead(row.key.workspace, row.campaign_id, row.campaign_id, *lead, lead_url=head.profile_url)
        outbox.enqueue(self.store, stop, now=self.clock.now())
        self.engine.wake_push()

    async def _look(self) -> None:
        self.engine.focus(self.dice.choice(("focused", "focused", "idle", "unfocused")))
        await self.engine.open_thread(self._row().key)

    async def _sync(self) -> None:
        self.engine.request_sync()

    # What happens to the machine

    def sleep(self, seconds: float) -> None:
        """The lid is closed: the world goes on, our monotonic clock does not."""
        self.sleeps.append((self.sim.world.now(), seconds))
        self.clock.slept += seconds

    def stop_process(self, seconds: float) -> None:
        """ctrl+z, or a machine far too busy: time goes on for everybody, and nothing of ours runs."""
        self.sleeps.append((self.sim.world.now(), seconds))
        loop = asyncio.get_running_loop()
        loop.freeze(seconds)  # type: ignore[attr-defined]  # a VirtualLoop

    # What must hold

    def judge(self) -> None:
        """Compare the ledger, the outbox and the drafts; every disagreement is a problem."""
        self._judge_deliveries()
        rows = {row.id: row for row in outbox.rows(self.store, limit=5000)}
        self._sending = Counter({n: self._sending[n] + 1 for n, row in rows.items() if row.state == "sending"})
        self.problems += [f"stuck in sending: {rows[n].text}" for n, times in self._sending.items() if times >= 3]
        for key, text in self.drafts.items():
            kept = outbox.draft(self.store, key)
            if kept is None or text not in kept.text:
                self.problems.append(f"lost draft: {text}")
        self._judge_budget()

    def judge_end(self) -> None:
        """What must hold when everything has calmed down."""
        self.judge()
        rows = outbox.rows(self.store, open_only=False, limit=100_000)
        entries = {row.text: row for row in reversed(rows) if row.kind == "reply"}
        delivered = self._delivered()
        self.problems += [f"lost: {text}" for text in self.said if text not in entries]
        self.problems += [f"left behind: {each.command}" for each in outbox.claimable(self.store, now=2**62)]
        self.problems += [f"{row.state}: {row.text}" for row in rows if row.state in {"undo", "sending"}]
        for text, row in entries.items():
            self.problems += _untruths(row, delivered[text])

    def _judge_deliveries(self) -> None:
        fresh = [event for event in self.sim.ledger.events(since=self._judged) if event.kind == "message"]
        self._judged = len(self.sim.ledger.events())
        delivered = self._delivered() if fresh else Counter()
        for event in fresh:
            said = self.said[event.text]
            if delivered[event.text] > 1 + said.resends:
                self.problems.append(f"delivered {delivered[event.text]} times: {event.text}")
            if said.undone:
                self.problems.append(f"taken back, yet delivered: {event.text}")
            if self._loop_time(event.at) < said.at + said.undo - 0.01:
                self.problems.append(f"delivered before its undo time was over: {event.text}")

    def _judge_budget(self) -> None:
        for each in self.sim.traffic.log():
            self._asked[each.provider].append(each.at)
            self.faults_met += bool(each.fault)
            self.requests += 1
            self.asked.append(each)
        self.sim.traffic.clear()
        for provider, moments in self._asked.items():
            moments.sort()
            for first, last in zip(moments, moments[_TOTAL[provider] :], strict=False):
                if last - first < 60 * SECOND:
                    self.problems.append(f"more than {_TOTAL[provider]} requests in a minute at {provider}")
            self._asked[provider] = moments[-_TOTAL[provider] :]

    def _delivered(self) -> Counter[str]:
        return Counter(event.text for event in self.sim.ledger.events() if event.kind == "message")

    def _loop_time(self, world: int) -> float:
        """When something happened, by a clock that stands still while the machine sleeps."""
        asleep = sum(seconds for at, seconds in self.sleeps if at < world)
        return (world - self.sim.world.clock.anchor) / SECOND - asleep

    def awake(self) -> float:
        """The present moment by that clock."""
        return self._loop_time(self.sim.world.now())

    def _row(self) -> InboxRow:
        return self.dice.choice(queries.inbox_rows(self.store, View.ALL, limit=128))

    def _newest(self, row: InboxRow) -> str:
        messages = queries.thread(self.store, row.key, limit=1)
        return messages[-1].key if messages else ""

    def _command(self, row: InboxRow, text: str) -> Reply:
        head = queries.conversation(self.store, row.key)
        assert head is not None
        return Reply(row.key.workspace, row.key.id, text, head.sender_id, seen_upto=self._newest(row))


def _untruths(row: OutboxRow, delivered: int) -> list[str]:
    if row.state == "sent" and row.matched_by != "user" and delivered < 1:
        return [f"shown as sent, never delivered: {row.text}"]
    if row.state in {"failed", "held", "queued"} and delivered:
        return [f"shown as {row.state}, yet delivered: {row.text}"]
    return []


@asynccontextmanager
async def a_day(folder: Path, *, seed: int, **settings: object) -> AsyncIterator[Day]:
    """Postroom runs and watches two workspaces, read completely at first, until the block ends."""
    clock = LoopClock(seed)
    prepare(folder, session=SESSION)
    made: dict[ProviderName, Provider] = {}
    async with simulated(clock, seed=seed, **settings).here() as sim:
        with contextlib.closing(Store.open(folder, session=SESSION)) as store:
            async with Engine(folder, setups(sim, clock, made), session=SESSION, clock=clock) as engine:
                await engine.run_once()
                watching = asyncio.create_task(engine.watch())
                try:
                    yield Day(engine, sim, store, clock, random.Random(seed), made)
                finally:
                    watching.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await watching


def setups(
    sim: SimulatorServer, clock: LoopClock, made: dict[ProviderName, Provider] | None = None
) -> list[WorkspaceSetup]:
    """Both providers, at the pace that they have outside. Their clients are put into `made` once there are any."""

    def setup(name: str, provider: ProviderName, key: str, url: str) -> WorkspaceSetup:
        def make() -> Provider:
            client = connect(provider, key=Secret(key), base_url=url, clock=clock)
            if made is not None:
                made[provider] = client
            return client

        return WorkspaceSetup(name, provider, make)

    return [
        setup("acme-linkedin", ProviderName.HEYREACH, sim.heyreach_key, sim.heyreach_url),
        setup("acme-networkhq", ProviderName.NETWORKHQ, sim.networkhq_key, sim.networkhq_url),
    ]
