"""Reads of campaigns and enrolments, with what the outbox is about to do to them."""

from __future__ import annotations

import json

from postroom.commands import PauseCampaign, ResumeCampaign, StopLead
from postroom.errors import Ambiguous, NotFound
from postroom.records import CampaignKey, CampaignState, ConversationKey, EnrolmentState, Health
from postroom.text import profile_key
from store.connection import Value
from store.database import Store
from store.outbox_reads import OutboxEntry, open_entries
from store.rows import CampaignRow, EnrolmentRow

_LIMIT = 5000

PAUSING, RESUMING = "pausing: not yet paused", "resuming: not yet running"
"""What a campaign's line says while an action is on its way and not read back."""

_GIVEN_UP = {"failed": "failed", "held": "held back", "in_doubt": "in doubt"}
"""States of a pause or a resume that nobody is working on any more: it must not read as if it were under way."""


def campaigns(store: Store, *, workspace: str | None = None) -> list[CampaignRow]:
    """All campaigns, by workspace and name."""
    return _campaigns(store, "(:workspace is null or w.name = :workspace)", {"workspace": workspace})


def campaign(store: Store, key: CampaignKey) -> CampaignRow | None:
    """One campaign. None: it is not in the cache."""
    where = "c.native = :native and c.workspace = (select id from workspace where name = :workspace)"
    return next(iter(_campaigns(store, where, {"native": key.id, "workspace": key.workspace})), None)


def find_campaign(store: Store, ref: str) -> CampaignRow:
    """The campaign by its ref, a unique prefix of it, the provider's id or its exact name.

    Raises NotFound or Ambiguous.
    """
    found = _campaigns(store, "c.ref = :ref", {"ref": ref}) if ref else []
    if ref and not found:
        where = "(c.ref >= :ref and c.ref < :ref || '~') or c.native = :ref or c.name = :ref"
        found = _campaigns(store, where, {"ref": ref})
    if not found:
        raise NotFound(f"No campaign has the id or name “{ref}”. `postroom campaigns` shows them.")
    if len(found) > 1:
        names = ", ".join(f"{row.ref} ({row.name})" for row in found[:3])
        raise Ambiguous(f"“{ref}” fits several campaigns, such as {names}. Give more of the id.")
    return found[0]


def enrolments(store: Store, key: ConversationKey) -> list[EnrolmentRow]:
    """The campaigns of this conversation's lead, in its workspace, those that may still send first."""
    lead = store.cache.row(
        lambda number, lead_id, url, name, linkedin_id: (
            int(number), str(lead_id), url, str(name), linkedin_id,
        ),
        """
        select workspace, lead_id, profile_url, lead_name, linkedin_id from conversation
        where native = ? and workspace = (select id from workspace where name = ?)
        """,
        (key.id, key.workspace),
    )  # fmt: skip
    if lead is None:
        return []
    number, lead_id, url, name, linkedin_id = lead
    entries = open_entries(store, key.workspace)

    def row(
        provider: str, campaign_id: str, campaign_name: str, state: str, state_raw: str, campaign_state: str,
        enrolled_id: str, enrolled_url: str | None, note: str,
    ) -> EnrolmentRow:  # fmt: skip
        return EnrolmentRow(
            key.workspace, provider, campaign_id, campaign_name, EnrolmentState(state), state_raw,
            CampaignState(campaign_state), enrolled_id or lead_id, name, enrolled_url or url, linkedin_id, note,
            _pending_stop(entries, campaign_id, enrolled_id or lead_id, enrolled_url or url),
        )  # fmt: skip

    return store.cache.rows(
        row,
        """
        select w.provider, e.campaign, coalesce(nullif(e.campaign_name, ''), c.name, ''), e.state, e.state_raw,
            coalesce(c.state, e.campaign_state), e.lead_id, e.lead_url, e.note
        from enrolment e join workspace w on w.id = e.workspace
        left join campaign c on c.workspace = e.workspace and c.native = e.campaign
        where e.workspace = ? and e.lead in (?, ?)
        order by e.state <> 'active', 3, e.campaign limit ?
        """,
        (number, lead_key(lead_id, url), lead_id, _LIMIT),
    )


def lead_key(lead_id: str, lead_url: str | None) -> str:
    """What joins an enrolment to a conversation's lead: the profile, else the provider's id."""
    return profile_key(lead_url) or lead_id or lead_url or ""


def _campaigns(store: Store, where: str, parameters: dict[str, Value]) -> list[CampaignRow]:
    entries = open_entries(store)

    def row(
        workspace: str, native: str, ref: str, provider: str, name: str, state: str, state_raw: str, totals: str,
        rates: str, days: str, statistics_at: int | None, senders: str,
    ) -> CampaignRow:  # fmt: skip
        return CampaignRow(
            workspace, native, ref, provider, name, CampaignState(state), state_raw,
            tuple(json.loads(totals).items()),
            tuple((str(label), float(rate)) for label, rate in json.loads(rates)),
            tuple((str(day), int(replies), int(sent)) for day, replies, sent in json.loads(days)),
            statistics_at,
            tuple((str(s), Health(h), str(n)) for s, h, n in json.loads(senders)),
            _pending_action(entries, workspace, native),
        )  # fmt: skip

    return store.cache.rows(
        row,
        f"""
        select w.name, c.native, c.ref, w.provider, c.name, c.state, c.state_raw, c.totals, c.rates, c.days,
            c.statistics_at, (
                select json_group_array(json_array(s.name, s.health, s.note)) from json_each(c.sender_ids) used
                join sender s on s.workspace = c.workspace and s.native = used.value
            )
        from campaign c join workspace w on w.id = c.workspace
        where {where} order by w.name, c.name, c.native limit {_LIMIT}
        """,
        parameters,
    )


def _pending_action(entries: list[OutboxEntry], workspace: str, campaign_id: str) -> str:
    for entry in reversed(entries):
        command = entry.command
        if isinstance(command, PauseCampaign | ResumeCampaign) and (command.workspace, command.campaign_id) == (
            workspace, campaign_id,
        ):  # fmt: skip
            if entry.state in _GIVEN_UP:
                return f"{'pause' if isinstance(command, PauseCampaign) else 'resume'} {_GIVEN_UP[entry.state]}"
            return PAUSING if isinstance(command, PauseCampaign) else RESUMING
    return ""


def _pending_stop(entries: list[OutboxEntry], campaign_id: str, lead_id: str, lead_url: str | None) -> str:
    for entry in reversed(entries):
        command = entry.command
        if (
            isinstance(command, StopLead)
            and command.campaign_id == campaign_id
            and lead_key(command.lead_id, command.lead_url) == lead_key(lead_id, lead_url)
        ):
            return "NOT YET STOPPED"
    return ""
