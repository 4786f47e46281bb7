"""Replies and actions as a person asks for them, and where they stand."""

from __future__ import annotations

from postroom.commands import Command, PauseCampaign, Reply, ResumeCampaign, StopLead
from postroom.records import ConversationKey
from store import outbox
from store.database import Store
from store.outbox_states import State
from tests.builders import at

ADA = ConversationKey("acme", "c1")
PAUSE = PauseCampaign("acme", "q3", "Q3 founders")
RESUME = ResumeCampaign("acme", "q3", "Q3 founders")
STOP = StopLead("acme", "q3", "Q3 founders", "lead-1", "Ada Lovelace")


def reply(text: str = "Hello", conversation_id: str = "c1") -> Reply:
    """A reply to Ada."""
    return Reply("acme", conversation_id, text, "sender-1", lead_name="Ada Lovelace")


def state_of(store: Store, entry_id: int) -> str:
    """Where an entry stands."""
    row = outbox.row(store, entry_id)
    assert row is not None
    return row.state


def draft_text(store: Store) -> str | None:
    """Ada's draft."""
    draft = outbox.draft(store, ADA)
    return draft.text if draft else None


def in_state(store: Store, state: State, command: Command | None = None) -> int:
    """An entry brought into a state by legal steps."""
    undo = 10 if state is State.UNDO else 0
    number = outbox.enqueue(store, command or reply(), now=at(0), undo_seconds=undo)
    if state in {State.UNDO, State.QUEUED}:
        return number
    if state is State.HELD:
        outbox.hold(store, number, "they replied", now=at(1))
        return number
    if state is State.DISCARDED:
        outbox.edit(store, number, now=at(1))
        return number
    assert outbox.claim(store, number, baseline=None, now=at(1))
    if state is not State.SENDING:
        outbox.settle(store, number, state=state, now=at(2))
    return number
