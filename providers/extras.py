"""What only some providers can be asked for besides `providers.base.Provider`; whoever asks looks first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from postroom.records import Lead, Verdict
from providers.base import Lane


@runtime_checkable
class TakesVerdicts(Protocol):
    """Can be told what a lead's answers amount to."""

    async def classify(self, lead: Lead, verdict: Verdict, *, campaign: str | None = None) -> None:
        """Ask for it; the caller reads back. Raises Refused where the provider has no word for it."""

    async def verdict_of(self, lead: Lead, *, campaign: str | None = None, lane: Lane = Lane.ACTION) -> Verdict | None:
        """What it says now, in one campaign or wherever the lead is. None: nothing, or not the same everywhere."""


@runtime_checkable
class TellsWhyIdle(Protocol):
    """Knows why a campaign is not sending."""

    async def why_not_sending(self, campaign: str, *, lane: Lane = Lane.OPEN_THREAD) -> str:
        """The reason in one sentence; empty when it sends, or when nobody knows."""


@runtime_checkable
class Blocks(Protocol):
    """Keeps a list of people whom nobody in the workspace writes to."""

    async def block_lead(self, lead: Lead) -> bool:
        """Put the lead on it; harmless twice. True: the answer proves it; otherwise the caller reads back.

        Raises Refused without anything that the provider could know the lead by.
        """

    async def is_blocked(self, lead: Lead, *, lane: Lane = Lane.ACTION) -> bool:
        """Whether the lead is shown on it."""


@dataclass(frozen=True, slots=True)
class Right:
    """Something that a key has to be allowed to do, and is not."""

    scope: str
    """The provider's word for it."""
    without: str
    """What does not work without it, as a sentence; where it could not be asked about, why."""
    vital: bool = False
    """Whether nothing works without it."""
    asked: bool = True
    """Whether the provider has answered."""


@runtime_checkable
class ChecksRights(Protocol):
    """Has keys with scopes."""

    async def missing_rights(self) -> tuple[Right, ...]:
        """What Postroom needs and the key may not do. Changes nothing."""
