"""Reads of campaigns, with what the outbox is about to do to them."""

from __future__ import annotations

import json

from postroom.commands import PauseCampaign, ResumeCampaign
from postroom.errors import Ambiguous, NotFound
from postroom.records import CampaignKey, CampaignState, Health
from store.connection import Value
from store.database import Store
from store.outbox_reads import OutboxEntry, open_entries
from store.rows import CampaignRow

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


def _campaigns(store: Store, where: str, parameters: dict[str, Value]) -> list[CampaignRow]:
    entries = open_entries(store)

    def row(
        workspace: str, native: str, ref: str, provider: str, name: str, state: str, state_raw: str, totals: str,
        rates: str, days: str, statistics_at: int | None, senders: str, idle: str,
    ) -> CampaignRow:  # fmt: skip
        return CampaignRow(
            workspace, native, ref, provider, name, CampaignState(state), state_raw,
            tuple(json.loads(totals).items()),
            tuple((str(label), float(rate)) for label, rate in json.loads(rates)),
            tuple((str(day), int(replies), int(sent)) for day, replies, sent in json.loads(days)),
            statistics_at,
            tuple((str(s), Health(h), str(n)) for s, h, n in json.loads(senders)),
            _pending_action(entries, workspace, native),
            idle,
        )  # fmt: skip

    return store.cache.rows(
        row,
        f"""
        select w.name, c.native, c.ref, w.provider, c.name, c.state, c.state_raw, c.totals, c.rates, c.days,
            c.statistics_at, (
                select json_group_array(json_array(s.name, s.health, s.note)) from json_each(c.sender_ids) used
                join sender s on s.workspace = c.workspace and s.native = used.value
            ), c.idle
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
