"""Reads of enrolments: the campaigns of a lead, or of a person in every workspace, and the stops under way."""

from __future__ import annotations

import json
from collections.abc import Sequence

from postroom.commands import StopLead
from postroom.records import CampaignState, ConversationKey, EnrolmentState, Lead, ProviderName
from postroom.text import person_keys, profile_key
from store.connection import Value
from store.database import Store
from store.kinship import identities, same_person
from store.outbox_reads import OutboxEntry, open_entries
from store.rows import EnrolmentRow

_LIMIT = 5000
FOUND_BY = {ProviderName.HEYREACH: "linkedin:", ProviderName.INSTANTLY: "email:"}
"""Which of `postroom.text.person_keys` finds somebody's campaigns at a provider, with no conversation to go by.

A provider that is missing has no such look-up."""

_SELECT = """
select w.name, w.provider, e.campaign, coalesce(nullif(e.campaign_name, ''), c.name, ''), e.state, e.state_raw,
    coalesce(c.state, e.campaign_state), e.lead_id, e.lead_url, e.note, coalesce(e.lead_email, e.lead)
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
    return list({(e.workspace, e.campaign_id, e.lead): e for e in reversed(found)}.values())[::-1]


def leads_in(store: Store, key: ConversationKey, workspace: str, provider: ProviderName) -> list[Lead]:
    """As whom the person of a conversation can be looked up in a workspace.

    As those who wrote there, then by what else is known of the person. Empty: there is nothing to look them up by.
    """
    known = _leads(store, same_person(store, key))
    leads = [lead for where, lead in known if where == workspace]
    prefix = FOUND_BY.get(provider)
    if prefix is None:
        return leads
    covered = {each for lead in leads for each in person_keys(lead.profile_url, lead.email)}
    spelled = {profile_key(lead.profile_url): lead.profile_url for _, lead in known}
    name = known[0][1].name if known else ""
    for found in sorted(each for each in identities(store, key) - covered if each.startswith(prefix)):
        rest = found.removeprefix(prefix)
        if provider is ProviderName.INSTANTLY:
            leads.append(Lead(id=rest, name=name, email=rest))
        else:
            url = spelled.get(rest) or f"https://www.linkedin.com/{rest}"
            leads.append(Lead(id=url, name=name, profile_url=url))
    return leads


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
        campaign_state: str, enrolled_id: str, enrolled_url: str | None, note: str, lead: str,
    ) -> EnrolmentRow:  # fmt: skip
        who = Lead(id=enrolled_id or lead_id, name=name, profile_url=enrolled_url or url)
        stop = _open_stop(entries, workspace, campaign_id, who)
        return EnrolmentRow(
            workspace, provider, campaign_id, campaign_name, EnrolmentState(state), state_raw,
            CampaignState(campaign_state), who.id, name, who.profile_url, linkedin_id, note,
            "NOT YET STOPPED" if stop else "", lead, stop.id if stop else 0, stop.state if stop else "",
        )  # fmt: skip

    sql = f"{_SELECT} {where} {_ORDER} limit {_LIMIT}"  # `where` is a constant of this file
    return store.cache.rows(row, sql, tuple(parameters))


def _name(store: Store, key: ConversationKey) -> str:
    return next((lead.name for _, lead in _leads(store, [key])), "")


def _leads(store: Store, keys: Sequence[ConversationKey]) -> list[tuple[str, Lead]]:
    """The leads of conversations, each with its workspace, in this order."""
    found: list[tuple[str, Lead]] = []
    for key in keys:
        found += store.cache.rows(
            lambda workspace, lead_id, name, url, email, linkedin_id, person: (
                str(workspace),
                Lead(lead_id, name, profile_url=url, email=email, linkedin_id=linkedin_id, person=person),
            ),
            """
            select w.name, c.lead_id, c.lead_name, c.profile_url, c.email, c.linkedin_id, c.person
            from conversation c join workspace w on w.id = c.workspace where c.native = ? and w.name = ?
            """,
            (key.id, key.workspace),
        )
    return found


def _open_stop(entries: list[OutboxEntry], workspace: str, campaign_id: str, lead: Lead) -> OutboxEntry | None:
    """The newest stop of this enrolment that is not proven yet."""
    for entry in reversed(entries):
        command = entry.command
        if (
            isinstance(command, StopLead)
            and (command.workspace, command.campaign_id) == (workspace, campaign_id)
            and (
                (command.lead_id and command.lead_id == lead.id)
                or lead_key(command.lead_id, command.lead_url) == lead_key(lead.id, lead.profile_url)
            )
        ):
            return entry
    return None
