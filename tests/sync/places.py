"""A workspace for tests of sync: a real store in a temporary folder, a provider in memory, a clock that obeys."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from postroom.commands import Command, Reply
from postroom.records import Conversation, ConversationKey
from store import outbox, queries
from store.database import Store
from store.outbox import OutboxEntry
from store.rows import OutboxRow
from sync.clock import VirtualClock
from sync.engine import WorkspaceSetup
from sync.events import Settled, SyncEvent
from sync.link import Link
from sync.pull import pull
from sync.push import push
from sync.report import PullReport
from tests.builders import at, conversation, inbound, lead, outbound, sender
from tests.sync.far_side import FarSide

WORKSPACE = "acme"


@dataclass
class Place:
    """What a test of sync stands on."""

    link: Link
    far: FarSide
    clock: VirtualClock
    events: list[SyncEvent] = field(default_factory=list)

    @property
    def store(self) -> Store:
        return self.link.store

    async def pull(self, *, full: bool = False, all_threads: bool = True) -> PullReport:
        """One pull, a second after whatever came before."""
        self.clock.advance(1)
        report, _ = await pull(self.link, full=full, all_threads=all_threads)
        return report

    def enqueue(self, command: Command) -> OutboxEntry:
        """Put a command into the outbox."""
        self.clock.advance(1)
        return self.entry(outbox.enqueue(self.store, command, now=self.clock.now()))

    def reply(self, text: str = "Gladly, Tuesday?", *, conversation: str = "c1", seen_upto: str | None = None) -> Reply:
        """A reply whose writer has seen everything that the cache holds, unless told otherwise."""
        messages = queries.thread(self.store, ConversationKey(WORKSPACE, conversation))
        newest = messages[-1].key if messages else ""
        return Reply(
            workspace=WORKSPACE,
            conversation=conversation,
            text=text,
            sender_id="sender-1",
            seen_upto=newest if seen_upto is None else seen_upto,
        )

    async def send(self, text: str = "Gladly, Tuesday?", *, conversation: str = "c1") -> OutboxRow:
        """Write a reply and push it."""
        entry = self.enqueue(self.reply(text, conversation=conversation))
        await push(self.link, entry)
        return self.row(entry.id)

    async def push(self, entry: OutboxEntry) -> OutboxRow:
        """Push an entry as it is now."""
        await push(self.link, self.entry(entry.id))
        return self.row(entry.id)

    def entry(self, entry_id: int) -> OutboxEntry:
        found = outbox.entry(self.store, entry_id)
        assert found is not None
        return found

    def row(self, entry_id: int) -> OutboxRow:
        found = outbox.row(self.store, entry_id)
        assert found is not None
        return found

    def bodies(self, conversation: str = "c1") -> list[str]:
        """The thread as it is stored, oldest first."""
        return [message.body for message in queries.thread(self.store, ConversationKey(WORKSPACE, conversation))]

    def settled(self) -> list[str]:
        """The states that the screen was told, in order."""
        return [event.state for event in self.events if isinstance(event, Settled)]


def make_place(folder: Path, *, far: FarSide | None = None) -> Place:
    """A workspace with one conversation, in which the lead wrote last."""
    far = far or FarSide(VirtualClock(at(600)))
    clock = far.clock
    if not far.threads:
        far.threads["c1"] = conversation("c1", outbound("Hi Ada", minutes=1), inbound("Tell me more", minutes=2))
        far.sender_list.append(sender())
    events: list[SyncEvent] = []
    link = Link(Store.open(folder, session="test"), far, WORKSPACE, clock, events.append)
    return Place(link, far, clock, events)


def many(count: int, *, first: int = 0) -> dict[str, Conversation]:
    """`count` conversations with one message each, a minute apart, the newest first."""
    return {
        f"c{number}": conversation(
            f"c{number}", inbound(f"Hello {number}", minutes=-number), who=lead(f"Lead Number {number}")
        )
        for number in range(first, first + count)
    }


def far_side(clock: VirtualClock | None = None) -> FarSide:
    """A provider with one conversation, in which the lead wrote last."""
    far = FarSide(clock or VirtualClock(at(600)))
    far.threads["c1"] = conversation("c1", outbound("Hi Ada", minutes=1), inbound("Tell me more", minutes=2))
    far.sender_list.append(sender())
    return far


def setup(far: FarSide, name: str = WORKSPACE) -> WorkspaceSetup:
    """What the engine needs to know of it."""
    return WorkspaceSetup(name, far.name, lambda: far)
