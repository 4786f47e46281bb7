"""Reads of who has answered, and whether a stop was asked for since."""

from __future__ import annotations

from dataclasses import dataclass

from postroom.commands import StopLead, from_json
from postroom.records import ConversationKey, Micros
from store.database import Store

_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """The newest thing that a lead wrote in a conversation, by hand."""

    key: ConversationKey
    at: Micros
    lead_name: str
    campaign_id: str | None


def since(store: Store, workspace: str, at: Micros) -> list[Answer]:
    """The conversations of a workspace in which the lead has written after a moment; oldest answer first.

    What no person wrote answers nothing.
    """
    return store.cache.rows(
        lambda native, sent_at, name, campaign: Answer(ConversationKey(workspace, native), sent_at, name, campaign),
        """
        select c.native, max(m.sent_at), c.lead_name, c.campaign_id
        from conversation c indexed by workspace_by_time join message m on m.conversation = c.id
        where c.workspace = (select id from workspace where name = ?) and c.sort_at > ?
            and m.direction = 'in' and m.sent_at > ? and m.kind not in ('auto_reply', 'scheduled')
        group by c.id order by 2 limit ?
        """,
        (workspace, at, at, _LIMIT),
    )


def was_asked(store: Store, stop: StopLead, *, since: Micros) -> bool:
    """Whether this stop was asked for after a moment, whatever became of it: also one that was taken back."""
    rows = store.user.rows(
        lambda kind, payload: from_json(str(kind), str(payload)),
        "select kind, payload from outbox where workspace = ? and kind = ? and created_at >= ?",
        (stop.workspace, stop.kind, since),
    )
    return any(
        isinstance(each, StopLead) and (each.campaign_id, each.lead_id) == (stop.campaign_id, stop.lead_id)
        for each in rows
    )
