"""Asking for the stop of an enrolment: one entry of the outbox, and the same one again while it is not proven."""

from __future__ import annotations

from postroom.capabilities import Action, capability
from postroom.commands import StopLead
from postroom.records import ConversationKey, EnrolmentState, Micros, ProviderName
from store import outbox
from store.database import Store
from store.rows import EnrolmentRow

STUCK = frozenset({"failed", "held", "in_doubt"})
"""States of a stop that goes no further by itself. To stop twice does no harm, so it may be asked for again."""


_STOPPED_BY = {ProviderName.INSTANTLY: "will be moved to the list “Stopped”"}


def fate(enrolment: EnrolmentRow) -> str:
    """What a stop does to one enrolment, in a few words; else why it stays, and what to do instead."""
    provider = ProviderName(enrolment.provider)
    answer = capability(provider, Action.STOP_LEAD)
    if not answer.offered:
        return f"stays: {answer.sentence}"
    if enrolment.state is EnrolmentState.STOPPED:
        return "stays stopped"
    if enrolment.pending_action and enrolment.stop_state not in STUCK:
        return f"stays as it is: {enrolment.pending_action}"
    again = " again" if enrolment.stop_state in STUCK else ""
    return f"{_STOPPED_BY.get(provider, 'will be stopped')}{again}"


def can_stop(enrolment: EnrolmentRow) -> bool:
    """Whether a stop would change something. Only STOPPED is proof that it would not."""
    offered = capability(ProviderName(enrolment.provider), Action.STOP_LEAD).offered
    under_way = enrolment.pending_action and enrolment.stop_state not in STUCK
    return offered and enrolment.state is not EnrolmentState.STOPPED and not under_way


def ask_stop(store: Store, enrolment: EnrolmentRow, conversation: ConversationKey, *, now: Micros) -> int:
    """Put the stop of an enrolment into the outbox, or let the one that is there go on. Returns the entry."""
    if enrolment.stop_state in STUCK:
        return outbox.resolve(store, enrolment.stop_entry, "resend", now=now) or enrolment.stop_entry
    if enrolment.stop_entry:
        return enrolment.stop_entry
    return outbox.enqueue(store, stop_of(enrolment, conversation), now=now)


def stop_of(enrolment: EnrolmentRow, conversation: ConversationKey) -> StopLead:
    """The command that stops one enrolment of the person whom a conversation is with."""
    return StopLead(
        workspace=enrolment.workspace,
        campaign_id=enrolment.campaign_id,
        campaign_name=enrolment.campaign_name,
        lead_id=enrolment.lead_id,
        lead_name=enrolment.lead_name,
        lead_url=enrolment.lead_url,
        linkedin_id=enrolment.linkedin_id,
        conversation=conversation.id if conversation.workspace == enrolment.workspace else "",
    )
