"""An engine on a simulator over real HTTP, and the store beside it as the screen would have it.

Time is the simulated world's for everybody: the engine, the client's waits and the provider. Whoever sleeps lets it
pass at once, so that a day of waiting takes no time. The oracle is the simulator's ledger.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from postroom.commands import Reply
from postroom.records import ConversationKey, Health, ProviderName
from postroom.secrets import Secret
from providers.base import Provider
from providers.factory import connect
from providers.heyreach.client import HeyReach
from providers.instantly.client import Instantly
from simulator.clock import SECOND
from simulator.faults import Fault, FaultKind
from simulator.ledger import Event
from simulator.server import SimulatorServer
from simulator.threads import Conversation, Spoken
from simulator.world import World
from store import outbox, queries
from store.database import Store
from store.rows import InboxRow, MessageRow, OutboxRow, View
from sync.clock import DAY
from sync.engine import Engine, WorkspaceSetup
from sync.events import SyncEvent
from sync.report import PullReport

HR, NH, IN = "heyreach", "networkhq", "instantly"
BOTH = (HR, NH)
"""The providers of LinkedIn's messages."""
ALL = (HR, NH, IN)
SEND = {HR: "SendMessage", NH: "send", IN: "reply"}
"""The operation by which each provider takes a message."""
LIST = {HR: "GetConversationsV3", NH: "conversations", IN: "emails"}
THREAD = {HR: "GetChatroom", NH: "conversation", IN: "emails"}


class WorldTime:
    """The world's time as a clock of sync and of the client. Sleeping moves it; dice always fall alike."""

    def __init__(self, world: World, *, roll: float = 0.5) -> None:
        self._world = world
        self._roll = roll
        self.slept: list[float] = []
        """Every wait that was asked for, in order."""

    def now(self) -> int:
        return self._world.now()

    def wall(self) -> float:
        return self._world.now() / SECOND

    def monotonic(self) -> float:
        return self._world.now() / SECOND

    def random(self) -> float:
        return self._roll

    async def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.slept.append(seconds)
            self._world.clock.advance(seconds)
        await asyncio.sleep(0)


