"""Campaigns and the leads in them: who is where in which sequence, and what stopping and resuming do to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from simulator.clock import DAY, SECOND
from simulator.dice import Dice, mix
from simulator.instantly.ids import campaign_id, list_id

State = Literal["DRAFT", "SCHEDULED", "STARTING", "IN_PROGRESS", "PAUSED", "FINISHED", "CANCELED", "FAILED"]
"""HeyReach's words, used for all providers inside."""

LeadState = Literal["Pending", "InSequence", "Finished", "Paused", "Failed", "Excluded"]

FALL_BACK = SECOND
"""After how long a campaign with no leads is paused again."""

_PLANS: tuple[tuple[str, State, bool], ...] = (
    ("Q3 founders", "IN_PROGRESS", False),
    ("Nordics – logistics leaders", "IN_PROGRESS", False),
    ("DACH Geschäftsführer", "PAUSED", False),
    ("Webinar follow-up ✉️", "IN_PROGRESS", False),
    ("Black Friday ad leads", "PAUSED", True),
    ("Series A congratulations", "FINISHED", False),
    ("LatAm – primer contacto", "IN_PROGRESS", False),
    ("Event: booth 214", "CANCELED", False),
    ("Old list, broken session", "FAILED", False),
    ("Spring relaunch", "DRAFT", False),
    ("Partner managers", "SCHEDULED", False),
)
"""Name, state and whether the list is empty."""

WITH_CONVERSATIONS = (0, 1, 2, 3, 5, 6, 7, 8)
"""The campaigns that have written to somebody."""

_LEAD_STATES: tuple[LeadState, ...] = (
    *("InSequence",) * 11,
    *("Finished",) * 4,
    *("Pending",) * 2,
    "Paused",
    "Failed",
    "Excluded",
)


@dataclass(slots=True)
class Campaign:
    """One campaign of a workspace."""

    index: int
    id: str
    name: str
    state: State
    empty_list: bool
    created_at: int
    started_at: int | None
    list_id: str
    senders: tuple[int, ...]
    members: dict[int, int] = field(default_factory=dict)
    """The number of each person it holds, and the index of the sender that writes to them."""
    stopped: set[int] = field(default_factory=set)
    """The numbers of the people who were taken out."""
    resumed_at: int | None = None

    def state_at(self, moment: int) -> State:
        """Its state at a moment: a campaign without leads does not keep running."""
        if self.empty_list and self.resumed_at is not None and moment >= self.resumed_at + FALL_BACK:
            return "PAUSED"
        return self.state

    def lead_state(self, seed: int, person: int) -> LeadState:
        """Where a person is in it."""
        if person in self.stopped:
            return "Finished"
        return _LEAD_STATES[mix(seed, 31, self.index, person) % len(_LEAD_STATES)]


def make_campaigns(seed: int, provider: str, anchor: int, senders: int) -> list[Campaign]:
    """The campaigns of a workspace."""
    made = []
    for index, (name, state, empty) in enumerate(_PLANS):
        dice = Dice(seed, 30, index)
        created = anchor - dice.between(20, 190) * DAY - dice.below(86_400_000) * 1000 - 537
        drafted = state in {"DRAFT", "SCHEDULED"}
        number = 590_000 + index * 1_613 + dice.below(1_000)
        made.append(
            Campaign(
                index=index,
                id={
                    "heyreach": str(number),
                    "networkhq": f"cmp_{mix(seed, 33, index):016x}",
                    "instantly": campaign_id(seed, index),
                }[provider],
                name=name,
                state=state,
                empty_list=empty,
                created_at=created,
                started_at=None if drafted else created + dice.between(1, 40) * 3600 * SECOND,
                list_id={
                    "heyreach": str(98_000 + index),
                    "networkhq": f"ll_{mix(seed, 34, index % 4):016x}",
                    "instantly": list_id(seed, index % 4),
                }[provider],
                senders=() if state == "DRAFT" else tuple(sorted({dice.below(senders), dice.below(senders)})),
            )
        )
    return made
