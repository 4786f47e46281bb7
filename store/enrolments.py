"""Reads of enrolments: the campaigns of a lead, or of a person in every workspace, and the stops under way."""

from __future__ import annotations

import json
from collections.abc import Sequence

from postroom.commands import StopLead
from postroom.records import CampaignState, ConversationKey, EnrolmentState
from postroom.text import profile_key
from store.connection import Value
from store.database import Store
from store.kinship import identities, same_person
from store.outbox_reads import OutboxEntry, open_entries
from store.rows import EnrolmentRow

_LIMIT = 5000
_SELECT = """
select w.name, w.provider, e.campaign, coalesce(nullif(e.campaign_name, ''), c.name, ''), e.state, e.state_raw,
    coalesce(c.state, e.campaign_state), e.lead_id, e.lead_url, e.note
from workspace w cross join enrolment e on e.workspace = w.id
left join campaign c on c.workspace = e.workspace and c.native = e.campaign
"""
_ORDER = "order by e.state <> 'active', 4, e.campaign"


def enrolments(store: Store, key: ConversationKey) -> list[EnrolmentRow]:
    """The campaigns of this conversation's lead, in its workspace, those that may still send first."""
    lead = store.cache.row(
        lambda *columns: columns,
        """
        select lead_id, profile_url, lead_name, linkedin_id from conversation
        where native = ? and workspace = (select id from workspace where name = ?)
        """,
        (key.id, key.workspace),
    )
    if lead is None:
        return []
    lead_id, url, name, linkedin_id = lead
    return _rows(
        store,
        "where w.name = ? and e.lead in (?, ?)",
        (key.workspace, lead_key(lead_id, url), lead_id),
        lead_id=lead_id, url=url, name=name, linkedin_id=linkedin_id,
    )  # fmt: skip


def person_enrolments(store: Store, key: ConversationKey) -> list[EnrolmentRow]:
    """The campaigns of the person whom a conversation is with, in every workspace; this conversation's own first.

    Also where the person was enrolled and never answered, so that there is no conversation.
    """
    found = [each for member in same_person(store, key) for each in enrolments(store, member)]
    keys = identities(store, key)
    name = found[0].lead_name if found else _name(store, key)
    profiles = [each.removeprefix("linkedin:") for each in keys if each.startswith("linkedin:")]
    emails = [each.removeprefix("email:") for each in keys if each.startswith("email:")]
    for where, values in (
        ("where e.lead in (select value from json_each(?))", profiles),
        ("where e.lead_email in (select value from json_each(?))", emails),
    ):
        if values:
            found += _rows(store, where, (json.dumps(values),), lead_id="", url=None, name=name, linkedin_id=None)
    return list({(e.workspace, e.campaign_id, lead_key(e.lead_id, e.lead_url)): e for e in reversed(found)}.values())[
        ::-1
    ]


def lead_key(lead_id: str, lead_url: str | None) -> str:
    """What joins an enrolment to a conversation's lead: the profile, else the provider's id."""
    return profile_key(lead_url) or lead_id or lead_url or ""


def _rows(
    store: Store,
    where: str,
    parameters: Sequence[Value],
    *,
    lead_id: str,
    url: str | None,
    name: str,
    linkedin_id: str | None,
) -> list[EnrolmentRow]:
    entries = open_entries(store)

    def row(
        workspace: str, provider: str, campaign_id: str, campaign_name: str, state: str, state_raw: str,
        campaign_state: str, enrolled_id: str, enrolled_url: str | None, note: str,
    ) -> EnrolmentRow:  # fmt: skip
        return EnrolmentRow(
            workspace, provider, campaign_id, campaign_name, EnrolmentState(state), state_raw,
            CampaignState(campaign_state), enrolled_id or lead_id, name, enrolled_url or url, linkedin_id, note,
            _pending_stop(entries, workspace, campaign_id, lead_key(enrolled_id or lead_id, enrolled_url or url)),
        )  # fmt: skip

    sql = f"{_SELECT} {where} {_ORDER} limit {_LIMIT}"  # `where` is a constant of this file
    return store.cache.rows(row, sql, tuple(parameters))


def _name(store: Store, key: ConversationKey) -> str:
    return (
        store.cache.row(
            str,
            """
            select lead_name from conversation
            where native = ? and workspace = (select id from workspace where name = ?)
            """,
            (key.id, key.workspace),
        )
        or ""
    )


def _pending_stop(entries: list[OutboxEntry], workspace: str, campaign_id: str, lead: str) -> str:
    for entry in reversed(entries):
        command = entry.command
        if (
            isinstance(command, StopLead)
            and (command.workspace, command.campaign_id) == (workspace, campaign_id)
            and lead_key(command.lead_id, command.lead_url) == lead
        ):
            return "NOT YET STOPPED"
    return ""