class Stand:
    """Use it as `async with Stand(simulator, folder) as stand`."""

    def __init__(
        self,
        simulator: SimulatorServer,
        state: Path,
        *,
        providers: Sequence[str] = BOTH,
        deadline: float = 5.0,
        per_minute: int = 60_000,
        address: Callable[[str], str] | None = None,
        page: int | None = None,
    ) -> None:
        self.simulator = simulator
        self.state = state
        self.deadline = deadline
        self.per_minute = per_minute
        self.time = WorldTime(simulator.world)
        self.events: list[SyncEvent] = []
        self._page = page
        self._address = address or self._simulated
        self.setups = [
            WorkspaceSetup(name, ProviderName(name), lambda name=name: self._connect(name)) for name in providers
        ]
        self.engine = self._engine()

    async def __aenter__(self) -> Stand:
        await self.engine.__aenter__()
        self.store = Store.open(self.state, session="s")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.engine.__aexit__(None, None, None)
        self.store.close()

    async def restart(self) -> None:
        """End the engine and start another, as a new process would."""
        await self.engine.__aexit__(None, None, None)
        self.engine = self._engine()
        await self.engine.__aenter__()

    # What the person does

    def write(self, key: ConversationKey, text: str) -> int:
        """Put a reply into the outbox, having seen the thread as it is cached."""
        head = queries.conversation(self.store, key)
        assert head is not None
        seen = self.thread(key)
        command = Reply(key.workspace, key.id, text, head.sender_id, seen_upto=seen[-1].key if seen else "")
        return outbox.enqueue(self.store, command, now=self.time.now())

    async def send(self, key: ConversationKey, text: str) -> OutboxRow:
        """Write a reply and send it now."""
        entry = self.write(key, text)
        await self.engine.send_now(entry)
        return self.row(entry)

    async def sync(self, *, after: float = 1.0) -> list[PullReport]:
        """One sync, so many seconds after whatever came before."""
        self.simulator.world.clock.advance(after)
        return await self.engine.run_once()

    async def sync_next_day(self) -> list[PullReport]:
        """One sync a day later: the whole inbox is walked again."""
        return await self.sync(after=DAY / SECOND + 1)

    # What the cache says

    def rows(self, workspace: str) -> list[InboxRow]:
        """Every conversation of a workspace, newest first."""
        return queries.inbox_rows(self.store, View.ALL, workspace=workspace, limit=1_000_000)

    def answerable(self, workspace: str) -> list[ConversationKey]:
        """Conversations that can be answered, newest first."""
        heads = [queries.conversation(self.store, row.key) for row in self.rows(workspace)]
        return [
            head.row.key
            for head in heads
            if head is not None and not head.row.blocked and head.sender_health is not Health.BROKEN
        ]

    def thread(self, key: ConversationKey) -> list[MessageRow]:
        """The stored thread, oldest first."""
        return queries.thread(self.store, key)

    def bodies(self, key: ConversationKey) -> list[str]:
        """The texts of the stored thread, oldest first."""
        return [message.body for message in self.thread(key)]

    def bubbles(self, key: ConversationKey) -> list[str]:
        """What the screen draws of a thread: its messages, and below them what was not confirmed."""
        return [*self.bodies(key), *(echo.text for echo in queries.echoes(self.store, key))]

    def row(self, entry: int) -> OutboxRow:
        """An entry of the outbox as it is now."""
        row = outbox.row(self.store, entry)
        assert row is not None
        return row

    # What the far side knows

    def there(self, key: ConversationKey) -> Conversation:
        """The conversation at its provider."""
        return self.simulator.world.workspace(key.workspace).by_id[native(key)]

    def said(self, key: ConversationKey) -> tuple[Spoken, ...]:
        """What the provider shows of it, oldest first."""
        return self.simulator.world.workspace(key.workspace).history(self.there(key))

    def hear(self, key: ConversationKey, text: str) -> Event:
        """Let the lead write."""
        return self.simulator.world.hear(self.simulator.world.workspace(key.workspace), self.there(key), text)

    def remove(self, key: ConversationKey) -> None:
        """Let the conversation be gone from its provider."""
        self.simulator.world.remove(self.simulator.world.workspace(key.workspace), self.there(key))

    def delivered(self, text: str) -> int:
        """How often a text was delivered, by the ledger."""
        return len(self.simulator.ledger.delivered(text=text))

    def tries(self, workspace: str) -> int:
        """How many requests to send have arrived at a provider."""
        return self.simulator.traffic.count(f"{workspace} {_full(workspace)}")

    def fault(self, kind: FaultKind, **details: object) -> None:
        """Switch a fault on."""
        self.simulator.fault(Fault(kind, **details))  # type: ignore[arg-type]  # the names are checked by Fault

    def fault_on_send(self, workspace: str, kind: FaultKind, *, times: int | None = 1, **details: object) -> None:
        """Let the next sends of a workspace go wrong."""
        self.fault(kind, provider=workspace, operation=SEND[workspace], times=times, **details)

    def _engine(self) -> Engine:
        return Engine(self.state, self.setups, session="s", clock=self.time, on_event=self.events.append)

    def _simulated(self, workspace: str) -> str:
        return address_of(self.simulator, workspace)

    def _connect(self, workspace: str) -> Provider:
        keys = {
            HR: self.simulator.heyreach_key,
            NH: self.simulator.networkhq_key,
            IN: self.simulator.instantly_key,
        }
        made = connect(
            ProviderName(workspace),
            key=Secret(keys[workspace]),
            base_url=self._address(workspace),
            requests_per_minute=self.per_minute,
            deadline=self.deadline,
            clock=self.time,
        )
        if self._page is not None and isinstance(made, (HeyReach, Instantly)):
            made.page = self._page
        return made


def address_of(simulator: SimulatorServer, workspace: str) -> str:
    """Where the provider of a workspace is."""
    return {HR: simulator.heyreach_url, NH: simulator.networkhq_url, IN: simulator.instantly_url}[workspace]


def native(key: ConversationKey) -> str:
    """The provider's own id of a conversation."""
    return key.id.partition("/")[2] if key.workspace == HR else key.id


def _full(workspace: str) -> str:
    return "inbox/SendMessage" if workspace == HR else SEND[workspace]
