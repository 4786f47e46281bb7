"""What sync tells the screen: past-tense facts, small and frozen. The screen re-reads what it shows from the store."""

from __future__ import annotations

from dataclasses import dataclass

from postroom.records import ConversationKey


@dataclass(frozen=True, slots=True)
class Pulled:
    """Rows of the cache changed. Sent at most every 100 ms."""

    workspace: str
    conversations: tuple[str, ...] = ()
    """Native ids of changed conversations. Empty with `campaigns` False: only counts or status changed."""
    campaigns: bool = False
    """Campaigns, senders, enrolments or statistics changed."""


@dataclass(frozen=True, slots=True)
class Progressed:
    """How far a walk over a list is."""

    workspace: str
    stream: str
    """`conversations`, `threads`, `campaigns`, `senders`, `enrolments`."""
    done: int
    total: int | None = None
    """The provider's claim. None when it makes none."""


@dataclass(frozen=True, slots=True)
class Settled:
    """An outbox entry changed its state."""

    workspace: str
    entry_id: int
    kind: str
    """`Command.kind`."""
    state: str
    conversation: str = ""
    """The native id the entry belongs to; empty for a campaign action without one."""
    sentence: str = ""
    """What happened, for the user."""


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """A workspace's line in the status bar changed."""

    workspace: str
    state: str
    """`ok`, `syncing`, `offline`, `limited`, `denied` (key or scope), `incomplete`, `failed`."""
    sentence: str = ""
    """One sentence that says what is wrong and what to do. Empty when all is well."""
    synced_at: int | None = None
    """Micros of the last complete pull. None: never."""
    budget_left: int | None = None
    budget: int | None = None


@dataclass(frozen=True, slots=True)
class LookedUp:
    """A workspace was asked for the campaigns of the person whom a conversation is with."""

    workspace: str
    conversation: ConversationKey
    """Any one of the person's; not always of this workspace."""
    sentence: str = ""
    """Why they are not known all the same. Empty: what the provider knows is in the cache."""
    failed: bool = False
    """It was asked and did not answer, so that there may be campaigns which nobody knows of."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The campaigns of a workspace were read because somebody asked for all of them."""

    workspace: str
    sentence: str = ""
    """Why they could not be read. Empty: what the provider lists is in the cache."""


SyncEvent = Pulled | Progressed | Settled | StatusChanged | LookedUp | Listed
