"""How a simulator is set up. Every setting has a default that a person trying the demo would want."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

HEYREACH_KEY = "simulator-heyreach-key"
NETWORKHQ_KEY = "nhq_live_simulator"
INSTANTLY_KEY = "simulator-instantly-key"

HEYREACH_PREFIX = "/api/public"
NETWORKHQ_PREFIX = "/api/v1"
INSTANTLY_PREFIX = "/api/v2"

EVERYTHING = "all:all"
"""The scope of an Instantly key that may do everything."""

SCOPES = (
    "campaigns:read",
    "linkedin_accounts:read",
    "lead_lists:read",
    "lead_lists:write",
    "leads:read",
    "leads:write",
    "conversations:read",
    "conversations:write",
)
"""Every scope that a NetworkHQ key can hold."""

ListOrder = Literal["updated", "created", "shuffled"]


@dataclass(frozen=True, slots=True)
class SimulatorConfig:
    """One simulated world and how its providers behave."""

    seed: int = 1
    conversations: int = 320
    """Conversations in HeyReach's and NetworkHQ's workspaces together."""
    instantly_conversations: int = 0
    """Conversations in Instantly's workspaces, besides."""
    networkhq_share: float = 110 / 320
    """The part of the conversations that is NetworkHQ's; the rest is HeyReach's."""
    now: int | None = None
    """The moment the world is made for, in microseconds since the epoch. Time then runs on from it.

    None: the current hour, so that a restart within the hour makes the same world; time is the machine's."""
    life: bool = False
    """Leads answer while you watch."""
    life_speed: float = 1.0
    """How many times faster than life."""
    hostile: bool = False
    """Every text field of every answer carries something that a terminal must not obey."""
    ledger: Path | None = None
    """A JSON-lines file that keeps what was delivered over restarts, and the world's seed, size and moment."""

    heyreach_keys: tuple[str, ...] = (HEYREACH_KEY,)
    """One workspace for each key; the conversations are divided among them."""
    networkhq_keys: tuple[str, ...] = (NETWORKHQ_KEY,)
    """One workspace for each key; the conversations are divided among them."""
    instantly_keys: tuple[str, ...] = (INSTANTLY_KEY,)
    """One workspace for each key; the conversations are divided among them."""
    scopes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What a NetworkHQ or Instantly key may do. A key that is not named may do everything."""

    heyreach_per_minute: int | None = 300
    """Requests a minute for each key. None: no limit."""
    networkhq_per_minute: int | None = 120
    """Requests a minute for each key; the real figure is not published. None: no limit."""

    instantly_per_minute: int | None = 6000
    """Requests a minute for each key. None: no limit."""
    instantly_mails_per_minute: int | None = 20
    """Of those, reads of mails. None: no limit."""
    job_seconds: float = 1.0
    """How long Instantly takes to move a lead."""

    pending_share: float = 0.1
    """The part of NetworkHQ's sends that are accepted without a message, from 0 to 1."""
    pending_seconds: float = 4.0
    """After how long a pending message appears in its thread."""
    echo_seconds: float = 0.0
    """After how long a message sent through HeyReach appears in its thread."""
    cursor_seconds: float = 600.0
    """How long a NetworkHQ cursor is good for."""
    networkhq_order: ListOrder = "updated"
    """The order of NetworkHQ's conversation list, which its contract leaves open."""
    credits: int = 42
    """What is left for enriching leads at NetworkHQ."""

    send_answer: Literal["empty", "json"] = "empty"
    """The body of HeyReach's SendMessage answer, which nobody has documented."""
    tags_answer: Literal["object", "list"] = "object"
    """The shape of HeyReach's GetTags answer, of which two are told."""
    message_order: Literal["mixed", "oldest", "newest"] = "mixed"
    """The order of `messages` in HeyReach's list, which its contract leaves open."""
    loose_numbers: bool = False
    """HeyReach's counts and sender flags arrive as strings, as its vendor's document types them."""
    page_most: int = 0
    """A page of all conversations by cursor holds no more than this; 0: as many as are asked for."""
    long_thread: int = 0
    """Messages of the newest conversation of every workspace; 0: as many as its dialogue has."""

    @property
    def networkhq_conversations(self) -> int:
        """How many conversations are NetworkHQ's."""
        return min(self.conversations, round(self.conversations * self.networkhq_share))

    @property
    def heyreach_conversations(self) -> int:
        """How many conversations are HeyReach's."""
        return self.conversations - self.networkhq_conversations

    def keys(self, provider: str) -> tuple[str, ...]:
        """The keys of a provider's workspaces."""
        return {"heyreach": self.heyreach_keys, "networkhq": self.networkhq_keys}.get(provider, self.instantly_keys)

    def size(self, provider: str) -> int:
        """How many conversations are a provider's."""
        sizes = {"heyreach": self.heyreach_conversations, "networkhq": self.networkhq_conversations}
        return sizes.get(provider, self.instantly_conversations)
